"""Several followed logs whose clocks differ: their hits count at one time."""

import pytest
from support.timelines import (
    DAY,
    HOUR,
    START,
    YEAR,
    Events,
    Live,
    adds_up,
    first_at,
    pages,
    reported,
    settings,
    traffic,
)

from monitor.core.events import Notice
from monitor.units import duration

pytestmark = pytest.mark.usefixtures("untraced")

GIVEN = settings("10", 20)._replace(replay=False)
BOTH = "fires 208 at 12, recovers 192 at 67"
"""Eight hits a second of each of two logs: more than 200 in 20 s."""

CLOCKS = [
    pytest.param(5 * HOUR + HOUR // 2, "5h30m ahead of", id="in India"),
    pytest.param(-2 * DAY, "2d behind", id="days behind"),
    pytest.param(10 * YEAR, "3650d ahead of", id="ten years ahead"),
]


def logs(*clocks: int, text: str = "0-59:8", wall: float = 0) -> Live:
    """A monitor of logs with the same traffic, whose clocks are off."""
    following = Live(GIVEN, wall)
    for name, clock in zip("abc", clocks, strict=False):
        following.write_hits(traffic(text), clock, name)
    return following


def clocks_in(events: Events) -> list[str]:
    """Return the notices about logs whose clocks differ, without what follows."""
    return [each.partition(" the other")[0] for each in events.notices]


def test_two_logs_with_one_clock_are_one_traffic() -> None:
    events = logs(0, 0).run(80)
    assert reported(events.alerts) == BOTH
    assert not events.notices


@pytest.mark.parametrize(("clock", "words"), CLOCKS)
def test_two_logs_whose_clocks_differ_are_one_traffic(clock: int, words: str) -> None:
    following = logs(0, clock)
    events = following.run(80)
    assert reported(events.alerts) == BOTH
    assert clocks_in(events) == [f"the clock of b is {words}"]
    assert first_at(following, lambda event: isinstance(event, Notice)) <= 5
    assert pages(events.reports)[1:4] == [(10, 20, 160), (20, 30, 160), (30, 40, 160)]
    events = following.finish()
    assert adds_up(events)
    assert events.summary.values.hits == 960


@pytest.mark.parametrize("clock", [-100, 63, 4321])
def test_an_offset_that_is_no_zone_is_right_to_two_seconds(clock: int) -> None:
    events = logs(0, clock).run(80, step=2)
    fired, recovered = events.alerts
    assert fired.at - START in range(12, 15)
    assert recovered.at - START in range(65, 70)
    (notice,) = events.notices
    assert any(duration(abs(clock) + error) in notice for error in (-2, -1, 0, 1, 2))
    assert sum(r.values.numbers["late"] for r in events.reports[1:]) == 0


@pytest.mark.parametrize("clocks", [(0, HOUR, -DAY), (0, HOUR, HOUR), (0, 0, HOUR)])
def test_three_logs_are_one_traffic(clocks: tuple[int, int, int]) -> None:
    events = logs(*clocks).run(30)
    assert reported(events.alerts) == "fires 216 at 8"
    assert len(events.notices) == len(list(filter(None, clocks)))


@pytest.mark.parametrize(
    ("late", "wall"), [(0, 0), (1, -3 * HOUR), (9, 50 * DAY), (10, 0)]
)
def test_the_first_log_alone_sets_the_time(late: int, wall: int) -> None:
    """A log that starts later has an offset from it, whichever clock is the machine's."""
    following = Live(GIVEN, wall)
    following.write_hits(traffic("0-59:8"), HOUR, "a")
    following.write_hits(traffic(f"{late}-59:8"), 0, "b")
    events = following.run(80)
    assert [a.state for a in events.alerts] == ["firing", "recovered"]
    assert len([each for each in clocks_in(events) if "clock of" in each]) == 1
    _, *others = events.reports
    assert sum(r.values.numbers["late"] for r in others) <= 40


def test_a_log_that_is_silent_from_the_start_changes_nothing() -> None:
    following = Live(GIVEN)
    following.write_hits(traffic("0-59:16"), HOUR, "b")
    events = following.run(80, step=2)
    assert reported(events.alerts, HOUR) == BOTH
    assert clocks_in(events) == [
        "the log's clock is 1h ahead of this machine's: reports and alerts go by the log's"
    ]


def test_a_slow_log_is_corrected_by_a_fast_one_that_is_ahead() -> None:
    """It has a hit each 7 s; the tenth shows its offset."""
    following = Live(settings("1", 200)._replace(replay=False))
    following.write_hits(range(0, 300, 7), 0, "slow")
    following.write_hits(range(300), -HOUR, "fast")
    events = following.run(320)
    assert reported(events.alerts) == "fires 202 at 175"
    assert len(events.notices) == 1
