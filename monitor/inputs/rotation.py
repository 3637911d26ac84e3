"""Decides what happened to a log, from facts about files before and now. No disk.

A file has two marks: its identity, which is the device and inode, and its head, which is a
fingerprint of its first bytes. The head of a small file grows with the file. The identity alone is
not enough, because inodes are reused, and because copytruncate changes the content of an inode.

To handle another kind of rotation, add a branch to the function that decides about it.
"""

import re
from collections.abc import Collection, Iterable
from posixpath import splitext
from typing import NamedTuple

HEAD = 1024
"""Bytes of the fingerprint."""

QUIET = 60.0
"""Seconds without a line before a rotated file is closed. Servers write to it for a while."""

ABANDONED = 86400.0
"""The same while the next file is empty, because the server may still write to the rotated file."""

GONE = 1.0
"""Seconds without path and lines before a log is gone. A shorter time is a rotation."""


class Identity(NamedTuple):
    """The device and inode of a file."""

    device: int
    inode: int


class Opened(NamedTuple):
    """A file that is read up to `offset`; `head` is its fingerprint."""

    identity: Identity
    offset: int
    head: bytes


class Sibling(NamedTuple):
    """A file in the folder of a log, as it looks now.

    `head` and `size` describe the content; the size of a compressed file is None. `modified` is the
    time of the last change, in nanoseconds of the file system's clock.
    """

    path: str
    identity: Identity
    head: bytes
    size: int | None
    modified: int


def was_truncated(opened: Opened, size: int, head: bytes) -> bool:
    """Return whether a file lost bytes that were read; `head` is as long as the known head."""
    return size < opened.offset or not head.startswith(opened.head)


def may_close(quiet: float, successor_has_data: bool) -> bool:
    """Return whether a rotated file can be closed, `quiet` seconds after its last line."""
    return quiet >= (QUIET if successor_has_data else ABANDONED)


def is_gone(missing: float, quiet: float) -> bool:
    """Return whether a log whose path is missing is gone; both are in seconds."""
    return missing >= GONE and quiet >= GONE


def is_rotated_name(name: str, log: str) -> bool:
    """Return whether `name` is a rotated name of `log`, as with `.1`, `.2.gz` or `-20261123`.

    Before the extension a short number counts only after a dot: `site-2.log` is another site.
    """
    stem, extension = splitext(log)
    whole = re.escape(log) + r"[-._]\d[\d._-]*"
    inside = re.escape(stem) + r"(\.\d+|[-._]\d[\d._-]{5,})" + re.escape(extension)
    return re.fullmatch(f"({whole}|{inside})(\\.gz)?", name) is not None


def missed(
    siblings: Iterable[Sibling],
    held: Collection[Identity],
    known: Collection[bytes],
    since: int,
) -> list[Sibling]:
    """Return the rotated files that were missed between two polls, oldest first.

    `held` are the open files. `known` are the heads of open files and of files that were there
    before; a copy of such a file has the same head. A missed file was changed at `since` or later,
    in nanoseconds of the file system's clock. A file without a complete line is included. While a
    file is being compressed, only the plain file is included.
    """
    new: list[Sibling] = []
    for sibling in sorted(siblings, key=lambda each: each.size is None):
        found = [*known, *(each.head for each in new)]
        if (
            (sibling.head or sibling.size == 0)
            and sibling.modified >= since
            and sibling.identity not in held
            and not is_known(sibling.head, found)
        ):
            new.append(sibling)
    return sorted(new, key=lambda sibling: sibling.modified)


def copy_of(opened: Opened, siblings: Iterable[Sibling]) -> Sibling | None:
    """Return the copy that copytruncate made of a file, None if there is none."""
    copies = [
        sibling
        for sibling in siblings
        if identifies(opened.head)
        and sibling.identity != opened.identity
        and (sibling.size is None or sibling.size >= opened.offset)
        and sibling.head.startswith(opened.head)
    ]
    return max(copies, key=lambda sibling: sibling.modified, default=None)


def find_again(opened: Opened, siblings: Iterable[Sibling]) -> Sibling | None:
    """Return a file that was read before, None if it is not found.

    The file may have another name now. If it was compressed or copied, it has another identity.
    """
    fits = [
        sibling
        for sibling in siblings
        if sibling.head.startswith(opened.head)
        and (sibling.size is None or sibling.size >= opened.offset)
    ]
    same = [sibling for sibling in fits if sibling.identity == opened.identity]
    copies = [sibling for sibling in fits if identifies(opened.head)]
    found = same or copies
    return max(found, key=lambda sibling: sibling.modified, default=None)


def identifies(head: bytes) -> bool:
    """Return whether a head identifies a file. It does if it has a whole line or full length."""
    return b"\n" in head or len(head) == HEAD


def is_known(head: bytes, known: Iterable[bytes]) -> bool:
    """Return whether a known head belongs to the same file or to a copy of it.

    Inodes are not compared, because they are reused. A head without a whole line is never known.
    """
    return any(
        identifies(min(head, each, key=len))
        and (head.startswith(each) or each.startswith(head))
        for each in known
    )
