"""The law of a tail: each line is read once and in order, whatever happens between two polls.

Random scripts of actions are played against a model. What happens within a poll is in
test_tail_calls.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from support.follower import Follower
from support.world import beside

pytestmark = pytest.mark.usefixtures("untraced")

HEADER = b"#" * 1100 + b"\n"
"""What some servers write into each new file: longer than the fingerprint of a file."""

SECOND = 10**9


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
        lines = self.text.decode().split("\n")[:-1]
        return {line for line in lines if line[0] != "#"}


class Story:
    """Random actions on a real log, and beside them what a follower must have given.

    `due` are the lines that stood, complete, where a follower could read them when it polled.
    Nobody can know the lines that were written and truncated away without a copy, or deleted in
    a file that came and went, between two polls; they are not due, and cannot be given.
    `perhaps` are lines in a file that was rotated away between two polls, while the path says
    nothing of that yet: it is missing, or leads to the same file, which is as empty as before.
    """

    def __init__(self, folder: Path, seed: int, header: bytes = b"") -> None:
        self.random = random.Random(seed)
        self.header = header
        self.time = 1_795_474_080 * SECOND
        self.path = folder / "access.log"
        self.dated = self.random.random() < 0.3
        self.kept = self.random.choice([1, 2, 5])
        self.rotated: list[tuple[Path, Content]] = []  # newest first
        self.listed: list[Content] = []
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
        self.follower = Follower(self.path)
        self.current.polled = len(self.current.text)
        self.truncated = False

    def _on_disk(self) -> set[str]:
        return set[str]().union(*(content.lines() for content in self._contents()))

    # --- the files ---

    def _create(self) -> None:
        self.path.touch()
        self._touch(self.path)
        self.current = Content()
        self._open()

    def _open(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        assert self.current
        self.writing, self.rest = self.current, b""
        if not self.current.text:
            self._write(self.header)

    def _write(self, data: bytes) -> None:
        os.write(self.fd, data)
        self.writing.text += data
        self._touch(self.fd)

    def _touch(self, file: int | Path) -> None:
        """Let a file be changed a second later than the others, as real rotations are."""
        self.time += SECOND
        os.utime(file, ns=(self.time, self.time))

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
        """Let the writer go on in the new file."""
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
            self._touch(self.path)
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
        self._touch(name)
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
        self._touch(self.path)
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
            self.listed += [content for _, content in self.rotated]
            self.truncated = False
        for _, content in self.rotated:  # without a line it may be a copy in the making
            if content in self.listed and b"\n" in content.text:
                content.seen = True
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
        self.follower.poll(0.01)

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


@pytest.mark.parametrize("seed", range(20))
def test_each_line_is_read_once_and_in_order_whatever_happens(
    tmp_path: Path, seed: int
) -> None:
    story = Story(tmp_path, seed)
    story.play(40)
    what = f"seed {seed}: {' '.join(story.script)}"
    read = [each for each in story.follower.lines if each[1][0] != "#"]
    lines = [line for _, line in read]
    given = Counter(lines)
    assert [line for line, times in given.items() if times > 1] == [], what
    due = story.due - story.old
    assert sorted(due - set(lines)) == [], what
    assert sorted(set(lines) - due - story.perhaps) == [], what
    for source in {source for source, _ in read}:
        numbers = [int(line[-3:]) for each, line in read if each == source]
        assert numbers == sorted(numbers), f"{source}, {what}"
