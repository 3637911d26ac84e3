"""Hits of before the start are in the window and in no report."""

import pytest
from support.timelines import HOUR, OFFSETS, Live, pages, reported, traffic

pytestmark = pytest.mark.usefixtures("untraced")


@pytest.mark.parametrize(
    "clock", [pytest.param(0, id="right"), pytest.param(-40, id="behind"), *OFFSETS]
)
def test_a_restart_in_mid_incident_alerts_at_once(clock: int) -> None:
    before = {second + clock: 11 for second in range(-120, 0)}
    following = Live(backfill=before)
    following.write_hits(traffic("0-30:11"), clock)
    following.run(3)
    (fires,) = following.events.alerts
    assert fires.hits in (1320, 880), "all that there was, or what was in the window"
    following.run(200, step=2)
    _, recovers = following.events.alerts
    assert reported([recovers], clock) == "recovers 1199 at 41"
    assert recovers.at >= recovers.since
    assert following.finish().summary.values.hits == 31 * 11


def test_an_alert_from_before_the_first_line_lasts_by_the_log_s_own_time() -> None:
    clock = -40
    following = Live(backfill={second + clock: 20 for second in range(-120, 0)})
    following.write_hits([10], clock)
    fires, recovers = following.run(200).alerts
    assert reported([fires]) == "fires 1580 at 0"
    assert reported([recovers], clock) == "recovers 1181 at 60"
    assert 59 <= recovers.at - recovers.since <= 62


def test_a_restart_in_mid_incident_alerts_without_a_new_line() -> None:
    following = Live(backfill={second: 11 for second in range(-120, 0)})
    assert reported(following.run(2.25).alerts) == "fires 1309 at 0"


@pytest.mark.parametrize("clock", OFFSETS)
def test_what_was_before_the_start_does_not_come_back_later(clock: int) -> None:
    following = Live(backfill={second + clock: 11 for second in range(-120, 0)})
    events = following.run(HOUR + 200, step=40)
    assert not events.alerts
    assert {report.values.hits for report in events.reports} == {0}


def test_hits_of_before_the_start_are_in_no_report() -> None:
    following = Live(backfill={second: 3 for second in range(-120, 0)})
    following.write_hits(traffic("0-19:1"))
    events = following.run(25)
    assert pages(events.reports) == [(0, 10, 10), (10, 20, 10)]
    assert [report.window.hits for report in events.reports] == [340, 320]
