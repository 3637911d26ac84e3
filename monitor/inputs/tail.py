"""One pathname looks like one endless source: the only reader of logs that are being written.

Plain polling: seek and read, no inotify, so that network file systems work too. Whatever happens
to a file, each of its lines is given once and in order, and nothing is glued to what it does not
belong to. What happened is decided in rotation.py; here it is dealt with.
"""

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from monitor.errors import MonitorError
from monitor.escape import bytes_of, text_of
from monitor.formats import parser_of
from monitor.inputs.arrivals import Arrival, CaughtUp, Data, Ended, Told
from monitor.inputs.backfill import end_of_lines, last_seconds
from monitor.inputs.files import (
    CHUNKS_A_POLL,
    Reading,
    Source,
    cannot_read,
    look_at,
    siblings_of,
)
from monitor.inputs.rotation import (
    QUIET,
    Identity,
    Opened,
    Sibling,
    copy_of,
    find_again,
    is_gone,
    is_known,
    may_let_go,
    missed,
    tells_apart,
)

_TRIES = 5
"""Looks for a file in a folder that is being rotated at the same time."""

Held = Callable[[Source], int]
"""Tells the bytes of a source that are in no complete line yet."""


class Tail:
    """Follows one path through rotations."""

    ended = False

    def __init__(self, path: str) -> None:
        self.busy = False
        self.was_open = False
        self.path = path
        self._current: Reading | None = None
        self._rotated: list[Reading] = []
        self._known: list[bytes] = []
        self._number = 0
        self._lost_at: float | None = None
        self._reason = ""
        self._lost_told = False
        self._broken = False
        self._look_again: int | None = None
        self._looks_since = 0.0
        self._sought: list[dict[str, Any]] = []  # files of a snapshot

    def start(self, form: str, window: int, mono: float) -> Counter[int]:
        """Open the log behind its last line; give the hits per second of the window."""
        seconds: Counter[int] = Counter()
        try:
            self._current = self._open(self.path, mono)
            seconds = _go_to_end(self._current, form, window)
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

    @property
    def behind(self) -> int:
        """Bytes that are left to read; of compressed files and pipes nobody knows."""
        sizes = [(each.file.size or 0, each.offset) for each in self._readings()]
        return sum(max(0, size - offset) for size, offset in sizes)

    def snapshot(self, held: Held) -> dict[str, Any]:
        """Give where the files stand, as a value that JSON can hold."""
        known = list(map(text_of, self._known + self._being_read()))
        files = [
            {
                "device": each.identity.device,
                "inode": each.identity.inode,
                "offset": each.offset - held(each.source),
                "head": text_of(each.opened.head),
                "mid_line": not held(each.source) and not each.ends_a_line,
                "current": each is self._current,
            }
            for each in self._readings()
            if not each.is_stream
        ]
        return {
            "known": known,
            "files": files + self._sought,
            "was_open": self.was_open,
        }

    def resume(self, snapshot: Mapping[str, Any], mono: float) -> Iterator[Told]:
        """Go on with the files of a snapshot.

        The files that were rotated since then are found by the next poll, as those that came and
        went between two polls are; so is one of which nothing was counted.
        """
        self._known = list(map(bytes_of, snapshot["known"]))
        self._look_again, self._looks_since = 0, mono
        self.was_open = snapshot["was_open"]
        self._sought = list(snapshot["files"])
        yield from self._seek(mono)

    def _seek(self, mono: float) -> Iterator[Told]:
        """Find the files of a snapshot again, whatever they are called now.

        One that is not found may come with the log, when that is not there: as on a disk that is
        not mounted yet.
        """
        sought, self._sought = self._sought, []
        for saved in sought:
            identity = Identity(saved["device"], saved["inode"])
            head = bytes_of(saved["head"])
            if not saved["offset"] and not tells_apart(head):
                continue
            reading = self._find_again(Opened(identity, saved["offset"], head), mono)
            if reading is not None:
                reading.mid_line = saved["mid_line"]
            elif look_at(self.path) is None:
                self._sought.append(saved)
            elif saved["current"]:
                yield Told(
                    f"{self.path}: the file that was followed is gone: lines written to it "
                    f"after its first {saved['offset']} bytes, if any, are not counted"
                )

    def _find_again(self, opened: Opened, mono: float) -> Reading | None:
        for _ in range(_TRIES):
            here = look_at(self.path)
            places = [*([here] if here else []), *siblings_of(self.path)]
            place = find_again(opened, places)
            reading = self._open_rotated(place, mono) if place else None
            if reading is None:
                continue
            with suppress(OSError):
                reading.begin_at(opened.offset)
                if find_again(opened, [reading.look_anew()]):
                    if place is here:
                        self._rotated.remove(reading)
                        self._current = reading
                    return reading
            self._drop(reading)  # truncated just now
        return None

    def poll(self, mono: float) -> Iterator[Arrival]:
        """Give what came since the last time, from rotated files first."""
        self.busy = self._broken = False
        if self._sought and look_at(self.path) is not None:
            yield from self._seek(mono)
        for reading in list(self._rotated):
            yield from self._read_rotated(reading, mono)
            if self.busy:
                return  # the oldest first: what is newer would have to wait in memory
        if self._look_again is not None and self._current is None:
            yield from self._look_at_path(mono)  # what is missed may be a copy of it
        if self._look_again is not None and not self._sought:
            yield from self._read_missed(self._look_again, mono)
        if self._current is not None:
            yield from self._read_through(self._current, mono)
        yield from self._look_at_path(mono)
        yield from self._tell_lost(mono)

    @property
    def failure(self) -> str | None:
        """Say why the log could not be read the last time; None when it could."""
        return self._reason if self._broken else None

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
                yield from self._fail(reading, error, mono)
                data = b""
            if not data:
                yield CaughtUp(reading.source)
                return data is not None
            reading.heard_at = mono
            yield Data(reading.source, data, at_start, reading.mid_line)
            reading.mid_line = False
        self.busy = True
        return True

    def _read_through(self, reading: Reading, mono: float) -> Iterator[Arrival]:
        """Read to the end, also of what it holds after a truncation."""
        told_apart = tells_apart(reading.opened.head)
        intact = yield from self._read_on(reading, mono)
        if not intact:
            yield from self._restart(reading, mono)
        elif not told_apart and tells_apart(reading.opened.head):
            # It may have been written, copied and truncated since it was last read.
            yield from self._read_missed(reading.modified_ns, mono)

    def _read_rotated(self, reading: Reading, mono: float) -> Iterator[Arrival]:
        yield from self._read_through(reading, mono)
        follows = self._current is not None and self._current.offset > 0
        if self.busy or reading not in self._rotated:
            return
        if may_let_go(mono - reading.heard_at, follows):
            self._drop(reading)
            yield Ended(reading.source, complete=False)

    def _drop(self, reading: Reading) -> None:
        self._rotated.remove(reading)
        reading.file.close()

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
        if reading is self._current:
            reading.restart(self._next_source())
            yield from self._read_on(reading, mono)
        else:
            self._drop(reading)  # it is missed, unless it is a copy now
        yield from self._read_missed(reading.modified_ns, mono)

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
            self._lose(error, mono)
            return
        self._lost_at, self._sought = None, []
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
            yield from self._read_through(old, mono)
        yield from self._read_missed(old.modified_ns if old else 0, mono)
        yield from self._read_through(new, mono)

    def _read_missed(self, since: int, mono: float) -> Iterator[Arrival]:
        """Read the files that were rotated away between two polls, and remember all there are.

        A file without a whole line is looked at again for a while: it may be a copy in the making,
        or have a writer who does not know yet that it was rotated.
        """
        if self._look_again is None:
            self._looks_since = mono
        else:
            since = min(since, self._look_again)
        there = siblings_of(self.path)
        if self._is_changing():
            self._look_again = since
            return
        held = {reading.identity for reading in self._readings()}
        known = self._known + self._being_read()
        unread: list[bytes] = []
        opened: list[Reading] = []
        for sibling in missed(there, held, known, since):
            has_line = tells_apart(sibling.head)
            reading = self._open_rotated(sibling, mono) if has_line else None
            if reading is None:
                unread.append(sibling.head)
            else:
                opened.append(reading)
        waits = unread and mono - self._looks_since < QUIET
        self._look_again = since if waits else None
        others = [each for each in there if each.identity not in held]
        self._remember(each for each in others if not is_known(each.head, unread))
        for reading in opened:
            yield from self._read_on(reading, mono)

    def _is_changing(self) -> bool:
        """Whether a file that is there is not read as it is now.

        Asked after a look at the rotated files: what is new there may be a copy of it.
        """
        here, held = look_at(self.path), self._readings()
        if here is not None and all(each.identity != here.identity for each in held):
            return True
        looks = [(each.opened.head, each.look_anew().head) for each in held]
        return any(
            not now.startswith(before) or tells_apart(now) != tells_apart(before)
            for before, now in looks
        )

    def _open_rotated(self, sibling: Sibling, mono: float) -> Reading | None:
        """Open what was looked at; None when it is not there, or not the same, any more."""
        try:
            reading = self._open(sibling.path, mono)
        except OSError:
            return None
        same_head = reading.opened.head.startswith(sibling.head)
        if reading.identity != sibling.identity or not same_head:  # inodes are reused
            reading.file.close()
            return None
        self._rotated.append(reading)
        return reading

    def _readings(self) -> list[Reading]:
        return [*self._rotated, *([self._current] if self._current else [])]

    def _being_read(self) -> list[bytes]:
        heads = [each.opened.head for each in self._readings()]
        return [head for head in heads if tells_apart(head)]

    def _remember(self, siblings: Iterable[Sibling]) -> None:
        """Remember the files that are there: one that is not among them will be new."""
        heads = [each.head for each in siblings if tells_apart(each.head)]
        self._known = heads + self._being_read()

    # --- loss ---

    def _fail(self, reading: Reading, error: OSError, mono: float) -> Iterator[Arrival]:
        """A log that cannot be read is lost; a rotated file is let go when its time comes."""
        if reading is self._current:
            self._broken = True
            self._lose(error, mono)
        elif not reading.has_failed:
            reading.has_failed = True
            yield Told(
                f"{cannot_read(reading.path, error)}: its rest is not counted yet"
            )

    def _lose(self, error: OSError, mono: float) -> None:
        if self._lost_at is None:
            self._lost_at = mono
        self._reason = f"{self.path}: {error.strerror or error}"

    def _tell_lost(self, mono: float) -> Iterator[Arrival]:
        reason = self.lost(mono)
        if reason and not self._lost_told:
            yield Told(f"{reason}: waiting for it")
        elif self._lost_told and not reason:
            yield Told(f"{self.path} is there: following it")
        self._lost_told = reason is not None


def _go_to_end(reading: Reading, form: str, window: int) -> Counter[int]:
    """Go behind the last line; give the hits per second of the window."""
    size = reading.file.size
    if reading.is_stream or size is None:
        return Counter()
    end = end_of_lines(reading.file.pread, size)
    reading.begin_at(end)
    reading.mid_line = not reading.ends_a_line
    return last_seconds(reading.file.pread, end, window, parser_of(form))
