"""Why a file cannot be read, and what to do about it."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from shlex import quote

from monitor.errors import MonitorError

COMMANDS = {
    "gzip": "zcat",
    "bzip2": "bzcat",
    "xz": "xzcat",
    "lzma": "xzcat",
    "zstd": "zstdcat",
    "lz4": "lz4cat",
    "compress": "zcat",
    "lzip": "lzip -dc",
    "zip": "unzip -p",
    "7z": "7z e -so",
    "rar": "unrar p -inul",
    "tar": "tar -xOf",
}
"""For each compression the command that writes the content to standard output."""

_PERMISSION = "permission denied; run as a user who may read it (often root, or a member of group adm)"
_SOCKET = "it is a socket; give the log file that the web server writes"
TOO_MANY = (
    "too many open files; give fewer logs, or raise the limit (`ulimit -Hn` shows it, "
    "LimitNOFILE= sets it for systemd)"
)
_REMEDIES = {
    errno.ENOENT: "no such file; check the path",
    errno.EISDIR: "it is a directory; give the log file in it",
    errno.EACCES: _PERMISSION,
    errno.EPERM: _PERMISSION,
    errno.ENXIO: _SOCKET,
    errno.EOPNOTSUPP: _SOCKET,  # on macOS
    errno.EMFILE: TOO_MANY,
    errno.ENFILE: "the system has too many open files; close some, or raise fs.file-max",
}
_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class Refused(OSError):
    """A file is not read because it is no log. The message says what it is and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(errno.EINVAL, message)


def cannot_read(path: str, error: OSError) -> str:
    """Return why a file cannot be read, and what to do about it."""
    name = "standard input" if path == "-" else path
    reason = error.strerror or str(error)
    if not isinstance(error, Refused):
        reason = _REMEDIES.get(error.errno or 0, reason)
    return f"cannot read {name}: {reason}"


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Raise MonitorError, which says what to do, when a file cannot be read."""
    try:
        yield
    except OSError as error:
        raise MonitorError(cannot_read(path, error)) from error


def is_shortage(error: OSError) -> bool:
    """Return whether a file can be opened later, because only too many files are open now."""
    return error.errno in _SHORTAGES


def refuse_compressed(kind: str, path: str | None) -> None:
    """Raise Refused with the command that reads a compressed file; None is standard input."""
    command = f"{COMMANDS[kind]} {quote(path or 'FILE')} | python3 main.py --replay -"
    raise Refused(f"it is compressed ({kind}); read it with: {command}")


def refuse_no_log(path: str, status: os.stat_result) -> None:
    """Raise OSError if a path leads to a directory, a device, or the output of this program."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
        raise Refused("it is a device; give the log file that the web server writes")
    refuse_own_output(status)


def refuse_own_output(status: os.stat_result) -> None:
    """Raise Refused for the file or the pipe that this program prints to."""
    # When an output is closed, a log may have its descriptor.
    outputs = [fd for fd, file in ((1, sys.__stdout__), (2, sys.__stderr__)) if file]
    if any(os.path.samestat(status, os.fstat(fd)) for fd in outputs):
        raise Refused("this program prints to it; print to another file")
