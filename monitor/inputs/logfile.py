"""An open log: a regular file, compressed or not, or a stream: a pipe or standard input.

The identity of an open file comes from its descriptor, never from its path. A file compressed by
gzip reads as its content, and its offsets are offsets of the content. Only this file knows the
names of standard input, and which path is a pipe.
"""

import errno
import gzip
import os
import select
import stat
import sys
import weakref
import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from monitor.errors import MonitorError
from monitor.inputs.rotation import Identity

CHUNK = 1 << 17
"""Bytes of one read. A block of this size and its columns fit in a processor's cache."""

STDIN = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")

NO_STDIN = "there is no standard input to read: give a file, or pipe a log in"
"""The message when standard input is closed."""

_GZIP_MAGIC = b"\x1f\x8b"


class LogFile:
    """An open log. Every failure is an OSError.

    With `waits`, opening a pipe waits for its writer, and reading it waits for bytes. `stdin` is
    the descriptor of standard input.
    """

    def __init__(self, path: str, *, waits: bool = False, stdin: int = 0) -> None:
        if path in STDIN:
            self.fd = os.dup(stdin)
        else:
            mode = 0 if waits else os.O_NONBLOCK
            self.fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | mode)
        self._close = weakref.finalize(self, os.close, self.fd)
        status = os.fstat(self.fd)
        if stat.S_ISDIR(status.st_mode) and path not in STDIN:
            self._close()
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        self.identity = Identity(status.st_dev, status.st_ino)
        self.modified = status.st_mtime_ns
        self.is_stream = path in STDIN or not stat.S_ISREG(status.st_mode)
        self._unzipped: gzip.GzipFile | None = None
        start = b"" if self.is_stream else os.pread(self.fd, 2, 0)
        self.is_unfinished = path.endswith(".gz") and len(start) < 2
        if start == _GZIP_MAGIC:
            file = os.fdopen(self.fd, "rb", closefd=False)
            self._unzipped = gzip.GzipFile(fileobj=file)

    @property
    def is_compressed(self) -> bool:
        """Whether the file is compressed by gzip."""
        return self._unzipped is not None

    @property
    def size(self) -> int | None:
        """The number of bytes of the content; None for a compressed file."""
        return None if self.is_compressed else os.fstat(self.fd).st_size

    @property
    def is_ready(self) -> bool:
        """Whether reading a stream does not wait: it has bytes, or it has ended."""
        return bool(select.select([self.fd], [], [], 0)[0])

    def pread(self, offset: int, size: int) -> bytes:
        """Read up to `size` bytes at `offset`."""
        if self._unzipped is None:
            return os.pread(self.fd, size, offset)
        with _damage_explained():
            self._unzipped.seek(offset)
            return self._unzipped.read(size)

    def read(self, offset: int) -> bytes:
        """Read up to CHUNK bytes at `offset`; of a stream, the next bytes.

        A compressed file is read up to the place where it is damaged or not yet written.
        """
        if self.is_stream:
            return os.read(self.fd, CHUNK)
        if self._unzipped is None:
            return os.pread(self.fd, CHUNK, offset)
        with _damage_explained():
            self._unzipped.seek(offset)
            return self._unzipped.read1(CHUNK)

    def position(self, offset: int) -> int:
        """Return the bytes on the disk that were read to reach an offset; 0 for a stream."""
        if self.is_stream:
            return 0
        return os.lseek(self.fd, 0, os.SEEK_CUR) if self.is_compressed else offset

    def close(self) -> None:
        """Close the file. Garbage collection closes it, too."""
        self._close()


@contextmanager
def _damage_explained() -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error) as error:
        raise OSError(errno.EIO, str(error)) from error


def is_pipe(path: str) -> bool:
    """Return whether a path is standard input or a named pipe. Raises OSError if it is gone."""
    return path in STDIN or stat.S_ISFIFO(os.stat(path).st_mode)


def check_readable(path: str, may_be_missing: bool = False) -> None:
    """Raise MonitorError if a log cannot be read.

    A pipe is not opened, because its writer would lose its reader.
    """
    if (
        path in STDIN and sys.stdin is None
    ):  # its descriptor may be that of another file
        raise MonitorError(NO_STDIN)
    try:
        if not is_pipe(path):
            LogFile(path).close()
    except OSError as error:
        if not (may_be_missing and isinstance(error, FileNotFoundError)):
            raise MonitorError(cannot_read(path, error)) from error


def different(
    paths: Iterable[str], what_of: Callable[[str], Hashable] = os.path.abspath
) -> list[str]:
    """Return the paths without repetitions. Two paths with the same `what_of` are the same."""
    firsts: dict[Hashable, str] = {}
    for path in paths:
        what = STDIN[0] if path in STDIN else what_of(path)
        firsts.setdefault(what, path)
    return list(firsts.values())


def check_logs(paths: Sequence[str], *, may_be_missing: bool = False) -> list[str]:
    """Raise MonitorError if a log cannot be read; return the paths that `second_names` returns."""
    for path in paths:
        check_readable(path, may_be_missing)
    return second_names(paths)


def second_names(paths: Iterable[str]) -> list[str]:
    """Return the paths that lead to the file of an earlier path."""
    names = different(paths)
    firsts = different(names, file_at)
    return [name for name in names if name not in firsts]


def file_at(path: str) -> Hashable:
    """Return the file that a path leads to, through links; the path itself if there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return os.path.abspath(path)
    return status.st_dev, status.st_ino


def cannot_read(path: str, error: OSError) -> str:
    """Return why a file cannot be read, and what to do about it."""
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
