"""Files that were read in part, and whose rest must be found: they have other names, or are copies.

A saved state has such files, and a file that was truncated is one: its rest is in its copy.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from monitor.core import Notice, Source
from monitor.escape import bytes_of
from monitor.inputs.arrivals import Arrival, End
from monitor.inputs.cursor import Cursor, Held, position
from monitor.inputs.folder import (
    Entry,
    Unreadable,
    bytes_at,
    identity_at,
    look_at,
    unreadable_at,
)
from monitor.inputs.knownfiles import KnownFiles, closed_of
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.places import Places
from monitor.inputs.rotation import (
    HEAD,
    Identity,
    Opened,
    Sibling,
    changed_since,
    copies_of,
    ends_at,
    fits,
    identifies,
    short_copy_of,
)


class Lost(NamedTuple):
    """A file that was read up to a position.

    `place` is the path at which it was read, without links. `source` is the source that goes on
    in its copy; None for a file of a saved state.
    """

    opened: Opened
    mid_line: bool
    place: str
    was_current: bool
    source: Source | None = None


class LostFiles:
    """The files of one log whose rest is not found yet.

    While the log is missing, a file that is not found may come later with the log. An example is a
    disk that is not mounted yet. Up to `patient_until`, no file is given up while one of the files
    among which it is sought is `unreadable`.
    """

    def __init__(self, files: OpenFiles, places: Places, known: KnownFiles) -> None:
        self.all: list[Lost] = []
        self.unreadable: dict[Identity, Unreadable] = {}
        self.patient_until = 0.0
        self._known = known
        self._files = files
        self._places = places

    def restore(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take the files of a saved state. A file of which no line was counted is left out."""
        for row in rows:
            identity = Identity(row["device"], row["inode"])
            head, tail = bytes_of(row["head"]), bytes_of(row["tail"])
            if row["offset"] or identifies(head):
                opened = Opened(identity, row["offset"], head, tail)
                place = os.fsdecode(bytes_of(row["place"]))
                self.all.append(Lost(opened, row["mid_line"], place, row["current"]))

    def snapshot(self, held: Held) -> list[dict[str, Any]]:
        """Return the files as values that JSON can hold."""
        return [
            {**_position(each, held), "current": each.was_current} for each in self.all
        ]

    def add(self, cursor: Cursor) -> None:
        """Take a file that was truncated. Its rest may be in a copy."""
        was_current = cursor is self._files.current
        facts = cursor.opened, cursor.mid_line, cursor.place, was_current
        self.all.append(Lost(*facts, cursor.source))

    def find_at_path(self, here: Identity, now: float) -> Cursor | None:
        """Return the file at the path of the log, opened, if it is one of these or its copy."""
        if here in self._files.identities():
            return next(each for each in self._files.all() if each.identity == here)
        sibling = look_at(self._files.path)
        saved = [each for each in self.all if each.source is None]
        fits = (each for each in saved if identifies(each.opened.head))
        found = (self._go_on(each, sibling, now) for each in fits)
        return next(filter(None, found), None)

    def find_by_identity(self, entries: Iterable[Entry], now: float) -> None:
        """Open the files that have other names now, at their offsets."""
        rotated = {entry.identity: entry.path for entry in entries}
        for lost in [each for each in self.all if each.source is None]:
            identity = lost.opened.identity
            if identity in self._files.identities():
                continue  # it was truncated
            path = rotated.get(identity) or _place_of(lost, self._files.path)
            found = path
            if path is None and identifies(lost.opened.head):
                found = self._places.find(identity)  # or a file that has its inode now
            sibling = look_at(found) if found else None
            if found and sibling and sibling.identity == identity:
                if self._go_on(lost, sibling, now):
                    self._places.learn(found)
            elif path and (unread := unreadable_at(path, lost.opened.offset)):
                self.unreadable[identity] = unread

    def find(
        self, entries: Sequence[Entry], since: int, is_there: bool, now: float
    ) -> Iterator[Arrival]:
        """Open the files that have other names now, and the copies of the others.

        `entries` are the rotated files. A copy was changed at `since` or later. If the log `is_there`,
        a file that is not found is given up.
        """
        self.unreadable = {}
        self.find_by_identity(entries, now)
        if not self.all:
            return
        candidates = list(self._candidates(entries, since))
        copies = list(filter(None, (look_at(each.path) for each in candidates)))
        self._find_copies(copies, now)
        if any(len(each.opened.head) == HEAD for each in self.all):
            others = self._candidates(self._places.others(), since)
            looks = (look_at(each.path) for each in others)
            self._find_copies(list(filter(None, looks)), now)
        self.unreadable = {**_unreadable_in(candidates), **self.unreadable}
        if self.unreadable and now < self.patient_until:
            return
        for lost in list(self.all):
            if is_there or lost.source is not None:
                yield from self._give_up(lost, copies)

    def _candidates(self, entries: Iterable[Entry], since: int) -> Iterator[Entry]:
        """Yield the files that may be copies."""
        held = self._files.identities()
        for entry in entries:
            if changed_since(entry.modified, since) and entry.identity not in held:
                yield entry

    def _find_copies(self, siblings: Sequence[Sibling], now: float) -> None:
        """Open the copies of the files, at the offsets of the files. Use each copy once.

        Files of a log may begin alike. Because of that copies without a further line come first.
        """
        for lost in list(self.all):
            ended = [each for each in siblings if ends_at(each, lost.opened.offset)]
            self._find_copy(lost, ended, now)
        for lost in list(self.all):
            self._find_copy(lost, siblings, now)

    def _find_copy(self, lost: Lost, siblings: Sequence[Sibling], now: float) -> None:
        saved = {each.opened.identity for each in self.all}
        taken = saved | self._files.identities()
        copies = copies_of(lost.opened, siblings, taken)
        any(self._go_on(lost, copy, now) for copy in copies)

    def _give_up(self, lost: Lost, copies: Iterable[Sibling]) -> Iterator[Arrival]:
        """Drop a file that was not found. Yield a notice if it was followed, or the end of it."""
        self.all.remove(lost)
        if lost.source is not None:
            partial = [each for each in copies if _is_part(lost.opened, each)]
            short = short_copy_of(lost.opened, partial)
            if short is not None and short.size is not None:
                self._known.add(closed_of(short, short.size))
            yield End(lost.source, complete=False)
        elif lost.was_current and lost.opened.identity not in self.unreadable:
            yield Notice(
                f"{self._files.path}: the file that was followed is gone: lines written to "
                f"it after its first {lost.opened.offset} bytes, if any, are not counted"
            )

    def _go_on(self, lost: Lost, found: Sibling | None, now: float) -> Cursor | None:
        """Open a file at an offset; return None if its content does not fit."""
        if found is None or not fits(lost.opened, found):
            return None
        cursor = self._files.open_rotated(found, now)
        if cursor is None:
            return None
        cursor.begin_at(lost.opened.offset)
        if not _has_tail(cursor, lost.opened.tail):
            self._files.drop(cursor)
            return None
        cursor.mid_line = lost.mid_line
        cursor.source = lost.source or cursor.source
        cursor.is_new = not identifies(lost.opened.head)
        self.all.remove(lost)
        return cursor


def _place_of(lost: Lost, path: str) -> str | None:
    """Return the path of a file if it is still where it was read, or at the path of the log."""
    identity = lost.opened.identity
    return next(
        (each for each in (path, lost.place) if identity_at(each) == identity), None
    )


def _unreadable_in(entries: Iterable[Entry]) -> dict[Identity, Unreadable]:
    """Return the files that cannot be read now. Raises OSError like `look_at`."""
    found = ((each.identity, unreadable_at(each.path)) for each in entries)
    return {identity: unread for identity, unread in found if unread is not None}


def _position(lost: Lost, held: Held) -> dict[str, Any]:
    """Return how far a file was counted: without its partial line, of which no tail is known."""
    partial = held(lost.source) if lost.source else 0
    opened = lost.opened
    if partial:
        opened = opened._replace(offset=opened.offset - partial, tail=b"")
    return position(opened, lost.mid_line, lost.place)


def _is_part(opened: Opened, sibling: Sibling) -> bool:
    """Return whether a shorter file ends in the bytes that were read last, or is all in the head."""
    start = opened.offset - len(opened.tail)
    end = bytes_at(sibling, start, len(opened.tail))
    return (sibling.size or 0) <= HEAD or bool(end and opened.tail.startswith(end))


def _has_tail(cursor: Cursor, tail: bytes) -> bool:
    """Return whether these bytes are before the offset. In a compressed file nobody can look."""
    return cursor.file.is_compressed or cursor.opened.tail.endswith(tail)
