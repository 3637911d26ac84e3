"""A file and its offset: the bytes before the offset were read."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from monitor.core import Source
from monitor.escape import text_of
from monitor.inputs.arrivals import Arrival, Data, UpToDate
from monitor.inputs.logfile import CHUNK, LogFile
from monitor.inputs.rotation import HEAD, Opened, Sibling, was_truncated

CHUNKS_A_POLL = 4
"""Reads of one file in a poll, before other files are read."""

_CHUNKS_BESIDE = 16
"""Reads of a file in a poll if no other file waits for it."""

_OVERLAP = 64

Held = Callable[[Source], int]
"""Returns the bytes of a source that are in no complete line yet."""


class Cursor:
    """A file and its offset. Its bytes belong to `source`.

    After a poll, `busy`: it stopped before the end of the file; `error`: the reason why reading
    failed; `is_truncated`: the file lost bytes that were read.

    A file that `is_beside` is read in slices, and newer files do not wait for its lines.
    """

    def __init__(self, path: str, source: Source, now: float) -> None:
        self.file = LogFile(path)
        self.path = path
        self.source = source
        self.identity = self.file.identity
        self.modified_ns = self.file.modified  # when it was opened
        self.last_read_at = now
        self.offset = 0
        self.mid_line = False
        self.is_beside = False
        self.busy = False
        self.is_truncated = False
        self.error: OSError | None = None
        self.has_failed = False  # and a notice was emitted
        self._head = b""
        self._head = self._first_bytes()
        self._overlap = b""  # the last bytes before the offset

    @property
    def opened(self) -> Opened:
        """The facts about the file that rotation.py needs."""
        return Opened(self.identity, self.offset, self._head)

    @property
    def behind(self) -> int:
        """Bytes that are left to read; 0 for compressed files and pipes, whose size is unknown."""
        return max(0, (self.file.size or 0) - self.offset)

    @property
    def ends_a_line(self) -> bool:
        """Whether the next byte begins a line. NUL bytes after a newline are a hole before a line."""
        before = self._overlap.rstrip(b"\0")
        return not before or before.endswith(b"\n")

    def snapshot(self, held: Held) -> dict[str, Any]:
        """Return the file and its offset as a value that JSON can hold."""
        return {
            "device": self.identity.device,
            "inode": self.identity.inode,
            "offset": self.offset - held(self.source),
            "head": text_of(self._head),
            "mid_line": not held(self.source)
            and (self.mid_line or not self.ends_a_line),
        }

    def look_anew(self) -> Sibling:
        """Return the file as it looks now, and let its fingerprint grow with it."""
        head = self._head
        with suppress(OSError):
            head = self._first_bytes()
        if head.startswith(self._head):
            self._head = head
        file = self.file
        return Sibling(self.path, self.identity, head, file.size, file.modified)

    def begin_at(self, offset: int) -> None:
        """Move to an offset. The bytes before it count as read."""
        self.offset = offset
        if not self.file.is_compressed:  # that would read from its beginning
            first = max(0, offset - _OVERLAP)
            self._overlap = self.file.pread(first, offset - first)

    def take_over(self, other: "Cursor") -> None:
        """Go on in this copy of another file, at the offset of the other file."""
        self.source, self.offset = other.source, other.offset
        self._head, self._overlap = other._head, other._overlap
        self.mid_line = other.mid_line

    def restart(self, source: Source) -> None:
        """Begin again at the first byte, as another source, because the file was truncated."""
        self.source, self.offset, self.mid_line = source, 0, False
        self._head, self._overlap = self._first_bytes(), b""

    def reopen(self, path: str) -> None:
        """Open the file again, because reading it failed."""
        file = LogFile(path)
        self.file.close()
        self.file = file

    def poll(self, now: float) -> Iterator[Arrival]:
        """Read to the end of the file, or a bounded number of chunks."""
        self.error, self.is_truncated = None, False
        self.busy = not self.is_beside
        if self._is_far():
            yield Data(self.source, b"", False, self.mid_line)
            return
        for _ in range(_CHUNKS_BESIDE if self.is_beside else CHUNKS_A_POLL):
            at_start = self.offset == 0
            data = self._read()
            if not data:
                self.busy = False
                yield UpToDate(self.source)
                return
            self.last_read_at = now
            yield Data(self.source, data, at_start, self.mid_line)
            self.mid_line = False
        if self.is_beside:
            yield UpToDate(self.source)

    def _is_far(self) -> bool:
        """Return whether a compressed file must still be read up to the offset."""
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
        self._overlap = (self._overlap + data[-_OVERLAP:])[-_OVERLAP:]

    def _first_bytes(self) -> bytes:
        """Read the fingerprint. Compressed content does not change, and is not read again."""
        if self.file.is_compressed and len(self._head) == HEAD:
            return self._head
        return b"" if self.file.is_stream else self.file.pread(0, HEAD)
