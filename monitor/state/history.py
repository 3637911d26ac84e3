"""Prints pages of the stored alerts and reports as text or JSON, newest first."""

import contextlib
import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.errors import StoreError, UsageError
from monitor.options import PER_PAGE, Settings
from monitor.outputs import Style, stored_line
from monitor.state.database import (
    Fields,
    check_ours,
    connect,
    connect_immutable,
    explained,
    state_in,
    unpack,
    version_of,
)
from monitor.state.files import check_readable
from monitor.state.places import absolute
from monitor.state.schema import check_state
from monitor.state.store import check_files
from monitor.units import many

_ALL = 1 << 31  # multiplied by the highest page, it fits in a number of SQLite
_EVER = -(1 << 62)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_TIMES = {"alerts": "at", "reports": '"end"'}  # the column that each table is sorted by


def since_of(text: str | None, now: float, *, utc: bool = False) -> int | None:
    """Parse the beginning of a period: `12h`, `2d`, or an ISO time. Return seconds since 1970.

    A time without an offset is in UTC with `utc`, else in the machine's zone. Raises UsageError
    for any other text.
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,9})([smhdw])", text, re.ASCII)
    if match:
        return int(now) - int(match[1]) * _UNITS[match[2]]
    try:
        moment = datetime.fromisoformat(text)
        if utc and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int(moment.timestamp())
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"--since: give a span such as 12h or 2d, or a time such as "
            f"2026-11-23T22:00, not '{text}'"
        ) from error


def _open_to_read(path: str) -> sqlite3.Connection:
    """Open a database, which may be in a folder where this user cannot write.

    SQLite makes files beside a database to read it. Without a journal nobody writes the database,
    and it can be read as it is.
    """
    folder = os.path.dirname(os.path.abspath(path))
    if os.access(folder, os.W_OK) or os.path.exists(f"{path}-wal"):
        return connect(path)
    return connect_immutable(path)


class History:
    """Reads the stored alerts and reports, also while a monitor is writing."""

    def __init__(self, path: str, files: Sequence[str] = ()) -> None:
        """Open the database of some files. Without `files`, open the database of any files.

        Raises StoreError when there is no state, and when the state belongs to other files.
        """
        self.path = path
        if not os.path.exists(path):
            raise StoreError(
                f"no history yet: {path} does not exist; it is made when the log is followed. "
                "Name the state of a service or of another user with --state"
            )
        with explained(path):
            check_readable(path)
            check_ours(path)
            self._connection = _open_to_read(path)
            if not version_of(self._connection, path):
                raise StoreError(f"no history yet: {path} is empty")
            if files and (state := self._state()) is not None:
                check_files(state, files, path)

    def _state(self) -> Fields | None:
        """Return the state, None when there is no state that can be read."""
        with contextlib.suppress(sqlite3.DatabaseError, StoreError):
            state = state_in(self._connection)
            check_state(state, self.path)
            return state
        return None

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def read(
        self, kind: str, since: int | None, most: int, skipped: int
    ) -> tuple[int, Iterator[Fields]]:
        """Return the number of alerts or reports since `since`, and one page, newest first."""
        time, least = _TIMES[kind], _EVER if since is None else since
        with explained(self.path):
            (number,) = self._connection.execute(
                f"SELECT count(*) FROM {kind} WHERE {time} >= ?", (least,)
            ).fetchone()
            rows = self._connection.execute(
                f"SELECT value FROM {kind} WHERE {time} >= ? "
                f"ORDER BY {time} DESC, id DESC LIMIT ? OFFSET ?",
                (least, most, skipped),
            )
        return number, self._unpacked(rows)

    def _unpacked(self, rows: Iterable[tuple[bytes | str]]) -> Iterator[Fields]:
        """Yield value after value, because a month of reports would not fit in memory."""
        with explained(self.path):
            for (value,) in rows:
                yield unpack(value)


def read_history(
    settings: Settings, path: str, now: float, style: Style
) -> Iterator[str]:
    """Yield the lines to print of the history in the database at `path`."""
    since = since_of(settings.since, now, utc=style.utc)
    kinds = ("alerts", "reports") if settings.reports else ("alerts",)
    with contextlib.closing(History(path, absolute(settings.files))) as history:
        for kind in kinds:
            yield from _page_of(history, kind, settings, since, style)


def _page_of(
    history: History, kind: str, settings: Settings, since: int | None, style: Style
) -> Iterator[str]:
    is_json = settings.output == "json"
    size = settings.per_page or (_ALL if is_json else PER_PAGE)
    number, rows = history.read(kind, since, size, (settings.page - 1) * size)
    pages = max(1, -(-number // size))
    if is_json:
        for row in rows:
            yield json.dumps(row, separators=(",", ":")) + "\n"
        yield _json_title(kind, number, settings.page, pages) + "\n"
    else:
        place = f"page {settings.page} of {pages}, newest first"
        if settings.page > pages:
            place = f"there is no page {settings.page}, the last is {pages}"
        yield f"{many(number, kind.removesuffix('s'))}, {place}\n"
        for row in rows:
            yield stored_line(row, style) + "\n"


def _json_title(kind: str, number: int, page: int, pages: int) -> str:
    fields: dict[str, Any] = {"type": "history", "of": kind, "total": number}
    return json.dumps({**fields, "page": page, "pages": pages}, separators=(",", ":"))
