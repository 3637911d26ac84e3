"""Writes and reads the state: one SQLite database for each set of logs.

A batch holds the offset of each file, the window, the alert, the open interval, and the new reports
and alerts. It is written in one transaction. Because of that, after a `kill -9` the next run goes on
with counts that fit the offsets. Only reports older than KEPT_REPORTS are deleted. A damaged
database is moved aside.
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from monitor.errors import StoreError
from monitor.hooks import Delivery
from monitor.state.database import (
    Fields,
    check_journal,
    check_ours,
    connect,
    create_tables,
    explained,
    flaw_of,
    pack,
    state_in,
    unchecked_state_in,
    version_of,
)
from monitor.state.deliveries import (
    create_deliveries,
    read_deliveries,
    write_deliveries,
)
from monitor.state.files import check_private, lock, make_private, umask
from monitor.state.hours import (
    add_to_hours,
    create_hours,
    delete_hours,
    hourly_rates,
)
from monitor.state.places import check_files, check_filter, with_names

KEPT_REPORTS = 30 * 86400
"""Seconds for which a report stays.

Either clock may be wrong. A report is therefore deleted when it is older by both clocks, the
machine's and the log's. The log's clock is the last report of the newest batch.
"""

_SAVE_SECONDS = (
    0.5  # a save waits no longer for another program, because alerts wait too
)
_AGAIN = "start the monitor again to begin a new state"


class Batch(NamedTuple):
    """The state, and the reports and alerts since the last batch.

    Reports and alerts are objects of the JSON output. Before a report stand its start and end, and
    before an alert its time, in seconds since 1970. `deliveries` are the alerts that wait for their
    hook. If `state` or `deliveries` is None, the stored one stays.
    """

    state: Mapping[str, Any] | None
    reports: Sequence[tuple[int, int, Fields]] = ()
    alerts: Sequence[tuple[int, Fields]] = ()
    deliveries: Sequence[Delivery] | None = None


class Store:
    """An open database. Each of its errors is a StoreError that says what happened."""

    def __init__(
        self, path: str, files: Sequence[str], only: Sequence[str] = ()
    ) -> None:
        """Open or make the database of some files, as its only writer.

        `only` are the parts of `--only`, sorted.

        `notice` names the file to which an unusable database was moved, else it is None. Raises
        StoreError when another monitor uses the database, when the database is of a newer version,
        of other files or of another filter, and when it cannot be read or written.
        """
        self.path = path
        self._files = files
        self._only = only
        self.notice: str | None = None
        if os.path.abspath(path) in files:
            raise StoreError(f"{path} is a log: give another file with --state")
        with explained(path), contextlib.ExitStack() as undo:
            check_private(path)
            check_ours(path)
            self._lock = lock(path)
            undo.callback(os.close, self._lock)
            self._connection = self._open()
            undo.callback(self._connection.close)
            self._opened = os.stat(path)
            undo.pop_all()

    def load(self) -> Fields | None:
        """Return the state of the last run, None when there is none."""
        with explained(self.path):
            return unchecked_state_in(self._connection)

    def hourly_rates(self) -> dict[int, float]:
        """Return the hits per second of earlier hours, which are numbered since 1970."""
        with explained(self.path):
            return hourly_rates(self._connection)

    def deliveries(self) -> list[Delivery]:
        """Return the alerts that wait for their hook, oldest first."""
        with explained(self.path):
            return read_deliveries(self._connection)

    def save(self, batch: Batch) -> None:
        """Write a batch in one transaction: all of it, or nothing and StoreError."""
        with explained(self.path):
            self._check_in_place()
            try:
                self._write(batch)
            except sqlite3.DatabaseError as error:
                if not flaw_of(error):
                    raise
                raise StoreError(f"{self._move_aside(error)}; {_AGAIN}") from error

    def close(self) -> None:
        """Close the database, and let another monitor use it."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        os.close(self._lock)

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
        alerts = [(at, json.dumps(fields)) for at, fields in batch.alerts]
        reports = [(start, end, pack(fields)) for start, end, fields in batch.reports]
        with self._connection as write:  # commits, or rolls back
            write.execute("BEGIN IMMEDIATE")
            if batch.state is not None:
                value = pack(dict(with_names(batch.state, self._files)))
                write.execute("INSERT OR REPLACE INTO state VALUES (1, ?)", (value,))
            write.executemany("INSERT INTO alerts (at, value) VALUES (?, ?)", alerts)
            write.executemany(
                'INSERT INTO reports (start, "end", value) VALUES (?, ?, ?)', reports
            )
            add_to_hours(write, batch.reports)
            if batch.deliveries is not None:
                write_deliveries(write, batch.deliveries)
            if reports and batch.state is not None:
                now = min(batch.state["moment"]["wall"], reports[-1][1])
                oldest = now - KEPT_REPORTS
                write.execute('DELETE FROM reports WHERE "end" < ?', (oldest,))
                delete_hours(write, oldest)

    def _open(self) -> sqlite3.Connection:
        """Open the database. If it has a flaw, move it aside and make a new database."""
        make_private(self.path)
        with umask(0o177):  # nobody else may read the database and its journal
            connection = connect(self.path)
            try:
                self._prepare(connection)
            except (sqlite3.DatabaseError, StoreError) as error:
                is_flaw = flaw_of(error) is not None
                if is_flaw:
                    self.notice = self._move_aside(error)
                connection.close()
                if not is_flaw:
                    raise
                return self._open()
            return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables of a new state; check the state of the last run."""
        check_journal(self.path)
        version = version_of(connection, self.path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if not version:
            create_tables(connection)
        create_hours(connection)
        create_deliveries(connection)
        if (state := state_in(connection)) is not None:
            check_files(state, self._files, self.path)
            check_filter(state, self._only, self.path)
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * _SAVE_SECONDS)}")

    def _move_aside(self, error: Exception) -> str:
        """Move the database and its journal away because of a flaw; return a notice of it.

        The caller closes the connection afterwards, because closing deletes the journal.
        """
        flaw, number = flaw_of(error), 1
        while os.path.exists(aside := f"{self.path}.{flaw}-{number}"):
            number += 1
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.rename(self.path + suffix, aside + suffix)
        return f"the state was {flaw} ({error}): it was moved to {aside}"
