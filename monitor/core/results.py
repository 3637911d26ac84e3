"""Counted values, in the order of time -> reports, alerts and notices."""

from collections.abc import Iterable, Iterator
from typing import Any

from monitor.alerts import Alert, Asked
from monitor.core.alerting import Alerting
from monitor.core.causes import Stretch
from monitor.core.counting import Counted, Lines, PlacedMarks, Seconds
from monitor.core.diagnostics import Diagnostics, Lacking
from monitor.core.events import Event, Report
from monitor.core.gaps import PATIENCE
from monitor.core.intervals import Grid, Interval, Intervals
from monitor.core.outage import Coverage
from monitor.core.reporting import Reporting
from monitor.core.totals import Totals
from monitor.formats import Mark
from monitor.settings import Settings
from monitor.stats import Tally
from monitor.streamtime import Advance, SetBack, Start


class Results:
    """The intervals, the alerts, the notices and the outages of a run.

    `now` is the machine's present second when logs are followed, and None in a replay.
    """

    def __init__(self, settings: Settings, mono: float, now: int | None) -> None:
        follow, grid = now is not None, Grid.of(settings)
        self.coverage = Coverage(settings.window)
        self.intervals = Intervals(grid, settings.by, silent=follow)
        self.intervals.holding = settings.once
        self.alerting = Alerting(settings, self.coverage, grid.period, follow=follow)
        self.reporting = Reporting(settings, self.alerting, self.coverage)
        self.diagnostics = Diagnostics(settings, mono, follow=follow)
        self.lacking = Lacking(settings)
        self.asked = Asked.of(settings)
        self.totals = Totals(settings.metrics_sections)
        self._is_measured = settings.is_measured
        self._top = settings.top
        self._parts = sorted(map(str, settings.only))
        self._delay = settings.delay
        self._follow = follow
        if now is not None:
            self.alerting.window.start(now - 1)
            self.intervals.open_at(now)

    def snapshot(self) -> dict[str, Any]:
        """Return the state for the next run as a value that JSON can hold."""
        return {
            **self.alerting.snapshot(),
            "intervals": self.intervals.snapshot(),
            "coverage": self.coverage.snapshot(),
            "only": self._parts,
            "totals": self.totals.snapshot(),
        }

    def restore(self, snapshot: dict[str, Any], mono: float) -> None:
        """Go on from a snapshot. If no hit set the clock yet, the caller fills the window."""
        self.alerting.restore(snapshot)
        self.intervals.restore(snapshot["intervals"])
        self.coverage.restore(snapshot["coverage"], mono)
        if "totals" in snapshot:  # else the state is of an earlier release
            self.totals.restore(snapshot["totals"])
        if snapshot["clock"] is not None:
            self.alerting.window.restore(snapshot["window"])

    def count(self, values: Iterable[Counted | Tally], mono: float) -> Iterator[Event]:
        """Count values that were read at `mono`; yield the events that follow from them."""
        add = self.alerting.add
        for value in values:
            match value:
                case Stretch():
                    self.alerting.recent.add(value)
                case Seconds(name, counts):
                    self.intervals.observed.resume(counts[0][0])
                    add(name, counts)
                case Advance(second, leap):
                    yield from self.reach(second, leap)
                case Lines():
                    self._enter(value)
                case Tally():
                    self.intervals.add(value)
                case PlacedMarks(second, marks):
                    yield from self._note(marks, second, mono)
                case Start(second):
                    self.coverage.shift(self.alerting.window.next_second, second)
                    self.alerting.begin(second)
                    self.intervals.open_at(second)
                    self.diagnostics.begin(mono)
                case SetBack(second, shift):
                    self.coverage.shift(second + shift, second)
                    self.alerting.set_back(second, shift)
                    yield from self.roll_over(second)
                    yield from self.diagnostics.of_setback(shift)

    def _enter(self, lines: Lines) -> None:
        """Count lines in the open interval, and in the totals if there are metrics."""
        lines.enter(self.intervals.tally)
        if self._is_measured:
            lines.total(self.totals)

    def _note(self, marks: list[Mark], second: int, mono: float) -> Iterator[Event]:
        """Note unparsed lines that came at a second; yield a notice for a log that turns blind."""
        blind = self.coverage.note_marks(marks, second, mono)
        yield from self.diagnostics.of_unreadable(blind)
        yield from self.coverage.gaps.ended()

    def messages(
        self, second: int, mono: float, patience: float = PATIENCE
    ) -> Iterator[Event]:
        """Yield the messages that logs have no data, after some patience, or have data again."""
        yield from self.coverage.gaps.ended()
        yield from self.coverage.gaps.begun(second, mono, patience)

    def reach(self, second: int, leap: int = 0) -> Iterator[Event]:
        """Move stream time to a second, because all seconds before it are over."""
        is_over = self.intervals.is_over_at(second)
        if is_over:
            yield from self.judge((self.intervals.end or 0) - 1 - self._delay)
        if leap:
            yield from self.diagnostics.of_leap(leap)
        if is_over:
            yield from self.roll_over(second)
        self.intervals.observed.now = second
        yield from self.judge(second - 1 - self._delay)

    def judge(self, through: int) -> Iterator[Event]:
        """Judge the traffic of the seconds up to a second."""
        late = self._follow and self.intervals.holding
        for event in self.alerting.judge(through, late=late):
            if isinstance(event, Alert) and not event.reminder:
                self.totals.add_alert(event.rule.name, event.state)
            yield event

    def roll_over(self, second: int) -> Iterator[Event]:
        """End the open interval, and open the interval of a second."""
        return self._reports(self.intervals.roll_over(second))

    def release(self) -> Iterator[Event]:
        """Report the interval that was held back."""
        return self._reports(self.intervals.release())

    def so_far(self, now: int) -> Report:
        """Return the report of the open interval up to the second `now`. It stays open."""
        opened = self.intervals
        assert opened.start is not None
        start, end, seconds = opened.start, now + 1, opened.observed.before(now + 1)
        so_far = Interval(start, end, seconds, opened.tally, opened.previous_rate)
        return self.reporting.report(so_far)._replace(is_open=True)

    def close(self) -> Iterator[Event]:
        """Report the last interval and the held interval, then the summary."""
        intervals = self.intervals
        yield from self.lacking.end()
        yield from self._reports(intervals.close_last())
        yield from self.release()
        yield from self.diagnostics.of_ignored(intervals.total)
        yield self.reporting.summary(intervals)

    def _reports(self, intervals: list[Interval]) -> Iterator[Event]:
        for each in intervals:
            if each.tally.hits or self._follow:
                report = self.reporting.report(each)
                largest = report.values.rankings["sections"].rows[: self._top]
                self.totals.list_sections(row.name for row in largest)
                yield report
                yield from self.diagnostics.of_malformed(each, report.values)
                yield from self.diagnostics.of_unlogged(report.values)
                yield from self.diagnostics.of_ignored(self.intervals.total)
