"""Sketches by name add, stay bounded, and show the names with the highest numbers."""

import json
import random

import pytest

from monitor.stats.quantiles import BUCKETS, quantiles_of
from monitor.stats.sketches import PART, Sketches
from monitor.stats.statistics import SPREADS

ROOM = 10 * PART
SECTION = {b"/fast": 0.01, b"/slow": 2.0, b"/slower": 4.0, b"/\xff": 0.1}
Numbers = list[tuple[bytes, float]]


def bucket(number: float) -> int:
    found = BUCKETS[number]
    assert found is not None
    return found


def sketches_of(numbers: Numbers, room: int = ROOM) -> Sketches:
    sketches = Sketches(SPREADS[0], room)
    names: dict[bytes, dict[int, int]] = {}
    for name, number in numbers:
        buckets, at = names.setdefault(name, {}), bucket(number)
        buckets[at] = buckets.get(at, 0) + 1
    sketches.add_buckets(names)
    return sketches


def some_numbers(r: random.Random) -> Numbers:
    names = r.choices(list(SECTION), k=r.randrange(9))
    return [(name, SECTION[name] * r.choice((0, 1, 1, 3))) for name in names]


def test_of_nothing_there_is_no_value() -> None:
    assert sketches_of([]).value([b"/"], 9) is None


def test_the_names_with_the_highest_p95_come_first() -> None:
    numbers = [(name, each) for name, each in SECTION.items() for _ in range(20)]
    numbers += [(b"/also slow", 2.0)] * 20
    value = sketches_of(numbers).value([], 9)
    assert value is not None
    assert value.highest == [b"/slower", b"/also slow", b"/slow", b"/\xff", b"/fast"]
    assert value.whole == quantiles_of(
        {bucket(0.01): 20, bucket(0.1): 20} | {bucket(2.0): 40, bucket(4.0): 20}
    )
    assert value.names[b"/slow"].p95 == pytest.approx(2, rel=0.01)
    few = sketches_of(numbers).value([], 2)
    assert few is not None and few.highest == [b"/slower", b"/also slow"]


@pytest.mark.parametrize(
    ("hits", "is_listed"),
    [pytest.param(99, True, id="a hundredth"), pytest.param(100, False, id="less")],
)
def test_a_name_with_few_numbers_is_none_of_the_highest(
    hits: int, is_listed: bool
) -> None:
    value = sketches_of([(b"/", 0.1)] * hits + [(b"/once", 60.0)]).value([], 9)
    assert value is not None
    assert (b"/once" in value.highest) is is_listed


def test_a_listed_name_has_quantiles_if_it_has_numbers() -> None:
    numbers = [(b"/", 0.1)] * 500 + [(b"/once", 60.0)]
    value = sketches_of(numbers).value([b"/once", b"/never"], 9)
    assert value is not None
    assert set(value.names) == {b"/", b"/once"} and value.highest == [b"/"]


def test_the_sketches_of_a_sum_are_the_sum_of_the_sketches() -> None:
    for seed in range(20):
        r = random.Random(seed)
        first, second, third = (some_numbers(r) for _ in "abc")
        whole = sketches_of(first + second + third)
        left, right = sketches_of(first), sketches_of(second)
        left.add(right)
        left.add(sketches_of(third))
        assert left == whole and left.snapshot() == whole.snapshot(), f"seed {seed}"
        right.add(sketches_of(third))
        other = sketches_of(first)
        other.add(right)
        assert other.snapshot() == whole.snapshot(), f"seed {seed}"


def test_sketches_come_back_from_their_snapshot() -> None:
    for seed in range(10):
        sketches = sketches_of(some_numbers(random.Random(seed)))
        restored = sketches_of([])
        restored.restore(json.loads(json.dumps(sketches.snapshot())))
        assert restored == sketches, f"seed {seed}"


def test_too_many_names_lose_the_least_frequent_ones() -> None:
    room = 200
    total = sketches_of([], room * PART)
    for part in range(20):
        numbers = [(b"/busy", 1.0)] * 50
        numbers += [(b"/%d-%d" % (part, n), 0.1) for n in range(100)]
        total.add(sketches_of(numbers, room * PART))
        assert len(total.snapshot()["names"]) <= room * 5 // 4
    value = total.value([], 9)
    assert value is not None
    assert value.whole.number == 3000
    assert value.highest == [b"/busy"] and value.names[b"/busy"].number == 1000


@pytest.mark.parametrize(
    ("names", "has_room"),
    [pytest.param(5, True, id="they fit"), pytest.param(6, False, id="one too many")],
)
def test_there_is_room_while_all_names_fit(names: int, has_room: bool) -> None:
    first = sketches_of([(b"/%d" % n, 1.0) for n in range(5)])
    second = sketches_of([(b"/x%d" % n, 1.0) for n in range(names)])
    assert first.has_room_for(second) is has_room
