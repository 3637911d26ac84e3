"""The core's one door: bytes and the time go in, events come out.

    feed(source, data) -> lines -> columns -> merge -> clock -> seconds and reports -> events

Invariants: every line is counted in exactly one report, so the reports add up to the summary; the
events depend on the bytes and on when they came, never on how they were cut into reads.
"""

from collections import Counter, deque
from collections.abc import Collection, Hashable, Iterable, Iterator
from typing import Any

from monitor.alerts import Alert, AlertState, Rule, Window
from monitor.core.counting import Counted, Lines, Seconds, Walk
from monitor.core.diagnostics import Diagnostics
from monitor.core.events import Event, NoData, Report, Summary, WindowReading
from monitor.core.intervals import Interval, Intervals
from monitor.core.partial import PartialCount
from monitor.formats import Columns, LineSplitter, Overlong, Parser, parser_of
from monitor.options import Settings
from monitor.stats import Tally
from monitor.streamtime import (
    JUMP,
    LONGEST_GAP,
    Advance,
    Clock,
    Merge,
    SetBack,
    Start,
    used,
)

SHOWN_ALERTS = 20
"""Alerts that are repeated in every report; of the earlier ones, their number.

All alerts ever are in the state, not in memory.
"""

PATIENCE = 0.5
"""Seconds that a doubtful timestamp waits for the next hit."""

SERIES = 60
"""Points of the course of the window."""

AHEAD = 1 << 14
"""Hits of one of several logs that are kept in memory until the others have come as far."""


class Pipeline:
    """Counts the hits of some sources; tells reports, alerts, notices and a summary.

    `start` is the machine's time in seconds since 1970 when a log is followed, and None when
    finished logs are replayed; `mono` is a monotonic clock in seconds, from any beginning.
    """

    def __init__(
        self, settings: Settings, start: float | None = None, mono: float = 0.0
    ) -> None:
        self._settings = settings
        self._follow = start is not None
        self._parsers: dict[Hashable, Parser] = {}
        self._splitters: dict[Hashable, LineSplitter] = {}
        self._merge = Merge()
        self._waiting = Columns()
        self._waiting_since = mono
        self._clock = Clock(start, mono, settings.delay)
        self._window = Window(settings.window)
        self._alert = AlertState(Rule("traffic", settings.threshold, settings.window))
        self._intervals = Intervals(settings.interval, silent=self._follow)
        self._shown: deque[Alert] = deque(maxlen=SHOWN_ALERTS)
        self._alerts_told = 0
        self._backfill: Counter[int] = Counter()
        self._mono = mono
        self._no_data: NoData | None = None
        self._partly: NoData | None = None
        self._blind_through = 0  # the second up to which hits may be missing
        self._diagnostics = Diagnostics(settings.delay, mono, follow=self._follow)
        if self._clock.now is not None:
            self._window.start(self._clock.now - 1)
            self._intervals.open_at(self._clock.now)

    # --- what survives ---

    @property
    def is_settled(self) -> bool:
        """Whether all that was fed is counted, so that a snapshot holds it."""
        return self._merge.is_empty

    def snapshot(self) -> dict[str, Any]:
        """Give all that the next run needs, as a value that JSON can hold."""
        return {
            "clock": self._clock.snapshot(self._mono),
            "waiting": self._waiting.snapshot(),
            "window": self._window.snapshot(),
            "backfill": sorted(self._backfill.items()),
            "alert": self._alert.snapshot(),
            "ledger": self._intervals.snapshot(),
            "alerts": [alert.snapshot() for alert in self._shown],
            "alerts_told": self._alerts_told,
            "no_data": self._no_data,
        }

    def restore(self, snapshot: dict[str, Any], away: float, mono: float) -> None:
        """Go on from a snapshot that was taken `away` seconds ago.

        What was written since then is told as one report, and its alerts are marked.
        """
        self._shown.extend(map(Alert.restored, snapshot["alerts"]))
        self._alerts_told = snapshot["alerts_told"]
        self._intervals.restore(snapshot["ledger"])
        self._waiting = Columns.restored(snapshot["waiting"])
        self._alert.restore(snapshot["alert"])
        if snapshot["clock"] is None:
            self.backfill(Counter(dict(snapshot["backfill"])))
            return
        self._clock.resume(snapshot["clock"], away, mono)
        self._window.restore(snapshot["window"])
        if snapshot["no_data"]:
            since, reason = snapshot["no_data"]
            self._no_data = NoData(int(since), reason)

    # --- what goes in ---

    @property
    def now(self) -> int | None:
        """The present second of stream time."""
        return self._clock.now

    def backfill(self, seconds: Counter[int]) -> None:
        """Fill the alert window with hits of before the start; they are counted in no report."""
        self._backfill += seconds
        if seconds:
            self._clock.come_after(max(seconds))
        for second, hits in seconds.items():
            if self.now is None or second <= self.now:
                self._window.add(second, hits)

    def expect(self, source: Hashable, begins: int | None = None) -> None:
        """Announce a source, of which nothing is older than `begins`."""
        self._merge.expect(source, begins)

    def wanted(self) -> list[Hashable]:
        """Give the sources that must be fed before anything more can be told."""
        return self._merge.wanted()

    def is_ahead(self, sources: Collection[Hashable]) -> bool:
        """Tell whether sources of one log gave much already that waits for other logs."""
        waiting = sum(map(self._merge.waiting, sources))
        return waiting > AHEAD and not set(self.wanted()) & set(sources)

    def feed(
        self,
        source: Hashable,
        data: bytes,
        *,
        at_start: bool = True,
        mid_line: bool = False,
        more: bool = False,
    ) -> None:
        """Take bytes of a source; `more` says that others are there to be fed right now.

        Two matter with the first bytes of a source: `at_start`, they are the first of the file;
        `mid_line`, the line they are in was counted already.
        """
        if not data:
            self._merge.push(source, Columns(), more)
            return
        if source not in self._splitters:
            self._splitters[source] = LineSplitter(at_start, mid_line)
        self._push(source, self._splitters[source].feed(data), more)

    def accepts(self, source: Hashable, partial: PartialCount) -> bool:
        """Return whether to add a partial count of a source's next lines is to feed them."""
        now = self._clock.now
        if now is None or not self._clock.is_set or len(self._waiting):
            return False
        if not self._merge.lets_pass(source, partial.newest):
            return False
        here = partial.tallies_before(self._intervals.end or 0)
        if not all(map(self._intervals.tally.adds_exactly, here)):
            return False
        if partial.first is None:
            return True
        if partial.now is not None:
            return partial.now == now
        return now <= partial.first <= now + JUMP

    def add(self, source: Hashable, partial: PartialCount) -> Iterator[Event]:
        """Count the lines of a source by a partial count, which is accepted."""
        self._merge.pass_by(source, partial.newest)
        self._splitters.setdefault(source, LineSplitter(at_start=False))
        yield from self._count(partial.counted())
        if partial.newest is not None:
            self._clock.move_to(partial.newest)

    def end(self, source: Hashable, *, complete: bool = True) -> None:
        """End a source; its last line counts without a newline only when it is `complete`."""
        splitter = self._splitters.pop(source, None)
        if splitter is not None and complete:
            self._push(source, splitter.end(), more=True)
        self._parsers.pop(source, None)
        self._merge.end(source)

    def held(self, source: Hashable) -> int:
        """Give the bytes of a source's last line, which waits for its newline."""
        splitter = self._splitters.get(source)
        return splitter.held if splitter else 0

    def _push(
        self, source: Hashable, blocks: Iterator[bytes | Overlong], more: bool
    ) -> None:
        if source not in self._parsers:
            self._parsers[source] = parser_of(self._settings.format)
        self._merge.push(source, self._parsers[source].parse_all(blocks), more)

    # --- what comes out ---

    def miss(self, reason: str | None, mono: float) -> None:
        """Say why some of several logs cannot be read, None when all can.

        Until it is over no recovery is told: the others are not all the traffic.
        """
        self._partly = self._lack(self._partly, reason, mono)

    def _lack(
        self, before: NoData | None, reason: str | None, mono: float
    ) -> NoData | None:
        if reason is None:
            return None
        now = self._clock.reading(mono)
        return None if now is None else NoData(before.since if before else now, reason)

    def drain(self, mono: float = 0.0) -> Iterator[Event]:
        """Tell what follows from the bytes that were fed, read at `mono`."""
        if mono - self._mono > max(self._settings.interval, 2):
            self._intervals.holding = (
                True  # stopped or suspended: one report for the gap
            )
        self._mono = mono
        for columns in self._merge.take():
            if len(columns) and self._no_data is not None:
                first, now = columns.epochs[0], self._clock.reading(mono) or 0
                is_of_then = self._no_data.since <= first <= now
                self._see_again(first if is_of_then else now)
            yield from self._take(columns, mono)

    def tick(self, mono: float, *, no_data: str | None = None) -> Iterator[Event]:
        """Let time pass up to `mono`, when all that was written has been fed.

        `no_data` says why nothing can be read; until that is over nothing is judged.
        """
        self._mono = mono
        if len(self._waiting) and mono - self._waiting_since >= PATIENCE:
            yield from self._take(Columns(), mono, trust=0)
        if no_data is None:
            now = self._clock.go_on(mono)
            if now is not None:
                if self._no_data is not None or self._clock.is_in_doubt(mono):
                    self._see_again(now)
                yield from self._advance(now)
        else:
            yield from self._pass_without_data(mono, no_data)
        yield from self._reports(self._intervals.release())
        yield from self._diagnostics.of_skew(self._clock, mono)

    def hold(self) -> None:
        """Tell all that comes as one report, until time passes or the input ends."""
        self._intervals.holding = True

    def settle(self, mono: float = 0.0) -> Iterator[Event]:
        """Count the hits that still wait for the next one."""
        for columns in self._merge.take():
            yield from self._take(columns, mono)
        yield from self._take(Columns(), mono, trust=LONGEST_GAP)

    def finish(
        self, mono: float = 0.0, *, ended: bool = True, goes_on: bool = False
    ) -> Iterator[Event]:
        """Tell what is left, and the summary; `ended`: the input did, not only the monitor.

        `goes_on` says that more hits may come in the last seconds: what is too low in the last one
        may not be, and `delay` seconds are not judged yet, but by a run that finds nothing new.
        """
        yield from self.settle(mono)
        now = self._clock.now
        if ended and self._clock.is_set and now is not None:
            if goes_on and self._intervals.total.hits + self._intervals.tally.hits:
                now -= self._settings.delay
                self._blind_through = now
            yield from self._judge(now)
        if not self._clock.is_set:
            yield from self._diagnostics.of_unreadable(
                Columns(), self._intervals.tally.unparsed, least=1
            )
        yield from self._reports(self._intervals.close_last())
        yield from self._reports(self._intervals.release())
        yield self._summary()

    # --- hits ---

    def _take(
        self, columns: Columns, mono: float, trust: int | None = None
    ) -> Iterator[Event]:
        if len(self._waiting):
            columns = self._waiting + columns
        if not self._clock.is_set:
            before = self._intervals.tally.unparsed + self._intervals.total.unparsed
            yield from self._diagnostics.of_unreadable(columns, before)
        now = self._clock.now or 0
        steps = self._clock.advance(columns.epochs, mono, trust)
        stop = used(steps)
        if stop or not len(self._waiting):
            self._waiting_since = mono
        self._waiting = Columns()
        if stop < len(columns):
            columns, self._waiting = columns.split(stop)
        walk = Walk(columns, now, self._intervals.end, self._settings.interval)
        yield from self._count(walk.counted(steps), mono)

    def _count(
        self, values: Iterable[Counted | Tally], mono: float = 0.0
    ) -> Iterator[Event]:
        """Count lines, and let the steps of the clock happen between them."""
        add = self._window.add
        for value in values:
            match value:
                case Seconds(seconds):
                    for second, hits in seconds:
                        add(second, hits)
                case Advance(second, leap):
                    yield from self._advance(second, leap)
                case Lines():
                    value.enter(self._intervals.tally)
                case Tally():
                    self._intervals.add(value)
                case Start(second):
                    self._begin(second, mono)
                case SetBack(second, shift):
                    yield from self._set_back(second, shift)

    # --- time ---

    def _begin(self, second: int, mono: float) -> None:
        """Begin the log's own time: the first hit sets the clock."""
        if self._follow:
            self._alert.shift(second - 1 - (self._window.through or 0))
            self._window.replace(self._backfill, second - 1)
        else:
            self._window.start(second - 1)
        self._intervals.open_at(second)
        self._blind_through = 0
        self._diagnostics.begin(mono)

    def _advance(self, second: int, leap: int = 0) -> Iterator[Event]:
        """Let stream time reach `second`: what is before it is over."""
        is_over = self._intervals.is_over_at(second)
        if is_over:
            end = self._intervals.end or 0
            yield from self._judge(end - 1 - self._settings.delay)
        if leap:
            yield from self._diagnostics.of_leap(leap)
        if is_over:
            yield from self._reports(self._intervals.roll_over(second))
        yield from self._judge(second - 1 - self._settings.delay)

    def _judge(self, second: int) -> Iterator[Event]:
        """Close the seconds up to `second`: is the traffic too high?"""
        sees_all = self._no_data is None and self._partly is None
        for judged, hits in self._window.advance(second):
            recover = sees_all and judged > self._blind_through
            recover = recover and self._window.knows_all_at(judged)
            alert = self._alert.evaluate(judged, hits, may_recover=recover)
            if alert is not None:
                late = self._follow and self._intervals.holding
                alert = alert._replace(seen_late=late)
                self._shown.append(alert)
                self._alerts_told += 1
                yield alert

    def _pass_without_data(self, mono: float, reason: str) -> Iterator[Event]:
        """Tell reports on, but judge nothing: a log that is gone is not silent."""
        self._no_data = self._lack(self._no_data, reason, mono)
        now = self._clock.reading(mono)
        if now is not None and now >= (self._intervals.end or now + 1):
            yield from self._reports(self._intervals.roll_over(now))

    def _see_again(self, second: int) -> None:
        """Of the seconds before this one nobody knows that they were silent."""
        self._no_data = None
        self._blind_through = second - 1

    def _set_back(self, second: int, shift: int) -> Iterator[Event]:
        """Follow a log whose clock was set back: the window begins anew and is empty."""
        self._window.restart(second - 1)
        self._alert.shift(-shift)
        self._blind_through = 0
        yield from self._reports(self._intervals.roll_over(second))
        yield from self._diagnostics.of_setback(shift)

    # --- reports ---

    def _reports(self, intervals: list[Interval]) -> Iterator[Event]:
        for interval in intervals:
            if interval.tally.hits or self._follow:
                yield Report(
                    interval.start,
                    interval.end,
                    interval.tally,
                    *self._surroundings(interval),
                )

    def _summary(self) -> Summary:
        intervals = self._intervals
        return Summary(
            intervals.first_start,
            intervals.last_end,
            intervals.total,
            *self._surroundings(None),
        )

    def _surroundings(
        self, interval: Interval | None
    ) -> tuple[WindowReading, float | None, tuple[Alert, ...], int, NoData | None]:
        window, rule = self._window, self._alert.rule
        reading = WindowReading(
            window.total, rule, self._alert.firing, tuple(window.series(SERIES))
        )
        shown = tuple(self._shown)
        previous = interval.previous_rate if interval else None
        no_data = self._no_data or self._partly
        return reading, previous, shown, self._alerts_told - len(shown), no_data
