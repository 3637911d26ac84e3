"""Intervals of stream time, aligned to multiples of their length. An interval becomes a report.

Every line is entered once, into the open interval. When an interval is over, it is added to the
total of the run and becomes a report. While the monitor catches up after a stop, intervals that are
over are held back. They are added up and become one report.
"""

from typing import Any, NamedTuple

from monitor.core.grid import Grid
from monitor.stats import RUN_ROOM, Tally


class Interval(NamedTuple):
    """The tally of `[start, end)`, seconds since 1970, and the rate of the interval before.

    `previous_rate` is None for the first interval and next to a partial one. A monitor that follows
    a log starts and stops in mid-interval, so its first and last intervals are partial.
    """

    start: int
    end: int
    tally: Tally
    previous_rate: float | None
    is_whole: bool = True


class Intervals:
    """The open interval `[start, end)` with its tally, and the total of the run.

    With `silent`, intervals without a hit count, too. While `holding`, intervals that end are held
    back. The intervals that were returned lie between `first_start` and `last_end`.
    """

    def __init__(self, grid: Grid, *, silent: bool) -> None:
        self.start: int | None = None
        self.end: int | None = None
        self.tally = Tally()
        self.total = Tally(RUN_ROOM)
        self.first_start: int | None = None
        self.last_end: int | None = None
        self.previous_rate: float | None = None
        self.grid = grid
        self.holding = False
        self._silent = silent
        self._opened_late = False
        self._held: Interval | None = None

    def snapshot(self) -> dict[str, Any]:
        """Return the open and the held interval as a value that JSON can hold."""
        held = self._held
        return {
            "start": self.start,
            "tally": self.tally.snapshot(),
            "previous_rate": self.previous_rate,
            "opened_late": self._opened_late,
            "held": held and [held.start, held.end, held.tally.snapshot()],
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot. Hold intervals back, because the monitor was away."""
        self.tally.restore(snapshot["tally"])
        self.previous_rate = snapshot["previous_rate"]
        if snapshot["held"]:
            start, end, tally = snapshot["held"]
            held = Tally()
            held.restore(tally)
            self._held = Interval(start, end, held, self.previous_rate)
        if snapshot["start"] is not None:
            self.open_at(snapshot["start"])
            self._opened_late = snapshot["opened_late"]
        self.holding = True

    def open_at(self, second: int) -> None:
        """Open the interval of `second`. Lines that were entered already belong to it."""
        self.start, self.end = self.grid.start_of(second), self.grid.end_of(second)
        self._opened_late = self._silent and second > self.start

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
        end = self.end
        over = self._close(self.start, end)
        self.open_at(second)
        self._opened_late = False
        if self._silent and self.start > end:
            over += self._close(end, self.start)
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
            tally, self.tally = self.tally, Tally()
            self.total.add(tally)
            return []
        if self._silent:
            self.previous_rate = None
        return self._close(self.start, self.end) if self.tally.lines else []

    def _close(self, start: int, end: int) -> list[Interval]:
        if not self.tally.lines and not self._silent:
            return []
        tally, self.tally = self.tally, Tally()
        if not self.grid.period.holds(start):
            return []
        self.total.add(tally)
        over = Interval(start, end, tally, self.previous_rate, not self._opened_late)
        if self.holding:
            self._held = _joined(self._held, over) if self._held else over
            return []
        return [self._recorded(over)]

    def _recorded(self, interval: Interval) -> Interval:
        first, last = self.first_start, self.last_end
        start, end = interval.start, interval.end
        self.first_start = start if first is None else min(first, start)
        self.last_end = end if last is None else max(last, end)
        rate = interval.tally.hits / (end - start)
        self.previous_rate = rate if interval.is_whole else None
        return interval


def _joined(first: Interval, second: Interval) -> Interval:
    """Return two intervals as one. The first tally is reused, because it may be large."""
    first.tally.add(second.tally)
    start, end = min(first.start, second.start), max(first.end, second.end)
    is_whole = first.is_whole and second.is_whole
    return Interval(start, end, first.tally, first.previous_rate, is_whole)
