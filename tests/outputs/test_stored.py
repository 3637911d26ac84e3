"""A stored alert or report, which is an object of the JSON output, is one line."""

import pytest
from support.reports import (
    BLIND,
    BUSY,
    FIRED,
    NOTHING,
    RECOVERED,
    SEEING,
    json_of,
    report_of,
    text_of,
)

from monitor.alerts import Alert, Cause
from monitor.core import NoData, Report
from monitor.outputs import Style, stored_line

UTC = Style(utc=True)
HOSTILE = (Cause("section", b"/\\x1b\x1b[2J\xff\xc2\x9b", 0.5),)


@pytest.mark.parametrize(
    "alert",
    [
        pytest.param(FIRED, id="firing"),
        pytest.param(FIRED._replace(causes=HOSTILE), id="hostile names"),
        pytest.param(RECOVERED, id="recovered"),
        pytest.param(RECOVERED._replace(seen_late=True), id="seen late"),
    ],
)
def test_a_stored_alert_reads_as_it_did_when_it_came(alert: Alert) -> None:
    assert stored_line(json_of(alert), UTC) + "\n" == text_of(alert)
    colored = stored_line(json_of(alert), UTC._replace(color=True))
    assert colored + "\n" == text_of(alert, color=True)


@pytest.mark.parametrize(
    "event",
    [BLIND, SEEING, BLIND._replace(file="-"), BLIND._replace(file="\\ \x1b[2J\udcff")],
    ids=["begins", "ends", "standard input", "a hostile name"],
)
def test_a_stored_message_about_a_log_reads_as_it_did_when_it_came(
    event: NoData,
) -> None:
    for color in (False, True):
        stored = stored_line(json_of(event), UTC._replace(color=color))
        assert stored + "\n" == text_of(event, color=color)


@pytest.mark.parametrize(
    ("report", "line"),
    [
        pytest.param(
            report_of(BUSY),
            "2026-11-23 22:48:00+00:00  10s  741 hits  18.7 MB  7 clients  "
            "/api 637, /static 80, /images 12",
            id="with the largest sections",
        ),
        pytest.param(
            report_of(NOTHING),
            "2026-11-23 22:48:00+00:00  10s  0 hits  0 B  0 clients",
            id="of silence",
        ),
    ],
)
def test_a_stored_report_is_one_line(report: Report, line: str) -> None:
    assert stored_line(json_of(report), UTC) == line
