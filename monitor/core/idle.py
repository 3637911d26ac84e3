"""Moves the time on while no line comes."""

from collections.abc import Iterator

from monitor.core.events import Event
from monitor.core.outage import NONE, Outage
from monitor.core.results import Results
from monitor.streamtime import Clock


class Idle:
    """Moves the clock on in silence, or without data while no log can be read."""

    def __init__(self, clock: Clock, results: Results) -> None:
        self._clock = clock
        self._results = results
        self._coverage = results.coverage

    def advance(self, mono: float, outage: Outage) -> Iterator[Event]:
        """Move on to `mono`, a monotonic time."""
        results, coverage, now = self._results, self._coverage, self._reading(mono)
        coverage.rows.date(now)
        if coverage.is_lost(outage):
            coverage.update(outage, now, mono)
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

    def rest(self, silence: float, wall: float) -> Iterator[Event]:
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
        self._coverage.update(outage, second, mono)
        yield from self._coverage.gaps.ended()
        self._results.intervals.observed.resume(second)
        yield from self._results.reach(second)

    def _reading(self, mono: float) -> int:
        return self._clock.reading(mono) or 0
