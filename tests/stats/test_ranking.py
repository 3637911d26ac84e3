"""A ranking keeps the heaviest names, and the sums and numbers of all names stay right."""

import json
import random
from collections import Counter

import pytest

from monitor.formats import OTHER
from monitor.stats import RankedName, Statistic
from monitor.stats.ranking import Ranking

ROOM = 20
PLAIN = Statistic("plain", by="client")
SECTIONS = Statistic(
    *("sections", "section", ("bytes",)), other=True, always=(b"a",), cardinality=True
)

Sums = dict[bytes, int]


def ranking_of(
    hits: Sums, also: Sums | None = None, kind: Statistic = SECTIONS
) -> Ranking:
    ranking = Ranking(kind, ROOM)
    ranking.add_sums(hits, [also or {}][: len(kind.also)])
    ranking.prune()
    return ranking


def many_hits(r: random.Random, number: int) -> tuple[Sums, Sums]:
    names = [b"%d" % n for n in r.sample(range(500), number)]
    return {n: r.randrange(1, 9) for n in names}, {n: r.randrange(99) for n in names}


def test_rows_are_in_order_and_what_is_not_listed_is_in_the_totals() -> None:
    ranking = ranking_of({b"a": 1, b"b": 5, b"c": 1, b"d": 9}, {b"b": 70, b"c": 7})
    found = ranking.value(3)
    assert found.rows == [
        *(RankedName(b"d", 9, (0,)), RankedName(b"b", 5, (70,))),
        RankedName(b"a", 1, (0,)),
    ]
    assert (found.held, found.cardinality, found.totals) == (4, 4, (16, 77))
    assert found.other is None


@pytest.mark.parametrize(
    ("listed", "most", "rows"),
    [
        pytest.param(None, 2, 2, id="as many as were asked for"),
        pytest.param(3, 2, 3, id="a number of its own"),
        pytest.param(9, 2, 4, id="more than there are"),
    ],
)
def test_a_statistic_may_list_a_number_of_its_own(
    listed: int | None, most: int, rows: int
) -> None:
    kind = PLAIN._replace(listed=listed)
    ranking = ranking_of({b"a": 1, b"b": 5, b"c": 1, b"d": 9}, kind=kind)
    assert len(ranking.value(most).rows) == rows


def test_nothing_is_a_ranking_without_rows() -> None:
    found = Ranking(SECTIONS, ROOM).value(9)
    assert found == ([], 0, 0, (0, 0), None)


def test_names_are_counted_as_often_as_they_come() -> None:
    ranking = Ranking(PLAIN, ROOM)
    ranking.count([b"x", b"y", b"x"])
    assert ranking.value(9).rows == [(b"x", 2, ()), (b"y", 1, ())]


def test_dropped_names_are_counted_as_others_in_every_number() -> None:
    hits = {b"%d" % n: n for n in range(1, 41)}
    ranking = ranking_of(hits, {name: 10 * number for name, number in hits.items()})
    found = ranking.value(9)
    dropped = sum(range(1, 21))
    assert found.other == (OTHER, dropped, (10 * dropped,))
    assert found.totals == (sum(hits.values()), 10 * sum(hits.values()))
    assert (found.held, found.cardinality) == (ROOM, 40)
    assert [row.name for row in found.rows] == [b"%d" % n for n in range(40, 31, -1)]


def test_names_of_a_statistic_without_others_are_dropped_for_good() -> None:
    found = ranking_of({b"%d" % n: n for n in range(1, 41)}, kind=PLAIN).value(99)
    assert found.other is None
    assert found.totals == (sum(range(21, 41)),)
    assert found.cardinality == ROOM


def test_names_that_always_stay_are_exact_however_light_they_are() -> None:
    ranking = ranking_of({b"a": 1}, {b"a": 1})
    for start in range(0, 400, 40):
        ranking.add_sums({b"%d" % (start + n): 5 for n in range(40)}, [{b"a": 2}])
        ranking.prune()
    assert RankedName(b"a", 1, (21,)) in ranking.value(99).rows


def test_the_others_go_on_as_the_others_when_every_name_has_more() -> None:
    ranking = ranking_of({b"%d" % n: 1 for n in range(31)}, {b"1": 7})
    ranking.add_sums({b"%d" % n: 99 for n in range(40)}, [{b"1": 9}])
    ranking.prune()
    found = ranking.value(99)
    assert found.totals == (31 + 40 * 99, 16)
    assert found.cardinality == 40
    assert found.other is not None and found.other.hits + 99 * found.held >= 31
    assert OTHER not in [row.name for row in found.rows]


@pytest.mark.usefixtures("untraced")
def test_sums_of_rankings_are_exact_and_the_heaviest_are_right_to_the_bound() -> None:
    for seed in range(8):
        r = random.Random(seed)
        exact: Counter[bytes] = Counter()
        exact_also: Counter[bytes] = Counter()
        total = Ranking(SECTIONS, ROOM)
        for _ in range(6):
            part = Ranking(SECTIONS, ROOM)
            for _ in range(3):
                hits, also = many_hits(r, r.randint(1, 60))
                hits |= {b"heavy": 100, b"a": 1}
                exact.update(hits)
                exact_also.update(also)
                part.add_sums(hits, [also])
                part.prune()
            total.add(part)
        found = total.value(99)
        assert found.totals == (exact.total(), exact_also.total()), f"seed {seed}"
        assert found.cardinality == len(exact), f"seed {seed}"
        assert found.held <= ROOM * 5 // 4, f"seed {seed}"
        rows = {row.name: row for row in found.rows}
        assert rows[b"heavy"].hits == 1800 and rows[b"a"].hits == 18
        bound = exact.total() / (ROOM - 1)  # `a` and the others take two places
        for name, number in exact.items():
            hits_of_row = rows[name].hits if name in rows else 0
            assert number - bound <= hits_of_row <= number, f"seed {seed}: {name!r}"


def test_below_the_bounds_rankings_add_exactly() -> None:
    for seed in range(8):
        r = random.Random(seed)
        parts = [many_hits(r, r.randint(0, 10)) for _ in "ab"]
        both = ranking_of(*parts[0])
        assert both.has_room_for(ranking_of(*parts[1]))
        both.add(ranking_of(*parts[1]))
        hits, also = (
            dict(sum((Counter(part[place]) for part in parts), Counter()))
            for place in (0, 1)
        )
        assert both.value(99) == ranking_of(hits, also).value(99), f"seed {seed}"


@pytest.mark.parametrize("number", [5, 60], ids=["exact", "pruned"])
def test_a_ranking_comes_back_from_its_snapshot(number: int) -> None:
    ranking = ranking_of(*many_hits(random.Random(1), number))
    back = Ranking(SECTIONS, ROOM)
    back.restore(json.loads(json.dumps(ranking.snapshot())))
    assert back == ranking
    for each in (ranking, back):
        each.add_sums(*([sums] if n else sums for n, sums in enumerate(more())))
        each.prune()
    assert back.value(99) == ranking.value(99)


def more() -> tuple[Sums, Sums]:
    return many_hits(random.Random(2), 100)
