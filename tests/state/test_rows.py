"""Stored alerts and reports that cannot be read are left out of the history, with one notice."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.reports import AT, BUSY, FIRED, RECOVERED, report_of
from support.states import LOGS, a_state, as_stored, query

from monitor.core import NoData
from monitor.outputs import Json, Style, stored_line
from monitor.settings import Settings
from monitor.state.history import read_history
from monitor.state.rows import fits
from monitor.state.store import Batch, Store

UTC = Style(utc=True)
EVENTS = {
    "an alert": FIRED,
    "a recovery": RECOVERED._replace(seen_late=True),
    "no data": NoData("began", "access.log", AT, AT + 10, "it is gone"),
    "data again": NoData("ended", "access.log", AT, AT + 99, "it is gone"),
    "a report": report_of(BUSY),
}
ROWS: dict[str, dict[str, Any]] = {
    name: as_stored(Json(UTC).fields(event)) for name, event in EVENTS.items()
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_was_stored_fits_and_may_have_more(name: str) -> None:
    assert fits(ROWS[name])
    assert fits({**ROWS[name], "more": {"section": ["/login", 0.86]}})


WRONG = [
    pytest.param("an alert", "type", "mystery", id="another type"),
    pytest.param("an alert", "type", ["alert"], id="a list for a type"),
    pytest.param("an alert", "rule", "speed", id="an unknown rule"),
    pytest.param("an alert", "state", "maybe", id="an unknown state"),
    pytest.param("an alert", "hits", -1, id="negative hits"),
    pytest.param("an alert", "hits", "1201", id="a text for a number"),
    pytest.param("an alert", "threshold", float("inf"), id="an endless threshold"),
    pytest.param("an alert", "window", 0, id="a window of no seconds"),
    pytest.param("an alert", "at", None, id="no time"),
    pytest.param("an alert", "at", "2026-13-01T00:00:00Z", id="a thirteenth month"),
    pytest.param("an alert", "at", "9999-12-31T23:59:59Z", id="the end of time"),
    pytest.param("an alert", "at", "0001-01-01T00:00:00Z", id="its beginning"),
    pytest.param("an alert", "causes", ["/login"], id="causes that are a list"),
    pytest.param("an alert", "causes", {"client": ["::1"]}, id="no share"),
    pytest.param("an alert", "causes", {"client": [5, 0.5]}, id="a nameless cause"),
    pytest.param("an alert", "causes", {"client": ["\n", 0.5]}, id="a second line"),
    pytest.param("a recovery", "since", 5, id="a number for a time"),
    pytest.param("a recovery", "peak", float("nan"), id="no number"),
    pytest.param("no data", "state", "firing", id="a state of an alert"),
    pytest.param("no data", "file", 5, id="a number for a file"),
    pytest.param("a report", "sections", {}, id="sections that are no list"),
    pytest.param("a report", "sections", [5], id="a section that is a number"),
    pytest.param("a report", "sections", [{"hits": 5}], id="a section without a name"),
    pytest.param("a report", "bytes", 1.5, id="half a byte"),
    pytest.param("no data", "reason", "\x1b[2J", id="a control character"),
    pytest.param(
        "a report", "sections", [{"section": "\u202e", "hits": 5}], id="a hidden one"
    ),
]


@pytest.mark.parametrize(("name", "key", "value"), WRONG)
def test_a_row_with_an_impossible_value_does_not_fit(
    name: str, key: str, value: Any
) -> None:
    assert not fits({**ROWS[name], key: value})


def test_a_row_that_is_no_object_does_not_fit() -> None:
    assert not any(map(fits, ([1], 5, "alert", None, {})))


EXTREMES = [0, 1, 2**100, 1e-300, 2.0**100, True, "", "\udcff", "firing", "recovered"]
EXTREMES += ["1990-01-01T00:00:00Z", "9890-01-01T00:00:00Z", None, []]


def test_every_row_that_fits_is_printed_as_one_line() -> None:
    printed = 0
    for row in ROWS.values():
        for key in row:
            for value in EXTREMES:
                changed = {**row, key: value}
                if fits(changed):
                    assert stored_line(changed, UTC).count("\n") == 0
                    printed += 1
    assert printed > 200


DAMAGES = [
    pytest.param("[1]", id="a list"),
    pytest.param("5", id="a number"),
    pytest.param("{}", id="an empty object"),
    pytest.param('{"type":"alert"}', id="an alert without values"),
    pytest.param("{", id="no JSON"),
    pytest.param("[" * 5000, id="deep"),
    pytest.param('{"type":"alert","hits":NaN}', id="no number"),
    pytest.param('{"type":"alert","x":"é"}', id="not ASCII"),
]


@pytest.mark.parametrize("output", ["text", "json"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_rows_are_left_out_of_the_history_with_one_notice(
    tmp_path: Path, damage: str, output: str
) -> None:
    path, notices = tmp_path / "state.db", list[str]()
    alerts = [(number, ROWS["an alert"]) for number in range(4)]
    report = (AT, AT + 10, ROWS["a report"])
    with closing(Store(str(path), LOGS)) as store:
        store.save(Batch(a_state(), [report], alerts))
    query(path, f"UPDATE alerts SET value = '{damage}' WHERE at IN (0, 2)")
    query(path, "UPDATE reports SET value = x'0011'")
    settings = Settings(history=True, reports=True, output=output)
    lines = list(read_history(settings, str(path), AT, UTC, notices.append))
    assert len(lines) == 2 + 2  # the alerts that are left, and the two numbers of pages
    assert notices == [f"3 damaged rows of the history in {path} left out"]
    if output == "json":
        assert [json.loads(each)["type"] for each in lines[:2]] == ["alert"] * 2
