"""Follows one path through its rotations. The path looks like one endless source.

Each line of each file is read once and in order, and no line consists of pieces of two files. The
files are polled by plain reads. There is no inotify, because network file systems have none.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from monitor.alerts import ALL_HITS, Asked
from monitor.core import Failure, Notice
from monitor.errors import MonitorError
from monitor.inputs.arrivals import Arrival, End, Wants
from monitor.inputs.bisection import (
    NOTHING,
    Before,
    last_seconds,
    newest_second,
    span_of,
)
from monitor.inputs.cursor import Cursor, KeptOf
from monitor.inputs.folders import Folders
from monitor.inputs.linestarts import last_line_start
from monitor.inputs.lookback import Lookback
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.reader import Reader
from monitor.inputs.rotation import Identity, identifies
from monitor.inputs.search import Search
from monitor.inputs.unreadable import cannot_read, explained
from monitor.periods import Period


class Stamp(NamedTuple):
    """What changes when the file at a path changes."""

    identity: Identity
    size: int
    modified: int


class Last(NamedTuple):
    """The last `seconds` of a log, which is in the format `form`."""

    form: str
    seconds: int


class Tail:
    """Follows one path through rotations. The logs of one folder share its listing."""

    ended = False

    def __init__(self, path: str, folders: Folders, *, may_go: bool = False) -> None:
        self.path = path
        self._may_go = may_go  # nobody is told that the log is gone
        self.was_open = False
        self.files = OpenFiles(path)
        self._search = Search(self.files, folders)
        self._reader = Reader(self.files, self._search)
        self._quiet: Stamp | None = None  # of the log if all of it was read

    def start(
        self, form: str, window: int, now: float, asked: Asked = ALL_HITS
    ) -> Before:
        """Open the log after its last line; return the chosen hits of the window.

        A log that is missing may come later. Raises MonitorError if it cannot be read.
        """
        with explained(self.path):
            try:
                return _go_to_end(self._open(now), form, window, asked)
            except FileNotFoundError:
                return NOTHING

    def begin(self, now: float, last: Last | None = None) -> None:
        """Open the log at its first line, or before its last seconds. Raises MonitorError."""
        with explained(self.path):
            _go_before(self._open(now), last)

    def remember(self) -> None:
        """Remember the rotated files that are there before the start, after the log was opened."""
        self._search.remember()

    def _open(self, now: float) -> Cursor:
        self.files.current = cursor = self.files.open(now)
        self.was_open = True
        return cursor

    def snapshot(self, kept: KeptOf) -> dict[str, Any]:
        """Return the files and their offsets as a value that JSON can hold."""
        state = self._search.snapshot(kept)
        files = [
            {**each.snapshot(kept), "current": each is self.files.current}
            for each in self.files.all()
            if not each.file.is_stream and not each.has_copy
        ]
        return {
            **state,
            "files": files + state["files"],
            "was_open": self.was_open,
            "rotations": self.files.rotations,
        }

    def resume(self, snapshot: Mapping[str, Any], now: float) -> None:
        """Go on with the files of a snapshot.

        The next poll finds the files that were rotated since then, like files that were rotated
        between two polls.
        """
        self._search.resume(snapshot, now)
        self.was_open = snapshot["was_open"]
        self.files.rotations = snapshot.get("rotations", 0)

    @property
    def busy(self) -> bool:
        """Whether more bytes can be read now, or a search must come first."""
        return self._search.is_urgent or any(each.busy for each in self.files.all())

    @property
    def behind(self) -> int:
        """Bytes that are left to read, without files of unknown size."""
        return sum(each.behind for each in self.files.all())

    def failure(self, now: float) -> Failure | None:
        """Return why the log cannot be read; None if it can be, or may only be rotated."""
        times = [each.last_read_at for each in self.files.all()]
        last_read_at = max(times) if self.files.current else None
        return self._reader.absence.failure(now, last_read_at, was_open=self.was_open)

    def end(self) -> list[End | Notice]:
        """Return the ends of all files, and what could not be read.

        Raises MonitorError if the last poll could not read on.
        """
        current, search = self.files.current, self._search
        if current is not None and current.error is not None:
            reason = self._reader.absence.reason
            raise MonitorError(f"cannot read {reason}: the next run will try again")
        if search.missed and search.failure:
            raise MonitorError(cannot_read(search.missed[0].path, search.failure))
        return [
            *(Notice(f"{each.loss} yet") for each in search.unreadable),
            *(self._end_of(each) for each in self.files.all()),
        ]

    def _end_of(self, cursor: Cursor) -> End:
        goes_on = cursor is self.files.current and cursor.file.may_grow
        return End(cursor.source, complete=not goes_on, goes_on=goes_on)

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        """Read the bytes since the last poll, from rotated files first."""
        files, search = self.files, self._search
        if any(each.busy and not wants(each.source) for each in files.all()):
            return
        if files.current is None and not search.is_due and os.path.exists(self.path):
            search.request(now)  # the file at the path may be an unfinished one
        if search.is_due:
            search.look()
        stamp = self._look_at_path(now)
        if stamp is not None and stamp == self._quiet:
            files.caught_up_at = now
            return
        here = stamp.identity if stamp else None
        yield from self._reader.read_older(here, now)
        yield from self._reader.read_current(here, now)
        self.was_open = self.was_open or bool(files.all())
        is_hidden = self._may_go and stamp is None
        is_absent = self.failure(now) is not None and not is_hidden
        yield from self._reader.absence.notices(is_absent=is_absent)
        if not self.busy and not search.is_due:
            files.caught_up_at = now
        self._note(stamp)

    def _look_at_path(self, now: float) -> Stamp | None:
        """Return the file at the path. If there is none, note that the log is absent."""
        try:
            status = os.stat(self.path)
        except OSError as error:
            self._reader.absence.begin(error, now)
            return None
        identity = Identity(status.st_dev, status.st_ino)
        return Stamp(identity, status.st_size, status.st_mtime_ns)

    def _note(self, stamp: Stamp | None) -> None:
        """Note that all of the log was read, if it was. Until it changes, a poll ends early."""
        current = self.files.current
        self._quiet = None
        if stamp is None or current is None or self.busy or self._search.is_due:
            return
        if current.identity != stamp.identity or current.error or self._search.missed:
            return
        if identifies(current.opened.head):  # else it may have been emptied unseen
            self._search.seen_until = stamp.modified
        is_alone = not self.files.rotated and not self._reader.absence.is_announced
        if is_alone and not current.file.is_stream:
            self._quiet = stamp


def _go_to_end(cursor: Cursor, form: str, window: int, asked: Asked) -> Before:
    """Go after the last line; return the chosen hits of each second of the window."""
    size = cursor.file.size
    if cursor.file.is_stream or size is None:
        return NOTHING
    end = last_line_start(cursor.file.pread, size)
    cursor.begin_at(end)
    cursor.mid_line = not cursor.ends_a_line
    read = cursor.file.pread
    lookback = Lookback(read, end, form, asked.only.wants)
    before = last_seconds(read, end, window, lookback.reader_at, asked)
    cursor.carried = lookback.carried()  # the last lines that were read end here
    return before


def _go_before(cursor: Cursor, last: Last | None) -> None:
    """Go before the last seconds; without a hit, after the last line.

    If no seconds are given, the file is read from its beginning. So is a stream or a compressed file.
    """
    size = cursor.file.size
    if last is None or cursor.file.is_stream or size is None:
        return
    read = cursor.file.pread
    end = last_line_start(read, size)
    lookback = Lookback(read, end, last.form)
    newest = newest_second(read, end, lookback.reader_at)
    start = end
    if newest is not None:
        period = Period(since=newest - last.seconds)
        start = span_of(period, read, end, lookback.reader_at).start
    lookback.reader_at(start)
    cursor.begin_at(start)
    cursor.mid_line = not cursor.ends_a_line
    cursor.carried = lookback.carried()
