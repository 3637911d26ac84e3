"""Bytes of sources -> columns in order of time. Lines are split, parsed and merged."""

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from monitor.core.chosen import columns_for
from monitor.core.legibility import Legibility
from monitor.core.partial import PartialCount
from monitor.core.sources import Sources
from monitor.formats import Columns
from monitor.settings import STDIN, Settings
from monitor.streamtime import Merge, Offsets

AHEAD = 1 << 14
"""Hits of a source that wait in memory for other sources before its reading pauses."""


class Source(NamedTuple):
    """One file of a log. Each new file of the log has the next number."""

    path: str
    number: int


class Intake:
    """Takes the bytes of its `sources`.

    In a replay the end of a source is the end of its log, and not only of one of its files.
    """

    def __init__(self, settings: Settings) -> None:
        self.legibility = Legibility()
        self.offsets = Offsets()
        self.sources = Sources(settings.format, columns_for(settings))
        self._ends_logs = settings.replay
        self._merge = Merge()

    @property
    def is_empty(self) -> bool:
        """Whether all hits that were fed were taken."""
        return self._merge.is_empty

    def let_go(self) -> None:
        """Let all hits be taken that wait for other sources, because no more bytes will be read."""
        self._merge.let_go()

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
        more: bool = False,
    ) -> None:
        """Take bytes of a source.

        `more`: further bytes of the source can be read now. `at_start`: the bytes are the first bytes
        of the file, unless the source has begun.
        """
        if not data:
            self._merge.push(source, Columns(), more)
            return
        self.sources.begin(source, at_start)
        self._push(source, self.sources.read(source, data), more)

    def end(
        self, source: Hashable, *, complete: bool = True, goes_on: bool = False
    ) -> None:
        """End a source; its last line counts without a newline only if it is `complete`.

        If the source `goes_on` in a later run, its partial line stays held.
        """
        rest = self.sources.end(source, complete=complete, goes_on=goes_on)
        if not rest.is_empty:
            self._push(source, rest, more=True)
        log = _log_of(source)
        if self._ends_logs or log == STDIN:
            is_last = self._ends_logs and self.sources.are_ended
            marks = self.legibility.end(log, is_last=is_last)
            self._merge.push(source, Columns(marks=marks), more=True)
        self._merge.end(source)

    def take(self) -> Iterator[tuple[str, Columns]]:
        """Yield the lines whose order of time is certain, by log."""
        return ((_log_of(source), columns) for source, columns in self._merge.take())

    def lets_pass(self, source: Hashable, partial: PartialCount) -> bool:
        """Return whether all hits of a partial count come before all other hits.

        Lines after a row of unparsed lines cannot pass. Neither can lines that a worker parsed with
        other directives.
        """
        is_open = self.legibility.row_of(_log_of(source)) > 0
        if is_open or self.sources.carried(source) != partial.before:
            return False
        return self._merge.lets_pass(source, partial.newest)

    def pass_by(self, source: Hashable, partial: PartialCount) -> None:
        """Note that a worker counted the next lines of a source."""
        self._merge.pass_by(source, partial.newest)
        tallies = [interval.tally for interval in partial.intervals]
        self.legibility.count(_log_of(source), tallies, partial.newest)
        self.sources.pass_by(source, partial.after)

    def _push(self, source: Hashable, columns: Columns, more: bool) -> None:
        log = _log_of(source)
        if offset := self.offsets.of(log):
            columns.epochs = [epoch - offset for epoch in columns.epochs]
        self.legibility.number(log, columns)
        self._merge.push(source, columns, more, offset)


def _log_of(source: Hashable) -> str:
    """Return the log of a source. Each new file of a log is a source of its own."""
    return source.path if isinstance(source, Source) else str(source)
