"""The numbers of a report: in order of hits, then of names, and right in the odd cases."""

import random

import pytest

from monitor.formats.parser import IGNORED, Parser
from monitor.formats.requests import OTHER
from monitor.stats import statistics as stats
from monitor.stats.statistics import Section
from monitor.stats.tally import Tally

LINES = """\
1.1.1.1 - - [TIME] "GET /b/x HTTP/1.1" 200 10
1.1.1.1 - - [TIME] "GET /b?y HTTP/1.1" 404 20
2.2.2.2 - - [TIME] "POST /b HTTP/1.1" 500 -
2.2.2.2 - - [TIME] "GET /a HTTP/1.1" 301 1
3.3.3.3 - - [TIME] "GET /c/d?e HTTP/1.1" 404 2
3.3.3.3 - - [TIME] "HEAD /c/d?f HTTP/1.1" 404 3
1.1.1.1 - - [TIME] "-" 400 4
1.1.1.1 - - [TIME] "GET / HTTP/1.1" - 5
# comment
nonsense
"""


def tally_of(lines: str) -> Tally:
    tally = Tally()
    text = lines.replace("TIME", "10/Oct/2000:13:55:36 -0700").encode()
    columns = Parser().parse(text)
    tally.add_hits(columns)
    for _, reason, sample in columns.marks:
        tally.add_mark(reason, sample)
    return tally


TALLY = tally_of(LINES)


def test_sections_add_up_the_methods_of_each() -> None:
    assert stats.sections(TALLY) == [
        Section(b"/b", 3, 30, 2),
        Section(b"/c", 2, 5, 2),
        Section(b"(malformed)", 1, 4, 1),
        Section(b"/", 1, 5, 0),
        Section(b"/a", 1, 1, 0),
    ]


def test_the_section_of_what_is_not_kept_comes_last_and_beyond_the_most() -> None:
    tally = Tally()
    tally.hits = 19
    tally.sections.update({b"(other)": 10, b"/a": 4, b"/b": 5})
    tally.section_errors.update({b"(other)": 5, b"/b": 2})
    tally.section_bytes.update({b"(other)": 50, b"/a": 7})
    b, a = Section(b"/b", 5, 0, 2), Section(b"/a", 4, 7, 0)
    other = Section(b"(other)", 10, 50, 5)
    assert stats.sections(tally) == [b, a, other]
    assert stats.sections(tally, 1) == [b, other]
    assert stats.top_sections(tally, 1) == ([b, other], 1)
    assert stats.top_sections(tally, 2) == ([b, a, other], 0)
    assert stats.more_sections(tally, [b, other]) == Section(b"", 4, 7, 0)
    assert stats.more_sections(tally, [b, a, other]) == Section(b"", 0, 0, 0)
    assert stats.sections_total(tally) == 2


def test_methods_are_those_of_well_formed_requests() -> None:
    assert stats.methods(TALLY) == [(b"GET", 5), (b"HEAD", 1), (b"POST", 1)]


def test_statuses_are_told_with_none() -> None:
    assert stats.statuses(TALLY) == [
        (b"404", 3),
        (b"-", 1),
        (b"200", 1),
        (b"301", 1),
        (b"400", 1),
        (b"500", 1),
    ]


def test_status_classes_are_in_order_and_the_rest_comes_last() -> None:
    assert stats.status_classes(TALLY) == [
        ("2xx", 1),
        ("3xx", 1),
        ("4xx", 4),
        ("5xx", 1),
        ("other", 1),
    ]


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (b"100", "1xx"),
        (b"204", "2xx"),
        (b"399", "3xx"),
        (b"499", "4xx"),
        (b"599", "5xx"),
        (b"000", "other"),
        (b"600", "other"),
        (b"999", "other"),
        (b"-", "other"),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) else value,
)
def test_a_status_has_a_class(status: bytes, name: str) -> None:
    tally = Tally()
    tally.statuses[status] = 7
    assert stats.status_classes(tally) == [(name, 7)]


def test_failing_urls_come_with_the_most_frequent_first() -> None:
    assert stats.failing(TALLY, 9) == [
        ((b"404", b"/c/d"), 2),
        ((b"400", b"(malformed)"), 1),
        ((b"404", b"/b"), 1),
        ((b"500", b"/b"), 1),
    ]
    assert stats.failing(TALLY, 1) == [((b"404", b"/c/d"), 2)]


def test_the_plain_numbers_are_told() -> None:
    TALLY.late, TALLY.misdated = 3, 2
    assert stats.numbers(TALLY) == {
        "lines": 10,
        "hits": 8,
        "unparsed": 1,
        "ignored": 1,
        "late": 3,
        "misdated": 2,
        "bytes": 45,
        "clients": 3,
    }
    assert stats.errors(TALLY) == 5
    assert stats.clients(TALLY) == 3


def test_of_nothing_all_numbers_are_0() -> None:
    nothing = Tally()
    assert set(stats.numbers(nothing).values()) == {0}
    assert stats.errors(nothing) == 0
    for lists in (stats.sections, stats.methods, stats.statuses, stats.status_classes):
        assert list(lists(nothing)) == []
    assert stats.failing(nothing, 9) == []


def test_lines_that_are_no_hits_are_in_no_statistic() -> None:
    tally = Tally()
    tally.add_mark(IGNORED, b"#")
    tally.add_mark("no time in it", b"x")
    assert stats.sections(tally) == []
    assert stats.numbers(tally)["lines"] == 2


@pytest.mark.parametrize(
    ("most", "names"),
    [(None, [b"d", b"a", b"b", b"c"]), (2, [b"d", b"a"]), (0, []), (9, 4 * [b""])],
    ids=["all", "two", "none", "more than there are"],
)
def test_the_largest_come_first_and_equal_ones_by_name(
    most: int | None, names: list[bytes]
) -> None:
    found = stats.largest({b"c": 1, b"b": 2, b"a": 2, b"d": 9}, most)
    assert len(found) == len(names)
    if most != 9:
        assert [name for name, _ in found] == names


def test_the_order_does_not_depend_on_what_came_first() -> None:
    for seed in range(100):
        r = random.Random(seed)
        items = [(b"%d" % name, r.randrange(4)) for name in range(20)]
        expected = stats.largest(dict(items))
        r.shuffle(items)
        assert stats.largest(dict(items)) == expected, f"seed {seed}"
        for most in range(22):
            assert stats.largest(dict(items), most) == expected[:most], f"seed {seed}"
        pairs = [(-number, name) for name, number in expected]
        assert pairs == sorted(pairs), f"seed {seed}"


def test_the_order_of_lines_changes_no_statistic() -> None:
    lines = LINES.splitlines(keepends=True)
    for seed in range(30):
        random.Random(seed).shuffle(lines)
        tally = tally_of("".join(lines))
        for statistic in (stats.sections, stats.methods, stats.statuses):
            assert statistic(tally) == statistic(TALLY), f"seed {seed}"


def test_of_methods_that_are_made_up_only_the_most_frequent_are_listed() -> None:
    tally = Tally()
    counts = {b"A": 5, b"B": 4, b"C": 3, b"D": 2, b"GET": 1, b"LINK": 1}
    tally.methods.update(counts)
    listed = stats.methods(tally, 2)
    assert listed == [(b"(other)", 5), (b"A", 5), (b"B", 4), (b"GET", 1), (b"LINK", 1)]
    tally.methods[OTHER] = 10
    assert stats.methods(tally, 2)[0] == (OTHER, 15)
    assert dict(stats.methods(tally, 4)) == {**counts, OTHER: 10}
    assert dict(stats.methods(tally)) == {**counts, OTHER: 10}


def test_sections_methods_and_statuses_add_up_to_the_hits() -> None:
    hits = sum(section.hits for section in stats.sections(TALLY))
    assert hits == TALLY.hits
    assert sum(number for _, number in stats.statuses(TALLY)) == TALLY.hits
    assert sum(number for _, number in stats.status_classes(TALLY)) == TALLY.hits
    assert sum(section.bytes for section in stats.sections(TALLY)) == TALLY.size
    assert sum(s.errors for s in stats.sections(TALLY)) == stats.errors(TALLY)


def test_asking_changes_nothing() -> None:
    tally = tally_of(LINES)
    before = tally.snapshot()
    for statistic in (stats.sections, stats.methods, stats.statuses, stats.numbers):
        statistic(tally)
    stats.failing(tally, 3)
    assert tally.snapshot() == before


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 4, 0.25), (4, 4, 1.0), (0, 4, 0.0), (0, 0, 0.0)]
)
def test_a_share_is_between_0_and_1(part: int, whole: int, share: float) -> None:
    assert stats.share(part, whole) == share


@pytest.mark.parametrize(
    ("rate", "before", "change"),
    [
        (15.0, 10.0, 0.5),
        (5.0, 10.0, -0.5),
        (10.0, 10.0, 0.0),
        (0.0, 10.0, -1.0),
        (10.0, 0.0, None),
        (10.0, None, None),
        (0.0, 0.0, None),
    ],
)
def test_a_change_needs_something_before(
    rate: float, before: float | None, change: float | None
) -> None:
    assert stats.change(rate, before) == change
