"""Stream time, hit by hit: how far a timestamp may move it, and what silence does."""

import pytest
from support.clocks import (
    IN_1970,
    IN_2099,
    after,
    drawn,
    followed,
    placed,
    run_of,
    stepped,
)
from support.timelines import DAY, HOUR, MONO, START, YEAR

from monitor.streamtime.clock import Clock
from monitor.streamtime.setback import SPAN, STEP
from monitor.streamtime.steps import Advance
from monitor.streamtime.trust import FAR, JUMP, LONGEST_GAP


@pytest.mark.parametrize(
    ("seconds", "drawing", "now"),
    [
        pytest.param([0, 1, 1, 7], "0 1 1 7", 7, id="forward"),
        pytest.param([JUMP], "600", 600, id="as far as one alone may jump"),
        pytest.param([JUMP + 1], "?601", 0, id="farther, and the next is not known"),
        pytest.param([601, 301], "601 301", 601, id="the next is nearer to it"),
        pytest.param([602, 302], "602 302", 602, id="the next is just nearer to it"),
        pytest.param([602, 301], "?602 ?301", 0, id="the next is half way"),
        pytest.param([601, 2], "!0 2", 2, id="the next is at the clock"),
        pytest.param([601, 300], "?601 ?300", 0, id="the next is at neither"),
        pytest.param([601, 300, 3], "!0 300 3", 300, id="then one at the clock"),
        pytest.param([601, 299, 300], "!0 299 300", 300, id="then one at neither"),
        pytest.param([601, 300, 602], "601 300 602", 602, id="then one near it"),
        pytest.param([1805, 9, 1000], "!0 9 ?1000", 9, id="then a gap of its own"),
        pytest.param(
            [5000, 9, 5600], "5000 9 5600", 5600, id="then one ten minutes on"
        ),
        pytest.param([5000, 9, 5601], "!0 9 ?5601", 9, id="then one farther on"),
        pytest.param([-DAY - 1, JUMP], "!0 600", 600, id="a jump behind a surprise"),
        pytest.param([601, IN_1970, 602], "601 !601 602", 602, id="a gap and 1970"),
        pytest.param([601, 601, 5], "601 601 5", 601, id="a gap, then a late hit"),
        pytest.param([YEAR, YEAR], f"{YEAR} {YEAR}", YEAR, id="a silent year"),
        pytest.param(
            [9 * YEAR, 9 * YEAR + 1],
            f"{9 * YEAR} {9 * YEAR + 1}",
            9 * YEAR + 1,
            id="nine silent years",
        ),
        pytest.param([IN_2099, 1], "!0 1", 1, id="2099"),
        pytest.param([YEAR, 1], "!0 1", 1, id="next year"),
        pytest.param([IN_1970, 1], "!0 1", 1, id="1970"),
        pytest.param([-YEAR, 1], "!0 1", 1, id="the year before"),
        pytest.param([IN_2099, IN_1970, 1], "!0 !0 1", 1, id="two that are wrong"),
        pytest.param([100, 99, 98, 40, 100], "100 99 98 40 100", 100, id="late"),
        pytest.param([-DAY], "-86400", 0, id="a day late"),
        pytest.param([-DAY - 1], "!0", 0, id="more than a day late"),
    ],
)
def test_a_hit_is_counted_where_it_belongs(
    seconds: list[int], drawing: str, now: int
) -> None:
    clock = after(Clock(), 0)
    assert drawn(stepped(clock, seconds), seconds) == drawing
    assert clock.now == START + now


@pytest.mark.parametrize(
    ("seconds", "drawing"),
    [
        pytest.param([HOUR, HOUR], "!0 3600", id="the same"),
        pytest.param([HOUR, HOUR + JUMP], f"!0 {HOUR + JUMP}", id="and a while later"),
        pytest.param([HOUR, HOUR + JUMP + 1], "!0 !0", id="and too much later"),
        pytest.param([HOUR, HOUR - 1], "!0 !0", id="earlier"),
        pytest.param([HOUR, 1, HOUR + 1], "!0 1 !1", id="with another in between"),
    ],
)
@pytest.mark.parametrize("resumed", [False, True])
def test_a_hit_that_nothing_follows_is_trusted_if_the_one_before_agrees(
    seconds: list[int], drawing: str, resumed: bool
) -> None:
    clock, drawn_so_far = after(Clock(), 0), []
    for second in seconds:
        now = (clock.now or 0) - START
        steps = stepped(clock, [second], trust=0)
        drawn_so_far.append(drawn(steps, [second], now))
        if resumed:
            snapshot, clock = clock.snapshot(0.0), Clock()
            assert snapshot is not None
            clock.resume(snapshot, 0.0, 0.0)
    assert " ".join(drawn_so_far) == drawing


def test_a_hit_at_neither_is_no_gap_at_the_end_of_an_input() -> None:
    clock = after(Clock(), 0)
    steps = stepped(clock, [601, 300], trust=LONGEST_GAP)
    assert drawn(steps, [601, 300]) == "!0 300"


@pytest.mark.parametrize(
    ("second", "trust", "drawing"),
    [
        pytest.param(JUMP + 1, FAR, "601", id="a gap of minutes"),
        pytest.param(FAR, FAR, "86400", id="a day, in time"),
        pytest.param(FAR + 1, FAR, "!0", id="more than a day, in time"),
        pytest.param(
            LONGEST_GAP, LONGEST_GAP, f"{LONGEST_GAP}", id="almost a year, at the end"
        ),
        pytest.param(YEAR, LONGEST_GAP, "!0", id="a wrong year, at the end"),
        pytest.param(LONGEST_GAP + 1, LONGEST_GAP, "!0", id="more, at the end"),
    ],
)
def test_a_hit_that_nothing_follows_is_trusted_as_far_as_said(
    second: int, trust: int, drawing: str
) -> None:
    clock = after(Clock(), 0)
    assert drawn(stepped(clock, [second]), [second]) == f"?{second}"
    assert drawn(stepped(clock, [second], trust=trust), [second]) == drawing


def test_moves_come_before_the_first_hit_of_each_second() -> None:
    clock = after(Clock(), 0)
    for seconds in ([0, 1, 1, 3], [3, 5, 4, 5, 6]):
        moves = placed(stepped(clock, seconds))
        expected = [
            (index, Advance(START + second))
            for index, second in enumerate(seconds)
            if second > max([*seconds[:index], seconds[0]])
        ]
        assert moves == expected


def test_a_doubted_hit_is_forgotten_when_one_of_another_time_comes() -> None:
    clock = after(Clock(), 0)
    for second in (HOUR, -DAY - 1, HOUR + 1):
        assert drawn(stepped(clock, [second], trust=0), [second]) == "!0"


@pytest.mark.parametrize(
    ("hits", "mono", "now"),
    [
        pytest.param([], 0, 0, id="starts at the machine's time"),
        pytest.param([], 9.75, 9, id="goes on without a hit"),
        pytest.param([50], 0, 50, id="the first hit sets it"),
        pytest.param([-50], 0, -50, id="back, too"),
        pytest.param([0], 1.75, 0, id="a line may be on its way"),
        pytest.param([0], 2, 1, id="then it goes on"),
        pytest.param([0], 8 * HOUR, 8 * HOUR - 1, id="all night"),
        pytest.param([5 * YEAR, 5 * YEAR], 11, 5 * YEAR + 10, id="on the log's time"),
    ],
)
def test_a_followed_clock_goes_on_in_silence(
    hits: list[int], mono: float, now: int
) -> None:
    clock = followed()
    stepped(clock, hits)
    assert clock.reading(MONO + mono) == START + now
    assert clock.go_on(MONO + mono) == clock.now == START + now


@pytest.mark.parametrize(("runs", "away"), [(1, 0.0), (1, 30.0), (10, 0.0), (10, 2.6)])
def test_restarts_in_silence_lose_no_time(runs: int, away: float) -> None:
    clock, mono = after(followed(), 0), MONO
    for _ in range(runs):
        mono += 3.7
        snapshot = clock.snapshot(mono)
        assert snapshot is not None
        mono += away
        clock = followed()
        clock.resume(snapshot, away, mono)
    for more in (0.1, 0.6, 20.3):
        now = clock.reading(mono + more)
        assert now == after(followed(), 0).reading(mono + more)
    assert round(clock.skew(), 3) == 0


@pytest.mark.parametrize("mono", [0, 1, 1e9])
def test_a_replayed_clock_moves_by_timestamps_only(mono: float) -> None:
    clock = Clock()
    assert clock.go_on(mono) is None
    stepped(clock, [0, 5])
    assert clock.go_on(mono) == START + 5


def test_silence_is_counted_from_the_newest_hit() -> None:
    clock = followed()
    for second in range(0, 100, 10):
        clock.go_on(MONO + second)
        stepped(clock, [second], second + 0.9)
    assert clock.reading(MONO + 90.9 + 10) == START + 99


def test_old_lines_read_after_a_pause_do_not_stop_the_time() -> None:
    clock = after(followed(), 0)
    stepped(clock, run_of(1, 20), mono=1800)
    stepped(clock, run_of(21, 40), mono=1800)
    assert clock.now == START + 40
    assert clock.go_on(MONO + 1800) == START + 1799


@pytest.mark.parametrize(
    ("second", "mono", "leaps"),
    [
        pytest.param(JUMP, 0, [], id="a small step"),
        pytest.param(HOUR, HOUR, [], id="after an hour of silence"),
        pytest.param(HOUR, 0, [HOUR], id="all at once"),
        pytest.param(2 * HOUR, HOUR + 1, [HOUR], id="an hour more than the silence"),
    ],
)
def test_a_leap_is_what_the_silence_does_not_explain(
    second: int, mono: float, leaps: list[int]
) -> None:
    steps = stepped(after(followed(), 0), [second, second], mono)
    moves = [step.leap for step in steps if isinstance(step, Advance)]
    assert list(filter(None, moves)) == leaps


@pytest.mark.parametrize(
    ("wall", "second"), [(0, 0), (0, 3600), (-500, 0), (500, 0), (0, -3600), (7, 5)]
)
def test_the_skew_is_how_far_the_log_is_ahead_of_the_machine(
    wall: int, second: int
) -> None:
    clock = followed(wall)
    assert clock.skew() == 0
    stepped(clock, [second + 100], 100)
    clock.go_on(MONO + 105)
    assert clock.skew() == second - wall


def test_a_clock_is_in_doubt_while_hits_behind_it_come_and_not_for_ever() -> None:
    clock = after(Clock(), 1000)
    stepped(clock, [100], mono=1)
    assert not clock.is_in_doubt(MONO + 1)
    stepped(clock, [100 + STEP], mono=11)
    assert clock.is_in_doubt(MONO + 11 + STEP)
    assert not clock.is_in_doubt(MONO + 12 + STEP)
    stepped(clock, [101 + STEP], mono=2 * SPAN)
    assert clock.is_in_doubt(MONO + 1 + 2 * SPAN)
    assert not clock.is_in_doubt(MONO + 2 + 2 * SPAN)
