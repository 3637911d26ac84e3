"""Counts the hits of a log's last seconds, found by bisection on its timestamps.

With these hits in its window, a monitor that starts during an incident alerts at once. A log of any
size needs only a few small reads. `read` is a parameter; no disk.
"""

from collections import Counter
from collections.abc import Iterator

from monitor.formats import LineSplitter, Reader
from monitor.inputs.linestarts import PROBE, Read, whole_lines
from monitor.streamtime import Clock, used

SLACK = 60
"""Seconds by which lines may be out of order."""

_BLOCK = 1 << 18

_SIZES = tuple(PROBE << n for n in range(6))
"""Bytes of the reads that look for a line, up to more than the longest line."""


def last_seconds(read: Read, end: int, seconds: int, reader: Reader) -> Counter[int]:
    """Count the hits of a log's last `seconds` seconds by second; its lines end at `end`."""
    newest = _newest(read, end, reader)
    if newest is None:
        return Counter()
    start = _bisect(read, end, newest - seconds - SLACK, reader)
    counts: Counter[int] = Counter()
    for epochs in _epochs_from(read, start, end, reader):
        counts.update(epoch for epoch in epochs if newest - seconds < epoch <= newest)
    return counts


def _newest(read: Read, end: int, reader: Reader) -> int | None:
    """Return the stream time after the last lines, None if no line has a time."""
    for size in _SIZES:  # the last line may be an overlong one
        start = max(0, end - size)
        epochs = _epochs_in(read(start, end - start), start, reader)
        if epochs:
            clock = Clock()
            stop = used(clock.advance(epochs, mono=0.0))
            clock.advance(epochs[stop:], mono=0.0, trust=0)
            return clock.now
    return None


def _bisect(read: Read, end: int, target: int, reader: Reader) -> int:
    """Find an offset before which every hit is older than `target`, if time goes forward."""
    low, high = 0, end
    while high - low > _BLOCK:
        middle = (low + high) // 2
        epochs = _epochs_near(read, middle, reader)
        is_last = not epochs and middle + _SIZES[-1] >= end
        if not is_last and (not epochs or _middle_of(epochs) < target):
            low = middle
        else:
            high = middle
    return low


def _middle_of(epochs: list[int]) -> int:
    """Return the lower median. Loading `statistics` would slow the start."""
    return sorted(epochs)[(len(epochs) - 1) // 2]


def _epochs_near(read: Read, offset: int, reader: Reader) -> list[int]:
    """Return the times of some lines after an offset. The offset may be in an overlong line."""
    for size in (_SIZES[0], _SIZES[-1]):
        data = read(offset, size)
        epochs = _epochs_in(data, offset, reader)
        if epochs or not data.strip(b"\0"):  # a hole may be endless
            return epochs
    return []


def _epochs_in(data: bytes, offset: int, reader: Reader) -> list[int]:
    """Return the times of the whole lines in a piece of a file that starts at `offset`."""
    lines = whole_lines(data, at_start=offset == 0)
    return reader.read(lines).epochs if lines else []


def _epochs_from(
    read: Read, start: int, end: int, reader: Reader
) -> Iterator[list[int]]:
    is_hole = read(start, 1) == b"\0"  # the line after it is whole
    splitter = LineSplitter(at_start=start == 0, mid_line=start > 0 and not is_hole)
    while data := read(start, min(_BLOCK, end - start)):
        start += len(data)
        for block in splitter.feed(data):
            yield reader.read(block).epochs
