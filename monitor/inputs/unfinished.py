"""The unfinished files of a log: files that were read in part and are not open now.

They are the files of a saved state, and files that were truncated. The rest of such a file is in the
file itself, which may have another name now, or in a copy of it.
"""

import errno
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from monitor.core import Notice
from monitor.inputs.arrivals import Arrival, End
from monitor.inputs.closed import ClosedFiles
from monitor.inputs.copies import copies_of, short_copy_of
from monitor.inputs.cursor import Cursor, KeptOf
from monitor.inputs.folders import Entry, Places
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.positions import Unfinished, restored
from monitor.inputs.rotation import (
    HEAD,
    QUIET,
    Identity,
    Opened,
    Sibling,
    changed_since,
    fits,
    identifies,
    same_start,
)
from monitor.inputs.siblings import (
    Look,
    Unreadable,
    closed_of,
    is_at,
    is_short,
    look_at,
    look_at_known,
    size_of,
)


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
        files = map(restored, rows)
        self.all += [e for e in files if e.opened.offset or identifies(e.opened.head)]

    def snapshot(self, kept: KeptOf) -> list[dict[str, Any]]:
        """Return the files as values that JSON can hold."""
        return [each.snapshot(kept) for each in self.all]

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
            path = rotated.get(identity) or _place_of(file, self._files.path)
            found = path
            if path is None and identifies(file.opened.head):
                found = self._places.find(identity)  # or a file that has its inode now
            if found is None:
                continue
            look = look_at_known(found, identity)
            if look is None:
                raise FileNotFoundError(errno.ENOENT, "moved", found)
            if isinstance(look, Sibling):
                if fits(file.opened, look) and self._go_on(file, look, [look], now):
                    self._places.learn(found)
            elif path:
                left = max(0, look.size - file.opened.offset)
                self.unreadable[identity] = look._replace(size=left)

    def find(self, entries: Sequence[Entry], since: int, now: float) -> list[Look]:
        """Open the files that are still there, and copies of the other files.

        `entries` are the rotated files. Those that were changed at `since` or later may be copies:
        return them as they look now. A compressed copy may be older, and is sought among newer files
        first.
        """
        self.unreadable = {}
        self.find_by_identity(entries, now)
        if not self.all:
            return []
        looks = self._looks(entries, since)
        self._open_copies(looks, now)
        if any(len(each.opened.head) == HEAD for each in self.all):
            self._open_copies(self._looks(self._places.others(), since), now)
        if self.all:
            looks = self._looks(entries, since - int(QUIET * 1e9))
            self._open_copies(looks, now)
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

    def _looks(self, entries: Iterable[Entry], since: int) -> list[Look]:
        """Look at the files that may be copies. Of a closed file nothing is left to read."""
        open_now = self._files.identities()
        return [
            look_at_known(entry.path, entry.identity)
            for entry in entries
            if changed_since(entry.modified, since)
            and entry.identity not in open_now
            and not self._closed.knows(entry)
        ]

    def _open_copies(self, looks: Iterable[Look], now: float) -> None:
        """Open the copies of the files, at the offsets of the files. Use each copy once.

        A copy that fits a large offset may fit smaller ones, too. Because of that these come later.
        """
        siblings = [each for each in looks if isinstance(each, Sibling)]
        for file in sorted(self.all, key=lambda each: -each.opened.offset):
            for copy in copies_of(file.opened, siblings, self._files.identities()):
                if self._go_on(file, copy, siblings, now):
                    break

    def _end_of(self, file: Unfinished, looks: Sequence[Look]) -> Iterator[Arrival]:
        """Yield the end of a file that was truncated, or a notice if a saved file was followed.

        A copy that was made before the last lines of a file were read needs no reading.
        """
        opened = file.opened
        siblings = [each for each in looks if isinstance(each, Sibling)]
        parts = [each for each in siblings if is_short(each, opened)]
        short = short_copy_of(opened.head, opened.modified, parts)
        if short is not None:
            self._closed.add(closed_of(short, size_of(short)))
        if file.source is not None:
            yield End(file.source, complete=False)
        elif file.was_current and opened.identity not in self.unreadable:
            yield Notice(
                f"{self._files.path}: the file that was followed is gone: lines written to "
                f"it after its first {opened.offset} bytes, if any, are not counted"
            )

    def _go_on(
        self, file: Unfinished, found: Sibling, siblings: Iterable[Sibling], now: float
    ) -> bool:
        """Open a file at the offset; return whether its content fits.

        A compressed file is decompressed at once only if other files begin alike.
        """
        open_now = [each.opened for each in self._files.all()]
        cursor = self._files.open_rotated(found, now)
        if cursor is None:
            return False
        known = [*(each.opened for each in self.all), *open_now]
        looks = [*siblings, look_at(self._files.path)]
        is_only = found.size is None and _is_only_pair(found.head, known, looks)
        cursor.begin_at(file.opened.offset)
        if not is_only and not _has_tail(cursor, file.opened):
            self._files.drop(cursor)
            return False
        cursor.mid_line, cursor.carried = file.mid_line, file.carried
        cursor.source = file.source or cursor.source
        cursor.is_new = not identifies(file.opened.head)
        self.all.remove(file)
        return True


def _is_only_pair(head: bytes, known: Iterable[Opened], looks: Iterable[Look]) -> bool:
    """Return whether no files but a file and its copy begin with a head."""
    heads = [each.head for each in known]
    heads += [each.head for each in looks if isinstance(each, Sibling)]
    return sum(same_start(head, each) for each in heads) <= 2


def _place_of(file: Unfinished, path: str) -> str | None:
    """Return where a file is: at the path of its log, or where it was read; None for elsewhere."""
    places = (path, file.place)
    return next((p for p in places if is_at(p, file.opened.identity)), None)


def _has_tail(cursor: Cursor, opened: Opened) -> bool:
    """Return whether the bytes that were read last are before the offset, as far as one can see."""
    if not cursor.file.is_compressed:
        return cursor.opened.tail.endswith(opened.tail)
    start = opened.offset - len(opened.tail)
    with suppress(OSError):  # it is damaged, and reading meets the error again
        return cursor.file.pread(start, len(opened.tail)) == opened.tail
    return True
