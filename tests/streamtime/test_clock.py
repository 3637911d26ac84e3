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

from monitor.streamtime.clock import Clock
from monitor.streamtime.setback import SPAN, STEP
from monitor.streamtime.steps import Advance, Hits, SetBack, Step, plain_steps, used
from monitor.streamtime.trust import FAR, JUMP, LONGEST_GAP

IN_1970 = -START
IN_2099 = 4_070_908_800 - START


def followed(wall: float = 0, delay: int = 0) -> Clock:
    return Clock(START + wall, MONO, delay)


def stepped(
    clock: Clock,
    seconds: Iterable[int],
    mono: float = 0,
    trust: int | None = None,
) -> list[Step]:
    return clock.advance([START + second for second in seconds], MONO + mono, trust)


def drawn(steps: list[Step], seconds: Sequence[int], now: int = 0) -> str:
    """Draw steps; `now` is where the clock stands before them."""
    words: list[str] = []
    mark = ""
    for step in steps:
        match step:
            case Hits(start, stop, misdated):
                hits = [now] * (stop - start) if misdated else seconds[start:stop]
                drawn = [f"{'!' if misdated else ''}{second}" for second in hits]
                words += [mark + drawn[0], *drawn[1:]]
                mark = ""
            case _:
                now = step.second - START
                mark = "<" if isinstance(step, SetBack) else mark
    return " ".join(words + [f"?{second}" for second in seconds[used(steps) :]])


def placed(steps: list[Step]) -> list[tuple[int, Step]]:
    """Return the steps of the clock, each with the number of hits before it."""
    places: list[tuple[int, Step]] = []
    index = 0
    for step in steps:
        if isinstance(step, Hits):
            index = step.stop
        else:
            places.append((index, step))
    return places


def setbacks_in(steps: list[Step]) -> list[SetBack]:
    return [step for step in steps if isinstance(step, SetBack)]


def misdated_in(steps: list[Step]) -> int:
    hits = [step for step in steps if isinstance(step, Hits) and step.misdated]
    return sum(step.stop - step.start for step in hits)


def after(clock: Clock, *seconds: int, mono: float = 0) -> Clock:
    """Give a clock that has read some hits in a row."""
    for second in seconds:
        stepped(clock, [second], mono, trust=LONGEST_GAP)
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
    assert drawn(stepped(Clock(), seconds), seconds) == drawing


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
    assert drawn(stepped(followed(), seconds), seconds) == drawing


@pytest.mark.parametrize("clock", [Clock(), followed()], ids=["replayed", "followed"])
def test_a_first_hit_that_nothing_follows_is_trusted_when_it_must_be(
    clock: Clock,
) -> None:
    assert drawn(stepped(clock, [5 * DAY], trust=0), [5 * DAY]) == str(5 * DAY)


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
    assert drawn(stepped(clock, [second]), [second]) == drawing


@pytest.mark.parametrize(
    ("before", "second", "trusted"),
    [
        pytest.param(9 * DAY, 9 * DAY - FAR, True, id="a day behind"),
        pytest.param(9 * DAY, 9 * DAY - FAR - 1, False, id="more than that"),
        pytest.param(9 * DAY, 9 * DAY + LONGEST_GAP, True, id="364 days ahead"),
        pytest.param(9 * DAY, 9 * DAY + LONGEST_GAP + 1, False, id="more than those"),
        pytest.param(100, 100 + JUMP, True, id="ten minutes ahead in a right log"),
        pytest.param(100, 101 + JUMP, False, id="more than those in a right log"),
    ],
)
def test_a_first_hit_that_nothing_follows_is_trusted_if_it_may_come_after_the_last(
    before: int, second: int, trusted: bool
) -> None:
    clock = followed()
    clock.come_after(START + before)
    assert (not misdated_in(stepped(clock, [second], trust=0))) is trusted
    assert clock.now == START + (second if trusted else before)


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


def test_a_hit_at_neither_does_not_tell_a_gap_at_the_end_of_an_input() -> None:
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
    stepped(clock, hits)
    assert clock.reading(MONO + mono) == START + now
    assert clock.go_on(MONO + mono) == clock.now == START + now


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


# --- the law ---


def shown(clock: Clock, pieces: Iterable[Sequence[int]], mono: float) -> object:
    """Place hits that come in pieces; give all that came of it, by the number of the hit."""
    waiting: list[int] = []
    done = 0
    words: list[str] = []
    moves: list[tuple[int, Step]] = []
    for piece, trust in [*((piece, None) for piece in pieces), ([], LONGEST_GAP)]:
        hits = waiting + list(piece)
        now = (clock.now or START) - START
        steps = stepped(clock, hits, mono, trust)
        waiting = hits[used(steps) :]
        words += drawn(steps, hits[: used(steps)], now).split()
        moves += [(done + index, step) for index, step in placed(steps)]
        done += used(steps)
    return words, moves, clock.now, clock.reading(MONO + mono + 10)


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


@pytest.mark.parametrize("seed", range(10))
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
    for seed in range(120):
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
    assert 30 < at_once < 115


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
    assert (plain_steps(epochs, START) is not None) is plain


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
    stepped(clock, [100], mono=1)
    assert not clock.is_in_doubt(MONO + 1)
    stepped(clock, [100 + STEP], mono=11)
    assert clock.is_in_doubt(MONO + 11 + STEP)
    assert not clock.is_in_doubt(MONO + 12 + STEP)
    stepped(clock, [101 + STEP], mono=2 * SPAN)
    assert clock.is_in_doubt(MONO + 1 + 2 * SPAN)
    assert not clock.is_in_doubt(MONO + 2 + 2 * SPAN)
