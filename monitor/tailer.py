"""One pathname looks like one endless source: the only reader of logs that are being written.

Plain polling: seek and read, no inotify, so that network file systems work too. Whatever happens
to a file, each of its lines is given once and in order, and nothing is glued to what it does not
belong to. What happened is decided in rotation.py; here it is dealt with.
"""

import os
from collections import Counter
from collections.abc import (
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Any, Protocol

from monitor.arrivals import Arrival, CaughtUp, Data, Ended, Told
from monitor.backfill import end_of_lines, last_seconds
from monitor.errors import MonitorError
from monitor.files import (
    STDIN,
    Reading,
    Source,
    cannot_read,
    look_at,
    siblings_of,
)
from monitor.parser import Parser
from monitor.rotation import (
    Identity,
    Opened,
    Sibling,
    copy_of,
    find_again,
    is_gone,
    may_let_go,
    missed,
)
from monitor.stdin import CHUNKS_A_POLL, Stdin

_TRIES = 5
"""Looks for a file in a folder that is being rotated at the same time."""

Held = Callable[[Source], int]
"""Tells the bytes of a source that are in no complete line yet."""


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
            Stdin() if path in STDIN else Tail(path) for path in dict.fromkeys(paths)
        ]

    def start(self, parser: Parser, window: int, mono: float) -> Counter[int]:
        """Begin at the ends of the logs; give the hits per second of the last `window` seconds.

        Raises MonitorError for a log that cannot be followed; one that is missing may come later.
        """
        seconds: Counter[int] = Counter()
        for follower in self._followers:
            seconds += follower.start(parser, window, mono)
        return seconds

    def begin(self, mono: float) -> None:
        """Open the logs at their first lines. Raises MonitorError when one cannot be read."""
        for follower in self._tails():
            follower.begin(mono)

    def snapshot(self, held: Held) -> dict[str, Any]:
        """Give where the files stand by path; `held` bytes of a source are not counted yet."""
        return {
            os.path.abspath(tail.path): tail.snapshot(held) for tail in self._tails()
        }

    def resume(self, snapshot: Mapping[str, Any], mono: float) -> Iterator[Told]:
        """Go on where the files of a snapshot stood; what is lost is told."""
        for tail in self._tails():
            yield from tail.resume(snapshot[os.path.abspath(tail.path)], mono)

    def sources(self) -> list[Source]:
        """Give all files that are being read."""
        return [source for tail in self._tails() for source in tail.sources()]

    def _tails(self) -> list["Tail"]:
        return [each for each in self._followers if isinstance(each, Tail)]

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


class Tail:
    """Follows one path through rotations."""

    ended = False

    def __init__(self, path: str) -> None:
        self.busy = False
        self.was_open = False
        self.path = path
        self._current: Reading | None = None
        self._rotated: list[Reading] = []
        self._known: list[tuple[Identity, bytes]] = []
        self._number = 0
        self._lost_at: float | None = None
        self._reason = ""
        self._lost_told = False
        self._broken = False
        self._look_again: int | None = None

    def start(self, parser: Parser, window: int, mono: float) -> Counter[int]:
        """Open the log behind its last line; give the hits per second of the window."""
        seconds: Counter[int] = Counter()
        try:
            self._current = self._open(self.path, mono)
            seconds = _go_to_end(self._current, parser, window)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise MonitorError(cannot_read(self.path, error)) from error
        self._remember(siblings_of(self.path))
        return seconds

    def begin(self, mono: float) -> None:
        """Open the log at its first line. Raises MonitorError when it cannot be read."""
        try:
            self._current = self._open(self.path, mono)
        except OSError as error:
            raise MonitorError(cannot_read(self.path, error)) from error
        self._remember(siblings_of(self.path))

    def sources(self) -> list[Source]:
        """Give the files that are being read."""
        return [reading.source for reading in self._readings()]

    def snapshot(self, held: Held) -> dict[str, Any]:
        """Give where the files stand, as a value that JSON can hold."""
        known = [
            [place.device, place.inode, head.decode("latin-1")]
            for place, head in self._known + self._being_read()
        ]
        files = [
            {
                "device": each.identity.device,
                "inode": each.identity.inode,
                "offset": each.offset - held(each.source),
                "head": each.opened.head.decode("latin-1"),
                "mid_line": not held(each.source) and not each.ends_a_line,
                "current": each is self._current,
            }
            for each in self._readings()
            if not each.is_stream
        ]
        return {"known": known, "files": files}

    def resume(self, snapshot: Mapping[str, Any], mono: float) -> Iterator[Told]:
        """Find the files of a snapshot again, whatever they are called now.

        The files that were rotated since then are found by the next poll, as those that came and
        went between two polls are.
        """
        self._known = [
            (Identity(device, inode), head.encode("latin-1"))
            for device, inode, head in snapshot["known"]
        ]
        self._look_again = 0
        for saved in snapshot["files"]:
            reading = self._find_again(saved, mono)
            if reading is None and saved["current"] and saved["head"]:
                yield Told(
                    f"{self.path}: the file that was followed is gone, and what was written to "
                    f"it after its first {saved['offset']} bytes; those lines are not counted"
                )

    def _find_again(self, saved: Mapping[str, Any], mono: float) -> Reading | None:
        identity = Identity(saved["device"], saved["inode"])
        opened = Opened(identity, saved["offset"], saved["head"].encode("latin-1"))
        for _ in range(_TRIES):
            here = look_at(self.path)
            places = [*([here] if here else []), *siblings_of(self.path)]
            place = find_again(opened, places)
            reading = self._open_rotated(place, mono) if place else None
            if reading is not None:
                reading.begin_at(opened.offset)
                reading.mid_line = saved["mid_line"]
                if place is here:
                    self._rotated.remove(reading)
                    self._current = reading
                return reading
        return None

    def poll(self, mono: float) -> Iterator[Arrival]:
        """Give what came since the last time, from rotated files first."""
        self.busy = self._broken = False
        for reading in list(self._rotated):
            yield from self._read_rotated(reading, mono)
            if self.busy:
                return  # the oldest first: what is newer would have to wait in memory
        if self._look_again is not None:
            yield from self._read_missed(self._look_again, mono)
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

    def _open(self, path: str, mono: float) -> Reading:
        reading = Reading(path, self._next_source(), mono)
        self.was_open = True
        return reading

    def _next_source(self) -> Source:
        self._number += 1
        return Source(self.path, self._number)

    def _read_on(self, reading: Reading, mono: float) -> Generator[Arrival, None, bool]:
        """Read to the end, or one file's share; False when it has become another's content."""
        for _ in range(CHUNKS_A_POLL):
            at_start = reading.offset == 0
            try:
                data = reading.read()
            except OSError as error:  # a disk or a network file system that fails
                self._fail(reading, error, mono)
                data = b""
            if not data:
                yield CaughtUp(reading.source)
                return data is not None
            reading.heard_at = mono
            yield Data(reading.source, data, at_start, reading.mid_line)
            reading.mid_line = False
        self.busy = True
        return True

    def _read_current(self, reading: Reading, mono: float) -> Iterator[Arrival]:
        was_empty = not reading.opened.head
        intact = yield from self._read_on(reading, mono)
        if not intact:
            yield from self._restart(reading, mono)
        elif was_empty and reading.opened.head:
            # It may have been written, copied and truncated since it was seen empty.
            yield from self._read_missed(reading.opened_at, mono)

    def _read_rotated(self, reading: Reading, mono: float) -> Iterator[Arrival]:
        yield from self._read_on(reading, mono)
        follows = self._current is not None and self._current.offset > 0
        if not self.busy and may_let_go(mono - reading.heard_at, follows):
            self._rotated.remove(reading)
            reading.file.close()
            yield Ended(reading.source, complete=False)

    # --- rotation ---

    def _restart(self, reading: Reading, mono: float) -> Iterator[Arrival]:
        """The file was truncated in place: read the rest from its copy, then begin at 0."""
        yield Told(f"{self.path} was truncated: reading it from its beginning")
        rest = self._open_copy(reading, mono)
        if rest is None:
            yield Ended(reading.source, complete=False)
        else:
            rest.take_over(reading)
            yield from self._read_on(rest, mono)
        self._known += self._being_read()  # a copy that turns up later is no news
        reading.restart(self._next_source())
        yield from self._read_on(reading, mono)
        yield from self._read_missed(reading.opened_at, mono)

    def _open_copy(self, reading: Reading, mono: float) -> Reading | None:
        for _ in range(_TRIES):
            copy = copy_of(reading.opened, siblings_of(self.path))
            rest = self._open_rotated(copy, mono) if copy else None
            if rest is not None or copy is None:
                return rest
        return None

    def _look_at_path(self, mono: float) -> Iterator[Arrival]:
        """Find out whether the path leads to another file now, and go there."""
        try:
            status = os.stat(self.path)
            identity = Identity(status.st_dev, status.st_ino)
            if self._current is not None and self._current.identity == identity:
                self._keep(self._current)
                return
            new = self._take_back(identity) or self._open(self.path, mono)
        except OSError as error:
            self._lose(str(error.strerror), mono)
            return
        self._lost_at = None
        yield from self._go_to(new, mono)

    def _take_back(self, identity: Identity) -> Reading | None:
        """Give a rotated file that is being read still: its rotation was undone."""
        for reading in self._rotated:
            if reading.identity == identity:
                self._rotated.remove(reading)
                return reading
        return None

    def _keep(self, reading: Reading) -> None:
        """The path leads to the file that is open; one that fails is opened anew."""
        if not self._broken:
            self._lost_at = None
            return
        reading.reopen(self.path)

    def _go_to(self, new: Reading, mono: float) -> Iterator[Arrival]:
        old, self._current = self._current, new
        if old is not None:
            if not self._lost_told:
                yield Told(f"{self.path} was rotated: following the new file")
            self._rotated.append(old)
            yield from self._read_on(old, mono)
        yield from self._read_missed(old.opened_at if old else 0, mono)
        yield from self._read_current(new, mono)

    def _read_missed(self, since: int, mono: float) -> Iterator[Arrival]:
        """Read the files that were rotated away between two polls, and remember all there are."""
        known, there = self._known + self._being_read(), siblings_of(self.path)
        held = {reading.identity for reading in self._readings()}
        unread = set()
        for sibling in missed(there, held, known, since):
            reading = self._open_rotated(sibling, mono)
            if reading is None:
                unread.add(sibling)
            else:
                yield from self._read_on(reading, mono)
        self._look_again = since if unread else None
        self._remember(sibling for sibling in there if sibling not in unread)

    def _open_rotated(self, sibling: Sibling, mono: float) -> Reading | None:
        """Open what was looked at; None when it was renamed or removed since then."""
        try:
            reading = self._open(sibling.path, mono)
        except OSError:
            return None
        if reading.identity != sibling.identity:
            reading.file.close()
            return None
        self._rotated.append(reading)
        return reading

    def _readings(self) -> list[Reading]:
        return [*self._rotated, *([self._current] if self._current else [])]

    def _being_read(self) -> list[tuple[Identity, bytes]]:
        return [(each.identity, each.opened.head) for each in self._readings()]

    def _remember(self, siblings: Iterable[Sibling]) -> None:
        """Remember the files that are there: one that is not among them will be new."""
        there = [(each.identity, each.head) for each in siblings if each.head]
        self._known = there + self._being_read()

    # --- loss ---

    def _fail(self, reading: Reading, error: OSError, mono: float) -> None:
        """A log that cannot be read is lost; a rotated file is let go when its time comes."""
        if reading is self._current:
            self._broken = True
            self._lose(str(error.strerror), mono)

    def _lose(self, reason: str, mono: float) -> None:
        if self._lost_at is None:
            self._lost_at = mono
        self._reason = f"{self.path}: {reason}"

    def _tell_lost(self, mono: float) -> Iterator[Arrival]:
        reason = self.lost(mono)
        if reason and not self._lost_told:
            yield Told(f"{reason}: waiting for it")
        elif self._lost_told and not reason:
            yield Told(f"{self.path} is there: following it")
        self._lost_told = reason is not None


def _go_to_end(reading: Reading, parser: Parser, window: int) -> Counter[int]:
    """Go behind the last line; give the hits per second of the window."""
    size = reading.file.size
    if reading.is_stream or size is None:
        return Counter()
    end = end_of_lines(reading.file.pread, size)
    reading.begin_at(end)
    return last_seconds(reading.file.pread, end, window, parser)
