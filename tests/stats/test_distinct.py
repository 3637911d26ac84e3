"""Different names are counted exactly while they are few, and within 2 % when they are many."""

import json
import pickle
import random
from base64 import b64decode
from collections.abc import Callable
from operator import methodcaller

import pytest

from monitor.stats.distinct import MOST, Distinct

Name = Callable[[int], bytes]

NAMES: dict[str, Name] = {
    "numbered": b"/s%d".__mod__,
    "padded": b"/item-%08d.html".__mod__,
    "IPv4": lambda n: b"10.%d.%d.%d" % (n >> 16 & 255, n >> 8 & 255, n & 255),
    "IPv6": b"2001:db8:%x::1".__mod__,
    "in steps": b"/s%d000".__mod__,
    "bytes": methodcaller("to_bytes", 4, "big"),
}


def distinct_of(name: Name, start: int, stop: int) -> Distinct:
    distinct = Distinct()
    distinct.take(map(name, range(start, stop)))
    return distinct


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("number", [1, 10_000, 100_000])
def test_different_names_are_counted_within_2_percent(number: int, name: Name) -> None:
    counted = distinct_of(name, 0, number).count()
    assert abs(counted - number) <= (0.02 * number if number > 10_000 else 1)


def test_a_million_names_are_counted_within_2_percent() -> None:
    counted = distinct_of(NAMES["numbered"], 0, 1_000_000).count()
    assert abs(counted - 1_000_000) <= 20_000


@pytest.mark.parametrize("number", [MOST + 1, 4 * MOST // 3 + 1000, 150_000])
def test_three_quarters_of_the_hashes_are_kept_about(number: int) -> None:
    distinct = distinct_of(NAMES["padded"], 0, number)
    hashes = len(b64decode(distinct.snapshot()["hashes"])) // 4
    assert 0.73 * MOST < hashes <= MOST


def test_hashes_that_somebody_chose_are_counted_as_something() -> None:
    distinct = Distinct()
    distinct.add(Distinct(range(MOST + 1)))  # a CRC is easily made to be small
    assert distinct.count() > MOST


def test_a_name_counts_once_however_often_it_comes() -> None:
    once = distinct_of(NAMES["IPv4"], 0, 90_000)
    twice = distinct_of(NAMES["IPv4"], 0, 90_000)
    twice.take(map(NAMES["IPv4"], range(90_000)))
    assert twice.count() == once.count()
    assert once.count(list(map(NAMES["IPv4"], range(500)))) == once.count()


def test_with_nothing_taken_the_names_at_hand_are_counted() -> None:
    assert Distinct().count() == 0
    assert Distinct().count([b"a", b"b"]) == 2


def test_the_names_at_hand_count_too_and_are_not_taken() -> None:
    distinct = distinct_of(NAMES["numbered"], 0, 10)
    assert distinct.count([b"/s9", b"/s10", b"/s11"]) == 12
    assert distinct.count() == 10


def test_sets_add_however_the_names_are_divided() -> None:
    whole = distinct_of(NAMES["IPv6"], 0, 100_000).count()
    for seed in range(2):
        cut, again = sorted(random.Random(seed).sample(range(100_000), 2))
        both = distinct_of(NAMES["IPv6"], 0, again)
        both.add(distinct_of(NAMES["IPv6"], cut, 100_000))
        assert both.count() == whole, f"seed {seed}"


@pytest.mark.parametrize("number", [0, 10, 100_000])
def test_it_comes_back_from_its_snapshot_and_from_another_process(number: int) -> None:
    distinct = distinct_of(NAMES["numbered"], 0, number)
    text = json.dumps(distinct.snapshot())
    assert len(text) < 400_000
    restored = Distinct.restored(json.loads(text))
    assert restored.count() == distinct.count()
    assert restored == distinct
    assert pickle.loads(pickle.dumps(distinct)) == distinct


@pytest.mark.parametrize(
    ("share", "names"),
    [
        pytest.param(0.5, 0.6931 * 2**32, id="half of all hashes"),
        pytest.param(0.99, 4.605 * 2**32, id="nearly all"),
        pytest.param(1.0, 22.18 * 2**32, id="as good as all"),
    ],
)
def test_where_names_are_more_than_hashes_many_have_the_same(
    share: float, names: float
) -> None:
    below = 1 << 16
    distinct = Distinct(range(round(share * below)), below)
    assert distinct.count() == pytest.approx(names, rel=0.01)


def test_what_is_held_is_bounded_however_many_names_come() -> None:
    distinct = Distinct()
    for start in range(0, 150_000, 10_000):
        distinct.take(map(NAMES["numbered"], range(start, start + 10_000)))
        assert len(pickle.dumps(distinct)) < 1 << 19
