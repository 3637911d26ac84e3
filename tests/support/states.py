"""States as a run saves them, and what happens to the disk that they are on."""

import json
import resource
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from support.reports import FIRED, NOTHING, report_of

from monitor.core import Event
from monitor.core.pipeline import Pipeline
from monitor.outputs import Json, Style
from monitor.settings import Settings
from monitor.state.history import History
from monitor.state.store import Batch, Store

LOGS = ["/var/log/access.log"]
ALL = 1 << 31


def a_state(number: int = 0, files: Sequence[str] = LOGS) -> dict[str, Any]:
    """Return the state of some logs that were not read yet; the number distinguishes states."""
    log = {"known": [], "since": 0, "files": [], "folders": [], "was_open": False}
    core = {**Pipeline(Settings()).snapshot(), "alert_count": number}
    moment = {"wall": 0.0, "boot": "", "awake": 0.0}
    state = {"core": core, "files": dict.fromkeys(files, log), "moment": moment}
    stored: dict[str, Any] = as_stored(state)
    return stored


def as_stored(value: Any) -> Any:
    """Return a value as it comes back from JSON."""
    return json.loads(json.dumps(value))


def row_of(event: Event, hits: int) -> dict[str, Any]:
    """Return a stored event; the number of hits distinguishes events."""
    row: dict[str, Any] = as_stored(Json(Style(utc=True)).fields(event))
    return {**row, "hits": hits}


def an_alert(number: int) -> tuple[int, dict[str, Any]]:
    return number, row_of(FIRED, number)


def a_report(start: int, number: int) -> tuple[int, int, dict[str, Any]]:
    return start, start + 10, row_of(report_of(NOTHING), number)


def a_batch(number: int) -> Batch:
    """Return a state, a report and an alert that all have a number."""
    at = 10 * number
    return Batch(a_state(number), [a_report(at, number)], [an_alert(at)])


def opened(path: Path | str, files: Sequence[str] = LOGS) -> Store:
    return Store(str(path), files)


def filled(path: Path, batches: int = 3) -> None:
    with closing(opened(path)) as store:
        for number in range(batches):
            store.save(a_batch(number))


def stored(path: Path) -> tuple[list[int], list[int]]:
    """Return the numbers of the stored reports and alerts, oldest first."""
    with closing(History(str(path))) as history:
        reports = list(history.read("reports", ALL, 0))
        alerts = list(history.read("alerts", ALL, 0))
    return (
        [each["hits"] for each in reversed(reports)],
        [each["hits"] for each in reversed(alerts)],
    )


def query(path: Path, text: str) -> Any:
    """Run a statement as another program would, and return its first value if there is one."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        row = connection.execute(text).fetchone()
    return row and row[0]


def damage(path: Path, table: str = "reports") -> None:
    """Overwrite the pages of a table from its root on."""
    query(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    root = query(path, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")
    with path.open("r+b") as file:
        file.seek(4096 * (root - 1))
        file.write(b"\xff" * 4096)


@contextmanager
def full_disk(room: int = 0) -> Iterator[None]:
    """Let no file grow beyond `room` bytes, like a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
