"""A report is one row under a heading, for a day that fits on a few screens."""

from typing import Any

import pytest
from support.reports import (
    AT,
    BUSY,
    FIRED,
    NOTHING,
    rendered,
    report_of,
    summary_of,
    text_of,
    values_of,
    window_of,
)

from monitor.core import Event, Report
from monitor.core.events import AsOf, Missing
from monitor.outputs import Style

HEAD = "== 2026-11-23+00:00  access.log  threshold 10/s over 2m ======================"
TITLES = "time         hits  hits/s clients    bytes errors average state   top section"


def lines_of(*events: Event, **style: Any) -> list[str]:
    return rendered(list(events), "brief", Style(utc=True, **style)).splitlines()


def row_of(report: Report, **style: Any) -> str:
    """Return the row of a report under its heading."""
    return lines_of(report, **style)[-1]


@pytest.mark.parametrize(
    ("report", "row"),
    [
        pytest.param(
            report_of(BUSY),
            "22:48:00      741   74.10       7  18.7 MB   1.8%    0.00 ok      /api 86%",
            id="of an interval",
        ),
        pytest.param(
            report_of(BUSY, window=window_of(1476, True)),
            "22:48:00      741   74.10       7  18.7 MB   1.8%   12.30 HIGH    /api 86%",
            id="with an alert that is firing",
        ),
        pytest.param(
            report_of(BUSY, is_open=True, end=AT + 4),
            "22:48:04      741   74.10       7  18.7 MB   1.8%    0.00 ok      /api 86%",
            id="of an open interval, at its present second",
        ),
        pytest.param(
            report_of(NOTHING, no_data=Missing(AT, "gone")),
            "22:48:00        0    0.00       0      0 B     0%    0.00 NO DATA",
            id="of a log without data",
        ),
        pytest.param(
            summary_of(NOTHING, start=None, end=None, as_of=AsOf(AT)),
            "total           0    0.00       0      0 B     0%    0.00 ok",
            id="of a run",
        ),
        pytest.param(
            report_of(
                values_of((("GET /" + "long" * 9, "", "200", 1, "c"), 10**12)),
                seconds=1,
            ),
            "22:48:00     1.0T    1.0T       1   1.0 TB     0%    0.00 ok      /longl... 100%",
            id="with large numbers",
        ),
    ],
)
def test_a_report_is_one_row(report: Report, row: str) -> None:
    assert lines_of(report) == [HEAD, TITLES, row]
    assert len(row) <= 80


def test_a_wide_terminal_has_room_for_the_section() -> None:
    long = values_of((("GET /" + "long" * 9, "", "200", 1, "c"), 1))
    assert row_of(report_of(long), width=120).endswith("/" + "long" * 9 + " 100%")


def test_a_state_that_needs_attention_has_a_colour() -> None:
    report = report_of(BUSY, window=window_of(1476, True))
    assert "12.30\x1b[31m HIGH   \x1b[0m /api" in row_of(report, color=True)
    assert row_of(report_of(BUSY), color=True) == row_of(report_of(BUSY))


def test_the_heading_is_repeated_every_20_rows() -> None:
    reports = [report_of(BUSY, start=AT + 10 * n) for n in range(50)]
    lines = lines_of(*reports)
    heads = [n for n, each in enumerate(lines) if each.startswith("==")]
    assert heads == [0, 22, 44]
    assert [lines[n + 1] for n in heads] == [TITLES] * 3
    assert len(lines) == 56


def test_the_heading_is_repeated_on_a_new_day() -> None:
    lines = lines_of(report_of(BUSY), report_of(BUSY, start=AT + 86_400))
    heads = [each[:19] for each in lines if each.startswith("==")]
    assert heads == ["== 2026-11-23+00:00", "== 2026-11-24+00:00"]


def test_reports_of_days_show_the_day_and_have_one_heading() -> None:
    days = [AT + 86_400 * n for n in range(3)]
    lines = lines_of(*(report_of(BUSY, start=at, end=at + 86_400) for at in days))
    assert [each[:8] for each in lines[2:]] == ["11-23   ", "11-24   ", "11-25   "]


def test_the_summary_is_one_more_row_without_a_heading() -> None:
    reports = [report_of(BUSY, start=AT + 10 * n) for n in range(20)]
    *_, last = lines = lines_of(*reports, summary_of(BUSY))
    assert last.startswith("total         741")
    assert len(lines) == 23


def test_messages_stand_between_the_rows_as_in_text() -> None:
    lines = lines_of(report_of(BUSY), FIRED, report_of(BUSY))
    assert lines[3] == text_of(FIRED).removesuffix("\n")
    assert len(lines) == 5
