"""What we opened and what is there now -> what happened to a log. Pure decisions, no disk.

A file is known by its device and inode and by its head, a fingerprint of its first bytes that
grows with a small file: an inode is reused, and copytruncate keeps it while all else changes.
"""

import re
from collections.abc import Collection, Iterable
from posixpath import splitext
from typing import NamedTuple

HEAD = 1024
"""Bytes of the fingerprint."""

QUIET = 60.0
"""Seconds without a line before a rotated file is let go: servers write on until told."""

ABANDONED = 86400.0
"""The same while no file after it has any data: a log without traffic is rotated, too."""

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
    """Tell whether a file lost what was read of it; `head` is as long as the one that is known."""
    return size < opened.offset or not head.startswith(opened.head)


def may_let_go(quiet: float, successor_has_data: bool) -> bool:
    """Tell whether a rotated file can be closed, `quiet` seconds after its last line."""
    return quiet >= (QUIET if successor_has_data else ABANDONED)


def is_gone(missing: float, quiet: float) -> bool:
    """Tell whether a log whose path is missing is gone; both are in seconds."""
    return missing >= GONE and quiet >= GONE


def is_rotated_name(name: str, log: str) -> bool:
    """Tell whether a file name is that of a rotated `log`: `.1`, `.2.gz`, `-20261123`.

    Before the extension a number alone is one only after a dot: `site-2.log` is another site.
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
    """Give the rotated files that came and went between two looks, oldest first.

    `held` are the files that are being read; `known` are the heads of those and of the ones that
    were there: a copy of one of them is known, too. None of the missed was last changed before
    `since`, in nanoseconds as the file system tells them. One without a whole line is
    among them. Of a file that is being compressed the compressed one is not given.
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
    """Find the copy that copytruncate made of a file, with what had not been read of it yet."""
    copies = [
        sibling
        for sibling in siblings
        if tells_apart(opened.head)
        and sibling.identity != opened.identity
        and (sibling.size is None or sibling.size >= opened.offset)
        and sibling.head.startswith(opened.head)
    ]
    return max(copies, key=lambda sibling: sibling.modified, default=None)


def find_again(opened: Opened, siblings: Iterable[Sibling]) -> Sibling | None:
    """Find a file that was read up to an offset among those that are there after a while.

    It may have another name, or be compressed or copied, and then have another identity.
    """
    fits = [
        sibling
        for sibling in siblings
        if sibling.head.startswith(opened.head)
        and (sibling.size is None or sibling.size >= opened.offset)
    ]
    same = [sibling for sibling in fits if sibling.identity == opened.identity]
    copies = [sibling for sibling in fits if tells_apart(opened.head)]
    found = same or copies
    return max(found, key=lambda sibling: sibling.modified, default=None)


def tells_apart(head: bytes) -> bool:
    """Whether no other file begins with this: it has a whole line, or is all of a head."""
    return b"\n" in head or len(head) == HEAD


def is_known(head: bytes, known: Iterable[bytes]) -> bool:
    """Tell whether one of the known heads is of the same file, or of one that is a copy.

    Inodes tell nothing here: they are used again. Nor do heads that many files may begin with.
    """
    return any(
        tells_apart(min(head, each, key=len))
        and (head.startswith(each) or each.startswith(head))
        for each in known
    )
