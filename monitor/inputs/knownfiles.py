"""The rotated files of a log that need no reading: they were read, or were there before the start.

The heads are needed for the newest files only. A file that is compressed later has the time of its
last change, and an older file with another time is rare.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import nlargest

from monitor.inputs.folder import Entry, bytes_at, look_at
from monitor.inputs.names import uncompressed
from monitor.inputs.rotation import (
    TAIL,
    Closed,
    Identity,
    Sibling,
    digest_of,
    identifies,
    is_unchanged,
)

REMEMBERED = 8
"""Files whose heads are read at the start, and files that a saved state holds."""

Row = tuple[int, int, int, int, int, str, str]
"""The device, inode, size, time of change, length of head, hash of head and of tail of a file."""


class KnownFiles:
    """The closed files of a log, by identity."""

    def __init__(self) -> None:
        self._closed: dict[Identity, Closed] = {}
        self._saved: list[Closed] | None = None  # the newest files, sorted on demand

    def __iter__(self) -> Iterator[Closed]:
        return iter(self._closed.values())

    def get(self, identity: Identity) -> Closed | None:
        """Return a closed file; None if it is not known."""
        return self._closed.get(identity)

    def add(self, closed: Closed) -> None:
        """Remember a file."""
        self._closed[closed.identity] = closed
        self._saved = None

    def see(self, entry: Entry) -> None:
        """Remember a file as it is now. Its head is kept if it did not change at a glance."""
        old = self._closed.get(entry.identity)
        if old is None or not is_unchanged(old, entry.size, entry.modified):
            self.add(Closed(entry.identity, entry.size, entry.modified))

    def prune(self, there: Collection[Identity]) -> None:
        """Forget the files that are gone."""
        self._closed = {one: each for one, each in self._closed.items() if one in there}
        self._saved = None

    def remember(self, entries: Iterable[Entry]) -> None:
        """Remember the files that are there before the start, and the heads of the newest.

        The heads of compressed files are not needed. That of bzip2 takes 10 ms.
        """
        entries = list(entries)
        for entry in entries:
            self.see(entry)
        plain = [entry for entry in entries if uncompressed(entry.path) is None]
        for entry in nlargest(REMEMBERED, plain, key=_time):
            try:
                sibling = look_at(entry.path)
            except OSError:
                continue
            if sibling is not None and sibling.identity == entry.identity:
                self.add(closed_of(sibling, entry.size))

    def newest(self) -> int:
        """Return the time of the newest change; 0 if no file is known."""
        return max((each.modified for each in self._closed.values()), default=0)

    def restore(self, rows: Iterable[Sequence[int | str]]) -> None:
        """Remember the files of a saved state."""
        for *numbers, digest, tail in rows:
            device, inode, size, modified, length = map(int, numbers)
            facts = Identity(device, inode), size, modified, length
            self.add(Closed(*facts, str(digest), str(tail)))

    def snapshot(self) -> list[Row]:
        """Return the newest files as values that JSON can hold."""
        return [(*each.identity, *each[1:]) for each in self._newest()[:REMEMBERED]]

    def unsaved_until(self) -> int:
        """Return a time at or after which no file was changed that a saved state leaves out."""
        newest = self._newest()
        return newest[REMEMBERED].modified + 1 if len(newest) > REMEMBERED else 0

    def _newest(self) -> list[Closed]:
        if self._saved is None:
            files = self._closed.values()
            self._saved = nlargest(REMEMBERED + 1, files, key=_time)
        return self._saved


def closed_of(sibling: Sibling, size: int, tail: bytes | None = None) -> Closed:
    """Return a file that needs no reading any more; its size is in bytes on the disk.

    Without a `tail` the last bytes are read.
    """
    closed = Closed(sibling.identity, size, sibling.modified)
    head = sibling.head
    if sibling.size is None or not identifies(head):
        return closed
    end = tail_digest(sibling, size) if tail is None else digest_of(tail)
    return closed._replace(length=len(head), digest=digest_of(head), tail=end)


def tail_digest(sibling: Sibling, size: int) -> str:
    """Return the hash of the last bytes of a file when it had a size."""
    start = max(0, size - TAIL)
    return digest_of(bytes_at(sibling, start, size - start))


def _time(file: Closed | Entry) -> int:
    return file.modified
