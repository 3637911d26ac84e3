"""The only SQL: what must survive the program, in one SQLite database per set of logs.

What a batch changed (where each file stands, the window, the alert, the open report, and the
reports and alerts that were told) is written in one transaction, so after a `kill -9` at any
moment the next run goes on exactly where the counts stand. Nothing is ever deleted but reports
older than KEPT_REPORTS; a database that is damaged is moved aside, whenever that turns out.
"""

import contextlib
import fcntl
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from monitor.errors import StoreError
from monitor.upgrades import UPGRADES
from monitor.wording import encoded

Fields = dict[str, Any]
"""A value that JSON can hold."""

Migration = str | Callable[[Fields], None]
"""SQL that changes the schema, or what changes the state."""

KEPT_REPORTS = 30 * 86400
"""Seconds of reports that are kept, back from the last one told: its log's clock may be set back."""

MIGRATIONS: tuple[Migration, ...] = (
    """
    CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), value BLOB NOT NULL);
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,         -- seconds since 1970, as all times here
        provisional INTEGER NOT NULL,  -- judged at the end of an input that may go on
        value TEXT NOT NULL          -- JSON
    );
    CREATE INDEX alerts_at ON alerts (at, id);
    CREATE TABLE reports (
        id INTEGER PRIMARY KEY,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        value BLOB NOT NULL          -- JSON with all sections, compressed by zlib
    );
    CREATE INDEX reports_end ON reports ("end", id);
    """,
    *UPGRADES,
)
"""How to make each version from the one before; the first from nothing."""

_BUSY_SECONDS = 5.0
# A save may wait so long for another program, and the alerts for the save.
_SAVE_SECONDS = 0.5
_MAGIC = b"SQLite format 3\0"
_TABLES = {"state", "alerts", "reports"}
_IN_URI = str.maketrans({"%": "%25", "?": "%3f", "#": "%23"})


class Batch(NamedTuple):
    """What is written at once: the state, and the reports and alerts told since the last time.

    Reports and alerts are the objects of the JSON output; a report has `start` and `end`, an
    alert `at`, as seconds since 1970. `provisional` alerts are judged again by the next run.
    """

    state: Mapping[str, Any]
    reports: Sequence[tuple[int, int, Fields]] = ()
    alerts: Sequence[tuple[int, Fields]] = ()
    provisional: Sequence[tuple[int, Fields]] = ()


def absolute(files: Iterable[str]) -> list[str]:
    """Name a set of files in the same way wherever the program is started."""
    return sorted({os.path.abspath(file) for file in files})


def default_path(files: Iterable[str], environ: Mapping[str, str]) -> str:
    """Give the path of the database for some followed files.

    Sources: systemd.exec (STATE_DIRECTORY), XDG Base Directory Specification (XDG_STATE_HOME).
    """
    from hashlib import sha256  # late: it loads all of OpenSSL

    paths = absolute(files)
    names = encoded("\0".join(paths))
    digest = sha256(names).hexdigest()[:12]
    name = f"{os.path.basename(paths[0])}-{digest}.db"
    systemd = environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if systemd:
        return os.path.join(systemd, name)
    home = environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(home):
        home = os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(home, "access-log-monitor", name)


class Store:
    """An open database. Every error of it is a StoreError that says what happened."""

    def __init__(
        self,
        path: str,
        files: Sequence[str],
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        """Open or make the database of some files, and be its only writer.

        Raises StoreError when another monitor has it, it is of a newer version or of other files,
        or it cannot be read or written; `moved_to` tells where a damaged one was put.
        """
        self.path = path
        self.moved_to: str | None = None
        self._migrations = migrations
        if os.path.abspath(path) in files:
            raise StoreError(f"{path} is a log: give another file with --state")
        with _explained(path), contextlib.ExitStack() as undo:
            _check_ours(path)
            _make_private_folder(os.path.dirname(os.path.abspath(path)))
            self._lock = _lock(path)
            undo.callback(os.close, self._lock)
            try:
                self._connection = self._open()
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._connection = self._open()
            undo.callback(self._connection.close)
            self._check_files(files)
            undo.pop_all()

    def load(self) -> Fields | None:
        """Give the state of the last run, None when there is none."""
        with _explained(self.path):
            return _state_in(self._connection)

    def take_provisional(self) -> list[Fields]:
        """Give the alerts that are to be judged again; the next batch replaces them."""
        with _explained(self.path):
            return _provisional_in(self._connection)

    def save(self, batch: Batch) -> None:
        """Write a batch in one transaction: all of it, or nothing and StoreError.

        When the database turns out to be damaged, the batch begins a new one.
        """
        with _explained(self.path):
            try:
                self._write(batch)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._move_aside(self._connection)
                self._connection = self._open()
                self._write(batch)

    def _write(self, batch: Batch) -> None:
        alerts = [(at, 0, json.dumps(fields)) for at, fields in batch.alerts]
        alerts += [(at, 1, json.dumps(fields)) for at, fields in batch.provisional]
        reports = [(start, end, _pack(fields)) for start, end, fields in batch.reports]
        with self._transaction() as write:
            write.execute("DELETE FROM alerts WHERE provisional")
            write.execute(
                "INSERT OR REPLACE INTO state VALUES (1, ?)", (_pack(batch.state),)
            )
            write.executemany(
                "INSERT INTO alerts (at, provisional, value) VALUES (?, ?, ?)", alerts
            )
            write.executemany(
                'INSERT INTO reports (start, "end", value) VALUES (?, ?, ?)', reports
            )
            if reports:
                oldest = reports[-1][1] - KEPT_REPORTS
                write.execute('DELETE FROM reports WHERE "end" < ?', (oldest,))

    def close(self) -> None:
        """Let the database go."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        os.close(self._lock)

    def _open(self) -> sqlite3.Connection:
        old = os.umask(0o177)  # the database and its journal are nobody else's to read
        try:
            connection = _connect(self.path)
            try:
                self._prepare(connection)
            except (sqlite3.DatabaseError, StoreError) as error:
                if _is_damage(error):
                    self._move_aside(connection)
                connection.close()
                raise
            return connection
        finally:
            os.umask(old)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Bring the schema up to date, and see that what the run begins with can be read."""
        _check_whole(self.path)
        version = _version(connection, len(self._migrations), self.path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _migrate(connection, version, self._migrations, self.path)
        _state_in(connection)
        _provisional_in(connection)
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * _SAVE_SECONDS)}")

    def _check_files(self, files: Sequence[str]) -> None:
        state = self.load()
        with understood(self.path):
            if state is not None and sorted(state["files"]) != list(files):
                raise StoreError(
                    f"the state in {self.path} is that of {', '.join(state['files'])}; "
                    "give another with --state"
                )

    def _move_aside(self, connection: sqlite3.Connection) -> None:
        """Move a damaged database away; when it is closed SQLite deletes a journal of its name."""
        number = 1
        while os.path.exists(aside := f"{self.path}.damaged-{number}"):
            number += 1
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.rename(self.path + suffix, aside + suffix)
        connection.close()
        self.moved_to = aside

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise


class History:
    """Reads the stored alerts and reports, also while a monitor is writing."""

    def __init__(self, path: str) -> None:
        """Open an existing database. Raises StoreError when there is none to read."""
        self.path = path
        if not os.path.exists(path):
            raise StoreError(
                f"no history yet: {path} does not exist; it is made when the log is followed. "
                "Give that of a service or of another user with --state"
            )
        with _explained(path):
            _check_ours(path)
            self._connection = _connect(path)
            version = _version(self._connection, len(MIGRATIONS), path)
        if not version:
            raise StoreError(f"no history yet: {path} is empty")

    def close(self) -> None:
        """Let the database go."""
        self._connection.close()

    def alerts(
        self, since: int | None, most: int, skipped: int
    ) -> tuple[int, Iterator[Fields]]:
        """Give the number of alerts from `since` on, and some of them, newest first."""
        return self._read("alerts", "at", since, most, skipped)

    def reports(
        self, since: int | None, most: int, skipped: int
    ) -> tuple[int, Iterator[Fields]]:
        """Give the number of reports that end at `since` or later, and some of them, newest first."""
        return self._read("reports", '"end"', since, most, skipped)

    def _read(
        self, table: str, column: str, since: int | None, most: int, skipped: int
    ) -> tuple[int, Iterator[Fields]]:
        least = -(1 << 62) if since is None else since
        with _explained(self.path):
            (number,) = self._connection.execute(
                f"SELECT count(*) FROM {table} WHERE {column} >= ?", (least,)
            ).fetchone()
            rows = self._connection.execute(
                f"SELECT value FROM {table} WHERE {column} >= ? "
                f"ORDER BY {column} DESC, id DESC LIMIT ? OFFSET ?",
                (least, most, skipped),
            )
        return number, self._unpacked(rows)

    def _unpacked(self, rows: Iterable[tuple[bytes | str]]) -> Iterator[Fields]:
        """Read values one after the other: those of a month would not fit in memory."""
        with _explained(self.path):
            for (value,) in rows:
                yield _unpack(value)


def _connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)


def _version(connection: sqlite3.Connection, newest: int, path: str) -> int:
    """Give the version of a state, 0 when there is none. Raises StoreError for what is not ours."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    _check_tables(connection, version, path)
    if version > newest:
        raise StoreError(
            f"the state in {path} was written by a newer version of this program; "
            "it is left as it is; give another with --state"
        )
    return int(version)


def _check_tables(connection: sqlite3.Connection, version: int, path: str) -> None:
    """Raise StoreError for the database of another program: it has tables, but not ours."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = {name for (name,) in rows}
    if names and not (version and names >= _TABLES):
        raise _foreign(path)


def _foreign(path: str) -> StoreError:
    return StoreError(
        f"{path} is not a state of this program and is left as it is: "
        "give another file with --state"
    )


def _migrate(
    connection: sqlite3.Connection,
    version: int,
    migrations: Sequence[Migration],
    path: str,
) -> None:
    """Bring schema and state up to date, one version at a time."""
    for number, migration in enumerate(migrations[version:], version + 1):
        end = f"PRAGMA user_version = {number}; COMMIT;"
        if isinstance(migration, str):
            connection.executescript(f"BEGIN; {migration}; {end}")
            continue
        # What fails from here on is undone when the connection is closed.
        connection.execute("BEGIN IMMEDIATE")
        if (state := _state_in(connection)) is not None:
            with understood(path):
                migration(state)
            connection.execute("UPDATE state SET value = ?", (_pack(state),))
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")


def _state_in(connection: sqlite3.Connection) -> Fields | None:
    row = connection.execute("SELECT value FROM state").fetchone()
    return _unpack(row[0]) if row else None


def _provisional_in(connection: sqlite3.Connection) -> list[Fields]:
    rows = connection.execute("SELECT value FROM alerts WHERE provisional ORDER BY id")
    return [_unpack(value) for (value,) in rows]


def _check_ours(path: str) -> None:
    """Raise StoreError for a file that never was a state: its name was mistyped, perhaps.

    A state that is damaged at its very beginning still has its lock beside it.
    """
    if not os.path.isfile(path) or os.path.exists(f"{path}.lock"):
        return
    with open(path, "rb") as file:
        start = file.read(len(_MAGIC))
    if start not in (b"", _MAGIC):
        raise _foreign(path)
    # Nothing is made beside a database of another program, no lock and no journal.
    uri = f"file:{os.path.abspath(path).translate(_IN_URI)}?immutable=1"
    with (
        contextlib.suppress(sqlite3.DatabaseError),  # damage is dealt with later
        contextlib.closing(sqlite3.connect(uri, uri=True)) as connection,
    ):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        _check_tables(connection, version, path)


def _check_whole(path: str) -> None:
    """Call an empty database with a journal damaged; SQLite would throw the journal away."""
    with contextlib.suppress(FileNotFoundError):
        if not os.path.getsize(path) and os.path.getsize(f"{path}-wal"):
            raise sqlite3.DatabaseError("it is empty, and its journal is not")


def _is_damage(error: Exception) -> bool:
    """Tell damage from what goes by: a full disk and the like have classes of their own."""
    return type(error) is sqlite3.DatabaseError


def _make_private_folder(folder: str) -> None:
    if not os.path.isdir(folder):
        os.makedirs(folder, mode=0o700)


def _lock(path: str) -> int:
    """Be the only one to write; the lock goes with the process, however it ends."""
    fd = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(fd)
        raise StoreError(
            "another monitor is following the same files and keeps their state: "
            "end it, or give another with --state"
        ) from error
    return fd


@contextlib.contextmanager
def understood(path: str) -> Iterator[None]:
    """Turn what goes wrong with a state that has not what it should into one line."""
    try:
        yield
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise StoreError(
            f"the state in {path} cannot be understood and is left as it is "
            f"({type(error).__name__}: {error})"
        ) from error


@contextlib.contextmanager
def _explained(path: str) -> Iterator[None]:
    """Turn what the system says about a database into one line."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(f"cannot use the state in {path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"the state in {path} is damaged: {error}") from error
    except OSError as error:
        raise StoreError(f"cannot use the state in {path}: {error.strerror}") from error


def _pack(fields: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(fields, separators=(",", ":")).encode("ascii"), 6)


def _unpack(value: bytes | str) -> Fields:
    """Read a stored value. Raises sqlite3.DatabaseError when it is damaged."""
    try:
        if isinstance(value, bytes):
            value = zlib.decompress(value).decode("ascii")
        fields: Fields = json.loads(value)
    except (zlib.error, ValueError, TypeError) as error:
        raise sqlite3.DatabaseError(str(error)) from error
    return fields
