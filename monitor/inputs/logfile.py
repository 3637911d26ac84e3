"""An open log: a regular file, compressed or not, or a stream: a pipe or standard input.

The identity of an open file comes from its descriptor, never from its path. A compressed file reads
as its content, and its offsets are offsets of the content.
"""

import os
import select
import stat
import weakref
from io import BufferedIOBase

from monitor.compressions import FIRST, compression_of
from monitor.inputs.compressed import ENDINGS, content_of, damage_explained
from monitor.inputs.rotation import Identity
from monitor.inputs.unreadable import (
    refuse_compressed,
    refuse_no_log,
    refuse_own_output,
)
from monitor.settings import STDIN_PATHS

CHUNK = 1 << 17
"""Bytes of one read. A block of this size and its columns fit in a processor's cache."""

_SKIP = 1 << 24
"""Bytes of compressed content that one step towards an offset decompresses, in about 0.05 s."""

_MAGIC = 16
"""Bytes by which each compression is recognized that is read as its content."""


class LogFile:
    """An open log. Every failure is an OSError, and a file that is no log is Refused.

    With `waits`, opening a pipe waits for its writer, and reading it waits for bytes. `stdin` is
    the descriptor of standard input.
    """

    def __init__(self, path: str, *, waits: bool = False, stdin: int = 0) -> None:
        if path in STDIN_PATHS:
            self.fd = os.dup(stdin)
        else:
            mode = 0 if waits else os.O_NONBLOCK
            self.fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | mode)
        self._waits = waits
        self._close = weakref.finalize(self, os.close, self.fd)
        try:
            self._examine(path)
        except OSError:
            self._close()
            raise

    def _examine(self, path: str) -> None:
        """Find out what the file is. Raises OSError if it is no log."""
        status = os.fstat(self.fd)
        is_regular = stat.S_ISREG(status.st_mode)
        if path not in STDIN_PATHS:
            refuse_no_log(path, status)
        elif is_regular:  # a terminal may be input and output
            refuse_own_output(status)
        self.identity = Identity(status.st_dev, status.st_ino)
        self.modified = status.st_mtime_ns
        self.is_stream = path in STDIN_PATHS or not is_regular
        self._path = None if path in STDIN_PATHS else path
        self._is_begun = False
        start = b"" if self.is_stream else os.pread(self.fd, FIRST, 0)
        kind = compression_of(start)
        self.is_unfinished = (
            kind is None and len(start) < _MAGIC and path.endswith(ENDINGS)
        )
        self._content: BufferedIOBase | None = (
            content_of(self.fd, kind, path) if kind else None
        )

    @property
    def is_compressed(self) -> bool:
        """Whether the file reads as the content of a compressed file."""
        return self._content is not None

    @property
    def may_grow(self) -> bool:
        """Whether a server may write on, so that a later run can read on: a plain file."""
        return not self.is_stream and not self.is_compressed

    @property
    def size(self) -> int | None:
        """The number of bytes of the content; None for a compressed file."""
        return None if self.is_compressed else os.fstat(self.fd).st_size

    def stamp(self) -> tuple[int, int]:
        """Return the size on the disk and the time of the last change, in nanoseconds."""
        status = os.fstat(self.fd)
        return status.st_size, status.st_mtime_ns

    @property
    def is_ready(self) -> bool:
        """Whether reading a stream does not wait: it has bytes, or it has ended."""
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        return bool(poll.poll(0))

    def reaches(self, offset: int) -> bool:
        """Take one step towards an offset of compressed content. Return whether it is reached.

        Compressed content can be read only from its first byte on.
        """
        if self._content is None:
            return True
        with damage_explained():
            if self._content.tell() > offset:
                self._content.seek(0)
            step = min(offset, self._content.tell() + _SKIP)
            here = self._content.seek(step)
        return here == offset or here < step  # the content may end before the offset

    def pread(self, offset: int, size: int) -> bytes:
        """Read up to `size` bytes at `offset`."""
        if self._content is None:
            return os.pread(self.fd, size, offset)
        with damage_explained():
            self._content.seek(offset)
            return self._content.read(size)

    def read(self, offset: int) -> bytes:
        """Read up to CHUNK bytes at `offset`. Of a stream, read the next bytes.

        Compressed content ends where the file is damaged or not yet written.
        """
        if self.is_stream:
            return self._read_stream()
        if self._content is None:
            return os.pread(self.fd, CHUNK, offset)
        with damage_explained():
            self._content.seek(offset)
            return self._content.read1(CHUNK)

    def _read_stream(self) -> bytes:
        """Read the next bytes, if there are any. Raises Refused if the stream is compressed."""
        if not self._waits and not self.is_ready:
            return b""
        data = os.read(self.fd, CHUNK)
        kind = None if self._is_begun else compression_of(data)
        if kind:
            refuse_compressed(kind, self._path)
        self._is_begun = self._is_begun or bool(data)
        return data

    def position(self, offset: int) -> int:
        """Return the bytes on the disk that were read to reach an offset; 0 for a stream."""
        if self.is_stream:
            return 0
        return os.lseek(self.fd, 0, os.SEEK_CUR) if self.is_compressed else offset

    def close(self) -> None:
        """Close the file. Garbage collection closes it, too."""
        self._close()
