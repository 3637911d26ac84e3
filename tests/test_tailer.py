"""One pathname looks like one endless source. The list of these tests is the list of hazards."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.arrivals import CaughtUp, Data, Ended, Told
from monitor.files import Source
from monitor.lines import LineSplitter, Overlong
from monitor.parser import Parser
from monitor.tailer import Tailer

POLL = 0.2
DATED = ("-20261123", "-20261122", "-20261121", "-20261120")


class Watch:
    """A tailer with a clock of its own, and what a reader of lines makes of what it gives."""

    def __init__(self, *paths: Path) -> None:
        self.mono = 1000.0
        self.told: list[str] = []
        self.lines: list[tuple[Source, str]] = []
        self.caught_up: set[Source] = set()
        self._splitters: dict[Source, LineSplitter] = {}
        self._ended: set[Source] = set()
        self.paths = [str(path) for path in paths]
        self.tailer = Tailer(self.paths)
        self.tailer.start(Parser(), 120, self.mono)

    def poll(self, seconds: float = POLL) -> list[str]:
        """Let time pass; give the lines that were completed meanwhile."""
        self.mono += seconds
        done = len(self.lines)
        for _ in range(100):
            for arrival in self.tailer.poll(self.mono):
                self._take(arrival)
            if not self.tailer.busy:
                break
        return [line for _, line in self.lines[done:]]

    def notices(self) -> list[str]:
        """Give what was told since the last question."""
        told, self.told = self.told, []
        return told

    def _take(self, arrival: Data | CaughtUp | Ended | Told) -> None:
        if isinstance(arrival, Told):
            self.told.append(arrival.message)
            return
        source = arrival.source
        assert source not in self._ended, f"{arrival} came after the end of its source"
        if isinstance(arrival, CaughtUp):
            self.caught_up.add(source)
        elif isinstance(arrival, Data):
            self.caught_up.discard(source)
            start = LineSplitter(arrival.at_start)
            splitter = self._splitters.setdefault(source, start)
            self._keep(source, splitter.feed(arrival.data))
        else:
            self._ended.add(source)
            splitter = self._splitters.pop(source, LineSplitter())
            self._keep(source, splitter.end() if arrival.complete else iter(()))

    def _keep(self, source: Source, blocks: Iterator[bytes | Overlong]) -> None:
        for block in blocks:
            text = "(overlong)" if isinstance(block, Overlong) else block.decode()
            self.lines += [(source, line) for line in text.splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log that has one old line."""
    path = tmp_path / "access.log"
    path.write_text("old\n")
    return path


def append(path: Path, text: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(text.encode() if isinstance(text, str) else text)


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def shift(path: Path) -> Path:
    """Make room for a rotated file: `.2` becomes `.3`, `.1` becomes `.2`."""
    for number in range(8, 0, -1):
        older = beside(path, f".{number}")
        if older.exists():
            older.rename(beside(path, f".{number + 1}"))
    return beside(path, ".1")


def rotate(path: Path, text: str = "") -> None:
    """Rename and create."""
    path.rename(shift(path))
    path.write_text(text)


def copytruncate(path: Path, text: str = "") -> None:
    shift(path).write_bytes(path.read_bytes())
    path.write_text(text)


def open_files() -> int:
    return len(os.listdir("/dev/fd"))


# --- the law ---------------------------------------------------------------------------------


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


@pytest.mark.parametrize("seed", range(100))
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
