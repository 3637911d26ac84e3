"""Writes and reads what must survive the program: one SQLite database per set of logs.

What a batch changed (where each file stands, the window, the alert, the open report, and the
reports and alerts that were told) is written in one transaction, so after a `kill -9` at any
moment the next run goes on exactly where the counts stand. Nothing is ever deleted but reports
older than KEPT_REPORTS. A damaged database is moved aside.
"""

import contextlib
import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from monitor.errors import StoreError
from monitor.escape import encoded
from monitor.state.database import (
    Fields,
    check_ours,
    check_whole,
    connect,
    create_tables,
    explained,
    flaw_of,
    pack,
    provisional_in,
    state_in,
    unpack,
    version_of,
)
from monitor.state.schema import check_state

KEPT_REPORTS = 30 * 86400
"""Seconds of reports that are kept, back from the last one told: its log's clock may be set back."""

# A save may wait so long for another program, and the alerts for the save.
_SAVE_SECONDS = 0.5
_AGAIN = "start the monitor again to begin a new state"


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

    def __init__(self, path: str, files: Sequence[str]) -> None:
        """Open or make the database of some files, and be its only writer.

        Raises StoreError when another monitor has it, it is of a newer version or of other files,
        or it cannot be read or written. `notice` says what became of a database that could not be
        used, and is None where there was none.
        """
        self.path = path
        self.notice: str | None = None
        if os.path.abspath(path) in files:
            raise StoreError(f"{path} is a log: give another file with --state")
        with explained(path), contextlib.ExitStack() as undo:
            check_ours(path)
            self._lock = _lock(path)
            undo.callback(os.close, self._lock)
            self._connection = self._open()
            self._opened = os.stat(path)
            undo.callback(self._connection.close)
            _check_files(self.load(), files, path)
            undo.pop_all()

    def load(self) -> Fields | None:
        """Return the state of the last run, None when there is none.

        Raises StoreError for a state that does not fit this program.
        """
        with explained(self.path):
            state = state_in(self._connection)
        if state is not None:
            check_state(state, self.path)
        return state

    def take_provisional(self) -> list[Fields]:
        """Give the alerts that are to be judged again; the next batch replaces them."""
        with explained(self.path):
            return provisional_in(self._connection)

    def save(self, batch: Batch) -> None:
        """Write a batch in one transaction: all of it, or nothing and StoreError."""
        with explained(self.path):
            self._check_in_place()
            try:
                self._write(batch)
            except sqlite3.DatabaseError as error:
                if not (flaw := flaw_of(error)):
                    raise
                moved = self._move_aside(flaw)
                raise StoreError(f"{moved}; {_AGAIN}") from error

    def _check_in_place(self) -> None:
        """Raise StoreError when somebody deleted, moved or replaced the database or its lock."""
        opened = {self.path: self._opened, f"{self.path}.lock": os.fstat(self._lock)}
        for path, status in opened.items():
            if not os.path.exists(path) or not os.path.samestat(os.stat(path), status):
                self._finish_journal()
                raise StoreError(f"{path} was deleted, moved or replaced; {_AGAIN}")

    def _finish_journal(self) -> None:
        """Write the journal into the database, which may have been moved without it."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _write(self, batch: Batch) -> None:
        alerts = [(at, 0, json.dumps(fields)) for at, fields in batch.alerts]
        alerts += [(at, 1, json.dumps(fields)) for at, fields in batch.provisional]
        reports = [(start, end, pack(fields)) for start, end, fields in batch.reports]
        with self._transaction() as write:
            write.execute("DELETE FROM alerts WHERE provisional")
            write.execute(
                "INSERT OR REPLACE INTO state VALUES (1, ?)", (pack(batch.state),)
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
        """Open the database; when it cannot be used, move it aside and make a new one."""
        with _umask(0o177):  # nobody else may read the database and its journal
            connection = connect(self.path)
            try:
                self._prepare(connection)
            except (sqlite3.DatabaseError, StoreError) as error:
                flaw = flaw_of(error)
                if flaw:
                    self.notice = self._move_aside(flaw)
                connection.close()
                if not flaw:
                    raise
                return self._open()
            return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables of a new state, and read what the run begins with."""
        check_whole(self.path)
        version = version_of(connection, self.path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if not version:
            create_tables(connection)
        state_in(connection)
        provisional_in(connection)
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * _SAVE_SECONDS)}")

    def _move_aside(self, flaw: str) -> str:
        """Move the database and its journal away, and return a notice of it.

        It is done before the connection is closed, because closing deletes the journal.
        """
        number = 1
        while os.path.exists(aside := f"{self.path}.{flaw}-{number}"):
            number += 1
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.rename(self.path + suffix, aside + suffix)
        return f"the state was {flaw}: it was moved to {aside}"

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

    def __init__(self, path: str, files: Sequence[str] = ()) -> None:
        """Open an existing database, that of some files if they are given.

        Raises StoreError when there is none to read, or it is of other files.
        """
        self.path = path
        if not os.path.exists(path):
            raise StoreError(
                f"no history yet: {path} does not exist; it is made when the log is followed. "
                "Give that of a service or of another user with --state"
            )
        with explained(path):
            check_ours(path)
            self._connection = connect(path)
            if not version_of(self._connection, path):
                raise StoreError(f"no history yet: {path} is empty")
            if files and (named := self._named()) not in (None, list(files)):
                raise _of_others(path, named or ())

    def _named(self) -> list[str] | None:
        """Return the files that the state is of, None when the state cannot be read."""
        with contextlib.suppress(sqlite3.DatabaseError, StoreError):
            if (state := state_in(self._connection)) is not None:
                check_state(state, self.path)
                return sorted(state["files"])
        return None

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
        with explained(self.path):
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
        with explained(self.path):
            for (value,) in rows:
                yield unpack(value)


def _check_files(state: Fields | None, files: Sequence[str], path: str) -> None:
    if state is not None and sorted(state["files"]) != list(files):
        raise _of_others(path, state["files"])


def _of_others(path: str, files: Iterable[str]) -> StoreError:
    return StoreError(
        f"the state in {path} is that of {', '.join(files)}; give another with --state"
    )


@contextlib.contextmanager
def _umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


def _make_private_folder(folder: str) -> None:
    if not os.path.isdir(folder):
        os.makedirs(folder, mode=0o700)


def _lock(path: str) -> int:
    """Be the only one to write; the lock goes with the process, however it ends."""
    _make_private_folder(os.path.dirname(os.path.abspath(path)))
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
