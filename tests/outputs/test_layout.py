"""Text fits into the columns of a terminal, whatever its characters are."""

import pytest

from monitor.outputs.layout import (
    ASCII_BARS,
    BARS,
    cell,
    columns,
    fit,
    labelled,
    labelled_lines,
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
    ("widths", "lines"),
    [
        pytest.param([71], [71], id="one part that just fits"),
        pytest.param([72], [72], id="one part that does not"),
        pytest.param([30, 39], [71], id="two that just fit"),
        pytest.param([30, 40, 29], [30, 71], id="the second goes to the next line"),
        pytest.param([30, 40, 30], [30, 40, 30], id="each on a line of its own"),
    ],
)
def test_parts_stand_after_their_label_on_as_many_lines_as_they_need(
    widths: list[int], lines: list[int]
) -> None:
    parts = ["x" * width for width in widths]
    found = labelled_lines("label", parts)
    assert [len(line) - 9 for line in found] == lines
    assert [line[:9] for line in found] == ["label    ", *[" " * 9] * (len(lines) - 1)]
    assert labelled("label", parts) == found[0]


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
