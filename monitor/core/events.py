"""The events of the core: values that the outputs turn into text or JSON."""

from typing import NamedTuple

from monitor.alerts import Alert, Rule
from monitor.stats import Values


class WindowReading(NamedTuple):
    """The alert window at one moment: its hits, its rule, and averages over time, oldest first."""

    hits: int
    rule: Rule
    firing: bool
    series: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Hits per second on average."""
        return self.hits / self.rule.window


class NoData(NamedTuple):
    """An outage: logs cannot be read `since` a second of stream time, for a reason."""

    since: int
    reason: str


class Report(NamedTuple):
    """The traffic of `[start, end)` in seconds since 1970; both are None if no line had a time.

    `alerts` are the latest alerts, oldest first; `earlier_alerts` is the number of all alerts before
    them. `previous_rate` is the rate of the interval before, None if it is unknown or partial.
    `is_open`: the interval goes on after `end`, and its report will have these hits, too.
    """

    start: int | None
    end: int | None
    values: Values
    window: WindowReading
    previous_rate: float | None
    alerts: tuple[Alert, ...]
    earlier_alerts: int
    no_data: NoData | None = None
    is_open: bool = False

    @property
    def rate(self) -> float:
        """Hits per second; 0 for a report of no time."""
        if self.start is None or self.end is None or self.end <= self.start:
            return 0.0
        return self.values.hits / (self.end - self.start)


class Summary(Report):
    """A report of a whole run."""

    __slots__ = ()


class Notice(NamedTuple):
    """A message of one line for the user that is not about traffic."""

    message: str


Event = Report | Alert | Notice
