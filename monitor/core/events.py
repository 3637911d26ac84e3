"""The events of the core: values that the outputs turn into text or JSON."""

from typing import NamedTuple

from monitor.alerts import Alert, Rule
from monitor.stats import Values


class WindowReading(NamedTuple):
    """The alert window at one moment: its hits, the rule on it, and its course, oldest first."""

    hits: int
    rule: Rule
    firing: bool
    series: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Hits per second on average."""
        return self.hits / self.rule.window


class NoData(NamedTuple):
    """A log that cannot be read `since` a second of stream time, and why."""

    since: int
    reason: str


class Report(NamedTuple):
    """The traffic of `[start, end)`, seconds since 1970; both None when nothing had a time.

    `alerts` are the latest, oldest first, after `earlier_alerts` that are not among them.
    `previous_rate` is that of the report before, None in the first.
    """

    start: int | None
    end: int | None
    values: Values
    window: WindowReading
    previous_rate: float | None
    alerts: tuple[Alert, ...]
    earlier_alerts: int
    no_data: NoData | None = None

    @property
    def rate(self) -> float:
        """Hits per second; 0 for a report of no time."""
        if self.start is None or self.end is None or self.end <= self.start:
            return 0.0
        return self.values.hits / (self.end - self.start)


class Summary(Report):
    """The same for a whole run."""

    __slots__ = ()


class Notice(NamedTuple):
    """Something the user should know that is not traffic: one line."""

    message: str


Event = Report | Alert | Notice
