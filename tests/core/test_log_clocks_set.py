"""Clocks of followed logs that are set while they are followed, late lines, restarts, and backfill."""

import json
from collections import Counter

import pytest
from support.timelines import (
    DAY,
    HOUR,
    MONO,
    START,
    Events,
    Live,
    adds_up,
    first_at,
    line,
    log,
    pages,
    reported,
    settings,
    traffic,
)

from monitor.core.intake import Source
from monitor.core.pipeline import Pipeline, renamed
from monitor.formats import Columns

pytestmark = pytest.mark.usefixtures("untraced")

GIVEN = settings("10", 20)._replace(replay=False)
HIGH = "fires 208 at 12"
SHIFTS = [
    pytest.param(HOUR, id="an hour ahead"),
    pytest.param(-2 * DAY, id="days behind"),
]


@pytest.mark.parametrize("clock", SHIFTS)
def test_an_alert_goes_on_while_the_clock_of_a_log_is_set_and_set_right_again(
    clock: int,
) -> None:
    following = Live(GIVEN)
    following.write_hits(traffic("0-199:8"), 0, "a")
    following.write_hits(traffic("0-49:8"), 0, "b")
    following.write_hits(traffic("50-99:8"), clock, "b")
    following.write_hits(traffic("100-199:8"), 0, "b")
    events = following.run(230, step=2)
    assert reported(events.alerts) == f"{HIGH}, recovers 192 at 207"
    _, right = events.notices
    assert right.startswith("the clock of b agrees with the other logs' again")
    assert all(abs(hits - 160) < 10 for _, _, hits in pages(events.reports)[1:19])
    assert [r.window.hits for r in events.reports if r.end == START + 150] == [320]


def test_hits_behind_the_clock_in_the_reading_in_which_it_is_set_are_corrected() -> (
    None
):
    """The hits of seconds 2 and 3 are read together."""
    following = Live(GIVEN)
    following.write_hits(traffic("0-59:8"), 0, "a")
    following.write_hits(traffic("0-2:8"), 0, "b")
    following.write_hits(traffic("3-59:8"), -HOUR, "b")
    events = following.run(80, step=2)
    assert reported(events.alerts) == f"{HIGH}, recovers 192 at 67"


@pytest.mark.parametrize("clock", [HOUR, -HOUR])
def test_stream_time_follows_if_the_clocks_of_all_logs_are_set_together(
    clock: int,
) -> None:
    following = Live(GIVEN)
    for name in ("a", "b"):
        following.write_hits(traffic("0-49:8"), 0, name)
        following.write_hits(traffic("50-250:8"), clock, name)
    events = following.run(260, step=2)
    assert len(events.notices) == 1
    assert "went" in events.notices[0]
    last = [report for report in events.reports if report.values.hits == 160][-1]
    assert last.end is not None and abs(last.end - START - clock - 250) <= 10
    assert adds_up(following.finish())


LATE = {
    "a buffer that is written each minute": [
        (at, range(at - 60, at)) for at in range(100, 400, 60)
    ],
    "a buffer of a log that is behind": [
        (at, range(at - 200, at - 140)) for at in range(200, 450, 60)
    ],
    "a log that is read in after a stop": [
        (200 + second, range(10 * second, 10 * second + 10)) for second in range(20)
    ],
    "a log that is read in at once": [(200, range(200))],
    "single slow requests": [(at, [at - 70 - 9 * (at % 7)]) for at in range(100, 400)],
}


@pytest.mark.parametrize("name", LATE)
def test_lines_with_distances_that_vary_are_late_hits(name: str) -> None:
    following = Live(settings("100", 20)._replace(replay=False))
    following.write_hits(range(500), 0, "a")
    for at, seconds in LATE[name]:
        following.write(at + 0.5, b"".join(map(line, seconds)), "b")
    following.run(500, step=2)
    events = following.finish()
    assert not events.notices
    assert adds_up(events)
    numbers = events.summary.values.numbers
    assert numbers["hits"] == 500 + sum(len(each) for _, each in LATE[name])
    assert (numbers["late"] > 0, numbers["misdated"]) == (True, 0)


def test_a_stopped_process_finds_no_offset_and_the_alerts_at_their_own_times() -> None:
    following = Live(GIVEN)
    for name in ("a", "b"):
        following.write_hits(traffic("0-99:4 100-149:8 150-399:4"), 0, name)
    following.run(50)
    following.stop(300)
    events = following.run(410, step=2)
    assert reported(events.alerts) == "fires 208 at 105, recovers 192 at 165"
    assert not events.notices


def resumed(following: Live, away: float) -> Live:
    """Return a monitor that goes on with the state of another one, after some seconds."""
    state = json.loads(json.dumps(following.pipeline.snapshot()))
    successor = Live(GIVEN)
    successor.now = following.now + away
    successor.pipeline.restore(state, away, MONO + successor.now)
    return successor


@pytest.mark.parametrize("clock", SHIFTS)
def test_a_restart_keeps_the_offset_of_a_log(clock: int) -> None:
    following = Live(GIVEN)
    following.write_hits(traffic("0-29:4"), 0, "a")
    following.write_hits(traffic("0-29:4"), clock, "b")
    following.run(30.5)
    assert len(following.events.notices) == 1
    successor = resumed(following, 100)
    successor.write_hits(traffic("31-99:4 100-149:8 150-199:4"), 0, "a")
    successor.write_hits(traffic("31-99:4 100-149:8 150-199:4"), clock, "b")
    events = successor.run(220, step=2)
    assert reported(events.alerts) == "fires 208 at 105, recovers 192 at 165"
    assert not events.notices
    numbers = [report.values.numbers for report in events.reports]
    assert sum(each["misdated"] for each in numbers) == 0


def test_a_run_in_another_folder_knows_the_offset_of_a_log() -> None:
    """It has another name for the log. Without another log no clocks are compared."""
    following = Live(GIVEN)
    following.write_hits(traffic("0-29:4"), 0, "a")
    following.write_hits(traffic("0-29:4"), HOUR, "b")
    following.run(30.5)
    state = renamed(following.pipeline.snapshot(), {"a": "/a", "b": "/b"})
    pipeline = Pipeline(GIVEN._replace(once=True))
    pipeline.restore(state, 0.0, 0.0)
    pipeline.intake.feed("/b", log(range(HOUR + 31, HOUR + 40)))
    events = Events(pipeline.advance())
    events += pipeline.finish()
    assert pages(events.reports) == [(30, 40, 9)]
    assert not events.notices


def test_the_next_file_of_a_log_has_its_offset() -> None:
    following = Live(GIVEN)
    following.write_hits(traffic("0-59:8"), 0, Source("a", 1))
    following.write_hits(traffic("0-29:8"), HOUR, Source("b", 1))
    following.write_hits(traffic("30-59:8"), HOUR, Source("b", 2))
    events = following.run(80, step=2)
    assert reported(events.alerts) == f"{HIGH}, recovers 192 at 67"
    assert len(events.notices) == 1


def test_a_clock_that_was_set_right_during_a_stop_is_found_after_it() -> None:
    following = Live(GIVEN)
    following.write_hits(traffic("0-29:4"), 0, "a")
    following.write_hits(traffic("0-29:4"), -HOUR, "b")
    following.run(30.5)
    successor = resumed(following, 5)
    for name in ("b", "a"):
        successor.write_hits(traffic("36-99:8"), 0, name)
    events = successor.run(90, step=2)
    assert [each.partition(":")[0] for each in events.notices] == [
        "the clock of b agrees with the other logs' again"
    ]
    assert len(events.alerts) == 1


@pytest.mark.parametrize("clock", SHIFTS)
def test_hits_from_before_the_start_are_corrected_too(clock: int) -> None:
    """An incident goes on at the start. It is reported when the offset is known."""
    following = Live(GIVEN)
    seconds = Counter({START - second: 8 for second in range(1, 21)})
    shifted = Counter({at + clock: n for at, n in seconds.items()})
    logs = {"a": (seconds, Columns(), {}), "b": (shifted, Columns(), {})}
    following.pipeline.backfill(logs)
    following.write_hits(traffic("0-60:8"), 0, "a")
    following.write_hits(traffic("0-60:8"), clock, "b")
    events = following.run(90)
    fired, recovered = events.alerts
    assert (fired.state, fired.hits) == ("firing", 320)
    assert first_at(following, lambda event: event is fired) <= 6
    assert reported([recovered]) == "recovers 192 at 68"
    assert len(events.notices) == 1


def test_hits_from_before_the_start_that_are_ahead_do_not_count_an_hour_later() -> None:
    following = Live(GIVEN)
    before = Counter({START + HOUR - 9: 999})
    following.pipeline.backfill({"b": (before, Columns(), {})})
    following.write_hits(range(10), 0, "a")
    events = following.run(HOUR + 60, step=10)
    assert not events.alerts


def test_corrected_hits_from_before_the_start_count_once() -> None:
    following = Live(settings("1", 300)._replace(replay=False))
    before = Counter({START - 110: 200})
    following.pipeline.backfill({"b": (before, Columns(), {})})
    following.write_hits(traffic("0-29:3"), 0, "a")
    following.write_hits(traffic("0-29:3"), -100, "b")
    assert reported(following.run(60).alerts) == "fires 302 at 16"


def test_corrected_hits_from_before_the_start_are_not_missing_an_hour_later() -> None:
    following = Live(GIVEN)
    before = Counter({START + HOUR - 5: 60})
    following.pipeline.backfill({"b": (before, Columns(), {})})
    following.write_hits(traffic("0-9:3 3590-3599:25"), 0, "a")
    following.write_hits(traffic("0-9:3"), HOUR, "b")
    following.run(HOUR - 20, step=10)
    events = following.run(HOUR + 30, step=2)
    assert reported(events.alerts) == "fires 225 at 3598, recovers 175 at 3612"
