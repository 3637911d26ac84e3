"""Lists the folders of logs, once a poll for all logs, and looks at the files in them."""

import errno
import os
import re
import stat
from bisect import bisect_left
from contextlib import closing
from typing import NamedTuple

from monitor.inputs.descriptors import is_shortage
from monitor.inputs.logfile import LogFile
from monitor.inputs.rotation import HEAD, Identity, Sibling
from monitor.inputs.unreadable import cannot_read
from monitor.units import size

_TRIES = 10
"""Attempts to list a folder whose files are being renamed."""

MOST_FOLDERS = 100
"""Folders in a folder up to which they are searched."""


class Entry(NamedTuple):
    """A file in a folder: `size` in bytes on the disk, `modified` as in `Sibling`."""

    path: str
    identity: Identity
    size: int
    modified: int


class Unreadable(NamedTuple):
    """A file that cannot be read now; `size` bytes of it, on the disk, are not counted."""

    path: str
    error: OSError
    size: int

    @property
    def loss(self) -> str:
        """What is not counted, and why."""
        return f"{cannot_read(self.path, self.error)}: {size(self.size)} of it are not counted"


class Folder:
    """The names in a folder, as they were at one moment."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._inodes, self.folders = _listed(path)
        self._names = sorted(self._inodes)
        self._by_inode = {inode: name for name, inode in self._inodes.items()}

    def named(self, start: str, names: re.Pattern[str]) -> list[str]:
        """Return the paths of the files whose names begin with `start` and match a pattern."""
        first = bisect_left(self._names, start)
        found = []
        for name in self._names[first:]:
            if not name.startswith(start):
                break
            if names.fullmatch(name):
                found.append(os.path.join(self.path, name))
        return found

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

    def paths(self) -> list[str]:
        """Return the paths of all files."""
        return [os.path.join(self.path, name) for name in self._names]


class Folders:
    """The listings of folders. Each folder is listed once, until the listings are dropped."""

    def __init__(self) -> None:
        self._listings: dict[str, Folder] = {}

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


def _listed(path: str) -> tuple[dict[str, int], list[str]]:
    """Return the inodes by name, and the paths of the folders in a folder.

    Because files may move while a folder is read, it is read until nothing moved.
    """
    inodes: dict[str, int] = {}
    folders: list[str] = []
    for _ in range(_TRIES):
        before = inodes
        try:
            with os.scandir(path) as entries:
                found = list(entries)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return {}, []
        inodes = {entry.name: entry.inode() for entry in found}
        folders = [each.path for each in found if each.is_dir(follow_symlinks=False)]
        if inodes == before:
            break
    return inodes, folders


def identity_at(path: str) -> Identity | None:
    """Return the identity of the file at a path; None if there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return Identity(status.st_dev, status.st_ino)


def entry_at(path: str) -> Entry | None:
    """Return the file at a path; None for a folder, a link and the like.

    Raises FileNotFoundError if it is gone.
    """
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        return None
    identity = Identity(status.st_dev, status.st_ino)
    return Entry(path, identity, status.st_size, status.st_mtime_ns)


def look_at(path: str) -> Sibling | None:
    """Return a file as it looks now; None if it is gone, unreadable, or no regular file.

    Raises OSError if it can be opened later, because too many files are open now.
    """
    try:
        return _look_at(path)
    except OSError as error:
        if is_shortage(error):
            raise
        return None


def unreadable_at(path: str, offset: int = 0) -> Unreadable | None:
    """Return a file that was read up to an offset and cannot be read now.

    Return None if it can be read, or is gone. Raises OSError like `look_at`.
    """
    try:
        _look_at(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        if is_shortage(error):
            raise
        return Unreadable(path, error, max(0, os.stat(path).st_size - offset))
    return None


def _look_at(path: str) -> Sibling | None:
    file = LogFile(path)
    try:
        if file.is_stream or file.is_unfinished:
            return None
        facts = path, file.identity, file.pread(0, HEAD), file.size, file.modified
        return Sibling(*facts, _remainder(file))
    finally:
        file.close()


def bytes_at(sibling: Sibling, offset: int, size: int) -> bytes:
    """Return bytes of a plain file; none if it moved."""
    try:
        file = LogFile(sibling.path)
    except FileNotFoundError:
        return b""
    with closing(file):
        return file.pread(offset, size) if file.identity == sibling.identity else b""


def _remainder(file: LogFile) -> int | None:
    """Return the size of the content modulo 4 GiB, as a gzip file has it at its end."""
    size = os.fstat(file.fd).st_size
    if not file.is_compressed or os.pread(file.fd, 2, 0) != b"\x1f\x8b":
        return None
    return int.from_bytes(os.pread(file.fd, 4, size - 4), "little")
