"""Counts the hits of a log's last seconds, found by bisection.

With these hits in its window, a monitor that starts during an incident alerts at once. A log of any
size needs only a few small reads. `read` is a parameter; no disk.
"""

from collections import Counter
from collections.abc import Iterator

from monitor.formats import LineSplitter, Reader
from monitor.inputs.bisection import BLOCK, SLACK, bisect, newest_second
from monitor.inputs.linestarts import Read


def last_seconds(read: Read, end: int, seconds: int, reader: Reader) -> Counter[int]:
    """Count the hits of a log's last `seconds` seconds by second; its lines end at `end`."""
    newest = newest_second(read, end, reader)
    if newest is None:
        return Counter()
    start, _ = bisect(read, end, newest - seconds - SLACK, reader)
    counts: Counter[int] = Counter()
    for epochs in _epochs_from(read, start, end, reader):
        counts.update(epoch for epoch in epochs if newest - seconds < epoch <= newest)
    return counts


def _epochs_from(
    read: Read, start: int, end: int, reader: Reader
) -> Iterator[list[int]]:
    is_hole = read(start, 1) == b"\0"  # the line after it is whole
    splitter = LineSplitter(at_start=start == 0, mid_line=start > 0 and not is_hole)
    while data := read(start, min(BLOCK, end - start)):
        start += len(data)
        for block in splitter.feed(data):
            yield reader.read(block).epochs
