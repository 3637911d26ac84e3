"""The events of the core: values that the outputs turn into text or JSON."""

from typing import NamedTuple

from monitor.alerts import Alert, Rule, RuleReading
from monitor.settings import STDIN
from monitor.stats import Values
from monitor.thresholds import Suggestion


class WindowReading(NamedTuple):
    """The alert window at one moment: its hits, its rule, and averages over time, oldest first.

    `since` is the second at which the alert fired, if it is `firing`.
    """

    hits: int
    rule: Rule
    firing: bool
    series: tuple[float, ...]
    since: int = 0

    @property
    def rate(self) -> float:
        """Hits per second on average."""
        return self.hits / self.rule.window


def name_of(log: str) -> str:
    """Return the name of a log in a message."""
    return "standard input" if log == STDIN else log


class Missing(NamedTuple):
    """Logs that have no data `since` a second of stream time, for a reason.

    `since` is None if no hit had a time yet.
    """

    since: int | None
    reason: str


BEGAN, ENDED = "began", "ended"


class NoData(NamedTuple):
    """A log has no data: it cannot be read, or its lines cannot be parsed.

    state   BEGAN or ENDED
    file    the log
    since   the second from which the data is missing, since 1970
    at      the second of this message
    reason  why the data is missing
    moved   the seconds by which the log's clock was set since the first message
    """

    state: str
    file: str
    since: int
    at: int
    reason: str
    moved: int = 0

    @property
    def name(self) -> str:
        """The name of the log in a message."""
        return name_of(self.file)

    @property
    def has_ended(self) -> bool:
        """Whether the log has data again."""
        return self.state == ENDED


class AsOf(NamedTuple):
    """Up to when a run with `--once` knows the logs.

    second        the second of stream time, None if no line had a time
    age           how many seconds of the machine's clock ago this was
    silent_since  the second of the newest hit if the logs are silent for longer than the window
    """

    second: int | None
    age: int = 0
    silent_since: int | None = None


class Peak(NamedTuple):
    """The busiest minute of a report: its first second, and its hits per second."""

    second: int
    rate: float


PEAK_FROM = 120
"""Seconds of a report from which it has a busiest minute."""


class Report(NamedTuple):
    """The traffic of `[start, end)` in seconds since 1970; both are None if no line had a time.

    seconds         the seconds of this time in which logs were read
    alerts          the latest alerts and recoveries, oldest first
    earlier_alerts  the number of all alerts and recoveries before them
    firings         the alerts of this run, with those that were firing when it began
    previous_rate   the rate of the interval before; None if there is none, or if less than half of
                    one of the two was observed
    is_open         the interval goes on after `end`, and its report will have these hits, too
    files           the logs as the command line names them
    only            the parts of --only, which choose the hits
    rules           the present value of each rule, the traffic rule first
    usual           the usual hits per second at this time of day, None if they are unknown
    """

    start: int | None
    end: int | None
    seconds: int
    values: Values
    window: WindowReading
    previous_rate: float | None
    alerts: tuple[Alert, ...]
    earlier_alerts: int
    no_data: Missing | None = None
    is_open: bool = False
    firings: int = 0
    files: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    as_of: AsOf | None = None
    usual: float | None = None
    rules: tuple[RuleReading, ...] = ()

    @property
    def rate(self) -> float:
        """Hits per observed second; 0 if nothing was observed."""
        return self.values.hits / self.seconds if self.seconds else 0.0

    @property
    def until(self) -> int:
        """The second up to which the report knows the logs; 0 if no line had a time."""
        if self.as_of and self.as_of.second is not None:
            return self.as_of.second
        return self.end or 0

    @property
    def names(self) -> list[str]:
        """The names of the logs in messages."""
        return list(map(name_of, self.files))

    @property
    def peak(self) -> Peak | None:
        """The busiest minute; None without a hit, or before PEAK_FROM observed seconds."""
        minute = self.values.busiest
        if minute is None or self.seconds < PEAK_FROM:
            return None
        return Peak(minute.second, minute.hits / 60)


class Summary(Report):
    """A report of a whole run."""

    __slots__ = ()


class Notice(NamedTuple):
    """A message of one line for the user that is not about traffic.

    `at` is the second of the machine's clock, since 1970. The core has no such clock, and the
    output that emits the notice sets it.
    """

    message: str
    at: int | None = None


Event = Report | Alert | NoData | Notice | Suggestion
