"""The hits of a log's last seconds, found by bisection.

With these hits in its window, a monitor that starts during an incident alerts at once. A log of any
size needs only a few small reads. `read` is a parameter; no disk.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from monitor.formats import Columns, LineSplitter, Reader
from monitor.inputs.bisection import BLOCK, SLACK, bisect, newest_second
from monitor.inputs.linestarts import Read

LAST = 1000
"""The last hits that show the causes of an alert (core/causes.py)."""


class Before(NamedTuple):
    """The hits of a log before the start: the hits of each second, and the last hits."""

    seconds: Counter[int]
    last: Columns


NOTHING = Before(Counter(), Columns())
"""The hits of a log without a line."""


def last_seconds(read: Read, end: int, seconds: int, reader: Reader) -> Before:
    """Return the hits of a log's last `seconds` seconds; its lines end at `end`."""
    newest = newest_second(read, end, reader)
    if newest is None:
        return NOTHING
    counts, last = Counter[int](), Columns()
    start, _ = bisect(read, end, newest - seconds - SLACK, reader)
    for columns in _columns_from(read, start, end, reader):
        old = [not newest - seconds < epoch <= newest for epoch in columns.epochs]
        hits, _ = columns.parted(old)
        counts.update(hits.epochs)
        hits = last + hits
        last = hits.cut(max(0, len(hits) - LAST), len(hits))
        last.marks = []
    return Before(counts, last)


def _columns_from(
    read: Read, start: int, end: int, reader: Reader
) -> Iterator[Columns]:
    is_hole = read(start, 1) == b"\0"  # the line after it is whole
    splitter = LineSplitter(at_start=start == 0, mid_line=start > 0 and not is_hole)
    while data := read(start, min(BLOCK, end - start)):
        start += len(data)
        for block in splitter.feed(data):
            yield reader.read(block)
