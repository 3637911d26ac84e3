"""Reads finished logs once, from the first line to the last, at full speed.

A file is opened when the time of its first hit has come. Because of that few files are open at once,
and the order of the files on the command line does not matter. While no other file is open, several
processes count a large file.
"""

import os
from collections.abc import Iterator
from contextlib import closing, suppress

from monitor.core import Source
from monitor.inputs.arrivals import Arrival, Carried, Data, End, Wants
from monitor.inputs.bisection import ENDLESS, SLACK, Span, span_of
from monitor.inputs.bounds import first_of, with_dates
from monitor.inputs.checks import check_readable, different, file_at, is_pipe
from monitor.inputs.logfile import CHUNK, LogFile
from monitor.inputs.lookback import Lookback
from monitor.inputs.patterns import all_files
from monitor.inputs.segments import Segments, reading
from monitor.inputs.unreadable import explained
from monitor.periods import Period, fixed_period
from monitor.settings import Settings

WORTH_IT = 1 << 24
"""Bytes of a file from which several processes are worth their start."""


class Replay:
    """Reads finished logs: regular files, compressed or not, and pipes.

    `begins` has the logs in order of time, each with the second of its first hit if it is known.
    `settings` have the dates of the period that is to be reported.
    """

    busy = True

    def __init__(self, settings: Settings) -> None:
        """Read the first hit of every log. Raises MonitorError when a log cannot be read."""
        settings = settings._replace(files=all_files(settings.files))
        self.settings = settings = with_dates(settings)
        paths = different(different(settings.files), file_at)
        is_one = len(paths) == 1
        firsts = [(_first_epoch(path, settings.format, is_one), path) for path in paths]
        firsts.sort(key=lambda each: (each[0] is not None, each))
        self.begins = {
            Source(path, number): epoch for number, (epoch, path) in enumerate(firsts)
        }
        self._period = _read_period(settings)
        self._jobs = settings.jobs or _cores()
        self._unread = {source: self._read(source) for source in self.begins}
        self._open = 0
        self._segments: Segments | None = None
        self._sizes = {source: _size_of(source.path) for source in self.begins}
        self._positions = dict.fromkeys(self.begins, 0)
        self._carried: dict[Source, Carried] = {}  # into the first bytes

    @property
    def ended(self) -> bool:
        """Whether all logs were read to their ends."""
        return not self._unread

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        """Yield the next block of each wanted log. Raises ReadError when a log cannot be read."""
        for source in list(filter(wants, self._unread)):
            with reading(source):
                arrival = next(self._unread[source])
            if isinstance(arrival, End):
                del self._unread[source]
            yield arrival

    def progress(self) -> tuple[int, int | None]:
        """Return the bytes on disk that were read, and the bytes of all files; None with a pipe."""
        whole = self._sizes.values()
        done = sum(self._positions.values())
        return done, None if None in whole else sum(filter(None, whole))

    def close(self) -> None:
        """Wait until the workers have ended."""
        if self._segments is not None:
            self._segments.close()

    def _read(self, source: Source) -> Iterator[Arrival]:
        file = LogFile(source.path, waits=True)
        offset, end = self._span(source, file)
        self._open += 1
        while offset < end:
            if self._is_worth_it(file, Span(offset, end)):
                yield from self._count(source, file, Span(offset, end))
                offset = self._positions[source]
            data = file.read(offset)
            if not data:
                break
            at_start = offset == 0
            offset += len(data)
            self._positions[source] = file.position(offset)
            yield Data(source, data, at_start, carried=self._carried.get(source))
        file.close()
        self._open -= 1
        yield End(source, complete=offset < end)

    def _span(self, source: Source, file: LogFile) -> Span:
        """Return the bytes to read. They include all hits of the period and some before and after it.

        The hits before the period fill the alert window. Compressed files and pipes are read from
        their start, and to their end unless all of their hits are after the period.
        """
        until, begins = self._period.until, self.begins[source]
        if until is not None and begins is not None and begins >= until + SLACK:
            return Span(0, CHUNK)
        if file.is_stream or file.is_compressed:
            return Span(0, ENDLESS)
        size = file.size or 0
        lookback = Lookback(file.pread, size, self.settings.format)
        span = span_of(self._period, file.pread, size, lookback.reader_at)
        lookback.reader_at(span.start)
        self._carried[source] = lookback.carried()
        return span

    def _is_worth_it(self, file: LogFile, span: Span) -> bool:
        """Return whether workers should count the rest of a file."""
        if self._jobs == 1 or self._open > 1 or file.is_stream:
            return False
        return min(file.size or 0, span.end) - span.start >= WORTH_IT

    def _count(self, source: Source, file: LogFile, span: Span) -> Iterator[Arrival]:
        """Let workers count a file up to its last block, or until another file is open.

        The hits of two open files must be merged before they are counted.
        """
        self._segments = Segments(self.settings, file, source, self._jobs)
        for arrival in self._segments.read(*span):
            self._positions[source] = self._segments.offset
            yield arrival
            if self._open > 1:
                break
        self._segments.close()


def _read_period(settings: Settings) -> Period:
    """Return the period that is read so that a part of it is reported as in the whole replay.

    The window before the period must be full, and one window longer shows whether an alert fires.
    """
    since, until = fixed_period(settings.since, settings.until)
    return Period(
        None if since is None else since - 2 * settings.window - settings.delay,
        None if until is None else until + settings.delay,
    )


def _first_epoch(path: str, form: str, is_one: bool) -> int | None:
    """Return the first time of a log, by its first hits.

    Return None for a pipe, for a log without a hit in its first block, and for the only log.
    """
    check_readable(path)
    with explained(path):
        if is_one or is_pipe(path):
            return None  # a pipe can be read only once
        with closing(LogFile(path)) as file:
            return first_of(file, form)


def _cores() -> int:
    """Return the number of processors that this process may use."""
    with suppress(AttributeError):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _size_of(path: str) -> int | None:
    """Return the bytes of a file on the disk; None for a pipe."""
    return None if is_pipe(path) else os.stat(path).st_size
