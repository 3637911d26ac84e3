"""Intervals of stream time: their bounds, and the open interval, which becomes a report.

The bounds are the multiples of the length, and the bounds of the reported period.

Every line is entered once, into the open interval. When an interval is over, it is added to the
total of the run and becomes a report. While the monitor catches up after a stop, intervals that are
over are held back. They are added up and become one report.
"""

from functools import partial
from typing import Any, NamedTuple

from monitor.core.observed import Observed
from monitor.periods import ALWAYS, Period, fixed_period
from monitor.settings import Settings
from monitor.stats import RUN_ROOM, Tally


class Grid(NamedTuple):
    """Intervals of `length` seconds. Only intervals of the `period` are reported."""

    length: int
    period: Period = ALWAYS

    @classmethod
    def of(cls, settings: Settings) -> "Grid":
        """Return the intervals of a run. In a replay the settings have the dates of its period."""
        if not settings.replay:
            return cls(settings.interval)
        return cls(settings.interval, fixed_period(settings.since, settings.until))

    def start_of(self, second: int) -> int:
        """Return the first second of the interval of a second."""
        start = second - second % self.length
        bounds = (each for each in self.period if each is not None and each <= second)
        return max([start, *bounds])

    def end_of(self, second: int) -> int:
        """Return the first second after the interval of a second."""
        end = second - second % self.length + self.length
        bounds = (each for each in self.period if each is not None and each > second)
        return min([end, *bounds])


class Interval(NamedTuple):
    """The tally of `[start, end)`, seconds since 1970, of which `seconds` were observed.

    `previous_rate` is the rate of the interval before. It is None for the first interval, and if
    less than half of either interval was observed.
    """

    start: int
    end: int
    seconds: int
    tally: Tally
    previous_rate: float | None

    @property
    def comparable_rate(self) -> float | None:
        """Hits per second; None if too little was observed to compare it."""
        half = (self.end - self.start) / 2
        return self.tally.hits / self.seconds if self.seconds >= half else None


class Intervals:
    """The open interval `[start, end)` with its tally, and the total of the run.

    With `silent`, intervals without a hit count, too. While `holding`, intervals that end are held
    back. The intervals that were returned lie between `first_start` and `last_end`. In this time
    `seconds` were observed. `by` is the key of the table of a report.
    """

    def __init__(self, grid: Grid, by: str = "section", *, silent: bool) -> None:
        self._new_tally = partial(Tally, by=by)
        self.start: int | None = None
        self.end: int | None = None
        self.tally = self._new_tally()
        self.total = self._new_tally(RUN_ROOM)
        self.first_start: int | None = None
        self.last_end: int | None = None
        self.seconds = 0
        self.observed = Observed()
        self.previous_rate: float | None = None
        self.grid = grid
        self.holding = False
        self._silent = silent
        self._held: Interval | None = None

    def snapshot(self) -> dict[str, Any]:
        """Return the open and the held interval as a value that JSON can hold."""
        held = self._held
        return {
            "start": self.start,
            "tally": self.tally.snapshot(),
            "previous_rate": self.previous_rate,
            "observed": self.observed.snapshot(),
            "held": held and [*held[:3], held.tally.snapshot()],
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot. Hold intervals back, because the monitor was away."""
        self.tally.restore(snapshot["tally"])
        self.previous_rate = snapshot["previous_rate"]
        if snapshot["held"]:
            start, end, seconds, tally = snapshot["held"]
            held = self._new_tally()
            held.restore(tally)
            self._held = Interval(start, end, seconds, held, self.previous_rate)
        if snapshot["start"] is not None:
            self._open(snapshot["start"])
        self.observed.restore(snapshot["observed"])
        self.holding = True

    def open_at(self, second: int) -> None:
        """Open the interval of `second`. Lines that were entered already belong to it.

        So does the time that was observed already.
        """
        now = self.observed.now
        lasted = 0 if now is None else self.observed.before(now)
        self.observed.begin(max(self._open(second), second - lasted))
        self.observed.now = second

    def _open(self, second: int) -> int:
        """Set the bounds of the open interval, and return its start."""
        self.start, self.end = self.grid.start_of(second), self.grid.end_of(second)
        return self.start

    @property
    def unparsed(self) -> int:
        """The unparsed lines of the run so far."""
        return self.total.unparsed + self.tally.unparsed

    def is_over_at(self, second: int) -> bool:
        """Return whether the open interval has ended before a second."""
        return self.end is not None and second >= self.end

    def roll_over(self, second: int) -> list[Interval]:
        """Close the open interval and open the interval of `second`; return the intervals to report."""
        assert self.start is not None and self.end is not None
        end, is_set_back = self.end, second < self.end
        over = self._close(self.start, end, self._seen_to() if is_set_back else end)
        start = self._open(second)
        if self._silent and start > end:
            self.observed.begin(end)
            over += self._close(end, start, start)
        self.observed.begin(second if is_set_back else start)
        self.observed.now = second
        return over

    def add(self, tally: Tally) -> None:
        """Enter the lines of a tally. The tally must not be changed afterwards."""
        if self.tally.lines:
            self.tally.add(tally)
        else:
            self.tally = tally

    def release(self) -> list[Interval]:
        """Return the held interval to report it, and hold back no more intervals."""
        held, self._held, self.holding = self._held, None, False
        return [self._recorded(held)] if held else []

    def close_last(self) -> list[Interval]:
        """Close the open interval if it has lines, even if it is not over."""
        if self.start is None or self.end is None:
            tally, self.tally = self.tally, self._new_tally()
            self.total.add(tally)
            return []
        seen_to = self._seen_to()
        if not self.tally.lines:
            return []
        over = self._close(self.start, self.end, seen_to)
        self.observed.begin(seen_to)
        return over

    def _seen_to(self) -> int:
        """Return the first second of the open interval that the stream has not reached."""
        now, end = self.observed.now, self.end
        assert now is not None and end is not None
        return min(end, now + 1)

    def _close(self, start: int, end: int, seen_to: int) -> list[Interval]:
        """End an interval, which was seen up to a second."""
        if not self.tally.lines and not self._silent:
            return []
        tally, self.tally = self.tally, self._new_tally()
        if not self.grid.period.holds(start):
            return []
        self.total.add(tally)
        seconds = max(self.observed.before(seen_to), min(tally.hits, 1))
        over = Interval(start, end, seconds, tally, self.previous_rate)
        if self.holding:
            self._held = _joined(self._held, over) if self._held else over
            return []
        return [self._recorded(over)]

    def _recorded(self, interval: Interval) -> Interval:
        first, last = self.first_start, self.last_end
        start, end = interval.start, interval.end
        self.first_start = start if first is None else min(first, start)
        self.last_end = end if last is None else max(last, end)
        silence = 0 if last is None else max(0, start - last)
        self.seconds += silence + interval.seconds
        self.previous_rate = interval.comparable_rate
        if self.previous_rate is None:
            return interval._replace(previous_rate=None)
        return interval


def _joined(first: Interval, second: Interval) -> Interval:
    """Return two intervals as one. The first tally is reused, because it may be large."""
    first.tally.add(second.tally)
    start, end = min(first.start, second.start), max(first.end, second.end)
    silence = max(0, second.start - first.end)
    seconds = first.seconds + silence + second.seconds
    return Interval(start, end, seconds, first.tally, first.previous_rate)
