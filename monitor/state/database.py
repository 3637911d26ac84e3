"""The SQLite file of a state: its tables, its damage, its values.

A database of another program or of a newer version is left as it is. A database that is damaged or
of an older version has a flaw, and store.py moves it aside.
"""

import contextlib
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from monitor.errors import StoreError
from monitor.state.schema import check_state

LARGEST = 1 << 30
"""Bytes of a value at most, before it is compressed."""

Fields = dict[str, Any]
"""An object of JSON."""

VERSION = 3
"""Version of the tables and of the stored state. A change of either one raises it."""

_CREATE = f"""
    BEGIN;
    CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), value BLOB NOT NULL);
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,         -- seconds since 1970, like all times here
        value TEXT NOT NULL          -- JSON
    );
    CREATE INDEX alerts_at ON alerts (at, id);
    CREATE TABLE reports (
        id INTEGER PRIMARY KEY,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        value BLOB NOT NULL          -- JSON with the largest sections, compressed by zlib
    );
    CREATE INDEX reports_end ON reports ("end", id);
    PRAGMA user_version = {VERSION};
    COMMIT;
"""

_TABLES = {"state", "alerts", "reports"}
_BUSY_SECONDS = 5.0
_MAGIC = b"SQLite format 3\0"
_IN_URI = str.maketrans({"%": "%25", "?": "%3f", "#": "%23"})


class OutdatedState(sqlite3.DatabaseError):
    """The state is of an older version."""


def connect(path: str) -> sqlite3.Connection:
    """Open a database. Each statement is a transaction of its own unless one is begun."""
    # An absolute path is a file for SQLite. `:memory:` and `file:...` alone mean something else.
    return _prepared(sqlite3.connect(os.path.abspath(path), timeout=_BUSY_SECONDS))


def connect_immutable(path: str) -> sqlite3.Connection:
    """Open a database to read it, without a lock and without a journal beside it."""
    uri = f"file:{os.path.abspath(path).translate(_IN_URI)}?immutable=1"
    return _prepared(sqlite3.connect(uri, uri=True))


def open_to_read(path: str) -> sqlite3.Connection:
    """Open a database, which may be in a folder where this user cannot write.

    SQLite makes files beside a database to read it. Without a journal nobody writes the database,
    and it can be read as it is.
    """
    folder = os.path.dirname(os.path.abspath(path))
    if os.access(folder, os.W_OK) or os.path.exists(f"{path}-wal"):
        return connect(path)
    return connect_immutable(path)


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.isolation_level = None
    # Damaged text must not raise in SQLite, whose error looks like that of a full disk.
    connection.text_factory = lambda text: text.decode("ascii", "replace")
    return connection


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty database."""
    connection.executescript(_CREATE)


# --- the owner of a file ---


def version_of(connection: sqlite3.Connection, path: str) -> int:
    """Return the version of a state, 0 for an empty database.

    Raises OutdatedState for an older version, and StoreError for a newer version or the database
    of another program.
    """
    tables = _tables_of(connection, path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise StoreError(
            f"the state in {path} was written by a newer version of this program; "
            "it is left as it is; give another file with --state"
        )
    if tables and version < VERSION:
        raise OutdatedState("it was written by an older version of this program")
    return int(version)


def _tables_of(connection: sqlite3.Connection, path: str) -> set[str]:
    """Return the names of the tables. Raises StoreError for those of another program."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = {name for (name,) in rows}
    if names and not names >= _TABLES:
        raise _foreign(path)
    return names


def _foreign(path: str) -> StoreError:
    return StoreError(
        f"{path} is not a state of this program and is left as it is: "
        "give another file with --state"
    )


def check_ours(path: str) -> None:
    """Raise StoreError for a file that never was a state. Its name may have been mistyped.

    A file with a lock beside it is a state, even if its first bytes are damaged.
    """
    if not os.path.exists(path) or os.path.exists(f"{path}.lock"):
        return
    with open(path, "rb") as file:
        start = file.read(len(_MAGIC))
    if start not in (b"", _MAGIC):
        raise _foreign(path)
    with (
        contextlib.suppress(sqlite3.DatabaseError),  # the store handles damage
        contextlib.closing(connect_immutable(path)) as connection,
    ):
        _tables_of(connection, path)


# --- damage ---

_FLAWS: dict[type[Exception], str] = {
    sqlite3.DatabaseError: "damaged",
    OutdatedState: "outdated",
}


def flaw_of(error: Exception) -> str | None:
    """Return the flaw of the file; None for an error of the surroundings, such as a full disk."""
    return _FLAWS.get(type(error))


def check_journal(path: str) -> None:
    """Raise DatabaseError for an empty database with a journal, which SQLite would delete."""
    with contextlib.suppress(FileNotFoundError):
        if not os.path.getsize(path) and os.path.getsize(f"{path}-wal"):
            raise sqlite3.DatabaseError("it is empty, and its journal is not")


@contextlib.contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn an error of SQLite or of the system into a StoreError of one line."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(f"cannot use the state in {path}: {error}") from error
    except sqlite3.DatabaseError as error:
        flaw = flaw_of(error) or "damaged"
        raise StoreError(f"the state in {path} is {flaw}: {error}") from error
    except OSError as error:
        raise StoreError(f"cannot use the state in {path}: {error.strerror}") from error
    except MemoryError as error:
        raise StoreError(f"cannot use the state in {path}: no memory left") from error


# --- values ---


def state_in(connection: sqlite3.Connection) -> Fields | None:
    """Return the state that was saved last, None when there is none.

    Raises sqlite3.DatabaseError for a state that is damaged or does not fit its schema.
    """
    state = unchecked_state_in(connection)
    if state is not None:
        check_state(state)
    return state


def unchecked_state_in(connection: sqlite3.Connection) -> Fields | None:
    """Return the state that was saved last by the caller, or that the caller has checked."""
    row = connection.execute("SELECT value FROM state").fetchone()
    return None if row is None else unpack(row[0])


def pack(fields: Mapping[str, Any]) -> bytes:
    """Return an object as compressed JSON."""
    return zlib.compress(json.dumps(fields, separators=(",", ":")).encode("ascii"), 6)


def unpack(value: bytes | str) -> Any:
    """Parse a stored value. Raises sqlite3.DatabaseError when it is damaged."""
    try:
        if isinstance(value, bytes):
            value = _decompressed(value).decode("ascii")
        if isinstance(value, str) and not value.isascii():
            raise ValueError("it holds bytes that are not ASCII")
        return json.loads(value, parse_constant=_refuse)
    except RecursionError as error:
        raise sqlite3.DatabaseError("it is nested too deeply") from error
    except (zlib.error, ValueError, TypeError) as error:
        raise sqlite3.DatabaseError(str(error)) from error


def _decompressed(value: bytes) -> bytes:
    stream = zlib.decompressobj()
    content = stream.decompress(value, LARGEST)
    if not stream.eof:
        raise ValueError("its end is missing, or it is too large")
    return content


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"it holds the number {constant}")
