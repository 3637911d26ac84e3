"""What the text of a report says, line by line."""

import re
from fractions import Fraction
from itertools import takewhile

import pytest
from support.reports import (
    AT,
    BUSY,
    HIT,
    RULE,
    alerts_of,
    line_of,
    report_of,
    summary_of,
    text_of,
    values_of,
)

from monitor.core import Notice
from monitor.core.events import WindowReading
from monitor.outputs import Style
from monitor.outputs.layout import BARS, sparkline
from monitor.outputs.messages import alert_message
from monitor.stats import Ranked, RankedName, Values


def table_of(text: str) -> list[str]:
    """Return the rows of the table of sections, which fill the width of the text."""
    rows = text.partition("   errors\n")[2].splitlines()
    return list(takewhile(lambda row: len(row) == 80, rows))


def test_a_notice_is_no_part_of_the_text() -> None:
    assert text_of(Notice("access.log was rotated")) == ""


@pytest.mark.parametrize(
    ("hits", "before", "words"),
    [
        pytest.param(50, None, "5.00/s", id="first report"),
        pytest.param(50, 5.0, "5.00/s (+0%)", id="no change"),
        pytest.param(50, 4.0, "5.00/s (+25%)", id="more"),
        pytest.param(50, 10.0, "5.00/s (-50%)", id="less"),
        pytest.param(50, 0.1, "5.00/s (+50x)", id="many times"),
        pytest.param(50, 0.0, "5.00/s", id="after nothing"),
        pytest.param(50, 5.001, "5.00/s (-<0.1%)", id="hardly less"),
    ],
)
def test_the_rate_is_shown_with_its_change(
    hits: int, before: float | None, words: str
) -> None:
    report = report_of(values_of((HIT, hits)), previous_rate=before)
    expected = f"traffic  50 hits  {words}  50 B  1 client  errors 0%"
    assert line_of(report, "traffic") == expected


def test_a_report_of_an_open_interval_shows_how_long_it_has_seen() -> None:
    report = report_of(BUSY, end=AT + 4, is_open=True)
    title = "== report: 2026-11-23 22:48:00+00:00, 4s so far ==="
    assert text_of(report).startswith(title)


# --- rankings ---


def test_all_classes_of_status_are_shown_though_one_section_is() -> None:
    statuses = ["101", "200", "301", "404", "503", "999", "-"]
    rows = [(("GET /", "", status, 1, "::1"), 12_345_678) for status in statuses]
    text = text_of(report_of(values_of(*rows, most=1)))
    for name in ("-", "1xx", "2xx", "3xx", "4xx", "5xx", "other"):
        assert f" {name} 12,345,678 (14%)" in text
    assert re.search(r"^ {9}[345]xx 12,345,678 ", text, re.MULTILINE)
    assert "errors 29%" in text


def by_methods(names: list[str], hits: int) -> Values:
    return values_of(*(((f"{name} /", "", "200", 0, "c"), hits) for name in names))


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(1, id="one"),
        pytest.param(5, id="as many as fit"),
        pytest.param(6, id="one more"),
        pytest.param(41, id="many"),
        pytest.param(500, id="more than are listed"),
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


# --- the window, oddities, alerts ---


def test_a_firing_alert_is_shown_however_large_the_numbers_are() -> None:
    rule = RULE._replace(threshold=Fraction(999_999_999_999), window=604_799)
    report = report_of(BUSY, window=WindowReading(10**18, rule, True, (0.5,)))
    assert "HIGH TRAFFIC" in text_of(report)
    assert "\x1b[31mHIGH TRAFFIC\x1b[0m" in text_of(report, color=True)


@pytest.mark.parametrize(
    ("series", "threshold", "scale"),
    [
        pytest.param((1.0, 2.0), 10, "10.00/s", id="below the threshold"),
        pytest.param((1.0, 144.5), 10, "144.50/s", id="above the threshold"),
        pytest.param((12345.5,), 10, "12.3k/s", id="far above"),
        pytest.param((), 999_999, "1.0M/s", id="a high threshold"),
        pytest.param((999.25,), 1, "999.25/s", id="the widest"),
    ],
)
def test_the_course_is_drawn_up_to_its_highest_point_or_the_threshold(
    series: tuple[float, ...], threshold: int, scale: str
) -> None:
    padded = (0.0,) * (60 - len(series)) + series
    rule = RULE._replace(threshold=Fraction(threshold))
    report = report_of(BUSY, window=WindowReading(1, rule, False, padded))
    line = line_of(report, "course")
    assert line.endswith(f"| {scale}")
    assert len(line) <= 80
    assert line[10:70] == sparkline(padded, BARS, max(threshold, *padded))


def test_only_the_oddities_that_there_are_have_a_line() -> None:
    assert "oddities" not in text_of(report_of(values_of((HIT, 3), ignored=5)))
    values = values_of((HIT, 3), late=1, unparsed=2, sample=("no time in it", b"what?"))
    assert line_of(report_of(values), "oddities") == "oddities late 1  unparsed 2"
    assert line_of(report_of(values), "unparsed") == 'unparsed no time in it: "what?"'


def test_a_report_repeats_its_alerts_oldest_first_and_counts_the_earlier_ones() -> None:
    alerts = alerts_of(20)
    lines = text_of(summary_of(BUSY, alerts=alerts, earlier_alerts=5)).splitlines()
    assert lines[-22:] == [
        "alerts   25  the last 20:",
        *(alert_message(alert, Style(utc=True)) for alert in alerts),
        "",
    ]
