"""Checks the paths of the command line, before a log is read."""

import os
import stat
import sys
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress

from monitor.errors import MonitorError
from monitor.inputs.logfile import LogFile
from monitor.inputs.patterns import all_logs
from monitor.inputs.unreadable import TOO_MANY, explained, refuse_no_log
from monitor.settings import STDIN, STDIN_PATHS

NO_STDIN = "there is no standard input to read: give a file, or pipe a log in"
"""The message when standard input is closed."""

SPARE = 8
"""Files that are open beside the logs: the state, a listing, a rotated file."""


def is_pipe(path: str) -> bool:
    """Return whether a path is standard input or a named pipe. Raises OSError if it is gone."""
    return path in STDIN_PATHS or stat.S_ISFIFO(os.stat(path).st_mode)


def check_readable(path: str, may_be_missing: bool = False) -> None:
    """Raise MonitorError if a log cannot be read.

    A pipe is not opened, because its writer would lose its reader.
    """
    # When standard input is closed, another file may have its descriptor.
    if path in STDIN_PATHS and sys.stdin is None:
        raise MonitorError(NO_STDIN)
    ignored = (FileNotFoundError,) if may_be_missing else ()
    with explained(path), suppress(*ignored):
        if is_pipe(path) and path not in STDIN_PATHS:
            refuse_no_log(path, os.stat(path))
        else:
            LogFile(path).close()


def different(
    paths: Iterable[str], what_of: Callable[[str], Hashable] = os.path.abspath
) -> list[str]:
    """Return the paths without repetitions. `what_of` returns what a path stands for."""
    firsts: dict[Hashable, str] = {}
    for path in paths:
        what = STDIN if path in STDIN_PATHS else what_of(path)
        firsts.setdefault(what, path)
    return list(firsts.values())


def check_logs(paths: Sequence[str], *, may_be_missing: bool = False) -> list[str]:
    """Raise MonitorError if the logs cannot be read, or if nothing matches a pattern.

    Return the paths that lead to the file of an earlier path.
    """
    paths = all_logs(paths, may_be_missing=may_be_missing)
    for path in paths:
        check_readable(path, may_be_missing)
    if not _can_open(len(paths)):
        raise MonitorError(f"cannot follow {len(paths)} logs: {TOO_MANY}")
    names = different(paths)
    firsts = different(names, file_at)
    return [name for name in names if name not in firsts]


def file_at(path: str) -> Hashable:
    """Return the file that a path leads to, through links; the path itself if there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return os.path.abspath(path)
    return status.st_dev, status.st_ino


def _can_open(number: int) -> bool:
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
