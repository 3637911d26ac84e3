"""Tallies add: what is known of two batches together is the sum of what is known of each."""

import json
import random
from collections import Counter
from functools import cache
from typing import Any

import pytest

from monitor.formats.answers import text_from
from monitor.formats.parser import IGNORED, LONG, Columns, Mark
from monitor.formats.requests import MALFORMED, METHODS, NO_METHOD
from monitor.stats.distinct import Distinct
from monitor.stats.heavy import MOST, VOLUME
from monitor.stats.tally import LOOK, Tally

Hit = tuple[bytes, bytes, bytes, bytes, int]
"""Client, method and section, rest of the path, status, bytes."""

NONE = b""
"""A method and section that make no request."""


def columns_of(hits: list[Hit], marks: list[Mark]) -> Columns:
    texts = [
        text_from(said + rest + b" HTTP/1.1" if said else b"-", status, b"%d" % size)
        for _, said, rest, status, size in hits
    ]
    return Columns([0] * len(hits), [hit[0] for hit in hits], texts, marks)


def tally_of(columns: Columns, late: int = 0, misdated: int = 0) -> Tally:
    tally = Tally()
    tally.add_hits(columns)
    for _, reason, sample in columns.marks:
        tally.add_mark(reason, sample)
    tally.late, tally.misdated = late, misdated
    return tally


def known(tally: Tally) -> dict[str, Any]:
    """All that a tally says."""
    return tally.snapshot()


def sum_of(*tallies: Tally) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def some_columns(r: random.Random) -> Columns:
    hits = [
        (
            r.choice((b"1.2.3.4", b"::1", b"-", b"\xff")),
            r.choice((b"GET /", b"GET /a", b"POST /a", b"GET http://h/", NONE)),
            r.choice((b"", b"/b", b"/y", b"/b/c")),
            r.choice((b"200", b"301", b"404", b"499", b"500", b"599", b"600", b"-")),
            r.choice((0, 5, 1234, r.randrange(10**18))),
        )
        for _ in range(r.randrange(12))
    ]
    marks = [
        Mark(0, r.choice((IGNORED, "no time in it", "no status in it")), r.randbytes(3))
        for _ in range(r.randrange(4))
    ]
    return columns_of(hits, marks)


def test_a_hit_counts_for_what_it_says() -> None:
    hits: list[Hit] = [
        (b"1.2.3.4", b"GET /a", b"/b", b"200", 10),
        (b"1.2.3.4", b"GET /a", b"", b"404", 0),
        (b"::1", b"POST /a", b"", b"200", 5),
        (b"::1", b"GET /b", b"", b"200", 7),
        (b"::1", NONE, b"", b"400", 1),
    ]
    tally = tally_of(columns_of(hits, []))
    assert (tally.lines, tally.hits, tally.unparsed, tally.ignored) == (5, 5, 0, 0)
    assert tally.size == 23
    assert tally.clients == {b"1.2.3.4": 2, b"::1": 3}
    assert tally.methods == {b"GET": 3, b"POST": 1, NO_METHOD: 1}
    assert tally.sections == {b"/a": 3, b"/b": 1, MALFORMED: 1}
    assert tally.section_bytes == {b"/a": 15, b"/b": 7, MALFORMED: 1}
    assert tally.statuses == {b"200": 3, b"404": 1, b"400": 1}
    assert tally.section_errors == {b"/a": 1, MALFORMED: 1}


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("methods", {b"GET": 1}),
        ("sections", {b"/a": 1}),
        ("section_bytes", {b"/a": 7}),
        ("section_errors", {b"/a": 1}),
        ("statuses", {b"404": 1}),
        ("failing", {b"404 /a/b": 1}),
        ("clients", {b"c": 1}),
        ("size", 7),
        ("different_sections", 1),
        ("different_clients", 1),
    ],
)
def test_each_question_is_answered_first(asked: str, answer: Any) -> None:
    tally = tally_of(columns_of([(b"c", b"GET /a", b"/b", b"404", 7)], []))
    assert getattr(tally, asked) == answer


def test_bytes_are_counted_right_however_many_sizes_there_are() -> None:
    hits = [(b"c", b"GET /", b"", b"200", n) for n in range(66_000)]
    tally = tally_of(columns_of(hits, []))
    assert tally.size == sum(range(66_000))
    tally.add_hits(columns_of(hits[-9:], []))
    assert tally.size == sum(range(66_000)) + sum(range(65_991, 66_000))


@pytest.mark.parametrize(
    ("status", "is_error"),
    [
        (b"-", False),
        (b"000", False),
        (b"099", False),
        (b"200", False),
        (b"399", False),
        (b"400", True),
        (b"404", True),
        (b"499", True),
        (b"500", True),
        (b"599", True),
        (b"600", False),
        (b"999", False),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) else "",
)
def test_errors_are_4xx_and_5xx_answers(status: bytes, is_error: bool) -> None:
    tally = tally_of(columns_of([(b"c", b"GET /a", b"/b", status, 1)], []))
    assert tally.statuses == {status: 1}
    assert tally.section_errors == ({b"/a": 1} if is_error else {})
    assert tally.failing == ({status + b" /a/b": 1} if is_error else {})


def test_failing_urls_are_counted_with_their_status() -> None:
    hits: list[Hit] = [
        (b"c", b"GET /a", b"/b", b"404", 0),
        (b"c", b"PUT /a", b"/b?x=1", b"404", 0),
        (b"c", b"GET /a", b"", b"404", 0),
        (b"c", b"GET /a", b"/b", b"500", 0),
        (b"c", NONE, b"", b"400", 0),
    ]
    assert tally_of(columns_of(hits, [])).failing == {
        b"404 /a/b": 2,
        b"404 /a": 1,
        b"500 /a/b": 1,
        b"400 (malformed)": 1,
    }


def test_lines_are_hits_and_unparsed_and_ignored_ones() -> None:
    tally = tally_of(
        columns_of(
            [(b"c", b"GET /", b"", b"200", 1)],
            [(0, "no time in it", b"a"), (0, IGNORED, b"b"), (1, IGNORED, b"c")],
        )
    )
    assert (tally.hits, tally.unparsed, tally.ignored, tally.lines) == (1, 1, 2, 4)


def test_the_sample_is_the_first_unparsed_line() -> None:
    first, second = Tally(), Tally()
    first.add_mark(IGNORED, b"#")
    assert first.sample is None
    second.add_mark("no time in it", b"x")
    second.add_mark("no status in it", b"y")
    assert second.sample == ("no time in it", b"x")
    third = Tally()
    third.add_mark("no time in it", b"z")
    assert sum_of(first, second, third).sample == ("no time in it", b"x")


def test_the_tally_of_a_sum_is_the_sum_of_the_tallies() -> None:
    for seed in range(100):
        r = random.Random(seed)
        a, b, c = (some_columns(r) for _ in range(3))
        late, misdated = r.randrange(5), r.randrange(5)
        first, second, third = tally_of(a, late), tally_of(b, 0, misdated), tally_of(c)
        whole = tally_of(a + b + c, late, misdated)
        assert known(sum_of(first, second, third)) == known(whole), f"seed {seed}"
        assert known(sum_of(first, sum_of(second, third))) == known(whole), (
            f"seed {seed}"
        )


def test_hits_may_be_added_in_any_pieces() -> None:
    for seed in range(60):
        r = random.Random(seed)
        columns = some_columns(r)
        at = r.randint(0, len(columns))
        tally = Tally()
        for part in (columns.cut(0, at), columns.cut(at, len(columns))):
            tally.add_hits(part)
        columns.marks = []
        assert known(tally) == known(tally_of(columns)), f"seed {seed}"


def test_counts_of_a_tally_agree_with_each_other() -> None:
    for seed in range(60):
        columns = some_columns(random.Random(seed))
        tally = tally_of(columns)
        assert tally.hits == len(columns), f"seed {seed}"
        assert tally.lines == len(columns) + len(columns.marks), f"seed {seed}"
        tables = tally.methods, tally.sections, tally.statuses, tally.clients
        for counts in tables:
            assert counts.total() == tally.hits, f"seed {seed}"
        assert tally.section_errors.total() == tally.failing.total(), f"seed {seed}"
        assert set(tally.section_errors) <= set(tally.sections), f"seed {seed}"
        assert tally.size == sum(int(text.split()[-1]) for text in columns.texts)


def test_adding_leaves_the_other_tally_as_it_was() -> None:
    other = tally_of(some_columns(random.Random(2)), 1, 2)
    before = Counter(other.sections), dict(known(other))
    total = sum_of(other, other)
    total.add_hits(some_columns(random.Random(3)))
    assert (other.sections, known(other)) == before


def test_a_tally_comes_back_from_its_snapshot() -> None:
    for seed in range(60):
        r = random.Random(seed)
        tally = tally_of(some_columns(r), r.randrange(3), r.randrange(3))
        text = json.dumps(tally.snapshot())
        assert known(Tally.restored(json.loads(text))) == known(tally), f"seed {seed}"


@cache
def crowded(seed: int, number: int = 40_000) -> list[Hit]:
    """Hits of too many clients and sections, with three heavy ones and odd methods between."""
    r = random.Random(seed)

    def chosen(form: bytes, most: int = 10**6) -> list[bytes]:
        return [form % each for each in r.choices(range(most), k=number)]

    methods = (b"GET", b"GET", b"POST", b"ODD%d" % r.randrange(9))
    given = r.choices(methods, k=number)
    names = [b" ".join(each) for each in zip(given, chosen(b"/%d"), strict=True)]
    heavy = r.choices((b"GET /heavy", NONE, None, None, None), k=number)
    columns = [
        r.choices((b"10.0.0.1", b"", b""), k=number),
        [
            name if each is None else each
            for each, name in zip(heavy, names, strict=True)
        ],
        chosen(b"/%d"),
        r.choices((b"200", b"200", b"404", b"500"), k=number),
        r.choices(range(1000), k=number),
    ]
    others = chosen(b"c%d")
    columns[0] = [a or b for a, b in zip(columns[0], others, strict=True)]
    return list(zip(*columns, strict=True))


def exact_counts(hits: list[Hit]) -> tuple[Counter[bytes], Counter[bytes]]:
    """Hits by client and by section, counted in another way."""
    sections = Counter(hit[1].partition(b" ")[2] or MALFORMED for hit in hits)
    return Counter(hit[0] for hit in hits), sections


def test_with_too_many_names_every_sum_is_exact_and_the_heaviest_are_right() -> None:
    for seed in range(2):
        hits = crowded(seed)
        tally = tally_of(columns_of(hits, []))
        clients, sections = exact_counts(hits)
        assert len(tally.sections) < len(sections), f"seed {seed}"
        assert len(tally.clients) < len(clients), f"seed {seed}"
        assert tally.sections.total() == tally.hits == len(hits), f"seed {seed}"
        assert tally.size == sum(hit[4] for hit in hits), f"seed {seed}"
        errors = [hit for hit in hits if hit[3] in (b"404", b"500")]
        assert tally.section_errors.total() == len(errors), f"seed {seed}"
        also = set(tally.section_errors) | set(tally.section_bytes)
        assert also <= set(tally.sections)
        for name in (b"/heavy", MALFORMED):
            assert tally.sections[name] == sections[name], f"seed {seed}"
        assert tally.clients[b"10.0.0.1"] == clients[b"10.0.0.1"], f"seed {seed}"
        assert abs(tally.different_sections - len(sections)) <= 0.02 * len(sections)
        assert abs(tally.different_clients - len(clients)) <= 0.02 * len(clients)


def test_with_too_many_names_the_usual_methods_are_exact() -> None:
    """A registered one is rare, and comes first: when few of each fit, it would go."""
    hits: list[Hit] = [(b"c", b"%b /x" % name, b"", b"200", 1) for name in METHODS]
    hits += [(b"c", NONE, b"", b"200", 1)]
    hits += [
        (b"c", b"M%d /x" % n, b"", b"200", 1) for n in range(2 * LOOK) for _ in "ab"
    ]
    found = tally_of(columns_of(hits, [])).methods
    assert {found[name] for name in (NO_METHOD, *METHODS)} == {1}
    assert found[b"(other)"] > 0
    assert found.total() == len(hits)
    assert len(found) <= MOST + LOOK


def test_a_section_that_is_asked_for_by_many_methods_is_right_all_the_same() -> None:
    hits: list[Hit] = [(b"c", b"M%d /x" % n, b"", b"404", 1) for n in range(LOOK + 7)]
    hits += [(b"c", b"GET /%d" % n, b"", b"200", 1) for n in range(2 * LOOK)]
    hits += [(b"c", b"GET /y", b"", b"200", 1)] * 100
    tally = tally_of(columns_of(hits, []))
    assert b"(other)" in tally.sections
    assert tally.sections[b"/x"] == tally.section_errors[b"/x"] == LOOK + 7
    assert tally.sections[b"/y"] == 100
    assert tally.failing == {b"404 /x": LOOK + 7}


def test_what_is_malformed_keeps_its_name() -> None:
    names = [b"GET /%d" % n for n in range(2 * LOOK) for _ in "ab"]
    hits: list[Hit] = [(b"c", name, b"", b"200", 1) for name in [NONE, *names]]
    tally = tally_of(columns_of(hits, []))
    assert tally.sections[MALFORMED] == tally.section_bytes[MALFORMED] == 1
    assert tally.sections[b"(other)"] > 0


def test_the_rest_goes_on_as_the_rest_when_all_others_have_more() -> None:
    snapshot = Tally().snapshot()
    names = {f"/{n}": 2 for n in range(MOST + 1)}
    snapshot["sections"]["counts"] = {"(other)": 1, **names}
    snapshot["section_bytes"] = {"(other)": 7, "/1": 9}
    snapshot["hits"] = 1 + 2 * (MOST + 1)
    tally = sum_of(Tally.restored(snapshot), Tally())
    assert tally.different_sections == MOST + 1
    assert tally.sections == {b"(other)": 1 + 2 * (MOST + 1)}
    assert tally.section_bytes == {b"(other)": 7 + 9}


def odd_methods(start: int, stop: int) -> Columns:
    hits = [(b"c", b"M%d /x" % n, b"", b"200", 1) for n in range(start, stop)]
    return columns_of(hits, [])


def test_who_asks_when_changes_nothing_where_methods_are_made_up() -> None:
    asked, unasked = Tally(), Tally()
    for start in (0, 6000, *[12_000] * 4):
        for tally in (asked, unasked):
            tally.add_hits(odd_methods(start, start + 6000))
        assert start > 6000 or asked.methods
    assert known(asked) == known(unasked)
    assert b"(other)" in asked.methods


def test_tallies_of_too_many_methods_do_not_add_exactly() -> None:
    first, half = tally_of(odd_methods(0, 9000)), MOST // 2
    assert first.adds_exactly(tally_of(odd_methods(9000, 9010)))
    assert not first.adds_exactly(tally_of(odd_methods(9000, 9000 + half)))


def test_each_of_so_many_sections_is_right_by_whatever_methods() -> None:
    hits: list[Hit] = [
        (b"c", b"%b /%d" % (method, n), b"", b"200", 1)
        for n in range(MOST)
        for method in (b"GET", b"PUT", b"M%d" % n)
    ]
    assert set(tally_of(columns_of(hits, [])).sections.values()) == {3}


def test_the_rest_is_no_section() -> None:
    snapshot = Tally().snapshot()
    snapshot["hits"] = 9
    snapshot["sections"]["counts"] = {"/a b": 1, "(other)": 6, "(malformed)": 1}
    assert Tally.restored(snapshot).different_sections == 2


def test_there_are_no_more_names_than_hits_whatever_their_hashes() -> None:
    hits: list[Hit] = [(b"c", b"GET /a", b"", b"200", 1)] * 9
    chosen = Distinct(range(100), below=100).snapshot()
    snapshot = tally_of(columns_of(hits, [])).snapshot()
    snapshot |= {"dropped_clients": chosen, "dropped_sections": chosen}
    tally = Tally.restored(snapshot)
    assert tally.different_clients == tally.different_sections == 9


def test_with_too_many_names_pieces_change_nothing() -> None:
    columns = columns_of(crowded(0), [])
    tally, r, start = Tally(), random.Random(7), 0
    while start < len(columns):
        stop = min(len(columns), start + r.choice((1, 50, 9_000)))
        tally.add_hits(columns.cut(start, stop))
        assert tally.size >= 0  # asking changes nothing
        start = stop
    assert known(tally) == known(tally_of(columns))
    assert known(Tally.restored(json.loads(json.dumps(known(tally))))) == known(tally)


def test_texts_that_wait_to_be_read_are_bounded() -> None:
    tally = Tally()
    for start in range(0, 6 * LOOK, 1000):
        hits = [
            (b"c", b"GET /%d" % n, b"", b"200", 1) for n in range(start, start + 1000)
        ]
        tally.add_hits(columns_of(hits, []))
        assert tally.names < MOST + 3 * LOOK


def test_texts_that_wait_are_bounded_in_bytes_too() -> None:
    tally, size = Tally(), 100_000
    for n in range(400):
        text = b'GET /%d%b HTTP/1.1" 200 1' % (n, b"x" * size)
        tally.add_hits(Columns([0], [b"c"], [text], long=[0]))
        assert tally.names * size < VOLUME + 3 * LOOK * LONG


@pytest.mark.parametrize("at_once", [True, False])
def test_a_few_long_names_among_many_usual_ones_are_pruned_by_their_bytes(
    at_once: bool,
) -> None:
    texts = [b'GET /%d%b HTTP/1.1" 200 1' % (n, b"x" * 100_000) for n in range(60)]
    texts += [b'GET / HTTP/1.1" 200 1'] * LOOK
    number = len(texts)
    columns = Columns([0] * number, [b"c"] * number, texts, long=list(range(60)))
    tally = Tally()
    for part in [columns] if at_once else columns.split(60):
        tally.add_hits(part)
    assert sum(map(len, tally.sections)) <= VOLUME


def test_texts_wait_for_hours_when_most_are_equal() -> None:
    columns = columns_of(
        [(b"c", b"GET /", b"", b"200", n % 999) for n in range(4 * LOOK)], []
    )
    tally = tally_of(columns)
    assert tally.names == 2 * 999 + 1
    assert tally.size == sum(n % 999 for n in range(4 * LOOK))
    assert tally.names == 1 + 1 + 1  # they were read when somebody asked


def test_with_too_many_names_the_sums_of_a_sum_are_exact() -> None:
    parts = [crowded(seed, 12_000) for seed in range(3)]
    total = sum_of(*(tally_of(columns_of(part, [])) for part in parts))
    assert total.sections.total() == total.hits == 36_000
    assert total.size == sum(hit[4] for part in parts for hit in part)
    sections = sum((exact_counts(part)[1] for part in parts), Counter())
    assert total.sections[b"/heavy"] == sections[b"/heavy"]
    assert (
        abs(total.different_clients - len({hit[0] for part in parts for hit in part}))
        < 480
    )
    assert len(total.sections) < 20_000
