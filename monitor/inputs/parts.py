"""Reads a large file in several processes; what they send home comes in the order of the file.

Each process makes digests of one part, cut at line ends. A part begins with a short segment: where
the clock stands there is only supposed, and if it stands elsewhere, little has to be read again.
"""

from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from queue import SimpleQueue as Box
from typing import NamedTuple

from monitor.core import MANY, Digest, Digester
from monitor.formats import LineSplitter, Overlong
from monitor.inputs.logfile import CHUNK, LogFile
from monitor.inputs.pool import Pool
from monitor.inputs.rotation import Identity
from monitor.options import Settings

PART = 1 << 24
"""Bytes of a part at most, about: a sixth of a second of work."""

FIRST = PART >> 3
"""Bytes of the first part, and of the last ones: so all processes end at nearly the same time.

Where clients make up names, what is counted takes several times as much memory as its lines. So
parts get larger only while they hold few names; a process that has many names stops early and sends
home what it has (digest.py), and the rest becomes a part of its own; and at most one part more than
there are processes is being read.
"""

SEAM = 1 << 18
"""Bytes of the first segment of a part, about."""


class Segment(NamedTuple):
    """The whole lines of a file from byte `start` up to `stop`, and their digest if there is one."""

    start: int
    stop: int
    digest: Digest | None


class Parts:
    """Reads one file in parts; the processes of a pool, which all files share, work on them."""

    def __init__(self, pool: Pool[list[Segment]], path: str, file: LogFile) -> None:
        self._pool = pool
        self._path = path
        self._file = file
        # The end is left out: it may not be a whole line, and the file may go on.
        self._last = (file.size or 0) - CHUNK
        self._planned = 0
        self._size = FIRST  # of the next part
        self._waiting: deque[_Part] = deque()
        self._segments: deque[Segment] = deque()

    def read(self) -> Segment | None:
        """Give the next segment; None when the rest is to be read in the usual way."""
        while len(self._waiting) <= self._pool.jobs and self._plan_next():
            pass
        while not self._segments and self._waiting:
            self._receive(self._waiting[0])
        return self._segments.popleft() if self._segments else None

    def _receive(self, part: "_Part") -> None:
        """Take what a process made of a part; what it left is a part of its own."""
        segments = self._pool.result_of(part.segments)
        self._waiting.popleft()
        self._segments.extend(segments)
        stop = segments[-1].stop
        size = stop - part.start
        weight = sum(each.digest.weight for each in segments if each.digest)
        if stop < part.stop:
            self._size = size
            self._waiting.appendleft(self._submit(stop, part.stop))
        elif weight * 2 * self._size < MANY // 2 * size:
            self._size = min(PART, 2 * self._size)  # and it will hold few names again

    def _plan_next(self) -> bool:
        start = self._planned
        if start >= self._last:
            return False
        share = (self._last - start) // (2 * self._pool.jobs)
        size = min(self._size, max(share, FIRST))
        stop = _line_start(self._file, min(start + size, self._last))
        if stop is None:
            return False
        self._planned = stop
        self._waiting.append(self._submit(start, stop))
        return True

    def _submit(self, start: int, stop: int) -> "_Part":
        identity = self._file.identity
        return _Part(start, stop, self._pool.submit(self._path, identity, start, stop))


class _Part(NamedTuple):
    """A part from byte `start` up to `stop`, and the segments that are to come of it."""

    start: int
    stop: int
    segments: Box[list[Segment] | None]


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
    """Make digests of what is before `stop`, or before a digest has many names.

    A read with a surprise in it is a segment without a digest.
    """
    seam = _line_start(file, start + SEAM)
    cuts = sorted({start, min(seam or stop, stop), stop})
    for first, last in pairwise(cuts):
        while first < last:
            ends = [first]
            digest = digester.digest(_reads(file, first, last, ends))
            if digest is None or ends[-1] == first:
                yield Segment(first, last, None)
                break
            if digest.reads:
                yield Segment(first, ends[digest.reads], digest)
            if digest.reads < len(ends) - 1:
                yield Segment(ends[-2], ends[-1], None)
            elif ends[-1] < last:
                return
            first = ends[-1]


def _reads(
    file: LogFile, start: int, stop: int, ends: list[int]
) -> Iterator[list[bytes | Overlong]]:
    """Give the lines of each read as blocks; `ends` gets the byte where they end."""
    splitter = LineSplitter(at_start=start == 0)
    for data in chunks(file, start, stop):
        start += len(data)
        blocks = list(splitter.feed(data))
        ends.append(start - splitter.held)
        yield blocks


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
