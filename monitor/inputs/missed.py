"""Finds the missed files of a log: they came and were rotated between two polls."""

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from monitor.inputs.closed import ClosedFiles
from monitor.inputs.copies import (
    begins_like,
    is_copy,
    is_copy_of_closed,
    is_same_file,
    short_copy_of,
)
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
    digest_of,
    identifies,
    same_start,
    was_truncated,
)
from monitor.inputs.siblings import (
    Unreadable,
    bytes_at,
    closed_of,
    length_in,
    look_at_known,
    size_of,
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
        self._there = {each.identity for each in entries if closed.knows(each)}
        self._copied: set[Identity] = set()  # the closed files whose copy was found

    def sort(self, since: int) -> None:
        """Sort all files. A missed file was changed at `since` or later."""
        open_now = {each.look.identity for each in self._originals}
        paths = {each.path for each in self._entries}
        for entry in sorted(self._entries, key=lambda each: each.modified):
            is_being_compressed = uncompressed(entry.path) in paths
            if entry.identity not in open_now and not is_being_compressed:
                self._sort(entry, since)
        for original in self._originals:
            if original.place is Place.GONE and not original.cursor.has_copy:
                self._drop_short_copy(original)

    def _drop_short_copy(self, original: Original) -> None:
        """Drop the copy of a deleted file that was written to while it was compressed."""
        file, look = original.cursor.file, original.look
        copies = [e for e in self.new if e.size is None and length_in(file, e) >= 0]
        short = short_copy_of(look.head, look.modified, copies)
        if short is not None:
            self.new.remove(short)
            self._add_copy(short, size_of(short), original)

    def _sort(self, entry: Entry, since: int) -> None:
        closed = self._closed.get(entry.identity)
        if self._closed.knows(entry) or not changed_since(entry.modified, since):
            self._closed.see(entry)
            return
        look = look_at_known(entry.path, entry.identity)
        if isinstance(look, Unreadable):
            self.unreadable[entry.identity] = look
        if not isinstance(look, Sibling) or not identifies(look.head):
            self.without_line.append(entry)
        elif closed and _is_same(closed, look, entry):
            self._closed.add(closed_of(look, entry.size))
        else:
            self._sort_new(look, entry)

    def _sort_new(self, look: Sibling, entry: Entry) -> None:
        """Sort a file that is not known into copies of known files and missed files."""
        is_shared = self._is_shared(look.head)
        if original := self._original_of(look, is_shared=is_shared):
            self._add_copy(look, entry.size, original)
        elif self._is_copy_of_closed(look, is_shared=is_shared):
            self._closed.add(closed_of(look, entry.size))
        else:
            self.new.append(look)

    def _add_copy(self, copy: Sibling, size: int, original: Original) -> None:
        """Remember the copy of an open file. If lines of it were not read, look at it again."""
        if _is_read(copy, original):
            self._closed.add(closed_of(copy, size))
            original.cursor.has_copy = original.place is Place.GONE

    def _is_shared(self, head: bytes) -> bool:
        """Return whether several known files begin with a head."""
        originals = [same_start(head, each.look.head) for each in self._originals]
        return sum(originals) + sum(begins_like(head, e) for e in self._closed) > 1

    def _original_of(self, look: Sibling, *, is_shared: bool) -> Original | None:
        """Return the open file of which a file is a copy. A file that is gone has only one copy."""
        for each in self._originals:
            facts = look, each.look, each.place, self._newest
            if each.cursor.has_copy or not is_copy(*facts):
                continue
            if _has_same_bytes(look, each, is_shared=is_shared):
                return each
        return None

    def _is_copy_of_closed(self, look: Sibling, *, is_shared: bool) -> bool:
        """Return whether a file is a copy of a closed one. A file that is gone has only one copy."""
        for closed in self._closed:
            is_there = closed.identity in self._there
            is_like = is_copy_of_closed(look, closed, is_there)
            is_free = is_there or closed.identity not in self._copied
            if is_like and is_free and _has_end(look, closed, is_shared=is_shared):
                self._copied.add(closed.identity)
                return True
        return False


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


def _is_read(copy: Sibling, original: Original) -> bool:
    """Return whether all lines of a copy were read from its original."""
    size = original.look.size if copy.size is None else copy.size
    return (size or 0) <= original.cursor.offset


def _has_end(sibling: Sibling, closed: Closed, *, is_shared: bool) -> bool:
    """Return whether a file ends with the bytes with which a closed file ended, as far as known.

    A compressed file is decompressed only if others begin alike: `is_shared`.
    """
    if sibling.size is not None or is_shared:
        start = max(0, closed.size - TAIL)
        with suppress(OSError):  # it is damaged
            return digest_of(bytes_at(sibling, start, TAIL + 1)) == closed.tail_digest
    return True


def _is_elsewhere(cursor: Cursor, places: Places) -> bool:
    """Return whether an open file is in another folder. From then on this folder is searched."""
    if os.fstat(cursor.file.fd).st_nlink == 0:
        return False  # it was deleted
    path = places.find(cursor.identity)
    if path:
        places.learn(path)
    return path is not None


def _has_same_bytes(sibling: Sibling, original: Original, *, is_shared: bool) -> bool:
    """Return whether two files begin with the same bytes, as far as both go.

    A compressed file is decompressed only if others begin alike: `is_shared`.
    """
    if not same_start(sibling.head, original.look.head):
        return False
    if original.look.size is None:
        return not is_shared
    if sibling.size is None:
        length = length_in(original.cursor.file, sibling) if is_shared else None
        return length in (None, original.look.size)
    if sibling.size > (original.cursor.file.size or 0) >= original.look.size:
        return False  # a copy is not longer
    common = min(sibling.size, original.look.size)
    if common <= HEAD:
        return True
    start = common - TAIL
    return bytes_at(sibling, start, TAIL) == original.cursor.file.pread(start, TAIL)
