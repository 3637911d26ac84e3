"""A log's clock is set back or forward, in replayed and in followed logs."""

import pytest
from support.timelines import (
    DAY,
    HOUR,
    START,
    Live,
    adds_up,
    first_at,
    live,
    log,
    pages,
    replay,
    reported,
    settings,
    traffic,
)

pytestmark = pytest.mark.usefixtures("untraced")

BACK_AT = 150


def burst_after(shift: int, step: int, at: int) -> tuple[list[int], list[int]]:
    """A log set back by `shift` at BACK_AT, with a hit each `step` s, and a burst at BACK_AT + `at`."""
    before = list(range(0, BACK_AT, step))
    then = [second - shift for second in range(BACK_AT, BACK_AT + at, step)]
    return before, [*then, *[BACK_AT + at - shift] * 1300, BACK_AT + 1 + at - shift]


SETBACKS = [
    pytest.param(30, id="30 s"),
    pytest.param(100, id="100 s"),
    pytest.param(2 * DAY, id="2 days"),
]


TRAFFIC = [
    pytest.param(1, 141, id="dense, the window is filling"),
    pytest.param(1, 261, id="dense, the window is full"),
    pytest.param(20, 261, id="a hit each 20 s, the window is full"),
]


def counted(after: list[int], step: int) -> list[int]:
    """The hits since the clock was found to be set back: after 60 s, or after seven hits."""
    return [second for second in after if second >= after[0] + max(60, 6 * step)]


@pytest.mark.parametrize("shift", SETBACKS)
@pytest.mark.parametrize(("step", "at"), TRAFFIC)
def test_a_log_set_back_is_replayed_with_a_window_that_starts_empty(
    step: int, shift: int, at: int
) -> None:
    before, after = burst_after(shift, step, at)
    events = replay(log(before + after))
    burst = BACK_AT + at - shift
    # A log that is soon where it was had late hits, which are in their own seconds.
    is_late = shift == 30 or (shift == 100 and step > 1)
    seconds = before + after if is_late else counted(after, step)
    inside = sum(burst - 120 < second < burst for second in seconds)
    assert reported(events.alerts) == f"fires {1300 + inside} at {burst}"
    assert len(events.notices) == (0 if is_late else 1)
    assert events.reports[-1].end == START + (burst + 1) // 10 * 10 + 10
    assert adds_up(events)


@pytest.mark.parametrize("shift", SETBACKS)
@pytest.mark.parametrize("margin", [1, 4])
def test_a_firing_alert_goes_on_over_a_clock_set_back_in_a_replay(
    margin: int, shift: int
) -> None:
    pace = 10 + margin
    before = traffic(f"0-183:{pace}")
    after = [second - shift for second in traffic(f"184-400:{pace} 401-530:1")]
    fires, *recoveries = replay(log(before + after)).alerts
    assert reported([fires]) == f"fires {-(-1201 // pace) * pace} at {1200 // pace}"
    (recovery,) = recoveries
    assert recovery.at > START + 400 - shift
    if shift > 60:
        moved = recovery.since - fires.at
        assert moved in (-shift, 1 - shift), "it began by the new time"
        assert recovery.peak == 120 * pace


def test_no_recovery_is_reported_after_a_set_back_until_the_window_is_full_again() -> (
    None
):
    after = [second - HOUR for second in range(100, 400)]
    events = replay(log(traffic("0-99:13") + after))
    noticed = 160 - HOUR
    assert (
        reported(events.alerts) == f"fires 1209 at 92, recovers 120 at {noticed + 119}"
    )


def test_a_zone_that_goes_forward_is_a_gap_in_a_replay() -> None:
    events = replay(log(traffic(f"0-150:11 {HOUR + 151}-{HOUR + 300}:11")))
    assert reported(events.alerts) == (
        f"fires 1210 at 109, recovers 1199 at 161, fires 1210 at {HOUR + 260}"
    )


@pytest.mark.parametrize("shift", SETBACKS)
@pytest.mark.parametrize(("step", "at"), TRAFFIC)
def test_a_log_set_back_is_followed_with_a_window_that_starts_empty(
    step: int, shift: int, at: int
) -> None:
    before, after = burst_after(shift, step, at)
    following = Live()
    following.write_hits(before)
    following.write_hits([second + shift for second in after], -shift)
    events = following.run(BACK_AT + 20 + at)
    burst = BACK_AT + at - shift
    inside = sum(burst - 120 < second < burst for second in counted(after, step))
    fires, *_ = events.alerts
    assert reported([fires]) == f"fires {1300 + inside} at {burst}"
    assert first_at(following, lambda event: event is fires) <= BACK_AT + 4 + at
    (notice,) = events.notices
    assert "went back" in notice
    assert adds_up(following.finish())


@pytest.mark.parametrize("clock", [-HOUR, -40])
def test_a_log_set_back_in_an_incident_is_not_silent_meanwhile(clock: int) -> None:
    following = Live(settings("2", 30))
    following.write_hits(traffic("0-99:4"))
    following.write_hits(traffic("100-299:4"), clock)
    events = following.run(400, step=2)
    fires, recovers = events.alerts
    assert reported([fires]) == "fires 64 at 15"
    assert recovers.at - START - clock in range(300, 320)
    assert 315 <= first_at(following, lambda event: event is recovers) <= 320
    assert len(events.notices) == 1


def test_late_hits_and_then_silence_are_silence_in_the_end() -> None:
    following = Live(settings("2", 30))
    following.write_hits(traffic("0-99:4"))
    following.write_hits(traffic("100-115:4"), -HOUR)
    events = following.run(300, step=2)
    assert [alert.state for alert in events.alerts] == ["firing", "recovered"]


def test_a_log_that_comes_late_with_a_clock_of_its_own_recovers_by_it() -> None:
    following = Live(settings("1", 10))
    following.run(20, no_data="not there yet")
    following.write_hits(traffic("21:30 22-60:1"), -HOUR)
    events = following.run(70)
    assert reported(events.alerts, -HOUR) == "fires 30 at 21, recovers 9 at 61"


def test_a_zone_that_goes_forward_is_followed_with_one_notice() -> None:
    following = live("0-99:6", settings("5", 30))
    following.write_hits(traffic("100-199:6"), HOUR)
    events = following.run(230, step=2)
    assert reported(events.alerts) == (
        f"fires 156 at 25, recovers 144 at 105, "
        f"fires 156 at {HOUR + 125}, recovers 144 at {HOUR + 205}"
    )
    (notice,) = events.notices
    assert "forward by 1h" in notice


def test_a_clock_set_forward_by_less_than_a_gap_needs_no_notice() -> None:
    following = live("0-99:5")
    following.write_hits(traffic("100-199:5"), 30)
    events = following.run(200, step=2)
    assert not events.notices
    assert not events.alerts
    assert pages(events.reports)[-1][2] == 50
