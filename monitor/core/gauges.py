"""The present state of the window, the alerts and the logs, for metrics."""

from monitor.alerts import RuleReading
from monitor.core.alerting import Judged
from monitor.core.events import Missing, WindowReading
from monitor.core.results import Results
from monitor.streamtime import Clock


class Gauges:
    """What can be read off a pipeline at any moment, without a change of it."""

    def __init__(self, clock: Clock, results: Results) -> None:
        self._clock = clock
        self._results = results

    @property
    def window(self) -> WindowReading:
        """The alert window."""
        return self._results.alerting.reading()

    @property
    def values(self) -> tuple[RuleReading, ...]:
        """The present value of each rule; of clients only those whose alerts fire."""
        return self._results.reporting.rules()

    @property
    def names(self) -> list[str]:
        """The names of the rules that are judged."""
        return self._results.alerting.judging.names

    @property
    def judged(self) -> list[Judged]:
        """The receivers of the hits of the window, at each second at which they change."""
        return self._results.alerting.judged

    @property
    def newest(self) -> int | None:
        """The second of the newest hit, None before the first one."""
        return self._clock.newest

    @property
    def missing(self) -> Missing | None:
        """Why and since when logs have no data; None if all have data."""
        return self._results.coverage.gaps.missing()

    @property
    def logs_without_data(self) -> set[str]:
        """The logs that cannot be read, or whose lines cannot be parsed."""
        return self._results.coverage.gaps.logs
