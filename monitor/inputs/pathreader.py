"""Reads the files of one path in the order of their lines, and switches to the new file."""

from collections.abc import Iterator
from contextlib import suppress

from monitor.core import Notice
from monitor.inputs.arrivals import Arrival
from monitor.inputs.cursor import Cursor
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.reader import Absence, Reader
from monitor.inputs.rotation import Identity
from monitor.inputs.search import Search


class PathReader:
    """Reads the files of one path: older files first, then the current one.

    `here` is the file at the path; None if the path leads nowhere.
    """

    def __init__(self, files: OpenFiles, search: Search) -> None:
        self.absence = Absence(files.path)
        self._files = files
        self._search = search
        self._reader = Reader(files, search, self.absence)

    def read_older(self, here: Identity | None, now: float) -> Iterator[Arrival]:
        """Read the files that are older than the current one. If a search is due, find them."""
        search = self._search
        if search.is_due:
            yield from self._explained(search.run(here, now), here, now)
        for cursor in list(self._files.rotated):
            yield from self._reader.read_rotated(cursor, now)
            if cursor.busy:
                return  # the lines of newer files would have to wait in memory
        if not search.is_urgent:
            yield from self._explained(self._reader.read_missed(now), here, now)

    def _explained(
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

    def read_current(self, here: Identity | None, now: float) -> Iterator[Arrival]:
        """Read the current file, or switch to another file if the path leads there now."""
        current = self._files.current
        if current is None:
            return
        if here is not None and here != current.identity:
            yield from self._switch(current, here, now)
            return
        if self._search.lets_pass and (self._search.is_urgent or current.has_changed()):
            yield from self._reader.read_through(current, now)
        if here is not None and current.error is None:
            self.absence.end()
        elif here is not None:
            with suppress(OSError):
                current.reopen(self._files.path)

    def _switch(self, old: Cursor, here: Identity, now: float) -> Iterator[Arrival]:
        """Follow the new file at the path. It is read after a search for files in between.

        While it cannot be opened, the old file is read on.
        """
        try:
            new = self._files.take_back(here) or self._files.open(now)
        except OSError as error:
            self._files.note_failure(error, now)
            self.absence.begin(error, now)
            yield from self._reader.read_through(old, now)
            return
        self.absence.end()
        if not self.absence.is_announced:
            yield Notice(f"{self._files.path} was rotated: following the new file")
        yield from self._reader.read_through(old, now)
        self._files.current = new
        self._files.rotated.append(old)
        self._search.request(now)
