"""Alerts read to the letter, and times in the zone that was asked for."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import pytest
from support.reports import (
    AT,
    BLIND,
    BUSY,
    CAUSES,
    FIRED,
    RECOVERED,
    RULE,
    SEEING,
    json_of,
    report_of,
    text_of,
)

from monitor.alerts import Alert, Cause
from monitor.core import NoData
from monitor.outputs import Style
from monitor.outputs.messages import alert_line, alert_message

HOSTILE = (
    Cause("section", b"/\\x1b\x1b\xff", 1.0),
    Cause("client", b"x" * 512, 0.25),
)
SMALL = RULE._replace(threshold=Fraction(1, 1000), window=3600)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        pytest.param(
            BLIND,
            "No data from access.log since 2026-11-23 22:48:03+00:00 - "
            "No such file or directory",
            id="begins",
        ),
        pytest.param(
            SEEING,
            "Data from access.log again at 2026-11-23 22:51:23+00:00 (after 3m20s)",
            id="ends",
        ),
        pytest.param(
            BLIND._replace(file="-", reason="x\x1b\n"),
            "No data from standard input since 2026-11-23 22:48:03+00:00 - x\\x1b\\x0a",
            id="standard input, and a reason that is not printable",
        ),
    ],
)
def test_a_log_without_data_reads_to_the_letter(event: NoData, message: str) -> None:
    assert text_of(event) == message + "\n"
    fields = json_of(event)
    assert fields["message"] == message
    assert (fields["type"], fields["state"]) == ("no_data", event.state)
    assert fields["since"] == "2026-11-23T22:48:03Z"


@pytest.mark.parametrize(
    ("alert", "message"),
    [
        pytest.param(
            FIRED,
            "High traffic generated an alert - hits = 1201, triggered at "
            "2026-11-23 22:48:03+00:00 (10.01/s over 2m, threshold 10/s; "
            "/login 86%, 203.0.113.9 86%, 401 84%)",
            id="fires",
        ),
        pytest.param(
            RECOVERED,
            "High traffic alert recovered - hits = 1199, recovered at "
            "2026-11-23 22:51:23+00:00 (9.99/s over 2m, lasted 3m20s, peak 15.20/s)",
            id="recovers",
        ),
        pytest.param(
            FIRED._replace(seen_late=True, causes=CAUSES[:1]),
            "High traffic generated an alert - hits = 1201, triggered at "
            "2026-11-23 22:48:03+00:00 (10.01/s over 2m, threshold 10/s, seen late; "
            "/login 86%)",
            id="fires, seen late",
        ),
        pytest.param(
            FIRED._replace(rule=SMALL, hits=4, causes=()),
            "High traffic generated an alert - hits = 4, triggered at "
            "2026-11-23 22:48:03+00:00 (0.0011/s over 1h, threshold 0.001/s)",
            id="something is never written as nothing",
        ),
        pytest.param(
            FIRED._replace(causes=HOSTILE),
            "High traffic generated an alert - hits = 1201, triggered at "
            "2026-11-23 22:48:03+00:00 (10.01/s over 2m, threshold 10/s; "
            "/\\\\x1b\\x1b\\xff 100%, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... 25%)",
            id="names that are long or not printable",
        ),
        pytest.param(
            RECOVERED._replace(since=AT + 500),
            "High traffic alert recovered - hits = 1199, recovered at "
            "2026-11-23 22:51:23+00:00 (9.99/s over 2m, lasted 0s, peak 15.20/s)",
            id="a log whose clock was set back in between",
        ),
    ],
)
def test_an_alert_reads_to_the_letter_in_text_and_json(
    alert: Alert, message: str
) -> None:
    assert alert_message(alert, Style(utc=True)) == message
    assert text_of(alert) == message + "\n"
    assert json_of(alert)["message"] == message


@pytest.mark.parametrize(
    ("alert", "color"),
    [
        pytest.param(FIRED, "\x1b[31m", id="firing is red"),
        pytest.param(RECOVERED, "\x1b[32m", id="recovered is green"),
    ],
)
def test_the_line_of_an_alert_has_its_colour(alert: Alert, color: str) -> None:
    style = Style(utc=True, color=True)
    message = alert_message(alert, style)
    assert alert_line(alert, style) == f"{color}{message}\x1b[0m"
    assert alert_line(alert, style._replace(color=False)) == message


@contextmanager
def zone_of_the_machine(zone: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        del os.environ["TZ"]
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


@pytest.mark.parametrize(
    ("zone", "times"),
    [
        pytest.param("UTC0", {AT: "2026-11-23 22:48:00+00:00"}, id="UTC"),
        pytest.param("IST-5:30", {AT: "2026-11-24 04:18:00+05:30"}, id="India"),
        pytest.param(
            "CET-1CEST,M3.5.0,M10.5.0/3",
            {
                1774745999: "2026-03-29 01:59:59+01:00",
                1774746000: "2026-03-29 03:00:00+02:00",
                1792889999: "2026-10-25 02:59:59+02:00",
                1792890000: "2026-10-25 02:00:00+01:00",
            },
            id="the days on which daylight saving time begins and ends",
        ),
    ],
)
def test_times_are_those_of_the_machine_with_their_offset(
    zone: str, times: dict[int, str]
) -> None:
    with zone_of_the_machine(zone):
        assert [Style().time(second) for second in times] == list(times.values())


@pytest.mark.parametrize(
    ("second", "time", "instant"),
    [
        pytest.param(
            0, "1970-01-01 00:00:00+00:00", "1970-01-01T00:00:00Z", id="the epoch"
        ),
        pytest.param(
            -1, "1969-12-31 23:59:59+00:00", "1969-12-31T23:59:59Z", id="before it"
        ),
        pytest.param(
            AT, "2026-11-23 22:48:00+00:00", "2026-11-23T22:48:00Z", id="today"
        ),
        pytest.param(
            -62104060800,
            "0002-01-01 00:00:00+00:00",
            "0002-01-01T00:00:00Z",
            id="the year 2",
        ),
    ],
)
def test_times_in_utc_are_whole_seconds(second: int, time: str, instant: str) -> None:
    report = report_of(BUSY, start=second, end=second + 10)
    assert text_of(report).startswith(f"== {time.removesuffix('+00:00')}-")
    assert json_of(report)["start"] == instant


def test_a_name_is_printable_and_fits_its_columns() -> None:
    name = "/日本\x1b".encode() + b"x" * 20
    assert Style().name(name, 12) == "/日本\\x1b..."
    assert Style(ascii_only=True).name(name, 30).isascii()
