"""Reads finished logs once, from the first line to the last, at full speed.

Several files are read in the order of their first hits, each only when its time has come, so the
order in which they were named does not matter and few are open at once.
"""

import os
import stat
from collections.abc import Hashable, Sequence

from monitor.errors import MonitorError
from monitor.files import CHUNK, STDIN, cannot_read
from monitor.parser import Parser


class Replay:
    """Reads finished files piece by piece; a file is named by its place in the order of time."""

    def __init__(self, paths: Sequence[str], parser: Parser) -> None:
        """Look at every file. Raises MonitorError when one cannot be read."""
        firsts = [(self._first_epoch(path, parser, len(paths)), path) for path in paths]
        firsts.sort(key=lambda each: (each[0] is not None, each))
        self.begins = [epoch for epoch, _ in firsts]
        self._paths: dict[Hashable, str] = {
            place: path for place, (_, path) in enumerate(firsts)
        }
        self._open: dict[Hashable, int] = {}

    def read(self, place: Hashable) -> bytes:
        """Read on in a file; b"" at its end. Raises MonitorError when it cannot be read."""
        path = self._paths[place]
        try:
            if place not in self._open:
                self._open[place] = _open(path)
            data = os.read(self._open[place], CHUNK)
        except OSError as error:
            raise MonitorError(cannot_read(path, error)) from error
        if not data:
            self._close(place)
        return data

    def _close(self, place: Hashable) -> None:
        fd = self._open.pop(place)
        if fd:
            os.close(fd)

    @staticmethod
    def _first_epoch(path: str, parser: Parser, number: int) -> int | None:
        """Give the time of a file's first hit, as far as there is one in its first piece."""
        try:
            if path not in STDIN and stat.S_ISFIFO(os.stat(path).st_mode):
                return None  # opened once only: its writer would lose its reader
            fd = _open(path)
            regular = stat.S_ISREG(os.fstat(fd).st_mode)
            data = os.pread(fd, CHUNK, 0) if regular and number > 1 else b""
            if fd:
                os.close(fd)
        except OSError as error:
            raise MonitorError(cannot_read(path, error)) from error
        epochs = parser.parse(data[: data.rfind(b"\n") + 1]).epochs if data else []
        return epochs[0] if epochs else None


def _open(path: str) -> int:
    fd = 0 if path in STDIN else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if stat.S_ISDIR(os.fstat(fd).st_mode):
        os.close(fd)
        raise IsADirectoryError(path)
    return fd
