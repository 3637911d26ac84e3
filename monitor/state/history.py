"""Prints pages of the stored alerts and reports as text or JSON, newest first.

For a log without a history it names the histories that there are.
"""

import contextlib
import json
import os
import shlex
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC
from functools import partial
from glob import escape, glob
from itertools import islice
from typing import Any, NamedTuple

from monitor.errors import StoreError, UsageError
from monitor.options import PER_PAGE
from monitor.outputs import Style, stored_line
from monitor.periods import ALWAYS, Period, period_of
from monitor.settings import Settings
from monitor.state.database import (
    Fields,
    check_ours,
    explained,
    open_to_read,
    state_in,
    unpack,
    version_of,
)
from monitor.state.episodes import episodes_of, is_in
from monitor.state.files import check_readable, facts_at
from monitor.state.places import absolute, check_files, names_in
from monitor.state.rows import fits
from monitor.units import many

_ALL = 1 << 31  # multiplied by the highest page, it fits in a number of SQLite
_EVER = 1 << 62  # seconds
_TIMES = {"alerts": ("at", 0), "reports": ('"end"', 1)}
"""The column that each table is sorted by, and its seconds after the last second of a row."""


class History:
    """Reads the stored alerts and reports, also while a monitor is writing.

    `unreadable` is the number of alerts and reports that are damaged and were left out.
    """

    def __init__(
        self, path: str, files: Sequence[str] = (), period: Period = ALWAYS
    ) -> None:
        """Open the database of some files. Without `files`, open the database of any files.

        Raises StoreError when there is no state, and when the state belongs to other files.
        """
        self.path = path
        self._period = period
        self.unreadable = 0
        with explained(path):
            if facts_at(path) is None:
                raise StoreError(
                    f"no history yet: {path} does not exist; it is made when the log is "
                    "followed. Name the state of a service or of another user with --state"
                )
            check_readable(path)
            check_ours(path)
            self._connection = open_to_read(path)
            if not version_of(self._connection, path):
                raise StoreError(f"no history yet: {path} is empty")
            with contextlib.suppress(sqlite3.DatabaseError):  # the rows can be read
                if files and (state := state_in(self._connection)) is not None:
                    check_files(state, files, path)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def count(self, kind: str) -> int:
        """Return the number of alerts or reports of the period."""
        with explained(self.path):
            (number,) = self._select(kind, "SELECT count(*)", "").fetchone()
        return int(number)

    def read(self, kind: str, most: int, skipped: int) -> Iterator[Fields]:
        """Yield one page of the alerts or reports of the period, newest first."""
        column, _ = _TIMES[kind]
        page = f"ORDER BY {column} DESC, id DESC LIMIT {most} OFFSET {skipped}"
        with explained(self.path):
            rows = self._select(kind, "SELECT value", page)
        return self._unpacked(rows)

    def episodes(self) -> list[Fields]:
        """Return the alerts that lie in the period or reach into it, newest first."""
        with explained(self.path):
            rows = self._connection.execute("SELECT value FROM alerts ORDER BY id")
        episodes = episodes_of(self._unpacked(rows))
        return [each for each in episodes if is_in(each, self._period)]

    def _select(self, kind: str, what: str, page: str) -> sqlite3.Cursor:
        column, shift = _TIMES[kind]
        since, until = self._period
        least = -_EVER if since is None else since + shift
        below = _EVER if until is None else until + shift
        where = f"WHERE {column} >= ? AND {column} < ?"
        return self._connection.execute(
            f"{what} FROM {kind} {where} {page}", (least, below)
        )

    def _unpacked(self, rows: Iterable[tuple[bytes | str]]) -> Iterator[Fields]:
        """Yield value after value, because a month of reports would not fit in memory."""
        with explained(self.path):
            for (value,) in rows:
                row: Any = None
                with contextlib.suppress(sqlite3.DatabaseError):
                    row = unpack(value)
                if fits(row):
                    yield row
                else:
                    self.unreadable += 1


class _Listing(NamedTuple):
    """Alerts or reports to print: their number, and a function that yields some of them."""

    kind: str
    number: int
    rows: Callable[[int, int], Iterator[Fields]]


def read_history(
    settings: Settings,
    path: str,
    now: float,
    style: Style,
    notify: Callable[[str], None],
) -> Iterator[str]:
    """Yield the lines to print of the history in the database at `path`.

    A notice says how many damaged alerts and reports were left out. Raises StoreError if there is no
    history. If its path is not given, the error names the histories that there are.
    """
    zone = UTC if style.utc else None
    period = period_of(settings.since, settings.until, int(now), zone)
    kinds = ("alerts", "reports") if settings.reports else ("alerts",)
    files = absolute(settings.files)
    if not settings.state:
        check_there(path, files)
    with contextlib.closing(History(path, files, period)) as history:
        listings = [_listing(history, kind, settings) for kind in kinds]
        last = _pages(max(listing.number for listing in listings), settings)
        if settings.page > last:
            raise UsageError(f"there is no page {settings.page}: the last is {last}")
        for listing in listings:
            yield from _page_of(listing, settings, style)
        if history.unreadable:
            damaged = many(history.unreadable, "damaged row")
            notify(f"{damaged} of the history in {path} left out")


def _listing(history: History, kind: str, settings: Settings) -> _Listing:
    """Return the stored objects, of alerts that are printed as text the episodes."""
    if kind == "alerts" and settings.output != "json":
        episodes = history.episodes()
        return _Listing(
            kind,
            len(episodes),
            lambda most, skipped: islice(episodes, skipped, skipped + most),
        )
    return _Listing(kind, history.count(kind), partial(history.read, kind))


def _page_size(settings: Settings) -> int:
    return settings.per_page or (_ALL if settings.output == "json" else PER_PAGE)


def _pages(number: int, settings: Settings) -> int:
    return max(1, -(-number // _page_size(settings)))


def _page_of(listing: _Listing, settings: Settings, style: Style) -> Iterator[str]:
    kind, number = listing.kind, listing.number
    page, pages, size = settings.page, _pages(number, settings), _page_size(settings)
    rows = listing.rows(size, (page - 1) * size)
    if settings.output == "json":
        yield from map(_json_line, rows)
        fields = {"type": "history", "of": kind, "total": number}
        yield _json_line({**fields, "page": page, "pages": pages})
        return
    place = f"page {page} of {pages}, newest first"
    if page > pages:  # of the alerts, beside a page of the reports
        place = f"there is no page {page}, the last is {pages}"
    yield f"{many(number, kind.removesuffix('s'))}, {place}\n"
    yield from (f"{stored_line(row, style)}\n" for row in rows)


def _json_line(fields: Fields) -> str:
    return json.dumps(fields, separators=(",", ":")) + "\n"


# --- the histories that there are ---


def check_there(path: str, files: Sequence[str]) -> None:
    """Raise StoreError with the histories beside a database that is missing, if there are any."""
    if os.path.lexists(path):
        return
    if others := histories_in(os.path.dirname(path)):
        raise StoreError(
            f"no history of {shlex.join(files)}; it is made when the log is followed. "
            "There are the histories of:",
            *others,
        )


def histories_in(folder: str) -> list[str]:
    """Return the logs of each state in a folder, as arguments of a command line."""
    logs = []
    for path in glob(os.path.join(escape(folder), "*.db")):
        with (
            contextlib.suppress(StoreError),
            explained(path),
            contextlib.closing(open_to_read(path)) as connection,
        ):
            if state := state_in(connection):
                only = [f"--only={each}" for each in state["core"].get("only", [])]
                logs.append(shlex.join([*only, *names_in(state)]))
    return sorted(logs)
