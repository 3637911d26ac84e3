"""Lets this process open as many files as the system allows. A log needs one file, or two."""

import errno
import os
import resource
import sys
from contextlib import suppress

_OPEN_MAX = 10240
"""The most that macOS accepts, whose hard limit is infinite."""

SPARE = 8
"""Files that are open beside the logs: the state, a listing, a rotated file."""

_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def is_shortage(error: OSError) -> bool:
    """Return whether a file can be opened later, because only too many files are open now."""
    return error.errno in _SHORTAGES


def allow_many_files() -> None:
    """Raise the soft limit of open files to the hard limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(hard, _OPEN_MAX) if sys.platform == "darwin" else hard
    if soft < most:
        with suppress(OSError, ValueError):  # a sandbox may refuse it
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


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
