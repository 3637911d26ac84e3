"""A report shows what its logs log: request times where they have them, no bytes where they lack them."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from support.reports import (
    AT,
    BUSY,
    NOTHING,
    alerts_of,
    json_of,
    line_of,
    rendered,
    report_of,
    text_of,
    window_of,
)

from monitor.core.events import AsOf, Missing
from monitor.formats import Columns
from monitor.outputs import Style, stored_line
from monitor.stats import Ranked, RankedName, Tally, Values

TIMES = {"/api": 0.012, "/report": 2.0, "/": 0.34}


def columns_of(hits: int, without: Iterable[str] = (), **more: list[Any]) -> Columns:
    """Return hits of the sections of TIMES in turn, without some columns."""
    sections = [list(TIMES)[n % len(TIMES)] for n in range(hits)]
    values = {
        "client": [b"::1"] * hits,
        "head": [b"GET " + section.encode() for section in sections],
        "rest": [b""] * hits,
        "status": [b"404"] * hits,
        "size": [1] * hits,
        **more,
    }
    fields = {name: each for name, each in values.items() if name not in without}
    return Columns([AT] * hits, fields)


def values_of(columns: Columns) -> Values:
    tally = Tally()
    tally.add_hits(columns)
    return tally.values(100)


TIMED = values_of(columns_of(30, seconds=[*TIMES.values()] * 10))


# --- request times ---


def test_the_text_shows_quantiles_and_the_slowest_sections() -> None:
    report = report_of(TIMED)
    row = "latency  p50 340 ms  p95 2.0 s  p99 2.0 s"
    assert line_of(report, "latency") == row
    row = "slowest  p95  /report 2.0 s  / 340 ms  /api 12 ms"
    assert line_of(report, "slowest") == row


def test_the_objects_show_quantiles_in_seconds() -> None:
    fields = json_of(report_of(TIMED))
    assert fields["latency"] == pytest.approx(
        {"p50": 0.34, "p95": 2.0, "p99": 2.0}, rel=0.01
    )
    names = [(each["section"], each["hits"]) for each in fields["slowest"]]
    assert names == [("/report", 10), ("/", 10), ("/api", 10)]
    assert fields["slowest"][2]["p99"] == pytest.approx(0.012, rel=0.01)
    p95 = {each["section"]: each["p95"] for each in fields["sections"]}
    assert p95 == pytest.approx(TIMES, rel=0.01)


def test_the_slowest_sections_are_as_many_as_the_top() -> None:
    text = rendered([report_of(TIMED)], "json", Style(utc=True, top=1))
    assert [each["section"] for each in json.loads(text)["slowest"]] == ["/report"]


def test_a_hit_without_a_time_counts_for_no_quantile() -> None:
    seconds = [*TIMES.values()][:2] + [None]
    values = values_of(columns_of(3, seconds=seconds))
    assert values.spreads["latency"].whole.number == 2
    sections = json_of(report_of(values))["sections"]
    assert [each["section"] for each in sections if "p95" not in each] == ["/"]


@pytest.mark.parametrize("values", [BUSY, NOTHING], ids=["hits", "no hits"])
def test_without_request_times_nothing_is_shown(values: Values) -> None:
    assert "latency" not in text_of(report_of(values))
    assert not json_of(report_of(values)).keys() & {"latency", "slowest"}


def crowded(alerts: int) -> list[str]:
    """Return the rows of a report that has each kind of row."""
    rows = [RankedName(b"/%d" % n, 4, (1, 4)) for n in range(9)]
    other = RankedName(b"(other)", 20, (9, 9))
    failing = [RankedName(b"404 /%d" % n, 3) for n in range(9)]
    values = TIMED._replace(
        rankings={
            **TIMED.rankings,
            "sections": Ranked(rows, 20, 99, (100, 90, 90), other),
            "failing": Ranked(failing, 9, 9, (27,)),
        },
        numbers={**TIMED.numbers, "late": 3, "unparsed": 4},
    )
    report = report_of(
        values,
        window=window_of(1476, True),
        alerts=alerts_of(alerts),
        as_of=AsOf(AT + 10),
        seconds=9,
        no_data=Missing(AT, "access.log: gone"),
    )
    return text_of(report).splitlines()


@pytest.mark.parametrize("alerts", [1, 3, 11])
def test_with_request_times_too_a_report_has_at_most_23_rows(alerts: int) -> None:
    rows = crowded(alerts)
    labels = [row.split()[0] for row in rows]
    assert len(rows) == 23
    assert labels.count("failing") == 2 and "slowest" not in labels
    assert labels[labels.index("section") + 1 :][:4] == ["/0", "/1", "/2", "(17"]
    assert "latency" in labels and labels[-1] == "alerts"


def test_old_messages_make_room_before_the_slowest_sections_do() -> None:
    failing = Ranked([RankedName(b"404 /%d" % n, 3) for n in range(9)], 9, 9, (27,))
    rankings = {**TIMED.rankings, "failing": failing}
    report = report_of(TIMED._replace(rankings=rankings), alerts=alerts_of(11))
    labels = [row.split()[0] for row in text_of(report).splitlines()]
    assert len(labels) == 23 and "slowest" in labels
    assert labels.count("failing") == 3 and labels.count("High") == 6


# --- what is not logged ---


def test_without_sizes_there_are_no_bytes() -> None:
    report = report_of(values_of(columns_of(30, without=["size"])))
    text, fields = text_of(report), json_of(report)
    assert " B" not in text and "bytes" not in text
    assert line_of(report, "section").split() == ["section", "hits", "share", "errors"]
    assert line_of(report, "/api").split() == ["/api", "10", "33%", "10"]
    assert len(line_of(report, "/api")) == 80
    assert "bytes" not in fields and "bytes" not in fields["sections"][0]
    assert "bytes" not in stored_line(fields, Style(utc=True))
    (_, _, row) = rendered([report], "brief", Style(utc=True)).splitlines()
    assert row.split()[4] == "-"


def test_a_report_has_bytes_if_one_line_logs_them() -> None:
    columns = columns_of(2, without=["size"]) + columns_of(1)
    assert json_of(report_of(values_of(columns)))["bytes"] == 1
    tally = Tally()
    for part in (columns_of(2, without=["size"]), columns_of(1)):
        tally.add_hits(part)
    assert tally.values(9).numbers["bytes"] == 1


def test_sizes_that_are_missing_in_between_are_left_out_of_the_sum() -> None:
    sizes = [1, None, 2, None, None, 4]
    assert values_of(columns_of(6, size=sizes)).numbers["bytes"] == 7
    all_missing = values_of(columns_of(6, size=[None] * 6))
    assert "bytes" not in all_missing.numbers
    assert all_missing.rankings["sections"].totals == (6, 0, 6)


def test_without_clients_there_are_no_clients() -> None:
    report = report_of(values_of(columns_of(30, client=[b"-"] * 30)))
    assert "client" not in text_of(report)
    assert not json_of(report).keys() & {"clients", "top_clients"}
    (_, _, row) = rendered([report], "brief", Style(utc=True)).splitlines()
    assert row.split()[3] == "-"
    assert "client" not in stored_line(json_of(report), Style(utc=True))


def test_without_requests_there_are_no_sections_and_methods() -> None:
    report = report_of(values_of(columns_of(30, head=[b" -"] * 30)))
    labels = {row.split()[0] for row in text_of(report).splitlines()}
    assert not labels & {"section", "methods", "failing", "-"}
    assert not json_of(report).keys() & {
        *("sections", "sections_total", "methods", "failing", "failing_total"),
    }
    (_, _, row) = rendered([report], "brief", Style(utc=True)).splitlines()
    assert row.split()[-1] == "ok"
    assert stored_line(json_of(report), Style(utc=True)).endswith("1 client")


def test_a_report_of_malformed_requests_shows_them() -> None:
    tally = Tally()
    tally.add_hits(columns_of(30, head=[b" (malformed)"] * 30))
    tally.malformed = b"what?"
    assert json_of(report_of(tally.values(9)))["sections"][0]["hits"] == 30
