"""Numbers the unparsed lines in a row of each log, before logs are merged.

When a log's format changes, or an error log is moved in its place, its lines cannot be read. That is
no silence. A row of unparsed lines begins after a hit or at the beginning of a log. The next hit
ends it. Rows depend only on the order of the lines, and not on how they are cut into reads.

In some logs unparsed lines are usual, because another program writes to them, too. Their rows are
not numbered. An outage must not make such a log of another log. Because of that a row counts as
BLIND lines at most.
"""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from monitor.formats import Columns, Mark
from monitor.stats import Tally

BLIND = 20
"""Unparsed lines in a row from which a log cannot be read."""

FEWEST = 100
"""Lines of a log from which unparsed lines can be usual."""

USUAL = 10
"""If more than one of so many lines is unparsed, unparsed lines are usual."""


class LogLines:
    """The numbers of all and of unparsed lines of a log, and the `row` of its last lines.

    `lines` and `unparsed` are without the row, and without ignored lines in a row. `hit` is the time
    of the last hit; 0 if there is none.
    """

    def __init__(
        self, lines: int = 0, unparsed: int = 0, row: int = 0, hit: int = 0
    ) -> None:
        self.lines = lines
        self.unparsed = unparsed
        self.row = row
        self.hit = hit

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """The numbers from which `LogLines` makes the same value."""
        return self.lines, self.unparsed, self.row, self.hit

    @property
    def is_mixed(self) -> bool:
        """Whether unparsed lines are usual in this log."""
        return self.lines >= FEWEST and self.unparsed * USUAL > self.lines

    def end_row(self) -> None:
        """Count the lines of the row, because a hit follows."""
        counted = min(self.row, BLIND)
        self.lines += counted
        self.unparsed += counted
        self.row = 0


class Legibility:
    """The lines of each log, by its name."""

    def __init__(self) -> None:
        self._logs: dict[str, LogLines] = {}
        self._ended = ""  # the last log if it has ended

    def row_of(self, log: str) -> int:
        """Return the number of unparsed lines at the present end of a log."""
        return self._logs[log].row if log in self._logs else 0

    def number(self, log: str, columns: Columns) -> None:
        """Set the places of the marks of the next lines of a log, and mark the hits that end a row."""
        if log not in self._logs:
            before = self._logs.get(self._ended, LogLines())
            self._logs[log] = LogLines(*before.numbers)
        lines = self._logs[log]
        if columns.marks or lines.row:
            columns.marks = list(_numbered(log, lines, columns))
        elif len(columns):
            lines.lines += len(columns)
            lines.hit = columns.epochs[-1]
        if self._ended and len(columns):
            columns.marks.append(Mark.after_hit(1, self._ended))
            columns.marks.sort(key=attrgetter("hits_before"))
            self._ended = ""

    def end(self, log: str, *, is_last: bool) -> list[Mark]:
        """End a log for good, and return a mark that ends its row.

        If no other log is open, the next log goes on with the lines of this log, because the files
        of a rotated log are read one after the other.
        """
        if is_last:
            self._ended = log
            return []
        return [Mark.after_hit(0, log)] if self.row_of(log) else []

    def count(self, log: str, tallies: Iterable[Tally], newest: int | None) -> None:
        """Count lines of a log that a worker counted, with hits up to `newest`."""
        known = self._logs.setdefault(log, LogLines())
        for tally in tallies:
            known.lines += tally.lines
            known.unparsed += tally.unparsed
        known.hit = newest or known.hit

    def snapshot(self) -> dict[str, tuple[int, ...]]:
        """Return the numbers of each log as a value that JSON can hold."""
        return {log: lines.numbers for log, lines in self._logs.items()}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        self._logs = {log: LogLines(*numbers) for log, numbers in snapshot.items()}


def _numbered(log: str, lines: LogLines, columns: Columns) -> Iterator[Mark]:
    """Yield the marks of columns, and a mark behind each hit that ends a row."""
    done = 0  # hits that were counted
    for mark in columns.marks:
        if mark.hits_before > done:
            yield from _count_hits(log, lines, columns, done, mark.hits_before)
            done = mark.hits_before
        if mark.is_unparsed:
            lines.row += 1
        elif mark.is_ignored:
            lines.lines += not lines.row
        else:  # it is behind a hit
            yield mark
            continue
        if lines.row and not lines.is_mixed:
            mark = mark.placed(log, lines.row, lines.hit)
        yield mark
    if len(columns) > done:
        yield from _count_hits(log, lines, columns, done, len(columns))


def _count_hits(
    log: str, lines: LogLines, columns: Columns, start: int, stop: int
) -> Iterable[Mark]:
    """Count the hits from `start` up to `stop`, and return a mark if the first hit ends a row."""
    ends_row = lines.row and not lines.is_mixed
    lines.end_row()
    lines.lines += stop - start
    lines.hit = columns.epochs[stop - 1]
    return [Mark.after_hit(start + 1, log)] if ends_row else []
