"""Reads finished logs once, from the first line to the last, at full speed.

Several files are read in the order of their first hits, each only when its time has come, so the
order in which they were named does not matter and few are open at once. A large file is read by
several processes, which give digests of its lines.
"""

import os
import stat
from collections.abc import Hashable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from monitor.errors import MonitorError, ReadError
from monitor.formats import parser_of
from monitor.inputs.logfile import (
    CHUNK,
    STDIN,
    LogFile,
    cannot_read,
    different,
    file_at,
)
from monitor.options import Settings

if TYPE_CHECKING:  # imported where a file is large enough
    from monitor.inputs.parts import Parts, Segment
    from monitor.inputs.pool import Pool

WORTH_IT = 1 << 25
"""Bytes of a file that is worth several processes; they take a moment to start."""


class Replay:
    """Reads finished files piece by piece; a file is named by its place in the order of time."""

    def __init__(self, settings: Settings) -> None:
        """Look at every file. Raises MonitorError when one cannot be read."""
        paths = different(different(settings.files), file_at)
        firsts = [
            (self._first_epoch(path, settings.format, len(paths)), path)
            for path in paths
        ]
        firsts.sort(key=lambda each: (each[0] is not None, each))
        self.begins = [epoch for epoch, _ in firsts]
        self._paths: dict[Hashable, str] = {
            place: path for place, (_, path) in enumerate(firsts)
        }
        self._open: dict[Hashable, _Input] = {}
        self._sizes = {place: _size_of(path) for place, path in self._paths.items()}
        self._read: list[Hashable] = []  # to the end
        self._settings = settings
        self._pool: Pool[list[Segment]] | None = None

    def read(self, place: Hashable) -> "bytes | Segment":
        """Read on in a file; b"" at its end. Raises ReadError when it cannot be read."""
        path = self._paths[place]
        try:
            if place not in self._open:
                self._open[place] = self._opened(path)
            data = self._open[place].read()
        except OSError as error:
            raise ReadError(cannot_read(path, error)) from error
        if not data:
            self._open.pop(place).close()
            self._read.append(place)
        return data

    def lines_of(self, place: Hashable, segment: "Segment") -> Iterator[bytes]:
        """Read the lines of a segment, whose digest is of no use."""
        try:
            yield from self._open[place].lines_of(segment)
        except OSError as error:
            raise ReadError(cannot_read(self._paths[place], error)) from error

    def progress(self) -> tuple[int, int | None]:
        """Give the bytes on disk that were read, and all there are; None with a pipe."""
        whole = self._sizes.values()
        done = sum(file.position for file in self._open.values())
        done += sum(self._sizes[place] or 0 for place in self._read)
        return done, None if None in whole else sum(filter(None, whole))

    def close(self) -> None:
        """Wait until the processes have ended."""
        if self._pool is not None:
            self._pool.close()

    def _opened(self, path: str) -> "_Input":
        file = _Input(path)
        jobs = self._settings.jobs or _cores()
        if jobs > 1 and file.is_large:
            from monitor.inputs.parts import read_part
            from monitor.inputs.pool import Pool

            # It starts nothing before it can be closed: a signal may come at any moment.
            self._pool = self._pool or Pool(partial(read_part, self._settings), jobs)
            file.read_in_parts(self._pool)
        return file

    @staticmethod
    def _first_epoch(path: str, form: str, number: int) -> int | None:
        """Give about when a file begins: the earlier time of its first two hits.

        The first one may be far ahead by mistake; those behind them that are older come late. None
        for a pipe, without a hit in the first piece, and when no other file could come before it.
        """
        try:
            if path in STDIN or stat.S_ISFIFO(os.stat(path).st_mode):
                return None  # read once only: its writer would lose its reader
            file = _Input(path)
            data = file.read() if number > 1 else b""
            assert isinstance(data, bytes)  # nobody reads it in parts yet
            file.close()
        except OSError as error:
            raise MonitorError(cannot_read(path, error)) from error
        lines = data[: data.rfind(b"\n") + 1]
        epochs = parser_of(form).parse(lines).epochs if lines else []
        return min(epochs[:2], default=None)


class _Input:
    """One file that is read from its first byte: a regular one, compressed or not, or a pipe."""

    def __init__(self, path: str) -> None:
        self._file: LogFile | None = None
        self._offset = self._fd = 0
        self._path = path
        self._parts: Parts | None = None
        if path in STDIN:
            os.fstat(0)
        elif stat.S_ISFIFO(os.stat(path).st_mode):
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        else:
            self._file = LogFile(path)

    @property
    def is_large(self) -> bool:
        """Whether it is a plain file that is worth several processes."""
        if self._file is None or self._file.is_stream:
            return False
        return (self._file.size or 0) >= WORTH_IT

    @property
    def position(self) -> int:
        """The place in the file on the disk, in bytes."""
        if self._file is None or self._file.is_stream:
            return 0
        if not self._file.is_compressed:
            return self._offset
        return os.lseek(self._file.fd, 0, os.SEEK_CUR)

    def read_in_parts(self, pool: "Pool[list[Segment]]") -> None:
        from monitor.inputs.parts import Parts

        assert self._file is not None
        self._parts = Parts(pool, self._path, self._file)

    def lines_of(self, segment: "Segment") -> Iterator[bytes]:
        from monitor.inputs.parts import chunks

        assert self._file is not None
        return chunks(self._file, segment.start, segment.stop)

    def read(self) -> "bytes | Segment":
        if self._parts is not None:
            segment = self._parts.read()
            if segment is not None:
                self._offset = segment.stop
                return segment
            self._parts = None
        if self._file is None or self._file.is_stream:
            return os.read(self._file.fd if self._file else self._fd, CHUNK)
        if self._file.is_compressed:
            data = self._file.read(self._offset)
        else:
            data = self._file.pread(self._offset, CHUNK)
        self._offset += len(data)
        return data

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        elif self._fd:
            os.close(self._fd)


def _cores() -> int:
    """Give the number of processors that this process may use."""
    with suppress(AttributeError):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _size_of(path: str) -> int | None:
    """Give the bytes of a file on the disk; None for a pipe."""
    if path in STDIN:
        return None
    status = os.stat(path)
    return status.st_size if stat.S_ISREG(status.st_mode) else None
