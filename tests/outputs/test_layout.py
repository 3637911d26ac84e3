"""Text fits into the columns of a terminal, whatever its characters are."""

import pytest

from monitor.outputs.layout import (
    ASCII_BARS,
    BARS,
    Part,
    cell,
    columns,
    fit,
    fit_end,
    fixed,
    labelled,
    lay_out,
    pad,
    sparkline,
)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("abc", 3, id="ASCII"),
        pytest.param("日本", 4, id="wide"),
        pytest.param("e\u0301", 1, id="combining"),
        pytest.param("a\u20dd", 1, id="enclosed"),
        pytest.param("\x1b[31mred\x1b[0m", 3, id="coloured"),
        pytest.param("\x1b[1m日\x1b[0m", 2, id="wide and coloured"),
    ],
)
def test_a_text_has_the_columns_that_a_terminal_shows(text: str, width: int) -> None:
    assert columns(text) == width
    assert pad(text, 5) == text + " " * (5 - width)


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        pytest.param("abcdef", "abcdef", id="fits"),
        pytest.param("abcdefg", "abc...", id="too long"),
        pytest.param("日本語", "日本語", id="wide, fits"),
        pytest.param("日本語語", "日...", id="wide, too long"),
        pytest.param("a" * 10**6, "aaa...", id="a million"),
        pytest.param("e\u0302\u0301" * 9, "e\u0302\u0301" * 3 + "...", id="marks"),
    ],
)
def test_a_text_is_fitted_into_six_columns(text: str, fitted: str) -> None:
    assert fit(text, 6) == fitted


@pytest.mark.parametrize(
    ("number", "written"),
    [
        pytest.param(0, "         0", id="zero"),
        pytest.param(9_999_999, " 9,999,999", id="the largest that fits"),
        pytest.param(10_000_000, "     10.0M", id="one more"),
    ],
)
def test_a_count_stands_apart_from_what_is_before_it(number: int, written: str) -> None:
    assert cell(number, 10) == written


@pytest.mark.parametrize(
    ("widths", "width"),
    [
        pytest.param([71], 71, id="one part that just fits"),
        pytest.param([72], 71, id="one part that is shortened"),
        pytest.param([30, 39], 71, id="two that just fit"),
        pytest.param([30, 40, 1], 30, id="the second does not fit, nor what follows"),
        pytest.param([], 0, id="no part"),
    ],
)
def test_a_row_drops_its_parts_from_the_right(widths: list[int], width: int) -> None:
    row = labelled("label", ["x" * width for width in widths])
    assert (row[:9], len(row)) == ("label    ", 9 + width)


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        pytest.param("/a/b/c", "/a/b/c", id="fits"),
        pytest.param("/logs/a", "...s/a", id="too long"),
        pytest.param("日本語語", "...語", id="wide"),
        pytest.param("aae\u0301bcdef", "...def", id="no mark without its letter"),
    ],
)
def test_a_path_is_shortened_at_its_beginning(text: str, fitted: str) -> None:
    assert fit_end(text, 6) == fitted


def table(most: int, least: int) -> Part:
    """Return a table with a title, whose last row stands for the rows that are left out."""
    more = ["more"]
    return Part(most, least, lambda n: ["title", *"x" * n, *(more if n < most else [])])


@pytest.mark.parametrize(
    ("height", "rows"),
    [
        pytest.param(20, (10, 5), id="there is room for all"),
        pytest.param(18, (10, 5), id="there is just room for all"),
        pytest.param(17, (8, 5), id="the table loses a row more, for the rest"),
        pytest.param(12, (3, 5), id="the table has its least rows"),
        pytest.param(11, (3, 3), id="then the last part loses rows"),
        pytest.param(7, (3, 0), id="all have their least rows"),
        pytest.param(1, (3, 0), id="there is not enough room"),
    ],
)
def test_the_first_parts_lose_rows_first(height: int, rows: tuple[int, int]) -> None:
    parts = [fixed("head"), table(10, 3), table(5, 0)]
    found = lay_out(parts, height)
    first, last = " ".join(found[1:]).split("title")[1:]
    assert (first.count("x"), last.count("x")) == rows
    assert found[0] == "head"
    assert len(found) <= max(height, 8)


@pytest.mark.parametrize(
    ("series", "top", "drawn"),
    [
        pytest.param([], 10.0, "", id="nothing"),
        pytest.param([0, 0], 0.0, "  ", id="silence at threshold 0"),
        pytest.param([0, 1, 2, 3, 4, 5, 6, 7, 8], 8.0, " .:-=+*#@", id="every step"),
        pytest.param([0.001], 1000.0, ".", id="something is never drawn as nothing"),
        pytest.param([4, 8], 16.0, ":=", id="against the threshold"),
    ],
)
def test_numbers_are_drawn_as_bars(series: list[float], top: float, drawn: str) -> None:
    assert sparkline(series, ASCII_BARS, top) == drawn
    assert sparkline(series, BARS, top) == drawn.translate(
        str.maketrans(ASCII_BARS, BARS)
    )
