"""The rankings of a report: a row for most, and a table of the sections."""

from itertools import takewhile

import pytest
from support.reports import (
    BUSY,
    HIT,
    line_of,
    report_of,
    text_of,
    values_of,
)

from monitor.stats import Ranked, RankedName, Values


def table_of(text: str) -> list[str]:
    """Return the rows of the table of sections, which fill the width of the text."""
    rows = text.partition("   errors\n")[2].splitlines()
    return list(takewhile(lambda row: len(row) == 80, rows))


@pytest.mark.parametrize(
    ("hits", "words"),
    [
        pytest.param(9, " 2xx 9 (25%)  4xx 9 (25%)  5xx 9 (25%)  - 9 (25%)", id="few"),
        pytest.param(
            12_345_678,
            " 2xx 12.3M (25%)  4xx 12.3M (25%)  5xx 12.3M (25%)  - 12.3M (25%)",
            id="many",
        ),
    ],
)
def test_the_classes_of_status_stand_in_one_row(hits: int, words: str) -> None:
    rows = [(("GET /", "", s, 1, "::1"), hits) for s in ["200", "404", "503", "-"]]
    assert line_of(report_of(values_of(*rows, most=1)), "status").endswith(words)


def test_unusual_classes_of_status_are_dropped_first() -> None:
    statuses = ["101", "200", "301", "404", "503", "999", "-"]
    rows = [(("GET /", "", status, 1, "::1"), 12_345_678) for status in statuses]
    line = line_of(report_of(values_of(*rows)), "status")
    assert line.split()[1::3] == ["2xx", "3xx", "4xx", "5xx"]
    assert "errors 29%" in text_of(report_of(values_of(*rows)))


def by_methods(names: list[str], hits: int) -> Values:
    return values_of(*(((f"{name} /", "", "200", 0, "c"), hits) for name in names))


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(1, id="one"),
        pytest.param(5, id="as many as fit"),
        pytest.param(6, id="one more"),
        pytest.param(41, id="many"),
        pytest.param(201, id="more than are listed"),
    ],
)
def test_methods_that_do_not_fit_are_shown_as_their_number(number: int) -> None:
    names = [f"METHOD{n}" for n in range(number)]
    line = line_of(report_of(by_methods(names, 2)), "methods")
    assert len(line) <= 80
    words = line.split()[1:]
    shown = [word for word in words if word in names]
    numbers = [word.replace(",", "") for word in words]
    assert sum(int(word) for word in numbers if word.isdigit()) == 2 * number
    left = number - len(shown)
    assert (f"({left} more)" in line) == (left > 0)
    assert len(shown) >= min(number, 4)


def test_as_many_methods_as_fit_are_shown() -> None:
    names = [*"ABCDEFGHIJKLMN"]
    line = line_of(report_of(by_methods(names, 1)), "methods")
    assert line.split()[1:] == [word for name in names for word in (name, "1")]


def test_dropped_methods_are_one_of_the_methods_that_do_not_fit() -> None:
    values = by_methods(["GET"], 100)
    rows = [RankedName(b"METHOD%d" % n, 4) for n in range(20)]
    other = RankedName(b"(other)", 20)
    values.rankings["methods"] = Ranked(rows, 20, 20, (100,), other)
    line = line_of(report_of(values), "methods")
    assert line.endswith("METHOD4 4  (16 more) 80")


@pytest.mark.parametrize(
    ("top", "rest"),
    [
        pytest.param(1, 6, id="one is listed"),
        pytest.param(3, 4, id="some are listed"),
        pytest.param(6, 1, id="all but one"),
        pytest.param(7, 0, id="as many as there are"),
        pytest.param(8, 0, id="more than there are"),
    ],
)
def test_sections_beyond_the_top_are_added_up(top: int, rest: int) -> None:
    table = table_of(text_of(report_of(BUSY), top=top))
    names = ["/api", "/static", "/images", "/admin", "(malformed)", "*", "/"][:top]
    more = [f"({rest} more)"] if rest else []
    assert [row[:42].strip() for row in table] == names + more
    assert sum(int(row[42:52].replace(",", "")) for row in table) == BUSY.hits
    assert sum(int(row[-9:]) for row in table) == BUSY.errors


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        pytest.param(80, 80, id="as wide as the terminal"),
        pytest.param(200, 120, id="not so wide that an eye loses its row"),
    ],
)
def test_the_table_is_as_wide_as_the_terminal_up_to_120_columns(
    width: int, columns: int
) -> None:
    lines = text_of(report_of(BUSY), width=width).splitlines()
    assert [len(line) for line in lines[6:9]] == [columns] * 3


def with_other(rows: list[RankedName], different: int = 3) -> Values:
    """Return the values of 100 hits; the table held only these sections."""
    other = RankedName(b"(other)", 100 - sum(row.hits for row in rows), (5, 6))
    totals = (100, 5 + sum(row.also[0] for row in rows), 16)
    sections = Ranked(rows, len(rows), different, totals, other)
    nobody = Ranked([], 0, 100, (0,))
    values = values_of((HIT, 100))
    return values._replace(
        rankings={
            **values.rankings,
            "sections": sections,
            "clients": nobody,
            "failing": nobody,
        }
    )


def test_the_hits_of_dropped_sections_stand_last() -> None:
    names = [(b"/a", 30, (1, 0)), (b"/b", 20, (2, 4)), (b"/c", 10, (3, 6))]
    values = with_other([RankedName(*each) for each in names])
    assert [row.split() for row in table_of(text_of(report_of(values), top=1))] == [
        ["/a", "30", "30%", "1", "B", "0"],
        ["(2", "more)", "30", "30%", "5", "B", "10"],
        ["(other)", "40", "40%", "5", "B", "6"],
    ]


def test_rankings_of_which_no_name_is_held_are_no_lines() -> None:
    text = text_of(report_of(with_other([])))
    assert f"(other){100:>45}    100%" in text
    assert "\nclients" not in text and "\nfailing" not in text
    assert "more)" not in text


def test_a_count_of_hits_stands_apart_from_the_bytes_and_errors() -> None:
    values = values_of((("GET /a", "", "404", 1, "::1"), 1_000_000))
    row = line_of(report_of(values), "/a").split()
    assert row == ["/a", "1,000,000", "100%", "1.0", "MB", "1.0M"]
