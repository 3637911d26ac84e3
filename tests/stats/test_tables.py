"""The table of a report lists what its key says: each hit counts for one name, whatever the key."""

import json
import random
from collections import Counter
from collections.abc import Callable

import pytest
from support.hits import MALFORMED_HEAD

from monitor.formats import LONGEST_NAME, OTHER, Columns
from monitor.keys import KEYS, wanted
from monitor.stats import Tally
from monitor.stats.tally import PRUNE_EVERY

Row = dict[str, bytes]
VALUES = {
    "client": (b"::1", b"192.0.2.1", b"-"),
    "head": (b"GET /", b"GET /a", b"PUT /a", b"GET http://h/", MALFORMED_HEAD),
    "rest": (b"", b"/b", b"/c/d"),
    "status": (b"200", b"404", b"503", b"-"),
    "host": (b"example.org", b"example.com", b"-"),
    "agent": (b"curl/8.0", b"", b"\xff"),
    "referrer": (b"-", b"https://example.org/"),
}
NAMES: dict[str, Callable[[Row], bytes]] = {
    "section": lambda row: row["head"].split(b" ", 1)[1],
    "host": lambda row: row["host"],
    "client": lambda row: row["client"],
    "status": lambda row: row["status"],
    "method": lambda row: row["head"].split(b" ")[0] or b"(malformed)",
    "path": lambda row: row["head"].split(b" ", 1)[1] + row["rest"],
    "agent": lambda row: row["agent"] or b"-",
    "referrer": lambda row: row["referrer"],
}
"""The name of a hit by each key but the one of two columns, made in another way."""


def some_columns(r: random.Random, hits: int = 40) -> Columns:
    fields = {name: r.choices(values, k=hits) for name, values in VALUES.items()}
    sizes = r.choices((0, 5, None), k=hits)
    return Columns([0] * hits, {**fields, "size": sizes})


def rows_of(columns: Columns) -> list[Row]:
    names = list(columns.fields)
    hits = zip(*columns.fields.values(), strict=True)
    return [dict(zip(names, hit, strict=True)) for hit in hits]


def tally_of(columns: Columns, by: str) -> Tally:
    tally = Tally(by=by)
    tally.add_hits(columns)
    return tally


@pytest.mark.parametrize("by", NAMES)
def test_the_numbers_of_a_table_are_those_of_its_hits(by: str) -> None:
    for seed in range(2):
        columns = some_columns(random.Random(seed))
        hits, sizes, errors = Counter[bytes](), Counter[bytes](), Counter[bytes]()
        for row in rows_of(columns):
            name = NAMES[by](row)
            hits[name] += 1
            sizes[name] += int(row["size"] or 0)
            errors[name] += row["status"] in (b"404", b"503")
        table = tally_of(columns, by).values(99).table
        found = {row.name: (row.hits, *row.also) for row in table.rows}
        expected = {name: (hits[name], sizes[name], errors[name]) for name in hits}
        assert found == expected, f"seed {seed}"
        assert table.totals == (40, sizes.total(), errors.total())
        assert table.cardinality == len(hits)


@pytest.mark.parametrize(
    ("host", "head", "name"),
    [
        pytest.param(b"h", b"GET /a", b"h/a", id="a path"),
        pytest.param(b"-", b"GET /", b"-/", id="no host"),
        pytest.param(b"h", b"GET http://x/a", b"h http://x/a", id="a whole URL"),
        pytest.param(b"h", MALFORMED_HEAD, b"h (malformed)", id="a malformed request"),
    ],
)
def test_a_host_and_a_section_are_one_name(
    host: bytes, head: bytes, name: bytes
) -> None:
    assert KEYS["host+section"].name(host, head) == name


def test_a_column_that_is_absent_has_the_names_of_lines_that_do_not_log_it() -> None:
    columns = some_columns(random.Random(1))
    del columns.fields["host"], columns.fields["size"]
    rows = tally_of(columns, "host").values(9).table.rows
    assert [(row.name, row.hits, row.also[0]) for row in rows] == [(b"-", 40, 0)]


def test_a_long_name_is_cut() -> None:
    columns = some_columns(random.Random(1), hits=1)
    columns.fields |= {"head": [b"GET /" + b"a" * 400], "rest": [b"/" + b"b" * 400]}
    (row,) = tally_of(columns, "path").values(9).table.rows
    assert len(row.name) == LONGEST_NAME


@pytest.mark.parametrize("by", KEYS)
def test_tables_add_and_come_back_from_their_snapshot(by: str) -> None:
    for seed in range(2):
        r = random.Random(seed)
        first, second = some_columns(r), some_columns(r)
        whole = tally_of(first + second, by)
        total = tally_of(first, by)
        total.add(tally_of(second, by))
        assert total.snapshot() == whole.snapshot(), f"seed {seed}"
        restored = Tally(by=by)
        restored.restore(json.loads(json.dumps(whole.snapshot())))
        assert restored.values(99) == whole.values(99), f"seed {seed}"


@pytest.mark.parametrize("before", ["section", "status"])
def test_a_table_by_another_key_begins_with_the_sums_of_all_hits(before: str) -> None:
    columns = some_columns(random.Random(1))
    tally = Tally(by="client")
    tally.restore(tally_of(columns, before).snapshot())
    whole = tally_of(columns, "client").values(9).table
    table = tally.values(9).table
    assert table.totals == whole.totals and not table.rows
    assert table.other is not None and table.other.name == OTHER
    tally.add_hits(columns)
    table = tally.values(9).table
    assert table.rows == whole.rows
    assert table.totals == tuple(2 * total for total in whole.totals)


def test_a_table_of_nothing_begins_with_nothing() -> None:
    tally = Tally(by="client")
    tally.restore(Tally().snapshot())
    assert tally.values(9).table.other is None


def test_a_table_of_too_many_names_is_pruned_and_its_sums_stay_exact() -> None:
    hits, tally = PRUNE_EVERY, Tally(500, by="agent")
    columns = some_columns(random.Random(1), hits)
    columns.fields["agent"] = [b"%d" % n for n in range(hits)]
    tally.add_hits(columns)
    table = tally.values(9).table
    assert table.held <= 500 and table.cardinality == hits
    assert table.totals[0] == hits and table.other is not None
    assert not tally.has_room_for(tally_of(columns.cut(0, 1), "agent"))


@pytest.mark.parametrize(
    ("keys", "columns"),
    [
        pytest.param(["section", "client", "path"], set(), id="none"),
        pytest.param(["host", "referrer"], {"host", "referrer"}, id="some"),
        pytest.param(["host+section", "agent"], {"host", "agent"}, id="of two columns"),
    ],
)
def test_a_key_wants_the_columns_that_are_read_only_if_wanted(
    keys: list[str], columns: set[str]
) -> None:
    assert wanted(*keys) == columns
