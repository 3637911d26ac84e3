"""The file of a state: private, of one version, left alone or moved aside, never deleted."""

import os
import random
import re
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.states import (
    a_batch,
    a_state,
    filled,
    opened,
    query,
    stored,
)

from monitor.errors import StoreError
from monitor.state.database import VERSION
from monitor.state.history import History

SUFFIXES = ("", "-wal", "-shm")
OPEN: dict[str, Callable[[Path], object]] = {
    "to write": opened,
    "to read": lambda path: History(str(path)),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


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
        store.save(a_batch(1))
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
    assert stored(tmp_path / "state.db")[0] == [0, 1, 2]


def test_the_journal_is_a_write_ahead_log(path: Path) -> None:
    filled(path)
    assert query(path, "PRAGMA journal_mode") == "wal"


def test_a_state_has_a_name_of_any_characters(tmp_path: Path) -> None:
    path = tmp_path / "50% #1?mode=ro"
    for number in range(2):
        filled(path)
        path.with_name(f"{path.name}.lock").unlink()
        assert len(stored(path)[0]) == 3 * (number + 1)


# --- versions ------------------------------------------------------------------------------


def set_version(path: Path, version: int) -> None:
    query(path, f"PRAGMA user_version = {version}")
    query(path, "PRAGMA journal_mode = DELETE")


def test_a_new_state_is_of_version_2(path: Path) -> None:
    filled(path)
    assert query(path, "PRAGMA user_version") == VERSION


@pytest.mark.parametrize("open_it", OPEN.values(), ids=OPEN)
def test_a_newer_state_is_left_as_it_is(
    path: Path, open_it: Callable[[Path], object]
) -> None:
    filled(path)
    set_version(path, VERSION + 1)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="by a newer version of this program"):
        open_it(path)
    assert path.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} == {path.name, "state.db.lock"}


def test_an_older_state_is_moved_aside(path: Path) -> None:
    filled(path)
    set_version(path, VERSION - 1)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="was written by an older version of this pr"):
        History(str(path))
    with closing(opened(path)) as store:
        assert was_moved(store.notice, f"{path}.outdated-1")
        assert store.load() is None
        store.save(a_batch(9))
    assert Path(f"{path}.outdated-1").read_bytes() == before
    assert stored(path) == ([9], [90])


# --- damage --------------------------------------------------------------------------------

Damage = Callable[[bytes, random.Random], bytes]


def was_moved(notice: str | None, aside: str) -> bool:
    flaw = aside.rpartition(".")[2].partition("-")[0]
    words = rf"the state was {flaw} \(.+\): it was moved to {re.escape(aside)}"
    return re.fullmatch(words, notice or "") is not None


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


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "state.db"
    filled(path, 60)
    return path.read_bytes()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_moved_aside_with_its_journal(
    path: Path, whole_file: bytes, damage: Damage
) -> None:
    filled(path)  # its lock file says whose it is
    parts = [damage(whole_file, random.Random(1)), b"a journal" * 9, b"an index"]
    for suffix, data in zip(SUFFIXES, parts, strict=True):
        Path(f"{path}{suffix}").write_bytes(data)
    with closing(opened(path)) as store:
        assert was_moved(store.notice, f"{path}.damaged-1")
        assert store.load() is None
        store.save(a_batch(9))
        assert store.load() == a_state(9)
    with closing(opened(path)) as store:  # also after all connections were closed
        assert store.notice is None
        assert store.load() == a_state(9)
    assert stored(path) == ([9], [90])
    assert Path(f"{path}.damaged-1").read_bytes() == parts[0]
    for suffix in ("-wal", "-shm"):
        assert Path(f"{path}.damaged-1{suffix}").exists()


def test_every_damaged_file_is_kept(path: Path) -> None:
    filled(path)
    for number in range(1, 4):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"damaged %d\n" % number * 100)
        with closing(opened(path)) as store:
            assert was_moved(store.notice, f"{path}.damaged-{number}")
            store.save(a_batch(number))
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
    query(path, f"UPDATE state SET value = {value}")
    with closing(opened(path)) as store:
        assert was_moved(store.notice, f"{path}.damaged-1")
        assert store.load() is None


# --- what is no state ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"notes\n", id="a text"),
        pytest.param(b"SQLite format 4\0" * 9, id="nearly a database"),
    ],
)
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
        opened(log, [str(log)])
    assert [each.name for each in tmp_path.iterdir()] == ["access.log"]


def test_a_folder_that_cannot_be_made_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file" / "state.db", tmp_path / "file" / "x" / "state.db"):
        with pytest.raises(StoreError, match=f"^cannot use the state in {path}: ."):
            opened(path)


@pytest.mark.parametrize("version", [0, VERSION, 99], ids=lambda version: f"v{version}")
@pytest.mark.parametrize("has_lock", [False, True], ids=["no lock", "lock"])
@pytest.mark.parametrize("open_it", OPEN.values(), ids=OPEN)
def test_a_database_of_another_program_is_left_alone(
    path: Path, version: int, has_lock: bool, open_it: Callable[[Path], object]
) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"CREATE TABLE x (y); PRAGMA user_version = {version}")
    if has_lock:
        path.with_name(f"{path.name}.lock").touch()
    before, there = path.read_bytes(), os.listdir(path.parent)
    with pytest.raises(StoreError, match="is not a state of this program"):
        open_it(path)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == there


@pytest.mark.parametrize("open_it", OPEN.values(), ids=OPEN)
def test_nothing_is_made_beside_what_cannot_hold_a_state(
    tmp_path: Path, open_it: Callable[[Path], object]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, kind in ((tmp_path, "a directory"), (pipe, "no regular file")):
        with pytest.raises(StoreError, match=f"is {kind} and cannot hold the st"):
            open_it(path)
        assert not Path(f"{path}.lock").exists()
