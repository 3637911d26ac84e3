"""The first hits set the clock."""

import pytest
from support.clocks import IN_1970, IN_2099, drawn, followed, misdated_in, stepped
from support.timelines import DAY, HOUR, START, YEAR

from monitor.streamtime.clock import Clock
from monitor.streamtime.trust import FAR, JUMP, LONGEST_GAP


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
