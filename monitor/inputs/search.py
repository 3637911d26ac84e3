"""Searches for the rotated files of a log: files that were read in part, and files that were missed.

A search uses a listing of the folder that all logs in it share. It is repeated by the next poll
while files move, or cannot be read yet.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from monitor.core import Notice
from monitor.inputs.arrivals import Arrival
from monitor.inputs.folder import Entry, Folders, Unreadable
from monitor.inputs.knownfiles import KnownFiles
from monitor.inputs.lost import LostFiles
from monitor.inputs.missed import Missed, originals_of
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.places import Places
from monitor.inputs.rotation import (
    QUIET,
    Identity,
    Sibling,
    identifies,
)

_TRIES = 10
"""Searches that are put off at once because files move; the next ones wait for the next poll."""


class Search:
    """Searches for the rotated files of one log.

    `is_urgent`: a search must come first, and until it `lets_pass` no newer line may be read.
    `missed` are the files that are not read yet, oldest first. `unreadable` are those that cannot
    be read, which is tried again. `failure`: why files cannot be
    opened now. `seen_until` is the time of the last change that was seen, in nanoseconds of the
    file system's clock. A missed file was changed later.
    """

    def __init__(self, files: OpenFiles, folders: Folders) -> None:
        self.is_urgent = False
        self.lets_pass = True
        self.failure: OSError | None = None
        self.seen_until = 0
        self.missed: list[Sibling] = []
        self.unreadable: list[Unreadable] = []
        self.known = KnownFiles()
        self._files = files
        self._places = Places(files.path, folders)
        self.lost = LostFiles(files, self._places, self.known)
        self._entries: list[Entry] | OSError = []
        self._tries = 0  # searches that were put off, one after the other
        self._since: int | None = None  # of the next search; None if none is needed
        self._began = 0.0

    @property
    def is_due(self) -> bool:
        """Whether the next poll must search."""
        return self._since is not None

    @property
    def since(self) -> int:
        """The time of change from which a file may be missed."""
        times = [self.seen_until, *(each.modified for each in self.missed)]
        return min([*times, self._since] if self._since is not None else times)

    def remember(self) -> None:
        """Remember the rotated files that are there before the start."""
        current, held = self._files.current, self._files.identities()
        entries = self._places.entries()
        self.known.remember([each for each in entries if each.identity not in held])
        if current is not None:
            self.seen_until = current.modified_ns
            current.is_new = not identifies(current.opened.head)
        else:
            self.seen_until = self.known.newest()

    def resume(self, snapshot: Mapping[str, Any], now: float) -> None:
        """Go on from a saved state. Files that are not in it were missed."""
        self.known.restore(snapshot["known"])
        self.lost.restore(snapshot["files"])
        self.seen_until = snapshot["since"]
        self.request(now)

    def request(self, now: float) -> None:
        """Let the next poll search, because something happened since the last look."""
        if self._since is None:
            self._began = now
        self._since, self.is_urgent, self.lets_pass = self.since, True, False

    def snapshot(self) -> dict[str, Any]:
        """Return what is known of the rotated files as values that JSON can hold."""
        since = max(self.seen_until, self.known.unsaved_until())
        times = [since, *(each.modified for each in self.missed)]
        due = [] if self._since is None else [self._since]
        return {"known": self.known.snapshot(), "since": min(times + due)}

    def look(self) -> None:
        """List the rotated files. The path of the log must be looked at afterwards."""
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
        """Open the files that were read in part, and find the files that were missed.

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
        self.lost.patient_until = self._began + QUIET
        yield from self.lost.find(entries, self.since, here is not None, now)
        originals = originals_of(self._files, self._places, entries, here)
        if originals is None:
            self.lets_pass = True
        elif not self._places.were_found:  # their files are not in the listing
            lost = {each.opened.identity for each in self.lost.all}
            others = [each for each in entries if each.identity not in lost]
            missed = Missed(self.known, originals, others)
            missed.sort(self.since)
            yield from self._finish(missed, entries, now)

    def _open_current(self, entries: list[Entry], here: Identity, now: float) -> None:
        """Open the file at the path, which may be one that was read, or its copy."""
        self.lost.find_by_identity(entries, now)
        found = self.lost.find_at_path(here, now)
        current = self._files.take_back(here) if found else self._files.open(now)
        if current is not None and current.identity != here:
            raise FileNotFoundError  # it was rotated just now
        self._files.current = current

    def _finish(
        self, missed: Missed, entries: list[Entry], now: float
    ) -> Iterator[Notice]:
        unreadable = {**missed.unreadable(), **self.lost.unreadable}
        is_waiting = bool(missed.unread or unreadable) and now - self._began < QUIET
        self.unreadable = list(unreadable.values()) if is_waiting else []
        if not is_waiting:
            yield from (Notice(each.loss) for each in unreadable.values())
            for entry in missed.unread:
                self.known.see(entry)
            self.known.prune({each.identity for each in entries})
        current = self._files.current
        if current is not None:
            current.is_new = not identifies(current.opened.head)
        self._since, self.failure = self.since if is_waiting else None, None
        self.missed, self.is_urgent, self.lets_pass = missed.new, False, True
        self._tries = 0
