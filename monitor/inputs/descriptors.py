"""Whether this process can open as many files as it needs. A log needs one file, or two."""

import errno
import os

SPARE = 8
"""Files that are open beside the logs: the state, a listing, a rotated file."""

_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def is_shortage(error: OSError) -> bool:
    """Return whether a file can be opened later, because only too many files are open now."""
    return error.errno in _SHORTAGES


def can_open(number: int) -> bool:
    """Return whether so many logs, and a few files more, can be open at once."""
    opened: list[int] = []
    try:
        while len(opened) < number + SPARE:
            opened.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return False
    finally:
        for fd in opened:
            os.close(fd)
    return True
