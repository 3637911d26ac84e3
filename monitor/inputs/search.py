"""Finds out what is left to read of the rotated files of a log.

A file of a log is open, closed (nothing is left to read), unfinished (a part was read, and it is not
open), or missed (nothing was read). A search opens the unfinished files, and lists the missed files.
The next poll repeats a search while files move, or cannot be read yet.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from monitor.core import Notice
from monitor.inputs.arrivals import Arrival
from monitor.inputs.closed import ClosedFiles
from monitor.inputs.cursor import KeptOf
from monitor.inputs.folders import Entry, Folders, Places
from monitor.inputs.missed import Missed, originals_of
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.rotation import QUIET, Identity, Sibling
from monitor.inputs.siblings import Unreadable
from monitor.inputs.unfinished import UnfinishedFiles

_TRIES = 10
"""Searches that are put off at once because files move. Later ones wait for the next poll."""


class Search:
    """Searches for the rotated files of one log.

    `missed`: the files that are not read yet, oldest first. `unreadable`: files that cannot be read
    now, and are tried again. `failure`: why files cannot be opened now.

    `is_urgent`: a search must come first. Until a search `lets_pass`, no newer line is read.
    `seen_until`: the time of the last change that was seen, in nanoseconds of the file system's
    clock. A missed file was changed later.
    """

    def __init__(self, files: OpenFiles, folders: Folders) -> None:
        self.is_urgent = False
        self.lets_pass = True
        self.failure: OSError | None = None
        self.seen_until = 0
        self.missed: list[Sibling] = []
        self.unreadable: list[Unreadable] = []
        self.closed = ClosedFiles()
        self._files = files
        self._places = Places(files.path, folders)
        self.unfinished = UnfinishedFiles(files, self._places, self.closed)
        self._entries: list[Entry] | OSError = []
        self._tries = 0  # searches that were put off, one after the other
        self._since: int | None = None  # of the next search; None if none is needed
        self._began = 0.0

    @property
    def is_due(self) -> bool:
        """Whether the next poll must search."""
        return self._since is not None

    def remember(self) -> None:
        """Remember the rotated files that are there before the start."""
        current, open_now = self._files.current, self._files.identities()
        entries = self._places.entries()
        self.closed.remember([e for e in entries if e.identity not in open_now])
        newest = max((each.modified for each in self.closed), default=0)
        self.seen_until = current.modified_ns if current else newest
        self._files.note_whole_line()

    def resume(self, snapshot: Mapping[str, Any], now: float) -> None:
        """Go on from a saved state. Files that are not in it were missed."""
        self.closed.restore(snapshot["known"])
        self.unfinished.restore(snapshot["files"])
        self._places.restore(snapshot["folders"])
        self.seen_until = snapshot["since"]
        self.request(now)

    def request(self, now: float) -> None:
        """Let the next poll search, because something happened since the last search."""
        if self._since is None:
            self._began = now
        self._since = self._missed_since(self.seen_until)
        self.is_urgent, self.lets_pass = True, False

    def snapshot(self, kept: KeptOf) -> dict[str, Any]:
        """Return the rotated files that are not open, as values that JSON can hold."""
        seen_until = max(self.seen_until, self.closed.unsaved_until())
        return {
            "known": self.closed.snapshot(),
            "since": self._missed_since(seen_until),
            "files": self.unfinished.snapshot(kept),
            "folders": self._places.snapshot(),
        }

    def look(self) -> None:
        """List the rotated files for the next search. Call it before a look at the path of the log."""
        try:
            self._entries = self._places.entries()
        except OSError as error:
            self._entries = error

    def fail(self, error: OSError) -> Iterator[Notice]:
        """Note that files cannot be opened now. The search is repeated."""
        if self.failure is None:
            why = error.strerror or error
            yield Notice(
                f"{self._files.path}: cannot look for rotated files now: {why}"
            )
        self.failure = error

    def run(self, here: Identity | None, now: float) -> Iterator[Arrival]:
        """Open the unfinished files, and find the missed files.

        `here` is the file at the path of the log. The search stays due if something happened since
        the folder was listed. Raises OSError if a file cannot be opened now.
        """
        self._tries += 1
        self.is_urgent = self._tries < _TRIES
        self.lets_pass = not self.is_urgent
        with suppress(FileNotFoundError):  # a file moved
            yield from self._run(here, now)

    def _run(self, here: Identity | None, now: float) -> Iterator[Arrival]:
        current, entries = self._files.current, self._entries
        if isinstance(entries, OSError):
            raise entries
        if current is None and here is not None:
            self._open_current(entries, here, now)
            return  # what happened to this file since the listing is not in the listing
        if current is not None and here not in (None, current.identity):
            return  # it was rotated just now
        is_patient = now - self._began < QUIET
        since = self._missed_since(self.seen_until)
        looks = self.unfinished.find(entries, since, now)
        if not (self.unfinished.unreadable and is_patient):
            yield from self.unfinished.give_up(looks, is_there=here is not None)
        originals = originals_of(self._files, self._places, entries, here)
        if originals is None:
            self.lets_pass = True
        elif not self._places.has_new_folder:  # else files are not in the listing
            unfinished = {each.opened.identity for each in self.unfinished.all}
            others = [each for each in entries if each.identity not in unfinished]
            missed = Missed(self.closed, originals, others)
            missed.sort(since)
            yield from self._finish(missed, entries, is_patient)

    def _missed_since(self, seen_until: int) -> int:
        """Return the time of change from which a file may be missed."""
        times = [seen_until, *(each.modified for each in self.missed)]
        return min(times if self._since is None else [*times, self._since])

    def _open_current(self, entries: list[Entry], here: Identity, now: float) -> None:
        """Open the file at the path: an unfinished file, or a copy, if no rotated file is one."""
        self.unfinished.find(entries, self._missed_since(self.seen_until), now)
        if here not in self._files.identities():
            self.unfinished.find_at_path(now)
        current = self._files.take_back(here) or self._files.open(now)
        if current.identity != here:
            raise FileNotFoundError  # it was rotated just now
        self._files.current = current

    def _finish(
        self, missed: Missed, entries: list[Entry], is_patient: bool
    ) -> Iterator[Notice]:
        """End the search, or repeat it while files have no line yet or cannot be read."""
        unreadable = {**missed.unreadable, **self.unfinished.unreadable}
        is_waiting = is_patient and bool(missed.without_line or unreadable)
        self.unreadable = list(unreadable.values()) if is_waiting else []
        if not is_waiting:
            yield from (Notice(each.loss) for each in unreadable.values())
            for entry in missed.without_line:
                self.closed.see(entry)
            self.closed.prune({each.identity for each in entries})
        self._files.note_whole_line()
        since = self._missed_since(self.seen_until)
        self._since, self.failure = since if is_waiting else None, None
        self.missed, self.is_urgent, self.lets_pass = missed.new, False, True
        self._tries = 0
