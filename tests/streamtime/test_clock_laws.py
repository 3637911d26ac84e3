"""Hits have the same steps one by one, in a block, and in blocks cut anywhere."""

import random
from itertools import accumulate
from operator import sub

import pytest
from support.clocks import IN_1970, IN_2099, after, followed, shown
from support.timelines import DAY, HOUR, MONO, START, YEAR, random_cut

from monitor.streamtime.clock import Clock
from monitor.streamtime.steps import plain_steps
from monitor.streamtime.trust import FAR

pytestmark = pytest.mark.usefixtures("untraced")


def random_hits(rng: random.Random) -> list[int]:
    """Make hits of a log that has everything: gaps, late and wrong ones, a clock set back."""
    second, shift, seconds = 0, 0, list[int]()
    for _ in range(rng.randrange(400)):
        chance = rng.random()
        second += rng.choice((0, 0, 1, 1, 2, 15))
        if chance < 0.01:
            shift += rng.choice((-30, -100, -600, -2 * DAY, 700, HOUR))
        elif chance < 0.03:
            second += rng.choice((300, 601, 5000, 40 * DAY))
        if chance > 0.97:
            wrong = (IN_1970, IN_2099, second - YEAR, second + YEAR, second + 2 * HOUR)
            seconds.append(rng.choice(wrong))
        else:
            late = rng.choice((0, 0, 0, 0, 1, 3, 40, 400))
            seconds.append(second + shift - late)
    return seconds


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "pause", [None, 0, 3 * HOUR], ids=["replayed", "followed", "after a pause"]
)
def test_any_split_of_the_same_hits_is_placed_the_same(
    pause: int | None, seed: int
) -> None:
    rng = random.Random(seed)
    seconds = random_hits(rng)
    whole, parts, singly = (
        shown(
            Clock() if pause is None else after(followed(), -10),
            pieces,
            pause or 0,
        )
        for pieces in ([seconds], random_cut(rng, seconds), [[s] for s in seconds])
    )
    assert parts == whole, f"seed {seed}"
    assert singly == whole, f"seed {seed}"


def test_hits_in_order_are_placed_as_one_by_one() -> None:
    rng = random.Random(7)
    seconds = sorted(rng.randrange(300) for _ in range(500))
    assert shown(after(Clock(), 0), [seconds], 0) == shown(
        after(Clock(), 0), [[second] for second in seconds], 0
    )


def late_ones(rng: random.Random, near: int) -> list[int]:
    """Make hits of a log in which requests that took long are reported when they are over."""
    second, seconds = 100_000, list[int]()
    for _ in range(rng.randrange(1, 60)):
        second += rng.choice((0, 0, 0, 1, 2))
        late = (
            rng.choice((0, near, near + 1, 30, 3000, FAR)) if rng.random() < 0.3 else 0
        )
        seconds.append(second - late)
    return seconds


@pytest.mark.parametrize("near", [2, 7])
def test_hits_that_come_late_at_times_are_placed_at_once_as_one_by_one(
    near: int,
) -> None:
    at_once = 0
    for seed in range(40):
        rng = random.Random(seed)
        seconds = late_ones(rng, near)
        clocks = [after(Clock(delay=near), 100_000) for _ in range(2)]
        whole = shown(clocks[0], [seconds], 0)
        assert whole == shown(clocks[1], [[s] for s in seconds], 0), f"seed {seed}"
        assert clocks[0].snapshot(0.0) == clocks[1].snapshot(0.0), f"seed {seed}"
        epochs = [START + second for second in seconds]
        at_once += plain_steps(epochs, START + 100_000, near) is not None
        if max(map(sub, accumulate(seconds, max), seconds)) > near:
            assert plain_steps(epochs, START + 100_000, near, far=near) is None
    assert 10 < at_once < 38


@pytest.mark.parametrize(
    ("behind", "plain"),
    [
        pytest.param([0, 3, 0], True, id="late, then on time"),
        pytest.param([0, 3], False, id="late, and nothing after it"),
        pytest.param([3, 0], True, id="late first"),
        pytest.param([0, FAR, 0], True, id="a day late"),
        pytest.param([0, FAR + 1, 0], False, id="more than a day late"),
        pytest.param([0, *[30] * 6, 0], True, id="six late in a row"),
        pytest.param([0, *[30] * 7, 0], False, id="seven late in a row"),
        pytest.param([*[30] * 6, 0, *[30] * 6, 0], True, id="twice six in a row"),
    ],
)
def test_hits_that_may_be_the_new_time_of_a_log_are_a_surprise(
    behind: list[int], plain: bool
) -> None:
    epochs = [START - seconds for seconds in behind]
    assert (plain_steps(epochs, START) is not None) is plain


def test_late_hits_show_how_far_a_log_is_when_its_clock_went_on_in_silence() -> None:
    seconds = [100, 103, 300]
    clocks = [after(followed(), 0), after(followed(), 0)]
    for clock in clocks:
        assert clock.go_on(MONO + 301) == START + 300
    whole = shown(clocks[0], [seconds], 301)
    assert whole == shown(clocks[1], [[s] for s in seconds], 301)
    assert clocks[0].snapshot(0.0) == clocks[1].snapshot(0.0)


def test_a_run_of_hits_behind_goes_on_in_the_next_block() -> None:
    seconds = [
        0,
        *[10 * n - 500 for n in range(6)],
        *[10 * n - 440 for n in range(6)],
        0,
    ]
    for cut in range(1, len(seconds)):
        clocks = [after(Clock(), 0), after(Clock(), 0)]
        parted = shown(clocks[0], [seconds[:cut], seconds[cut:]], 0)
        assert parted == shown(clocks[1], [[s] for s in seconds], 0), f"cut {cut}"
