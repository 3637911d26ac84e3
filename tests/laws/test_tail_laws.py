"""The laws of a tail: each line once and in order, whatever happens between or within two looks.

Random scripts of actions are played against a model; and a rotation takes place before each single
system call of the tail, for which a profile function of the interpreter counts them: nothing is
patched. One hazard at a time is in test_tail.
"""

import gzip
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Self

import pytest
from support.watching import Watch, append, beside, shift

from monitor.inputs.arrivals import Source
from monitor.inputs.follow import Followed

# --- between two looks ---


class Content:
    """What stands in one file; `seen`: the follower could open it, so it can read on.

    `polled` is its size when the follower last looked at it.
    """

    def __init__(self, text: bytes = b"") -> None:
        self.text = text
        self.is_copy = False
        self.seen = False
        self.polled = 0

    def lines(self) -> set[str]:
        return set(self.text.decode().split("\n")[:-1])


class World:
    """Random actions on a real log, and beside them what a follower must have given.

    `due` are the lines that stood, complete, where a follower could read them when it polled.
    Nobody can know the lines that were written and truncated away without a copy, or deleted in
    a file that came and went, between two polls; they are not due, and cannot be given.
    `perhaps` are lines in a file that was rotated away between two polls, while the path says
    nothing of that yet: it is missing, or leads to the same file, which is as empty as before.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.path = folder / "access.log"
        self.dated = self.random.random() < 0.3
        self.kept = self.random.choice([1, 2, 5])
        self.rotated: list[tuple[Path, Content]] = []  # newest first
        self.held: list[Content] = []
        self.doubtful: list[Content] = []
        self.due: set[str] = set()
        self.perhaps: set[str] = set()
        self.script: list[str] = []
        self.number = 0
        self.dates = 20260000
        self.rest = b""
        self.truncated = False
        self.fd = -1
        self.current: Content | None = None
        self.followed: Content | None = None
        self.returned: Content | None = None  # and not truncated before the next poll
        self._begin()

    def _begin(self) -> None:
        self._create()
        for _ in range(self.random.randrange(3)):
            self.write()
            self.random.choice([self.rename, self.write, self.piece])()
        self.reopen()
        self.old = self._on_disk()
        assert self.current
        self.current.seen, self.followed = True, self.current
        self.held.append(self.current)
        self.watch = Watch(self.path)
        self.current.polled = len(self.current.text)
        self.truncated = False

    def _on_disk(self) -> set[str]:
        return set[str]().union(*(content.lines() for content in self._contents()))

    # --- the files ---

    def _create(self) -> None:
        self.path.touch()
        self.current = Content()
        self._open()

    def _open(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        assert self.current
        self.writing, self.rest = self.current, b""

    def _write(self, data: bytes) -> None:
        os.write(self.fd, data)
        self.writing.text += data

    def _line(self) -> bytes:
        self.number += 1
        length = self.random.choice([2, 3, 12, 300])
        return f"{self.number:05d}".encode() * length + b"\n"

    def _make_room(self) -> Path:
        """Name the next rotated file; the oldest ones go."""
        while len(self.rotated) >= self.kept:
            path, _ = self.rotated.pop()
            path.unlink()
        if self.dated:
            self.dates += 1
            return self.path.with_name(f"access-{self.dates}.log")
        for place, (path, content) in reversed(list(enumerate(self.rotated))):
            older = path.with_suffix(f".{int(path.suffix[1:]) + 1}")
            path.rename(older)
            self.rotated[place] = older, content
        return beside(self.path, ".1")

    # --- the actions ---

    def write(self) -> None:
        """Append a whole line, after what is missing of the last one."""
        self._write(self.rest + self._line())
        self.rest = b""

    def piece(self) -> None:
        """Append a piece of a line."""
        line = self.rest or self._line()
        cut = self.random.randrange(5, len(line) - 4) if len(line) > 9 else len(line)
        self._write(line[:cut])
        self.rest = line[cut:]

    def reopen(self) -> None:
        """Tell the writer to go on in the new file."""
        if self.current is None:
            self._create()
        self._open()

    def rename(self) -> None:
        """Rename the log away and create another; the writer stays, or goes along."""
        if self.current is None:
            return
        name = self._make_room()
        self.path.rename(name)
        self.rotated.insert(0, (name, self.current))
        self.current = None
        if self.random.random() < 0.9:
            self.path.touch()
            self.current = Content()
        if self.random.random() < 0.6:
            self.reopen()

    def rename_twice(self) -> None:
        """Rotate twice at once, with lines in between."""
        self.reopen()
        self.rename()
        self.reopen()
        for _ in range(self.random.randrange(3)):
            self.write()
        self.rename()

    def copytruncate(self) -> None:
        if self.current is None or self.current is self.returned:
            return
        name = self._make_room()
        name.write_bytes(self.path.read_bytes())
        copy = Content(self.current.text)
        copy.is_copy = True
        self.rotated.insert(0, (name, copy))
        self._truncate()

    def truncate(self) -> None:
        if self.current is not None and self.current is not self.returned:
            self._truncate()

    def _truncate(self) -> None:
        assert self.current
        os.truncate(self.path, 0)
        self.current.text = b""
        if self.current is self.followed and self.current.polled:
            self.truncated = True

    def replace(self) -> None:
        """Delete the log and create another at once."""
        if self.current is not None:
            self.path.unlink()
            self._create()

    def vanish(self) -> None:
        if self.current is not None:
            self.path.unlink()
            self.current = None

    def come_back(self) -> None:
        """Undo a rotation."""
        if self.rotated and self._may_come_back(self.rotated[0][1]):
            path, self.current = self.rotated.pop(0)
            path.rename(self.path)
            self.returned = self.current

    def _may_come_back(self, content: Content) -> bool:
        """Not what was there before the start, and not a copy instead of the original."""
        return not content.lines() & self.old and (content.seen or not content.is_copy)

    def poll(self) -> None:
        if self.truncated or self.current not in (None, self.followed):
            for _, content in self.rotated:
                content.seen = True
            self.truncated = False
        if self.current is not None:
            self.current.seen, self.followed = True, self.current
        self.held += [c for c in self._contents() if c.seen and c not in self.held]
        for content in self.held:
            self.due |= content.lines()
            content.polled = len(content.text)
        self.doubtful += [content for _, content in self.rotated]
        for content in self.doubtful:
            self.perhaps |= content.lines()
        self.returned = None
        self.watch.poll(0.01)

    def _contents(self) -> list[Content]:
        current = [self.current] if self.current else []
        return [*(content for _, content in self.rotated), *current]

    def play(self, actions: int) -> None:
        weights: dict[Callable[[], None], int] = {
            self.write: 30,
            self.piece: 10,
            self.poll: 30,
            self.reopen: 6,
            self.rename: 6,
            self.rename_twice: 3,
            self.copytruncate: 6,
            self.truncate: 2,
            self.replace: 2,
            self.vanish: 2,
            self.come_back: 2,
        }
        chosen = self.random.choices([*weights], [*weights.values()], k=actions)
        for action in [*chosen, self.reopen, self.write, self.poll]:
            self.script.append(action.__name__)
            action()
        os.close(self.fd)


@pytest.mark.parametrize("seed", range(60))
def test_each_line_is_given_once_and_in_order_whatever_happens(
    tmp_path: Path, seed: int
) -> None:
    world = World(tmp_path, seed)
    world.play(40)
    story = f"seed {seed}: {' '.join(world.script)}"
    lines = [line for _, line in world.watch.lines]
    given = Counter(lines)
    assert [line for line, times in given.items() if times > 1] == [], story
    due = world.due - world.old
    assert sorted(due - set(lines)) == [], story
    assert sorted(set(lines) - due - world.perhaps) == [], story
    for source in {source for source, _ in world.watch.lines}:
        numbers = [int(line[-3:]) for each, line in world.watch.lines if each == source]
        assert numbers == sorted(numbers), f"{source}, {story}"


# --- between two system calls ---

CALLS = (os.open, os.stat, os.fstat, os.pread, os.scandir)


class Log:
    """A log, and what happens to it in small steps; every line has a number."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written: list[str] = []

    def write(self, lines: int = 2) -> None:
        new = [f"line {len(self.written) + n}" for n in range(lines)]
        self.written += new
        append(self.path, "".join(f"{line}\n" for line in new))

    def play(self, script: str) -> Iterator[None]:
        """Rename, copy and truncate, compress or write, as the letters of a script say."""
        steps = {
            "r": self._rename,
            "c": self._copytruncate,
            "z": self._compress,
            "w": self._write,
        }
        for letter in script:
            yield from steps[letter]()

    def _write(self) -> Iterator[None]:
        self.write()
        yield

    def _rename(self) -> Iterator[None]:
        self.path.rename(shift(self.path))
        yield
        self.path.touch()
        yield

    def _copytruncate(self) -> Iterator[None]:
        copy = shift(self.path)
        copy.touch()
        yield
        copy.write_bytes(self.path.read_bytes())
        yield
        os.truncate(self.path, 0)
        yield

    def _compress(self) -> Iterator[None]:
        plain, status = beside(self.path, ".1"), beside(self.path, ".1").stat()
        target, whole = beside(self.path, ".1.gz"), gzip.compress(plain.read_bytes())
        for part in (b"", whole[:20], whole):
            target.write_bytes(part)
            yield
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
        plain.unlink()
        yield


class Meanwhile:
    """Before a system call that is counted off the steps begin: one before each, or all at once."""

    def __init__(self, steps: Iterator[None], before: int, at_once: bool) -> None:
        self.steps = steps
        self.calls = 0
        self._before = before
        self._at_once = at_once

    def __enter__(self) -> Self:
        sys.setprofile(self._heard)
        return self

    def __exit__(self, *error: object) -> None:
        sys.setprofile(None)

    def _heard(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call" and arg in CALLS:
            self.calls += 1
            if self.calls >= self._before:
                for _ in self.steps:
                    if not self._at_once:
                        break


Action = Callable[["Killed", "Log"], None]


class Killed(Watch):
    """A watch whose state is saved, and that goes on from there after a kill."""

    def save(self) -> None:
        self._saved = json.dumps(self.tailer.snapshot(self._held)), len(self.lines)

    def _held(self, source: Source) -> int:
        return self._splitters[source].held if source in self._splitters else 0

    def kill(self) -> None:
        """Be killed and started again: what was not saved was not counted."""
        state, lines = self._saved
        del self.lines[lines:]
        self.tailer, self._splitters = Followed(self.paths), {}
        told = self.tailer.resume(json.loads(state), self.mono)
        self.told += [each.message for each in told]


def look(watch: Killed, world: Log) -> None:
    """Poll a log that grew."""
    watch.poll()


def go_on(watch: Killed, world: Log) -> None:
    """Be started again after a kill."""
    watch.kill()
    watch.save()
    watch.poll()


def begin(folder: Path, before: str) -> tuple[Log, Killed]:
    """Follow an empty log, and do what letters say: write, poll, save, be killed and resume."""
    path = folder / "access.log"
    path.touch()
    world, watch = Log(path), Killed(path)
    watch.save()
    actions = {"w": world.write, "p": watch.poll, "s": watch.save, "k": watch.kill}
    for letter in before:
        actions[letter]()
    return world, watch


SCRIPTS = ["wrw", "wcw", "cwcw", "cwrw", "rwcw", "wrzwr"]
AT_ONCE = {"wcw": True, "cwcw": True}
"""Where it tells more than step by step, as when a fault was put in: a copy that is truncated."""


@pytest.mark.parametrize(
    ("script", "at_once"),
    [*((script, False) for script in SCRIPTS), *AT_ONCE.items()],
    ids=[*SCRIPTS, *(f"{script} at once" for script in AT_ONCE)],
)
@pytest.mark.parametrize(
    ("before", "during"),
    [("", look), ("wp", look), ("w", go_on), ("wpsw", go_on), ("wks", go_on)],
    ids=["empty", "read", "saved empty", "saved", "saved as it was started"],
)
def test_a_rotation_between_any_two_calls_loses_and_doubles_nothing(
    tmp_path: Path, before: str, during: Action, script: str, at_once: bool
) -> None:
    for call in range(1, 1000):
        folder = tmp_path / str(call)
        folder.mkdir()
        world, watch = begin(folder, before)
        with Meanwhile(world.play(script), call, at_once) as meanwhile:
            during(watch, world)
        list(meanwhile.steps)
        world.write()
        watch.poll()
        watch.poll()
        given = Counter(line for _, line in watch.lines)
        assert given == Counter(world.written), f"before call {call}"
        if meanwhile.calls < call:
            return
