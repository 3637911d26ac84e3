"""Rows of unparsed lines at the present place of the stream, after logs were merged."""

from collections.abc import Iterable
from typing import Any

from monitor.core.legibility import BLIND
from monitor.escape import bytes_of, text_of
from monitor.formats import Mark

TRUSTED_FOR = 86400
"""Seconds for which a log's last hit shows when its unparsed lines began."""


class UnparsedRow:
    """Unparsed lines in a row of a log, which came after a hit at `since`.

    `length` is their number, and `lines` also has the ignored lines between them. `reason` and
    `sample` are of the first line. The last line came at `came`; until it has a date (`is_dated`),
    this is the time of the hits before it. The first line was read at `failed_at`, monotonic.
    """

    def __init__(
        self, since: int, reason: str, sample: bytes, failed_at: float
    ) -> None:
        self.since = since
        self.reason = reason
        self.sample = sample
        self.failed_at = failed_at
        self.length = self.lines = self.came = 0
        self.is_dated = True

    @property
    def is_blind(self) -> bool:
        """Whether the log cannot be read."""
        return self.length >= BLIND

    def hides(self, second: int, window: int) -> bool:
        """Return whether hits may be missing in the window that ends at a second."""
        is_recent = self.is_blind or second - window < self.came
        return second >= self.since and is_recent

    @property
    def explanation(self) -> str:
        """The reason of a gap."""
        return f"{self.length} of {self.lines} lines cannot be read: {self.reason}"


class UnparsedRows:
    """The open rows by log. `window` is the number of seconds of the alert window."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._rows: dict[str, UnparsedRow] = {}

    def add(self, mark: Mark, now: int, mono: float) -> UnparsedRow:
        """Add a line that was read at a second of stream time, and return its row."""
        assert mark.place is not None
        log, length, hit = mark.place
        row = self._rows.get(log)
        if row is None:
            since = hit if 0 <= now - hit <= TRUSTED_FOR else now
            row = self._rows[log] = UnparsedRow(since, mark.reason, mark.sample, mono)
        row.lines += 1
        if mark.is_unparsed:
            row.length, row.came, row.is_dated = length, now, False
        return row

    def end(self, log: str) -> UnparsedRow | None:
        """End the row of a log, because a hit came; return the row."""
        return self._rows.pop(log, None)

    def date(self, second: int) -> None:
        """Set the time at which the last lines came, because all hits before them are counted."""
        for row in self._rows.values():
            if not row.is_dated:
                row.came, row.is_dated = second, True

    def hide_hits_at(self, second: int) -> bool:
        """Return whether hits may be missing in the window that ends at a second."""
        return any(row.hides(second, self._window) for row in self._rows.values())

    def all(self) -> list[tuple[str, UnparsedRow]]:
        """Return the logs whose last line is unparsed, with their rows."""
        return list(self._rows.items())

    def blind(self) -> list[tuple[str, UnparsedRow]]:
        """Return the logs that cannot be read, with their rows."""
        return [(log, row) for log, row in self._rows.items() if row.is_blind]

    def shift(self, seconds: int) -> None:
        """Move the times, because the log's clock was set."""
        for row in self._rows.values():
            row.since += seconds
            row.came += seconds

    def snapshot(self) -> list[tuple[Any, ...]]:
        """Return the rows as a value that JSON can hold."""
        return [
            (log, row.since, row.reason, text_of(row.sample), row.length)
            + (row.lines, row.came, row.is_dated)
            for log, row in self._rows.items()
        ]

    def restore(self, snapshot: Iterable[Any], mono: float) -> None:
        """Go on from a snapshot at a monotonic time."""
        for log, since, reason, sample, *others in snapshot:
            row = self._rows[log] = UnparsedRow(since, reason, bytes_of(sample), mono)
            row.length, row.lines, row.came, row.is_dated = others
