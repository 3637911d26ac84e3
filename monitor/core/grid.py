"""The bounds of intervals: the multiples of their length, and the bounds of the reported period."""

from typing import NamedTuple

from monitor.options import Settings
from monitor.periods import ALWAYS, Period, fixed_period


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
