"""Each event is one JSON object with all its numbers, in one order of keys."""

import json
import re
from functools import cache

import pytest
from support.reports import (
    AT,
    BUSY,
    FIRED,
    HIT,
    RECOVERED,
    json_of,
    rendered,
    report_of,
    summary_of,
    values_of,
    window_of,
)

from monitor.core import Event, Notice, Report
from monitor.core.events import AsOf, Missing
from monitor.outputs import Style
from monitor.stats import LISTED, Ranked, RankedName
from monitor.stats.minutes import Minute

pytestmark = pytest.mark.usefixtures("untraced")

REPORT_KEYS = [
    "type",
    "start",
    "end",
    "seconds",
    "files",
    "files_total",
    "lines",
    "hits",
    "unparsed",
    "ignored",
    "late",
    "misdated",
    "bytes",
    "clients",
    "rate",
    "status",
    "methods",
    "sections",
    "sections_total",
    "top_clients",
    "failing",
    "failing_total",
    "by",
    "table",
    "table_total",
    "window",
]
BUSY_MINUTE = BUSY._replace(busiest=Minute(AT, 600))
VALUE_KEYS = ["value", "limit", "unit", "subject", "id"]
ALERT_KEYS = [
    "type",
    "rule",
    "state",
    "hits",
    "rate",
    "threshold",
    "window",
    "at",
]


@pytest.mark.parametrize(
    ("event", "kind", "keys"),
    [
        pytest.param(report_of(BUSY), "report", REPORT_KEYS, id="report"),
        pytest.param(summary_of(BUSY), "summary", REPORT_KEYS, id="summary"),
        pytest.param(
            report_of(BUSY, no_data=Missing(0, "gone")),
            "report",
            [*REPORT_KEYS, "no_data"],
            id="report without data",
        ),
        pytest.param(
            report_of(BUSY, is_open=True),
            "report",
            [*REPORT_KEYS, "open"],
            id="report of an open interval",
        ),
        pytest.param(
            report_of(BUSY, as_of=AsOf(AT, 3)),
            "report",
            [*REPORT_KEYS, "as_of", "silent_since"],
            id="report of a run with --once",
        ),
        pytest.param(
            report_of(BUSY_MINUTE, usual=4.1, seconds=120),
            "report",
            [*REPORT_KEYS, "usual", "peak"],
            id="report of minutes with a usual rate",
        ),
        pytest.param(
            FIRED, "alert", [*ALERT_KEYS, "causes", "message", *VALUE_KEYS], id="alert"
        ),
        pytest.param(
            RECOVERED,
            "alert",
            [*ALERT_KEYS, "message", "since", "peak", *VALUE_KEYS],
            id="recovery",
        ),
        pytest.param(
            FIRED._replace(seen_late=True),
            "alert",
            [*ALERT_KEYS, "causes", "message", "seen_late", *VALUE_KEYS],
            id="an alert that was seen late",
        ),
        pytest.param(
            Notice("rotated"), "notice", ["type", "at", "message"], id="notice"
        ),
    ],
)
def test_the_keys_of_an_object_have_one_order(
    event: Event, kind: str, keys: list[str]
) -> None:
    fields = json_of(event)
    assert fields["type"] == kind
    assert list(fields) == keys


def test_a_report_has_the_numbers_of_its_values() -> None:
    fields = json_of(report_of(BUSY, window=window_of(1476, True)))
    del fields["sections"][1:], fields["table"][1:], fields["top_clients"][2:]
    assert fields == {
        "type": "report",
        "start": "2026-11-23T22:48:00Z",
        "end": "2026-11-23T22:48:10Z",
        "seconds": 10,
        "files": ["access.log"],
        "files_total": 1,
        "lines": 747,
        "hits": 741,
        "unparsed": 2,
        "ignored": 4,
        "late": 0,
        "misdated": 0,
        "bytes": 18742678,
        "clients": 7,
        "rate": 74.1,
        "status": {
            "200": 612,
            "304": 80,
            "201": 34,
            "404": 8,
            "500": 3,
            "400": 2,
            "-": 1,
            "301": 1,
        },
        "methods": {"GET": 704, "POST": 34, "OPTIONS": 1},
        "sections": [{"section": "/api", "hits": 637, "bytes": 741377, "errors": 3}],
        "sections_total": 7,
        "top_clients": [
            {"client": "192.0.2.1", "hits": 600},
            {"client": "192.0.2.3", "hits": 92},
        ],
        "failing": [
            {"status": "404", "url": "/admin", "hits": 8},
            {"status": "500", "url": "/api/users/7", "hits": 3},
            {"status": "400", "url": "(malformed)", "hits": 2},
        ],
        "failing_total": 3,
        "by": "section",
        "table": [{"name": "/api", "hits": 637, "bytes": 741377, "errors": 3}],
        "table_total": 7,
        "window": {
            "seconds": 120,
            "hits": 1476,
            "rate": 12.3,
            "threshold": 10.0,
            "firing": True,
        },
    }
    assert isinstance(fields["window"]["threshold"], float)


def test_a_report_has_its_busiest_minute_and_the_usual_rate() -> None:
    fields = json_of(report_of(BUSY_MINUTE, usual=4.1, seconds=300))
    assert (fields["usual"], fields["rate"]) == (4.1, 2.47)
    assert fields["peak"] == {"at": "2026-11-23T22:48:00Z", "rate": 10.0}


def test_an_alert_has_its_numbers() -> None:
    fields = json_of(RECOVERED)
    del fields["message"]
    assert fields == {
        "type": "alert",
        "rule": "traffic",
        "state": "recovered",
        "hits": 1199,
        "rate": 1199 / 120,
        "threshold": 10.0,
        "window": 120,
        "at": "2026-11-23T22:51:23Z",
        "since": "2026-11-23T22:48:03Z",
        "peak": 15.2,
        "value": 1199 / 120,
        "limit": 10.0,
        "unit": "hits/s",
        "subject": "",
        "id": FIRED.id,
    }
    assert json_of(FIRED)["state"] == "firing"


@cache
def of_150_names() -> Report:
    """Return a report of 150 sections, clients and URLs: 150 hits of the first, 1 of the last."""
    hits = [
        ((f"GET /{n:03}", "/x y", "404", 1, f"c{n:03}"), 150 - n) for n in range(150)
    ]
    return report_of(values_of(*hits))


@pytest.mark.parametrize(
    ("top", "listed"),
    [
        pytest.param(None, LISTED, id="no top: all that the report has"),
        pytest.param(3, 3, id="the top"),
        pytest.param(1000, LISTED, id="a top beyond them"),
    ],
)
@pytest.mark.parametrize(
    ("key", "by", "name"),
    [
        ("sections", "section", "/{:03}"),
        ("top_clients", "client", "c{:03}"),
        ("failing", "url", "/{:03}/x y"),
    ],
)
def test_the_names_with_the_most_hits_are_listed(
    key: str, by: str, name: str, top: int | None, listed: int
) -> None:
    fields = json.loads(rendered([of_150_names()], "json", Style(utc=True, top=top)))
    assert [each[by] for each in fields[key]] == [name.format(n) for n in range(listed)]
    assert [each["hits"] for each in fields[key]] == [150 - n for n in range(listed)]
    totals = (fields["sections_total"], fields["clients"], fields["failing_total"])
    assert totals == (150, 150, 150)


def test_the_hits_of_dropped_names_are_other_and_stand_last() -> None:
    values = values_of((HIT, 100))
    kept, other = RankedName(b"/a", 30, (1, 2)), RankedName(b"(other)", 70, (5, 6))
    sections = Ranked([kept], 1, 900, (100, 6, 8), other)
    methods = Ranked([RankedName(b"GET", 99)], 1, 1, (100,), RankedName(b"(other)", 1))
    rankings = {**values.rankings, "sections": sections, "methods": methods}
    fields = json_of(report_of(values._replace(rankings=rankings)))
    assert fields["sections"] == [
        {"section": "/a", "hits": 30, "bytes": 1, "errors": 2},
        {"section": "(other)", "hits": 70, "bytes": 5, "errors": 6},
    ]
    assert fields["methods"] == {"GET": 99, "(other)": 1}
    assert fields["sections_total"] == 100  # an estimate may be above the hits


def test_methods_that_are_not_listed_are_other_too() -> None:
    hits = [((f"M{n} /", "", "200", 0, "c"), 2) for n in range(203)]
    methods = json_of(report_of(values_of(*hits)))["methods"]
    assert len(methods) == 201
    assert list(methods.items())[-1] == ("(other)", 6)


def test_times_are_in_utc_whatever_the_zone_of_the_text() -> None:
    fields = json.loads(rendered([FIRED], "json", Style(utc=False)))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fields["at"])


def test_a_report_names_its_first_hundred_logs_and_counts_all() -> None:
    files = ("/var/log/\x1b[2J\udcff.log", *(f"{n}.log" for n in range(200)))
    fields = json_of(report_of(BUSY, files=files))
    assert fields["files"][:2] == ["/var/log/\\x1b[2J\\xff.log", "0.log"]
    assert (len(fields["files"]), fields["files_total"]) == (LISTED, 201)


@pytest.mark.parametrize("alert", [FIRED, RECOVERED], ids=["alert", "recovery"])
def test_an_alert_names_the_logs_of_its_monitor(alert: Event) -> None:
    fields = json_of(alert, "access.log", "a\nb.log")
    assert fields["files"] == ["access.log", r"a\x0ab.log"]
