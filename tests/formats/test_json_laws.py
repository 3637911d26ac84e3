"""The laws of JSON lines: blocks are parsed as lines, in a time that is linear in their length."""

import random
import re
from functools import partial

import pytest
from support.jsonlines import WRITERS
from support.linear import is_linear, repeated

from monitor.formats.hits import Hit, Table
from monitor.formats.json_lines import JsonLines, envelope_in

LINES = [line for line, _ in WRITERS.values()]
VALUES = (
    *("null", "true", "0", "-0", "-0.0", "1", "1.0", "007", "200.0", "1e3", "NaN", "-"),
    *("", '""', '"-"', '"200"', '"000"', '"0.5"', '"+7"', '"9999999999999999999"'),
    *('"\\u0041"', '"a\\"b"', r'"\x16"', '"\\ud800"', '"é"', '"GET /a/b HTTP/1.1"'),
    *('"/a?b=/c"', "[1]", "{}", '{"uri":"/a"}', "1" * 30, '"²"', '"٣"', "1.5, 2.5"),
    *("1772368496123", '"2026-02-31 12:34:56"'),
)
VALUE = re.compile(r'(?<=":)(?:"(?:[^"\\]|\\.)*"|[^",{}\[\]]+)')
BYTES = [bytes([byte]) for byte in b'"\\,{}[: \t\r0\xff\x01']


def mutated(r: random.Random, line: str) -> bytes:
    if r.random() < 0.4:
        places = [match.span() for match in VALUE.finditer(line)]
        start, stop = r.choice(places)
        line = line[:start] + r.choice(VALUES) + line[stop:]
    if r.random() < 0.1:
        first, second = r.choice(LINES), r.choice([",", ", ", "", "x", "\r", "}"])
        line = r.choice([line + second, f"[{line}]", f" {line}", line + second + first])
    data = line.encode()
    if r.random() < 0.2:
        at = r.randrange(len(data) + 1)
        data = data[:at] + r.choice([*BYTES, b"\n"]) + data[at + r.randrange(2) :]
    return data[: r.randrange(len(data))] if r.random() < 0.05 else data


def hit_at(table: Table, place: int) -> Hit:
    values = {name: column[place] for name, column in table.columns.items()}
    return Hit(values.pop("epoch"), **values)


def assert_alike(form: JsonLines, lines: list[bytes], where: str) -> int:
    """Assert that a block is parsed as its lines are; return the number of hits."""
    shape, hits = form.shape_of(lines[0]), 0
    assert shape is not None
    table = shape.parse(b"".join(line + b"\n" for line in lines))
    for place, line in enumerate(lines):
        due = form.take(line.removesuffix(b"\r"))
        odd = line if table is None else table.odd.get(place)
        assert odd == (None if isinstance(due, Hit) else line), f"{where}: {line!r}"
        if table and odd is None:
            assert hit_at(table, place) == due, f"{where}: {line!r}"
            hits += 1
    return hits


@pytest.mark.usefixtures("untraced")
def test_a_block_of_random_lines_is_parsed_as_its_lines_are() -> None:
    form, hits = JsonLines(), 0
    for seed in range(80):
        r = random.Random(seed)
        usual = r.choice(LINES)
        lines = [mutated(r, r.choice([usual] * 100 + LINES)) for _ in range(20)]
        ended = b"\n".join(line + r.choice([b"", b"\r"]) for line in lines)
        for _ in range(2):  # the second time by the pattern of the first
            hits += assert_alike(form, ended.split(b"\n"), f"seed {seed}")
    assert hits > 2000


@pytest.mark.parametrize("name", ["nginx", "envoy", "cloudflare", "cloudfront 2"])
def test_each_value_of_each_key_in_a_block_is_parsed_as_in_a_line(name: str) -> None:
    usual = WRITERS[name][0]
    form = JsonLines()
    for match in VALUE.finditer(usual):
        for value in VALUES:
            line = usual[: match.start()] + value + usual[match.end() :]
            lines = [each.encode() for each in (usual, line, usual)]
            assert_alike(form, lines, value)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", ["nginx", "envoy"])
def test_no_value_runs_over_the_end_of_a_line(name: str) -> None:
    form, usual = JsonLines(), WRITERS[name][0].encode()
    for at in range(1, len(usual)):
        lines = [usual, usual, usual[:at], usual[at:], usual, usual]
        assert_alike(form, lines, f"cut at byte {at}")


@pytest.mark.parametrize("line", LINES, ids=WRITERS)
def test_a_hit_is_no_envelope(line: str) -> None:
    assert envelope_in(line.encode()) is None


@pytest.mark.parametrize("wanted", [(), ("host",), ("referrer", "agent")])
def test_a_table_has_the_columns_that_are_wanted(wanted: tuple[str, ...]) -> None:
    shape = JsonLines(wanted).shape_of(b"")
    assert shape is not None
    table = shape.parse(LINES[0].encode() + b"\n")
    assert table is not None
    assert {"host", "agent", "referrer"} & table.columns.keys() == set(wanted)


def test_a_block_without_a_hit_is_parsed_line_by_line() -> None:
    shape = JsonLines().shape_of(b"")
    assert shape is not None
    assert shape.parse(b"{}\nx\n\n") is None


def test_a_block_of_few_usual_lines_among_unparsed_ones_is_parsed() -> None:
    form, usual = JsonLines(), WRITERS["nginx"][0].encode()
    assert assert_alike(form, [usual] * 4, "the pattern is chosen") == 4
    assert assert_alike(form, [usual, b"{}", b"{}", usual, b"{}"], "few") == 2


UNITS = (
    *('{"', '"', "\\", '\\"', "{", "[", '{"a":', '"a":-,', '"a":"b",', ",", " ", '":'),
    *("-", "1", "\\x16", "}", ", ", '"a":1, ', "\t{", "é", "1, 2 : ", "5ms", "'"),
)
FRONTS = {
    "a time": '{"time":',
    "a key": '{"a":"x","b":',
    "nothing": "",
    "a request time": '{"duration":"',
    "a console": "2026/03/01 12:34:56\tINFO\t",
    "no value": '{"a":-,',
}


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
def test_no_line_takes_more_time_than_its_length_is_worth(front: str) -> None:
    for unit in UNITS:
        text = partial(repeated, unit.encode(), front=front.encode())
        assert is_linear(read_in_all_ways, text), unit


def read_in_all_ways(data: bytes) -> None:
    form, usual = JsonLines(), LINES[4].encode()
    shape = form.shape_of(data)
    assert shape is not None
    form.take(data)
    envelope_in(data)
    shape.parse(usual + b"\n" + data + b"\n")
    shape.parse(data + b"\n" + usual + b"\n")
