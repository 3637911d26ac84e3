"""The open files of one path: the current file, and rotated files that may still be written."""

from itertools import count

from monitor.core import Source
from monitor.inputs.cursor import Cursor
from monitor.inputs.rotation import QUIET, Identity, Sibling, identifies, may_close
from monitor.inputs.siblings import is_at
from monitor.inputs.unreadable import is_shortage


class OpenFiles:
    """The open files of one path. `rotated` has the oldest file first.

    `rotations` is how often the log began anew, as another file or truncated.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.current: Cursor | None = None
        self.rotated: list[Cursor] = []
        self.rotations = 0
        self.caught_up_at = float("-inf")  # when all lines had been read
        self._short_at = float("-inf")
        self._numbers = count(1)

    def all(self) -> list[Cursor]:
        """Return all open files, the current one last."""
        return [*self.rotated, *([self.current] if self.current else [])]

    def identities(self) -> set[Identity]:
        """Return the identities of all open files."""
        return {each.identity for each in self.all()}

    def note_failure(self, error: OSError, now: float) -> None:
        """Note that a file cannot be opened now, perhaps because descriptors are short."""
        if is_shortage(error):
            self._short_at = now

    def may_close(self, cursor: Cursor, now: float) -> bool:
        """Return whether a rotated file can be closed. A log that was renamed stays open."""
        follows = self.current is not None and self.current.offset > 0
        is_short = now - self._short_at < QUIET  # of descriptors, in the last minute
        if may_close(now - cursor.last_read_at, follows, is_short):
            return not is_at(cursor.renamed_to, cursor.identity)
        return False

    def new_source(self) -> Source:
        """Return a source with the next number."""
        return Source(self.path, next(self._numbers))

    def open(self, now: float) -> Cursor:
        """Open the file that the path leads to. Raises OSError."""
        return Cursor(self.path, self.new_source(), now)

    def open_rotated(self, sibling: Sibling, now: float) -> Cursor | None:
        """Open a rotated file; return None if it is gone or another file has its place.

        Raises OSError if it cannot be opened now.
        """
        try:
            cursor = Cursor(sibling.path, self.new_source(), now)
        except FileNotFoundError:
            return None
        same_head = cursor.opened.head.startswith(sibling.head)
        if cursor.identity != sibling.identity or not same_head:  # inodes are reused
            cursor.file.close()
            return None
        self.rotated.append(cursor)
        return cursor

    def take_back(self, identity: Identity) -> Cursor | None:
        """Remove and return a rotated file, because it is at the path again; None if unknown."""
        for cursor in self.rotated:
            if cursor.identity == identity:
                self.rotated.remove(cursor)
                return cursor
        return None

    def note_whole_line(self) -> None:
        """Note whether the current file has a whole line. Until then it is new."""
        if self.current is not None:
            self.current.is_new = not identifies(self.current.opened.head)

    def drop(self, cursor: Cursor) -> None:
        """Close a rotated file."""
        self.rotated.remove(cursor)
        cursor.file.close()
