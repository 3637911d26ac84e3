"""What must be read and when; no line is lost, and none waits in vain."""

import random
import tracemalloc
from collections.abc import Hashable
from itertools import pairwise

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
    pieces,
    replayed,
    taken,
)

from monitor.formats.columns import Columns
from monitor.streamtime.merge import Merge


def test_a_source_is_read_only_when_its_time_comes() -> None:
    for seed in range(10):
        r = random.Random(seed)
        begins = {name: START + 100 * n for n, name in enumerate("abcde")}
        sources = {
            name: lines(name, sorted(begin + r.randrange(150) for _ in range(9)))
            for name, begin in begins.items()
        }
        for name, begin in begins.items():
            sources[name].insert(0, (begin, f"{name}-first"))
        names = list(sources)
        r.shuffle(names)
        shuffled = {name: sources[name] for name in names}
        out = replayed(shuffled, r, 4, begins)
        assert epochs_of(out) == sorted(epochs_of(out)), f"seed {seed}"
        check_sources_keep_their_order(out, sources, f"seed {seed}")


def test_only_the_source_that_is_next_is_wanted() -> None:
    merge = Merge()
    merge.expect("late", START + 100)
    merge.expect("early", START)
    merge.expect("later", START + 200)
    assert merge.wanted() == ["early"]
    merge.push("early", columns(lines("a", [START, START + 50])), more=True)
    assert merge.wanted() == []
    assert epochs_of(taken(merge)) == [START, START + 50]
    assert merge.wanted() == ["early"]
    merge.push("early", columns(lines("a", [START + 150])), more=True)
    assert merge.wanted() == ["late"]
    assert taken(merge) == []
    merge.push("late", columns(lines("b", [START + 100, START + 160])), more=True)
    assert epochs_of(taken(merge)) == [START + 100, START + 150]
    merge.end("early")
    assert epochs_of(taken(merge)) == [START + 160]
    assert merge.wanted() == ["late"]
    merge.end("late")
    assert merge.wanted() == ["later"]
    merge.end("later")
    assert merge.wanted() == []


def test_without_a_known_beginning_every_source_is_wanted_at_once() -> None:
    merge = Merge()
    for name in "abc":
        merge.expect(name)
    assert merge.wanted() == ["a", "b", "c"]
    merge.push("b", columns(lines("b", [START, START])), more=True)
    assert merge.wanted() == ["a", "c"]
    assert taken(merge) == []


def test_a_source_that_follows_on_is_waited_for() -> None:
    merge = Merge()
    merge.push("a", columns(lines("a", [START + 9])), more=True)
    merge.push("b", columns(lines("b", [START])), more=True)
    taken(merge)
    merge.push("a", columns(lines("a", [START + 19])), more=True)
    assert START + 19 not in epochs_of(taken(merge))
    assert merge.wanted() == ["b"]
    assert not merge.is_empty


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_nothing_waits_for_a_source_without_hits(order: str) -> None:
    merge = Merge()
    some = {"a": [START + 1, START + 5], "b": [START + 2, START + 6]}
    for name in order:
        merge.push(name, columns(lines(name, some[name])), more=False)
    assert epochs_of(taken(merge)) == [START + 1, START + 2, START + 5, START + 6]
    assert merge.is_empty
    merge.push("a", columns(lines("a", [START + 7])), more=False)
    assert epochs_of(taken(merge)) == [START + 7]
    merge.push("b", columns(lines("b", [START + 4])), more=False)
    assert epochs_of(taken(merge)) == [START + 4]


def test_a_doubtful_time_does_not_wait_when_nothing_follows() -> None:
    merge = Merge()
    for name, epoch in (("a", START), ("b", START), ("a", START + 9 * DAY), ("b", 0)):
        merge.push(name, columns(lines(name, [epoch])), more=False)
        assert epochs_of(taken(merge)) == [epoch]
    assert merge.is_empty


def test_logs_that_are_followed_lose_nothing_and_hold_nothing() -> None:
    for seed in range(10):
        r = random.Random(seed)
        merge, out = Merge(), []
        sources: dict[str, list[Line]] = {name: [] for name in "abc"}
        now = START
        for _ in range(r.randrange(20)):
            poll: list[Line] = []
            for name in r.sample("abc", r.randint(1, 3)):
                epochs = [now + r.randrange(9) for _ in range(r.randrange(4))]
                none: list[int | None] = [None] * r.randrange(2)
                more = [(epoch, f"{name}{len(out)}-{i}") for i, epoch in
                        enumerate([*none, *sorted(epochs), *none])]  # fmt: skip
                for each in pieces(more, r, 2):
                    merge.push(name, columns(each), more=True)
                merge.push(name, Columns(), more=False)
                sources[name] += more
                poll += more
            new = taken(merge)
            assert sorted(names_of(new)) == sorted(names_of(poll)), f"seed {seed}"
            assert epochs_of(new) == sorted(epochs_of(poll)), f"seed {seed}"
            assert merge.is_empty, f"seed {seed}"
            out += new
            now += r.choice((9, 100, 10_000))
        check_sources_keep_their_order(out, sources, f"seed {seed}")


def test_columns_of_a_single_source_come_out_as_they_went_in() -> None:
    merge = Merge()
    some = lines("a", [START, None, START - 9, WRONG["2099"], None, START + 1, None])
    for cut in range(len(some) + 1):
        merge.push("a", columns(some[:cut]), more=True)
        merge.push("a", columns(some[cut:]), more=False)
        assert taken(merge) == some, f"cut {cut}"


@pytest.mark.parametrize("sources", [["a"], ["a", "b"]], ids=["alone", "of two"])
def test_lines_that_are_no_hits_are_not_lost(sources: list[str]) -> None:
    merge = Merge()
    for name in sources:
        merge.push(name, columns(lines(name, [None, None])), more=True)
        merge.push(name, Columns(), more=True)
        merge.push(name, columns([(START, "hit")]), more=True)
        merge.push(name, columns([(None, "last")]), more=False)
    names = names_of(taken(merge))
    assert sorted(names) == sorted(
        [f"{name}{n}" for name in sources for n in (0, 1)]
        + ["hit", "last"] * len(sources)
    )


def test_lines_that_are_no_hits_do_not_wait_for_other_sources() -> None:
    merge = Merge()
    merge.expect("b")
    merge.push("a", columns(lines("a", [None, None])), more=True)
    assert not merge.is_empty
    assert names_of(taken(merge)) == ["a0", "a1"]
    assert merge.is_empty


def test_all_hits_of_a_source_that_ended_are_taken() -> None:
    merge = Merge()
    merge.expect("b", START + 10)
    merge.push("a", columns(lines("a", [START, START + 20, None])), more=True)
    merge.end("a")
    assert epochs_of(taken(merge)) == [START]
    assert not merge.is_empty
    merge.end("b")
    assert taken(merge) == [(START + 20, "a1"), (None, "a2")]
    assert merge.is_empty


def test_the_end_of_an_unknown_source_is_nothing() -> None:
    merge = Merge()
    merge.end("a")
    assert merge.wanted() == []
    assert taken(merge) == []


@pytest.mark.usefixtures("untraced")
def test_sources_that_ended_are_forgotten() -> None:
    merge = Merge()
    merge.push("stays", Columns(), more=False)
    tracemalloc.start()
    try:
        for number in range(300):
            name: Hashable = f"log.{number}"
            merge.push(name, columns(lines("a", [START + number, None])), more=True)
            merge.end(name)
            assert len(taken(merge)) == 2
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < 40_000
    assert merge.wanted() == []


def test_a_name_may_be_used_again() -> None:
    merge = Merge()
    for first, second in pairwise((START, START + 9, START - 9 * DAY)):
        merge.push("a", columns(lines("a", [first])), more=True)
        merge.end("a")
        assert epochs_of(taken(merge)) == [first]
        merge.push("a", columns(lines("a", [second])), more=False)
        assert epochs_of(taken(merge)) == [second]


@pytest.mark.parametrize(
    "passed",
    [
        pytest.param([START], id="once"),
        pytest.param([START, START - 60], id="then older hits"),
        pytest.param([START - 60, START], id="then newer hits"),
    ],
)
def test_a_wrong_time_behind_what_was_taken_at_once_goes_before_no_other(
    passed: list[int],
) -> None:
    merge = Merge()
    merge.expect("parts", START - 60)
    merge.expect("other", START - 60)
    for newest in passed:
        merge.pass_by("parts", newest)
    merge.push("parts", columns(lines("p", [0, START + 9])), more=False)
    merge.push("other", columns(lines("o", [START - 1, START + 5])), more=False)
    assert names_of(taken(merge)) == ["o0", "p0", "o1", "p1"]
