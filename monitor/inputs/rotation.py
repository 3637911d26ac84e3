"""Decides what happened to a log, from facts about files before and now. No disk.

The identity of a file, its device and inode, decides first. Its content decides when the identity is
new, because the file may be a copy, and when a known identity has another content, because inodes
are reused. The content is known by its head, its size and its last bytes. Files of one log may have
equal heads. The times of the last change then show which file is older.

To handle another kind of rotation, add a branch to the function that decides about it.
"""

from enum import Enum, auto
from hashlib import blake2b
from typing import NamedTuple

HEAD = 1024
"""First bytes of a file that are its fingerprint. That of a small file grows with the file."""

TAIL = 256
"""Bytes before an offset. They show whether a file still has the lines that were read.

The last words of many lines are equal, such as the name of a browser.
"""

QUIET = 60.0
"""Seconds without a line before a rotated file is closed. Servers write to it for a while."""

ABANDONED = 86400.0
"""Seconds without a line before a rotated file is closed while the next file is empty.

The server may still write to the rotated file.
"""

GONE = 1.0
"""Seconds without a file at the path before a log is gone. A shorter time is a rotation."""


class Identity(NamedTuple):
    """The device and inode of a file."""

    device: int
    inode: int


class Opened(NamedTuple):
    """A file that was read up to `offset`; `tail` has the last bytes before the offset.

    `modified` is the time of the last change before it was last read, in nanoseconds.
    """

    identity: Identity
    offset: int
    head: bytes
    tail: bytes = b""
    modified: int = 0


class Sibling(NamedTuple):
    """A file in the folder of a log, as it looks now.

    `head` and `size` describe the content. The size of compressed content is not known and is None.
    A gzip file has it modulo 4 GiB: `remainder`. `modified` is the time of the last change, in
    nanoseconds of the file system's clock.
    """

    path: str
    identity: Identity
    head: bytes
    size: int | None
    modified: int
    remainder: int | None = None


class Closed(NamedTuple):
    """A rotated file of which nothing is left to read: it was read, or was there before the start.

    `size` is in bytes on the disk. The head has the length 0 if it is not known.
    """

    identity: Identity
    size: int
    modified: int
    head_length: int = 0
    head_digest: str = ""
    tail_digest: str = ""


class Place(Enum):
    """Where an open file is.

    PATH: at the path of the log. NEW: there, too, but it came after the last search, or had no
    whole line then. ROTATED: in a folder of the log. GONE: in none of these.
    """

    PATH = auto()
    NEW = auto()
    ROTATED = auto()
    GONE = auto()


def was_truncated(opened: Opened, size: int, head: bytes) -> bool:
    """Return whether a file lost bytes that were read. `head` has its first bytes now."""
    return size < opened.offset or not head.startswith(opened.head)


def may_close(quiet: float, successor_has_data: bool, is_short: bool = False) -> bool:
    """Return whether a rotated file can be closed, `quiet` seconds after its last line.

    `is_short`: other files wait for its descriptor.
    """
    if is_short:
        return quiet >= GONE
    return quiet >= (QUIET if successor_has_data else ABANDONED)


def is_settled(modified: int, newest: int) -> bool:
    """Return whether a file was left behind: a newer file was written to `QUIET` seconds later."""
    return newest - modified >= QUIET * 1e9


def changed_since(modified: int, since: int) -> bool:
    """Return whether a file was changed at a time or later, in nanoseconds.

    A compressed file has the time of the original, but some programs cut it to whole microseconds or
    seconds.
    """
    unit = next(unit for unit in (10**9, 10**3, 1) if modified % unit == 0)
    return modified + unit > since


def is_gone(missing: float, quiet: float) -> bool:
    """Return whether a log is gone, after seconds without its path and without a line."""
    return missing >= GONE and quiet >= GONE


def identifies(head: bytes) -> bool:
    """Return whether a head identifies a file: it has a whole line, or full length."""
    return b"\n" in head or len(head) == HEAD


def digest_of(head: bytes) -> str:
    """Return the hash of a head."""
    return blake2b(head, digest_size=8).hexdigest()


def same_start(one: bytes, two: bytes) -> bool:
    """Return whether one of two heads begins with the other, and the shorter identifies a file."""
    shorter, longer = sorted((one, two), key=len)
    return identifies(shorter) and longer.startswith(shorter)


def fits(opened: Opened, sibling: Sibling) -> bool:
    """Return whether a file can be the one that was read, or a copy of it."""
    is_long_enough = sibling.size is None or sibling.size >= opened.offset
    return is_long_enough and sibling.head.startswith(opened.head)
