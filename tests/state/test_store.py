"""One transaction a batch, one writer, nothing deleted, and one line for whatever is wrong."""

import os
import random
import resource
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.states import LOGS, a_state

from monitor.errors import StoreError
from monitor.state.store import (
    Batch,
    History,
    Store,
    absolute,
    default_path,
)

DAY = 86400
ALL = 1 << 31
SUFFIXES = ("", "-wal", "-shm")


def batch(number: int) -> Batch:
    """Makes a state, a report and an alert that all have a number."""
    at = 10 * number
    report, alert = {"hits": number}, {"at": at, "number": number}
    return Batch(a_state(number), [(at, at + 10, report)], [(at, alert)])


def alert(number: int) -> tuple[int, dict[str, Any]]:
    return number, {"at": number}


def opened(path: Path | str, files: list[str] = LOGS) -> Store:
    return Store(str(path), files)


def filled(path: Path, batches: int = 3) -> None:
    with closing(opened(path)) as store:
        for number in range(batches):
            store.save(batch(number))


def told(path: Path) -> tuple[list[int], list[int]]:
    """Gives the numbers of the stored reports and alerts, oldest first."""
    with closing(History(str(path))) as history:
        reports = list(history.reports(None, ALL, 0)[1])
        alerts = list(history.alerts(None, ALL, 0)[1])
    return (
        [each["hits"] for each in reversed(reports)],
        [each["at"] for each in reversed(alerts)],
    )


def query(path: Path, text: str) -> Any:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(text).fetchone()[0]


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Lets no file grow beyond `room` bytes, as a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


# --- a batch -------------------------------------------------------------------------------


def test_what_was_saved_is_there_for_the_next_run(path: Path) -> None:
    with closing(opened(path)) as store:
        assert store.load() is None
        store.save(batch(1))
        assert store.load() == a_state(1)
    with closing(opened(path)) as store:
        assert store.load() == a_state(1)
        assert store.notice is None
        store.save(batch(2))
        assert store.load() == a_state(2)
    assert told(path) == ([1, 2], [10, 20])


UNKEEPABLE = object()
NO_TIME: Any = None
BROKEN = {
    "state": Batch({**a_state(2), "x": UNKEEPABLE}, [(5, 6, {"hits": 5})], [alert(5)]),
    "report": Batch(a_state(2), [(5, 6, {"hits": 5}), (6, 7, {"x": UNKEEPABLE})]),
    "alert": Batch(
        a_state(2), [(5, 6, {"hits": 5})], [alert(5), (6, {"x": UNKEEPABLE})]
    ),
    "provisional": Batch(a_state(2), [], [alert(5)], [(6, {"x": UNKEEPABLE})]),
    "report's time": Batch(a_state(2), [(5, NO_TIME, {})], [alert(5)]),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_nothing_is_written_of_a_batch_that_breaks(path: Path, broken: Batch) -> None:
    with closing(opened(path)) as store:
        store.save(Batch(a_state(1), [(1, 2, {"hits": 1})], [alert(1)], [alert(3)]))
        with pytest.raises((TypeError, StoreError)):
            store.save(broken)
        assert store.load() == a_state(1)
        assert store.take_provisional() == [{"at": 3}]
        assert told(path) == ([1], [1, 3])
        store.save(Batch(a_state(2), [(2, 3, {"hits": 2})]))
    assert told(path) == ([1, 2], [1])


@pytest.mark.parametrize("last", ["INSERT OR", "INSERT INTO reports", "COMMIT"])
def test_a_process_that_dies_in_a_batch_leaves_the_one_before(
    path: Path, last: str
) -> None:
    filled(path, 2)
    child = os.fork()
    if not child:
        store = opened(path)
        store._connection.set_trace_callback(
            lambda text: os._exit(9) if text.startswith(last) else None
        )
        store.save(batch(2))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    with closing(opened(path)) as store:
        assert store.load() == a_state(1)
        assert told(path) == ([0, 1], [0, 10])


def test_provisional_alerts_are_replaced_by_the_next_batch(path: Path) -> None:
    with closing(opened(path)) as store:
        store.save(Batch(a_state(1), [], [alert(1)], [alert(7), alert(8)]))
        assert store.take_provisional() == [{"at": 7}, {"at": 8}]
        assert told(path)[1] == [1, 7, 8]
    with closing(opened(path)) as store:
        assert store.take_provisional() == [{"at": 7}, {"at": 8}]
        store.save(Batch(a_state(2), [], [alert(9)]))
        assert store.take_provisional() == []
    assert told(path)[1] == [1, 9]


def test_any_json_value_comes_back_as_it_was(path: Path) -> None:
    rng = random.Random(7)
    with closing(opened(path)) as store:
        for _ in range(50):
            text = "".join(chr(rng.randrange(0x110000)) for _ in range(20))
            value = {"x": [text, None, 1.5, -(2**70), {text: "\udcff"}]}
            state = a_state(1)
            state["core"]["ledger"]["tally"]["statuses"] = {text: 2**70}
            store.save(Batch(state, [(1, 2, value)], [(1, value)]))
            assert store.load() == state
    with closing(History(str(path))) as history:
        for ask in (history.reports, history.alerts):
            number, rows = ask(None, 1, 0)
            assert (number, list(rows)) == (50, [value])


def test_a_save_does_not_wait_long_for_another_program(path: Path) -> None:
    with closing(opened(path)) as store, closing(sqlite3.connect(path)) as other:
        (wait,) = store._connection.execute("PRAGMA busy_timeout").fetchone()
        assert 0 < wait <= 1000
        store._connection.execute("PRAGMA busy_timeout = 1")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="database is locked"):
            store.save(Batch(a_state(1)))
        other.execute("ROLLBACK")
        store.save(Batch(a_state(1)))


# --- what is kept --------------------------------------------------------------------------

AGES = [
    ([0], [0]),
    ([0, 30 * DAY - 10], [0, 30 * DAY - 10]),
    ([0, 30 * DAY], [0, 30 * DAY]),
    ([0, 30 * DAY + 1], [30 * DAY + 1]),
    ([0, DAY, 30 * DAY + 1], [DAY, 30 * DAY + 1]),
    ([90 * DAY, 80 * DAY, 0, 10], [90 * DAY, 80 * DAY, 0, 10]),
]


@pytest.mark.parametrize(
    ("ends", "kept"),
    AGES,
    ids=["one", "younger", "just", "older", "two", "the log's clock is set back"],
)
def test_reports_are_kept_for_thirty_days_and_alerts_for_ever(
    path: Path, ends: list[int], kept: list[int]
) -> None:
    with closing(opened(path)) as store:
        for end in ends:
            report = (end - 10, end, {"hits": end})
            store.save(Batch(a_state(1), [report], [alert(end)]))
            store.save(Batch(a_state(1)))
    assert sorted(told(path)[0]) == sorted(kept)
    assert sorted(told(path)[1]) == sorted(ends)


def test_a_year_of_alerts_is_not_touched_by_a_batch_without_reports(path: Path) -> None:
    with closing(opened(path)) as store:
        store.save(Batch(a_state(1), [(0, 10, {"hits": 1})], [alert(0)]))
        store.save(Batch(a_state(1), [], [alert(400 * DAY)]))
    assert told(path) == ([1], [0, 400 * DAY])


# --- the file ------------------------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


def test_the_files_and_a_folder_that_is_made_are_private(path: Path) -> None:
    with umask(0), closing(opened(path)) as store:
        store.save(batch(1))
        files = sorted(each.name for each in path.parent.iterdir())
        assert files == ["state.db", "state.db-shm", "state.db-wal", "state.db.lock"]
        assert {mode(each) for each in path.parent.iterdir()} == {0o600}
        assert mode(path.parent) == 0o700


def test_a_folder_that_exists_keeps_its_mode_and_the_program_its_umask(
    path: Path,
) -> None:
    path.parent.mkdir(mode=0o755)
    path.parent.chmod(0o755)
    with umask(0o027), closing(opened(path)):
        assert mode(path.parent) == 0o755
        assert os.umask(0o027) == 0o027


def test_a_path_without_a_folder_is_in_the_present_one(tmp_path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(tmp_path)
    try:
        filled(Path("state.db"))
    finally:
        os.fchdir(here)
        os.close(here)
    assert told(tmp_path / "state.db")[0] == [0, 1, 2]


def test_the_journal_is_a_write_ahead_log(path: Path) -> None:
    filled(path)
    assert query(path, "PRAGMA journal_mode") == "wal"


def test_it_can_be_read_while_it_is_written_and_written_while_it_is_read(
    path: Path,
) -> None:
    with closing(opened(path)) as store:
        store.save(batch(1))
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM alerts").fetchone() == (1,)
            store.save(batch(2))
            assert reader.execute("SELECT count(*) FROM alerts").fetchone() == (1,)
        assert told(path) == ([1, 2], [10, 20])
        store._connection.execute("BEGIN IMMEDIATE")
        assert told(path) == ([1, 2], [10, 20])


# --- versions ------------------------------------------------------------------------------


def set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("PRAGMA journal_mode = DELETE")


def test_a_new_state_is_of_version_1(path: Path) -> None:
    filled(path)
    assert query(path, "PRAGMA user_version") == 1


def test_a_newer_state_is_left_as_it_is(path: Path) -> None:
    filled(path)
    set_version(path, 2)
    before = path.read_bytes()
    for open_it in (opened, lambda path: History(str(path))):
        with pytest.raises(StoreError, match="by a newer version of this program"):
            open_it(path)
    assert path.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} == {path.name, "state.db.lock"}


def test_an_older_state_is_moved_aside(path: Path) -> None:
    filled(path)
    set_version(path, 0)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="was written by an older version of this pr"):
        History(str(path))
    with closing(opened(path)) as store:
        assert (
            store.notice == f"the state was outdated: it was moved to {path}.outdated-1"
        )
        assert store.load() is None
        store.save(batch(9))
    assert Path(f"{path}.outdated-1").read_bytes() == before
    assert told(path) == ([9], [90])


# --- damage --------------------------------------------------------------------------------

Damage = Callable[[bytes, random.Random], bytes]


def moved_to(aside: str) -> str:
    return f"the state was damaged: it was moved to {aside}"


DAMAGES: dict[str, Damage] = {
    "garbage": lambda data, rng: rng.randbytes(len(data)),
    "a text": lambda data, rng: b"this is no database\n" * 100,
    "cut in the middle": lambda data, rng: data[: len(data) // 2],
    "cut in the header": lambda data, rng: data[:50],
    "half overwritten": lambda data, rng: data[:5000] + rng.randbytes(len(data) - 5000),
    "the first page overwritten": lambda data, rng: rng.randbytes(4096) + data[4096:],
    "zeros": lambda data, rng: bytes(len(data)),
    "no bytes": lambda data, rng: b"",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_moved_aside_with_its_journal(
    path: Path, damage: Damage
) -> None:
    filled(path, 60)
    parts = [damage(path.read_bytes(), random.Random(1)), b"a journal" * 9, b"an index"]
    for suffix, data in zip(SUFFIXES, parts, strict=True):
        Path(f"{path}{suffix}").write_bytes(data)
    with closing(opened(path)) as store:
        assert store.notice == moved_to(f"{path}.damaged-1")
        assert store.load() is None
        store.save(batch(9))
        assert store.load() == a_state(9)
    with closing(opened(path)) as store:  # also after all connections were closed
        assert store.notice is None
        assert store.load() == a_state(9)
    assert told(path) == ([9], [90])
    assert Path(f"{path}.damaged-1").read_bytes() == parts[0]
    for suffix in ("-wal", "-shm"):
        assert Path(f"{path}.damaged-1{suffix}").exists()


def test_every_damaged_file_is_kept(path: Path) -> None:
    filled(path)
    for number in range(1, 4):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"damaged %d\n" % number * 100)
        with closing(opened(path)) as store:
            assert store.notice == moved_to(f"{path}.damaged-{number}")
            store.save(batch(number))
    for number in range(1, 4):
        kept = Path(f"{path}.damaged-{number}").read_bytes()
        assert kept.startswith(b"damaged %d" % number)


VALUES = {
    "not compressed": "x'0011223344'",
    "a text": "'no JSON'",
    "a number": "5",
    "compressed nonsense": "x'789c4b4c4a060003000126'",
    "nothing": "''",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_state_that_cannot_be_read_is_damage(path: Path, value: str) -> None:
    filled(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE state SET value = {value}")
    with closing(opened(path)) as store:
        assert store.notice == moved_to(f"{path}.damaged-1")
        assert store.load() is None


@pytest.mark.parametrize("value", ["'no JSON'", "x'00'"])
def test_an_alert_to_be_judged_again_that_cannot_be_read_is_damage(
    path: Path, value: str
) -> None:
    with closing(opened(path)) as store:
        store.save(Batch(a_state(1), [], [], [alert(1)]))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE alerts SET value = {value}")
    with closing(opened(path)) as store:
        assert store.notice == moved_to(f"{path}.damaged-1")
        assert store.take_provisional() == []


def test_damage_that_turns_out_later_moves_the_file_aside_then(path: Path) -> None:
    filled(path)
    aside = Path(f"{path}.damaged-1")
    with closing(opened(path)) as store:
        assert store.notice is None
        damage_reports(path)
        with pytest.raises(StoreError, match=f"moved to {aside}; start the monitor ag"):
            store.save(batch(8))
        with pytest.raises(StoreError, match="was deleted, moved or replaced"):
            store.save(batch(9))
        assert not path.exists()
    with pytest.raises(StoreError, match="is damaged"):
        told(aside)
    filled(path)
    assert told(path)[0] == [0, 1, 2]


def damage_reports(path: Path) -> None:
    root = query(path, "SELECT rootpage FROM sqlite_master WHERE name = 'reports'")
    with path.open("r+b") as file:
        file.seek(4096 * (root - 1))
        file.write(b"\xff" * 4096)


# --- a state that vanishes under a running monitor -------------------------------------------


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
        store.save(batch(1))
        vanish(path)
        before = sorted(path.parent.glob("*"))
        for _ in range(2):
            with pytest.raises(StoreError, match="was deleted, moved or replaced; sta"):
                store.save(batch(2))
        assert sorted(path.parent.glob("*")) == before


def test_a_state_that_was_moved_away_is_whole_and_may_come_back(path: Path) -> None:
    moved = path.with_name("moved.db")
    with closing(opened(path)) as store:
        store.save(batch(1))
        path.rename(moved)
        with pytest.raises(StoreError, match="was deleted, moved or replaced"):
            store.save(batch(2))
        assert told(moved) == ([1], [10])
        moved.rename(path)
        store.save(batch(3))
    assert told(path) == ([1, 3], [10, 30])


# --- bad surroundings ----------------------------------------------------------------------


def test_a_second_writer_is_refused_and_does_no_harm(path: Path) -> None:
    with closing(opened(path)) as store:
        store.save(batch(1))
        with pytest.raises(StoreError, match="another monitor is following the same"):
            opened(path)
        store.save(batch(2))
    with closing(opened(path)) as store:
        assert store.load() == a_state(2)


def test_a_store_that_was_refused_is_in_nobodys_way(path: Path) -> None:
    filled(path)
    for _ in range(3):
        with pytest.raises(StoreError, match="is that of /var/log/access.log; give"):
            opened(path, files=["/other.log"])
    with closing(opened(path)) as store:
        assert store.load() == a_state(2)


def test_the_state_of_other_files_is_refused(path: Path) -> None:
    filled(path)
    more = [*LOGS, "/var/log/other.log"]
    with pytest.raises(StoreError, match="give another with --state"):
        opened(path, files=more)
    assert told(path)[0] == [0, 1, 2]


@pytest.mark.parametrize("text", [b"notes\n", b"SQLite format 4\0" * 9])
def test_a_file_that_never_was_a_state_is_not_touched(
    tmp_path: Path, text: bytes
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(text)
    with pytest.raises(StoreError, match="not a state of this program"):
        opened(path)
    assert path.read_bytes() == text
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_a_log_is_never_taken_for_a_damaged_state(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(b"a line\n")
    with pytest.raises(StoreError, match="access.log is a log: give another file"):
        opened(log, files=[str(log)])
    assert [each.name for each in tmp_path.iterdir()] == ["access.log"]


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file" / "state.db", tmp_path / "file" / "x" / "state.db"):
        with pytest.raises(StoreError, match=f"^cannot use the state in {path}: ."):
            opened(path)


@pytest.mark.parametrize("version", [0, 1, 99])
@pytest.mark.parametrize("has_lock", [False, True])
def test_a_database_of_another_program_is_left_alone(
    path: Path, version: int, has_lock: bool
) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"CREATE TABLE x (y); PRAGMA user_version = {version}")
    if has_lock:
        path.with_name(f"{path.name}.lock").touch()
    before, there = path.read_bytes(), os.listdir(path.parent)
    for open_it in (opened, lambda path: History(str(path))):
        with pytest.raises(StoreError, match="is not a state of this program"):
            open_it(path)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == there


def test_a_state_has_a_name_of_any_characters(tmp_path: Path) -> None:
    path = tmp_path / "50% #1?mode=ro"
    for number in range(2):
        filled(path)
        path.with_name(f"{path.name}.lock").unlink()
        assert len(told(path)[0]) == 3 * (number + 1)


def test_nothing_is_made_beside_what_cannot_hold_a_state(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, kind in ((tmp_path, "a directory"), (pipe, "no regular file")):
        for use in (opened, lambda path: History(str(path))):
            with pytest.raises(StoreError, match=f"is {kind} and cannot hold the st"):
                use(path)
        assert not Path(f"{path}.lock").exists()


def test_a_full_disk_is_told_and_nothing_is_half_written(path: Path) -> None:
    rng = random.Random(3)
    big = {"x": rng.randbytes(50_000).hex()}
    with closing(opened(path)) as store:
        store.save(batch(1))
        room = Path(f"{path}-wal").stat().st_size + 20_000
        for _ in range(3):
            with full_disk(room), pytest.raises(StoreError, match="cannot use the sta"):
                store.save(Batch({**a_state(2), **big}, [(2, 3, big)], [alert(2)]))
            assert store.load() == a_state(1)
            assert told(path) == ([1], [10])
        store.save(batch(3))
    assert told(path) == ([1, 3], [10, 30])


def test_a_database_that_may_not_grow_is_told_as_full(path: Path) -> None:
    with closing(opened(path)) as store:
        store.save(batch(1))
        store._connection.execute("PRAGMA max_page_count = 1")
        big = {**a_state(2), "x": random.Random(3).randbytes(50_000).hex()}
        with pytest.raises(StoreError, match="database or disk is full"):
            store.save(Batch(big))
        assert store.load() == a_state(1)


# --- where it is ---------------------------------------------------------------------------

XDG = {"XDG_STATE_HOME": "/xdg"}
PLACES = [
    (XDG, "/xdg/access-log-monitor"),
    ({**XDG, "STATE_DIRECTORY": "/var/lib/monitor"}, "/var/lib/monitor"),
    ({"STATE_DIRECTORY": "/var/lib/a:/var/lib/b"}, "/var/lib/a"),
    ({**XDG, "STATE_DIRECTORY": ""}, "/xdg/access-log-monitor"),
    ({"XDG_STATE_HOME": "rel"}, "~/.local/state/access-log-monitor"),
    ({"XDG_STATE_HOME": ""}, "~/.local/state/access-log-monitor"),
    ({}, "~/.local/state/access-log-monitor"),
]


@pytest.mark.parametrize(
    ("environ", "folder"),
    PLACES,
    ids=["XDG", "systemd", "two of systemd", "empty", "relative", "unset", "none"],
)
def test_the_state_is_where_the_system_wants_it(
    environ: dict[str, str], folder: str
) -> None:
    path = default_path(["/var/log/access.log"], environ)
    assert os.path.dirname(path) == os.path.expanduser(folder)
    name, _, digest = os.path.basename(path).rpartition("-")
    assert name == "access.log"
    assert len(digest) == len("0123456789ab.db")


SAME = [
    (["/a/x.log"], ["/a/./x.log"], True),
    (["/a/x.log"], ["/a/b/../x.log"], True),
    (["/a/x.log"], ["/a//x.log"], True),
    (["x.log"], [os.path.abspath("x.log")], True),
    (["/a/x.log", "/b/y.log"], ["/b/y.log", "/a/x.log"], True),
    (["/a/x.log", "/a/x.log"], ["/a/x.log"], True),
    (["/a/x.log"], ["/b/x.log"], False),
    (["/a/x.log"], ["/a/x.log", "/b/y.log"], False),
    (["/a/x.log", "/b/y.log"], ["/a/x.log/b", "/y.log"], False),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME)
def test_a_set_of_files_has_one_state_however_it_is_named(
    one: list[str], other: list[str], same: bool
) -> None:
    assert (default_path(one, XDG) == default_path(other, XDG)) is same
    assert (absolute(one) == absolute(other)) is same


def test_a_file_name_of_any_bytes_has_a_state(tmp_path: Path) -> None:
    log = os.fsdecode(b"/var/log/\xff\xfe\n.log")
    path = default_path([log], {"XDG_STATE_HOME": str(tmp_path)})
    with closing(opened(path, files=[log])) as store:
        store.save(Batch(a_state(1, [log])))
    with closing(opened(path, files=[log])) as store:
        assert store.load() == a_state(1, [log])
