"""Decides which file is a copy of which, from facts about both. No disk.

A copy has the bytes of its original. Equal heads are enough while no other file begins alike. Else
the bytes before an offset decide, and of compressed files they are decompressed for it. A compressed
copy may lack the last lines of its original, because a server writes on while it is made. It may
have an older time, too: logrotate gives it the time that the original had before its rotation.
"""

from collections.abc import Collection, Iterable

from monitor.inputs.rotation import (
    Closed,
    Identity,
    Opened,
    Place,
    Sibling,
    digest_of,
    fits,
    identifies,
    same_start,
)


def copies_of(
    opened: Opened, siblings: Iterable[Sibling], taken: Collection[Identity]
) -> list[Sibling]:
    """Return the files that may be a copy of a file that was read.

    Files that are known to end at its offset come first, then the oldest, because newer files that
    begin alike were written after this one was rotated. An open file is never a copy: `taken`.
    """
    copies = [
        sibling
        for sibling in siblings
        if sibling.identity not in taken
        and sibling.identity != opened.identity
        and identifies(opened.head)
        and fits(opened, sibling)
    ]
    return sorted(
        copies, key=lambda each: (not ends_at(each, opened.offset), each.modified)
    )


def ends_at(sibling: Sibling, offset: int) -> bool:
    """Return whether it is known that the content of a file ends at an offset."""
    return sibling.size == offset or sibling.remainder == offset % (1 << 32)


def short_copy_of(
    head: bytes, modified: int, siblings: Iterable[Sibling]
) -> Sibling | None:
    """Return the copy of a file that was made before its last lines were written or read.

    `modified` is the time of the file's last change. The copy is older, and it is the newest of
    `siblings`, which have less content.
    """
    copies = [
        each
        for each in siblings
        if same_start(head, each.head) and each.modified <= modified
    ]
    return max(copies, key=lambda each: each.modified, default=None)


def is_copy(found: Sibling, original: Sibling, place: Place, newest: int) -> bool:
    """Return whether a new file is a copy of an open file that has the same bytes.

    Several files of a log may have the same bytes: equal headers, or equal lines. A file that was
    missed is no copy. Its last change is after the last line of the old file, and before `newest`,
    the last change of the new file.
    """
    if place is Place.PATH:  # nothing was rotated
        return True
    if place is Place.GONE:
        if found.size is not None or original.size is None or found.remainder is None:
            return found.size is None
        return ends_at(found, original.size)
    if found.size is None:
        return False
    if place is Place.NEW:
        return found.modified >= original.modified
    return found.modified <= original.modified or found.modified > newest


def is_copy_of_closed(found: Sibling, closed: Closed, is_there: bool) -> bool:
    """Return whether a new file is a copy of a closed file. The closed file may be there still."""
    if not begins_like(found.head, closed):
        return False
    if found.size is None and found.remainder is None:
        return not is_there  # it was compressed
    return ends_at(found, closed.size)


def begins_like(head: bytes, closed: Closed) -> bool:
    """Return whether a head begins with the head of a closed file, if this is known."""
    start = head[: closed.head_length]
    return identifies(start) and digest_of(start) == closed.head_digest


def is_unchanged(closed: Closed, size: int, modified: int) -> bool:
    """Return whether the file with the identity of a closed file has its size and its time."""
    return closed.size == size and closed.modified == modified


def is_same_file(closed: Closed, sibling: Sibling, size: int, tail: str) -> bool:
    """Return whether a file that changed is still the closed file, and has not only its inode.

    `tail` is the hash of the bytes at which the closed file ended.
    """
    if not closed.head_length:
        return size == closed.size
    has_start = size >= closed.size and begins_like(sibling.head, closed)
    return has_start and tail == closed.tail_digest
