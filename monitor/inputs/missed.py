"""Finds the missed files of a log: they came and were rotated between two polls."""

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from monitor.inputs.closed import ClosedFiles
from monitor.inputs.cursor import Cursor
from monitor.inputs.folders import Entry, Places
from monitor.inputs.names import uncompressed
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.rotation import (
    HEAD,
    TAIL,
    Closed,
    Identity,
    Place,
    Sibling,
    changed_since,
    identifies,
    is_copy,
    is_copy_of_closed,
    is_same_file,
    is_unchanged,
    same_start,
    was_truncated,
)
from monitor.inputs.siblings import (
    Unreadable,
    bytes_at,
    closed_of,
    look_at_known,
    tail_digest,
)


class Original(NamedTuple):
    """An open file, as it looks now. Another file may be a copy of it."""

    cursor: Cursor
    look: Sibling
    place: Place


def originals_of(
    files: OpenFiles, places: Places, entries: Iterable[Entry], here: Identity | None
) -> list[Original] | None:
    """Return the open files of a log as they look now; None if one was truncated.

    `here` is the file at the path of the log.
    """
    there = {each.identity for each in entries}
    originals = []
    for cursor in files.all():
        before, look = cursor.opened, cursor.look_anew()
        size = before.offset if look.size is None else look.size
        if was_truncated(before, size, look.head) or not _has_tail(cursor):
            return None
        if cursor.identity == here:
            place = Place.NEW if cursor.is_new else Place.PATH
        elif cursor.identity in there or _is_elsewhere(cursor, places):
            place = Place.ROTATED
        else:
            place = Place.GONE
        originals.append(Original(cursor, look, place))
    return originals


class Missed:
    """Sorts the rotated files of a log into known files and missed files.

    `new`: the missed files, oldest first. `without_line`: files that have no whole line, or cannot
    be read now. `unreadable`: files that cannot be read now.
    """

    def __init__(
        self, closed: ClosedFiles, originals: Iterable[Original], entries: list[Entry]
    ) -> None:
        self.new: list[Sibling] = []
        self.without_line: list[Entry] = []
        self.unreadable: dict[Identity, Unreadable] = {}
        self._closed = closed
        self._originals = list(originals)
        self._entries = entries
        at_path = (Place.PATH, Place.NEW)
        self._newest = max(
            (o.look.modified for o in self._originals if o.place in at_path),
            default=1 << 63,
        )
        self._there = {each.identity for each in entries}
        self._copied: set[Identity] = set()  # the gone files whose copy was found

    def sort(self, since: int) -> None:
        """Sort all files. A missed file was changed at `since` or later."""
        open_now = {each.look.identity for each in self._originals}
        paths = {each.path for each in self._entries}
        for entry in self._entries:
            is_being_compressed = uncompressed(entry.path) in paths
            if entry.identity not in open_now and not is_being_compressed:
                self._sort(entry, since)
        self.new.sort(key=lambda sibling: sibling.modified)

    def _sort(self, entry: Entry, since: int) -> None:
        closed = self._closed.get(entry.identity)
        is_old = not changed_since(entry.modified, since)
        if is_old or (closed and is_unchanged(closed, entry.size, entry.modified)):
            self._closed.see(entry)
            return
        look = look_at_known(entry.path, entry.identity)
        if isinstance(look, Unreadable):
            self.unreadable[entry.identity] = look
        if not isinstance(look, Sibling) or not identifies(look.head):
            self.without_line.append(entry)
        elif (closed and _is_same(closed, look, entry)) or self._is_copy(look):
            self._closed.add(closed_of(look, entry.size))
        else:
            self.new.append(look)

    def _is_copy(self, sibling: Sibling) -> bool:
        """Return whether a file is a copy of a known file. A file that is gone has only one copy."""
        for each in self._originals:
            facts = sibling, each.look, each.place, self._newest
            if is_copy(*facts) and _has_same_bytes(sibling, each):
                is_there = each.place is not Place.GONE
                return is_there or self._is_first(each.look.identity)
        for closed in self._closed:
            is_there = closed.identity in self._there
            is_like = is_copy_of_closed(sibling, closed, is_there)
            if is_like and _has_end(sibling, closed):
                return is_there or self._is_first(closed.identity)
        return False

    def _is_first(self, identity: Identity) -> bool:
        """Return whether no copy of a file was found before."""
        is_first = identity not in self._copied
        self._copied.add(identity)
        return is_first


def _is_same(closed: Closed, sibling: Sibling, entry: Entry) -> bool:
    """Return whether a file that changed is still the file that was closed."""
    tail = tail_digest(sibling, closed.size) if closed.head_length else ""
    return is_same_file(closed, sibling, entry.size, tail)


def _has_tail(cursor: Cursor) -> bool:
    """Return whether the last bytes that were read are still there, as far as can be seen."""
    tail, start = cursor.opened.tail, cursor.offset - len(cursor.opened.tail)
    with suppress(OSError):  # reading meets the error again
        return not cursor.file.may_grow or cursor.file.pread(start, len(tail)) == tail
    return True


def _has_end(sibling: Sibling, closed: Closed) -> bool:
    """Return whether a plain file has the bytes at which a closed file ended."""
    end = closed.tail_digest
    return sibling.size is None or tail_digest(sibling, closed.size) == end


def _is_elsewhere(cursor: Cursor, places: Places) -> bool:
    """Return whether an open file is in another folder. From then on this folder is searched."""
    if os.fstat(cursor.file.fd).st_nlink == 0:
        return False  # it was deleted
    path = places.find(cursor.identity)
    if path:
        places.learn(path)
    return path is not None


def _has_same_bytes(sibling: Sibling, original: Original) -> bool:
    """Return whether two files begin with the same bytes, as far as both go."""
    if not same_start(sibling.head, original.look.head):
        return False
    if sibling.size is None or original.look.size is None:
        return True
    if sibling.size > (original.cursor.file.size or 0) >= original.look.size:
        return False  # a copy is not longer
    common = min(sibling.size, original.look.size)
    if common <= HEAD:
        return True
    start = common - TAIL
    return bytes_at(sibling, start, TAIL) == original.cursor.file.pread(start, TAIL)
