"""The rows of the special formats: which lines they take, and which not."""

import pytest
from support.examples import ENVOY, EXAMPLES, LTSV, PROXY, S3, UWSGI
from support.formatlines import TEXTS, Request, line_of
from support.rows import FORMS

from monitor.formatnames import ROWS
from monitor.formats.columns import IGNORED
from monitor.specialformats import SPECIAL


def took(row: str, line: bytes) -> object:
    return FORMS[row].take(line)


ROW_OF = {
    "iis": "w3c",
    "cloudfront": "w3c",
    "nginx-proxy-manager, default host": "nginx-proxy-manager",
}
LINES = {
    **{name: (each.row, each.line.encode()) for name, each in EXAMPLES.items()},
    **{
        f"example of {name}": (name, row.example.encode()) for name, row in ROWS.items()
    },
    **{
        f"{name} of the tests": (ROW_OF.get(name, name), line_of(name, Request()))
        for name in TEXTS
    },
}


@pytest.mark.parametrize(("row", "line"), LINES.values(), ids=LINES)
def test_no_other_row_takes_a_line(row: str, line: bytes) -> None:
    takers = [name for name in FORMS if took(name, line) is not None]
    assert takers == [row] * (row in FORMS)


IGNORED_LINES = {
    "haproxy: a TCP proxy": (
        "haproxy",
        f"198.51.100.7:1 {PROXY} 0/0/5007 212 -- 0/0/0/0/3 0/0",
    ),
    "haproxy: a failed handshake": (
        "haproxy",
        "198.51.100.7:1 [01/Mar/2026:12:34:56.655] fe/1: SSL handshake failure",
    ),
    "haproxy: no option httplog": (
        "haproxy",
        "Connect from 198.51.100.7:33312 to 10.0.0.1:80 (fe/HTTP)",
    ),
    "haproxy: a start": ("haproxy", "Proxy fe started."),
    "s3: a batch": (
        "s3",
        f"{S3} - svc:s3 3E57 BATCH.DELETE.OBJECT a.png - 204 - - 512 - - - - - h= - - - - - - -",
    ),
}


@pytest.mark.parametrize(("row", "line"), IGNORED_LINES.values(), ids=IGNORED_LINES)
def test_a_line_of_another_program_is_ignored(row: str, line: str) -> None:
    assert took(row, line.encode()) == IGNORED


UNPARSED = {
    "haproxy: no status": (
        "haproxy",
        f"198.51.100.7:1 {PROXY} x y",
        "its next field is missing",
    ),
    "uwsgi: cut": (
        "uwsgi",
        f"[pid: 1|app: 0|req: 1/1] 198.51.100.7 () {UWSGI} GET /",
        "its size is missing",
    ),
    "ltsv: no status": ("ltsv", LTSV, "its labels have no time and status"),
    "envoy: a time that does not exist": (
        "envoy",
        f'[2026-02-31T12:34:56.310Z] "GET / HTTP/1.1" 200 - 0 0 1 1 "-" {ENVOY}',
        "its time does not exist",
    ),
}


@pytest.mark.parametrize(("row", "line", "reason"), UNPARSED.values(), ids=UNPARSED)
def test_a_line_that_is_not_complete_has_a_reason(
    row: str, line: str, reason: str
) -> None:
    assert reason in str(took(row, line.encode()))


def test_each_special_row_has_a_mark_that_its_example_begins_with() -> None:
    assert all(row.mark for row in SPECIAL)
    assert {row for row, _ in LINES.values()} >= ROWS.keys()


def test_each_special_row_is_tested_with_the_values_of_a_line() -> None:
    assert FORMS.keys() == {row.name for row in SPECIAL}
    elsewhere = {"json", "w3c"}
    assert {each.row for each in EXAMPLES.values()} == FORMS.keys() - elsewhere
