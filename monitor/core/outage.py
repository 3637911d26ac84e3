"""Logs without data: a log that cannot be read, or whose lines cannot be parsed, is not silent."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from monitor.core.gaps import Gap, Gaps
from monitor.core.legibility import BLIND
from monitor.core.unparsed import UnparsedRow, UnparsedRows
from monitor.formats import Mark


class Failure(NamedTuple):
    """Why a log cannot be read, and since when by the monotonic clock.

    `was_open`: it was read before. If other logs can be read, a log that was never there is no gap
    in the traffic.
    """

    reason: str
    since: float
    was_open: bool = True


class Outage(NamedTuple):
    """The `number` of followed logs, and the logs that cannot be read at present."""

    failures: Mapping[str, Failure] = {}
    number: int = 0

    @property
    def hides_hits(self) -> bool:
        """Whether a log cannot be read that was read before."""
        return any(each.was_open for each in self.failures.values())


NONE = Outage()
"""All logs can be read."""


class Coverage:
    """Remembers since when logs have no data, and up to which second hits may be missing.

    While some logs have no data, no alert recovers, because the other logs are only a part of the
    traffic. While no log has data, no second is judged and time passes without data. That outage
    ends when hits come in or a log can be read again.

    `is_blind`: no log has data, and at least one file cannot be read. Up to the
    second `lost_through` a log had no data.
    """

    def __init__(self, window: int) -> None:
        self.gaps = Gaps()
        self.unparsed = UnparsedRows(window)
        self._outage = Outage()
        self.is_blind = False
        self.lost_through = 0
        self._missed_through = 0
        self._missed: list[tuple[int, int]] = []  # seconds of rows that have ended

    def begin_round(self, outage: Outage, now: int, mono: float) -> None:
        """Set the present outage before the lines that are already read are counted."""
        if self.is_blind:
            self._outage = outage
            return
        if self._outage.hides_hits and not outage.hides_hits:
            self._missed_through = max(self._missed_through, now - 1)
            self.lost_through = now - 1
        self._set(outage, now, mono)

    def note_hits(self, outage: Outage, first: int, now: int, mono: float) -> None:
        """Note that hits come in. The hits from the second `first` on were written in the outage."""
        if self.is_blind:
            missing = self.gaps.missing()
            since = missing.since if missing and missing.since else 0
            self.miss_through((first if since <= first <= now else now) - 1)
            self.is_blind = False
            self._set(outage, now, mono)

    def end_round(self, outage: Outage, now: int, mono: float) -> None:
        """Set the present outage after all lines were counted, at a second of stream time."""
        self._set(outage, now, mono)
        self.is_blind = bool(outage.failures) and self.no_log_has_data(outage)

    def no_log_has_data(self, outage: Outage) -> bool:
        """Return whether no log has data."""
        logs = self._without_data(outage)
        return bool(logs) and len(logs) >= outage.number > 0

    def note_marks(
        self, marks: Iterable[Mark], now: int, mono: float
    ) -> list[tuple[str, UnparsedRow]]:
        """Note lines and hits in their order, at a second of stream time.

        Return the logs that cannot be read from then on, with their rows.
        """
        blind: list[tuple[str, UnparsedRow]] = []
        for mark in marks:
            assert mark.place is not None
            if mark.is_line:
                row = self.unparsed.add(mark, now, mono)
                if mark.is_unparsed and row.length == BLIND:
                    blind.append((mark.place.log, row))
            elif (ended := self.unparsed.end(mark.place.log)) and ended.is_blind:
                self._missed.append((ended.since, now - 1))
                self.lost_through = now - 1
                self._set(self._outage, now, mono)
        self._set(self._outage, now, mono)
        return blind

    def miss_through(self, second: int) -> None:
        """Note that hits may be missing up to a second."""
        self._missed_through = second
        if self.is_blind:
            self.lost_through = second

    def sees_all(self, second: int) -> bool:
        """Return whether no hit of a second is missing. Few hits are then little traffic."""
        if self.is_blind or second <= self._missed_through:
            return False
        self._missed = [each for each in self._missed if second <= each[1]]
        if any(first <= second for first, _ in self._missed):
            return False
        return not self._outage.hides_hits and not self.unparsed.hide_hits_at(second)

    def shift(self, before: int, second: int) -> None:
        """Move all times, because the log's clock was set from one second to another.

        `before` is 0 if no log had a time yet. No hit is missing on the new clock.
        """
        self.gaps.shift(before, second)
        self.unparsed.shift(second - before)
        self.lost_through = self._missed_through = 0
        self._missed = []

    def snapshot(self) -> dict[str, Any]:
        """Return the gaps and the rows as a value that JSON can hold."""
        return {
            "is_blind": self.is_blind,
            "missed_through": self._missed_through,
            "missed": self._missed,
            "gaps": self.gaps.snapshot(),
            "rows": self.unparsed.snapshot(),
        }

    def restore(self, snapshot: dict[str, Any], mono: float) -> None:
        """Go on from a snapshot."""
        self.is_blind = snapshot["is_blind"]
        self._missed_through = snapshot["missed_through"]
        self._missed = [(first, last) for first, last in snapshot["missed"]]
        self.gaps.restore(snapshot["gaps"], mono)
        self.unparsed.restore(snapshot["rows"], mono)

    def _without_data(self, outage: Outage) -> set[str]:
        return {*outage.failures, *(log for log, _ in self.unparsed.blind())}

    def _set(self, outage: Outage, now: int, mono: float) -> None:
        self._outage = outage
        is_total = self.no_log_has_data(outage)
        for log, failure in outage.failures.items():
            if failure.was_open or is_total:
                since = now - int(mono - failure.since)
                self.gaps.begin(log, Gap(since, failure.reason, failure.since))
        for log, row in self.unparsed.blind():
            if log not in outage.failures:
                self.gaps.begin(log, Gap(row.since, row.explanation, row.failed_at))
        self.gaps.end_all_but(self._without_data(outage), now)
