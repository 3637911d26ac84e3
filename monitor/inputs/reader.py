"""Reads the open files of a log. Handles files that are truncated, copied, rotated, unreadable."""

from collections.abc import Iterator

from monitor.core import Failure, Notice
from monitor.inputs.arrivals import Arrival, End
from monitor.inputs.cursor import Cursor
from monitor.inputs.knownfiles import closed_of
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.rotation import identifies, is_gone, is_settled, may_close
from monitor.inputs.search import Search
from monitor.inputs.unreadable import cannot_read
from monitor.units import size

_AWAY = 10.0
"""Seconds without a poll, from which the newer lines wait until the missed files are read.

A shorter time is no reason for a large file. It was put beside the log, as from a backup.
"""


class Absence:
    """Why and since when a log cannot be read, and whether a notice of it was emitted.

    `reason` has the path, too; `_cause` is without it.
    """

    def __init__(self, path: str) -> None:
        self.reason = self._cause = ""
        self.is_announced = False
        self._path = path
        self._since: float | None = None

    def begin(self, error: OSError, now: float) -> None:
        """Note that the log cannot be read now."""
        if self._since is None:
            self._since = now
        self._cause = error.strerror or str(error)
        self.reason = f"{self._path}: {self._cause}"

    def end(self) -> None:
        """Note that the log can be read."""
        self._since = None

    def failure(
        self, now: float, last_read_at: float | None, *, was_open: bool
    ) -> Failure | None:
        """Return the failure, None while the log can be read or may just be rotated.

        `last_read_at` is the time of the last line of the open files; None if none is open.
        """
        if self._since is None:
            return None
        if last_read_at is None or is_gone(now - self._since, now - last_read_at):
            return Failure(self._cause, self._since, was_open)
        return None

    def notices(self, *, is_absent: bool) -> Iterator[Notice]:
        """Yield a notice if the log is gone or is there again, once for each change."""
        if is_absent and not self.is_announced:
            yield Notice(f"{self.reason}: waiting for it")
        elif self.is_announced and not is_absent:
            yield Notice(f"{self._path} is there: following it")
        self.is_announced = is_absent


class Reader:
    """Reads the open files of a log."""

    def __init__(self, files: OpenFiles, search: Search, absence: Absence) -> None:
        self._absence = absence
        self._files = files
        self._search = search

    def read_through(self, cursor: Cursor, now: float) -> Iterator[Arrival]:
        """Read a file to its end. If it was truncated, begin again after a search for its copy."""
        had_line, modified = identifies(cursor.opened.head), cursor.file.stamp()[1]
        was_written, cursor.modified_ns = modified != cursor.modified_ns, modified
        yield from self._read(cursor, now)
        if cursor.is_truncated:
            yield Notice(
                f"{self._files.path} was truncated: reading it from its beginning"
            )
            self._search.lost.add(cursor)
            self._restart(cursor)
            self._search.request(now)
        elif not had_line and (was_written or identifies(cursor.opened.head)):
            # It may have been written, copied and truncated since it was last read.
            self._search.request(now)

    def read_rotated(self, cursor: Cursor, now: float) -> Iterator[Arrival]:
        """Read a rotated file, and close it if no line came for long."""
        if cursor.has_changed():
            yield from self.read_through(cursor, now)
        if cursor.busy or cursor not in self._files.rotated:
            return
        current = self._files.current
        follows = current is not None and current.offset > 0
        is_short = self._files.are_short(now)
        if may_close(now - cursor.last_read_at, follows, is_short):
            yield from self._close(cursor)

    def read_missed(self, now: float) -> Iterator[Arrival]:
        """Read the files that were missed, one after the other. Raises OSError if one cannot be opened."""
        missed, current = self._search.missed, self._files.current
        newest = current.modified_ns if current is not None else 0
        while missed:
            cursor = self._files.open_rotated(missed[0], now)
            if cursor is None:
                self._search.request(now)  # it moved
                return
            sibling = missed.pop(0)
            cursor.is_beside = now - self._files.caught_up_at < _AWAY
            yield from self._read(cursor, now)
            if not cursor.is_at_end:
                return
            if is_settled(sibling.modified, newest):
                yield from self._close(cursor)

    def _read(self, cursor: Cursor, now: float) -> Iterator[Arrival]:
        """Read a file. If the current file fails, the log is absent; for a rotated file, notify."""
        yield from cursor.poll(now)
        if cursor.error is None:
            return
        if cursor is self._files.current:
            self._absence.begin(cursor.error, now)
        elif not cursor.has_failed:
            cursor.has_failed = True
            reason = cannot_read(cursor.path, cursor.error)
            yield Notice(f"{reason}: its rest is not counted yet")

    def _restart(self, cursor: Cursor) -> None:
        """Begin again in a truncated file. A rotated file is opened again, unless it is a copy."""
        if cursor is self._files.current:
            cursor.restart(self._files.new_source())
        else:
            self._files.drop(cursor)

    def _close(self, cursor: Cursor) -> Iterator[Arrival]:
        if cursor.error is not None and (cursor.behind or cursor.file.is_compressed):
            loss = (
                f"{size(cursor.behind)} of it are" if cursor.behind else "its rest is"
            )
            reason = cannot_read(cursor.path, cursor.error)
            yield Notice(f"{reason}: {loss} not counted")
        bytes_read = cursor.offset if cursor.file.may_grow else cursor.file.stamp()[0]
        tail = cursor.opened.tail
        self._search.known.add(closed_of(cursor.look_anew(), bytes_read, tail))
        self._files.drop(cursor)
        yield End(cursor.source, complete=False)
