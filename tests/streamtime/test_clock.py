"""Stream time, hit by hit: what a timestamp may do to it, and what silence does.

Hits are written as the seconds they are counted in: `!7` is misdated and counted at 7, `<7` is
where the clock was set back, `?7` waits for the next hit. START is 0.
"""

import random
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import sub

import pytest
from support.timelines import DAY, HOUR, MONO, START, YEAR, random_cut

from monitor.streamtime.clock import (
    FAR,
    JUMP,
    LONGEST_GAP,
    NEAR,
    SPAN,
    STEP,
    Clock,
    Placement,
    moves_of,
)

IN_1970 = -START
IN_2099 = 4_070_908_800 - START


def followed(wall: float = 0, delay: int = 0) -> Clock:
    return Clock(START + wall, MONO, delay)


def placed(
    clock: Clock,
    seconds: Iterable[int],
    mono: float = 0,
    believe: int | None = None,
) -> Placement:
    return clock.place([START + second for second in seconds], MONO + mono, believe)


def drawn(placement: Placement, seconds: Sequence[int]) -> str:
    words = [f"{epoch - START}" for epoch in placement.epochs[: placement.used]]
    for index in placement.misdated:
        words[index] = "!" + words[index]
    for index in placement.setbacks:
        words[index] = "<" + words[index]
    return " ".join(words + [f"?{second}" for second in seconds[placement.used :]])


def after(clock: Clock, *seconds: int, mono: float = 0) -> Clock:
    """Give a clock that has read some hits in a row."""
    for second in seconds:
        placed(clock, [second], mono, believe=LONGEST_GAP)
    return clock


# --- the first hits ---


@pytest.mark.parametrize(
    ("seconds", "drawing"),
    [
        pytest.param([0], "?0", id="one alone may be wrong"),
        pytest.param([0, 5], "0 5", id="two that agree"),
        pytest.param([5, 0], "5 0", id="out of order"),
        pytest.param([JUMP, 0], "600 0", id="late"),
        pytest.param([DAY, 0], "?86400 ?0", id="a day late, or a day ahead"),
        pytest.param([DAY, 0, DAY + 1], "86400 0 86401", id="a day late"),
        pytest.param([DAY, 0, 1], "!0 0 1", id="a day ahead"),
        pytest.param([HOUR, 0, 1], "!0 0 1", id="an hour ahead"),
        pytest.param([0, 3 * DAY, 3 * DAY], "0 259200 259200", id="a gap of days"),
        pytest.param(
            [0, LONGEST_GAP], f"0 ?{LONGEST_GAP}", id="almost a year, and waits"
        ),
        pytest.param([0, YEAR, YEAR + 1], f"!{YEAR} {YEAR} {YEAR + 1}", id="last year"),
        pytest.param([0, 0, YEAR, YEAR], f"0 0 {YEAR} {YEAR}", id="a silent year"),
        pytest.param([IN_1970, 0], f"?{IN_1970} ?0", id="which of two is wrong?"),
        pytest.param([IN_1970, 0, 1], "!0 0 1", id="1970 first"),
        pytest.param([IN_2099, 0, 1], "!0 0 1", id="2099 first"),
        pytest.param([0, IN_1970, 1], "0 !0 1", id="1970 second"),
        pytest.param([0, IN_2099, 1], "0 !0 1", id="2099 second"),
        pytest.param([0, IN_1970, IN_2099], f"0 !0 ?{IN_2099}", id="none agree"),
        pytest.param(
            [0, -2 * HOUR, -HOUR], "0 -7200 -3600", id="the third as near to both"
        ),
    ],
)
def test_a_replay_begins_with_the_first_hit_that_others_agree_with(
    seconds: list[int], drawing: str
) -> None:
    assert drawn(placed(Clock(), seconds), seconds) == drawing


@pytest.mark.parametrize(
    ("seconds", "drawing"),
    [
        pytest.param([0], "0", id="the machine's time"),
        pytest.param([-DAY], "-86400", id="any zone behind"),
        pytest.param([DAY], "86400", id="any zone ahead"),
        pytest.param([DAY + 1], "?86401", id="more than a zone, alone"),
        pytest.param([9 * YEAR, 9 * YEAR], f"{9 * YEAR} {9 * YEAR}", id="years ahead"),
        pytest.param(
            [-9 * YEAR, 5 - 9 * YEAR], f"{-9 * YEAR} {5 - 9 * YEAR}", id="ago"
        ),
        pytest.param([IN_1970, 3], "!3 3", id="1970, then the machine's time"),
        pytest.param([IN_2099, 3], "!3 3", id="2099, then the machine's time"),
        pytest.param([-YEAR, 3], "!3 3", id="a year ago, then the machine's time"),
    ],
)
def test_a_followed_log_begins_near_the_machine_s_time_or_where_two_agree(
    seconds: list[int], drawing: str
) -> None:
    assert drawn(placed(followed(), seconds), seconds) == drawing


@pytest.mark.parametrize("clock", [Clock(), followed()], ids=["replayed", "followed"])
def test_a_first_hit_that_nothing_follows_is_believed_when_it_must_be(
    clock: Clock,
) -> None:
    assert drawn(placed(clock, [5 * DAY], believe=0), []) == str(5 * DAY)


@pytest.mark.parametrize(
    ("before", "second", "drawing"),
    [
        pytest.param(-JUMP, JUMP, "600", id="a right log, ten minutes ahead"),
        pytest.param(-JUMP, JUMP + 1, "?601", id="a right log, more than that"),
        pytest.param(-JUMP - 1, JUMP + 1, "601", id="another may be of any zone"),
        pytest.param(-JUMP - 1, FAR, f"{FAR}", id="a day ahead"),
    ],
)
def test_a_log_that_went_by_the_machine_s_time_is_held_to_it(
    before: int, second: int, drawing: str
) -> None:
    clock = followed()
    clock.come_after(START + before)
    assert drawn(placed(clock, [second]), [second]) == drawing


@pytest.mark.parametrize(
    ("before", "second", "believed"),
    [
        pytest.param(9 * DAY, 9 * DAY - FAR, True, id="a day behind"),
        pytest.param(9 * DAY, 9 * DAY - FAR - 1, False, id="more than that"),
        pytest.param(9 * DAY, 9 * DAY + LONGEST_GAP, True, id="364 days ahead"),
        pytest.param(9 * DAY, 9 * DAY + LONGEST_GAP + 1, False, id="more than those"),
        pytest.param(100, 100 + JUMP, True, id="ten minutes ahead in a right log"),
        pytest.param(100, 101 + JUMP, False, id="more than those in a right log"),
    ],
)
def test_a_first_hit_that_nothing_follows_is_believed_if_it_may_come_after_the_last(
    before: int, second: int, believed: bool
) -> None:
    clock = followed()
    clock.come_after(START + before)
    assert (not placed(clock, [second], believe=0).misdated) is believed
    assert clock.now == START + (second if believed else before)


# --- hits ahead and behind ---


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
    assert drawn(placed(clock, seconds), seconds) == drawing
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
def test_a_hit_that_nothing_follows_is_believed_if_the_one_before_agrees(
    seconds: list[int], drawing: str, resumed: bool
) -> None:
    clock, drawn_so_far = after(Clock(), 0), []
    for second in seconds:
        drawn_so_far.append(drawn(placed(clock, [second], believe=0), [second]))
        if resumed:
            snapshot, clock = clock.snapshot(0.0), Clock()
            assert snapshot is not None
            clock.resume(snapshot, 0.0, 0.0)
    assert " ".join(drawn_so_far) == drawing


def test_a_hit_at_neither_does_not_tell_a_gap_at_the_end_of_an_input() -> None:
    clock = after(Clock(), 0)
    placement = placed(clock, [601, 300], believe=LONGEST_GAP)
    assert drawn(placement, [601, 300]) == "!0 300"


@pytest.mark.parametrize(
    ("second", "believe", "drawing"),
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
def test_a_hit_that_nothing_follows_is_believed_as_far_as_said(
    second: int, believe: int, drawing: str
) -> None:
    clock = after(Clock(), 0)
    assert drawn(placed(clock, [second]), [second]) == f"?{second}"
    assert drawn(placed(clock, [second], believe=believe), [second]) == drawing


def test_moves_come_before_the_first_hit_of_each_second() -> None:
    clock = after(Clock(), 0)
    for seconds in ([0, 1, 1, 3], [3, 5, 4, 5, 6]):
        moves = placed(clock, seconds).moves
        expected = [
            (index, START + second)
            for index, second in enumerate(seconds)
            if second > max([*seconds[:index], seconds[0]])
        ]
        assert moves == expected


def test_a_doubted_hit_is_forgotten_when_one_of_another_time_comes() -> None:
    clock = after(Clock(), 0)
    for second in (HOUR, -DAY - 1, HOUR + 1):
        assert drawn(placed(clock, [second], believe=0), [second]) == "!0"


# --- set back ---


def run_of(first: int, last: int, step: int = 1) -> list[int]:
    return list(range(first, last + 1, step))


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
    placement = placed(clock, seconds)
    (setback,) = placement.setbacks.values()
    assert setback.shift == shift
    assert setback.second == START + at - shift
    assert seconds[setback.hit] == at - shift
    assert len(placement.misdated) == (setback.hit if shift > DAY else 0)
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
    placement = placed(after(Clock(), 0), seconds)
    assert placement.setbacks == {}
    assert placement.epochs == [START + second for second in seconds]


def test_a_usual_delay_does_not_set_the_clock_back() -> None:
    seconds = run_of(-300, -3)
    assert placed(after(Clock(delay=200), 0), seconds).setbacks
    assert not placed(after(Clock(delay=300), 0), seconds).setbacks


def test_lines_from_a_buffer_do_not_set_a_followed_clock_back() -> None:
    clock = after(followed(), 0)
    for flush in range(1, 11):
        clock.go_on(MONO + 300 * flush)
        lines = run_of(300 * flush - 299, 300 * flush)
        assert placed(clock, lines, 300 * flush).setbacks == {}


def test_lines_from_a_buffer_do_not_either_when_it_was_set_back_before() -> None:
    clock = after(followed(), 0)
    assert placed(clock, run_of(-HOUR, 100 - HOUR)).setbacks
    clock.go_on(MONO + 300)
    assert not placed(clock, run_of(101 - HOUR, 290 - HOUR), 300).setbacks


def test_all_hits_more_than_two_seconds_behind_set_the_clock_back() -> None:
    for late, number in ((2, 0), (3, 1)):
        clock = after(followed(), 0)
        setbacks = {}
        for second in range(1, 100):
            clock.go_on(MONO + second + 1)
            setbacks |= placed(clock, [second - late], second + 1).setbacks
        assert len(setbacks) == number


def test_lines_of_before_the_last_set_a_followed_clock_back_however_fast_they_come() -> (
    None
):
    clock = after(followed(), 0)
    assert placed(clock, run_of(-HOUR, 100 - HOUR)).setbacks


def test_a_followed_clock_is_set_back_by_what_all_hits_were_behind() -> None:
    clock = after(followed(), 0)
    setbacks = {}
    for second in range(1, 200):
        clock.go_on(MONO + second + 1)
        late = 30 + second % 3
        setbacks |= placed(clock, [second - late], second + 1).setbacks
    (setback,) = setbacks.values()
    assert setback.shift == 31, "30 and what the clock waits for a line"
    assert clock.reading(MONO + 201) == START + 199 - 30


def test_a_followed_clock_is_set_back_by_hits_that_come_within_a_second() -> None:
    clock, setbacks = after(followed(), 0), {}
    for poll in range(1, 300):
        mono = 0.45 * poll
        clock.go_on(MONO + mono)
        setbacks |= placed(clock, [int(mono) - 30], mono).setbacks
    assert len(setbacks) == 1


# --- silence ---


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
    placed(clock, hits)
    assert clock.reading(MONO + mono) == START + now
    assert clock.go_on(MONO + mono) == clock.now == START + now


@pytest.mark.parametrize("mono", [0, 1, 1e9])
def test_a_replayed_clock_moves_by_timestamps_only(mono: float) -> None:
    clock = Clock()
    assert clock.go_on(mono) is None
    placed(clock, [0, 5])
    assert clock.go_on(mono) == START + 5


def test_silence_is_counted_from_the_newest_hit() -> None:
    clock = followed()
    for second in range(0, 100, 10):
        clock.go_on(MONO + second)
        placed(clock, [second], second + 0.9)
    assert clock.reading(MONO + 90.9 + 10) == START + 99


def test_old_lines_read_after_a_pause_do_not_stop_the_time() -> None:
    clock = after(followed(), 0)
    placed(clock, run_of(1, 20), mono=1800)
    placed(clock, run_of(21, 40), mono=1800)
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
    placement = placed(after(followed(), 0), [second, second], mono)
    assert list(placement.leaps.values()) == leaps


@pytest.mark.parametrize(
    ("wall", "second"), [(0, 0), (0, 3600), (-500, 0), (500, 0), (0, -3600), (7, 5)]
)
def test_the_skew_is_how_far_the_log_is_ahead_of_the_machine(
    wall: int, second: int
) -> None:
    clock = followed(wall)
    assert clock.skew(MONO) == 0
    placed(clock, [second + 100], 100)
    clock.go_on(MONO + 105)
    assert clock.skew(MONO + 105) == second - wall


# --- the law ---


def shown(clock: Clock, pieces: Iterable[Sequence[int]], mono: float) -> object:
    """Place hits that come in pieces; give all that came of it, by the number of the hit."""
    waiting: list[int] = []
    done = 0
    words: list[str] = []
    moves: list[tuple[int, int]] = []
    setbacks: list[object] = []
    for piece, believe in [*((piece, None) for piece in pieces), ([], LONGEST_GAP)]:
        hits = waiting + list(piece)
        placement = placed(clock, hits, mono, believe)
        waiting = hits[placement.used :]
        words += drawn(placement, hits[: placement.used]).split()
        moves += [(done + index, second) for index, second in placement.moves]
        setbacks += [(each.second, each.shift) for each in placement.setbacks.values()]
        done += placement.used
    return words, moves, setbacks, clock.now, clock.reading(MONO + mono + 10)


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


@pytest.mark.parametrize("seed", range(20))
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
    """Make hits of a log in which requests that took long are told when they are over."""
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
    for seed in range(300):
        rng = random.Random(seed)
        seconds = late_ones(rng, near)
        clocks = [after(Clock(delay=near), 100_000) for _ in range(2)]
        whole = shown(clocks[0], [seconds], 0)
        assert whole == shown(clocks[1], [[s] for s in seconds], 0), f"seed {seed}"
        assert clocks[0].snapshot(0.0) == clocks[1].snapshot(0.0), f"seed {seed}"
        epochs = [START + second for second in seconds]
        at_once += moves_of(epochs, START + 100_000, near, FAR) is not None
        if max(map(sub, accumulate(seconds, max), seconds)) > near:
            assert moves_of(epochs, START + 100_000, near, near) is None
    assert 100 < at_once < 290


@pytest.mark.parametrize(
    ("behind", "plain"),
    [
        ([0, 3, 0], True),
        ([0, 3], False),
        ([3, 0], True),
        ([0, FAR, 0], True),
        ([0, FAR + 1, 0], False),
        ([0, *[30] * 6, 0], True),
        ([0, *[30] * 7, 0], False),
        ([*[30] * 6, 0, *[30] * 6, 0], True),
    ],
)
def test_hits_that_may_be_the_new_time_of_a_log_are_a_surprise(
    behind: list[int], plain: bool
) -> None:
    epochs = [START - seconds for seconds in behind]
    assert (moves_of(epochs, START, NEAR, FAR) is not None) is plain


def test_late_hits_tell_how_far_a_log_is_when_its_clock_went_on_in_silence() -> None:
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


def test_a_clock_is_in_doubt_while_hits_behind_it_come_and_not_for_ever() -> None:
    clock = after(Clock(), 1000)
    placed(clock, [100], mono=1)
    assert not clock.is_in_doubt(MONO + 1)
    placed(clock, [100 + STEP], mono=11)
    assert clock.is_in_doubt(MONO + 11 + STEP)
    assert not clock.is_in_doubt(MONO + 12 + STEP)
    placed(clock, [101 + STEP], mono=2 * SPAN)
    assert clock.is_in_doubt(MONO + 1 + 2 * SPAN)
    assert not clock.is_in_doubt(MONO + 2 + 2 * SPAN)
