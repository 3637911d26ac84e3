"""Finds files in the folders of logs. Each folder is listed once a poll for all logs in it."""

import errno
import os
import re
import stat
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import takewhile
from typing import NamedTuple

from monitor.escape import bytes_of, text_of
from monitor.inputs.names import common_start, dated_names, rotated_names
from monitor.inputs.rotation import Identity

_TRIES = 10
"""Attempts to list a folder whose files are being renamed."""

MOST_FOLDERS = 100
"""Folders in a folder. More folders are not searched."""


class Entry(NamedTuple):
    """A file in a folder: `size` in bytes on the disk, `modified` as in `Sibling`."""

    path: str
    identity: Identity
    size: int
    modified: int


class Folder:
    """The names in a folder, as they were at one moment."""

    def __init__(self, path: str) -> None:
        self.path = path
        found = _listed(path)
        self._names = sorted(entry.name for entry in found)
        self._by_inode = {entry.inode(): entry.name for entry in found}
        self.folders = [
            entry.path for entry in found if entry.is_dir(follow_symlinks=False)
        ]

    def named(self, start: str, names: re.Pattern[str]) -> Iterator[str]:
        """Return the paths of the files whose names begin with `start` and match a pattern."""
        found = filter(names.fullmatch, self._beginning_with(start))
        return (os.path.join(self.path, name) for name in found)

    def _beginning_with(self, start: str) -> Iterator[str]:
        names = self._names[bisect_left(self._names, start) :]
        return takewhile(lambda name: name.startswith(start), names)

    def rotated(self, log: str) -> Iterator[str]:
        """Return the paths of the files that have a rotated name of a log.

        Most logs of a large folder have none, and no pattern is compiled for these logs.
        """
        start = os.path.splitext(log)[0]
        if all(name == log for name in self._beginning_with(start)):
            return iter(())
        return self.named(start, rotated_names(log))

    def with_identity(self, identity: Identity) -> str | None:
        """Return the path of a file; None if it is not here.

        Raises FileNotFoundError if it moved since the listing.
        """
        name = self._by_inode.get(identity.inode)
        if name is None:
            return None
        path = os.path.join(self.path, name)
        status = os.lstat(path)
        if status.st_ino != identity.inode:
            raise FileNotFoundError(errno.ENOENT, "moved", path)
        return path if status.st_dev == identity.device else None

    def entries(self) -> Iterator[Entry]:
        """Yield all files that are still there."""
        for name in self._names:
            with suppress(FileNotFoundError):
                if entry := entry_at(os.path.join(self.path, name)):
                    yield entry


class Folders:
    """The listings of folders. Each folder is listed once, until the listings are dropped.

    `logs` are the absolute paths of all followed logs.
    """

    def __init__(self, logs: Iterable[str]) -> None:
        self.logs = set(logs)
        self._listings: dict[str, Folder] = {}

    def add(self, log: str) -> None:
        """Add a log that is followed from now on."""
        self.logs.add(log)

    def drop(self) -> None:
        """Forget all listings, because a new poll begins."""
        self._listings = {}

    def __getitem__(self, path: str) -> Folder:
        """Return the listing of a folder. Raises OSError if it cannot be listed now."""
        if path not in self._listings:
            self._listings[path] = Folder(path)
        return self._listings[path]

    def below(self, path: str) -> list[Folder]:
        """Return the folders in a folder; none if they are too many to search."""
        folders = self[path].folders
        return [self[each] for each in folders] if len(folders) <= MOST_FOLDERS else []


class Places:
    """The folder of a log, the folder that a link leads to, and the folders around them.

    In the folders around them a name proves nothing, because other logs may have the same names. An
    inode proves nothing either, because it may be used again. After a file of the log was found there
    by its identity and its content, the folder is searched by names, too: it is the `olddir` of
    logrotate. `has_new_folder`: such a folder was found since the last listing.
    """

    def __init__(self, path: str, folders: Folders) -> None:
        self._path = os.path.abspath(path)  # the working directory may be removed
        self._folders = folders
        self._archives: dict[str, None] = {}
        self.has_new_folder = False

    def entries(self) -> list[Entry]:
        """Return the rotated files. Raises FileNotFoundError if one moved since the listing."""
        self.has_new_folder = False
        found = map(entry_at, dict.fromkeys(self._rotated()))
        return [entry for entry in found if entry is not None]

    def others(self) -> Iterator[Entry]:
        """Yield all files in the folders of the log and in the folders in them, but no log."""
        for folder in self._own_and_below():
            yield from (e for e in folder.entries() if e.path not in self._folders.logs)

    def find(self, identity: Identity) -> str | None:
        """Return the path of a file, whatever its name; None if it is not there."""
        paths = (folder.with_identity(identity) for folder in self._around())
        return next(filter(None, paths), None)

    def learn(self, path: str) -> None:
        """Learn from a file of the log that its folder has rotated files."""
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in (*self._own(), *self._archives):
            self._archives[folder] = None
            self.has_new_folder = True

    def snapshot(self) -> list[str]:
        """Return the folders that were found, as values that JSON can hold."""
        return [text_of(os.fsencode(path)) for path in self._archives]

    def restore(self, rows: Iterable[str]) -> None:
        """Search the folders of a saved state, too."""
        self._archives = dict.fromkeys(os.fsdecode(bytes_of(row)) for row in rows)

    def _own(self) -> dict[str, str]:
        """Return the folders of the log, each with the name of the log in it."""
        paths = (self._path, os.path.realpath(self._path))
        return dict(map(os.path.split, reversed(paths)))

    def _own_and_below(self) -> Iterator[Folder]:
        yield from map(self._folders.__getitem__, self._own())
        for path in self._own():
            yield from self._folders.below(path)

    def _around(self) -> Iterator[Folder]:
        """Yield the own folders, the folders in them, and the folders beside them."""
        yield from self._own_and_below()
        for path in self._own():
            yield from self._folders.below(os.path.dirname(path))

    def _rotated(self) -> Iterator[str]:
        for path, name in self._own().items():
            yield from self._folders[path].rotated(name)
        name = os.path.basename(self._path)
        for archive in self._archives:
            yield from self._folders[archive].rotated(name)
            if os.path.lexists(same := os.path.join(archive, name)):
                yield same
        if os.path.islink(self._path):
            path, name = os.path.split(os.path.realpath(self._path))
            if pattern := dated_names(name):
                yield from self._folders[path].named(common_start(name), pattern)


def entry_at(path: str) -> Entry | None:
    """Return the file at a path; None for a folder, a link and the like.

    Raises FileNotFoundError if it is gone.
    """
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        return None
    identity = Identity(status.st_dev, status.st_ino)
    return Entry(path, identity, status.st_size, status.st_mtime_ns)


def _listed(path: str) -> list[os.DirEntry[str]]:
    """List a folder. Because files may move meanwhile, list it until nothing moved."""
    found: list[os.DirEntry[str]] = []
    before: dict[str, int] | None = None
    for _ in range(_TRIES):
        try:
            with os.scandir(path) as entries:
                found = list(entries)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return []
        inodes = {entry.name: entry.inode() for entry in found}
        if inodes == before:
            break
        before = inodes
    return found
