"""Measure whether the time that a text takes is linear in its length."""

import time
from collections.abc import Callable

SHORT, LONG = 512, 4096
"""The lengths that are compared, in bytes."""

QUICK = 0.002
"""The seconds in which nothing quadratic is done with a long text."""


def is_linear(read: Callable[[bytes], object], text: Callable[[int], bytes]) -> bool:
    """Return whether a text of eight times the length takes at most 16 times as long.

    It would take 64 times as long if anything were quadratic. `text` makes a text of a length.
    """
    for _ in range(3):
        taken = seconds_of(read, text(LONG))
        if taken < QUICK or taken < 16 * seconds_of(read, text(SHORT)):
            return True
    return False


def seconds_of(read: Callable[[bytes], object], text: bytes) -> float:
    """Return the processor time of reading a text."""
    start = time.process_time()
    read(text)
    return time.process_time() - start


def repeated(unit: bytes, size: int, front: bytes = b"", back: bytes = b"") -> bytes:
    """Return a unit as often as it fits into a size, between two texts."""
    return front + unit * (size // len(unit)) + back
