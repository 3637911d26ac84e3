"""A state that does not fit this program ends in one line."""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from support.timelines import line

from monitor.app.cli import read_settings
from monitor.app.session import Session
from monitor.errors import MonitorError
from monitor.outputs.console import Writer
from monitor.outputs.report import Style
from monitor.outputs.signals import Stop
from monitor.state.store import Store

OPTIONS = ["-o", "json", "-w", "10", "-t", "1", "--utc", "--once"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Gives where the values in a state are, of lists only the first."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key)
            yield from places(each, (*path, key))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from places(value[0], (*path, 0))


def changed(state: Any, place: tuple[Any, ...], value: Any) -> Any:
    state = deepcopy(state)
    inner = state
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return state


def replace_state(path: Path, state: Any) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        value = zlib.compress(json.dumps(state).encode())
        connection.execute("UPDATE state SET value = ?", (value,))


WRONG = (None, "text", [[1]])


def test_a_state_with_a_value_that_cannot_be_ends_in_one_line(
    log: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = log.with_name("state.db")
    log.write_bytes(b"".join(map(line, [*range(20), 2000])) + b"half a line")
    settings = read_settings([*OPTIONS, "--state", str(path), str(log)])
    session = Session(settings, Style(utc=True), Writer(1, "utf-8", Stop()), Stop())
    session.run()
    capfd.readouterr()
    with closing(Store(str(path), [str(log)])) as store:
        state = store.load()
    database, failures = path.read_bytes(), 0
    for place in places(state):
        for value in WRONG:
            path.write_bytes(database)  # to make one anew waits on the disk
            replace_state(path, changed(state, place, value))
            try:
                session.run()
            except MonitorError as error:
                failures += 1
                assert "\n" not in str(error), (place, value)
                assert capfd.readouterr() == ("", ""), (place, value)
            capfd.readouterr()
    assert failures > 100
