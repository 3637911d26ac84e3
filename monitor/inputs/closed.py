"""The closed files of a log: rotated files of which nothing is left to read.

They were read, or were there before the start. The heads are needed for the newest files only. A
file that is compressed later has the time of its last change, and an older file with another time is
rare.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from heapq import nlargest

from monitor.inputs.copies import is_unchanged
from monitor.inputs.folders import Entry
from monitor.inputs.names import uncompressed
from monitor.inputs.rotation import Closed, Identity, Sibling
from monitor.inputs.siblings import closed_of, look_at

REMEMBERED = 8
"""Files whose heads are read at the start, and files that a saved state holds."""

Row = tuple[int, int, int, int, int, str, str]
"""The device, inode, size, time of change, length of head, hash of head and of tail of a file."""


class ClosedFiles:
    """The closed files of a log, by identity."""

    def __init__(self) -> None:
        self._closed: dict[Identity, Closed] = {}
        self._saved: list[Closed] | None = None  # the newest files, sorted on demand

    def __iter__(self) -> Iterator[Closed]:
        return iter(self._closed.values())

    def get(self, identity: Identity) -> Closed | None:
        """Return a closed file; None if it is not known."""
        return self._closed.get(identity)

    def knows(self, entry: Entry) -> bool:
        """Return whether a file is closed, and looks unchanged."""
        closed = self._closed.get(entry.identity)
        return closed is not None and is_unchanged(closed, entry.size, entry.modified)

    def add(self, closed: Closed) -> None:
        """Remember a file."""
        self._closed[closed.identity] = closed
        self._saved = None

    def see(self, entry: Entry) -> None:
        """Remember a file as it looks now. Its head stays known if the file looks unchanged."""
        if not self.knows(entry):
            self.add(Closed(entry.identity, entry.size, entry.modified))

    def prune(self, there: Collection[Identity]) -> None:
        """Forget the files that are gone."""
        self._closed = {one: each for one, each in self._closed.items() if one in there}
        self._saved = None

    def remember(self, entries: Sequence[Entry]) -> None:
        """Remember the files that are there before the start, and the heads of the newest.

        The heads of compressed files are not needed. To read the head of a bzip2 file takes 10 ms.
        """
        for entry in entries:
            self.see(entry)
        plain = [entry for entry in entries if uncompressed(entry.path) is None]
        for entry in nlargest(REMEMBERED, plain, key=_time):
            with suppress(OSError):
                look = look_at(entry.path)
                if isinstance(look, Sibling) and look.identity == entry.identity:
                    self.add(closed_of(look, entry.size))

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
        """Return a time after the last changes of the files that a saved state leaves out."""
        newest = self._newest()
        return newest[REMEMBERED].modified + 1 if len(newest) > REMEMBERED else 0

    def _newest(self) -> list[Closed]:
        if self._saved is None:
            self._saved = nlargest(REMEMBERED + 1, self, key=_time)
        return self._saved


def _time(file: Closed | Entry) -> int:
    return file.modified
