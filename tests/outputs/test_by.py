"""With --by KEY the table of a report lists the names of the key, in each kind of output."""

import json

import pytest
from support.reports import AT, json_of, rendered, report_of, text_of

from monitor.core import Report
from monitor.formats import Columns
from monitor.outputs import Style
from monitor.stats import Tally

HOSTS = [b"example.org", b"www.\x1b[2J", b"example.org", b"-"]


def report_by(by: str) -> Report:
    """Return the report of four hits, with a table by a key."""
    fields = {
        "client": [b"::1", b"::2", b"::1", b"::1"],
        "head": [b"GET /a", b"GET /b", b"PUT /a", b" (malformed)"],
        "rest": [b""] * 4,
        "status": [b"200", b"404", b"200", b"400"],
        "size": [100, 20, 3, 0],
        "host": HOSTS,
    }
    tally = Tally(by=by)
    tally.add_hits(Columns([AT] * 4, fields))
    return report_of(tally.values(100))


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        pytest.param(
            "section", ["/a 2 50% 103 B 0", "(malformed) 1 25% 0 B 1"], id="default"
        ),
        pytest.param("client", ["::1 3 75% 103 B 1", "::2 1 25% 20 B 1"], id="client"),
        pytest.param("status", ["200 2 50% 103 B 0", "400 1 25% 0 B 1"], id="status"),
        pytest.param(
            *("host", ["example.org 2 50% 103 B 0", "- 1 25% 0 B 1"]), id="host"
        ),
    ],
)
def test_the_text_lists_the_names_of_the_key(by: str, rows: list[str]) -> None:
    lines = [" ".join(line.split()) for line in text_of(report_by(by)).splitlines()]
    start = lines.index(f"{by} hits share bytes errors")
    assert lines[start + 1 : start + 3] == rows


def test_the_objects_have_a_table_of_names_beside_the_sections() -> None:
    fields = json_of(report_by("host"))
    assert fields["by"] == "host" and fields["table_total"] == 3
    assert fields["table"] == [
        {"name": "example.org", "hits": 2, "bytes": 103, "errors": 0},
        {"name": "-", "hits": 1, "bytes": 0, "errors": 1},
        {"name": "www.\\x1b[2J", "hits": 1, "bytes": 20, "errors": 1},
    ]
    assert [each["section"] for each in fields["sections"]] == [
        "/a",
        "(malformed)",
        "/b",
    ]


def test_the_table_of_the_objects_is_as_long_as_the_top() -> None:
    text = rendered([report_by("host")], "json", Style(utc=True, top=1))
    assert len(json.loads(text)["table"]) == 1


def test_the_table_by_sections_has_the_numbers_of_the_sections() -> None:
    fields = json_of(report_by("section"))
    assert fields["by"] == "section"
    renamed = [{"name": each.pop("section"), **each} for each in fields["sections"]]
    assert fields["table"] == renamed


def test_a_row_of_a_report_ends_with_the_first_name_of_the_table() -> None:
    _, titles, row = rendered(
        [report_by("client")], "brief", Style(utc=True)
    ).splitlines()
    assert titles.endswith(" top client") and row.endswith(" ::1 75%")
