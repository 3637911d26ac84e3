"""Counts by name are right to a bound that is known, whatever comes; below the bounds exactly."""

import json
import pickle
import random
from collections import Counter

import pytest

from monitor.stats.heavy_hitters import HeavyHitters

ROOM = 40


def table_of(names: list[bytes], room: int = ROOM, step: int = 20) -> HeavyHitters:
    """Count names, and prune after every few names if it is time."""
    table = HeavyHitters(room)
    for start in range(0, len(names), step):
        table.count(names[start : start + step])
        if table.is_full:
            table.prune()
    return table


def many_names(r: random.Random, number: int, spread: int = 300) -> list[bytes]:
    """Return names of which few are frequent and many come once, in any order or sorted."""
    names = [b"f%d" % each for each in r.choices(range(6), k=number // 3)]
    names += [b"n%d" % each for each in r.choices(range(spread), k=number)]
    r.shuffle(names)
    return sorted(names) if r.random() < 0.2 else names


def check(table: HeavyHitters, exact: Counter[bytes], hint: object) -> None:
    """Check the promises of the module against exact counts."""
    assert table.undercount <= exact.total() / (ROOM + 1), hint
    for name in (*exact, b"a name that never came"):
        count, most = table.counts[name], table.undercount_of(name)
        assert count <= exact[name] <= count + most, (hint, name)
        assert 0 <= most <= table.undercount, (hint, name)
    assert table.snapshot()["missed"].keys() <= table.snapshot()["counts"].keys(), hint
    for name, hits in exact.items():
        assert name in table.counts or hits <= table.undercount, (hint, name)


def test_few_names_are_counted_exactly() -> None:
    names = [b"%d" % (n % (ROOM * 5 // 4)) for n in range(20 * ROOM)]
    table = table_of(names)
    assert table.counts == Counter(names)
    assert table.undercount == table.undercount_of(b"0") == 0


@pytest.mark.usefixtures("untraced")
def test_counts_are_right_to_the_bound_for_any_stream() -> None:
    for seed in range(12):
        r = random.Random(seed)
        names = many_names(r, r.randrange(2000), r.choice((50, 300, 5000)))
        table = table_of(names, step=r.choice((1, 7, 100)))
        check(table, Counter(names), f"seed {seed}")


@pytest.mark.usefixtures("untraced")
def test_the_sums_of_tables_are_right_to_the_bound_however_they_are_added() -> None:
    for seed in range(12):
        r = random.Random(seed)
        exact: Counter[bytes] = Counter()
        tables: list[HeavyHitters] = []
        for _ in range(r.randint(2, 9)):
            spread = r.choice((20, 300, 5000))
            names = many_names(r, r.choice((10, 100, 1000)), spread)
            exact.update(names)
            tables.append(table_of(names))
        while len(tables) > 1:
            first = tables.pop(r.randrange(len(tables)))
            first.add(tables.pop(r.randrange(len(tables))))
            if r.random() < 0.7 and first.is_full:
                first.prune()
            if r.random() < 0.3:
                more = many_names(r, 50)
                exact.update(more)
                first.add_counts(Counter(more))
            tables.append(first)
        check(tables[0], exact, f"seed {seed}")


def test_a_name_that_was_never_dropped_is_counted_exactly() -> None:
    names = [b"first"] + [name for n in range(900) for name in (b"first", b"%d" % n)]
    table = table_of(names)
    assert table.undercount > 0
    assert (table.counts[b"first"], table.undercount_of(b"first")) == (901, 0)
    total = table_of(names)
    total.add(table)
    assert (total.counts[b"first"], total.undercount_of(b"first")) == (1802, 0)


def test_a_name_that_hides_between_prunings_is_found() -> None:
    names = [b"loud%d" % (n % ROOM) for n in range(4 * ROOM)]
    for turn in range(40):
        names += [b"hiding"] * 3 + [b"%d.%d" % (turn, n) for n in range(2 * ROOM)]
    table = table_of(names)
    assert b"hiding" in table.counts
    check(table, Counter(names), "hiding")


def test_dropped_names_carry_their_counts() -> None:
    table = HeavyHitters(ROOM)
    table.add_counts({b"%d" % n: 1 + n % 3 for n in range(2 * ROOM)})
    before = Counter(table.counts)
    dropped = table.prune()
    assert 0 < len(table.counts) <= ROOM
    assert table.counts + Counter(dropped) == before
    assert not table.counts.keys() & dropped.keys()
    assert max(dropped.values()) == table.undercount


def test_a_table_with_room_left_is_not_pruned() -> None:
    table = HeavyHitters(ROOM)
    table.count([b"%d" % n for n in range(ROOM)])
    assert (table.prune(), len(table.counts), table.undercount) == ({}, ROOM, 0)


@pytest.mark.parametrize(
    ("names", "is_full"),
    [
        pytest.param(ROOM * 5 // 4, False, id="a quarter more"),
        pytest.param(ROOM * 5 // 4 + 1, True, id="one more"),
    ],
)
def test_a_table_is_full_beyond_half_as_many_more(names: int, is_full: bool) -> None:
    table = HeavyHitters(ROOM)
    table.count([b"%d" % n for n in range(names)])
    assert table.is_full is is_full


def test_below_the_bounds_the_sum_of_tables_is_the_table_of_the_sum() -> None:
    for seed in range(8):
        r = random.Random(seed)
        first, second = ([b"%d" % r.randrange(9) for _ in range(50)] for _ in "ab")
        both = table_of(first)
        assert both.has_room_for(table_of(second))
        both.add(table_of(second))
        assert both == table_of(first + second), f"seed {seed}"


def test_there_is_room_for_an_exact_table_whose_names_surely_fit() -> None:
    half, more = (
        table_of([b"%d" % n for n in range(number)]) for number in (20, ROOM - 19)
    )
    assert half.has_room_for(half)
    assert not half.has_room_for(more)
    pruned = table_of([b"%d" % n for n in range(200)])
    assert not HeavyHitters(ROOM).has_room_for(pruned)
    assert not pruned.has_room_for(HeavyHitters(ROOM))


def test_adding_leaves_the_other_table_as_it_was() -> None:
    for number in (20, 900):
        other = table_of(many_names(random.Random(1), number))
        before = json.dumps(other.snapshot())
        total = table_of(many_names(random.Random(2), 900))
        total.add(other)
        total.add(other)
        total.count([b"x"] * 9)
        assert json.dumps(other.snapshot()) == before


class Watched(bytes):
    """A name that counts how often any such name is looked up."""

    looked_up = 0

    def __hash__(self) -> int:
        Watched.looked_up += 1
        return super().__hash__()


@pytest.mark.parametrize("number", [20, 900], ids=["exact", "pruned"])
def test_a_table_is_added_without_a_look_at_the_names_that_were_there(
    number: int,
) -> None:
    run = HeavyHitters(1000)
    run.count([Watched(b"%d" % n) for n in range(2000)])
    run.count([Watched(b"%d" % n) for n in range(1000)])
    run.prune()
    assert run.undercount > 0 and len(run.counts) == 1000
    report = table_of(many_names(random.Random(1), number))
    Watched.looked_up = 0
    run.add(report)
    assert Watched.looked_up == 0


@pytest.mark.parametrize("number", [10, 2000], ids=["exact", "pruned"])
def test_a_table_comes_back_from_its_snapshot_and_from_another_process(
    number: int,
) -> None:
    table = table_of(many_names(random.Random(1), number))
    table.add(table_of([b"\xff", *many_names(random.Random(2), number)]))
    back = HeavyHitters(ROOM)
    back.restore(json.loads(json.dumps(table.snapshot())))
    again = pickle.loads(pickle.dumps(table))
    more = many_names(random.Random(3), 900)
    for each in (table, back, again):
        each.count(more)
        each.prune()
    assert back == table
    assert again == table
