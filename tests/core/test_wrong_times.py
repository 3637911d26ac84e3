"""Single timestamps that are wrong, in replayed and in followed logs."""

import pytest
from support.timelines import (
    DAY,
    HOUR,
    IN_1970,
    IN_2099,
    MINUTE,
    MONO,
    SETTINGS,
    START,
    WRONG,
    YEAR,
    Live,
    expected_alerts,
    line,
    live,
    log,
    pages,
    replay,
    reported,
    settings,
    traffic,
)

from monitor.core.pipeline import Pipeline
from monitor.core.stepping import PATIENCE
from monitor.settings import Settings

pytestmark = pytest.mark.usefixtures("untraced")


@pytest.mark.parametrize("place", [0, 650, 1300])
@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_timestamp_in_a_replay_is_misdated_and_nothing_else(
    wrong: int, place: int
) -> None:
    seconds = traffic("0-129:10")
    events = replay(log([*seconds[:place], wrong, *seconds[place:]]))
    tally = events.summary.values.numbers
    assert (tally["hits"], tally["misdated"], tally["late"]) == (1301, 1, 0)
    assert [(a, b) for a, b, _ in pages(events.reports)] == [
        (start, start + 10) for start in range(0, 130, 10)
    ]
    second = max(place - 1, 0) // 10
    with_it = sorted([*seconds, second])
    assert reported(events.alerts) == expected_alerts(with_it, SETTINGS)


@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_timestamp_neither_fires_nor_clears_an_alert(wrong: int) -> None:
    busy = traffic("0-99:13")
    events = replay(log([*busy, wrong, *traffic("100-200:13")]))
    assert reported(events.alerts) == "fires 1209 at 92"
    calm = traffic("0-99:3")
    events = replay(log([*calm, wrong, *traffic("100-200:3")]))
    assert reported(events.alerts) == ""


@pytest.mark.parametrize(
    ("pace", "at"),
    [
        pytest.param(11, 0, id="first"),
        pytest.param(11, 60, id="in the middle"),
        pytest.param(11, 129, id="last"),
        pytest.param(1, 60, id="in the middle of little traffic"),
    ],
)
@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_timestamp_in_a_followed_log_is_misdated(
    pace: int, wrong: int, at: int
) -> None:
    text = f"0-129:{pace}"
    following = live(text)
    following.write(at if at == 0 else at + 0.98, line(wrong))
    if at == 0:
        following.write(at, line(0))
    events = following.run(140, step=2)
    seconds = sorted([*traffic(text), at, *([0] if at == 0 else [])])
    assert reported(events.alerts) == expected_alerts(seconds, settings())
    assert [(a, b) for a, b, _ in pages(events.reports)] == [
        (s, s + 10) for s in range(0, 130, 10)
    ]
    summary = following.finish(ended=False).summary
    tally = summary.values.numbers
    assert (tally["misdated"], tally["late"]) == (1, 0)
    assert tally["hits"] == len(seconds)
    assert not events.notices


@pytest.mark.parametrize("wrong", [2 * HOUR, 2 * DAY])
def test_one_hit_far_ahead_of_a_quiet_site_is_misdated(wrong: int) -> None:
    """Nothing follows it for longer than it waits."""
    text = "0-59:1 62-99:1"
    following = live(text, settings("0.5", 10))
    following.write(60.5, line(60 + wrong))
    events = following.run(130, step=2)
    seconds = sorted([*traffic(text), 60])
    assert reported(events.alerts) == expected_alerts(
        [*seconds, 110], settings("0.5", 10)
    )
    tally = following.finish(ended=False).summary.values.numbers
    assert (tally["hits"], tally["misdated"], tally["late"]) == (len(seconds), 1, 0)
    assert not events.notices


@pytest.mark.parametrize("clock", [2 * HOUR, 5 * DAY])
def test_a_quiet_log_set_forward_is_followed_from_its_second_hit_on(clock: int) -> None:
    following = live("0-99:1")
    following.write_hits(range(110, 300, 10), clock)
    events = following.run(330)
    (notice,) = events.notices
    assert "went forward" in notice
    tally = following.finish(ended=False).summary.values.numbers
    assert (tally["hits"], tally["misdated"], tally["late"]) == (119, 1, 0)
    assert following.pipeline.so_far().end == START + clock + 330


def test_each_doubtful_timestamp_waits_for_the_next_hit() -> None:
    following = live("0-10:1")
    following.write(11.0, line(IN_2099))
    following.write(11.25, line(11) + line(2 * HOUR))
    following.write(11.6, line(11))
    events = following.run(20)
    assert not events.notices
    assert following.pipeline.so_far().end == START + 19
    assert following.finish().summary.values.numbers["misdated"] == 2


def test_a_doubtful_time_waits_half_a_second_for_the_next() -> None:
    pipeline = Pipeline(Settings(), start=START, mono=MONO)
    for second, mono in ((0, 0), (HOUR, 1)):
        pipeline.intake.feed("log", line(second))
        list(pipeline.advance(MONO + mono))
    list(pipeline.advance(MONO + 1 + PATIENCE - 0.1, up_to_date=True))
    assert pipeline.snapshot()["waiting"]["epochs"] == [START + HOUR]
    list(pipeline.advance(MONO + 1 + PATIENCE, up_to_date=True))
    assert pipeline.snapshot()["waiting"]["epochs"] == []
    assert PATIENCE == 0.5


@pytest.mark.parametrize("first", [IN_1970, IN_2099, -DAY, 5, 306 + HOUR])
def test_a_first_line_with_an_odd_time_does_not_prolong_an_outage(first: int) -> None:
    following = live("0-9:130")
    following.run(15)
    following.run(305, no_data="it is gone")
    following.write(305.1, line(first))
    following.write_hits(range(306, 400))
    back = following.run(330, step=2)
    (recovery,) = back.alerts
    assert 303 <= recovery.at - START <= 310


@pytest.mark.parametrize(
    ("wrong", "clock"),
    [
        *((wrong, 0) for wrong in (IN_1970, YEAR, 2 * HOUR)),
        *((wrong, -40) for wrong in (IN_1970, YEAR, 2 * HOUR)),
        *((wrong, 10 * YEAR) for wrong in (IN_1970, IN_2099, YEAR, -YEAR)),
    ],
)
def test_a_first_hit_with_a_wrong_time_is_reported_by_those_before_the_start(
    wrong: int, clock: int
) -> None:
    following = Live(backfill={second + clock: 20 for second in range(-120, 0)})
    following.write(3, line(wrong + clock))
    following.write_hits(traffic("5-60:20"), clock)
    events = following.run(70, step=2)
    assert {alert.state for alert in events.alerts} == {"firing"}
    assert len(events.alerts) == 1
    tally = following.finish(ended=False).summary.values.numbers
    assert (tally["hits"], tally["misdated"], tally["late"]) == (1 + 56 * 20, 1, 0)


@pytest.mark.parametrize("wrong", [IN_1970, IN_2099, HOUR])
def test_a_first_hit_with_a_wrong_time_sets_no_clock_back(wrong: int) -> None:
    following = Live(backfill={second: 1 for second in range(-120, -5)})
    following.write(15 * MINUTE, line(wrong))
    following.write_hits(range(15 * MINUTE + 2, 15 * MINUTE + 60))
    following.run(15 * MINUTE - 1, step=10)
    following.run(15 * MINUTE + 70)
    starts = [report.start for report in following.events.reports]
    assert starts == sorted(starts)
    assert not following.events.notices
    assert following.finish(ended=False).summary.values.numbers["misdated"] == 1
