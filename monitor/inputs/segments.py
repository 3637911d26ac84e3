"""Counts a large file in segments, by several processes at once.

A worker counts the lines of a segment as the pipeline would, and sends the partial count instead of
the lines. If only the pipeline can judge a block, as with a timestamp that may be wrong, the worker
sends no count for the block. The parent then reads its lines again and feeds them to the pipeline.

A worker assumes what the source carries into its segment (formats/carried.py): the directives before
the last segment that was received, and the directives and unfinished lines in the bytes before its own
segment. The pipeline checks the assumption, like the clock that a worker assumes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from monitor.core import PartialCount, PartialCounter, Source
from monitor.errors import MonitorError, ReadError
from monitor.formats import LineSplitter, Overlong
from monitor.inputs.arrivals import Arrival, Carried, Data, Segment
from monitor.inputs.bisection import Span
from monitor.inputs.linestarts import next_line_start
from monitor.inputs.logfile import CHUNK, LogFile
from monitor.inputs.lookback import Lookback
from monitor.inputs.rotation import Identity
from monitor.inputs.unreadable import Refused, cannot_read
from monitor.settings import Settings

SEGMENT = 1 << 21
"""Bytes of a segment, about. A small segment bounds the memory of its names."""

LEAD = 1 << 16
"""Bytes before a segment that a worker reads to set its clock, and for what they carry."""

Counts = list[tuple[int, PartialCount | None]]
"""Pieces of a segment: the offset at which a piece ends, and its partial count.

The count is None if the pipeline must read the lines. A piece may be empty.
"""


class Segments:
    """Reads one file from an offset on, and lets workers count its lines."""

    def __init__(
        self, settings: Settings, file: LogFile, source: Source, jobs: int
    ) -> None:
        from monitor.inputs.workers import Workers  # most runs need no processes

        work = partial(count_segment, settings, source.path, file.identity)
        self._workers = Workers(work, jobs)
        self._file = file
        self._source = source
        self._form = settings.format
        self._first: Carried | None = None  # into the first bytes
        self._carried: Carried = {}
        self.offset = 0

    def read(self, offset: int, end: int) -> Iterator[Arrival]:
        """Yield one block as data, which sets the clock, and then the segments up to `end`.

        The last bytes are left out, because the file may grow and may not end with a whole line.
        """
        self.offset = offset
        last = min(self._file.size or 0, end) - CHUNK
        start = next_line_start(self._file.pread, offset + CHUNK) or last
        lookback = Lookback(self._file.pread, self._file.size or 0, self._form)
        lookback.reader_at(offset)
        self._first = lookback.carried()
        yield from self._lines(start)
        lookback.reader_at(start)
        self._carried = lookback.carried()
        for counts in self._workers.results(self._tasks(start, last)):
            for stop, count in counts:
                if count is None:
                    yield from self._lines(stop)
                elif stop > self.offset:
                    yield self._segment(stop, count)

    def close(self) -> None:
        """End the workers."""
        self._workers.close()

    def _tasks(self, first: int, last: int) -> Iterator[tuple[Span, Carried]]:
        """Yield the bounds of each segment, and the directives that are known when its turn comes."""
        for span in _spans(self._file, first, last):
            yield span, {"header": self._carried.get("header", {})}

    def _segment(self, stop: int, count: PartialCount) -> Segment:
        lines = partial(_lines, self._file, self._source, self.offset, stop)
        self.offset = stop
        self._carried = count.after
        return Segment(self._source, count, lines)

    def _lines(self, stop: int) -> Iterator[Data]:
        for data in _lines(self._file, self._source, self.offset, stop):
            at_start = self.offset == 0
            self.offset += len(data)
            yield Data(self._source, data, at_start, carried=self._first)


def _spans(file: LogFile, first: int, last: int) -> Iterator[Span]:
    """Yield the bounds of each segment, cut at line ends."""
    while first < last:
        stop = next_line_start(file.pread, min(first + SEGMENT, last))
        if stop is None:
            return
        yield Span(first, stop)
        first = stop


def _lines(file: LogFile, source: Source, start: int, stop: int) -> Iterator[bytes]:
    """Read lines in the parent. Raises ReadError when they cannot be read."""
    with reading(source):
        yield from chunks(file, start, stop)


@contextmanager
def reading(source: Source) -> Iterator[None]:
    """Raise ReadError, which explains what to do, when a source cannot be read.

    Raise MonitorError for a source that is refused. No line of it was read, and there is nothing to
    report.
    """
    try:
        yield
    except Refused as error:
        raise MonitorError(cannot_read(source.path, error)) from error
    except OSError as error:
        raise ReadError(cannot_read(source.path, error)) from error


# --- in the workers ---


def count_segment(
    settings: Settings, path: str, identity: Identity, span: Span, carried: Carried
) -> Counts:
    """Count the lines of a segment. A piece that cannot be counted or read has no count.

    `carried` is what the source carries at some place before the segment.
    """
    try:
        file = LogFile(path)
        try:
            if file.identity == identity:
                counter = PartialCounter(settings, carried)
                return list(_counted(counter, file, *span))
        finally:
            file.close()
    except OSError:
        pass  # the parent reads the lines, and explains why it cannot
    return [(span.end, None)]


def _counted(
    counter: PartialCounter, file: LogFile, start: int, stop: int
) -> Iterator[tuple[int, PartialCount | None]]:
    """Yield the pieces of a segment: lines that were counted, and blocks that were not."""
    lead = max(0, start - LEAD)
    for _, blocks in _reads(file, lead, start, mid_line=lead > 0):
        counter.add(blocks)
    counter.take()
    counted = start
    for end, blocks in _reads(file, start, stop):
        if not counter.add(blocks):
            yield counted, counter.take()
            yield end, None
        counted = end
    yield counted, counter.take()
    yield stop, None  # no lines, unless the file got shorter


def _reads(
    file: LogFile, start: int, stop: int, mid_line: bool = False
) -> Iterator[tuple[int, list[bytes | Overlong]]]:
    """Yield the lines of each read as blocks, and the offset at which the lines end."""
    splitter = LineSplitter(at_start=start == 0, mid_line=mid_line)
    for data in chunks(file, start, stop):
        start += len(data)
        blocks = list(splitter.feed(data))
        yield start - splitter.held, blocks


def chunks(file: LogFile, start: int, stop: int) -> Iterator[bytes]:
    """Read a file from byte `start` up to `stop` in pieces."""
    while start < stop and (data := file.pread(start, min(CHUNK, stop - start))):
        start += len(data)
        yield data
