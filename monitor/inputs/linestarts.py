"""Finds the beginnings of lines in a file of any size. `read` is a parameter; no disk."""

from collections.abc import Callable

from monitor.formats import MAX_LINE

PROBE = 1 << 16
"""Bytes of one look into a file."""

Read = Callable[[int, int], bytes]
"""Returns up to `size` bytes from `offset`: `read(offset, size)`."""


def whole_lines(data: bytes, at_start: bool) -> bytes:
    """Return the whole lines of a piece of a file. `at_start`: the piece begins with a line."""
    first = 0 if at_start else data.find(b"\n") + 1
    return data[first : data.rfind(b"\n") + 1]


def next_line_start(read: Read, offset: int) -> int | None:
    """Return the offset of the first line that begins at or after an offset; None if none does."""
    start = max(0, offset - 1)
    while offset > 0 and (data := read(start, PROBE)):
        newline = data.find(b"\n")
        if newline >= 0:
            return start + newline + 1
        start += len(data)
    return None if offset > 0 else 0


def last_line_start(read: Read, size: int) -> int:
    """Return the offset after the last newline of a file of `size` bytes; 0 if it has none.

    If the file ends with more than MAX_LINE bytes without a newline, return `size`.
    """
    end = size
    while end > 0 and size - end <= MAX_LINE:
        start = max(0, end - PROBE)
        newline = read(start, end - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0 if end <= 0 else size
