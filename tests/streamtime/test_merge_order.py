"""Hits of several sources come in order of time, whatever their times are."""

import random
from itertools import accumulate, chain

import pytest
from support.sources import (
    DAY,
    START,
    WRONG,
    Line,
    check_sources_keep_their_order,
    columns,
    epochs_of,
    lines,
    names_of,
    replayed,
    sorted_epochs,
    taken,
)

from monitor.streamtime.merge import Merge
from monitor.streamtime.trust import FAR, JUMP, LONGEST_GAP


@pytest.mark.usefixtures("untraced")
def test_any_interleaving_of_sorted_sources_is_sorted() -> None:
    for seed in range(20):
        r = random.Random(seed)
        most = r.choice((5, 100, 3 * DAY, 400 * DAY))
        sources = {
            name: lines(name, sorted_epochs(r, most, 25)) for name in "abcd"[: seed % 4]
        }
        out = replayed(sources, r, r.choice((1, 3, 30)))
        assert epochs_of(out) == sorted(epochs_of(chain(*sources.values())))
        check_sources_keep_their_order(out, sources, f"seed {seed}")


def test_late_lines_stay_where_they_are_in_their_source() -> None:
    for seed in range(12):
        r = random.Random(seed)
        sources: dict[str, list[Line]] = {}
        place: dict[str, int] = {}
        for name in "abc":
            late = [e - r.choice((0, 0, 3, 60)) for e in sorted_epochs(r, 500, 25)]
            sources[name] = lines(name, late)
            newest = accumulate(late, max)
            place.update(zip(names_of(sources[name]), newest, strict=True))
        out = replayed(sources, r)
        check_sources_keep_their_order(out, sources, f"seed {seed}")
        places = [place[name] for name in names_of(out)]
        assert places == sorted(places), f"seed {seed}"


@pytest.mark.usefixtures("untraced")
def test_the_order_does_not_depend_on_how_the_sources_are_cut() -> None:
    for seed in range(12):
        r = random.Random(seed)
        epochs = r.sample(range(START, START + 9 * DAY, 3600), 40)
        sources = {
            name: lines(name, sorted(epochs[i::2])) for i, name in enumerate("ab")
        }
        expected = replayed(sources, r, longest=99)
        for longest in (1, 2, 7):
            assert replayed(sources, r, longest) == expected, f"seed {seed}"


@pytest.mark.usefixtures("untraced")
def test_hits_of_one_second_come_in_the_order_of_the_sources_however_they_are_cut() -> (
    None
):
    for seed in range(15):
        r = random.Random(seed)
        sources = {name: lines(name, sorted_epochs(r, 9, 25)) for name in "abc"}
        ranked = [
            (epoch, name[0], int(name[1:]), name)
            for some in sources.values()
            for epoch, name in some
            if epoch is not None
        ]
        expected = [name for *_, name in sorted(ranked)]
        for longest in (1, 2, 7, 99):
            out = names_of(replayed(sources, r, longest))
            assert out == expected, f"seed {seed}, pieces of {longest}"


def test_lines_before_the_first_hit_of_a_source_wait_for_nobody() -> None:
    for together in (True, False):
        merge = Merge()
        merge.push("a", columns(lines("a", [START])), more=True)
        first, then = lines("b", [None, None]), lines("b", [START + 100, START + 101])
        for some in ([*first, *then],) if together else (first, then):
            merge.push("b", columns(some), more=True)
        assert names_of(taken(merge)) == ["b0", "b1"]


@pytest.mark.usefixtures("untraced")
def test_a_line_that_is_no_hit_stays_between_its_neighbours() -> None:
    for seed in range(20):
        r = random.Random(seed)
        sources: dict[str, list[Line]] = {}
        for name in "abc":
            epochs: list[int | None] = list(sorted_epochs(r, 100, 20))
            for _ in range(r.randrange(9)):
                epochs.insert(r.randint(0, len(epochs)), None)
            sources[name] = lines(name, epochs)
        out = replayed(sources, r, r.choice((1, 3, 30)))
        check_sources_keep_their_order(out, sources, f"seed {seed}")


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("longest", [1, 2, 3, 99])
def test_one_wrong_time_moves_nothing_but_itself(wrong: int, longest: int) -> None:
    right = [START + second for second in range(0, 40, 4)]
    others = lines("b", [START + second for second in range(2, 40, 4)])
    for index in range(len(right) + 1):
        some = lines("a", [*right[:index], wrong, *right[index:]])
        out = replayed({"a": some, "b": others}, random.Random(index), longest)
        check_sources_keep_their_order(out, {"a": some, "b": others}, f"index {index}")
        believed = [epoch for epoch in epochs_of(out) if epoch != wrong]
        assert believed == sorted(believed), f"index {index}"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("longest", [1, 2, 3, 99])
def test_a_gap_of_days_is_believed_wherever_it_is_cut(longest: int) -> None:
    gaps = lines("a", [START, START + 5 * DAY, START + 5 * DAY + 1, START + 9 * DAY])
    gaps.append((START + 9 * DAY + 1, "a4"))
    daily = lines("b", [START + day * DAY + 60 for day in range(12)])
    for seed in range(5):
        out = epochs_of(replayed({"a": gaps, "b": daily}, random.Random(seed), longest))
        assert out == sorted(out), f"seed {seed}"


def test_a_wrong_time_before_a_gap_is_not_believed() -> None:
    wrong = WRONG["2099"]
    gap = lines("a", [START, wrong, START + 3 * DAY, START + 3 * DAY + 1])
    daily = lines("b", [START + day * DAY + 60 for day in range(6)])
    for longest in (1, 2, 99):
        out = epochs_of(
            replayed({"a": gap, "b": daily}, random.Random(longest), longest)
        )
        out.remove(wrong)
        assert out == sorted(out), f"pieces of {longest}"


@pytest.mark.parametrize(("after", "believed"), [(4, False), (5, False), (6, True)])
def test_a_time_far_ahead_is_believed_when_the_next_is_nearer_to_it_than_to_the_last(
    after: int, believed: bool
) -> None:
    days = [0, 10, after, after]
    some = lines("a", [START + day * DAY for day in days])
    others = lines("b", [START + day * DAY + 1 for day in range(12)])
    names = names_of(replayed({"a": some, "b": others}, random.Random(0)))
    assert (names.index("a1") > names.index("b9")) == believed
    assert (names.index("a2") > names.index("b9")) == believed


@pytest.mark.parametrize(
    ("ahead", "believed"), [(LONGEST_GAP, True), (LONGEST_GAP + 1, False)]
)
def test_the_last_time_of_a_source_is_believed_up_to_the_longest_gap(
    ahead: int, believed: bool
) -> None:
    sources = {
        "a": lines("a", [START, START + ahead]),
        "b": lines("b", [START + 1, START + 2]),
    }
    names = names_of(replayed(sources, random.Random(0)))
    assert names == (["a0", "b0", "b1", "a1"] if believed else ["a0", "a1", "b0", "b1"])


@pytest.mark.parametrize(
    ("first", "ahead", "believed"),
    [
        pytest.param(False, FAR, True, id="a day"),
        pytest.param(False, FAR + 1, False, id="more than a day"),
        pytest.param(True, JUMP, True, id="the first, ten minutes"),
        pytest.param(True, JUMP + 1, False, id="the first, more than ten minutes"),
    ],
)
def test_a_time_that_the_next_ones_contradict_is_trusted_up_to_a_bound(
    first: bool, ahead: int, believed: bool
) -> None:
    far = START + ahead
    epochs = [far, START, START + 1] if first else [START, far, START + 1]
    sources = {"a": lines("a", epochs), "b": lines("b", [START + 2, START + 3])}
    names = names_of(replayed(sources, random.Random(0), longest=99))
    assert (names[-1] == "a2") is believed


def test_hits_that_are_counted_at_once_come_before_the_first_second_of_others() -> None:
    merge = Merge()
    merge.expect("other", START + 5)
    merge.expect("parts", START)
    assert merge.lets_pass("parts", START + 4)
    assert not merge.lets_pass("parts", START + 5)


def test_a_single_time_far_ahead_is_not_believed_while_a_log_is_followed() -> None:
    merge = Merge()
    for name, epochs in (("b", [START]), ("a", [START]), ("a", [START + 99 * DAY])):
        merge.push(name, columns(lines(name, epochs)), more=False)
        taken(merge)
    merge.push("a", columns(lines("a", [START + 1, START + 3])), more=False)
    merge.push("b", columns(lines("b", [START + 2])), more=False)
    assert names_of(taken(merge)) == ["a0", "b0", "a1"]


def test_a_wrong_time_at_the_end_does_not_wait_for_the_others() -> None:
    some = lines("a", [START, WRONG["2099"]])
    others = lines("b", [START + 1, START + 2])
    out = replayed({"a": some, "b": others}, random.Random(0))
    assert names_of(out) == ["a0", "a1", "b0", "b1"]
