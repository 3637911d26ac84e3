"""A report says how long it saw, and its rate is its hits by that time."""

import json
import random
from collections.abc import Iterable
from itertools import pairwise

import pytest
from support.timelines import (
    HOUR,
    MONO,
    START,
    Events,
    Live,
    live,
    log,
    random_settings,
    random_traffic,
    replay,
    settings,
    traffic,
)

from monitor.core.events import AsOf, Report
from monitor.core.observed import Observed
from monitor.core.pipeline import Pipeline
from monitor.periods import moment_of
from monitor.units import seconds_of


def seen(reports: Iterable[Report]) -> list[tuple[int, int]]:
    """Write reports as the time that they saw, and their hits."""
    return [(report.seconds, report.values.hits) for report in reports]


@pytest.mark.parametrize(
    ("text", "interval", "reports", "summary"),
    [
        pytest.param("6-43:2", "10s", [4, 10, 10, 10, 4], 38, id="begins and ends"),
        pytest.param("0-19:2", "10s", [10, 10], 20, id="aligned"),
        pytest.param("5:7", "10s", [1], 1, id="a second"),
        pytest.param("5:1 9:1", "10s", [5], 5, id="first and last second count"),
        pytest.param("5:1 95:1", "10s", [5, 6], 91, id="silence is observed"),
        pytest.param("60-216:20", "1h", [157], 157, id="a part of an hour"),
        pytest.param("12:1 10:1 19:1", "10s", [8], 8, id="an older hit is late"),
    ],
)
def test_a_replay_saw_from_its_first_second_to_its_last(
    text: str, interval: str, reports: list[int], summary: int
) -> None:
    length = seconds_of(interval) or 0
    events = replay(log(traffic(text)), settings()._replace(interval=length))
    assert [report.seconds for report in events.reports] == reports
    assert events.summary.seconds == summary
    for report in [*events.reports, events.summary]:
        assert report.rate == report.values.hits / report.seconds


def test_a_constant_rate_is_constant_in_each_report() -> None:
    events = replay(log(traffic("3-77:20")))
    rates = {report.rate for report in [*events.reports, events.summary]}
    assert rates == {20.0}


def test_a_part_of_a_replay_saw_all_of_it() -> None:
    given = settings()._replace(interval=60, since=moment_of(utc(30)))
    given = given._replace(until=moment_of(utc(100)))
    events = replay(log(traffic("0-200:1")), given)
    assert seen(events.reports) == [(30, 30), (40, 40)]
    assert seen([events.summary]) == [(70, 70)]


def utc(second: int) -> str:
    return f"2026-11-23T22:{48 + second // 60}:{second % 60:02}+00:00"


# --- followed ---


def test_a_followed_log_was_seen_from_the_start_of_the_monitor_to_its_end() -> None:
    following = live("6-33:20")
    following.now = 6.0
    following.pipeline = Pipeline(settings(), start=START + 6, mono=MONO + 6)
    following.run(33.99)
    events = following.finish(ended=False)
    assert seen(events.reports) == [(4, 80), (10, 200), (10, 200), (4, 80)]
    assert events.summary.seconds == 28


def test_silence_before_the_first_hit_was_seen_whatever_the_clock_of_the_log() -> None:
    for clock in (0, HOUR, -HOUR):
        following = live("7-19:1", clock=clock)
        following.run(23)
        first, *_ = following.events.reports
        assert seen([first]) == [(9, 3)], clock  # it starts after a second of grace


def test_time_without_data_is_not_observed() -> None:
    following = live("0-9:1 38-49:1")
    following.run(14)
    lost = following.run(36, step=1, no_data="gone")
    back = following.run(52)
    assert [report.seconds for report in lost.reports] == [4, 0]
    assert [report.rate for report in lost.reports] == [0.0, 0.0]
    assert seen(back.reports) == [(4, 2), (10, 10)]


def test_a_log_that_comes_back_with_hits_was_seen_from_the_first_of_them() -> None:
    following = live("0-19:1 24-39:1")
    following.run(20.5)
    following.run(26, step=1, no_data="gone")
    following.run(42)
    assert [report.seconds for report in following.events.reports][2:] == [7, 10]


def test_the_second_of_the_last_hit_before_a_time_without_data_was_seen() -> None:
    following = live("0-15:3")
    following.write(16.5, b"what is this?\n" * 20)
    assert seen(following.run(23).reports) == [(10, 30), (6, 18)]


def test_one_of_two_logs_without_data_hides_no_time() -> None:
    following = live("0-19:1")
    following.run(25, step=1, partly="gone")
    assert {report.seconds for report in following.events.reports} == {10}


def test_the_report_of_a_gap_saw_all_that_was_read_in() -> None:
    following = live("0-99:2")
    following.run(15)
    following.stop(72)
    events = following.run(95)
    assert seen(events.reports) == [(60, 120), (10, 20), (10, 20)]


def test_the_report_of_an_open_interval_saw_what_passed() -> None:
    following = live("0-19:2")
    following.run(14)
    assert seen([following.pipeline.so_far()]) == [(5, 9)]


# --- restarts ---


@pytest.mark.parametrize(
    ("texts", "reports"),
    [
        pytest.param(["3-71:1"], [(69, 69)], id="one run"),
        pytest.param(["3-47:1", "48-71:1"], [(45, 45), (24, 24)], id="two runs"),
        pytest.param(["3-9:1 80-89:1"], [(87, 17)], id="with a silence"),
        pytest.param(["3-9:1", "80-89:1"], [(7, 7), (10, 10)], id="a silence between"),
        pytest.param(["3-9:1", "9:1"], [(7, 7), (1, 1)], id="in one second"),
    ],
)
def test_runs_that_follow_each_other_saw_as_much_as_one_run(
    texts: list[str], reports: list[tuple[int, int]]
) -> None:
    pipeline, events = Pipeline(settings(once=True)), Events()
    for text in texts:
        snapshot = json.loads(json.dumps(pipeline.snapshot()))
        pipeline = Pipeline(settings(once=True))
        pipeline.restore(snapshot, 0.0, 0.0)
        events += once(pipeline, text)
    assert repr(seen(events.reports)) == repr(reports)


def once(pipeline: Pipeline, text: str) -> Events:
    pipeline.intake.feed("log", log(traffic(text)))
    pipeline.intake.end("log")
    return Events([*pipeline.advance(), *pipeline.finish(goes_on=True)])


def test_a_restart_goes_on_with_what_was_seen() -> None:
    following = Live(settings())
    following.write_hits(traffic("0-3:1"))
    following.run(13.5)
    snapshot = json.loads(json.dumps(following.pipeline.snapshot()))
    resumed = Pipeline(settings(), START + 15, mono=0.0)
    resumed.restore(snapshot, 1.5, 0.0)
    resumed.intake.feed("log", log(traffic("14:1 21:1")))
    events = Events(resumed.advance(1.0, up_to_date=True))
    events += resumed.advance(9.0, up_to_date=True)
    assert seen(events.reports) == [(10, 1)]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(8))
def test_the_seconds_of_reports_and_the_silence_between_them_add_up(seed: int) -> None:
    rng = random.Random(seed)
    given, late = random_settings(rng), rng.choice((0, 0.1))
    events = replay(log(random_traffic(rng, 200, late=late)), given)
    reports, silence = events.reports, 0
    for before, after in pairwise(reports):
        silence += (after.start or 0) - (before.end or 0)
    total = sum(report.seconds for report in reports) + silence
    assert events.summary.seconds == total, f"seed {seed}"
    for report in reports[1:-1]:
        assert report.seconds == (report.end or 0) - (report.start or 0)


# --- the observation itself ---


@pytest.mark.parametrize(
    ("steps", "seconds"),
    [
        pytest.param([], 10, id="no pause"),
        pytest.param([("pause", 104)], 4, id="a pause"),
        pytest.param([("pause", 104), ("resume", 107)], 7, id="a pause that ends"),
        pytest.param([("pause", 90)], 0, id="a pause from before"),
        pytest.param([("pause", 104), ("pause", 106)], 4, id="a pause goes on"),
        pytest.param([("pause", 104), ("resume", 103)], 10, id="a pause of no second"),
        pytest.param([("resume", 107)], 10, id="nothing to resume"),
        pytest.param([("pause", 90), ("resume", 95)], 10, id="both before"),
        pytest.param([("pause", 109), ("resume", 300)], 9, id="an end far away"),
    ],
)
def test_an_observation_pauses(steps: list[tuple[str, int]], seconds: int) -> None:
    observed = Observed()
    observed.begin(100)
    for name, second in steps:
        getattr(observed, name)(second)
    assert observed.before(110) == seconds


@pytest.mark.parametrize(
    ("silence", "wall", "as_of"),
    [
        pytest.param(0.0, 14.7, AsOf(START + 9, 5), id="written just now"),
        pytest.param(5.0, 17.7, AsOf(START + 11, 6), id="silent for a while"),
        pytest.param(0.0, 7.0, AsOf(START + 9, -2), id="a clock that is ahead"),
    ],
)
def test_a_run_that_waits_for_nothing_knows_how_old_its_last_second_is(
    silence: float, wall: float, as_of: AsOf
) -> None:
    pipeline = Pipeline(settings()._replace(replay=False, once=True))
    pipeline.intake.feed("log", log([0, 9]))
    list(pipeline.advance())
    list(pipeline.pass_silence(silence, START + wall))
    *_, summary = pipeline.finish(goes_on=True)
    assert isinstance(summary, Report)
    assert summary.as_of == as_of
