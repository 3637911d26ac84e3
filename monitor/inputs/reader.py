"""Reads the open files of a log in the order of their lines, and switches to the new file."""

from collections.abc import Iterator
from contextlib import suppress

from monitor.core import Notice
from monitor.inputs.absence import Absence
from monitor.inputs.arrivals import Arrival, End
from monitor.inputs.cursor import Cursor
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.rotation import Identity, identifies, is_settled
from monitor.inputs.search import Search
from monitor.inputs.siblings import closed_of
from monitor.inputs.unreadable import cannot_read
from monitor.units import size

_AWAY = 10.0
"""Seconds since the log was read to its end, from which newer lines wait for missed files.

In a shorter time a server writes no large file. A large file was put beside the log, as from a
backup, and is read in slices.
"""


class Reader:
    """Reads the files of one path: older files first, then the current one.

    `here` is the file at the path; None if the path leads nowhere.
    """

    def __init__(self, files: OpenFiles, search: Search) -> None:
        self.absence = Absence(files.path)
        self._files = files
        self._search = search

    def read_older(self, here: Identity | None, now: float) -> Iterator[Arrival]:
        """Read the files that are older than the current one. If a search is due, find them."""
        search = self._search
        if search.is_due:
            yield from self._or_failure(search.run(here, now), here, now)
        for cursor in list(self._files.rotated):
            yield from self._read_rotated(cursor, now)
            if cursor.busy:
                return  # else the lines of newer files would wait in memory
        if not search.is_urgent:
            yield from self._or_failure(self._read_missed(now), here, now)

    def read_current(self, here: Identity | None, now: float) -> Iterator[Arrival]:
        """Read the current file, or switch to another file if the path leads there now."""
        current = self._files.current
        if current is None or any(each.busy for each in self._files.rotated):
            return
        if here is not None and here != current.identity:
            yield from self._switch(current, here, now)
            return
        if self._search.lets_pass and (self._search.is_urgent or current.has_changed()):
            yield from self._read_through(current, now)
        if here is not None and current.error is None:
            self.absence.end()
        elif here is not None:
            with suppress(OSError):
                current.reopen(self._files.path)

    def _or_failure(
        self, arrivals: Iterator[Arrival], here: Identity | None, now: float
    ) -> Iterator[Arrival]:
        """Yield arrivals, and the reason if files cannot be opened now."""
        try:
            yield from arrivals
        except OSError as error:
            self._files.note_failure(error, now)
            self._search.is_urgent = False
            if here is not None and self._files.current is None:
                self.absence.begin(error, now)
            else:
                yield from self._search.fail(error)

    def _read_rotated(self, cursor: Cursor, now: float) -> Iterator[Arrival]:
        """Read a rotated file, and close it if no line came for long."""
        if cursor.has_changed():
            yield from self._read_through(cursor, now)
        if cursor.busy or cursor not in self._files.rotated:
            return
        if self._files.may_close(cursor, now):
            yield from self._close(cursor)

    def _read_missed(self, now: float) -> Iterator[Arrival]:
        """Read the missed files one after the other. Raises OSError if one cannot be opened."""
        missed, current = self._search.missed, self._files.current
        newest = current.modified_ns if current is not None else 0
        while missed:
            cursor = self._files.open_rotated(missed[0], now)
            if cursor is None:
                self._search.request(now)  # it moved
                return
            sibling = missed.pop(0)
            cursor.in_slices = now - self._files.caught_up_at < _AWAY
            yield from self._read(cursor, now)
            if not cursor.is_at_end:
                return
            if is_settled(sibling.modified, newest):
                yield from self._close(cursor)

    def _switch(self, old: Cursor, here: Identity, now: float) -> Iterator[Arrival]:
        """Follow the new file at the path. It is read after a search for files in between.

        While it cannot be opened, the old file is read on.
        """
        try:
            new = self._files.take_back(here) or self._files.open(now)
        except OSError as error:
            self._files.note_failure(error, now)
            self.absence.begin(error, now)
            yield from self._read_through(old, now)
            return
        self.absence.end()
        if not self.absence.is_announced:
            yield Notice(f"{self._files.path} was rotated: following the new file")
        yield from self._read_through(old, now)
        self._files.rotations += 1
        self._files.current = new
        self._files.rotated.append(old)
        self._search.request(now)

    def _read_through(self, cursor: Cursor, now: float) -> Iterator[Arrival]:
        """Read a file to its end. If it was truncated, begin again after a search for its copy."""
        had_line, modified = identifies(cursor.opened.head), cursor.file.stamp()[1]
        was_written = modified != cursor.modified_ns
        yield from self._read(cursor, now)
        if not cursor.is_truncated:
            cursor.modified_ns = modified
        if cursor.is_truncated:
            yield Notice(
                f"{self._files.path} was truncated: reading it from its beginning"
            )
            self._search.unfinished.add(cursor)
            if cursor is self._files.current:
                self._files.rotations += 1
                cursor.restart(self._files.new_source())
            else:
                self._files.drop(cursor)  # it is opened again, unless it is a copy
            self._search.request(now)
        elif not had_line and (was_written or identifies(cursor.opened.head)):
            # It may have been written, copied and truncated since it was last read.
            self._search.request(now)

    def _read(self, cursor: Cursor, now: float) -> Iterator[Arrival]:
        """Read a file. If the current file fails, the log is absent; for a rotated file, notify."""
        yield from cursor.poll(now)
        if cursor.error is None:
            return
        if cursor is self._files.current:
            self.absence.begin(cursor.error, now)
        elif not cursor.has_failed:
            cursor.has_failed = True
            reason = cannot_read(cursor.path, cursor.error)
            yield Notice(f"{reason}: its rest is not counted yet")

    def _close(self, cursor: Cursor) -> Iterator[Arrival]:
        if cursor.error is not None and (cursor.behind or cursor.file.is_compressed):
            loss = (
                f"{size(cursor.behind)} of it are" if cursor.behind else "its rest is"
            )
            reason = cannot_read(cursor.path, cursor.error)
            yield Notice(f"{reason}: {loss} not counted")
        bytes_read = cursor.offset if cursor.file.may_grow else cursor.file.stamp()[0]
        tail = cursor.opened.tail
        self._search.closed.add(closed_of(cursor.look_anew(), bytes_read, tail))
        self._files.drop(cursor)
        yield End(cursor.source, complete=False)
