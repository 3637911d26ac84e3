"""One transaction a batch, one writer, nothing deleted, and one line for each trouble."""

import os
import random
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from support.states import (
    LOGS,
    a_batch,
    a_report,
    a_state,
    an_alert,
    damage,
    filled,
    full_disk,
    opened,
    stored,
)

from monitor.errors import StoreError
from monitor.state.history import History
from monitor.state.store import Batch

DAY = 86400
SUFFIXES = ("", "-wal", "-shm")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


# --- a batch -------------------------------------------------------------------------------


def test_what_was_saved_is_there_for_the_next_run(path: Path) -> None:
    with closing(opened(path)) as store:
        assert store.load() is None
        store.save(a_batch(1))
        assert store.load() == a_state(1)
    with closing(opened(path)) as store:
        assert store.load() == a_state(1)
        assert store.notice is None
        store.save(a_batch(2))
        assert store.load() == a_state(2)
    assert stored(path) == ([1, 2], [10, 20])


UNKEEPABLE: Any = object()
NO_TIME: Any = None
GOOD, BAD = a_report(5, 5), {"x": UNKEEPABLE}
BROKEN = [
    pytest.param(Batch(BAD, [GOOD], [an_alert(5)]), id="state"),
    pytest.param(Batch(a_state(2), [GOOD, (6, 7, BAD)]), id="report"),
    pytest.param(Batch(a_state(2), [GOOD], [an_alert(5), (6, BAD)]), id="alert"),
    pytest.param(Batch(a_state(2), [(5, NO_TIME, {})], [an_alert(5)]), id="time"),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_nothing_is_written_of_a_batch_that_breaks(path: Path, broken: Batch) -> None:
    with closing(opened(path)) as store:
        store.save(a_batch(1))
        with pytest.raises((TypeError, StoreError)):
            store.save(broken)
        assert store.load() == a_state(1)
        assert stored(path) == ([1], [10])
        store.save(a_batch(2))
    assert stored(path) == ([1, 2], [10, 20])


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(0, id="before it wrote"),
        pytest.param(4000, id="in the first page"),
        pytest.param(9000, id="between the pages"),
    ],
)
def test_a_process_that_dies_in_a_batch_leaves_the_batch_before(
    path: Path, written: int
) -> None:
    filled(path, 2)
    child = os.fork()
    if not child:
        store = opened(path)
        room = Path(f"{path}-wal").stat().st_size + written
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # the system kills it there
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with full_disk(room):
            store.save(a_batch(2))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGXFSZ
    with closing(opened(path)) as store:
        assert store.load() == a_state(1)
        assert stored(path) == ([0, 1], [0, 10])


@pytest.mark.usefixtures("untraced")
def test_any_json_value_comes_back_as_it_was(path: Path) -> None:
    rng = random.Random(7)
    with closing(opened(path)) as store:
        for _ in range(50):
            text = "".join(chr(rng.randrange(0x110000)) for _ in range(20))
            name = "".join(chr(rng.randrange(0x100)) for _ in range(20))
            more = {"x": [text, None, 1.5, -(2**70), {text: "\udcff"}]}
            (start, end, report), (at, alert) = a_report(1, 5), an_alert(1)
            report, alert = {**report, **more}, {**alert, **more}
            state = a_state(1)
            rankings = state["core"]["intervals"]["tally"]["rankings"]
            rankings["clients"]["hits"]["counts"] = {name: 2**70}
            store.save(Batch(state, [(start, end, report)], [(at, alert)]))
            assert store.load() == state
    with closing(History(str(path))) as history:
        for kind, row in (("reports", report), ("alerts", alert)):
            assert history.count(kind) == 50
            assert list(history.read(kind, 1, 0)) == [row]


def test_a_save_does_not_wait_long_for_another_program(path: Path) -> None:
    with closing(opened(path)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        begin = monotonic()
        with pytest.raises(StoreError, match="database is locked"):
            store.save(a_batch(1))
        assert monotonic() - begin < 3
        other.execute("ROLLBACK")
        store.save(a_batch(1))


def test_it_can_be_read_while_it_is_written_and_written_while_it_is_read(
    path: Path,
) -> None:
    with closing(opened(path)) as store:
        store.save(a_batch(1))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            assert other.execute("SELECT count(*) FROM alerts").fetchone() == (1,)
            store.save(a_batch(2))
            assert other.execute("SELECT count(*) FROM alerts").fetchone() == (1,)
            other.execute("COMMIT")
            assert stored(path) == ([1, 2], [10, 20])
            other.execute("BEGIN IMMEDIATE")
            assert stored(path) == ([1, 2], [10, 20])


# --- what is kept --------------------------------------------------------------------------

MONTH = 30 * DAY
AGES = [
    pytest.param([0], [0], [0], id="one"),
    pytest.param([0, MONTH - 10], [0, MONTH], [0, MONTH - 10], id="younger"),
    pytest.param([0, MONTH], [0, MONTH], [0, MONTH], id="just"),
    pytest.param([0, MONTH + 1], [0, MONTH + 1], [MONTH + 1], id="older"),
    pytest.param(
        [0, DAY, MONTH + 1], [0, DAY, MONTH + 1], [DAY, MONTH + 1], id="two of three"
    ),
    pytest.param(
        [90 * DAY, 80 * DAY, 0, 10],
        [90 * DAY, 80 * DAY, 0, 10],
        [90 * DAY, 80 * DAY, 0, 10],
        id="the log's clock is set back",
    ),
    pytest.param(
        [0, 10, 500 * DAY, 20],
        [0, 10, 15, 20],
        [0, 10, 500 * DAY, 20],
        id="the log's clock is far ahead for a moment",
    ),
    pytest.param(
        [0, 10, 500 * DAY],
        [0, 10, 15],
        [0, 10, 500 * DAY],
        id="the log's clock is far ahead",
    ),
    pytest.param(
        [0, 10, 20, 30],
        [0, 10, 500 * DAY, 30],
        [0, 10, 20, 30],
        id="the machine's clock is far ahead for a moment",
    ),
    pytest.param(
        [MONTH, 80 * DAY],
        [0, 0],
        [MONTH, 80 * DAY],
        id="the machine's clock began at 1970",
    ),
]
"""The ends of reports, the machine's clock when each is saved, and the reports that stay."""


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(("ends", "clock", "kept"), AGES)
def test_reports_are_kept_for_thirty_days_by_both_clocks_and_alerts_for_ever(
    path: Path, ends: list[int], clock: list[int], kept: list[int]
) -> None:
    with closing(opened(path)) as store:
        for end, wall in zip(ends, clock, strict=True):
            state = a_state(1)
            state["moment"]["wall"] = wall
            report = a_report(end - 10, end)
            store.save(Batch(state, [report], [an_alert(end)]))
            store.save(Batch(state))
    assert sorted(stored(path)[0]) == sorted(kept)
    assert sorted(stored(path)[1]) == sorted(ends)


def test_a_batch_without_reports_deletes_no_report(path: Path) -> None:
    with closing(opened(path)) as store:
        store.save(Batch(a_state(1), [a_report(0, 1)], [an_alert(0)]))
        store.save(Batch(a_state(1), [], [an_alert(400 * DAY)]))
    assert stored(path) == ([1], [0, 400 * DAY])


# --- trouble in the middle of a run --------------------------------------------------------


def test_a_full_disk_is_reported_and_nothing_is_half_written(path: Path) -> None:
    rng = random.Random(3)
    big = {"hits": 1, "seconds": 1, "x": rng.randbytes(50_000).hex()}
    with closing(opened(path)) as store:
        store.save(a_batch(1))
        room = Path(f"{path}-wal").stat().st_size + 20_000
        for _ in range(3):
            with full_disk(room), pytest.raises(StoreError, match="cannot use the sta"):
                store.save(Batch(a_state(2), [(2, 3, big)], [an_alert(2)]))
            assert store.load() == a_state(1)
            assert stored(path) == ([1], [10])
        store.save(a_batch(3))
    assert stored(path) == ([1, 3], [10, 30])


def test_damage_that_turns_out_later_moves_the_file_aside_then(path: Path) -> None:
    filled(path)
    aside = Path(f"{path}.damaged-1")
    with closing(opened(path)) as store:
        assert store.notice is None
        damage(path)
        with pytest.raises(StoreError, match=f"moved to {aside}; start the monitor ag"):
            store.save(a_batch(8))
        with pytest.raises(StoreError, match="was deleted, moved or replaced"):
            store.save(a_batch(9))
        assert not path.exists()
    with pytest.raises(StoreError, match="is damaged"):
        stored(aside)
    filled(path)
    assert stored(path)[0] == [0, 1, 2]


def replace(path: Path) -> None:
    path.rename(path.with_suffix(".mine"))
    path.write_bytes(b"another one")


VANISHED: dict[str, Callable[[Path], object]] = {
    "the database is deleted": lambda path: path.unlink(),
    "all but the lock is deleted": lambda path: [
        Path(f"{path}{suffix}").unlink() for suffix in SUFFIXES
    ],
    "the folder is deleted": lambda path: shutil.rmtree(path.parent),
    "the database is moved": lambda path: path.rename(path.with_suffix(".moved")),
    "the database is replaced": replace,
    "the lock is deleted": lambda path: Path(f"{path}.lock").unlink(),
    "another monitor has a lock of its own": lambda path: [
        Path(f"{path}.lock").unlink(),
        opened(path).close(),
    ],
}


@pytest.mark.parametrize("vanish", VANISHED.values(), ids=VANISHED)
def test_nothing_is_saved_any_more_when(
    path: Path, vanish: Callable[[Path], object]
) -> None:
    with closing(opened(path)) as store:
        store.save(a_batch(1))
        vanish(path)
        before = sorted(path.parent.glob("*"))
        for _ in range(2):
            with pytest.raises(StoreError, match="was deleted, moved or replaced; sta"):
                store.save(a_batch(2))
        assert sorted(path.parent.glob("*")) == before


def test_a_state_that_was_moved_away_is_whole_and_may_come_back(path: Path) -> None:
    moved = path.with_name("moved.db")
    with closing(opened(path)) as store:
        store.save(a_batch(1))
        path.rename(moved)
        with pytest.raises(StoreError, match="was deleted, moved or replaced"):
            store.save(a_batch(2))
        assert stored(moved) == ([1], [10])
        moved.rename(path)
        store.save(a_batch(3))
    assert stored(path) == ([1, 3], [10, 30])


# --- whose it is ---------------------------------------------------------------------------


def test_a_second_writer_is_refused_and_does_no_harm(path: Path) -> None:
    with closing(opened(path)) as store:
        store.save(a_batch(1))
        with pytest.raises(StoreError, match="another monitor is following the same"):
            opened(path)
        store.save(a_batch(2))
    with closing(opened(path)) as store:
        assert store.load() == a_state(2)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(["/other.log"], id="another log"),
        pytest.param([*LOGS, "/var/log/other.log"], id="one more log"),
    ],
)
def test_the_state_of_other_logs_is_refused_and_free_for_its_own(
    path: Path, files: list[str]
) -> None:
    filled(path)
    for _ in range(3):
        with pytest.raises(StoreError, match="belongs to /var/log/access.log; give an"):
            opened(path, files)
    with closing(opened(path)) as store:
        assert store.load() == a_state(2)
    assert stored(path)[0] == [0, 1, 2]
