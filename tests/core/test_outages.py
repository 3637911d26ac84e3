"""The monitor was away, or logs cannot be read."""

import pytest
from support.timelines import (
    MINUTE,
    MONO,
    START,
    Events,
    Live,
    adds_up,
    expected_alerts,
    gone,
    live,
    log,
    pages,
    reported,
    settings,
    traffic,
)

from monitor.alerts import Alert
from monitor.core.events import NoData, Report
from monitor.core.outage import Outage
from monitor.core.pipeline import Pipeline


@pytest.mark.parametrize("away", [60, 20 * MINUTE])
def test_one_report_covers_the_time_that_the_process_was_stopped(away: int) -> None:
    following = live("0-29:1 30-32:500")
    following.write_hits([away + 34])
    following.run(25)
    following.stop(away + 30)
    events = following.run(away + 30.5, step=0.5)
    end = away + 20
    assert pages(events.reports) == [(20, end, 1510)]
    assert reported(events.alerts) == expected_alerts(
        [*traffic("0-29:1 30-32:500"), away + 29], settings()
    )
    after = following.run(away + 52)
    assert [a for a, _, _ in pages(after.reports)] == [
        end + 10 * i for i in range(len(after.reports))
    ]
    assert len(after.reports) in (2, 3)
    assert not following.events.notices


def test_a_look_that_takes_a_moment_is_no_absence() -> None:
    following = live("0-20:1", settings()._replace(interval=1))
    events = following.run(20, step=1.9)
    assert {end - start for start, end, _ in pages(events.reports)} == {1}


def test_alerts_of_the_time_away_are_reported_before_its_report() -> None:
    following = live("0-29:1 30-32:500 200-202:500")
    following.run(25)
    following.stop(600)
    events = following.run(600.5)
    kinds = [type(event) for event in events]
    assert kinds == [Alert] * 4 + [Report]
    assert all(alert.seen_late for alert in events.alerts)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("back_at", [300, 20 * MINUTE])
def test_a_log_that_is_gone_is_not_silence(back_at: int) -> None:
    following = live("0-9:130")
    following.run(15)
    assert reported(following.events.alerts) == "fires 1300 at 9"
    lost = following.run(20, step=1, no_data="it is gone")
    lost = Events(lost + following.run(back_at, step=5, no_data="it is gone"))
    assert not lost.alerts
    assert [a for a, _, _ in pages(lost.reports)] == list(range(10, back_at - 10, 10))
    for report in lost.reports:
        assert report.no_data is not None
        assert report.no_data.reason == "log: it is gone"
        assert START + 13 <= report.no_data.since <= START + 16
        assert report.window.firing
    back = following.run(back_at + 25)
    assert reported(back.alerts) == f"recovers 0 at {back_at}"
    assert [report.no_data for report in back.reports] == [None] * len(back.reports)
    assert not following.events.notices


def test_what_was_written_while_a_log_was_gone_is_judged_at_its_own_time() -> None:
    following = live("0-10:130 11-399:1 300-310:130")
    following.run(15)
    following.run(330, no_data="no permission")
    back = following.run(332)
    seconds = [*traffic("0-10:130 11-399:1 300-310:130")]
    assert reported(following.events.alerts) == expected_alerts(
        sorted(second for second in seconds if second <= 330), settings()
    )
    assert len(back.alerts) == 2
    assert adds_up(following.finish(ended=False))


def test_what_was_not_written_while_a_log_was_gone_is_no_silence() -> None:
    following = live("0-9:130 305-399:1")
    following.run(15)
    following.run(306, no_data="it is gone")
    back = following.run(312)
    (recovery,) = back.alerts
    assert recovery.hits <= 2
    assert 305 <= recovery.at - START <= 306


def test_an_outage_lasts_through_a_restart() -> None:
    before = live("0-9:130")
    before.run(15)
    before.run(300, no_data="it is gone")
    pipeline = Pipeline(settings(), START + 302.0, MONO)
    pipeline.restore(before.pipeline.snapshot(), away=2.0, mono=MONO)
    lost = Events(
        pipeline.advance(MONO + 10, gone("it is gone", MONO), up_to_date=True)
    )
    (report, *_) = lost.reports
    assert report.no_data is not None
    assert report.no_data.since - START in range(13, 17)
    assert report.end - START in range(300, 320)
    back = [
        event
        for n in range(20, 25)
        for event in pipeline.advance(MONO + n, up_to_date=True)
    ]
    (recovery,) = Events(back).alerts
    assert 318 <= recovery.at - START <= 325
    assert not Events(back).notices


def test_a_log_that_was_never_there_is_no_data_on_the_machine_s_time() -> None:
    following = Live()
    events = following.run(35, step=0.5, no_data="it does not exist yet")
    assert [(a, n) for a, _, n in pages(events.reports)] == [(0, 0), (10, 0), (20, 0)]
    assert all(r.no_data and r.no_data.since == START for r in events.reports)


@pytest.mark.usefixtures("untraced")
def test_no_recovery_is_reported_while_one_of_several_logs_is_gone() -> None:
    following = live("0-9:130 10-300:1")
    following.run(15)
    events = following.run(200, partly="one is gone")
    assert not events.alerts
    assert len(events.reports) > 17
    for report in events.reports:
        assert report.no_data is not None
        assert report.no_data.reason == "other: one is gone"
        assert START + 13 <= report.no_data.since <= START + 16
    back = following.run(203)
    (recovery,) = back.alerts
    assert 199 <= recovery.at - START <= 202
    messages = [each for each in back if isinstance(each, Alert | NoData)]
    assert [type(each) for each in messages] == [NoData, Alert]


def test_no_recovery_follows_from_lines_while_one_of_several_logs_is_gone() -> None:
    pipeline = Pipeline(settings("1", 2), float(START), 0.0)
    for hits, outage, state in [
        ("0:9 9:1", gone("gone", 0.1, "other", number=2), "firing"),
        ("30:1", Outage({}, 2), "recovered"),
    ]:
        pipeline.intake.feed("log", log(traffic(hits)))
        alerts = Events(pipeline.advance(0.1, outage)).alerts
        assert [alert.state for alert in alerts] == [state]


def test_an_alert_is_reported_while_one_of_several_logs_is_gone() -> None:
    events = live("0-9:130").run(15, partly="one is gone")
    assert reported(events.alerts) == "fires 1300 at 9"
