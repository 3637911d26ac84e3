"""Follows one path through its rotations. The path looks like one endless source.

Each line of each file is read once and in order, and no line consists of pieces of two files.
rotation.py decides what happened to the files, and this file acts on the decision. The files are
polled by plain reads. There is no inotify, because network file systems have none.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.core import Failure, Notice
from monitor.errors import MonitorError
from monitor.escape import bytes_of, text_of
from monitor.formats import reader_of
from monitor.inputs.arrivals import Arrival, End, Wants
from monitor.inputs.backfill import last_seconds
from monitor.inputs.cursor import Cursor, Held
from monitor.inputs.linestarts import last_line_start
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.reader import Reader
from monitor.inputs.rotated import RotatedFiles
from monitor.inputs.rotation import Identity
from monitor.inputs.siblings import look_at, siblings_of
from monitor.inputs.sought import SoughtFiles
from monitor.inputs.unreadable import cannot_read


class Tail:
    """Follows one path through rotations."""

    ended = False

    def __init__(self, path: str) -> None:
        self.path = path
        self.was_open = False
        self._files = OpenFiles(path)
        self._rotated = RotatedFiles(self._files)
        self._sought = SoughtFiles(self._files)
        self._reader = Reader(self._files, self._rotated)

    def start(self, form: str, window: int, now: float) -> Counter[int]:
        """Open the log after its last line; return the hits of each second of the window.

        A log that is missing may come later. Raises MonitorError if it cannot be read.
        """
        seconds: Counter[int] = Counter()
        try:
            seconds = _go_to_end(self._open(now), form, window)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise MonitorError(cannot_read(self.path, error)) from error
        self._rotated.remember(siblings_of(self.path))
        return seconds

    def begin(self, now: float) -> None:
        """Open the log at its first line. Raises MonitorError if it cannot be read."""
        try:
            self._open(now)
        except OSError as error:
            raise MonitorError(cannot_read(self.path, error)) from error
        self._rotated.remember(siblings_of(self.path))

    def _open(self, now: float) -> Cursor:
        self._files.current = cursor = self._files.open(now)
        self.was_open = True
        return cursor

    def snapshot(self, held: Held) -> dict[str, Any]:
        """Return the open files and their offsets as a value that JSON can hold."""
        files = [
            {**each.snapshot(held), "current": each is self._files.current}
            for each in self._files.all()
            if not each.file.is_stream
        ]
        return {
            "known": list(map(text_of, self._rotated.known + self._files.heads())),
            "files": files + self._sought.saved,
            "was_open": self.was_open,
        }

    def resume(self, snapshot: Mapping[str, Any], now: float) -> Iterator[Notice]:
        """Go on with the files of a snapshot.

        The next poll finds the files that were rotated since then, like files that were rotated
        between two polls.
        """
        self._rotated.resume(list(map(bytes_of, snapshot["known"])), now)
        self.was_open = snapshot["was_open"]
        self._sought.saved = list(snapshot["files"])
        yield from self._sought.find(now)

    @property
    def busy(self) -> bool:
        """Whether more bytes can be read now."""
        return any(each.busy for each in self._files.all())

    @property
    def behind(self) -> int:
        """Bytes that are left to read, without files of unknown size."""
        return sum(each.behind for each in self._files.all())

    def failure(self, now: float) -> Failure | None:
        """Return why the log cannot be read; None while it can be read or may just be rotated."""
        heard = [each.last_read_at for each in self._files.all()]
        last_read_at = max(heard) if self._files.current else None
        return self._reader.absence.failure(now, last_read_at, was_open=self.was_open)

    def end(self) -> list[End]:
        """Return the ends of all files. Raises MonitorError if the last poll could not read on."""
        if self._files.current is not None and self._files.current.error is not None:
            raise MonitorError(
                f"cannot read {self._reader.absence.reason}: the next run will try again"
            )
        return [self._end_of(each) for each in self._files.all()]

    def _end_of(self, cursor: Cursor) -> End:
        goes_on = cursor is self._files.current and cursor.file.may_grow
        return End(cursor.source, complete=not goes_on, goes_on=goes_on)

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        """Read the bytes since the last poll, from rotated files first."""
        files = self._files
        if any(each.busy and not wants(each.source) for each in files.all()):
            return
        if self._sought.saved and look_at(self.path) is not None:
            yield from self._sought.find(now)
        for cursor in list(files.rotated):
            yield from self._reader.read_rotated(cursor, now)
            if cursor.busy:
                return  # the lines of newer files would have to wait in memory
        if self._rotated.looks_again and files.current is None:
            yield from self._look_at_path(now)  # a missed file may be a copy of it
        if self._rotated.looks_again and not self._sought.saved:
            yield from self._reader.read_missed(now)
        if files.current is not None:
            yield from self._reader.read_through(files.current, now)
        yield from self._look_at_path(now)
        self.was_open = self.was_open or bool(files.all())
        yield from self._reader.absence.notices(is_absent=self.failure(now) is not None)

    def _look_at_path(self, now: float) -> Iterator[Arrival]:
        """Check whether the path leads to another file now, and switch to that file."""
        current = self._files.current
        try:
            status = os.stat(self.path)
            identity = Identity(status.st_dev, status.st_ino)
            if current is not None and current.identity == identity:
                if current.error is None:
                    self._reader.absence.end()
                else:
                    current.reopen(self.path)
                return
            new = self._files.take_back(identity) or self._files.open(now)
        except OSError as error:
            self._reader.absence.begin(error, now)
            return
        self._reader.absence.end()
        self._sought.saved = []
        yield from self._go_to(new, now)

    def _go_to(self, new: Cursor, now: float) -> Iterator[Arrival]:
        old, self._files.current = self._files.current, new
        if old is not None:
            if not self._reader.absence.is_announced:
                yield Notice(f"{self.path} was rotated: following the new file")
            self._files.rotated.append(old)
            yield from self._reader.read_through(old, now)
        yield from self._reader.read_missed(now, old.modified_ns if old else 0)
        yield from self._reader.read_through(new, now)


def _go_to_end(cursor: Cursor, form: str, window: int) -> Counter[int]:
    """Go after the last line; return the hits of each second of the window."""
    size = cursor.file.size
    if cursor.file.is_stream or size is None:
        return Counter()
    end = last_line_start(cursor.file.pread, size)
    cursor.begin_at(end)
    cursor.mid_line = not cursor.ends_a_line
    return last_seconds(cursor.file.pread, end, window, reader_of(form))
