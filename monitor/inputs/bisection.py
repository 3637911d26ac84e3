"""Finds times in a log of any size, by bisection on its timestamps. `read` is a parameter; no disk.

Time goes forward in a log, but lines may be out of order by less than a minute. A probe reads some
lines and takes the median of their times. One wrong timestamp therefore does not mislead it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from monitor.alerts import ALL_HITS, Asked
from monitor.formats import Columns, LineSplitter, Reader
from monitor.inputs.linestarts import PROBE, Read, next_line_start, whole_lines
from monitor.periods import Period
from monitor.streamtime import Clock, counted_by

SLACK = 60
"""Seconds by which lines may be out of order."""

BLOCK = 1 << 18
"""Bytes to which a bisection narrows a place."""

ENDLESS = 1 << 62
"""The end of a span that ends with its file, which may grow."""

LAST = 1000
"""The last hits that show the causes of an alert (core/causes.py)."""

_SIZES = tuple(PROBE << n for n in range(6))
"""Bytes of the reads that look for a line, up to more than the longest line."""


ReaderAt = Callable[[int], Reader]
"""Returns a reader for the lines from an offset on (lookback.py)."""


class Span(NamedTuple):
    """The bytes from `start` up to `end` of a file."""

    start: int
    end: int


class Before(NamedTuple):
    """The hits of a log before the start: the hits of each second, and the last hits.

    `counts` are the numbers of each second by name, which the rules of alerts ask for.

    With these hits in its window, a monitor that starts during an incident alerts at once.
    """

    seconds: Counter[int]
    last: Columns
    counts: Mapping[str, Counter[int]]


NOTHING = Before(Counter(), Columns(), {})
"""The hits of a log without a line."""


def span_of(period: Period, read: Read, size: int, reader_at: ReaderAt) -> Span:
    """Return the bytes that have all hits of a period, and some lines after it. A line starts them."""
    since, until = period
    start, end = 0, size
    if since is not None:
        start, _ = bisect(read, size, since - SLACK, reader_at)
        line = next_line_start(read, start)
        start = size if line is None else line
    if until is not None:
        _, end = bisect(read, size, until + SLACK, reader_at)
    return Span(start, ENDLESS if end == size else end + BLOCK)


def newest_second(
    read: Read, end: int, reader_at: ReaderAt, trust: int = 0
) -> int | None:
    """Return the stream time after the last lines, which end at `end`; None if none has a time.

    The last hit is trusted up to `trust` seconds ahead of the hits before it.
    """
    for size in _SIZES:  # the last line may be an overlong one
        start = max(0, end - size)
        epochs = _epochs_in(read(start, end - start), start, reader_at)
        if epochs:
            clock = Clock()
            stop = counted_by(clock.advance(epochs, mono=0.0))
            clock.advance(epochs[stop:], mono=0.0, trust=trust)
            return clock.now
    return None


def last_seconds(
    read: Read, end: int, seconds: int, reader_at: ReaderAt, asked: Asked = ALL_HITS
) -> Before:
    """Return the hits of a log's last `seconds` seconds; its lines end at `end`.

    Only chosen hits are counted. A second of other hits has the number 0.
    """
    newest = newest_second(read, end, reader_at)
    if newest is None:
        return NOTHING
    seconds_of, last, counts = Counter[int](), Columns(), dict[str, Counter[int]]()
    start, _ = bisect(read, end, newest - seconds - SLACK, reader_at)
    for columns in _columns_from(read, start, end, reader_at):
        old = [not newest - seconds < epoch <= newest for epoch in columns.epochs]
        hits, _ = columns.parted(old)
        if asked.only:
            seconds_of.update(dict.fromkeys(hits.epochs, 0))
            hits = hits.chosen(asked.only.flags(hits.column, len(hits)))
        seconds_of.update(hits.epochs)
        for name, numbers in asked.measures.of(hits, 0, len(hits)):
            counts.setdefault(name, Counter()).update(numbers)
        hits = last + hits
        last = hits.cut(max(0, len(hits) - LAST), len(hits))
        last.marks = []
    return Before(seconds_of, last, counts)


def bisect(read: Read, end: int, target: int, reader_at: ReaderAt) -> tuple[int, int]:
    """Return two offsets, at most BLOCK apart if time goes forward.

    The hits before the first offset are older than `target`, and no hit after the second is.
    """
    low, high = 0, end
    while high - low > BLOCK:
        middle = (low + high) // 2
        epochs = _epochs_near(read, middle, reader_at)
        is_last = not epochs and middle + _SIZES[-1] >= end
        if not is_last and (not epochs or _middle_of(epochs) < target):
            low = middle
        else:
            high = middle
    return low, high


def _columns_from(
    read: Read, start: int, end: int, reader_at: ReaderAt
) -> Iterator[Columns]:
    is_hole = read(start, 1) == b"\0"  # the line after it is whole
    splitter = LineSplitter(at_start=start == 0, mid_line=start > 0 and not is_hole)
    reader = reader_at(start)
    while data := read(start, min(BLOCK, end - start)):
        start += len(data)
        for block in splitter.feed(data):
            yield reader.read(block)


def _middle_of(epochs: list[int]) -> int:
    """Return the lower median. Loading `statistics` would slow the start."""
    return sorted(epochs)[(len(epochs) - 1) // 2]


def _epochs_near(read: Read, offset: int, reader_at: ReaderAt) -> list[int]:
    """Return the times of some lines after an offset. The offset may be in an overlong line."""
    for size in (_SIZES[0], _SIZES[-1]):
        data = read(offset, size)
        epochs = _epochs_in(data, offset, reader_at)
        if epochs or not data.strip(b"\0"):  # a hole may be endless
            return epochs
    return []


def _epochs_in(data: bytes, offset: int, reader_at: ReaderAt) -> list[int]:
    """Return the times of the whole lines in a piece of a file that starts at `offset`."""
    lines = whole_lines(data, at_start=offset == 0)
    return reader_at(offset).read(lines).epochs if lines else []
