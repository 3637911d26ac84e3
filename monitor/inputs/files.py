"""Log files on a disk: opened, looked at, read at an offset; plain, compressed, or a pipe.

An open file knows its identity from the descriptor that is read, never from its path. A file
compressed by gzip reads as what it holds, and offsets in it are offsets of that.
"""

import errno
import os
import select
import stat
import weakref
import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from monitor.inputs.rotation import (
    HEAD,
    Identity,
    Opened,
    Sibling,
    is_rotated_name,
    was_truncated,
)

if TYPE_CHECKING:
    from gzip import GzipFile

CHUNK = 1 << 17
"""Bytes of one read; this much of a log and its columns stay in a processor's cache."""

CHUNKS_A_POLL = 4
"""Reads of one file before the others have their turn."""

STDIN = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")

NO_STDIN = "there is no standard input to read: give a file, or pipe a log in"
"""What to say when standard input is closed."""

_LOOKS = 10
_OVERLAP = 64
_GZIP_MAGIC = b"\x1f\x8b"


class LogFile:
    """An open regular file, compressed or not, or a pipe. Raises OSError for all that fails."""

    def __init__(self, path: str) -> None:
        # Without O_NONBLOCK, opening a named pipe would wait for its writer.
        self.fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        self._close = weakref.finalize(self, os.close, self.fd)
        status = os.fstat(self.fd)
        if stat.S_ISDIR(status.st_mode):
            self._close()
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        self.identity = Identity(status.st_dev, status.st_ino)
        self.modified = status.st_mtime_ns
        self.is_stream = not stat.S_ISREG(status.st_mode)
        self._unzipped: GzipFile | None = None
        start = b"" if self.is_stream else os.pread(self.fd, 2, 0)
        self.is_unfinished = path.endswith(".gz") and len(start) < 2
        if start == _GZIP_MAGIC:
            import gzip  # late: most runs never need it

            self._unzipped = gzip.GzipFile(
                fileobj=os.fdopen(self.fd, "rb", closefd=False)
            )

    @property
    def is_compressed(self) -> bool:
        """Whether it holds something else than what is read from it."""
        return self._unzipped is not None

    @property
    def size(self) -> int | None:
        """Bytes that can be read; None when nobody knows before they are."""
        return None if self.is_compressed else os.fstat(self.fd).st_size

    def pread(self, offset: int, size: int) -> bytes:
        """Read up to `size` bytes at `offset`."""
        if self._unzipped is None:
            return os.pread(self.fd, size, offset)
        with _damage_explained():
            self._unzipped.seek(offset)
            return self._unzipped.read(size)

    def unzip(self, offset: int) -> bytes:
        """Read on in a compressed file, up to where it is damaged or not written yet."""
        assert self._unzipped is not None
        with _damage_explained():
            self._unzipped.seek(offset)
            return self._unzipped.read1(CHUNK)

    def read_stream(self) -> bytes:
        """Read what is in the pipe now."""
        ready, _, _ = select.select([self.fd], [], [], 0)
        return os.read(self.fd, CHUNK) if ready else b""

    def close(self) -> None:
        """Let the file go; one that is forgotten goes by itself."""
        self._close()


@contextmanager
def _damage_explained() -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error) as error:
        raise OSError(errno.EIO, str(error)) from error


class Source(NamedTuple):
    """One file behind a path; each new one has the next number."""

    path: str
    number: int


class Reading:
    """A file and how far it was read; where its bytes go is its `source`."""

    def __init__(self, path: str, source: Source, mono: float) -> None:
        self.file = LogFile(path)
        self.path = path
        self.source = source
        self.identity = self.file.identity
        self.is_stream = self.file.is_stream
        self.modified_ns = self.file.modified  # when it was opened
        self.heard_at = mono
        self.offset = 0
        self.mid_line = False
        self.has_failed = False
        self._head = self._first_bytes()
        self._overlap = b""

    @property
    def opened(self) -> Opened:
        """What is known of the file."""
        return Opened(self.identity, self.offset, self._head)

    def look_anew(self) -> Sibling:
        """Look at what it holds now; its fingerprint grows with it."""
        head = self._head
        with suppress(OSError):
            head = self._first_bytes()
        if head.startswith(self._head):
            self._head = head
        file = self.file
        return Sibling(self.path, self.identity, head, file.size, file.modified)

    @property
    def ends_a_line(self) -> bool:
        """Whether the next byte begins a line; NUL bytes after a newline are a hole before it."""
        before = self._overlap.rstrip(b"\0")
        return not before or before.endswith(b"\n")

    def begin_at(self, offset: int) -> None:
        """Go to an offset; what is before it counts as read."""
        self.offset = offset
        first = max(0, offset - _OVERLAP)
        self._overlap = self.file.pread(first, offset - first)

    def take_over(self, other: "Reading") -> None:
        """Go on in a copy of another file, where that one was left."""
        self.source, self.offset = other.source, other.offset
        self._head, self._overlap = other._head, other._overlap
        self.mid_line = other.mid_line

    def restart(self, source: Source) -> None:
        """Begin again at the first byte, as another source: the file was truncated."""
        self.source, self.offset, self.mid_line = source, 0, False
        self._head, self._overlap = self._first_bytes(), b""

    def reopen(self, path: str) -> None:
        """Open the same file anew: it could not be read."""
        file = LogFile(path)
        self.file.close()
        self.file = file

    def read(self) -> bytes | None:
        """Read on; None when what stands before the offset is not what was read there."""
        if self.is_stream:
            return self._heard(self.file.read_stream())
        if self.file.is_compressed:  # nobody writes to it, and looking back is dear
            return self._heard(self.file.unzip(self.offset))
        before = len(self._overlap)
        data = self.file.pread(self.offset - before, before + CHUNK)
        # Only now: it may have been truncated, and filled again, in between.
        start = self.file.pread(0, len(self._head))
        if was_truncated(self.opened, self.file.size or 0, start):
            return None
        return self._heard(data[before:]) if data.startswith(self._overlap) else None

    def _heard(self, data: bytes) -> bytes:
        if not data:
            return data  # the usual case of a silent log
        new = len(self._head) - self.offset
        if 0 <= new < len(data):
            self._head = (self._head + data[new : new + HEAD])[:HEAD]
        self.offset += len(data)
        self._overlap = (self._overlap + data[-_OVERLAP:])[-_OVERLAP:]
        return data

    def _first_bytes(self) -> bytes:
        """Take the fingerprint before anything is read: the file may be truncated any moment."""
        return b"" if self.is_stream else self.file.pread(0, HEAD)


def different(
    paths: Iterable[str], what_of: Callable[[str], Hashable] = os.path.abspath
) -> list[str]:
    """Leave out a path that is an earlier one: spelled in another way, or as `what_of` has it."""
    firsts: dict[Hashable, str] = {}
    for path in paths:
        what = STDIN[0] if path in STDIN else what_of(path)
        firsts.setdefault(what, path)
    return list(firsts.values())


def file_at(path: str) -> Hashable:
    """Tell the file that a path leads to, by links too; the path itself when there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return os.path.abspath(path)
    return status.st_dev, status.st_ino


def siblings_of(path: str) -> list[Sibling]:
    """Look at the rotated files of a log, also where a symbolic link leads.

    A folder cannot be looked at in one moment, so it is looked at until nothing moved meanwhile.
    """
    places = _rotated_places(path)
    for _ in range(_LOOKS):
        siblings = [each for place in places if (each := look_at(place))]
        before, places = places, _rotated_places(path)
        if before == places:
            break
    return siblings


def look_at(path: str) -> Sibling | None:
    """Look at one file; None when it is gone, not ours to read, or no regular file."""
    try:
        file = LogFile(path)
    except OSError:
        return None
    try:
        if file.is_stream or file.is_unfinished:
            return None
        head = file.pread(0, HEAD)
        return Sibling(path, file.identity, head, file.size, file.modified)
    except OSError:
        return None
    finally:
        file.close()


def _rotated_places(path: str) -> dict[str, int]:
    """Give the paths of the rotated files of a log and their inodes."""
    places: dict[str, int] = {}
    for log in (os.path.abspath(path), os.path.realpath(path)):
        folder, name = os.path.split(log)
        with suppress(OSError), os.scandir(folder) as entries:
            places.update(
                (entry.path, entry.inode())
                for entry in entries
                if is_rotated_name(entry.name, name)
            )
    return places


def cannot_read(path: str, error: OSError) -> str:
    """Say that a file cannot be read, and what to do."""
    for kind, remedy in _REMEDIES.items():
        if isinstance(error, kind):
            return f"cannot read {path}: {remedy}"
    return f"cannot read {path}: {error.strerror or error}"


_REMEDIES: dict[type[OSError], str] = {
    FileNotFoundError: "no such file; check the path",
    IsADirectoryError: "it is a directory; give the log file in it",
    PermissionError: (
        "permission denied; run as a user who may read it (often root, or a member of group adm)"
    ),
}
