"""The pipeline: bytes and the time -> events.

    intake -> columns -> clock -> steps -> counting -> seconds -> alerts
                                                    -> lines   -> reports

Every line is counted in exactly one report. The reports therefore add up to the summary. The events
depend on the bytes and the times at which they came. The cut of the bytes into reads changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from monitor.core.clocks import LogClocks
from monitor.core.events import Event, Report
from monitor.core.gauges import Gauges
from monitor.core.intake import Intake
from monitor.core.outage import NONE, Outage
from monitor.core.partial import PartialCount, read_again
from monitor.core.past import Counts, past_in
from monitor.core.results import Results
from monitor.core.stepping import Idle, Stepping
from monitor.formats import Columns
from monitor.settings import Settings
from monitor.streamtime import LONGEST_GAP, Clock

Before = tuple[Counter[int], Columns, Counts]
"""Hits from before the start: of each second, the last ones, and the numbers by name and second."""

Lines = Callable[[], Iterator[bytes]]
"""Reads the lines of a segment again."""


class Pipeline:
    """Counts the lines of its `intake`; returns reports, alerts, notices and a summary.

    `start` is the machine's time in seconds since 1970 for followed logs, and None in a replay.
    `mono` is a monotonic clock in seconds. `baseline` takes the hits per second of earlier hours.
    """

    def __init__(
        self, settings: Settings, start: float | None = None, mono: float = 0.0
    ) -> None:
        self.intake = Intake(settings)
        self._settings = settings
        self._clock = Clock(start, mono, settings.delay)
        self._mono = mono
        offsets = self.intake.offsets
        if start is not None:
            offsets.note_all_read(mono)
        results = self._results = Results(settings, mono, self._clock.now)
        self.baseline = results.reporting.baseline
        self.gauges = Gauges(self._clock, results)
        self._idle = Idle(self._clock, results)
        self._stepping = Stepping(self._clock, results, mono)
        self._log_clocks = LogClocks(offsets, self._clock, results, self._stepping)

    def snapshot(self) -> dict[str, Any]:
        """Return the state for the next run as a value that JSON can hold."""
        return {
            "clock": self._clock.snapshot(self._mono),
            "waiting": self._stepping.snapshot(),
            "offsets": self.intake.offsets.snapshot(),
            "legibility": self.intake.legibility.snapshot(),
            **self._results.snapshot(),
        }

    def restore(self, snapshot: dict[str, Any], away: float, mono: float) -> None:
        """Go on from a snapshot that was taken `away` seconds ago.

        The lines that were written meanwhile become one report, and their alerts are `seen_late`.
        """
        self._stepping.restore(snapshot["waiting"])
        self._results.restore(snapshot, mono)
        self.intake.offsets.restore(snapshot["offsets"])
        self.intake.legibility.restore(snapshot["legibility"])
        if snapshot["clock"] is None:
            self._log_clocks.backfill(past_in(snapshot))
        else:
            self._clock.resume(snapshot["clock"], away, mono)

    def so_far(self) -> Report:
        """Return the report of the open interval up to now. The interval stays open."""
        return self._results.so_far(self._clock.now or 0)

    def backfill(self, logs: Mapping[str, Before]) -> None:
        """Add the hits of logs from before the start. No report counts these hits."""
        counted = {log: (seconds, counts) for log, (seconds, _, counts) in logs.items()}
        self._log_clocks.backfill(counted)
        self._results.alerting.recent.begin([last for _, last, _ in logs.values()])

    def advance(
        self, mono: float = 0.0, outage: Outage = NONE, *, up_to_date: bool = False
    ) -> Iterator[Event]:
        """Count the lines that were fed, at `mono`, and yield the events.

        `up_to_date`: everything that was written has been fed. Time then passes in silence.
        """
        coverage = self._results.coverage
        if mono - self._mono > max(self._settings.interval, 2):
            self._results.intervals.holding = True  # stopped or suspended
        self._mono = mono
        coverage.begin_round(outage, self._clock.reading(mono) or 0, mono)
        yield from coverage.gaps.ended()
        for log, columns in self._log_clocks.in_order(self.intake.take(), mono):
            yield from self._results.lacking.see(log, columns)
            if len(columns):
                now = self._clock.reading(mono) or 0
                coverage.note_hits(outage, columns.epochs[0], now, mono)
            yield from self._log_clocks.take(log, columns, mono)
        yield from self._log_clocks.end_round(mono)
        if up_to_date:
            yield from self._pass_time(mono, outage)
        yield from self._results.messages(self._clock.reading(mono) or 0, mono)

    def accepts(self, source: Hashable, partial: PartialCount) -> bool:
        """Return whether adding a partial count gives the same result as feeding its lines."""
        is_ready = self._clock.is_set and self._stepping.is_done
        if not is_ready or not self.intake.lets_pass(source, partial):
            return False
        intervals = self._results.intervals
        here = partial.tallies_before(intervals.end or 0)
        fits = all(map(intervals.tally.has_room_for, here))
        return fits and partial.goes_on_from(self._clock.now or 0)

    def add(
        self, source: Hashable, partial: PartialCount, lines: Lines
    ) -> Iterator[Event]:
        """Add a partial count that `accepts` accepted; an alert in it reads its `lines` again."""
        self.intake.pass_by(source, partial)
        recent, now = self._results.alerting.recent, self._clock.now or 0
        recent.expect(lambda: read_again(lines(), partial, now, self._settings))
        yield from self._results.count(partial.counted(), self._mono)
        recent.pass_by(partial.last)
        if partial.newest is not None:
            self._clock.move_to(partial.newest)

    def settle(self, mono: float = 0.0) -> Iterator[Event]:
        """Count the hits that still wait for the next one."""
        for _, columns in self.intake.take():
            yield from self._stepping.take(columns, mono)
        yield from self._stepping.take(Columns(), mono, trust=LONGEST_GAP)

    def pass_silence(self, silence: float, wall: float) -> Iterator[Event]:
        """Let time go on, because nothing was written to the logs for `silence` seconds.

        Logs without data are announced at once, because this run waits for nothing. `wall` is the
        machine's time, for a log without a time.
        """
        yield from self.settle()
        yield from self._idle.pass_silence(silence, wall)

    def finish(
        self, mono: float = 0.0, *, ended: bool = True, goes_on: bool = False
    ) -> Iterator[Event]:
        """Yield the last events and the summary; `ended`: the input has ended, too.

        `goes_on`: the log may still grow. The present second then cannot recover an alert, and the
        next run judges the last `delay` seconds.
        """
        yield from self.settle(mono)
        results, now = self._results, self._clock.now
        if ended and self._clock.is_set and now is not None:
            if goes_on:
                now -= self._settings.delay
                results.coverage.miss_through(now)
            yield from results.judge(now)
        if not self._clock.is_set and not goes_on:
            unparsed = results.coverage.unparsed.all()
            yield from results.diagnostics.of_unreadable(unparsed)
        yield from results.close()

    def _pass_time(self, mono: float, outage: Outage) -> Iterator[Event]:
        """Move the time on in silence, or without data while no log can be read."""
        if self._stepping.is_overdue(mono):
            yield from self._stepping.take(Columns(), mono, trust=0)
        yield from self._idle.advance(mono, outage)
        if not self._results.coverage.is_blind:
            self.intake.offsets.note_all_read(mono)


def renamed(snapshot: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a snapshot of a pipeline with other names of its logs.

    A run from another folder names them by other paths.
    """

    def new(log: str) -> str:
        return names.get(log, log)

    coverage, waiting = snapshot["coverage"], snapshot["waiting"]
    marks = [
        (*mark, place and (new(place[0]), *place[1:]))
        for *mark, place in waiting["marks"]
    ]
    return {
        **snapshot,
        "waiting": {**waiting, "marks": marks},
        "offsets": {new(log): each for log, each in snapshot["offsets"].items()},
        "backfill": {new(log): each for log, each in snapshot["backfill"].items()},
        "legibility": {new(log): each for log, each in snapshot["legibility"].items()},
        "coverage": {
            **coverage,
            "gaps": [(new(log), *others) for log, *others in coverage["gaps"]],
            "rows": [(new(log), *others) for log, *others in coverage["rows"]],
        },
    }
