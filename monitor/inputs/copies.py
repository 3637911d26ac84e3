"""Decides which file is a copy of which, from facts about both. No disk."""

from collections.abc import Collection, Iterable

from monitor.inputs.rotation import (
    Closed,
    Identity,
    Opened,
    Place,
    Sibling,
    changed_since,
    digest_of,
    fits,
    identifies,
    same_start,
)


def copies_of(
    opened: Opened, siblings: Iterable[Sibling], taken: Collection[Identity]
) -> list[Sibling]:
    """Return the files that may be a copy of a file that was read, the oldest first.

    Other files may begin alike. Older files were not changed since, and newer files were written
    after this one was rotated. An open file, or another saved one, is never a copy: `taken`.
    """
    copies = [
        sibling
        for sibling in siblings
        if sibling.identity not in taken
        and sibling.identity != opened.identity
        and identifies(opened.head)
        and fits(opened, sibling)
        and changed_since(sibling.modified, opened.modified)
    ]
    return sorted(copies, key=lambda sibling: sibling.modified)


def ends_at(sibling: Sibling, offset: int) -> bool:
    """Return whether it is known that the content of a file ends at an offset."""
    return sibling.size == offset or sibling.remainder == offset % (1 << 32)


def short_copy_of(opened: Opened, siblings: Iterable[Sibling]) -> Sibling | None:
    """Return the oldest copy that was made before the last lines of a truncated file were read."""
    copies = [
        sibling
        for sibling in siblings
        if sibling.size is not None
        and sibling.size < opened.offset
        and same_start(opened.head, sibling.head)
    ]
    return min(copies, key=lambda sibling: sibling.modified, default=None)


def is_copy(found: Sibling, original: Sibling, place: Place, newest: int) -> bool:
    """Return whether a new file is a copy of an open file that has the same bytes.

    Several files of a log may have the same bytes: equal headers, or equal lines. A file that was
    missed is no copy. Its last change is after the last line of the old file, and before `newest`,
    the last change of the new file.
    """
    if place is Place.PATH:  # nothing was rotated
        return True
    if place is Place.GONE:
        return is_compressed_copy(found, original)
    if found.size is None:
        return False
    if place is Place.NEW:
        return found.modified >= original.modified
    return found.modified <= original.modified or found.modified > newest


def is_compressed_copy(found: Sibling, original: Sibling) -> bool:
    """Return whether a new file with the same head can be the compressed copy of a deleted file."""
    is_as_new = changed_since(found.modified, original.modified)
    if original.size is None or found.remainder is None:
        return is_as_new and found.size is None
    return is_as_new and ends_at(found, original.size)


def is_copy_of_closed(found: Sibling, closed: Closed, is_there: bool) -> bool:
    """Return whether a new file is a copy of a closed file. The closed file may be there still."""
    if not closed.head_length or not begins_like(found.head, closed):
        return False
    if found.size is None and found.remainder is None:
        return not is_there  # it was compressed
    return ends_at(found, closed.size)


def begins_like(head: bytes, closed: Closed) -> bool:
    """Return whether a head begins with the head of a closed file."""
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
