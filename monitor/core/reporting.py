"""The open or an ended interval, the alerts and the logs -> a report."""

from typing import Any

from monitor.alerts import RuleReading
from monitor.core.alerting import Alerting
from monitor.core.events import AsOf, Report, Summary
from monitor.core.intervals import Interval, Intervals
from monitor.core.outage import Coverage
from monitor.settings import Settings
from monitor.stats import LISTED
from monitor.usual import usual_rate


class Reporting:
    """Makes the reports of a run from its alerts and its knowledge of the logs.

    `baseline` has the hits per second of earlier hours, which are numbered since 1970.
    """

    def __init__(
        self, settings: Settings, alerting: Alerting, coverage: Coverage
    ) -> None:
        self._settings = settings
        self._alerting = alerting
        self._coverage = coverage
        self._listed = settings.top
        if not settings.replay:
            self._listed = max(settings.top, LISTED)
        self._as_of: AsOf | None = None
        self.baseline: dict[int, float] = {}

    def date(self, second: int | None, newest: int | None, wall: float) -> None:
        """Write into reports up to which second the logs are known, at a machine's time.

        `newest` is the second of the newest hit.
        """
        if second is None or newest is None:
            self._as_of = AsOf(None)
        else:
            is_silent = second - newest > self._settings.window
            since = newest if is_silent else None
            self._as_of = AsOf(second, int(wall) - second, since)

    def report(self, interval: Interval) -> Report:
        """Return the report of an interval."""
        *_, tally, previous_rate = interval
        values, window = tally.values(self._listed), self._alerting.reading()
        bounds = interval.start, interval.end, interval.seconds
        report = Report(*bounds, values, window, previous_rate, **self._surroundings())
        usual = usual_rate(self.baseline, interval.start, interval.end)
        return report._replace(usual=usual)

    def summary(self, intervals: Intervals) -> Summary:
        """Return the report of the whole run."""
        bounds = intervals.first_start, intervals.last_end, intervals.seconds
        values = intervals.total.values(self._listed)
        window = self._alerting.last_reading()
        return Summary(*bounds, values, window, None, **self._surroundings())

    def rules(self) -> tuple[RuleReading, ...]:
        """Return the present value of each rule, the traffic rule first."""
        return self._alerting.judging.readings(self._alerting.window.sums)

    def _surroundings(self) -> dict[str, Any]:
        """Return the fields of a report that are not about its interval."""
        alerts, earlier = self._alerting.shown.latest()
        return {
            "alerts": alerts,
            "earlier_alerts": earlier,
            "no_data": self._coverage.gaps.missing(),
            "rules": self.rules(),
            "firings": self._alerting.shown.firings,
            "files": self._settings.files,
            "only": tuple(map(str, self._settings.only)),
            "as_of": self._as_of,
        }
