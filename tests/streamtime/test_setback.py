"""All hits are behind: was the log's clock set back?"""

import pytest
from support.clocks import (
    after,
    followed,
    misdated_in,
    placed,
    run_of,
    setbacks_in,
    stepped,
)
from support.timelines import DAY, HOUR, MONO, START

from monitor.streamtime.clock import Clock
from monitor.streamtime.steps import SetBack


@pytest.mark.parametrize(
    ("shift", "step", "at"),
    [
        pytest.param(100, 1, 60, id="100 s"),
        pytest.param(600, 1, 60, id="10 min"),
        pytest.param(HOUR, 1, 60, id="an hour"),
        pytest.param(2 * DAY, 1, 60, id="two days"),
        pytest.param(600, 7, 63, id="a hit each 7 s"),
        pytest.param(HOUR, 20, 120, id="a hit each 20 s"),
        pytest.param(2 * DAY, 20, 120, id="two days, a hit each 20 s"),
    ],
)
def test_the_clock_follows_when_all_is_behind_for_a_minute(
    shift: int, step: int, at: int
) -> None:
    clock = after(Clock(), -1)
    seconds = run_of(-shift, 200 - shift, step)
    steps = stepped(clock, seconds)
    ((index, setback),) = [
        each for each in placed(steps) if each[1] in setbacks_in(steps)
    ]
    assert setback == SetBack(START + at - shift, shift)
    assert seconds[index] == at - shift
    assert misdated_in(steps) == (index if shift > DAY else 0)
    assert clock.now == START + seconds[-1]


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(run_of(-59, 0), id="less than a minute"),
        pytest.param([*run_of(-90, -40), 0, *run_of(-90, -40)], id="not all of them"),
        pytest.param([*run_of(-90, -40), -2, *run_of(-90, -40)], id="one nearly there"),
        pytest.param([-500, -400, -300, -200, -100, -50], id="a few odd ones"),
        pytest.param([-500] * 1000, id="a stamp that stands still"),
        pytest.param(run_of(-900, -1)[::-1], id="a log upside down"),
        pytest.param([s for s in run_of(1, 99) for s in (s, s - 90)], id="two workers"),
    ],
)
def test_the_clock_is_not_set_back_by(seconds: list[int]) -> None:
    steps = stepped(after(Clock(), 0), seconds)
    assert setbacks_in(steps) == []
    assert misdated_in(steps) == 0


def test_a_usual_delay_does_not_set_the_clock_back() -> None:
    seconds = run_of(-300, -3)
    assert setbacks_in(stepped(after(Clock(delay=200), 0), seconds))
    assert not setbacks_in(stepped(after(Clock(delay=300), 0), seconds))


def test_lines_from_a_buffer_do_not_set_a_followed_clock_back() -> None:
    clock = after(followed(), 0)
    for flush in range(1, 11):
        clock.go_on(MONO + 300 * flush)
        lines = run_of(300 * flush - 299, 300 * flush)
        assert setbacks_in(stepped(clock, lines, 300 * flush)) == []


def test_lines_from_a_buffer_do_not_either_when_it_was_set_back_before() -> None:
    clock = after(followed(), 0)
    assert setbacks_in(stepped(clock, run_of(-HOUR, 100 - HOUR)))
    clock.go_on(MONO + 300)
    assert not setbacks_in(stepped(clock, run_of(101 - HOUR, 290 - HOUR), 300))


def test_all_hits_more_than_two_seconds_behind_set_the_clock_back() -> None:
    for late, number in ((2, 0), (3, 1)):
        clock = after(followed(), 0)
        setbacks: list[SetBack] = []
        for second in range(1, 100):
            clock.go_on(MONO + second + 1)
            setbacks += setbacks_in(stepped(clock, [second - late], second + 1))
        assert len(setbacks) == number


def test_lines_of_before_the_last_set_a_followed_clock_back_however_fast_they_come() -> (
    None
):
    clock = after(followed(), 0)
    assert setbacks_in(stepped(clock, run_of(-HOUR, 100 - HOUR)))


def test_a_followed_clock_is_set_back_by_what_all_hits_were_behind() -> None:
    clock = after(followed(), 0)
    setbacks: list[SetBack] = []
    for second in range(1, 200):
        clock.go_on(MONO + second + 1)
        late = 30 + second % 3
        setbacks += setbacks_in(stepped(clock, [second - late], second + 1))
    (setback,) = setbacks
    assert setback.shift == 31, "30 and what the clock waits for a line"
    assert clock.reading(MONO + 201) == START + 199 - 30


def test_a_followed_clock_is_set_back_by_hits_that_come_within_a_second() -> None:
    clock = after(followed(), 0)
    setbacks: list[SetBack] = []
    for poll in range(1, 300):
        mono = 0.45 * poll
        clock.go_on(MONO + mono)
        setbacks += setbacks_in(stepped(clock, [int(mono) - 30], mono))
    assert len(setbacks) == 1
