"""Different names are counted exactly while they are few, and within 2 % when they are many."""

import json
import pickle
from base64 import b64decode
from collections.abc import Callable
from functools import cache
from operator import methodcaller

import pytest

from monitor.stats.cardinality import MOST, DistinctCount

MANY = 70_000
Name = Callable[[int], bytes]

NAMES: dict[str, Name] = {
    "numbered": b"/s%d".__mod__,
    "IPv6": b"2001:db8:%x::1".__mod__,
    "bytes": methodcaller("to_bytes", 4, "big"),
}


def count_of(name: Name, start: int, stop: int) -> DistinctCount:
    count = DistinctCount()
    count.add_names(map(name, range(start, stop)))
    return count


@cache
def many(kind: str) -> DistinctCount:
    """Return the count of many names, once for all tests. No test changes it."""
    return count_of(NAMES[kind], 0, MANY)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("number", [0, 1, MOST])
def test_few_names_are_counted_exactly(number: int) -> None:
    count = count_of(NAMES["numbered"], 0, number)
    assert count.count() == number
    assert count.is_empty is (number == 0)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("kind", ["IPv6", "bytes"])
def test_many_names_are_counted_within_2_percent(kind: str) -> None:
    further = map(NAMES[kind], range(MANY, MANY + 9))
    assert many(kind).count() == pytest.approx(MANY, rel=0.02)
    assert many(kind).count_with(further) == pytest.approx(MANY, rel=0.02)


def test_what_is_held_is_bounded_and_never_far_below_the_bound() -> None:
    count, step = DistinctCount(), 22_000
    for stop in range(step, 5 * step, step):
        count.add_names(map(NAMES["numbered"], range(stop - step, stop)))
        if stop > MOST:
            hashes = len(b64decode(count.snapshot()["hashes"])) // 8
            assert 0.73 * MOST < hashes <= MOST
            assert count.count() == pytest.approx(stop, rel=0.02)


@pytest.mark.usefixtures("untraced")
def test_a_name_counts_once_however_often_it_comes() -> None:
    twice = DistinctCount()
    twice.add(many("IPv6"))
    twice.add_names(map(NAMES["IPv6"], range(10_000)))
    assert twice == many("IPv6")


def test_further_names_count_too_and_are_not_added() -> None:
    count = count_of(NAMES["numbered"], 0, 10)
    assert count.count_with([b"/s9", b"/s10", b"/s11"]) == 12
    assert count.count() == 10
    assert DistinctCount().count_with([b"a", b"b", b"a"]) == 2


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("number", [500, MANY], ids=["exact", "estimated"])
def test_counts_add_however_the_names_are_divided_and_ordered(number: int) -> None:
    whole = many("IPv6") if number == MANY else count_of(NAMES["IPv6"], 0, number)
    few = number // 50
    total = DistinctCount()
    for part in ((0, few), (few // 2, number), (0, few)):
        total.add(count_of(NAMES["IPv6"], *part))
    assert total == whole


@pytest.mark.usefixtures("untraced")
def test_adding_leaves_the_other_count_as_it_was() -> None:
    for other in (count_of(NAMES["bytes"], 0, 10), many("bytes")):
        before = other.snapshot()
        total = DistinctCount()
        total.add(other)
        total.add_names([b"x"])
        assert other.snapshot() == before


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("number", [10, MANY])
def test_a_count_comes_back_from_its_snapshot_and_from_another_process(
    number: int,
) -> None:
    count = many("bytes") if number == MANY else count_of(NAMES["bytes"], 0, number)
    text = json.dumps(count.snapshot())
    assert len(text) < 720_000
    restored = DistinctCount.restored(json.loads(text))
    for back in (restored, pickle.loads(pickle.dumps(count))):
        assert json.dumps(back.snapshot()) == text
