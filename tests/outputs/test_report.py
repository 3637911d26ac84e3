"""Reports read the same everywhere: golden files, fixed texts, and laws for hostile names.

The golden files hold the scenes below, each as text for a UTF-8 terminal, as text in ASCII with
colour, and as JSON. After a change that is meant, write them anew, and read the difference:

    GOLDEN=write python -m pytest tests/outputs/test_report.py
"""

import json
import os
import random
import re
import subprocess
import sys
import unicodedata
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.alerts.state import FIRING, OK, Alert, Rule
from monitor.core.events import Event, NoData, Notice, Report, Summary, WindowReading
from monitor.formats.answers import text_from
from monitor.formats.parser import Columns
from monitor.outputs.report import (
    ASCII_BARS,
    BARS,
    RENDERERS,
    Style,
    alert_message,
    columns,
    fit,
    pad,
    sparkline,
)
from monitor.stats.heavy import MOST
from monitor.stats.tally import Tally

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parents[1] / "golden"
AT = 1795474080  # 2026-11-23 22:48:00 UTC
RULE = Rule("traffic", Fraction(10), 120)
STYLES = {
    "utf8.txt": ("text", Style(utc=True, top=10)),
    "ascii.color.txt": ("text", Style(utc=True, ascii_only=True, color=True, top=3)),
    "jsonl": ("json", Style(utc=True, ascii_only=True, top=3)),
}
Row = tuple[str | bytes, str | bytes, str, int, str | bytes]


def to_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def repeated(row: Row, times: int) -> Tally:
    """Counts one hit so often, by doubling: tallies add."""
    named, rest, status, size, client = row
    one, total = Tally(), Tally()
    target = to_bytes(named) + to_bytes(rest)
    for char, escaped in ((b"\\", rb"\\"), (b'"', rb"\""), (b"\n", rb"\x0a")):
        target = target.replace(char, escaped)
    request = target + b" HTTP/1.1" if named else b"-"
    text = text_from(request, status.encode(), b"%d" % size)
    one.add_hits(Columns([AT], [to_bytes(client)], [text]))
    for bit in reversed(f"{times:b}"):
        if bit == "1":
            total.add(one)
        double = Tally()
        double.add(one)
        double.add(one)
        one = double
    return total


def tally_of(*rows: tuple[Row, int], **counts: Any) -> Tally:
    """Counts hits of (method and section, rest of the URL, status, bytes, client), each so often."""
    tally = Tally()
    for row, times in rows:
        tally.add(repeated(row, times))
    for name, number in counts.items():
        setattr(tally, name, number)
    return tally


def reading(hits: int = 0, firing: bool = False, *series: float) -> WindowReading:
    return WindowReading(hits, RULE, firing, series or (0.0,) * 60)


def report_of(tally: Tally, **changes: Any) -> Report:
    report = Report(AT, AT + 10, tally, reading(), None, (), 0)
    return report._replace(**changes)


def summary_of(report: Report) -> Summary:
    return Summary(*report)


def alerts_of(number: int) -> tuple[Alert, ...]:
    """Gives alerts and recoveries in turn, the latest at AT."""
    alerts = []
    for index in range(number):
        at = AT - 200 * (number - 1 - index)
        fires = Alert(RULE, FIRING, 1201 + index, at)
        recovers = Alert(RULE, OK, 1199 - index, at, since=at - 200, peak=1824)
        alerts.append(recovers if index % 2 else fires)
    return tuple(alerts)


BUSY = tally_of(
    (("GET /api", "/users", "200", 1234, "192.0.2.1"), 600),
    (("GET /api", "/users/7", "500", 99, "192.0.2.2"), 3),
    (("POST /api", "/orders", "201", 20, "2001:db8::1"), 34),
    (("GET /static", "/a.css", "304", 0, "192.0.2.3"), 80),
    (("GET /images", "/big.png", "200", 1_500_000, "192.0.2.3"), 12),
    (("GET /admin", "", "404", 162, "203.0.113.9"), 8),
    (("GET /", "", "301", 5, "198.51.100.7"), 1),
    (("", "", "400", 0, "203.0.113.9"), 2),
    (("OPTIONS *", "", "-", 0, "::1"), 1),
    ignored=4,
    unparsed=2,
    sample=("no time in it", b"what is this?"),
)
HOSTILE = "/\x1b[2J\x1b]0;owned\x07\r\n\x9b\u202egnp.exe\u2066\u200b\x7f"
STRANGE = tally_of(
    (("GET " + HOSTILE, HOSTILE, "404", 10, HOSTILE), 5),
    (("GET /" + "long" * 99, "/er" * 400, "503", 10**17, "f" * 300), 4),
    (("GET /" + "日本語" * 12, "/ページ" * 30, "404", 10, "客户" * 40), 3),
    ((b"GET /\xff\xfe\xc3", b"/\x80", "403", 10, b"\xe9t\xe9"), 2),
    (("GET /e\u0301\u0301te\u0301", "/" + "a\u0301" * 60, "410", 10, "naïve"), 1),
    (("M" * 60 + " /m", "", "200", 1, "::1"), 1),
    unparsed=1,
    sample=("its time does not exist", b"\x1b[31m\xff\xe2\x80\xae" + b"no" * 99),
)
ODD = tally_of(
    (("GET /a", "", "200", 100, "::1"), 1_234_567),
    late=8144,
    misdated=3,
    unparsed=1_000_000,
    ignored=7,
    sample=(
        "longer than 1 MiB",
        b"GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ),
)
SCENES: dict[str, list[Event]] = {
    "busy": [
        report_of(
            BUSY,
            window=reading(1476, True, *(index % 25 for index in range(60))),
            previous_rate=30.0,
            alerts=alerts_of(1),
        ),
        *alerts_of(2),
        Notice("access.log was rotated: following the new file"),
    ],
    "many_alerts": [
        report_of(BUSY, alerts=alerts_of(20), earlier_alerts=1234),
        summary_of(report_of(BUSY, end=AT + 300_000, alerts=alerts_of(20))),
    ],
    "no_hits": [report_of(Tally(), previous_rate=4.0)],
    "no_data": [
        report_of(
            Tally(),
            no_data=NoData(AT - 3, "access.log: No such file or directory"),
            window=reading(1300, True, *(12.5,) * 60),
        )
    ],
    "no_time": [
        summary_of(
            report_of(
                tally_of(unparsed=3, sample=("no time in it", b"x")),
                start=None,
                end=None,
            )
        )
    ],
    "odd_lines": [report_of(ODD, previous_rate=0.001)],
    "strange_names": [
        report_of(
            STRANGE,
            no_data=NoData(AT, "/var/log/\x1b[2J\udcff.log: Input/output error"),
        ),
        Notice("/var/log/\x1b[2J\udcff.log was rotated: following the new file"),
    ],
}


def render(events: list[Event], output: str, style: Style) -> str:
    renderer = RENDERERS[output](style)
    return "".join(renderer.render(event) for event in events)


def text_of(event: Event, **style: Any) -> str:
    return render([event], "text", Style(utc=True, **style))


def json_of(event: Event) -> dict[str, Any]:
    [line] = render([event], "json", Style(utc=True)).splitlines()
    return dict(json.loads(line))


def line_of(event: Event, label: str) -> str:
    found = [line for line in text_of(event).splitlines() if line.startswith(label)]
    assert len(found) == 1, found
    return found[0]


# --- whole outputs -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", STYLES)
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_reads_as_in_its_golden_file(scene: str, kind: str) -> None:
    path = GOLDEN / f"{scene}.{kind}"
    text = render(SCENES[scene], *STYLES[kind])
    if os.environ.get("GOLDEN") == "write":
        path.write_bytes(text.encode())
    assert text.encode() == path.read_bytes()


def test_every_golden_file_is_a_scene() -> None:
    files = {path.name for path in GOLDEN.glob("*.*") if path.name[0] != "."}
    assert files == {f"{scene}.{kind}" for scene in SCENES for kind in STYLES}
    assert files


# --- alert lines ---------------------------------------------------------------------------

FIRED = Alert(RULE, FIRING, 1201, AT + 3)
RECOVERED = Alert(RULE, OK, 1199, AT + 203, since=AT + 3, peak=1824)
SMALL = Rule("traffic", Fraction(1, 1000), 3600)


@pytest.mark.parametrize(
    ("alert", "message"),
    [
        pytest.param(
            FIRED,
            "High traffic generated an alert - hits = 1201, triggered at "
            "2026-11-23 22:48:03+00:00 (10.01/s over 120 s, threshold 10/s)",
            id="fires",
        ),
        pytest.param(
            RECOVERED,
            "High traffic alert recovered - hits = 1199, recovered at "
            "2026-11-23 22:51:23+00:00 (9.99/s over 120 s, lasted 3m20s, peak 15.2/s)",
            id="recovers",
        ),
        pytest.param(
            FIRED._replace(rule=SMALL, hits=4),
            "High traffic generated an alert - hits = 4, triggered at "
            "2026-11-23 22:48:03+00:00 (<0.01/s over 3600 s, threshold 0.001/s)",
            id="something is never written as nothing",
        ),
        pytest.param(
            RECOVERED._replace(since=AT + 500),
            "High traffic alert recovered - hits = 1199, recovered at "
            "2026-11-23 22:51:23+00:00 (9.99/s over 120 s, lasted 0s, peak 15.2/s)",
            id="a log whose clock was set back in between",
        ),
    ],
)
def test_an_alert_line_reads_to_the_letter(alert: Alert, message: str) -> None:
    assert alert_message(alert, Style(utc=True)) == message
    assert text_of(alert) == message + "\n"
    assert json_of(alert)["message"] == message


def test_a_report_repeats_its_alerts_oldest_first_and_counts_the_earlier_ones() -> None:
    alerts = alerts_of(20)
    lines = text_of(report_of(BUSY, alerts=alerts, earlier_alerts=5)).splitlines()
    assert lines[-22:] == [
        "alerts   25  the last 20:",
        *(alert_message(alert, Style(utc=True)) for alert in alerts),
        "",
    ]


def test_a_notice_is_no_part_of_the_text() -> None:
    assert text_of(Notice("access.log was rotated")) == ""


# --- lines of the text ---------------------------------------------------------------------


def test_all_status_classes_are_told_however_large_they_are() -> None:
    statuses = ["101", "200", "301", "404", "503", "-"]
    rows = [(("GET /", "", status, 1, "::1"), 12_345_678) for status in statuses]
    text = text_of(summary_of(report_of(tally_of(*rows), end=AT + 86400)))
    for name in ("1xx", "2xx", "3xx", "4xx", "5xx", "other"):
        assert f"{name} 12,345,678 (17%)" in text
    assert re.search(r"^ {9}[345]xx 12,345,678 ", text, re.MULTILINE)
    assert "errors 33%" in text


def test_what_fires_is_told_however_large_it_is() -> None:
    rule = Rule("traffic", Fraction(999_999_999_999), 604_799)
    window = WindowReading(10**18, rule, True, (0.5,))
    report = report_of(BUSY, window=window)
    assert "HIGH TRAFFIC" in text_of(report)
    assert "\x1b[31mHIGH TRAFFIC\x1b[0m" in text_of(report, color=True)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        pytest.param(50, None, "5/s", id="first report"),
        pytest.param(50, 5.0, "5/s (+0%)", id="no change"),
        pytest.param(50, 4.0, "5/s (+25%)", id="more"),
        pytest.param(50, 10.0, "5/s (-50%)", id="less"),
        pytest.param(50, 0.1, "5/s (+50x)", id="many times"),
        pytest.param(50, 0.0, "5/s", id="after nothing"),
        pytest.param(50, 5.001, "5/s (-<0.1%)", id="hardly less"),
    ],
)
def test_the_rate_is_told_with_its_change(
    now: int, before: float | None, words: str
) -> None:
    tally = tally_of((("GET /", "", "200", 1, "::1"), now))
    line = line_of(report_of(tally, previous_rate=before), "traffic")
    assert line == f"traffic  50 hits  {words}  50 B  1 client  errors 0%"


@pytest.mark.parametrize("top", [1, 3, 7, 8])
def test_sections_beyond_the_top_are_added_up(top: int) -> None:
    text = text_of(report_of(BUSY), top=top)
    table = text.partition("errors\n")[2].partition("clients")[0].splitlines()
    hits = [int(line[42:52].replace(",", "")) for line in table]
    rest = ["/api", "/static", "/images", "/admin", "(malformed)", "*", "/"][top:]
    assert sum(hits) == BUSY.hits
    assert len(table) == min(7, top + bool(rest))
    assert (f"({len(rest)} more)" in text) == bool(rest)


def test_the_hits_of_sections_that_are_not_kept_stand_last() -> None:
    tally = tally_of(
        (("GET /a", "", "200", 1, "::1"), 30),
        (("GET /b", "", "200", 1, "::1"), 20),
        (("GET /c", "", "404", 1, "::1"), 10),
    )
    tally.hits += 40
    tally.sections[b"(other)"] = 40
    text = text_of(report_of(tally), top=1)
    table = text.partition("errors\n")[2].partition("clients")[0].splitlines()
    assert [line[:52].split() for line in table] == [
        ["/a", "30"],
        ["(2", "more)", "30"],
        ["(other)", "40"],
    ]
    told = json_of(report_of(tally))
    assert told["sections"][-1]["section"] == "(other)"
    assert sum(each["hits"] for each in told["sections"]) == told["hits"]
    assert told["sections_total"] == 3


def test_hits_of_which_no_name_is_kept_are_told() -> None:
    total, number = Tally(), MOST // 2 + 1
    for part in (0, number):
        names = [b"%d" % name for name in range(part, part + number)]
        tally = Tally()
        requests = [b"GET /%b/x HTTP/1.1" % name for name in names]
        texts = [text_from(request, b"404", b"0") for request in requests]
        tally.add_hits(Columns([AT] * number, names, texts))
        total.add(tally)
    assert not total.clients and not total.failing
    text = text_of(summary_of(report_of(total)))
    assert f"(other){MOST + 2:>45,}    100%" in text
    assert "\nclients" not in text and "\nfailing" not in text
    told = json_of(summary_of(report_of(total)))
    assert (told["hits"], told["clients"]) == (MOST + 2, MOST + 2)


@pytest.mark.parametrize(
    ("series", "top", "drawn"),
    [
        pytest.param([], 10.0, "", id="nothing"),
        pytest.param([0, 0], 0.0, "  ", id="silence at threshold 0"),
        pytest.param([0, 1, 2, 3, 4, 5, 6, 7, 8], 8.0, " .:-=+*#@", id="every step"),
        pytest.param([0.001], 1000.0, ".", id="something is never drawn as nothing"),
        pytest.param([4, 8], 16.0, ":=", id="against the threshold"),
    ],
)
def test_numbers_are_drawn_as_bars(series: list[float], top: float, drawn: str) -> None:
    assert sparkline(series, ASCII_BARS, top) == drawn
    assert sparkline(series, BARS, top) == drawn.translate(
        str.maketrans(ASCII_BARS, BARS)
    )


@pytest.mark.parametrize(
    ("series", "threshold", "scale"),
    [
        pytest.param((1.0, 2.0), 10, "10/s", id="below the threshold"),
        pytest.param((1.0, 144.5), 10, "144.5/s", id="above the threshold"),
        pytest.param((12345.5,), 10, "12.3k/s", id="far above"),
        pytest.param((), 999_999, "1.0M/s", id="a high threshold"),
        pytest.param((999.25,), 1, "999.25/s", id="the widest"),
    ],
)
def test_the_course_is_drawn_up_to_its_highest_point_or_the_threshold(
    series: tuple[float, ...], threshold: int, scale: str
) -> None:
    padded = (0.0,) * (60 - len(series)) + series
    window = WindowReading(
        1, RULE._replace(threshold=Fraction(threshold)), False, padded
    )
    line = line_of(report_of(BUSY, window=window), "course")
    assert line.endswith(f"| {scale}")
    assert len(line) <= 80
    top = max(threshold, *padded)
    assert line[10:70] == sparkline(padded, BARS, top)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("abc", 3, id="ASCII"),
        pytest.param("日本", 4, id="wide"),
        pytest.param("e\u0301", 1, id="combining"),
        pytest.param("a\u20dd", 1, id="enclosed"),
        pytest.param("\x1b[31mred\x1b[0m", 3, id="coloured"),
        pytest.param("\x1b[1m日\x1b[0m", 2, id="wide and coloured"),
    ],
)
def test_columns_are_what_a_terminal_shows(text: str, width: int) -> None:
    assert columns(text) == width
    assert pad(text, 5) == text + " " * (5 - width)


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        pytest.param("abcdef", 6, "abcdef", id="fits"),
        pytest.param("abcdefg", 6, "abc...", id="too long"),
        pytest.param("日本語", 6, "日本語", id="wide, fits"),
        pytest.param("日本語語", 6, "日...", id="wide, too long"),
        pytest.param("a" * 10**6, 6, "aaa...", id="a million"),
        pytest.param("e\u0302\u0301" * 9, 6, "e\u0302\u0301" * 3 + "...", id="marks"),
    ],
)
def test_a_text_is_fitted_into_columns(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


# --- time zones ----------------------------------------------------------------------------

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"


@pytest.mark.parametrize(
    ("zone", "times"),
    [
        pytest.param("UTC0", {AT: "2026-11-23 22:48:00+00:00"}, id="UTC"),
        pytest.param("IST-5:30", {AT: "2026-11-24 04:18:00+05:30"}, id="India"),
        pytest.param(
            BERLIN,
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
    code = f"from monitor.outputs.report import Style\nfor s in {list(times)}: print(Style().time(s))"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    ).stdout
    assert printed.splitlines() == list(times.values())


@pytest.mark.parametrize(
    ("second", "time", "instant"),
    [
        (0, "1970-01-01 00:00:00+00:00", "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31 23:59:59+00:00", "1969-12-31T23:59:59Z"),
        (AT, "2026-11-23 22:48:00+00:00", "2026-11-23T22:48:00Z"),
        (-62104060800, "0002-01-01 00:00:00+00:00", "0002-01-01T00:00:00Z"),
    ],
)
def test_times_in_utc_are_whole_seconds(second: int, time: str, instant: str) -> None:
    report = report_of(BUSY, start=second, end=second + 10)
    assert text_of(report).startswith(f"== report: {time}, 10s ===")
    assert json_of(report)["start"] == instant


# --- JSON ----------------------------------------------------------------------------------

REPORT_KEYS = [
    *(
        "type",
        "start",
        "end",
        "lines",
        "hits",
        "unparsed",
        "ignored",
        "late",
        "misdated",
    ),
    *("bytes", "clients", "rate", "status", "methods", "sections", "sections_total"),
    "window",
]
ALERT_KEYS = [
    *("type", "rule", "state", "hits", "rate", "threshold", "window", "at", "message"),
]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.mark.parametrize(
    ("event", "kind", "keys"),
    [
        pytest.param(report_of(BUSY), "report", REPORT_KEYS, id="report"),
        pytest.param(summary_of(report_of(BUSY)), "summary", REPORT_KEYS, id="summary"),
        pytest.param(
            report_of(BUSY, no_data=NoData(AT, "gone")),
            "report",
            [*REPORT_KEYS, "no_data"],
            id="report without data",
        ),
        pytest.param(FIRED, "alert", ALERT_KEYS, id="alert"),
        pytest.param(RECOVERED, "alert", [*ALERT_KEYS, "since", "peak"], id="recovery"),
        pytest.param(Notice("rotated"), "notice", ["type", "message"], id="notice"),
    ],
)
def test_the_keys_of_an_object_have_one_order(
    event: Event, kind: str, keys: list[str]
) -> None:
    fields = json_of(event)
    assert fields["type"] == kind
    assert list(fields) == keys


def test_a_report_as_json_has_the_numbers_of_its_tally() -> None:
    fields = json_of(report_of(BUSY, window=reading(1476, True)))
    del fields["sections"][1:]
    assert fields == {
        "type": "report",
        "start": "2026-11-23T22:48:00Z",
        "end": "2026-11-23T22:48:10Z",
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
        "window": {
            "seconds": 120,
            "hits": 1476,
            "rate": 12.3,
            "threshold": 10.0,
            "firing": True,
        },
    }
    assert isinstance(fields["window"]["threshold"], float)


def test_an_alert_as_json_has_its_numbers() -> None:
    fields = json_of(RECOVERED)
    del fields["message"]
    assert fields == {
        "type": "alert",
        "rule": "traffic",
        "state": "recovered",
        "hits": 1199,
        "rate": 9.99,
        "threshold": 10.0,
        "window": 120,
        "at": "2026-11-23T22:51:23Z",
        "since": "2026-11-23T22:48:03Z",
        "peak": 15.2,
    }
    assert json_of(FIRED)["state"] == "firing"


def test_json_is_in_utc_whatever_the_zone_of_the_text() -> None:
    line = render([FIRED], "json", Style(utc=False))
    assert INSTANT.fullmatch(json.loads(line)["at"])


# --- laws ----------------------------------------------------------------------------------

SEEDS = range(40)
PIECES = [
    *(
        "/",
        "a",
        "index.html",
        "?q=",
        " ",
        '"',
        "\\",
        "%00",
        "\\x1b",
        "=",
        "日本",
        "é",
        "e\u0301",
    ),
    *(
        "\x00",
        "\x07",
        "\x08",
        "\t",
        "\n",
        "\r",
        "\x1b[2J",
        "\x1b]0;x\x07",
        "\x7f",
        "\x85",
        "\x9b31m",
    ),
    *(
        "\u200b",
        "\u200e",
        "\u200f",
        "\u202a",
        "\u202e",
        "\u2066",
        "\u2069",
        "\u061c",
        "\u2028",
        "\u2029",
    ),
    *(
        "\ufeff",
        "\ufff9",
        "\U000e0041",
        "\U0001f600",
        "\ue000",
        "\u0378",
        "\u20dd",
        "ｗ",
    ),
]
BROKEN = [
    b"\xff",
    b"\xc0\x9b",
    b"\xed\xa0\x80",
    b"\xe2\x80",
    b"\x9b",
    b"\xf5\x80\x80\x80",
]


def hostile(rng: random.Random) -> bytes:
    pieces = [*map(str.encode, PIECES), *BROKEN]
    return b"".join(rng.choices(pieces, k=rng.choice([0, 1, 5, 20, 100])))


def some(rng: random.Random) -> int:
    return rng.choice([0, 1, 9, 999, 12_345, 9_999_999, 10**10, 10**13])


def random_row(rng: random.Random) -> Row:
    method = rng.choice(["GET", "POST", "M" * rng.randint(1, 90)]).encode()
    section = b"/" + hostile(rng).replace(b"/", b"").replace(b"?", b"")
    named = rng.choice([b"", method + b" " + section])
    status = rng.choice(["101", "200", "200", "301", "404", "503", "600", "-"])
    return (
        named,
        hostile(rng) if named else b"",
        status,
        some(rng) // 10**4,
        hostile(rng),
    )


def random_tally(rng: random.Random) -> Tally:
    rows = [(random_row(rng), some(rng)) for _ in range(rng.choice([0, 1, 15]))]
    reason = rng.choice(["no time in it", "its time does not exist"])
    return tally_of(
        *rows,
        **{name: some(rng) for name in ("late", "misdated", "unparsed", "ignored")},
        sample=rng.choice([None, (reason, hostile(rng))]),
    )


@cache
def random_report(seed: int) -> Report:
    """Makes a report, once for all laws: counting its hits takes longer than to write it."""
    rng = random.Random(seed)
    rule = Rule(
        "traffic", Fraction(some(rng), rng.choice([1, 7])), rng.randint(1, 604800)
    )
    series = tuple(rng.choice([0, 0.1, some(rng) / 7]) for _ in range(60))
    no_data = NoData(AT, hostile(rng).decode("utf-8", "surrogateescape"))
    return report_of(
        random_tally(rng),
        end=AT + rng.choice([1, 10, 604800]),
        window=WindowReading(some(rng), rule, rng.random() < 0.5, series),
        previous_rate=rng.choice([None, 0.0, 1e-9, 1.0, 1e9]),
        alerts=alerts_of(rng.randint(0, 20)),
        earlier_alerts=some(rng),
        no_data=rng.choice([None, no_data]),
    )


def shown_columns(text: str) -> int:
    """Counts columns in another way than the program does."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "FW" else 1
        for char in text
        if unicodedata.category(char) not in ("Mn", "Me")
    )


def unsafe(text: str) -> list[str]:
    """Gives what a terminal takes for a command, or does not show as it stands."""
    kinds = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return [c for c in text if unicodedata.category(c) in kinds and c != "\n"]


def may_be_long(line: str) -> bool:
    return line.startswith(("High traffic ", "NO DATA "))


@pytest.mark.parametrize("ascii_only", [False, True], ids=["unicode", "ascii"])
def test_no_line_but_an_alert_and_no_data_is_wider_than_a_terminal(
    ascii_only: bool,
) -> None:
    for seed in SEEDS:
        report = random_report(seed)
        for line in text_of(report, ascii_only=ascii_only).splitlines():
            assert may_be_long(line) or shown_columns(line) <= 80, (seed, line)


@pytest.mark.parametrize("ascii_only", [False, True], ids=["unicode", "ascii"])
def test_nothing_in_a_log_reaches_the_terminal_as_a_command(ascii_only: bool) -> None:
    for seed in SEEDS:
        report = random_report(seed)
        text = text_of(report, ascii_only=ascii_only)
        assert not unsafe(text), seed
        assert text.isascii() or not ascii_only, seed


def test_json_holds_no_control_character_escaped_or_not() -> None:
    for seed in SEEDS:
        rng = random.Random(seed)
        message = hostile(rng).decode("utf-8", "surrogateescape")
        for event in (random_report(seed), Notice(message)):
            line = render([event], "json", Style(utc=True, top=50))
            assert line.isascii(), seed
            assert not unsafe(json.dumps(json.loads(line), ensure_ascii=False)), seed


@pytest.mark.parametrize("number", [1, 5, 6, 9, 41, 500])
def test_methods_that_do_not_fit_are_told_as_a_number(number: int) -> None:
    names = [f"METHOD{n}" for n in range(number)]
    tally = tally_of(*(((f"{name} /", "", "200", 0, "c"), 2) for name in names))
    line = line_of(report_of(tally), "methods")
    assert len(line) <= 80
    words = line.split()[1:]
    shown = [word for word in words if word in names]
    numbers = [word.replace(",", "") for word in words]
    assert sum(int(word) for word in numbers if word.isdigit()) == 2 * number
    left = number - len(shown)
    assert (f"({left} more)" in line) == (left > 0)
    assert len(shown) >= min(number, 4)


def test_as_many_methods_as_fit_are_told() -> None:
    names = "ABCDEFGHIJKLMN"
    tally = tally_of(*(((f"{name} /", "", "200", 0, "c"), 1) for name in names))
    line = line_of(report_of(tally), "methods")
    assert line.split()[1:] == [word for name in names for word in (name, "1")]


def test_a_count_stands_apart_from_the_bytes_before_it() -> None:
    tally = Tally()
    tally.hits = 1_000_000
    for counts in (tally.sections, tally.section_errors, tally.section_bytes):
        counts[b"/a"] = 1_000_000
    tally.statuses[b"404"] = 1_000_000
    row = line_of(report_of(tally), "/a")
    assert row.split() == ["/a", "1,000,000", "100%", "1.0", "MB", "1.0M"]


@pytest.mark.parametrize("ascii_only", [False, True], ids=["unicode", "ascii"])
def test_colour_changes_nothing_but_the_colour(ascii_only: bool) -> None:
    for seed in SEEDS:
        report = random_report(seed)
        colored = text_of(report, ascii_only=ascii_only, color=True)
        plain = re.sub(r"\x1b\[\d+m", "", colored)
        assert plain == text_of(report, ascii_only=ascii_only), seed
        assert plain != colored
