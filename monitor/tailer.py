"""One pathname looks like one endless source: the only reader of logs that are being written.

Plain polling: seek and read, no inotify, so that network file systems work too. Whatever happens
to a file, each of its lines is given once and in order, and nothing is glued to what it does not
belong to. What happened is decided in rotation.py; here it is dealt with.
"""

import errno
import os
import select
import stat
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from monitor.backfill import end_of_lines, last_seconds
from monitor.errors import MonitorError
from monitor.parser import Parser
from monitor.rotation import (
    HEAD,
    Change,
    Found,
    Identity,
    Opened,
    Sibling,
    copy_of,
    is_gone,
    is_rotated_name,
    may_let_go,
    missed,
    what_happened,
)

CHUNK = 1 << 17
"""Bytes of one read."""

CHUNKS_A_POLL = 16
"""Reads of one file before the others have their turn."""

STDIN = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")

_OVERLAP = 64


class Source(NamedTuple):
    """One file behind a path; each new one has the next number."""

    path: str
    number: int


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes of a source; `at_start` says that they begin at its first byte."""

    source: Source
    data: bytes
    at_start: bool


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All that there is of a source now was given."""

    source: Source


@dataclass(frozen=True, slots=True)
class Ended:
    """A source gives nothing any more; `complete`: its last line needs no newline."""

    source: Source
    complete: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Something happened to a log that the user should know."""

    message: str


Arrival = Data | CaughtUp | Ended | Told


class Follower(Protocol):
    """What is followed: a path, or standard input."""

    busy: bool
    ended: bool
    was_open: bool

    def start(self, parser: Parser, window: int, mono: float) -> Counter[int]:
        """Begin at the end of what is there; give the hits per second of the window."""

    def poll(self, mono: float) -> Iterator[Arrival]:
        """Give what came since the last time."""

    def lost(self, mono: float) -> str | None:
        """Say why nothing can be read; None when it can."""


class Tailer:
    """Follows several logs at once."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._followers: list[Follower] = [
            Stdin() if path in STDIN else Tail(path) for path in paths
        ]

    def start(self, parser: Parser, window: int, mono: float) -> Counter[int]:
        """Begin at the ends of the logs; give the hits per second of the last `window` seconds.

        Raises MonitorError for a log that cannot be followed; one that is missing may come later.
        """
        seconds: Counter[int] = Counter()
        for follower in self._followers:
            seconds += follower.start(parser, window, mono)
        return seconds

    def poll(self, mono: float) -> Iterator[Arrival]:
        """Give what came since the last time, a bounded amount of each log."""
        for follower in self._followers:
            yield from follower.poll(mono)

    @property
    def busy(self) -> bool:
        """Whether there is more to read right now."""
        return any(follower.busy for follower in self._followers)

    @property
    def ended(self) -> bool:
        """Whether nothing can ever come any more: standard input ended."""
        return all(follower.ended for follower in self._followers)

    def no_data(self, mono: float) -> str | None:
        """Say why no log at all can be read; None when one can."""
        reasons = [follower.lost(mono) for follower in self._followers]
        known = [reason for reason in reasons if reason is not None]
        return "; ".join(known) if len(known) == len(reasons) else None

    def partly(self, mono: float) -> bool:
        """Tell whether a log that was read before cannot be read now."""
        return any(each.was_open and each.lost(mono) for each in self._followers)


class _Reading:
    """An open regular file or pipe, and how far it was read."""

    def __init__(self, fd: int, source: Source, mono: float) -> None:
        status = os.fstat(fd)
        self.fd = fd
        self.source = source
        self.identity = Identity(status.st_dev, status.st_ino)
        self.is_stream = not stat.S_ISREG(status.st_mode)
        self.opened_at = status.st_mtime_ns
        self.heard_at = mono
        self.offset = 0
        self._head = b""
        self._overlap = b""
        self._modified = -1

    @property
    def opened(self) -> Opened:
        return Opened(self.identity, self.offset, self._head)

    def pread(self, offset: int, size: int) -> bytes:
        return os.pread(self.fd, size, offset)

    def begin_at(self, offset: int) -> None:
        """Go to an offset; what is before it counts as read."""
        self.offset = offset
        self._overlap = self.pread(max(0, offset - _OVERLAP), min(offset, _OVERLAP))
        self._grow_head()

    def restart(self, source: Source) -> None:
        """Begin again at the first byte, as another source: the file was truncated."""
        self.source = source
        self.offset, self._modified = 0, -1
        self._head = self._overlap = b""

    def change(self) -> Change:
        """Look at the file itself; its head is read only when something changed."""
        if self.is_stream:
            return Change.GREW
        status = os.fstat(self.fd)
        head = self._head
        if status.st_mtime_ns != self._modified or status.st_size != self.offset:
            head = self.pread(0, len(head))
            self._modified = status.st_mtime_ns
        return what_happened(self.opened, Found(self.identity, status.st_size, head))

    def read(self) -> bytes | None:
        """Read on; None when what stands before the offset is not what was read there."""
        if self.is_stream:
            return self._heard(_read_stream(self.fd))
        before = len(self._overlap)
        data = self.pread(self.offset - before, before + CHUNK)
        if not data.startswith(self._overlap):
            return None
        return self._heard(data[before:])

    def _heard(self, data: bytes) -> bytes:
        if data:
            self.offset += len(data)
            self._overlap = (self._overlap + data[-_OVERLAP:])[-_OVERLAP:]
            self._grow_head()
        return data

    def _grow_head(self) -> None:
        if len(self._head) < HEAD and not self.is_stream:
            self._head = self.pread(0, min(HEAD, self.offset))


def _read_stream(fd: int) -> bytes:
    ready, _, _ = select.select([fd], [], [], 0)
    return os.read(fd, CHUNK) if ready else b""


class Tail:
    """Follows one path through rotations."""

    ended = False

    def __init__(self, path: str) -> None:
        self.busy = False
        self.was_open = False
        self._path = path
        self._folder, self._name = os.path.split(os.path.abspath(path))
        self._current: _Reading | None = None
        self._rotated: list[_Reading] = []
        self._known: dict[Identity, bytes] = {}
        self._number = 0
        self._lost_at: float | None = None
        self._reason = ""
        self._lost_told = False
        self._broken = False

    def start(self, parser: Parser, window: int, mono: float) -> Counter[int]:
        """Open the log behind its last line; give the hits per second of the window."""
        try:
            reading = self._current = self._open(self._path, mono)
        except FileNotFoundError:
            return Counter()
        except OSError as error:
            raise MonitorError(cannot_read(self._path, error)) from error
        self._remember_siblings()
        if reading.is_stream:
            return Counter()
        size = os.fstat(reading.fd).st_size
        end = end_of_lines(reading.pread, size)
        reading.begin_at(end)
        return last_seconds(reading.pread, end, window, parser)

    def poll(self, mono: float) -> Iterator[Arrival]:
        """Give what came since the last time, from rotated files first."""
        self.busy = False
        for reading in list(self._rotated):
            yield from self._read_rotated(reading, mono)
        if self._current is not None:
            yield from self._read_current(self._current, mono)
        yield from self._look_at_path(mono)
        yield from self._tell_lost(mono)

    def lost(self, mono: float) -> str | None:
        """Say why nothing can be read; None when it can."""
        if self._lost_at is None:
            return None
        if self._current is None:
            return self._reason
        heard = max(each.heard_at for each in (self._current, *self._rotated))
        return self._reason if is_gone(mono - self._lost_at, mono - heard) else None

    # --- reading ---

    def _open(self, path: str, mono: float) -> _Reading:
        # Without O_NONBLOCK, opening a named pipe would wait for its writer.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            os.close(fd)
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        self._number += 1
        self.was_open = True
        return _Reading(fd, Source(self._path, self._number), mono)

    def _read_on(
        self, reading: _Reading, mono: float
    ) -> Generator[Arrival, None, bool]:
        """Read to the end, or one file's share; False when it has become another's content."""
        for _ in range(CHUNKS_A_POLL):
            at_start = reading.offset == 0
            data = reading.read()
            if not data:
                yield CaughtUp(reading.source)
                return data is not None
            reading.heard_at = mono
            yield Data(reading.source, data, at_start)
        self.busy = True
        return True

    def _read_current(self, reading: _Reading, mono: float) -> Iterator[Arrival]:
        try:
            change = reading.change()
            intact = change is not Change.TRUNCATED
            if change is Change.GREW:
                intact = yield from self._read_on(reading, mono)
            self._broken = False
            if not intact:
                yield from self._restart(reading, mono)
        except OSError as error:  # a disk or a network file system that fails
            self._broken = True
            self._lose(str(error.strerror), mono)

    def _read_rotated(self, reading: _Reading, mono: float) -> Iterator[Arrival]:
        yield from self._read_on(reading, mono)
        follows = self._current is not None and self._current.offset > 0
        if not self.busy and may_let_go(mono - reading.heard_at, follows):
            self._rotated.remove(reading)
            os.close(reading.fd)
            yield Ended(reading.source, complete=False)

    # --- rotation ---

    def _restart(self, reading: _Reading, mono: float) -> Iterator[Arrival]:
        """The file was truncated in place: read the rest from its copy, then begin at 0."""
        yield Told(f"{self._path} was truncated: reading it from its beginning")
        before = reading.opened
        copy = copy_of(before, self._siblings())
        rest = self._open_rotated(copy, mono) if copy else None
        self._number += 1
        if rest is None:
            yield Ended(reading.source, complete=False)
        else:
            rest.source = reading.source
            rest.begin_at(before.offset)
            yield from self._read_rotated(rest, mono)
        reading.restart(Source(self._path, self._number))
        self._remember_siblings()
        yield from self._read_on(reading, mono)

    def _look_at_path(self, mono: float) -> Iterator[Arrival]:
        """Find out whether the path leads to another file now, and go there."""
        try:
            status = os.stat(self._path)
            identity = Identity(status.st_dev, status.st_ino)
            if self._current is not None and self._current.identity == identity:
                self._keep(self._current)
                return
            new = self._open(self._path, mono)
        except OSError as error:
            self._lose(str(error.strerror), mono)
            return
        self._lost_at = None
        self._broken = False
        yield from self._go_to(new, mono)

    def _keep(self, reading: _Reading) -> None:
        """The path leads to the file that is open; one that fails is opened anew."""
        if not self._broken:
            self._lost_at = None
            return
        fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        os.close(reading.fd)
        reading.fd = fd

    def _go_to(self, new: _Reading, mono: float) -> Iterator[Arrival]:
        old, self._current = self._current, new
        if old is not None:
            yield Told(f"{self._path} was rotated: following the new file")
            self._rotated.append(old)
            yield from self._read_on(old, mono)
            yield from self._read_missed(old, mono)
        self._remember_siblings()
        yield from self._read_on(new, mono)

    def _read_missed(self, old: _Reading, mono: float) -> Iterator[Arrival]:
        """Read the files that were rotated away between two polls."""
        known = self._known | {each.identity: each.opened.head for each in self._all()}
        for sibling in missed(self._siblings(), known, since=old.opened_at):
            reading = self._open_rotated(sibling, mono)
            if reading is not None:
                yield from self._read_on(reading, mono)

    def _open_rotated(self, sibling: Sibling, mono: float) -> _Reading | None:
        try:
            reading = self._open(os.path.join(self._folder, sibling.name), mono)
        except OSError:
            return None  # rotated again, or compressed, in this very moment
        self._rotated.append(reading)
        return reading

    def _all(self) -> list[_Reading]:
        return [*self._rotated, *([self._current] if self._current else [])]

    def _siblings(self) -> Iterator[Sibling]:
        """Look at the rotated files of this log."""
        try:
            names = [
                n for n in os.listdir(self._folder) if is_rotated_name(n, self._name)
            ]
        except OSError:
            return
        for name in names:
            try:
                yield _sibling(self._folder, name)
            except OSError:
                continue  # gone, or not ours to read

    def _remember_siblings(self) -> None:
        self._known = {each.identity: each.head for each in self._siblings()}

    # --- loss ---

    def _lose(self, reason: str, mono: float) -> None:
        if self._lost_at is None:
            self._lost_at = mono
        self._reason = f"{self._path}: {reason}"

    def _tell_lost(self, mono: float) -> Iterator[Arrival]:
        reason = self.lost(mono)
        if reason and not self._lost_told:
            yield Told(f"{reason}: waiting for it")
        elif self._lost_told and not reason:
            yield Told(f"{self._path} is there: following it")
        self._lost_told = reason is not None


def _sibling(folder: str, name: str) -> Sibling:
    fd = os.open(os.path.join(folder, name), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise FileNotFoundError(name)
        identity = Identity(status.st_dev, status.st_ino)
        head = os.pread(fd, HEAD, 0)
        return Sibling(name, identity, head, status.st_size, status.st_mtime_ns)
    finally:
        os.close(fd)


class Stdin:
    """Follows standard input, which can end."""

    def __init__(self, fd: int = 0) -> None:
        self.busy = False
        self.ended = False
        self.was_open = True
        self._fd = fd
        self._source = Source(STDIN[0], 1)
        self._begun = False

    def start(self, parser: Parser, window: int, mono: float) -> Counter[int]:
        """Check that there is a standard input."""
        try:
            os.fstat(self._fd)
        except OSError as error:
            raise MonitorError(
                "there is no standard input to read: give a file, or pipe a log in"
            ) from error
        return Counter()

    def poll(self, mono: float) -> Iterator[Arrival]:
        """Give what is in the pipe."""
        self.busy = False
        for _ in range(CHUNKS_A_POLL):
            if self.ended or not select.select([self._fd], [], [], 0)[0]:
                yield CaughtUp(self._source)
                return
            try:
                data = os.read(self._fd, CHUNK)
            except OSError as error:  # a terminal that was closed
                yield Told(f"standard input: {error.strerror}")
                data = b""
            if data:
                yield Data(self._source, data, not self._begun)
                self._begun = True
            else:
                self.ended = True
                yield Ended(self._source, complete=True)
        self.busy = True

    def lost(self, mono: float) -> str | None:
        """Say why nothing can be read: an end of input is none."""
        return None


def cannot_read(path: str, error: OSError) -> str:
    """Say that a file cannot be read, and what to do."""
    for kind, remedy in _REMEDIES.items():
        if isinstance(error, kind):
            return f"cannot read {path}: {remedy}"
    return f"cannot read {path}: {error.strerror}"


_REMEDIES: dict[type[OSError], str] = {
    FileNotFoundError: "no such file; check the path",
    IsADirectoryError: "it is a directory; give the log file in it",
    PermissionError: (
        "permission denied; run as a user who may read it (often root, or a member of group adm)"
    ),
}
