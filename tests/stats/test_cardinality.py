"""Different names are counted exactly while they are few, and within 2 % when they are many."""

import json
import pickle
from base64 import b64decode
from collections.abc import Callable
from operator import methodcaller

import pytest

from monitor.stats.cardinality import MOST, DistinctCount

Name = Callable[[int], bytes]

NAMES: dict[str, Name] = {
    "numbered": b"/s%d".__mod__,
    "IPv4": lambda n: b"10.%d.%d.%d" % (n >> 16 & 255, n >> 8 & 255, n & 255),
    "IPv6": b"2001:db8:%x::1".__mod__,
    "bytes": methodcaller("to_bytes", 4, "big"),
}


def count_of(name: Name, start: int, stop: int) -> DistinctCount:
    count = DistinctCount()
    count.add_names(map(name, range(start, stop)))
    return count


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("number", [0, 1, MOST - 1, MOST])
def test_few_names_are_counted_exactly(number: int) -> None:
    count = count_of(NAMES["IPv4"], 0, number)
    assert count.count() == number
    assert count.is_empty is (number == 0)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_many_names_are_counted_within_2_percent(name: Name) -> None:
    assert count_of(name, 0, 70_000).count() == pytest.approx(70_000, rel=0.02)


@pytest.mark.usefixtures("untraced")
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
    once, twice = (count_of(NAMES["IPv4"], 0, 70_000) for _ in "ab")
    twice.add_names(map(NAMES["IPv4"], range(70_000)))
    assert twice == once


def test_further_names_count_too_and_are_not_added() -> None:
    count = count_of(NAMES["numbered"], 0, 10)
    assert count.count_with([b"/s9", b"/s10", b"/s11"]) == 12
    assert count.count() == 10
    assert DistinctCount().count_with([b"a", b"b", b"a"]) == 2


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("number", [5_000, 75_000], ids=["exact", "estimated"])
def test_counts_add_however_the_names_are_divided_and_ordered(number: int) -> None:
    whole = count_of(NAMES["IPv6"], 0, number)
    few = number // 15
    total = DistinctCount()
    for part in ((0, few), (few // 2, number), (0, few)):
        total.add(count_of(NAMES["IPv6"], *part))
    assert total == whole


@pytest.mark.usefixtures("untraced")
def test_adding_leaves_the_other_count_as_it_was() -> None:
    few, many = (count_of(NAMES["bytes"], 0, number) for number in (10, 70_000))
    before = few.snapshot(), many.snapshot()
    for total, other in ((DistinctCount(), few), (DistinctCount(), many)):
        total.add(other)
        total.add_names([b"x"])
    assert (few.snapshot(), many.snapshot()) == before


@pytest.mark.parametrize("number", [0, 10, 70_000])
def test_a_count_comes_back_from_its_snapshot_and_from_another_process(
    number: int,
) -> None:
    count = count_of(NAMES["numbered"], 0, number)
    text = json.dumps(count.snapshot())
    assert len(text) < 720_000
    assert DistinctCount.restored(json.loads(text)) == count
    assert pickle.loads(pickle.dumps(count)) == count
