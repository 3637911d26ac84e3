"""Files as they were opened, files as they are now -> what happened to a log. No disk.

A file is known by its device and inode and by its head, a fingerprint of its first bytes that
grows with a small file. The inode alone is not enough. It is reused, and copytruncate keeps it
while the content changes.
"""

import re
from collections.abc import Collection, Iterable
from posixpath import splitext
from typing import NamedTuple

HEAD = 1024
"""Bytes of the fingerprint."""

QUIET = 60.0
"""Seconds without a line before a rotated file is closed. Servers write on until told."""

ABANDONED = 86400.0
"""The same while the file after it is empty, because a log without traffic is rotated, too."""

GONE = 1.0
"""Seconds without path and lines before a log is called gone; less is a rotation."""


class Identity(NamedTuple):
    """The device and inode of a file."""

    device: int
    inode: int


class Opened(NamedTuple):
    """A file that is being read: read up to `offset` bytes, of which `head` are the first."""

    identity: Identity
    offset: int
    head: bytes


class Sibling(NamedTuple):
    """A file in the folder of a log; its last change is in nanoseconds.

    Head and size are those of the content; of a compressed file the size is None.
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
    """Return whether a rotated `log` has this file name: `.1`, `.2.gz`, `-20261123`.

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
    """Return the rotated files that came and went between two looks, oldest first.

    `held` are the open files. `known` are the heads of open files and of files that were there
    before; a copy has the same head. A missed file was not changed before `since`, in nanoseconds
    of the file system's clock. A file without a complete line is included. While a file is being
    compressed, only the plain file is.
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
    """Find the copy that copytruncate made of a file, with the bytes that were not read yet."""
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
    """Find a file again that was read up to an offset.

    It may have another name by now. If it was compressed or copied, it has another identity.
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
    """Return whether no other file begins so: the head has a whole line, or its full length."""
    return b"\n" in head or len(head) == HEAD


def is_known(head: bytes, known: Iterable[bytes]) -> bool:
    """Return whether a known head belongs to the same file or to a copy of it.

    Inodes are no help, because they are reused. A head without a whole line is none either.
    """
    return any(
        identifies(min(head, each, key=len))
        and (head.startswith(each) or each.startswith(head))
        for each in known
    )
