"""The files of a state: whose they are, and the lock of their only writer.

In a shared folder such as /tmp anybody can make a file first. A file of another user is not used,
nor a file that other users can write, because they could change the state and block the monitor. A
link to a missing file is not used, because it would decide where the database is made.
"""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from monitor.errors import StoreError

SUFFIXES = ("", ".lock", "-wal", "-shm", "-journal")
"""Endings of the files of a state: the database, the lock, and what SQLite keeps beside it."""

ROOT = 0


class Facts(NamedTuple):
    """The type and permissions of a file, and its owner; `link_owner`: of a link that leads to it."""

    mode: int
    owner: int
    link_owner: int | None = None


def facts_at(path: str) -> Facts | None:
    """Return the facts of what a path leads to; None if nothing has this name.

    For a link that leads nowhere they are the facts of the link itself.
    """
    try:
        here = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISLNK(here.st_mode):
        return Facts(here.st_mode, here.st_uid)
    with contextlib.suppress(FileNotFoundError):
        target = os.stat(path)
        return Facts(target.st_mode, target.st_uid, here.st_uid)
    return Facts(here.st_mode, here.st_uid, here.st_uid)


def wrong_kind(facts: Facts) -> str | None:
    """Return what a path is if it is no regular file."""
    if stat.S_ISREG(facts.mode):
        return None
    if stat.S_ISLNK(facts.mode):
        return "is a link to a file that does not exist"
    return "is a directory" if stat.S_ISDIR(facts.mode) else "is no regular file"


def objection(facts: Facts, user: int) -> str | None:
    """Return why a user's program must not write its state to a file; None if it may."""
    if wrong := wrong_kind(facts):
        return wrong
    if facts.owner != user:
        return "belongs to another user"
    if facts.link_owner not in (None, user, ROOT):
        return "is a link of another user"
    if facts.mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "can be written by other users"
    return None


def check_readable(path: str) -> None:
    """Raise StoreError for a path that is there and is no regular file."""
    if (facts := facts_at(path)) and (wrong := wrong_kind(facts)):
        raise _refused(path, wrong)


def check_private(path: str) -> None:
    """Raise StoreError if a file of the state is there and is not this user's alone."""
    for each in (path + suffix for suffix in SUFFIXES):
        if (facts := facts_at(each)) and (why := objection(facts, os.geteuid())):
            raise _refused(each, why)


def _refused(path: str, why: str) -> StoreError:
    return StoreError(
        f"{path} {why} and cannot hold the state: give another file with --state"
    )


def make_private(path: str) -> None:
    """Make an empty file that only this user can read, unless it is there.

    Raises FileExistsError if somebody else made a file or a link of this name meanwhile.
    """
    if not os.path.lexists(path):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def lock(path: str) -> int:
    """Return the descriptor of the lock; the system frees it when the process ends.

    Raises StoreError when another monitor holds the lock.
    """
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        os.makedirs(folder, mode=0o700)
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    fd = os.open(f"{path}.lock", flags, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(fd)
        raise StoreError(
            "another monitor is following the same files and writes their state: "
            "end it, or give another file with --state"
        ) from error
    return fd


@contextlib.contextmanager
def umask(mask: int) -> Iterator[None]:
    """Change the mask of new files for a while."""
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)
