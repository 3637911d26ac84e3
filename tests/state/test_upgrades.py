"""States that earlier releases wrote are read by this one, and nothing is lost."""

import json
import sqlite3
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from support.timelines import line
from support.unwatched import unwatched

from monitor.app.cli import main, read_settings
from monitor.app.session import Session
from monitor.errors import MonitorError
from monitor.outputs.output import Output, Stop
from monitor.outputs.report import Style
from monitor.state.database import MIGRATIONS
from monitor.state.store import Batch, Store
from monitor.state.upgrades import (
    to_version_2,
    to_version_3,
    to_version_4,
    to_version_5,
)
from monitor.stats.distinct import Distinct
from monitor.stats.tally import Tally

OLD = json.loads((Path(__file__).parents[1] / "states" / "version_1.json").read_text())
"""A log, the state of a run that was killed in an incident, and its alerts.

The last of the log are a hit far ahead that waits for the next one, and half a line.
"""
NOW = 1795471211
OPTIONS = ["-o", "json", "-w", "10", "-t", "1", "--utc", "--once"]


def as_it_was_left(log: Path, path: Path) -> None:
    """Makes a log, and its database as the release of version 1 left it."""
    log.write_text(OLD["log"])
    state = deepcopy(OLD["state"])
    (files,) = state["files"].values()
    status = log.stat()
    for file in files["files"]:
        file["device"], file["inode"] = status.st_dev, status.st_ino
    state["files"] = {str(log): files}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"{MIGRATIONS[0]}; PRAGMA user_version = 1")
        value = zlib.compress(json.dumps(state).encode())
        connection.execute("INSERT INTO state VALUES (1, ?)", (value,))
        for alert in OLD["alerts"]:
            connection.execute(
                "INSERT INTO alerts (at, provisional, value) VALUES (?, 0, ?)",
                (1795471205, json.dumps(alert)),
            )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def test_a_run_of_this_release_goes_on_where_one_of_version_1_was_killed(
    log: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = log.with_name("state.db")
    as_it_was_left(log, path)
    with log.open("ab") as file:
        file.write(b'TP/1.1" 200 7\n')
        file.writelines(line(NOW + second, "/c") for second in range(1, 30, 3))
    assert main([*OPTIONS, "--state", str(path), str(log)]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    alerts, report = [], {}
    for each in map(json.loads, out.splitlines()):
        if each["type"] == "alert":
            alerts.append(each["state"])
        report = each if each["type"] == "report" else report
    assert alerts == ["recovered"]  # it was firing, and that was told
    # Those of the open report, the one that waited, the one cut in two, and the new ones.
    assert (report["hits"], report["unparsed"]) == (6 + 1 + 1 + 10, 1)
    with closing(Store(str(path), [str(log)])) as store:
        assert store.load()
    with closing(sqlite3.connect(path)) as connection:
        (told,) = connection.execute("SELECT count(*) FROM alerts").fetchone()
    assert told == 2


def test_a_tally_of_version_2_may_hold_long_names() -> None:
    state = deepcopy(OLD["state"])
    to_version_2(state)
    to_version_3(state)
    tally = state["core"]["ledger"]["tally"]
    assert tally["weight"] > tally["hits"]


def test_version_4_knows_of_doubt_silence_and_outages() -> None:
    state = deepcopy(OLD["state"])
    to_version_4(state)
    core, now = state["core"], OLD["state"]["core"]["clock"]["now"]
    assert (core["clock"]["reading"], core["clock"]["doubted"]) == (now, None)
    assert (core["no_data"], core["ledger"]["opened_late"]) == (None, False)
    core["no_data"], core["clock"]["reading"] = [now, "gone"], now + 5
    again = deepcopy(state)
    to_version_4(again)
    assert again == state
    core["clock"] = None
    to_version_4(state)
    assert core["clock"] is None


def test_version_2_knows_heads_only_and_whether_a_log_was_open() -> None:
    state = deepcopy(OLD["state"])
    to_version_2(state)
    (files,) = state["files"].values()
    known = next(iter(OLD["state"]["files"].values()))["known"]
    assert files["known"] == [head for _, _, head in known]
    assert files["was_open"] is True
    assert state["core"]["waiting"]["columns"][-1] == ["0"]
    again = deepcopy(state)
    to_version_2(again)
    assert again == state


# --- what cannot be understood -------------------------------------------------------------


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


@unwatched
def test_a_state_with_a_value_that_cannot_be_ends_in_one_line(
    log: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = log.with_name("state.db")
    as_it_was_left(log, path)
    with closing(Store(str(path), [str(log)])) as store:
        state = store.load()
        store.save(Batch(state or {}))
    database, failures = path.read_bytes(), 0
    settings = read_settings([*OPTIONS, "--state", str(path), str(log)])
    session = Session(settings, Style(utc=True), Output(1, "utf-8", Stop()), Stop())
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
    assert failures > 150


def test_version_2_keeps_names_in_tables() -> None:
    state = deepcopy(OLD["state"])
    old = deepcopy(state["core"]["ledger"]["tally"])
    to_version_2(state)
    tally = state["core"]["ledger"]["tally"]
    for name in ("heads", "clients"):
        assert old[name]
        assert tally[name] == {"counts": old[name], "short": 0, "shorts": {}}
    failing = {
        f"{status} {head}{rest}": hits for status, head, rest, hits in old["failing"]
    }
    assert tally["failing"]["counts"] == failing
    for upgrade in (to_version_3, to_version_5):
        upgrade(state)
    restored = Tally.restored(tally)
    assert restored.different_clients == len(old["clients"])
    assert restored.sections.total() == restored.methods.total() == old["hits"]
    assert restored.size == sum(old["head_bytes"].values())


def test_version_5_counts_methods_and_sections_apart() -> None:
    state = deepcopy(OLD["state"])
    for upgrade in (to_version_2, to_version_3, to_version_4):
        upgrade(state)
    ledger = state["core"]["ledger"]
    heads = {"GET /a": 5, "PUT /a": 2, "GET /b c": 1, "": 3, "GET (other)": 4}
    failing = {"404 GET /a/x": 2, "404 PUT /a/x": 1, "400 ": 3}
    ledger["tally"] |= {
        "hits": 15,
        "heads": {"counts": heads, "short": 7, "shorts": {"GET /a": 1}},
        "head_bytes": {"GET /a": 50, "PUT /a": 20, "": 1},
        "head_errors": {"PUT /a": 1, "": 3},
        "failing": {"counts": failing, "short": 0, "shorts": {}},
    }
    ledger["held"] = [0, 10, deepcopy(ledger["tally"])]
    to_version_5(state)
    again = deepcopy(state)
    to_version_5(again)
    assert again == state
    for each in (ledger["tally"], ledger["held"][2]):
        tally = Tally.restored(each)
        assert tally.methods == {b"GET": 10, b"PUT": 2, b"": 3}
        assert tally.sections == {
            b"/a": 7,
            b"/b c": 1,
            b"(malformed)": 3,
            b"(other)": 4,
        }
        assert tally.section_bytes == {b"/a": 70, b"(malformed)": 1}
        assert tally.section_errors == {b"/a": 1, b"(malformed)": 3}
        assert tally.failing == {b"404 /a/x": 3, b"400 (malformed)": 3}
        assert not tally.is_exact  # names were dropped
        assert each.keys() == Tally().snapshot().keys()


def hashes_of_version_2(number: int) -> str:
    """The text that version 2 wrote for so many names."""
    hashes = {zlib.crc32(b"/%d" % n) * 0x9E3779B1 % (1 << 32) for n in range(number)}
    smallest = sorted(hashes)[: 1 << 16]
    return b64encode(b"".join(h.to_bytes(4, "big") for h in smallest)).decode()


@pytest.mark.parametrize("number", [9_000, 200_000])
def test_version_3_knows_the_names_that_version_2_dropped(number: int) -> None:
    state = deepcopy(OLD["state"])
    to_version_2(state)
    ledger = state["core"]["ledger"]
    ledger["tally"]["dropped_sections"] = hashes_of_version_2(number)
    ledger["held"] = [0, 10, deepcopy(ledger["tally"])]
    to_version_3(state)
    again = deepcopy(state)
    to_version_3(again)
    assert again == state
    for tally in (ledger["tally"], ledger["held"][2]):
        dropped = Distinct.restored(tally["dropped_sections"])
        assert abs(dropped.count() - number) <= (
            0 if number < 10_000 else 0.02 * number
        )
        if number < 10_000:
            assert dropped.count([b"/1", b"/2"]) == number
