"""Columns of hits and their marks: parts add up to the whole, whatever is cut, added or saved."""

import json
import random

import pytest

from monitor.formats import Columns
from monitor.formats.columns import FIELDS, IGNORED, MISSING, Mark

HITS = (b"c0", b"c1", b"c2", b"c3")
OPTIONAL: dict[str, list[object]] = {
    "seconds": [0.0, 0.25, 3.0, None],
    "host": [b"example.org", b"-"],
    "agent": [b"curl/8.0", b"\xff", b"-"],
    "referrer": [b"/", b"-"],
}


def columns_of(clients: tuple[bytes, ...], marks: list[Mark] | None = None) -> Columns:
    """Return a hit for each client; the other fields of a hit differ by hit, too."""
    number = len(clients)
    fields = {
        "client": list(clients),
        "head": [b"GET /" + client for client in clients],
        "rest": [b"/\xff" + client for client in clients],
        "status": [b"%d" % (200 + n) for n in range(number)],
        "size": list(range(number)),
    }
    return Columns(list(range(number)), fields, list(marks or []))


def some_columns(r: random.Random) -> Columns:
    clients = tuple(b"%d" % r.randrange(9) for _ in range(r.randint(0, 6)))
    places = sorted(r.choices(range(len(clients) + 1), k=r.randint(0, 5)))
    marks = [Mark(place, IGNORED, r.randbytes(3)) for place in places]
    columns = columns_of(clients, marks)
    for name in r.sample(list(OPTIONAL), r.randint(0, len(OPTIONAL))):
        columns.fields[name] = [r.choice(OPTIONAL[name]) for _ in clients]
    if r.random() < 0.3:
        del columns.fields["size"]
    return columns


def rows_of(columns: Columns) -> list[tuple[object, ...]]:
    """Return the fields of each hit, with the values of fields that are absent."""
    absent = {name: [value] * len(columns) for name, value in MISSING.items()}
    return list(zip(columns.epochs, *(absent | columns.fields).values(), strict=True))


def test_columns_of_nothing_are_empty_and_not_shared() -> None:
    first, second = Columns(), Columns()
    assert first.is_empty and len(first) == 0
    first.extend(columns_of(HITS))
    assert second == Columns() and list(second.fields) == list(FIELDS)


def test_columns_with_only_a_mark_are_not_empty() -> None:
    columns = Columns(marks=[Mark(0, IGNORED, b"")])
    assert len(columns) == 0 and not columns.is_empty


def test_columns_are_equal_when_every_field_and_mark_is() -> None:
    assert columns_of(HITS) == columns_of(HITS)
    assert columns_of(HITS) != columns_of(HITS, [Mark(1, IGNORED, b"")])
    for name in FIELDS:
        other = columns_of(HITS)
        other[name][2] = other[name][1]
        assert columns_of(HITS) != other, name


def test_a_cut_takes_hits_without_marks() -> None:
    columns = columns_of(HITS, [Mark(n, IGNORED, b"%d" % n) for n in range(5)])
    cut = columns.cut(1, 3)
    assert cut.epochs == [1, 2]
    assert [cut[name] for name in FIELDS] == [columns[name][1:3] for name in FIELDS]
    assert cut.marks == []


def test_a_cut_of_all_hits_is_no_copy() -> None:
    columns = columns_of(HITS)
    assert columns.cut(0, 4) is columns


def test_a_mark_goes_with_the_hits_before_it() -> None:
    marks = [Mark(n, IGNORED, b"%d" % n) for n in range(5)]
    first, second = columns_of(HITS, marks).split(2)
    assert first.marks == marks[:3]
    assert second.marks == [Mark(1, IGNORED, b"3"), Mark(2, IGNORED, b"4")]


def test_the_parts_of_split_columns_add_up() -> None:
    for seed in range(80):
        columns = some_columns(random.Random(seed))
        for at in range(len(columns) + 1):
            first, second = columns.split(at)
            assert len(first) == at, f"seed {seed}"
            assert first + second == columns, f"seed {seed}, at {at}"
            assert all(mark.hits_before > 0 for mark in second.marks), f"seed {seed}"


def test_hits_with_a_flag_are_parted_from_all_other_lines() -> None:
    columns = columns_of(HITS, [Mark(n, IGNORED, b"%d" % n) for n in range(5)])
    others, flagged = columns.parted([True, False, False, True])
    assert (others.epochs, flagged.epochs) == ([1, 2], [0, 3])
    assert [others[name] for name in FIELDS] == [columns[name][1:3] for name in FIELDS]
    assert flagged["client"] == [b"c0", b"c3"] and not flagged.marks
    places = [(mark.hits_before, mark.sample) for mark in others.marks]
    assert places == [(0, b"0"), (0, b"1"), (1, b"2"), (2, b"3"), (2, b"4")]


def test_a_sum_leaves_its_parts_as_they_were() -> None:
    for seed in range(40):
        r = random.Random(seed)
        a, b, c = (some_columns(r) for _ in "abc")
        before = [each.snapshot() for each in (a, b, c)]
        before = json.loads(json.dumps(before))
        assert (a + b) + c == a + (b + c), f"seed {seed}"
        after = [each.snapshot() for each in (a, b, c)]
        assert json.loads(json.dumps(after)) == before, f"seed {seed}"


def test_columns_that_are_extended_are_the_sum() -> None:
    for seed in range(40):
        r = random.Random(seed)
        first, second = some_columns(r), some_columns(r)
        both = first + second
        extended = columns_of(()) + first.split(len(first))[0]
        extended.extend(second)
        assert extended == both, f"seed {seed}"


@pytest.mark.parametrize("first_lacks", [True, False], ids=["first", "second"])
@pytest.mark.parametrize("name", MISSING)
def test_a_sum_has_each_field_that_a_part_has(name: str, first_lacks: bool) -> None:
    without, having = columns_of(HITS[:1]), columns_of(HITS[1:])
    without.fields.pop(name, None)
    having.fields[name] = values = [b"x", b"y", b"z"]
    lacking = [MISSING[name]]
    if first_lacks:
        assert (without + having)[name] == lacking + values
    else:
        assert (having + without)[name] == values + lacking


@pytest.mark.parametrize("name", FIELDS)
def test_columns_without_a_hit_bring_no_field(name: str) -> None:
    columns = columns_of(HITS)
    fields = set(columns.fields) - {name}
    del columns.fields[name]
    only_marks = Columns(marks=[Mark(0, IGNORED, b"")])
    assert set((columns + only_marks).fields) == fields
    assert set((only_marks + columns).fields) == fields


def test_the_hits_of_a_sum_are_the_hits_of_its_parts() -> None:
    for seed in range(80):
        r = random.Random(seed)
        parts = [some_columns(r) for _ in "abc"]
        whole = parts[0] + parts[1] + parts[2]
        hits = [row for part in parts for row in rows_of(part)]
        assert [row[1:] for row in rows_of(whole)] == [row[1:] for row in hits], seed
        assert whole.epochs == [epoch for part in parts for epoch in part.epochs]


def test_marks_are_taken_once_and_in_order() -> None:
    marks = [Mark(n, IGNORED, b"%d" % n) for n in (0, 0, 2, 3, 4)]
    columns = columns_of(HITS, marks)
    assert columns.take_marks(0) == marks[:2]
    assert columns.take_marks(1) == []
    assert columns.take_marks(3) == marks[2:4]
    assert columns.marks == marks[4:]


def test_columns_come_back_from_their_snapshot() -> None:
    for seed in range(40):
        columns = some_columns(random.Random(seed))
        text = json.dumps(columns.snapshot())
        assert Columns.restored(json.loads(text)) == columns, f"seed {seed}"
