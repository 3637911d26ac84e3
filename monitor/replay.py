"""Reads finished logs once, from the first line to the last, at full speed.

Several files are read in the order of their first hits, each only when its time has come, so the
order in which they were named does not matter and few are open at once.
"""

import os
import stat
from collections.abc import Hashable, Sequence

from monitor.errors import MonitorError
from monitor.files import CHUNK, STDIN, LogFile, cannot_read
from monitor.parser import Parser


class Replay:
    """Reads finished files piece by piece; a file is named by its place in the order of time."""

    def __init__(self, paths: Sequence[str], parser: Parser) -> None:
        """Look at every file. Raises MonitorError when one cannot be read."""
        paths = list(dict.fromkeys(paths))
        firsts = [(self._first_epoch(path, parser, len(paths)), path) for path in paths]
        firsts.sort(key=lambda each: (each[0] is not None, each))
        self.begins = [epoch for epoch, _ in firsts]
        self._paths: dict[Hashable, str] = {
            place: path for place, (_, path) in enumerate(firsts)
        }
        self._open: dict[Hashable, _Input] = {}

    def read(self, place: Hashable) -> bytes:
        """Read on in a file; b"" at its end. Raises MonitorError when it cannot be read."""
        path = self._paths[place]
        try:
            if place not in self._open:
                self._open[place] = _Input(path)
            data = self._open[place].read()
        except OSError as error:
            raise MonitorError(cannot_read(path, error)) from error
        if not data:
            self._open.pop(place).close()
        return data

    @staticmethod
    def _first_epoch(path: str, parser: Parser, number: int) -> int | None:
        """Give a time that no hit of a file comes before, if there is one in its first piece.

        The first hit may be far ahead by mistake, so it is the earlier one of the first two.
        """
        try:
            if path in STDIN or stat.S_ISFIFO(os.stat(path).st_mode):
                return None  # read once only: its writer would lose its reader
            file = _Input(path)
            data = file.read() if number > 1 else b""
            file.close()
        except OSError as error:
            raise MonitorError(cannot_read(path, error)) from error
        epochs = parser.parse(data[: data.rfind(b"\n") + 1]).epochs if data else []
        return min(epochs[:2], default=None)


class _Input:
    """One file that is read from its first byte: a regular one, compressed or not, or a pipe."""

    def __init__(self, path: str) -> None:
        self._file: LogFile | None = None
        self._offset = self._fd = 0
        if path in STDIN:
            os.fstat(0)
        elif stat.S_ISFIFO(os.stat(path).st_mode):
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        else:
            self._file = LogFile(path)

    def read(self) -> bytes:
        if self._file is None or self._file.is_stream:
            return os.read(self._file.fd if self._file else self._fd, CHUNK)
        data = self._file.pread(self._offset, CHUNK)
        self._offset += len(data)
        return data

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        elif self._fd:
            os.close(self._fd)
