"""Reads a large file in several processes; what they send home comes in the order of the file.

Each process makes digests of one part, cut at line ends. A part begins with a short segment: only
there can a hit be behind those of the part before, and then little has to be read again.
"""

import os
import signal
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from monitor.digest import Digest, Digester
from monitor.errors import MonitorError
from monitor.files import CHUNK, LogFile
from monitor.lines import LineSplitter
from monitor.rotation import Identity
from monitor.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future

# The modules for processes take longer to import than a small log takes to read: where needed.

PART = 3 << 20
"""Bytes of a part, about: a fortieth of a second of work or more.

Where clients make up names, its counts take three times as much memory. So it is no larger, and
but one more than there are processes is under way: two of them and their parent take 126 MiB then,
and 150 with a third more.
"""

SEAM = 1 << 18
"""Bytes of the first segment of a part, about."""


class Segment(NamedTuple):
    """The whole lines of a file from byte `start` up to `stop`, and their digest if there is one."""

    start: int
    stop: int
    digest: Digest | None


class Parts:
    """Reads one file in parts; `jobs` processes, which all files share, are working on them."""

    def __init__(self, pool: "Pool", path: str, file: LogFile) -> None:
        self._pool = pool
        self._path = path
        self._file = file
        # The end is left out: it may not be a whole line, and the file may go on.
        self._last = (file.size or 0) - CHUNK
        self._planned = 0
        self._waiting: deque[Future[list[Segment]]] = deque()
        self._segments: deque[Segment] = deque()

    def read(self) -> Segment | None:
        """Give the next segment; None when the rest is to be read in the usual way."""
        while len(self._waiting) <= self._pool.jobs and self._plan_next():
            pass
        while not self._segments and self._waiting:
            self._segments.extend(self._pool.result_of(self._waiting[0]))
            self._waiting.popleft()
        return self._segments.popleft() if self._segments else None

    def _plan_next(self) -> bool:
        start = self._planned
        if start >= self._last:
            return False
        stop = _line_start(self._file, min(start + PART, self._last))
        if stop is None:
            return False
        self._planned = stop
        self._waiting.append(
            self._pool.submit(self._path, self._file.identity, start, stop)
        )
        return True


class Pool:
    """Processes that read parts of files."""

    def __init__(self, settings: Settings, jobs: int) -> None:
        from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

        self.jobs = jobs
        self._settings = settings
        self._broken = BrokenProcessPool
        self._executor = ProcessPoolExecutor(jobs, initializer=_begin)

    def submit(
        self, path: str, identity: Identity, start: int, stop: int
    ) -> "Future[list[Segment]]":
        """Have a part of a file read."""
        try:
            return self._executor.submit(
                read_part, self._settings, path, identity, start, stop
            )
        except self._broken as error:
            raise _killed() from error

    def result_of(self, part: "Future[list[Segment]]") -> list[Segment]:
        """Wait for a part. Raises MonitorError when a process was killed."""
        try:
            return part.result()
        except self._broken as error:
            raise _killed() from error

    def processes(self) -> list[int]:
        """Give the numbers of the processes."""
        from multiprocessing import active_children

        return [child.pid for child in active_children() if child.pid]

    def close(self) -> None:
        """Let the processes end."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _killed() -> MonitorError:
    return MonitorError(
        "one of the processes that read the log was killed: run it again, "
        "with --jobs 1 if memory is short"
    )


# --- in the processes ---


def _begin() -> None:
    """Leave signals of the terminal to the parent, and end when it does, however it ends."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def read_part(
    settings: Settings, path: str, identity: Identity, start: int, stop: int
) -> list[Segment]:
    """Make digests of the lines of a part; without one where that cannot be done."""
    try:
        file = LogFile(path)
    except OSError:
        return [Segment(start, stop, None)]
    try:
        if file.identity != identity:
            return [Segment(start, stop, None)]
        return list(_segments(Digester(settings), file, start, stop))
    except OSError:
        return [Segment(start, stop, None)]
    finally:
        file.close()


def _segments(
    digester: Digester, file: LogFile, start: int, stop: int
) -> Iterator[Segment]:
    seam = _line_start(file, start + SEAM)
    cuts = sorted({start, min(seam or stop, stop), stop})
    for first, last in pairwise(cuts):
        splitter = LineSplitter(at_start=first == 0)
        blocks = (
            block for data in chunks(file, first, last) for block in splitter.feed(data)
        )
        yield Segment(first, last, digester.digest(blocks))


def chunks(file: LogFile, start: int, stop: int) -> Iterator[bytes]:
    """Read a file from byte `start` up to `stop` piece by piece."""
    while start < stop and (data := file.pread(start, min(CHUNK, stop - start))):
        start += len(data)
        yield data


def _line_start(file: LogFile, offset: int) -> int | None:
    """Give where the first line begins at or after an offset; None when none does."""
    if offset == 0:
        return 0
    start = offset - 1
    while data := file.pread(start, CHUNK):
        found = data.find(b"\n")
        if found >= 0:
            return start + found + 1
        start += len(data)
    return None
