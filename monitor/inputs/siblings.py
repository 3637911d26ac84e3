"""Looks at the rotated files of a log, and reads their first and last bytes."""

import errno
import os
from contextlib import closing, suppress
from typing import NamedTuple

from monitor.inputs.logfile import LogFile
from monitor.inputs.rotation import (
    HEAD,
    TAIL,
    Closed,
    Identity,
    Opened,
    Sibling,
    digest_of,
    identifies,
)
from monitor.inputs.unreadable import cannot_read, is_shortage
from monitor.units import size


class Unreadable(NamedTuple):
    """A file that cannot be read now; `size` bytes of it, on the disk, are not counted."""

    path: str
    identity: Identity
    error: OSError
    size: int

    @property
    def loss(self) -> str:
        """What is not counted, and why."""
        return f"{cannot_read(self.path, self.error)}: {size(self.size)} of it are not counted"


Look = Sibling | Unreadable | None
"""A file as it looks now; None if it is gone, no regular file, or hardly begun by a compressor."""


def look_at(path: str) -> Look:
    """Look at a file. Raises OSError if too many files are open now."""
    try:
        with closing(LogFile(path)) as file:
            if file.is_stream or file.is_unfinished:
                return None
            facts = path, file.identity, file.pread(0, HEAD), file.size, file.modified
            return Sibling(*facts, _remainder(file))
    except FileNotFoundError:
        return None
    except OSError as error:
        if is_shortage(error):
            raise
        return _unreadable(path, error)


def is_at(path: str, identity: Identity) -> bool:
    """Return whether a path leads to a file."""
    try:
        status = os.stat(path)
    except OSError:
        return False
    return (status.st_dev, status.st_ino) == identity


def look_at_known(path: str, identity: Identity) -> Look:
    """Look at a known file. Raises FileNotFoundError if another file has its path now."""
    look = look_at(path)
    if look is not None and look.identity != identity:
        raise FileNotFoundError(errno.ENOENT, "moved", path)
    return look


def _unreadable(path: str, error: OSError) -> Unreadable | None:
    try:
        status = os.stat(path)
    except OSError:  # a link to itself, or it is gone now
        return None
    identity = Identity(status.st_dev, status.st_ino)
    return Unreadable(path, identity, error, status.st_size)


def _remainder(file: LogFile) -> int | None:
    """Return the size of the content modulo 4 GiB, as a gzip file has it at its end."""
    if not file.is_compressed or os.pread(file.fd, 2, 0) != b"\x1f\x8b":
        return None
    size, _ = file.stamp()
    return int.from_bytes(os.pread(file.fd, 4, size - 4), "little")


def size_of(sibling: Sibling) -> int:
    """Return the size of a file on the disk, in bytes; 0 if it is gone."""
    try:
        return os.stat(sibling.path).st_size
    except FileNotFoundError:
        return 0


def bytes_at(sibling: Sibling, offset: int, size: int) -> bytes:
    """Return bytes of the content of a file; none if it moved. Raises OSError if it is damaged."""
    try:
        file = LogFile(sibling.path)
    except FileNotFoundError:
        return b""
    with closing(file):
        return file.pread(offset, size) if file.identity == sibling.identity else b""


def length_in(original: LogFile, sibling: Sibling) -> int:
    """Return the length of the content of a file with which a plain file begins; -1 if it does not.

    A file that is damaged ends there. Raises FileNotFoundError if it moved.
    """
    length = 0
    with closing(LogFile(sibling.path)) as file, suppress(OSError):
        while data := file.read(length):
            if original.pread(length, len(data)) != data:
                return -1
            length += len(data)
    return length


def is_short(sibling: Sibling, opened: Opened) -> bool:
    """Return whether a file is known to end before the offset of a file that was read."""
    with suppress(OSError):
        return opened.offset > 0 and not bytes_at(sibling, opened.offset - 1, 1)
    return False


def tail_digest(sibling: Sibling, size: int) -> str:
    """Return the hash of the last bytes that a file had when it had a size."""
    start = max(0, size - TAIL)
    return digest_of(bytes_at(sibling, start, size - start))


def closed_of(sibling: Sibling, size: int, tail: bytes | None = None) -> Closed:
    """Return a file of which nothing is left to read. `size` is in bytes on the disk.

    Without its last bytes, `tail`, the file is read.
    """
    closed = Closed(sibling.identity, size, sibling.modified)
    head = sibling.head
    if sibling.size is None or not identifies(head):
        return closed
    end = tail_digest(sibling, size) if tail is None else digest_of(tail)
    return closed._replace(
        head_length=len(head), head_digest=digest_of(head), tail_digest=end
    )
