"""Bytes of sources -> columns in order of time. Lines are split, parsed and merged."""

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from monitor.core.events import STDIN
from monitor.core.legibility import Legibility
from monitor.core.partial import PartialCount
from monitor.formats import Columns, LineSplitter, Overlong, Reader, reader_of
from monitor.streamtime import Merge, Offsets

AHEAD = 1 << 14
"""Hits of a source that wait in memory for other sources before its reading pauses."""


class Source(NamedTuple):
    """One file of a log. Each new file of the log has the next number."""

    path: str
    number: int


class Intake:
    """Takes the bytes of sources. Each source has its own splitter and its own reader.

    `form` is the name of a format, or `auto`. `ends_logs`: the end of a source is the end of its log,
    and not only of one of its files.
    """

    def __init__(self, form: str, *, ends_logs: bool = False) -> None:
        self.legibility = Legibility()
        self.offsets = Offsets()
        self._form = form
        self._ends_logs = ends_logs
        self._readers: dict[Hashable, Reader] = {}
        self._splitters: dict[Hashable, LineSplitter] = {}
        self._merge = Merge()

    @property
    def is_empty(self) -> bool:
        """Whether all hits that were fed were taken."""
        return self._merge.is_empty

    def expect(self, source: Hashable, begins: int | None = None) -> None:
        """Announce a source. No hit of the source is older than `begins`."""
        self._merge.expect(source, begins)

    def wanted(self) -> list[Hashable]:
        """Return the sources that must be fed before anything more can be taken."""
        return self._merge.wanted()

    def is_ahead(self, source: Hashable) -> bool:
        """Return whether many hits of a source wait for other sources."""
        return self._merge.waiting(source) > AHEAD and source not in self.wanted()

    def feed(
        self,
        source: Hashable,
        data: bytes,
        *,
        at_start: bool = True,
        mid_line: bool = False,
        more: bool = False,
    ) -> None:
        """Take bytes of a source.

        `more`: further bytes of the source can be read now. With the first bytes of a source,
        `at_start`: they are the first bytes of the file; `mid_line`: they begin in a line that was
        counted already.
        """
        if not data:
            self._merge.push(source, Columns(), more)
            return
        if source not in self._splitters:
            self._splitters[source] = LineSplitter(at_start, mid_line)
        self._push(source, self._splitters[source].feed(data), more)

    def end(
        self, source: Hashable, *, complete: bool = True, goes_on: bool = False
    ) -> None:
        """End a source; its last line counts without a newline only if it is `complete`.

        If the source `goes_on` in a later run, its partial line stays held.
        """
        splitter = self._splitters.get(source)
        if splitter is not None and complete:
            self._push(source, splitter.end(), more=True)
        if not goes_on:
            self._splitters.pop(source, None)
        self._readers.pop(source, None)
        log = _log_of(source)
        if self._ends_logs or log == STDIN:
            is_last = self._ends_logs and not self._readers
            marks = self.legibility.end(log, is_last=is_last)
            self._merge.push(source, Columns(marks=marks), more=True)
        self._merge.end(source)

    def held(self, source: Hashable) -> int:
        """Return the bytes of a source's partial line, which waits for its newline."""
        splitter = self._splitters.get(source)
        return splitter.held if splitter else 0

    def take(self) -> Iterator[tuple[str, Columns]]:
        """Yield the lines whose order of time is certain, by log."""
        return ((_log_of(source), columns) for source, columns in self._merge.take())

    def lets_pass(self, source: Hashable, newest: int | None) -> bool:
        """Return whether all hits of a source up to `newest` come before all other hits.

        Lines after a row of unparsed lines cannot pass.
        """
        is_open = self.legibility.row_of(_log_of(source)) > 0
        return not is_open and self._merge.lets_pass(source, newest)

    def pass_by(self, source: Hashable, partial: PartialCount) -> None:
        """Note that a worker counted the next lines of a source."""
        self._merge.pass_by(source, partial.newest)
        tallies = [interval.tally for interval in partial.intervals]
        self.legibility.count(_log_of(source), tallies, partial.newest)
        self._splitters.setdefault(source, LineSplitter(at_start=False))

    def _push(
        self, source: Hashable, blocks: Iterable[bytes | Overlong], more: bool
    ) -> None:
        if source not in self._readers:
            self._readers[source] = reader_of(self._form)
        columns = self._readers[source].read_all(blocks)
        log = _log_of(source)
        if offset := self.offsets.of(log):
            columns.epochs = [epoch - offset for epoch in columns.epochs]
        self.legibility.number(log, columns)
        self._merge.push(source, columns, more, offset)


def _log_of(source: Hashable) -> str:
    """Return the log of a source. Each new file of a log is a source of its own."""
    return source.path if isinstance(source, Source) else str(source)
