"""A file and its offset: the bytes before the offset were read."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from monitor.core import Source
from monitor.escape import text_of
from monitor.inputs.arrivals import Arrival, Carried, Data, UpToDate
from monitor.inputs.logfile import CHUNK, LogFile
from monitor.inputs.rotation import HEAD, TAIL, Opened, Sibling, was_truncated

CHUNKS_A_POLL = 4
"""Reads of one file in a poll. Then other files are read."""

_CHUNKS_OF_A_SLICE = 16
"""Reads of one file in a poll if no other file waits for it."""

KeptOf = Callable[[Source], tuple[int, Carried | None]]
"""Returns what a source keeps for its next lines: the bytes of its partial line, and what it carries.

What it carries is None if no line of it was read in this run.
"""


class Cursor:
    """A file and its offset. Its bytes belong to `source`. `place` is its path without links.

    After a poll, `busy`: it stopped before the end of the file; `error`: the reason why reading
    failed; `is_truncated`: it lost bytes that were read. `modified_ns`: its time when it was last read.
    `is_new`: it came to the path of its log after the last search, or had no whole line then.
    `has_copy`: it was deleted, and a copy of it is known. `in_slices`: newer files do not wait for
    it. `renamed_to`: it stays open there. `carried`: what its source carries into its first bytes.
    """

    def __init__(self, path: str, source: Source, now: float) -> None:
        self.file = LogFile(path)
        self.path, self.place, self.is_new = path, os.path.realpath(path), True
        self.identity = self.file.identity
        self.modified_ns = self.file.modified
        self.source, self.last_read_at = source, now
        self.offset, self.renamed_to = 0, ""
        self.mid_line = self.in_slices = self.busy = False
        self.is_truncated = self.has_copy = False
        self.carried: Carried | None = None
        self.error: OSError | None = None
        self.has_failed = self.is_at_end = False  # failed: a notice was emitted
        self._stamp = (0, 0)
        self._head = self._overlap = b""  # the overlap ends at the offset
        self._head = self._first_bytes()

    @property
    def opened(self) -> Opened:
        """The facts about the file that rotation.py needs."""
        facts = self.identity, self.offset, self._head, self._overlap
        return Opened(*facts, self.modified_ns)

    @property
    def behind(self) -> int:
        """Bytes that are left to read; 0 for compressed files and pipes, whose size is unknown."""
        return max(0, (self.file.size or 0) - self.offset)

    @property
    def ends_a_line(self) -> bool:
        """Whether the next byte begins a line. NUL bytes after a newline are a hole before a line."""
        before = self._overlap.rstrip(b"\0")
        return not before or before.endswith(b"\n")

    def snapshot(self, kept: KeptOf) -> dict[str, Any]:
        """Return the file and its offset as a value that JSON can hold."""
        partial, carried = kept(self.source)
        mid_line = not partial and (self.mid_line or not self.ends_a_line)
        tail = self._overlap[: max(0, len(self._overlap) - partial)]
        opened = self.opened._replace(offset=self.offset - partial, tail=tail)
        return position(opened, mid_line, self.place, carried or self.carried)

    def look_anew(self) -> Sibling:
        """Return the file as it looks now, and let its fingerprint grow with it."""
        head = self._head
        with suppress(OSError):
            head = self._first_bytes()
        if head.startswith(self._head):
            self._head = head
        _, modified = self.file.stamp()
        return Sibling(self.path, self.identity, head, self.file.size, modified)

    def begin_at(self, offset: int) -> None:
        """Move to an offset. The bytes before it count as read."""
        self.offset = offset
        if not self.file.is_compressed:  # that would read from its beginning
            first = max(0, offset - TAIL)
            self._overlap = self.file.pread(first, offset - first)

    def has_changed(self) -> bool:
        """Return whether there may be more to read: the file changed, or was not read to its end."""
        stamp = self.file.stamp()
        has_changed, self._stamp = stamp != self._stamp, stamp
        return has_changed or not self.is_at_end

    def restart(self, source: Source) -> None:
        """Begin again at the first byte, as another source, because the file was truncated."""
        self.source, self.offset, self.mid_line, self.carried = source, 0, False, None
        self.is_new = True
        self._head, self._overlap = self._first_bytes(), b""

    def reopen(self, path: str) -> None:
        """Open the file again, because reading it failed."""
        file = LogFile(path)
        self.file.close()
        self.file = file

    def poll(self, now: float) -> Iterator[Arrival]:
        """Read to the end of the file, or a bounded number of chunks."""
        self.error, self.is_truncated = None, False
        self.busy, self.is_at_end = not self.in_slices, False
        if self._is_far():
            yield Data(self.source, b"", False, self.mid_line, self.carried)
            return
        for _ in range(_CHUNKS_OF_A_SLICE if self.in_slices else CHUNKS_A_POLL):
            at_start = self.offset == 0
            data = self._read()
            if not data:
                self.busy = False
                has_failed = self.is_truncated or self.error is not None
                self.is_at_end = not has_failed and not self.file.is_stream
                yield UpToDate(self.source)
                return
            self.last_read_at = now
            yield Data(self.source, data, at_start, self.mid_line, self.carried)
            self.mid_line = False
        if self.in_slices:
            yield UpToDate(self.source)

    def _is_far(self) -> bool:
        """Return whether the offset of a compressed file is not reached yet."""
        try:
            return not self.file.reaches(self.offset)
        except OSError:
            return False  # reading meets the error again

    def _read(self) -> bytes:
        try:
            if self.file.may_grow:
                data = self._read_on()
            else:  # it has no overlap that can be read again
                data = self.file.read(self.offset)
        except OSError as error:  # a disk or a network file system that fails
            self.error = error
            return b""
        if data:
            self._advance(data)
        return data

    def _read_on(self) -> bytes:
        """Read on in a plain file, if the bytes before the offset did not change."""
        before = len(self._overlap)
        data = self.file.pread(self.offset - before, before + CHUNK)
        # The head is read last, because the file may have been truncated and filled since.
        start = self.file.pread(0, len(self._head))
        is_truncated = was_truncated(self.opened, self.file.size or 0, start)
        self.is_truncated = is_truncated or not data.startswith(self._overlap)
        return b"" if self.is_truncated else data[before:]

    def _advance(self, data: bytes) -> None:
        new = len(self._head) - self.offset
        if 0 <= new < len(data):
            self._head = (self._head + data[new : new + HEAD])[:HEAD]
        self.offset += len(data)
        self._overlap = (self._overlap + data[-TAIL:])[-TAIL:]

    def _first_bytes(self) -> bytes:
        """Read the fingerprint. Compressed content does not change, and is not read again."""
        if self.file.is_compressed and len(self._head) == HEAD:
            return self._head
        return b"" if self.file.is_stream else self.file.pread(0, HEAD)


def position(
    opened: Opened, mid_line: bool, place: str, carried: Carried | None
) -> dict[str, Any]:
    """Return how far a file was read, as a value that JSON can hold."""
    return {
        "device": opened.identity.device,
        "inode": opened.identity.inode,
        "offset": opened.offset,
        "head": text_of(opened.head),
        "tail": text_of(opened.tail),
        "modified": opened.modified,
        "mid_line": mid_line,
        "place": text_of(os.fsencode(place)),
        "carried": carried or {},
    }
