"""Followed logs on a made-up clock: silence, wrong clocks, late lines, the end."""

import random
from collections import Counter

import pytest
from support.timelines import (
    DAY,
    HOUR,
    MINUTE,
    OFFSETS,
    START,
    Events,
    Live,
    expected_alerts,
    first_at,
    line,
    live,
    pages,
    random_traffic,
    reported,
    settings,
    traffic,
)


def test_there_is_a_report_every_interval_in_silence_too() -> None:
    events = live().run(100)
    assert pages(events.reports) == [(s, s + 10, 0) for s in range(0, 100, 10)]
    events = live("3-12:2 55:1").run(102)
    hits = [14, 6, 0, 0, 0, 1, 0, 0, 0, 0]
    assert pages(events.reports) == [
        (10 * i, 10 * i + 10, n) for i, n in enumerate(hits)
    ]


@pytest.mark.usefixtures("untraced")
def test_an_alert_is_reported_within_two_seconds_of_the_crossing() -> None:
    following = live("0-119:10 120-200:30")
    following.run(330)
    (fires, recovers) = following.events.alerts
    assert reported([fires]) == "fires 1220 at 120"
    assert not fires.seen_late
    assert 121 <= first_at(following, lambda event: event is fires) <= 122
    seconds = recovers.at - START
    assert seconds + 1 <= first_at(following, lambda e: e is recovers) <= seconds + 3


def test_an_alert_recovers_in_silence_with_no_new_line() -> None:
    following = live("0:2 1:1199")
    events = following.run(123)
    assert reported(events.alerts) == "fires 1201 at 1, recovers 1199 at 120"


def test_a_report_that_is_asked_for_closes_nothing_and_counts_nothing_twice() -> None:
    following = live("0-4:1 10-19:2")
    following.run(14)
    before = following.pipeline.snapshot()
    reports = [following.pipeline.so_far() for _ in range(2)]
    assert pages(reports) == [(10, 15, 9)] * 2
    assert [each.is_open for each in reports] == [True, True]
    assert reports[0].rate == 9 / 5
    assert reports[0].previous_rate == 0.5
    assert following.pipeline.snapshot() == before
    following.run(22)
    reports = following.finish().reports
    assert pages(reports) == [(0, 10, 5), (10, 20, 20)]
    assert not any(each.is_open for each in reports)
    assert following.events.summary.values.hits == 25


INCIDENT = "2-60:1 61:1300 62-199:1"


def is_as_it_was(events: Events, clock: int) -> bool:
    """Return whether alerts and reports are those of INCIDENT, from the first whole report on."""
    hits = Counter(second // 10 * 10 for second in traffic(INCIDENT))
    alerts = reported(events.alerts, clock)
    reports = [page for page in pages(events.reports, clock) if 10 <= page[0] < 320]
    return alerts == "fires 1359 at 61, recovers 120 at 181" and reports == [
        (start, start + 10, hits[start]) for start in range(10, 320, 10)
    ]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("wall", [1e9, 0.9, -9])
def test_a_wrong_wall_clock_changes_nothing(wall: float) -> None:
    following = live(INCIDENT, wall=wall)
    events = following.run(330, step=2)
    assert is_as_it_was(events, 0)
    assert len(events.notices) == (1 if abs(wall) >= 10 else 0)
    assert following.finish().summary.values.hits == 59 + 1300 + 138


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("clock", OFFSETS)
def test_a_log_s_clock_off_by_a_constant_changes_nothing(clock: int) -> None:
    events = live(INCIDENT, clock=clock).run(330, step=2)
    assert is_as_it_was(events, clock)
    (notice,) = events.notices
    assert ("ahead of" if clock > 0 else "behind") in notice


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    ("wall", "clock", "words"),
    [
        (0, HOUR, "1h ahead of"),
        (HOUR, 0, "1h behind"),
        (-90, 0, "1m30s ahead of"),
        (0, -7 * DAY, "7d behind"),
    ],
)
def test_one_notice_says_by_how_much_the_clocks_differ(
    wall: int, clock: int, words: str
) -> None:
    following = live("1-50:1", wall=wall, clock=clock)
    (notice,) = following.run(60, step=2).notices
    assert words in notice
    told_at = first_at(following, lambda event: getattr(event, "message", "") == notice)
    assert told_at < 10


@pytest.mark.usefixtures("untraced")
def test_after_a_quiet_night_a_hit_is_in_its_own_report() -> None:
    night = HOUR
    following = live("0-30:20")
    following.run(160)
    following.write_hits([night])
    following.run(night - 5, step=20)
    events = following.run(night + 12)
    assert pages(events.reports)[-1] == (night, night + 10, 1)
    assert {report.values.numbers["late"] for report in events.reports} == {0}
    assert not following.events.notices
    assert reported(following.events.alerts) == ""


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(2))
def test_a_delay_makes_the_alerts_of_a_buffered_log_right(seed: int) -> None:
    rng = random.Random(seed)
    given = settings("1", 60, delay=300)._replace(replay=False)
    seconds = random_traffic(rng, 300, late=0)
    following = Live(given)
    for second in seconds:
        following.write((second // 290 + 1) * 290, line(second))
    following.run(max(seconds) + 1000, step=2)
    expected = expected_alerts([*seconds, max(seconds) + 100], settings("1", 60))
    assert reported(following.events.alerts) == expected, f"seed {seed}"
    assert not following.events.notices, f"seed {seed}"


@pytest.mark.usefixtures("untraced")
def test_a_buffered_log_has_late_hits_and_no_other_news() -> None:
    following = live("0")
    for second in range(2, 1200, 2):
        following.write((second // 300 + 1) * 300, line(second))
    events = following.run(1303)
    assert not events.notices
    assert [a for a, _, _ in pages(events.reports)] == list(range(0, 1300, 10))
    tally = following.finish(ended=False).summary.values.numbers
    assert (tally["hits"], tally["late"]) == (600, 599 - 4 * 5)


def test_slow_requests_do_not_make_the_clock_news() -> None:
    rng = random.Random(1)
    following = Live()
    following.write(0, line(0))
    at = 1.0
    while at < 5 * MINUTE:
        following.write(at, line(int(at - rng.uniform(4, 9))))
        at += rng.expovariate(1 / 5)
    assert following.run(5 * MINUTE).notices == []


def test_an_ended_input_closes_its_last_second() -> None:
    following = live("0:1201")
    following.run(0.9)
    assert not following.events.alerts
    assert reported(following.finish(ended=True).alerts) == "fires 1201 at 0"


def test_a_monitor_that_is_stopped_judges_no_second_that_is_not_over() -> None:
    following = live("0:1201")
    following.run(0.9)
    assert not following.finish(ended=False).alerts
    assert following.events.summary.values.hits == 1201


def test_a_line_counts_when_its_newline_is_there() -> None:
    following = Live()
    text = line(1)
    following.write(1, text[:30])
    following.write(1.5, text[30:-1])
    following.write(9, b"\n")
    following.run(8)
    assert following.pipeline.intake.sources.kept("log").partial == len(text) - 1
    assert following.pipeline.so_far().end == START + 9
    following.run(19)
    assert pages(following.events.reports)[-1] == (0, 10, 1)


@pytest.mark.parametrize(("complete", "hits"), [(True, 2), (False, 1)])
def test_a_last_line_without_a_newline_counts_at_a_complete_end(
    complete: bool, hits: int
) -> None:
    following = Live()
    following.write(1, line(1) + line(2)[:-1])
    following.run(3)
    following.pipeline.intake.end("log", complete=complete)
    assert following.finish().summary.values.hits == hits
