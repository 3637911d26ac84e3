"""The unfinished files of a log: files that were read in part and are not open now.

They are the files of a saved state, and files that were truncated. The rest of such a file is in the
file itself, which may have another name now, or in a copy of it.
"""

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from monitor.core import Notice, Source
from monitor.escape import bytes_of
from monitor.inputs.arrivals import Arrival, Carried, End
from monitor.inputs.closed import ClosedFiles
from monitor.inputs.cursor import Cursor, KeptOf, position
from monitor.inputs.folders import Entry, Places
from monitor.inputs.openfiles import OpenFiles
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
from monitor.inputs.siblings import (
    Look,
    Unreadable,
    bytes_at,
    closed_of,
    look_at,
    look_at_known,
)


class Unfinished(NamedTuple):
    """A file that was read up to an offset, where its source carries what `carried` says.

    `place` is the path at which it was read, without links. `source` is the source of its rest;
    None for a file of a saved state, whose rest has a new source.
    """

    opened: Opened
    mid_line: bool
    place: str
    was_current: bool
    carried: Carried | None = None
    source: Source | None = None


class UnfinishedFiles:
    """The unfinished files of one log. A file that cannot be read now is `unreadable`."""

    def __init__(self, files: OpenFiles, places: Places, closed: ClosedFiles) -> None:
        self.all: list[Unfinished] = []
        self.unreadable: dict[Identity, Unreadable] = {}
        self._closed = closed
        self._files = files
        self._places = places

    def restore(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add the files of a saved state. A file of which no line was counted is left out."""
        files = map(_restored, rows)
        self.all += [e for e in files if e.opened.offset or identifies(e.opened.head)]

    def snapshot(self, kept: KeptOf) -> list[dict[str, Any]]:
        """Return the files as values that JSON can hold."""
        return [
            {**_position(each, kept), "current": each.was_current} for each in self.all
        ]

    def add(self, cursor: Cursor) -> None:
        """Add a file that was truncated. Its rest may be in a copy."""
        was_current = cursor is self._files.current
        facts = cursor.opened, cursor.mid_line, cursor.place, was_current
        self.all.append(Unfinished(*facts, cursor.carried, cursor.source))

    def find_at_path(self, now: float) -> None:
        """Open the file at the path of the log if it is a copy of an unfinished file."""
        self._open_copies([look_at(self._files.path)], now)

    def find_by_identity(self, entries: Iterable[Entry], now: float) -> None:
        """Open the files that are still there, at their offsets, whatever their names."""
        rotated = {entry.identity: entry.path for entry in entries}
        for file in [each for each in self.all if each.source is None]:
            identity = file.opened.identity
            if identity in self._files.identities():
                continue  # it was truncated
            path = rotated.get(identity) or self._place_of(file)
            found = path
            if path is None and identifies(file.opened.head):
                found = self._places.find(identity)  # or a file that has its inode now
            if found is None:
                continue
            look = look_at_known(found, identity)
            if look is None:
                raise FileNotFoundError(errno.ENOENT, "moved", found)
            if isinstance(look, Sibling):
                if self._go_on(file, look, now):
                    self._places.learn(found)
            elif path:
                left = max(0, look.size - file.opened.offset)
                self.unreadable[identity] = look._replace(size=left)

    def find(self, entries: Sequence[Entry], since: int, now: float) -> list[Look]:
        """Open the files that are still there, and copies of the other files.

        `entries` are the rotated files. A copy was changed at `since` or later. Return the rotated
        files that may be copies, as they look now.
        """
        self.unreadable = {}
        self.find_by_identity(entries, now)
        if not self.all:
            return []
        looks = self._looks(entries, since)
        self._open_copies(looks, now)
        if any(len(each.opened.head) == HEAD for each in self.all):
            self._open_copies(self._looks(self._places.others(), since), now)
        unread = {look.identity: look for look in looks if isinstance(look, Unreadable)}
        self.unreadable = unread | self.unreadable
        return looks

    def give_up(self, looks: Sequence[Look], *, is_there: bool) -> Iterator[Arrival]:
        """Drop the files that were not found: truncated files, and if the log `is_there`, all.

        While the log is missing, its files may come later, as on a disk that is not mounted yet.
        """
        for file in list(self.all):
            if is_there or file.source is not None:
                self.all.remove(file)
                yield from self._end_of(file, looks)

    def _place_of(self, file: Unfinished) -> str | None:
        """Return the path of a file; None if it is neither at the path nor where it was read."""
        places = (self._files.path, file.place)
        return next((p for p in places if _is_at(p, file.opened.identity)), None)

    def _looks(self, entries: Iterable[Entry], since: int) -> list[Look]:
        """Look at the files that may be copies."""
        open_now = self._files.identities()
        return [
            look_at_known(entry.path, entry.identity)
            for entry in entries
            if changed_since(entry.modified, since) and entry.identity not in open_now
        ]

    def _open_copies(self, looks: Sequence[Look], now: float) -> None:
        """Open the copies of the files, at the offsets of the files. Use each copy once.

        Files of a log may begin alike. Because of that copies that end at the offset come first.
        """
        siblings = [each for each in looks if isinstance(each, Sibling)]
        for may_be_longer in (False, True):
            for file in sorted(self.all, key=lambda each: not each.was_current):
                saved = {each.opened.identity for each in self.all}
                taken = saved | self._files.identities()
                for copy in copies_of(file.opened, siblings, taken):
                    is_whole = ends_at(copy, file.opened.offset)
                    if (may_be_longer or is_whole) and self._go_on(file, copy, now):
                        break

    def _end_of(self, file: Unfinished, looks: Sequence[Look]) -> Iterator[Arrival]:
        """Yield the end of a file that was truncated, or a notice if a saved file was followed.

        A copy that was made before the last lines of a truncated file needs no reading.
        """
        opened = file.opened
        if file.source is not None:
            siblings = [each for each in looks if isinstance(each, Sibling)]
            partial = [each for each in siblings if _is_part(opened, each)]
            short = short_copy_of(opened, partial)
            if short is not None and short.size is not None:
                self._closed.add(closed_of(short, short.size))
            yield End(file.source, complete=False)
        elif file.was_current and opened.identity not in self.unreadable:
            yield Notice(
                f"{self._files.path}: the file that was followed is gone: lines written to "
                f"it after its first {opened.offset} bytes, if any, are not counted"
            )

    def _go_on(self, file: Unfinished, found: Sibling, now: float) -> bool:
        """Open a file at the offset; return whether its content fits."""
        if not fits(file.opened, found):
            return False
        cursor = self._files.open_rotated(found, now)
        if cursor is None:
            return False
        cursor.begin_at(file.opened.offset)
        if not _has_tail(cursor, file.opened.tail):
            self._files.drop(cursor)
            return False
        cursor.mid_line, cursor.carried = file.mid_line, file.carried
        cursor.source = file.source or cursor.source
        cursor.is_new = not identifies(file.opened.head)
        self.all.remove(file)
        return True


def _restored(row: Mapping[str, Any]) -> Unfinished:
    """Return a file of a saved state."""
    identity = Identity(row["device"], row["inode"])
    head, tail = bytes_of(row["head"]), bytes_of(row["tail"])
    opened = Opened(identity, row["offset"], head, tail)
    place = os.fsdecode(bytes_of(row["place"]))
    return Unfinished(opened, row["mid_line"], place, row["current"], row["carried"])


def _is_at(path: str, identity: Identity) -> bool:
    """Return whether a path leads to a file."""
    try:
        status = os.stat(path)
    except OSError:
        return False
    return (status.st_dev, status.st_ino) == identity


def _position(file: Unfinished, kept: KeptOf) -> dict[str, Any]:
    """Return how far a file was counted, which is up to its partial line.

    The bytes before a partial line are not known.
    """
    partial, carried = kept(file.source) if file.source else (0, None)
    opened = file.opened
    if partial:
        opened = opened._replace(offset=opened.offset - partial, tail=b"")
    return position(opened, file.mid_line, file.place, carried or file.carried)


def _has_tail(cursor: Cursor, tail: bytes) -> bool:
    """Return whether these bytes are before the offset, as far as one can see."""
    return cursor.file.is_compressed or cursor.opened.tail.endswith(tail)


def _is_part(opened: Opened, sibling: Sibling) -> bool:
    """Return whether a shorter file ends in the bytes that were read last, or is all in the head."""
    start = opened.offset - len(opened.tail)
    end = bytes_at(sibling, start, len(opened.tail))
    return (sibling.size or 0) <= HEAD or bool(end and opened.tail.startswith(end))
