"""What we opened and what is there now -> what happened to a log. Pure decisions, no disk.

A file is known by its device and inode and by its head, a fingerprint of its first bytes that
grows with a small file: an inode is reused, and copytruncate keeps it while all else changes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

HEAD = 1024
"""Bytes of the fingerprint."""

QUIET = 60.0
"""Seconds without a line before a rotated file is let go: servers write on until told."""

GONE = 1.0
"""Seconds without path and lines before a log is called gone; less is a rotation."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The device and inode of a file."""

    device: int
    inode: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read: read up to `offset` bytes, of which `head` are the first."""

    identity: Identity
    offset: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What a path leads to now; `head` is at least as long as that of the opened file, if it can."""

    identity: Identity
    size: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Sibling:
    """A file in the folder of a log: its name, identity, head and last change in nanoseconds."""

    name: str
    identity: Identity
    head: bytes
    size: int
    modified: int


class Change(Enum):
    """What happened to a log since it was last read."""

    NOTHING = "nothing"
    GREW = "grew"
    TRUNCATED = "truncated"
    REPLACED = "replaced"
    MISSING = "missing"


def what_happened(opened: Opened, found: Found | None) -> Change:
    """Compare the file that is being read with what its path leads to."""
    if found is None:
        return Change.MISSING
    if found.identity != opened.identity:
        return Change.REPLACED
    if found.size < opened.offset or not found.head.startswith(opened.head):
        return Change.TRUNCATED
    return Change.GREW if found.size > opened.offset else Change.NOTHING


def may_let_go(quiet: float, successor_has_data: bool) -> bool:
    """Tell whether a rotated file can be closed, `quiet` seconds after its last line."""
    return successor_has_data and quiet >= QUIET


def is_gone(missing: float, quiet: float) -> bool:
    """Tell whether a log whose path is missing is gone; both are in seconds."""
    return missing >= GONE and quiet >= GONE


def is_rotated_name(name: str, log: str) -> bool:
    """Tell whether a file name is that of a rotated, uncompressed `log`: `.1`, `-20261123`."""
    stem, extension = PurePosixPath(log).stem, PurePosixPath(log).suffix
    numbers = r"[-._]\d[\d._-]*"
    whole = re.escape(log) + numbers
    inside = re.escape(stem) + numbers + re.escape(extension)
    return re.fullmatch(f"{whole}|{inside}", name) is not None


def missed(
    siblings: Iterable[Sibling], known: Mapping[Identity, bytes], since: int
) -> list[Sibling]:
    """Give the rotated files that came and went between two looks, oldest first.

    `known` are the heads of the files that were there or are being read; none of the missed was
    last changed before `since`, in nanoseconds as the file system tells them.
    """
    new = [
        sibling
        for sibling in siblings
        if sibling.size and sibling.modified >= since and not _is_known(sibling, known)
    ]
    return sorted(new, key=lambda sibling: sibling.modified)


def copy_of(opened: Opened, siblings: Iterable[Sibling]) -> Sibling | None:
    """Find the copy that copytruncate made of a file, with what had not been read of it yet."""
    copies = [
        sibling
        for sibling in siblings
        if opened.head
        and sibling.identity != opened.identity
        and sibling.size >= opened.offset
        and sibling.head.startswith(opened.head)
    ]
    return max(copies, key=lambda sibling: sibling.modified, default=None)


def _is_known(sibling: Sibling, known: Mapping[Identity, bytes]) -> bool:
    head = known.get(sibling.identity)
    return head is not None and sibling.head.startswith(head)
