"""Tallies add: what is known of two parts together is the sum of what is known of each."""

import json
import pickle
import random
import tracemalloc
from collections import Counter
from dataclasses import dataclass
from functools import cache

import pytest
from support.hits import MALFORMED_HEAD, Hit, columns_of, crowd, hit

from monitor.formats import MALFORMED, METHODS, OTHER, Columns
from monitor.formats.columns import IGNORED, Mark
from monitor.stats import RUN_ROOM, STATISTICS, Tally, Values
from monitor.stats.tally import PRUNE_EVERY, REPORT_ROOM

pytestmark = pytest.mark.usefixtures("untraced")

NO_TIME = "no time in it"
SMALL = 2000
ALL = 10**6


def tally_of(columns: Columns, room: int = REPORT_ROOM) -> Tally:
    tally = Tally(room)
    tally.add_hits(columns)
    for mark in columns.marks:
        tally.add_mark(mark)
    return tally


def sum_of(*tallies: Tally, room: int = REPORT_ROOM) -> Tally:
    total = Tally(room)
    for tally in tallies:
        total.add(tally)
    return total


def is_exact(tally: Tally) -> bool:
    """Return whether no section was dropped."""
    return tally.values(0).rankings["sections"].other is None


def hits_of(values: Values, name: str) -> dict[bytes, int]:
    return {row.name: row.hits for row in values.rankings[name].rows}


def some_columns(r: random.Random) -> Columns:
    hits = [
        hit(
            r.choice(
                (b"GET /", b"GET /a", b"POST /a", b"GET http://h/", MALFORMED_HEAD)
            ),
            r.choice((b"", b"/b", b"/y", b"/b/c")),
            r.choice((b"200", b"301", b"404", b"499", b"500", b"599", b"600", b"-")),
            r.choice((0, 5, 1234, r.randrange(10**18))),
            r.choice((b"1.2.3.4", b"::1", b"-", b"\xff")),
        )
        for _ in range(r.randrange(12))
    ]
    reasons = (IGNORED, NO_TIME, "no status in it")
    places = sorted(r.choices(range(len(hits) + 1), k=r.randrange(4)))
    marks = [Mark(n, r.choice(reasons), r.randbytes(3)) for n in places]
    columns = columns_of(hits, marks)
    if r.random() < 0.4:
        del columns.fields["size"]
    if r.random() < 0.6:
        times = (None, 0.0, 0.125, 7.5)
        columns.fields["seconds"] = [r.choice(times) for _ in hits]
    return columns


# --- what is counted ---


def test_a_hit_counts_for_what_it_says() -> None:
    hits = [
        hit(b"GET /a", b"/b", b"200", 10, b"1.2.3.4"),
        hit(b"GET /a", b"", b"404", 0, b"1.2.3.4"),
        hit(b"POST /a", b"", b"200", 5, b"::1"),
        hit(b"GET /b", b"", b"200", 7, b"::1"),
        hit(MALFORMED_HEAD, b"", b"400", 1, b"::1"),
    ]
    marks = [Mark(5, IGNORED, b"#"), Mark(5, NO_TIME, b"x"), Mark(5, NO_TIME, b"y")]
    tally = tally_of(columns_of(hits, marks))
    tally.late, tally.misdated = 3, 2
    values = tally.values(9)
    names = ("lines", "hits", "unparsed", "ignored", "late", "misdated")
    assert [values.numbers[name] for name in names] == [8, 5, 2, 1, 3, 2]
    assert (values.numbers["bytes"], values.numbers["clients"]) == (23, 2)
    assert (values.hits, values.errors, values.sample) == (5, 2, (NO_TIME, b"x"))
    rows = {name: ranked.rows for name, ranked in values.rankings.items()}
    assert rows == {
        "status": [(b"200", 3, ()), (b"400", 1, ()), (b"404", 1, ())],
        "methods": [(b"GET", 3, ()), (b"POST", 1, ())],
        "sections": [
            *((b"/a", 3, (15, 1)), (MALFORMED, 1, (1, 1)), (b"/b", 1, (7, 0))),
        ],
        "clients": [(b"::1", 3, ()), (b"1.2.3.4", 2, ())],
        "failing": [(b"400 (malformed)", 1, ()), (b"404 /a", 1, ())],
    }


def test_rankings_are_in_the_order_of_the_table() -> None:
    assert list(Tally().values(9).rankings) == [each.name for each in STATISTICS]


def test_of_nothing_every_number_is_0() -> None:
    values = Tally().values(9)
    assert set(values.numbers.values()) == {0}
    assert values.errors == 0 and values.sample is None
    assert not any(ranked.rows for ranked in values.rankings.values())


def test_the_sample_is_the_first_unparsed_line() -> None:
    first, second = Tally(), Tally()
    first.add_mark(Mark(0, IGNORED, b"#"))
    assert first.sample is None
    second.add_mark(Mark(0, NO_TIME, b"x"))
    second.add_mark(Mark(0, "no status in it", b"y"))
    third = Tally()
    third.add_mark(Mark(0, NO_TIME, b"z"))
    assert sum_of(first, second, third).sample == (NO_TIME, b"x")


def test_numbers_agree_with_each_other_in_any_order_of_the_hits() -> None:
    for seed in range(25):
        r = random.Random(seed)
        columns = some_columns(r)
        values = tally_of(columns).values(ALL)
        ranked = values.rankings
        assert values.numbers["lines"] == len(columns) + len(columns.marks)
        for name in ("status", "sections", "clients"):
            assert ranked[name].totals[0] == values.hits == len(columns), f"seed {seed}"
        assert values.errors == ranked["failing"].totals[0], f"seed {seed}"
        sizes = columns.fields.get("size", [])
        assert values.numbers.get("bytes", 0) == sum(sizes), f"seed {seed}"
        order = r.sample(range(len(columns)), len(columns))
        fields = columns.fields.items()
        moved = {name: [column[at] for at in order] for name, column in fields}
        other = tally_of(Columns(columns.epochs, moved)).values(ALL)
        assert other.rankings == ranked, f"seed {seed}"


# --- tallies add ---


def test_the_tally_of_a_sum_is_the_sum_of_the_tallies() -> None:
    for seed in range(25):
        r = random.Random(seed)
        parts = [some_columns(r) for _ in "abc"]
        first, second, third = map(tally_of, parts)
        first.late, third.misdated = 1, 2
        whole = tally_of(parts[0] + parts[1] + parts[2])
        whole.late, whole.misdated = 1, 2
        expected = whole.snapshot()
        assert sum_of(first, second, third).snapshot() == expected, f"seed {seed}"
        nested = sum_of(first, sum_of(second, third))
        assert nested.snapshot() == expected, f"seed {seed}"


def test_adding_leaves_the_other_tally_as_it_was() -> None:
    other = tally_of(some_columns(random.Random(2)))
    before = json.dumps(other.snapshot())
    total = sum_of(other, other)
    total.add_hits(some_columns(random.Random(3)))
    assert json.dumps(other.snapshot()) == before


def test_asking_changes_nothing() -> None:
    hits, unasked = many_hits()
    asked, columns = Tally(SMALL), columns_of(hits)
    for start in range(0, len(hits), 6000):
        asked.add_hits(columns.cut(start, min(len(hits), start + 6000)))
        asked.values(3)
        asked.snapshot()
    assert asked.snapshot() == unasked.snapshot()


@pytest.mark.parametrize("hits", [0, 9, 9000], ids=["nothing", "exact", "pruned"])
def test_a_tally_comes_back_from_its_snapshot_and_from_another_process(
    hits: int,
) -> None:
    tally = tally_of(some_columns(random.Random(1)) + numbered(0, hits), SMALL)
    assert is_exact(tally) is (hits < PRUNE_EVERY)
    text = json.dumps(tally.snapshot())
    more = numbered(0, 100)
    restored = Tally(SMALL)
    restored.restore(json.loads(text))
    for back in (restored, pickle.loads(pickle.dumps(tally))):
        assert json.dumps(back.snapshot()) == text
        back.add_hits(more)
        assert back.lines == tally.lines + 100


# --- too many names ---


@dataclass
class Exact:
    """Counts of hits, made in another way."""

    hits: list[Hit]

    def __post_init__(self) -> None:
        heads = [head.partition(b" ") for _, head, *_ in self.hits]
        self.sections = Counter(section for *_, section in heads)
        self.methods = Counter(method for method, *_ in heads if method)
        self.clients = Counter(client for client, *_ in self.hits)
        self.size = sum(size for *_, size in self.hits)
        self.errors = sum(status >= b"400" for *_, status, _ in self.hits)

    def check(self, tally: Tally, room: int) -> None:
        """Check that sums and numbers of names are exact, and each count to the bound."""
        values = tally.values(ALL)
        ranked = values.rankings
        assert not is_exact(tally)
        assert ranked["sections"].totals == (len(self.hits), self.size, self.errors)
        assert ranked["methods"].totals == (self.methods.total(),)
        assert ranked["sections"].cardinality == len(self.sections)
        assert values.numbers["clients"] == len(self.clients)
        bound = len(self.hits) / (room - len(METHODS))
        for name in ("sections", "methods"):
            counts, found = getattr(self, name), hits_of(values, name)
            for key in found:
                assert counts[key] - bound <= found[key] <= counts[key], (name, key)
        assert hits_of(values, "sections")[b"/heavy"] == self.sections[b"/heavy"]
        assert hits_of(values, "sections")[MALFORMED] == self.sections[MALFORMED]
        assert hits_of(values, "methods")[b"GET"] == self.methods[b"GET"]
        assert hits_of(values, "clients")[b"heavy"] == self.clients[b"heavy"]


@cache
def many_hits() -> tuple[list[Hit], Tally]:
    """Return hits that are pruned twice, and their tally, once for all tests."""
    hits = crowd(1, 2 * PRUNE_EVERY + 100, 40_000)
    return hits, tally_of(columns_of(hits), SMALL)


def test_with_too_many_names_every_sum_is_exact() -> None:
    hits, tally = many_hits()
    Exact(hits).check(tally, SMALL)


def test_with_too_many_names_every_sum_of_a_sum_is_exact() -> None:
    hits, tally = many_hits()
    parts = [hits[:3000], hits[3000:6000]]
    more = [tally_of(columns_of(part), SMALL) for part in parts]
    everything = Exact(hits + hits[:6000])
    everything.check(sum_of(tally, *more, room=SMALL), SMALL)
    everything.check(sum_of(tally, sum_of(*more, room=SMALL), room=SMALL), SMALL)


def test_what_is_pruned_depends_on_the_hits_and_not_on_how_they_are_cut() -> None:
    hits, whole = many_hits()
    columns, tally = columns_of(hits), Tally(SMALL)
    start = 0
    for stop in (1, 51, PRUNE_EVERY - 1, PRUNE_EVERY, 2 * PRUNE_EVERY + 1, len(hits)):
        tally.add_hits(columns.cut(start, stop))
        start = stop
    assert tally.snapshot() == whole.snapshot()


def test_registered_methods_are_exact_among_methods_that_are_made_up() -> None:
    hits = [hit(b"%b /x" % name) for name in sorted(METHODS)]
    hits += [hit(b"M%d /x" % n) for n in range(PRUNE_EVERY // 2) for _ in "ab"]
    tally = tally_of(columns_of(hits), SMALL)
    ranked = tally.values(1).rankings["methods"]
    assert ranked.other is not None and ranked.totals == (len(hits),)
    kept = tally.snapshot()["rankings"]["methods"]["hits"]["counts"]
    assert {kept[name.decode()] for name in METHODS} == {1}


def test_a_section_that_is_asked_for_by_many_methods_is_exact() -> None:
    hits = [hit(b"M%d /x" % n, b"", b"404") for n in range(PRUNE_EVERY + 7)]
    hits += [hit(b"GET /%d" % n) for n in range(PRUNE_EVERY)]
    values = tally_of(columns_of(hits), SMALL).values(ALL)
    assert values.rankings["sections"].rows[0] == (
        b"/x",
        PRUNE_EVERY + 7,
        (PRUNE_EVERY + 7,) * 2,
    )
    assert hits_of(values, "failing") == {b"404 /x": PRUNE_EVERY + 7}


def numbered(start: int, stop: int, status: bytes = b"404") -> Columns:
    """Return hits of which each has a client, a section and a URL of its own."""
    number = stop - start
    names = [b"%d" % n for n in range(start, stop)]
    fields = {
        "client": names,
        "head": [b"GET /" + name for name in names],
        "rest": [b""] * number,
        "status": [status] * number,
        "size": [1] * number,
    }
    return Columns([0] * number, fields)


def test_a_report_holds_at_least_16384_names_and_knows_65536() -> None:
    tally = Tally()
    tally.add_hits(numbered(0, 16_384))
    assert is_exact(tally)
    assert tally.values(1).rankings["sections"].held == 16_384
    tally.add_hits(numbered(16_384, 65_536, b"200"))
    values = tally.values(1)
    assert not is_exact(tally)
    assert values.rankings["sections"].cardinality == 65_536
    assert values.numbers["clients"] == 65_536


def test_a_run_holds_at_least_65536_names_and_knows_them() -> None:
    run = Tally(RUN_ROOM)
    for start in range(0, 65_536, 16_384):
        run.add(tally_of(numbered(start, start + 16_384, b"200")))
    assert is_exact(run)
    values = run.values(1)
    assert values.rankings["sections"].held == 65_536
    assert values.rankings["sections"].cardinality == 65_536
    assert values.numbers["clients"] == 65_536
    peak = peak_of_adding(run, tally_of(numbered(0, 10)))
    assert peak < 50_000, "a report is added without a copy of the names of the run"


def peak_of_adding(run: Tally, report: Tally) -> int:
    tracemalloc.start()
    try:
        run.add(report)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_tally_holds_a_bounded_number_of_names_however_many_come() -> None:
    tally = Tally(SMALL)
    for start in range(0, 12_000, 3000):
        tally.add_hits(numbered(start, start + 3000))
        held = [ranked.held for ranked in tally.values(0).rankings.values()]
        assert max(held) <= SMALL * 5 // 4 + PRUNE_EVERY


# --- room ---


def test_a_tally_that_there_is_room_for_is_as_good_as_its_hits() -> None:
    for seed in range(6):
        r = random.Random(seed)
        parts = [
            columns_of(crowd(seed + n, r.choice((300, 900)), 4000)) for n in (1, 50)
        ]
        first, second = (tally_of(part, SMALL) for part in parts)
        if first.has_room_for(second):
            first.add(second)
            whole = tally_of(parts[0] + parts[1], SMALL)
            assert first.snapshot() == whole.snapshot(), f"seed {seed}"


@pytest.mark.parametrize(
    ("first", "second", "has_room"),
    [
        pytest.param(0, 0, True, id="nothing"),
        pytest.param(1000, 1000, True, id="names that fit"),
        pytest.param(1000, 1001, False, id="a name too many"),
        pytest.param(PRUNE_EVERY, 1, False, id="to a tally with dropped names"),
        pytest.param(1, PRUNE_EVERY, False, id="dropped names"),
    ],
)
def test_a_tally_has_room_while_all_names_fit(
    first: int, second: int, has_room: bool
) -> None:
    tally = tally_of(numbered(0, first), SMALL)
    other = tally_of(numbered(ALL, ALL + second), SMALL)
    assert tally.has_room_for(other) is has_room


def test_others_are_no_section_and_no_method() -> None:
    values = many_hits()[1].values(ALL)
    for name in ("sections", "methods"):
        ranked = values.rankings[name]
        assert ranked.other is not None and ranked.other.name == OTHER
        assert OTHER not in hits_of(values, name)
        assert ranked.held < SMALL * 5 // 4 + 2 * PRUNE_EVERY


def test_a_statistic_that_a_snapshot_lacks_begins_with_no_names() -> None:
    snapshot = tally_of(
        columns_of([hit(b"GET /a"), hit(b"GET /b", b"", b"404")])
    ).snapshot()
    del snapshot["rankings"]["failing"]
    restored = Tally()
    restored.restore(snapshot)
    assert list(hits_of(restored.values(ALL), "sections")) == [b"/a", b"/b"]
    assert not hits_of(restored.values(ALL), "failing")
