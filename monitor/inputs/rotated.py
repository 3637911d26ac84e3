"""Finds the rotated files that were missed between two polls."""

from collections.abc import Iterable

from monitor.inputs.cursor import Cursor
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.rotation import (
    QUIET,
    Sibling,
    copy_of,
    identifies,
    is_known,
    missed,
)
from monitor.inputs.siblings import look_at, siblings_of

TRIES = 5
"""Attempts to open a file in a folder whose files are being rotated."""


class RotatedFiles:
    """Finds the rotated files of a log that came and went between two polls.

    `known` has the fingerprints of the files that were read or were there before the start. Copies
    of these files have the same fingerprints.
    """

    def __init__(self, files: OpenFiles) -> None:
        self.known: list[bytes] = []
        self._files = files
        self._since: int | None = None  # of the next search; None if none is needed
        self._began = 0.0

    @property
    def looks_again(self) -> bool:
        """Whether the last search may have left out files that it could not read yet."""
        return self._since is not None

    def resume(self, known: list[bytes], now: float) -> None:
        """Go on with the fingerprints of a saved state. All other files were missed."""
        self.known, self._since, self._began = known, 0, now

    def remember(self, siblings: Iterable[Sibling]) -> None:
        """Remember the files that are there now. Any other file will be new."""
        heads = [each.head for each in siblings if identifies(each.head)]
        self.known = heads + self._files.heads()

    def open_missed(self, now: float, since: int | None = None) -> list[Cursor]:
        """Open the files that were rotated after `since`, and remember all rotated files.

        Without `since`, open the files that the last search could not read. For a while the search
        is repeated for a file without a whole line. It may be a copy in progress, or a server may
        still write to it.
        """
        if self._since is None:
            self._began = now
        since = min(each for each in (since, self._since) if each is not None)
        there = siblings_of(self._files.path)
        if self._is_changing():
            self._since = since
            return []
        held = {cursor.identity for cursor in self._files.all()}
        opened: list[Cursor] = []
        unread: list[bytes] = []
        for sibling in missed(there, held, self.known + self._files.heads(), since):
            cursor = None
            if identifies(sibling.head):
                cursor = self._files.open_rotated(sibling, now)
            if cursor is None:
                unread.append(sibling.head)
            else:
                opened.append(cursor)
        self._since = since if unread and now - self._began < QUIET else None
        others = [each for each in there if each.identity not in held]
        self.remember(each for each in others if not is_known(each.head, unread))
        return opened

    def open_copy(self, cursor: Cursor, now: float) -> Cursor | None:
        """Open the copy that copytruncate made of a file; return None if there is none."""
        for _ in range(TRIES):
            copy = copy_of(cursor.opened, siblings_of(self._files.path))
            rest = self._files.open_rotated(copy, now) if copy else None
            if rest is not None or copy is None:
                return rest
        return None

    def _is_changing(self) -> bool:
        """Return whether an open file or the path changed since the last read.

        This is checked after the rotated files are listed, because a new rotated file may be a copy
        of a file that changed.
        """
        here, held = look_at(self._files.path), self._files.all()
        if here is not None and all(each.identity != here.identity for each in held):
            return True
        looks = [(each.opened.head, each.look_anew().head) for each in held]
        return any(
            not now.startswith(before) or identifies(now) != identifies(before)
            for before, now in looks
        )
