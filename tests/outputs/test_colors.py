"""Colour: what fires is red, what has recovered is green, errors of the server are yellow."""

import re

import pytest
from support.reports import (
    BLIND,
    BUSY,
    FIRED,
    RECOVERED,
    SEEING,
    report_of,
    text_of,
    window_of,
)

from monitor.core import Event

COLORS = {"31": "red", "32": "green", "33": "yellow", "1": "bold"}


def painted(event: Event) -> list[tuple[str, str]]:
    """Return the colours of a text, each with the words that begin what it paints."""
    spans = re.findall(r"\x1b\[(\d+)m([^\x1b]+)\x1b\[0m", text_of(event, color=True))
    return [(COLORS[code], " ".join(text.split()[:3])) for code, text in spans]


HEAD = ("bold", "== 2026-11-23 22:48:00-22:48:10+00:00")
SERVER_ERRORS = [("yellow", "5xx 3 (0.4%)"), ("yellow", "500")]


@pytest.mark.parametrize(
    ("event", "spans"),
    [
        pytest.param(report_of(BUSY), [HEAD, *SERVER_ERRORS], id="nothing fires"),
        pytest.param(
            report_of(BUSY, window=window_of(1201, True), alerts=(FIRED,)),
            [
                HEAD,
                ("red", "HIGH TRAFFIC"),
                *SERVER_ERRORS,
                ("red", "(1 firing since"),
                ("red", "High traffic generated"),
            ],
            id="an alert fires",
        ),
        pytest.param(
            report_of(BUSY, alerts=(RECOVERED,)),
            [HEAD, *SERVER_ERRORS, ("green", "High traffic alert")],
            id="an alert has recovered",
        ),
        pytest.param(FIRED, [("red", "High traffic generated")], id="alert"),
        pytest.param(RECOVERED, [("green", "High traffic alert")], id="recovery"),
        pytest.param(BLIND, [("red", "No data from")], id="no data"),
        pytest.param(SEEING, [("green", "Data from access.log")], id="data again"),
    ],
)
def test_what_needs_attention_has_its_colour(
    event: Event, spans: list[tuple[str, str]]
) -> None:
    assert painted(event) == spans


def test_a_row_with_colours_holds_as_much_as_without() -> None:
    report = report_of(BUSY, window=window_of(1201, True), alerts=(FIRED, RECOVERED))
    colored = re.sub(r"\x1b\[\d+m", "", text_of(report, color=True))
    assert colored == text_of(report)
