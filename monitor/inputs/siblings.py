"""Lists the rotated files in the folder of a log, as they look now."""

import os
from contextlib import suppress

from monitor.inputs.logfile import LogFile
from monitor.inputs.rotation import HEAD, Sibling, is_rotated_name

_LOOKS = 10


def siblings_of(path: str) -> list[Sibling]:
    """Return the rotated files of a log. For a symbolic link, search the folder of its target, too.

    Because files may move while a folder is read, the folder is read again until nothing moved.
    """
    places = _rotated_places(path)
    for _ in range(_LOOKS):
        siblings = [each for place in places if (each := look_at(place))]
        before, places = places, _rotated_places(path)
        if before == places:
            break
    return siblings


def look_at(path: str) -> Sibling | None:
    """Return one file as it looks now; None if it is gone, unreadable, or no regular file."""
    try:
        file = LogFile(path)
    except OSError:
        return None
    try:
        if file.is_stream or file.is_unfinished:
            return None
        head = file.pread(0, HEAD)
        return Sibling(path, file.identity, head, file.size, file.modified)
    except OSError:
        return None
    finally:
        file.close()


def _rotated_places(path: str) -> dict[str, int]:
    """Return the paths of the rotated files of a log, and their inodes."""
    places: dict[str, int] = {}
    for log in (os.path.abspath(path), os.path.realpath(path)):
        folder, name = os.path.split(log)
        with suppress(OSError), os.scandir(folder) as entries:
            places.update(
                (entry.path, entry.inode())
                for entry in entries
                if is_rotated_name(entry.name, name)
            )
    return places
