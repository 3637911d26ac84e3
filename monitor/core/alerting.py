"""Counts by the second -> alerts. The window is judged at the end of every second."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from monitor.alerts import FIRING, HITS, Alert, Judging, Window
from monitor.core.causes import Recent
from monitor.core.events import Notice, WindowReading
from monitor.core.outage import Coverage
from monitor.core.past import Counts, Moves, Past
from monitor.core.warnings import Warnings
from monitor.periods import Period
from monitor.settings import Settings

SERIES = 56
"""Averages over time that a report shows of the window."""


Judged = Callable[[int, int, bool], None]
"""Takes a judged second, the hits in its window, and whether no hit is missing."""


class Seen:
    """The second since which all logs have had data; None before the first judged second.

    A rule of silence is judged only by a window that was seen whole.
    """

    def __init__(self, window: Window, coverage: Coverage) -> None:
        self.since: int | None = None
        self._window = window
        self._coverage = coverage

    def full_at(self) -> int:
        """Return the first second at which the whole window was seen."""
        if self.since is None:
            self.since = self._window.next_second
        self.since = max(self.since, self._coverage.lost_through + 1)
        return self.since + self._window.seconds - 1

    def shift(self, seconds: int) -> None:
        """Move the time, because the log's clock was set."""
        if self.since is not None:
            self.since += seconds


class Shown:
    """The latest `most` alerts and recoveries. Reminders are not repeated.

    `firings` are the alerts of this run, with those that were firing when it began.
    """

    def __init__(self, most: int) -> None:
        self._latest: deque[Alert] = deque(maxlen=most)
        self._number = 0  # of all alerts and recoveries
        self.firings = 0

    def add(self, alert: Alert) -> None:
        """Add an alert or a recovery."""
        if alert.reminder:
            return
        self._latest.append(alert)
        self._number += 1
        self.firings += alert.state == FIRING

    def latest(self) -> tuple[tuple[Alert, ...], int]:
        """Return the latest alerts and recoveries, and the number of all before them."""
        return tuple(self._latest), self._number - len(self._latest)

    def snapshot(self) -> dict[str, Any]:
        """Return the alerts as a value that JSON can hold."""
        return {
            "alerts": [alert.snapshot() for alert in self._latest],
            "alert_count": self._number,
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Go on from a snapshot."""
        self._latest.extend(map(Alert.restored, snapshot["alerts"]))
        self._number = snapshot["alert_count"]


class Alerting:
    """The window, the rules, the last hits, and the latest alerts.

    `period` is the reported part of a replay. A crossing before it is no alert. A rule that fires
    when the period begins is announced with the second before.
    `follow`: a log is followed, and hits from before the start may be in the window. `coverage`
    knows at which seconds hits may be missing. `judged` get each second at which the sums change.
    """

    def __init__(
        self, settings: Settings, coverage: Coverage, period: Period, *, follow: bool
    ) -> None:
        self.window = Window(settings.window)
        self.recent = Recent(settings.window, settings.delay)
        self.judging = Judging(settings)
        self.warnings = Warnings(self.judging)
        self.shown = Shown(settings.alerts)
        self._follow = follow
        self._period = period
        self._last: WindowReading | None = None  # when the period ended
        self._coverage = coverage
        self._past = Past()
        self._seen = Seen(self.window, coverage)
        self._due = self._due_second if self.judging.goes_by_time else None
        self.judged: list[Judged] = []

    def backfill(
        self, log: str, seconds: Counter[int], counts: Counts, now: int | None
    ) -> None:
        """Add hits of a log from before the start; `now` is the machine's present second."""
        for name, numbers in self._past.add(log, seconds, counts).items():
            inside = [each for each in numbers.items() if now is None or each[0] <= now]
            self.add(name, inside)

    def add(self, name: str, counts: Iterable[tuple[int, int]]) -> None:
        """Add the numbers of some seconds under a name. Too many clients are left out."""
        window = self.window
        if not self.judging.has_room_for(name, window.sums):
            self.warnings.is_crowded = True
            return
        for second, number in counts:
            window.add(second, name, number)

    def move(self, moves: Moves, name: str) -> None:
        """Move counts of a name in the window to other seconds."""
        for (counted, own), number in moves.items():
            if counted is not None:
                self.window.add(counted, name, -number)
            if own is not None:
                self.window.add(own, name, number)

    def begin(self, second: int) -> None:
        """Begin the stream time at a second."""
        if self._follow:
            self._shift(second - 1 - (self.window.through or 0))
            self.window.replace(self._past.seconds(), second - 1)
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
        self.judging.shift(seconds)
        self._seen.shift(seconds)

    def judge(self, through: int, *, late: bool) -> Iterator[Alert | Notice]:
        """Judge all seconds up to `through` by each rule; `late` marks the alerts `seen_late`."""
        for alert in self._alerts(through):
            explains = alert.state == FIRING and alert.rule.kind.above
            causes = self.recent.causes(alert.at) if explains else ()
            alert = alert._replace(seen_late=late, causes=causes)
            self.shown.add(alert)
            yield alert
        yield from self.warnings.due()

    def _alerts(self, through: int) -> Iterator[Alert]:
        since, until = self._period
        if since is not None and self.window.next_second < since <= through + 1:
            yield from self._crossings(since - 1)
            yield from self.judging.go_on(since - 1, self.window.sums)
        if until is not None and self.window.next_second < until <= through + 1:
            yield from self._crossings(until - 1)
            self._last = self.reading()
        yield from self._crossings(through)

    def _crossings(self, through: int) -> Iterator[Alert]:
        window, judging, coverage = self.window, self.judging, self._coverage
        for second in window.advance(through, self._due):
            is_complete = coverage.sees_all(second) and window.knows_all_at(second)
            for note in self.judged:
                note(second, window.sums.get(HITS, 0), is_complete)
            is_full = (
                judging.goes_by_time and is_complete and second >= self._seen.full_at()
            )
            found = judging.evaluate(window, is_complete=is_complete, is_full=is_full)
            for alert in found:
                if self._period.holds(second):
                    yield alert

    def _due_second(self) -> int | None:
        """Return the next second to judge even if no sum changes."""
        due, full_at = self.judging.due, self._seen.full_at()
        if full_at < self.window.next_second:
            return due
        return full_at if due is None else min(due, full_at)

    def reading(self) -> WindowReading:
        """Return the window as reports show it, by the traffic rule."""
        state = self.judging.first
        series = tuple(self.window.series(HITS, SERIES))
        hits = self.window.sums.get(HITS, 0)
        return WindowReading(hits, state.rule, state.firing, series, state.since)

    def last_reading(self) -> WindowReading:
        """Return the window at the end of the period, or now if the period goes on."""
        return self._last or self.reading()

    def snapshot(self) -> dict[str, Any]:
        """Return the window and the alerts as a value that JSON can hold."""
        return {
            "window": self.window.snapshot(),
            "recent": self.recent.snapshot(self.window.next_second),
            **self._past.snapshot(),
            "rules": self.judging.snapshot(),
            "seen_from": self._seen.since,
            "fired": self.judging.fired.snapshot(),
            **self.shown.snapshot(),
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot. The caller restores the window."""
        self.shown.restore(snapshot)
        self.recent.restore(snapshot["recent"])
        self.judging.restore(snapshot["rules"])
        self.judging.fired.restore(snapshot.get("fired", {}))
        self.shown.firings += sum(each.firing for each in self.judging.readings({}))
        self._seen.since = snapshot.get("seen_from")
