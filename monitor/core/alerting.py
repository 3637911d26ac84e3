"""Counts by the second -> alerts. The window is judged at the end of every second."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.alerts import FIRING, HITS, RULES, Alert, AlertState, Rule, Window
from monitor.core.causes import Recent
from monitor.core.events import WindowReading
from monitor.core.outage import Coverage
from monitor.options import Settings
from monitor.periods import Period

SERIES = 56
"""Averages over time that a report shows of the window."""


class Alerting:
    """The window, the states of the rules, the last hits, and the latest alerts.

    `period` is the reported part of a replay. A crossing before it is no alert. A rule that fires
    when the period begins is announced with the second before.
    `follow`: a log is followed, and hits from before the start may be in the window. `coverage`
    knows at which seconds hits may be missing.
    """

    def __init__(
        self, settings: Settings, coverage: Coverage, period: Period, *, follow: bool
    ) -> None:
        self.window = Window(settings.window)
        self.recent = Recent(settings.window, settings.delay)
        self._states = {
            name: AlertState(
                Rule(kind, getattr(settings, kind.threshold), settings.window)
            )
            for name, kind in RULES.items()
        }
        self._follow = follow
        self._period = period
        self._last: WindowReading | None = None  # when the period ended
        self._coverage = coverage
        self._backfill: dict[str, Counter[int]] = {}
        self._shown: deque[Alert] = deque(maxlen=settings.alerts)
        self._number = 0  # of all alerts and recoveries
        self.firings = 0  # in this run, with those that were firing when it began

    def backfill(self, log: str, seconds: Counter[int], now: int | None) -> None:
        """Add hits of a log from before the start; `now` is the machine's present second."""
        self._backfill[log] = seconds
        for second, hits in seconds.items():
            if now is None or second <= now:
                self.window.add(second, HITS, hits)

    def move(self, moves: Mapping[tuple[int | None, int | None], int]) -> None:
        """Move hits in the window to other seconds."""
        for (counted, own), hits in moves.items():
            if counted is not None:
                self.window.add(counted, HITS, -hits)
            if own is not None:
                self.window.add(own, HITS, hits)

    def begin(self, second: int) -> None:
        """Begin the stream time at a second."""
        if self._follow:
            self._shift(second - 1 - (self.window.through or 0))
            seconds = sum(self._backfill.values(), Counter[int]())
            counts = {second: {HITS: hits} for second, hits in seconds.items()}
            self.window.replace(counts, second - 1)
        else:
            self.window.start(second - 1)
            until = self._period.until
            if until is not None and until <= second:
                self._last = self.reading()

    def set_back(self, second: int, shift: int) -> None:
        """Begin again with an empty window at a second, because the log's clock was set back."""
        self.window.restart(second - 1)
        self.recent.clear()
        self._shift(-shift)

    def _shift(self, seconds: int) -> None:
        for state in self._states.values():
            state.shift(seconds)

    def judge(self, through: int, *, late: bool) -> Iterator[Alert]:
        """Judge all seconds up to `through` by each rule; `late` marks the alerts `seen_late`."""
        for alert in self._alerts(through):
            causes = self.recent.causes(alert.at) if alert.state == FIRING else ()
            alert = alert._replace(seen_late=late, causes=causes)
            self._shown.append(alert)
            self._number += 1
            self.firings += alert.state == FIRING
            yield alert

    def _alerts(self, through: int) -> Iterator[Alert]:
        since, until = self._period
        if since is not None and self.window.next_second < since <= through + 1:
            yield from self._crossings(since - 1)
            for state in self._states.values():
                yield from state.go_on(since - 1, self.window.sums)
        if until is not None and self.window.next_second < until <= through + 1:
            yield from self._crossings(until - 1)
            self._last = self.reading()
        yield from self._crossings(through)

    def _crossings(self, through: int) -> Iterator[Alert]:
        window, states = self.window, self._states.values()
        for second in window.advance(through):
            is_complete = self._coverage.sees_all(second) and window.knows_all_at(
                second
            )
            for state in states:
                alert = state.evaluate(second, window.sums, is_complete=is_complete)
                if alert is not None and self._period.holds(second):
                    yield alert

    def reading(self) -> WindowReading:
        """Return the window as reports show it, by the first rule."""
        state = next(iter(self._states.values()))
        measure = state.rule.kind.measure
        series = tuple(self.window.series(measure, SERIES))
        hits = self.window.sums.get(measure, 0)
        return WindowReading(hits, state.rule, state.firing, series, state.since)

    def last_reading(self) -> WindowReading:
        """Return the window at the end of the period, or now if the period goes on."""
        return self._last or self.reading()

    def latest(self) -> tuple[tuple[Alert, ...], int]:
        """Return the latest alerts and recoveries, and the number of all before them."""
        return tuple(self._shown), self._number - len(self._shown)

    def snapshot(self) -> dict[str, Any]:
        """Return the window and the alerts as a value that JSON can hold."""
        return {
            "window": self.window.snapshot(),
            "recent": self.recent.snapshot(self.window.next_second),
            "backfill": {
                log: sorted(hits.items()) for log, hits in self._backfill.items()
            },
            "rules": {name: each.snapshot() for name, each in self._states.items()},
            "alerts": [alert.snapshot() for alert in self._shown],
            "alert_count": self._number,
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot. The caller restores the window."""
        self._shown.extend(map(Alert.restored, snapshot["alerts"]))
        self._number = snapshot["alert_count"]
        self.recent.restore(snapshot["recent"])
        for name in self._states.keys() & snapshot["rules"].keys():
            self._states[name].restore(snapshot["rules"][name])
            self.firings += self._states[name].firing
