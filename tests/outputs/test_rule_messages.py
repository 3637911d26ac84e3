"""The alerts of all rules read to the letter: when they fire, are repeated, and recover."""

from fractions import Fraction
from typing import Any

import pytest
from support.reports import (
    AT,
    BUSY,
    json_of,
    line_of,
    rendered,
    report_of,
    text_of,
    window_of,
)

from monitor.alerts import FIRING, RULES, Alert, Rule, RuleReading
from monitor.alerts.alert import OK
from monitor.outputs import Style, stored_line
from monitor.state.rows import fits


def rule(name: str, threshold: str, subject: bytes = b"") -> Rule:
    seconds = Fraction(1, 2) if name == "latency" else None
    return Rule(RULES[name], Fraction(threshold), 120, subject, seconds)


ERRORS, SILENCE = rule("errors", "5"), rule("silence", "5")
SECTION, LATENCY = rule("section", "50", b"/api"), rule("latency", "5")
CLIENT, BANDWIDTH = rule("client", "20", b"192.0.2.1"), rule("bandwidth", "5e7")

FIRES = [
    pytest.param(
        Alert(ERRORS, FIRING, 1000, AT, counted=61),
        "High error rate generated an alert - errors = 61, triggered at T "
        "(6.10% of 1000 over 2m, at most 5%)",
        id="errors",
    ),
    pytest.param(
        Alert(ERRORS, FIRING, 100_000, AT, counted=5001),
        "High error rate generated an alert - errors = 5001, triggered at T "
        "(5.001% of 100000 over 2m, at most 5%)",
        id="as many digits as show that it is above",
    ),
    pytest.param(
        Alert(SILENCE, FIRING, 0, AT),
        "Low traffic generated an alert - hits = 0, triggered at T (at least 5 in 2m)",
        id="silence",
    ),
    pytest.param(
        Alert(SECTION, FIRING, 6001, AT),
        "High traffic of /api generated an alert - hits = 6001, triggered at T "
        "(50.01/s over 2m, threshold 50/s)",
        id="section",
    ),
    pytest.param(
        Alert(rule("section", "50", b"/{}\x1b\xff"), FIRING, 6001, AT),
        r"High traffic of /{}\x1b\xff generated an alert - hits = 6001, triggered at T "
        "(50.01/s over 2m, threshold 50/s)",
        id="a hostile section",
    ),
    pytest.param(
        Alert(LATENCY, FIRING, 1200, AT, counted=130),
        "High latency generated an alert - slow = 130, triggered at T "
        "(10.8% of 1200 over 0.5 s, p95)",
        id="latency",
    ),
    pytest.param(
        Alert(CLIENT, FIRING, 2401, AT, seen_late=True),
        "High traffic of client 192.0.2.1 generated an alert - hits = 2401, triggered "
        "at T (20.01/s over 2m, threshold 20/s, seen late)",
        id="client",
    ),
    pytest.param(
        Alert(BANDWIDTH, FIRING, 9, AT, counted=6_200_000_000),
        "High bandwidth generated an alert - bytes = 6200000000, triggered at T "
        "(51.67 MB/s over 2m, threshold 50 MB/s)",
        id="bandwidth",
    ),
    pytest.param(
        Alert(ERRORS, FIRING, 100, AT + 1200, AT, counted=100, reminder=True),
        "High error rate alert - errors = 100, still firing since T "
        "(100% of 100 over 2m, at most 5%, for 20m)",
        id="a reminder",
    ),
]
RECOVERS = [
    pytest.param(
        Alert(ERRORS, OK, 1000, AT, AT - 200, 9, counted=49, peak_hits=60),
        "High error rate alert recovered - errors = 49, recovered at T "
        "(4.90% of 1000 over 2m, lasted 3m20s, peak 15.0%)",
        "errors  3m20s  peak 15.0%",
        id="errors",
    ),
    pytest.param(
        Alert(SILENCE, OK, 5, AT, AT - 200, 1),
        "Low traffic alert recovered - hits = 5, recovered at T "
        "(at least 5 in 2m, lasted 3m20s, lowest 1)",
        "silence  3m20s  lowest 1",
        id="silence",
    ),
    pytest.param(
        Alert(SECTION, OK, 5999, AT, AT - 200, 7200),
        "High traffic of /api alert recovered - hits = 5999, recovered at T "
        "(49.99/s over 2m, lasted 3m20s, peak 60.00/s)",
        "section  3m20s  peak 60.00/s  /api",
        id="section",
    ),
    pytest.param(
        Alert(LATENCY, OK, 1000, AT, AT - 200, 9, counted=49, peak_hits=60),
        "High latency alert recovered - slow = 49, recovered at T "
        "(4.90% of 1000 over 0.5 s, lasted 3m20s, peak 15.0%)",
        "latency  3m20s  peak 15.0%",
        id="latency",
    ),
    pytest.param(
        Alert(BANDWIDTH, OK, 9, AT, AT - 200, 9 * 10**9, counted=5_880_000_000),
        "High bandwidth alert recovered - bytes = 5880000000, recovered at T "
        "(49.00 MB/s over 2m, lasted 3m20s, peak 75.00 MB/s)",
        "bandwidth  3m20s  peak 75.00 MB/s",
        id="bandwidth",
    ),
]


def read(alert: Alert) -> str:
    return text_of(alert).strip().replace("2026-11-23 22:48:00+00:00", "T")


@pytest.mark.parametrize(("alert", "message"), FIRES)
def test_an_alert_reads_to_the_letter(alert: Alert, message: str) -> None:
    assert read(alert) == message
    assert fits(json_of(alert))


@pytest.mark.parametrize(("alert", "message", "history"), RECOVERS)
def test_a_recovery_reads_to_the_letter(
    alert: Alert, message: str, history: str
) -> None:
    assert read(alert) == message
    fields = json_of(alert)
    assert fits(fields)
    assert stored_line(fields, Style(utc=True)).endswith("+00:00  " + history)


@pytest.mark.parametrize(
    ("alert", "fields"),
    [
        pytest.param(
            Alert(ERRORS, FIRING, 1000, AT, counted=61),
            {
                "rule": "errors",
                "hits": 1000,
                "errors": 61,
                "rate": 1000 / 120,
                "value": 6.1,
                "threshold": 5.0,
                "limit": 5.0,
                "unit": "%",
                "subject": "",
            },
            id="errors",
        ),
        pytest.param(
            Alert(SECTION, FIRING, 6001, AT),
            {"hits": 6001, "value": 6001 / 120, "unit": "hits/s", "subject": "/api"},
            id="section",
        ),
        pytest.param(
            Alert(BANDWIDTH, FIRING, 9, AT, counted=6_000_000_120),
            {"hits": 9, "bytes": 6_000_000_120, "value": 50_000_001, "unit": "bytes/s"},
            id="bandwidth",
        ),
        pytest.param(
            Alert(SILENCE, OK, 5, AT, AT - 9, 1),
            {"hits": 5, "value": 5, "limit": 5, "unit": "hits", "peak": 1},
            id="silence",
        ),
        pytest.param(
            Alert(LATENCY, FIRING, 100, AT, AT - 60, counted=9, reminder=True),
            {"slow": 9, "reminder": True, "since": "2026-11-23T22:47:00Z"},
            id="a reminder",
        ),
    ],
)
def test_an_alert_as_json_has_its_value(alert: Alert, fields: dict[str, Any]) -> None:
    found = json_of(alert)
    assert fields.items() <= found.items()
    assert "reminder" in fields or "reminder" not in found


def readings(*firing: Rule) -> tuple[RuleReading, ...]:
    traffic = RuleReading(rule("traffic", "10"), 0, 0, False, 0)
    return (traffic, *(RuleReading(each, 0, 0, True, AT - 90) for each in firing))


AGO = "since 22:46:30"


@pytest.mark.parametrize(
    ("firing", "is_traffic", "row"),
    [
        pytest.param([ERRORS], False, f"0 (errors firing {AGO})", id="one"),
        pytest.param(
            [ERRORS, SECTION],
            False,
            f"0 (2 firing: errors {AGO}, section /api {AGO})",
            id="two",
        ),
        pytest.param(
            [ERRORS],
            True,
            f"0 (2 firing: traffic {AGO}, errors {AGO})",
            id="and traffic",
        ),
        pytest.param(
            [rule("section", "1", b"/" + b"long" * 99), ERRORS],
            False,
            f"0 (2 firing: section /longlonglonglonglo... {AGO}, ...)",
            id="more than fit",
        ),
    ],
)
def test_the_alerts_row_names_the_rules_that_fire(
    firing: list[Rule], is_traffic: bool, row: str
) -> None:
    window = window_of(1300, is_traffic)
    report = report_of(BUSY, window=window, rules=readings(*firing))
    line = line_of(report, "alerts").replace("none ", "0 ")
    assert line == f"alerts   {row}"
    assert len(line) <= 80


@pytest.mark.parametrize(
    ("firing", "state"), [([ERRORS], " ALERT "), ([], " ok ")], ids=["firing", "ok"]
)
def test_a_row_of_brief_shows_that_a_rule_fires(firing: list[Rule], state: str) -> None:
    report = report_of(BUSY, rules=readings(*firing))
    assert state in rendered([report], "brief", Style(utc=True)).splitlines()[-1]
