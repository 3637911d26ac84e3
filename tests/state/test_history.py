"""The stored alerts and reports: of a period, by pages, newest first, as text or JSON."""

import json
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support.states import a_state, query
from support.timelines import START, line, log, traffic

from monitor.core.events import Event, Report
from monitor.core.pipeline import Pipeline
from monitor.errors import StoreError, UsageError
from monitor.options import PER_PAGE
from monitor.outputs import Style
from monitor.periods import moment_of
from monitor.settings import Settings
from monitor.state.checkpoint import Checkpointer
from monitor.state.history import History, read_history
from monitor.state.store import Batch, Store

NOW = START + 10_000.7
LOGS = ["/access.log"]
STATE = a_state(0, LOGS)
UTC = Style(utc=True)
BOUNDS = {"since", "until"}


# --- what is stored ------------------------------------------------------------------------

TRAFFIC = traffic("0-9:2 20-29:5 60-69:2 80-89:5 150:1")
SETTINGS = Settings(replay=True, top=100, window=10, threshold=Fraction(3))


def events() -> list[Any]:
    """Return the alerts and reports of some traffic with 30 sections."""
    pipeline = Pipeline(SETTINGS)
    lines = [line(s, f"/s{n % 30}/x", 200 + n % 300) for n, s in enumerate(TRAFFIC)]
    pipeline.intake.feed("log", b"".join(lines))
    return [*pipeline.advance(), *pipeline.finish()][:-1]


def store_events(path: Path, events: Iterable[Event]) -> None:
    checkpoint = Checkpointer(Store(str(path), LOGS), pytest.fail, 0.0)
    for event in events:
        checkpoint.emit(event)
        checkpoint.save(STATE, 0.0)
    checkpoint.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a history that no test may change."""
    path = tmp_path_factory.mktemp("whole") / "state.db"
    store_events(path, events())
    return path


@pytest.fixture
def path(tmp_path: Path, whole: Path) -> Path:
    shutil.copytree(whole.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / whole.name


def read(path: Path, **options: Any) -> list[str]:
    bounds = {name: moment_of(options[name]) for name in BOUNDS & options.keys()}
    settings = Settings(history=True, **{**options, **bounds})
    lines = read_history(settings, str(path), NOW, UTC, pytest.fail)
    return "".join(lines).splitlines()


def objects(path: Path, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(each) for each in read(path, output="json", **options)]


def test_the_alerts_are_listed_by_episodes_newest_first(path: Path) -> None:
    assert read(path) == [
        "2 alerts, page 1 of 1, newest first",
        "2026-11-23 22:49:26+00:00  traffic     8s  peak 5.00/s  192.0.2.1 100%",
        "2026-11-23 22:48:26+00:00  traffic     8s  peak 5.00/s  192.0.2.1 100%",
    ]


def test_the_reports_come_after_the_alerts_a_line_each(path: Path) -> None:
    lines = read(path, reports=True)
    place = lines.index("5 reports, page 1 of 1, newest first")
    assert place == 3
    assert lines[place + 2].startswith("2026-11-23 22:49:20+00:00  10s  50 hits  ")
    assert len(lines) == place + 6


def test_json_prints_the_whole_objects_of_the_output(path: Path) -> None:
    *rows, last = objects(path, reports=True)
    alerts = [each for each in rows if each["type"] == "alert"]
    reports = [each for each in rows if each["type"] == "report"]
    assert last == {
        "type": "history",
        "of": "reports",
        "total": 5,
        "page": 1,
        "pages": 1,
    }
    assert [each["state"] for each in alerts] == ["recovered", "firing"] * 2
    assert sum(each["hits"] for each in reports) == len(TRAFFIC)
    for each in reports:
        assert sum(section["hits"] for section in each["sections"]) == each["hits"]
        assert len(each["sections"]) == each["sections_total"]
    assert max(each["sections_total"] for each in reports) == 30
    expected = {
        *("type", "start", "end", "lines", "hits", "unparsed", "ignored", "late"),
        *("misdated", "bytes", "clients", "rate", "status", "methods", "sections"),
        *("sections_total", "window"),
    }
    assert all(expected <= set(each) for each in reports)
    expected = {"rule", "state", "hits", "rate", "threshold", "window", "at", "message"}
    assert all(expected <= set(each) for each in alerts)
    assert {"since", "peak"} <= set(alerts[0])


def test_the_clients_of_a_stored_report_are_those_it_had(path: Path) -> None:
    reports = [each for each in events() if isinstance(each, Report)]
    rows = [each for each in objects(path, reports=True) if each["type"] == "report"]
    assert [each["hits"] for each in reversed(rows)] == [e.values.hits for e in reports]


FIRST = "page 1 of 1, newest first"
PAGES = [
    ({"per_page": 1}, "2 alerts, page 1 of 2, newest first", 1, 4),
    ({"per_page": 1, "page": 2}, "2 alerts, page 2 of 2, newest first", 1, 4),
    ({"per_page": 2}, f"2 alerts, {FIRST}", 2, 4),
    ({"since": "2026-11-23T22:49:00Z"}, f"1 alert, {FIRST}", 1, 2),
    ({"since": "1s"}, f"0 alerts, {FIRST}", 0, 0),
    ({"since": "7d"}, f"2 alerts, {FIRST}", 2, 4),
    ({"until": "2026-11-23 22:49"}, f"1 alert, {FIRST}", 1, 2),
    ({"since": "22:49", "until": "22:50"}, f"1 alert, {FIRST}", 1, 2),
    ({"since": "22:48:30", "until": "22:48:31"}, f"1 alert, {FIRST}", 1, 0),
    ({"since": "999999999d"}, f"2 alerts, {FIRST}", 2, 4),
]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(("options", "title", "number", "total"), PAGES, ids=str)
def test_a_page_of_a_period_has_a_line_that_says_how_many_there_are(
    path: Path, options: dict[str, Any], title: str, number: int, total: int
) -> None:
    """A period has the episodes that reach into it, and as JSON the alerts and recoveries in it."""
    first, *rows = read(path, **options)
    assert (first, len(rows)) == (title, number)
    *_, last = objects(path, **options)
    assert last["total"] == total


def test_the_pages_together_are_the_whole_list(path: Path) -> None:
    whole = read(path)[1:]
    parts = [read(path, per_page=1, page=page)[1:] for page in (1, 2)]
    assert [each for part in parts for each in part] == whole


TOO_FAR = [
    pytest.param({"per_page": 1, "page": 5}, "no page 5: the last is", id="by one"),
    pytest.param({"page": 999999999}, "no page 999999999: the last is 1", id="far"),
    pytest.param({"page": 2, "since": "1s"}, "no page 2: the last is 1", id="none"),
    pytest.param(
        {"page": 6, "per_page": 1, "reports": True}, "the last is 5", id="of reports"
    ),
]


@pytest.mark.parametrize(("options", "words"), TOO_FAR)
@pytest.mark.parametrize("output", ["text", "json"])
def test_a_page_after_the_last_is_wrong_usage(
    path: Path, options: dict[str, Any], words: str, output: str
) -> None:
    options = {"per_page": 20, **options}
    with pytest.raises(UsageError, match=words):
        read(path, output=output, **options)


def test_a_page_of_the_reports_may_come_after_the_last_of_the_alerts(
    path: Path,
) -> None:
    lines = read(path, reports=True, per_page=1, page=5)
    assert lines[:2] == [
        "2 alerts, there is no page 5, the last is 2",
        "5 reports, page 5 of 5, newest first",
    ]
    assert len(lines) == 3


def test_a_report_belongs_to_the_period_of_its_last_second(path: Path) -> None:
    bounds = {"since": "2026-11-23T22:48:10Z", "until": "2026-11-23T22:48:30Z"}
    lines = read(path, reports=True, **bounds)
    assert [each[11:19] for each in lines[-1:]] == ["22:48:20"]
    later = read(path, reports=True, until="2026-11-23T22:48:29Z")
    assert [each[11:19] for each in later if "hits  " in each] == ["22:48:00"]


def test_a_history_of_other_logs_is_refused(path: Path) -> None:
    assert read(path, files=tuple(LOGS)) == read(path)
    for others in (("/other.log",), (*LOGS, "/other.log")):
        with pytest.raises(StoreError, match=f"belongs to {LOGS[0]}; give another"):
            read(path, files=others)


@pytest.mark.parametrize("value", ["x'0011'", "'{}'", "'[]'"], ids=str)
def test_a_history_is_reported_though_its_state_cannot_be_read(
    path: Path, value: str
) -> None:
    whole = read(path)
    query(path, f"UPDATE state SET value = {value}")
    assert read(path, files=tuple(LOGS)) == whole


def test_since_is_up_to_the_second(path: Path) -> None:
    newest, *_ = objects(path)
    at = newest["at"]
    after = (datetime.fromisoformat(at).timestamp()) + 1
    assert len(objects(path, since=at)) == 2
    assert read(path, since=at)[0] == "1 alert, page 1 of 1, newest first"
    later = datetime.fromtimestamp(after).astimezone().isoformat()
    assert len(objects(path, since=later)) == 1


def test_text_has_pages_of_twenty_and_json_has_it_all(tmp_path: Path) -> None:
    path = tmp_path / "many.db"
    with closing(Store(str(path), LOGS)) as store:
        alert = {**ALERT, "type": "alert"}
        store.save(Batch(STATE, [], [(START + n, alert) for n in range(50)]))
    assert len(read(path)) == 1 + PER_PAGE
    assert read(path)[0] == "50 alerts, page 1 of 3, newest first"
    assert len(read(path, page=3)) == 1 + 10
    assert len(objects(path)) == 50 + 1


ALERT = {
    "rule": "traffic",
    "state": "firing",
    "hits": 12,
    "rate": 1.2,
    "threshold": 0.1,
    "window": 10,
    "at": "2026-11-23T22:48:00Z",
    "message": "",
    "seen_late": True,
}


def test_an_alert_that_was_seen_late_says_so(tmp_path: Path) -> None:
    path = tmp_path / "late.db"
    with closing(Store(str(path), LOGS)) as store:
        store.save(Batch(STATE, [], [(START, {**ALERT, "type": "alert"})]))
    row = "2026-11-23 22:48:00+00:00  traffic  still firing  seen late"
    assert read(path)[1] == row


# --- surroundings --------------------------------------------------------------------------


def test_it_can_be_read_while_a_monitor_is_writing(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as monitor:
        monitor.execute("BEGIN IMMEDIATE")
        monitor.execute("DELETE FROM alerts")
        assert read(path)[0] == "2 alerts, page 1 of 1, newest first"
        monitor.execute("COMMIT")
        assert read(path)[0] == "0 alerts, page 1 of 1, newest first"


def test_reading_it_leaves_nothing_behind_and_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    read(path, reports=True)
    assert path.read_bytes() == before
    names = sorted(each.name for each in path.parent.iterdir())
    assert names == ["state.db", "state.db.lock"]


NOT_YET = {
    "missing": (lambda path: None, "no history yet: .* does not exist; it is made"),
    "empty": (lambda path: path.touch(), "no history yet: .* is empty"),
    "a folder": (lambda path: path.mkdir(), "is a directory and cannot hold the state"),
    "no database": (
        lambda path: path.write_bytes(b"GET / HTTP/1.1" * 99),
        "is not a state of this program and is left as it is",
    ),
    "damaged": (
        lambda path: path.write_bytes(b"SQLite format 3\0" + b"damaged" * 99),
        "is damaged",
    ),
}


@pytest.mark.parametrize(("prepare", "words"), NOT_YET.values(), ids=NOT_YET)
def test_a_database_that_cannot_be_read_is_reported_and_left(
    tmp_path: Path, prepare: Any, words: str
) -> None:
    path = tmp_path / "state.db"
    prepare(path)
    with pytest.raises(StoreError, match=words):
        History(str(path)).count("alerts")
    assert len(list(tmp_path.iterdir())) <= 1


def test_nothing_from_a_log_reaches_the_terminal_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "hostile.db"
    pipeline = Pipeline(Settings(replay=True))
    hostile = log([0]).replace(b"GET / ", b"GET /\x1b[2J\x9b\xe2\x80\xae ")
    pipeline.intake.feed("log", hostile)
    store_events(path, [*pipeline.advance(), *pipeline.finish()])
    text = "".join(read(path, reports=True))
    assert "\\x1b[2J" in text
    assert not {"\x1b", "\x9b", "\u202e"} & set(text)
