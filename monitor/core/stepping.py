"""Moves the clock: by columns of hits, or with the time while no line comes. Counts the hits.

The last hits of a block wait if only the next hits can show whether their times are right.
"""

from collections.abc import Iterator
from typing import Any

from monitor.core.counting import Walk
from monitor.core.events import Event
from monitor.core.outage import NONE, Outage
from monitor.core.results import Results
from monitor.formats import Columns
from monitor.streamtime import Clock, Step, counted_by

PATIENCE = 0.5
"""Seconds that a doubtful timestamp of a followed log waits for the next hit."""


class Stepping:
    """Counts lines in the steps of a clock. `mono` is a monotonic clock in seconds."""

    def __init__(self, clock: Clock, results: Results, mono: float) -> None:
        self._clock = clock
        self._results = results
        self._waiting = Columns()
        self._since = mono

    @property
    def is_done(self) -> bool:
        """Whether no hit waits."""
        return not len(self._waiting)

    def is_overdue(self, mono: float) -> bool:
        """Return whether hits have waited long enough."""
        return not self.is_done and mono - self._since >= PATIENCE

    def take(
        self, columns: Columns, mono: float, trust: int | None = None
    ) -> Iterator[Event]:
        """Count columns, except for the last hits if they need the next ones to be judged.

        With `trust` no hit waits (clock.py).
        """
        if not self.is_done:
            columns = self._waiting + columns
        now = self._clock.now or 0
        steps = self._clock.advance(columns.epochs, mono, trust)
        columns = self._hold_back(columns, counted_by(steps), mono)
        yield from self.count(columns, now, steps, mono)

    def count(
        self, columns: Columns, now: int, steps: list[Step], mono: float
    ) -> Iterator[Event]:
        """Count columns by steps of the clock, which is at `now` before."""
        intervals, asked = self._results.intervals, self._results.asked
        walk = Walk(columns, now, intervals.end, intervals.grid, asked)
        yield from self._results.count(walk.counted(steps), mono)

    def _hold_back(self, columns: Columns, number: int, mono: float) -> Columns:
        """Hold back the hits after the first `number`, and return the others."""
        if number or self.is_done:
            self._since = mono
        self._waiting = Columns()
        if number < len(columns):
            columns, self._waiting = columns.split(number)
        return columns

    def snapshot(self) -> dict[str, Any]:
        """Return the hits that wait as a value that JSON can hold."""
        return self._waiting.snapshot()

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        self._waiting = Columns.restored(snapshot)


class Idle:
    """Moves the clock on in silence, or without data while no log can be read."""

    def __init__(self, clock: Clock, results: Results) -> None:
        self._clock = clock
        self._results = results
        self._coverage = results.coverage

    def advance(self, mono: float, outage: Outage) -> Iterator[Event]:
        """Move on to `mono`, a monotonic time."""
        results, coverage, now = self._results, self._coverage, self._reading(mono)
        coverage.unparsed.date(now)
        if coverage.no_log_has_data(outage):
            coverage.end_round(outage, now, mono)
            newest = self._clock.newest
            seen = 0 if newest is None else newest + 1
            results.intervals.observed.pause(max(coverage.gaps.latest, seen))
            if results.intervals.is_over_at(now):
                yield from results.roll_over(now)
        elif (second := self._clock.go_on(mono)) is not None:
            is_doubtful = coverage.is_blind or self._clock.is_in_doubt(mono)
            yield from self._reach(second, outage, mono, is_doubtful=is_doubtful)
        yield from results.release()
        yield from results.diagnostics.of_skew(self._clock, mono)

    def pass_silence(self, silence: float, wall: float) -> Iterator[Event]:
        """Move on by a silence in seconds, and announce all logs without data.

        `wall` is the machine's time, for a log without a time.
        """
        second = self._clock.pass_silence(silence)
        self._results.reporting.date(second, self._clock.newest, wall)
        if second is not None:
            is_doubtful = self._coverage.is_blind
            yield from self._reach(second, NONE, 0.0, is_doubtful=is_doubtful)
        yield from self._results.messages(second or int(wall), 0.0, patience=0.0)

    def _reach(
        self, second: int, outage: Outage, mono: float, *, is_doubtful: bool
    ) -> Iterator[Event]:
        """Move on to a second. If it `is_doubtful`, hits before it may be missing."""
        if is_doubtful:
            self._coverage.miss_through(second - 1)
        self._coverage.end_round(outage, second, mono)
        yield from self._coverage.gaps.ended()
        self._results.intervals.observed.resume(second)
        yield from self._results.reach(second)

    def _reading(self, mono: float) -> int:
        return self._clock.reading(mono) or 0
