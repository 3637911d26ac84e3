"""A pipeline that goes on from its snapshot.

The law: wherever a run is cut, it and its successor have the alerts and the sums of one run.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from support.carrying import carrying_lines
from support.timelines import (
    DAY,
    HOUR,
    START,
    Events,
    line,
    log,
    random_settings,
    random_traffic,
    reported,
    traffic,
)

from monitor.alerts import Alert
from monitor.core.events import Report
from monitor.core.pipeline import Pipeline
from monitor.formats import Columns
from monitor.settings import Settings

pytestmark = pytest.mark.usefixtures("untraced")

SEEDS = range(5)
SETTINGS = Settings(replay=True, window=10, threshold=Fraction(1))


def saved(pipeline: Pipeline) -> dict[str, Any]:
    """Return a snapshot as the next run reads it."""
    assert pipeline.intake.is_empty
    value: dict[str, Any] = json.loads(json.dumps(pipeline.snapshot()))
    return value


def sums(reports: Iterable[Report]) -> Counter[str]:
    """Return the sums of reports; a replay has none of an interval without a hit."""
    total: Counter[str] = Counter()
    for report in reports:
        values = report.values
        total.update({kind: values.numbers.get(kind, 0) for kind in SUMS})
        for name, ranked in values.rankings.items():
            total[name] += ranked.totals[0]
        for row in values.rankings["sections"].rows:
            hits, (size, errors) = row.hits, row.also
            total.update({f"{row.name!r}": hits, f"{row.name!r} bytes": size})
            total[f"{row.name!r} errors"] += errors
    return total


SUMS = ("hits", "late", "misdated", "bytes")


# --- the core, replayed --------------------------------------------------------------------


def replayed(data: bytes, settings: Settings, cuts: Sequence[int] = ()) -> Events:
    """Replays a log, by a new pipeline from each cut on; the last one tells all that is left."""
    pipeline, events, offset = Pipeline(settings), Events(), 0
    for cut in cuts:
        pipeline.intake.feed("log", data[offset:cut], at_start=offset == 0)
        events += pipeline.advance()
        kept = pipeline.intake.sources.kept("log")
        offset = cut - kept.partial
        snapshot = saved(pipeline)
        pipeline = Pipeline(settings)
        pipeline.restore(snapshot, 0.0, 0.0)
        carried = json.loads(json.dumps(kept.carried))
        pipeline.intake.sources.begin("log", offset == 0, carried=carried)
    pipeline.intake.feed("log", data[offset:], at_start=offset == 0)
    events += pipeline.advance()
    pipeline.intake.end("log")
    events += pipeline.advance()
    return Events([*events, *pipeline.finish()])


@pytest.mark.parametrize(
    "stops", [[60], [60, 70], [60, 62, 65]], ids=["once", "twice", "three times"]
)
def test_a_longer_window_announces_no_recovery_before_it_is_full(
    stops: list[int],
) -> None:
    """Two hits a second fired; a run with a longer window knows only the last ten seconds."""
    high = b"".join(line(second) * 2 for second in range(200))
    low = b"".join(line(second) for second in range(200, 400, 4))
    pipeline, start, alerts = Pipeline(SETTINGS), 0, []
    for stop in stops:
        pipeline.intake.feed(
            "log", high[start * 2 * len(line(0)) : stop * 2 * len(line(0))]
        )
        alerts += Events(pipeline.advance()).alerts
        snapshot, start = saved(pipeline), stop
        pipeline = Pipeline(SETTINGS._replace(window=60))
        pipeline.restore(snapshot, 0.0, 0.0)
    pipeline.intake.feed("log", high[start * 2 * len(line(0)) :] + low)
    alerts += Events(pipeline.advance()).alerts
    first, last = alerts
    assert (first.state, first.rule.window) == ("firing", 10)
    assert (last.state, last.rule.window) == ("recovered", 60)
    assert last.at - START in range(234, 245)
    assert last.peak == 2 * 60


def test_a_longer_window_that_is_full_announces_a_recovery() -> None:
    high = b"".join(line(second) * 2 for second in range(60))
    low = b"".join(line(second) for second in range(60, 400, 4))
    pipeline = Pipeline(SETTINGS)
    pipeline.intake.feed("log", high)
    (fired,) = Events(pipeline.advance()).alerts
    snapshot = saved(pipeline)
    pipeline = Pipeline(SETTINGS._replace(window=60))
    pipeline.restore(snapshot, 0.0, 0.0)
    pipeline.intake.feed("log", low)
    (alert,) = Events(pipeline.advance()).alerts
    # The old window knew all from second 49 on.
    assert (alert.state, alert.at - START) == ("recovered", 49 + 59)
    assert alert.peak == 20 * 60 // 10
    assert fired.state == "firing"


def odd_log(rng: random.Random) -> bytes:
    """Makes a log with lines far off, lines that are none, and a clock that is set back."""
    lines = []
    shift = 0
    for second in random_traffic(rng, 250):
        if rng.random() < 0.008:
            shift -= rng.choice((HOUR, 2 * HOUR, 3 * DAY))
        if rng.random() < 0.01:
            lines.append(line(second + rng.choice((-20, 1, 30)) * 365 * DAY))
        if rng.random() < 0.02:
            lines.append(rng.choice((b"\n", b"# a comment\n", b"\xff \0 what?\n")))
        path = rng.choice(("/a/b", "/c", "/d?x=/", "/\xe9/x"))
        lines.append(line(second + shift, path, rng.choice((200, 404, 500)), second))
    return b"".join(lines)


def carrying_log(rng: random.Random) -> bytes:
    """Make a log whose lines cannot be read without the lines before them."""
    return b"".join(carrying_lines(rng, random_traffic(rng, 250)))


@pytest.mark.parametrize("make", [odd_log, carrying_log])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_replay_that_is_cut_anywhere_has_the_events_of_one_run(
    seed: int, make: Callable[[random.Random], bytes]
) -> None:
    rng = random.Random(seed)
    data, settings = make(rng), random_settings(rng)
    whole = replayed(data, settings)
    cuts = sorted(rng.randrange(len(data) + 1) for _ in range(rng.randrange(1, 9)))
    parts = replayed(data, settings, cuts)
    what = f"seed {seed}, cuts {cuts}"
    assert reported(parts.alerts) == reported(whole.alerts), what
    assert parts.alerts == whole.alerts, what
    assert sums(parts.reports) == sums(whole.reports), what


def test_the_odd_logs_have_all_that_is_hard() -> None:
    events = Events()
    for seed in SEEDS:
        rng = random.Random(seed)
        events += replayed(odd_log(rng), random_settings(rng))
    total = sums(events.reports)
    setbacks = [each for each in events.notices if "went back" in each]
    seen = total["late"], total["misdated"], len(events.alerts), len(setbacks)
    assert all(map(int.__gt__, seen, (15, 7, 15, 1))), seen


ODD_PLACES = {
    "the first hit, which is far off": (log([-9000 * DAY, *range(30)]), 1),
    "a hit far ahead that is wrong": (log([*range(10), 9000 * DAY, 11, 12]), 11),
    "a hit far ahead after a silent night": (log([*range(10), 20000, 20001]), 11),
    "the last hit": (log([*range(10), 20000]), 11),
    "in the middle of a second": (log([0] * 15 + [1] * 15 + [20]), 20),
    "before the first": (log(range(20)), 0),
    "after the last": (log(range(20)), 20),
    "in a run of hits behind the clock": (
        log([*range(3600, 3700), *range(200)]),
        150,
    ),
    "with nothing but lines without a time": (b"?\n" * 5 + log(range(20)), 3),
}


@pytest.mark.parametrize(("data", "number"), ODD_PLACES.values(), ids=ODD_PLACES)
def test_a_replay_can_be_cut_at(data: bytes, number: int) -> None:
    settings = SETTINGS._replace(threshold=Fraction(1, 2))
    cut = len(b"".join(data.splitlines(keepends=True)[:number]))
    whole, parts = replayed(data, settings), replayed(data, settings, [cut])
    assert parts.alerts == whole.alerts
    assert parts.summary.values == whole.summary.values or number
    assert sums(parts.reports) == sums(whole.reports)


def test_a_firing_alert_is_not_reported_again_and_its_recovery_once() -> None:
    data = log(traffic("0-30:5 60:1"))
    middle = data.index(line(15))
    parts = replayed(data, SETTINGS, [middle, middle, middle + 500])
    assert reported(parts.alerts) == "fires 15 at 2, recovers 5 at 39"
    assert parts.alerts == replayed(data, SETTINGS).alerts


# --- the core, followed --------------------------------------------------------------------


class Lives:
    """A pipeline that follows one log, is killed, and starts again with what it had saved.

    Times are true times in seconds; the machine's clock is wrong by `wall` seconds.
    """

    STEP = 0.5

    def __init__(
        self, settings: Settings, written: Sequence[tuple[float, bytes]], wall: int = 0
    ) -> None:
        self._settings, self._written, self._wall = settings, written, wall
        self._fed = 0
        self._boot = 5000.0
        self.now = 0.0
        self.events = Events()
        self.pipeline = Pipeline(settings, START + wall, self._boot)

    def run(self, until: float) -> None:
        while self.now < until:
            self.now += self.STEP
            mono = self._boot + self.now
            first = self._fed
            while self._fed < len(self._written):
                if self._written[self._fed][0] > self.now:
                    break
                self._fed += 1
            new = self._written[first : self._fed]
            self.pipeline.intake.feed("log", b"".join(data for _, data in new))
            self.events += self.pipeline.advance(mono)
            self.events += self.pipeline.advance(mono, up_to_date=True)

    def die(self, killed_at: float, back_at: float) -> None:
        """Save now, run on, be killed, and come back."""
        snapshot, fed, at = saved(self.pipeline), self._fed, self.now
        events = Events(self.events)
        self.run(killed_at)
        self._fed, self.events, self.now = fed, events, back_at
        self._boot += 777.0  # a monotonic clock begins anywhere
        mono = self._boot + self.now
        self.pipeline = Pipeline(self._settings, START + self._wall + back_at, mono)
        self.pipeline.restore(snapshot, back_at - at, mono)

    def end(self) -> Events:
        self.events += self.pipeline.finish(self._boot + self.now, ended=False)
        return self.events


def on_time(alerts: Iterable[Alert]) -> list[Alert]:
    return [alert._replace(seen_late=False) for alert in alerts]


def written_hits(seconds: Iterable[int], clock: int = 0) -> list[tuple[float, bytes]]:
    return [(second + 0.1, line(second + clock)) for second in sorted(seconds)]


@pytest.mark.parametrize("seed", range(3))
def test_a_monitor_that_is_killed_announces_what_one_that_lives_on_does(
    seed: int,
) -> None:
    rng = random.Random(seed)
    settings = random_settings(rng)._replace(replay=False, delay=0)
    clock, wall = rng.choice((0, -3 * HOUR, 400 * DAY)), rng.choice((0, 5, 12345))
    traffic = [second for second in random_traffic(rng, 150, late=0) if second < 500]
    written = written_hits(traffic, clock)
    until = written[-1][0] + 200
    undisturbed = Lives(settings, written, wall)
    undisturbed.run(until)
    lives = Lives(settings, written, wall)
    deaths = []
    while lives.now < until:
        lives.run(lives.now + rng.choice((1, 20, 90)) * rng.random())
        killed_at = lives.now + rng.choice((0, 0, 3, 10)) * rng.random()
        deaths.append((lives.now, killed_at))
        lives.die(killed_at, killed_at + rng.choice((0, 1, 30, 130)) * rng.random())
    lives.run(until)
    what = f"seed {seed}, deaths {deaths}"
    one, other = undisturbed.end(), lives.end()
    assert reported(other.alerts) == reported(one.alerts), what
    assert on_time(other.alerts) == one.alerts, what
    assert sums(other.reports) == sums(one.reports), what
    assert sum(report.values.numbers["lines"] for report in other.reports) == len(
        written
    ), what


def test_what_came_while_it_was_away_is_one_report_and_its_alerts_are_seen_late() -> (
    None
):
    settings = Settings(window=10, threshold=Fraction(1))
    lives = Lives(settings, written_hits(traffic("0-99:1 130-135:5 200-209:1")))
    lives.run(42)
    before = len(lives.events.reports)
    lives.die(42, 202)
    lives.run(220)
    reports = lives.end().reports[before:]
    assert [
        (r.start - START, r.end - START, r.values.hits) for r in reports if r.start
    ][:2] == [(40, 200, 90), (200, 210, 10)]
    alerts = lives.events.alerts
    assert reported(alerts) == "fires 15 at 132, recovers 5 at 144"
    assert [alert.seen_late for alert in alerts] == [True, True]


def test_a_hit_that_waits_for_the_next_one_is_not_lost_with_the_monitor() -> None:
    """It is years old, so nothing is known of the log's clock yet."""
    lives = Lives(Settings(), [(0.2, line(-400 * DAY)), (9.2, line(-400 * DAY + 9))])
    lives.run(0.25)
    lives.die(0.25, 8)
    lives.run(30)
    assert sum(report.values.hits for report in lives.end().reports) == 2


def test_an_alert_that_fired_by_what_was_read_back_survives_a_silent_life() -> None:
    settings = Settings(window=10, threshold=Fraction(1))
    lives = Lives(settings, [])
    seconds = Counter({START - 2: 20, START - 1: 20})
    lives.pipeline.backfill({"log": (seconds, Columns(), {})})
    lives.run(2)
    assert reported(lives.events.alerts) == "fires 40 at 0"
    lives.die(2, 3)
    lives.run(30)
    assert reported(lives.events.alerts) == "fires 40 at 0, recovers 0 at 9"


def test_an_alert_that_was_firing_at_the_start_is_one_of_the_run() -> None:
    one = Pipeline(SETTINGS)
    one.intake.feed("log", log(traffic("0:20 30:1 40:20")))
    *_, summary = [*one.advance(), *one.settle(), *one.finish(goes_on=True)]
    assert (summary.firings, len(summary.alerts)) == (2, 3)
    other = Pipeline(SETTINGS)
    other.restore(saved(one), 0.0, 0.0)
    assert other.so_far().firings == 1
    assert len(other.so_far().alerts) == 3
