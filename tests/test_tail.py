"""The log is written and rotated between any two system calls of a tail: no line is lost or doubled.

A profile function of the interpreter counts the calls of the tail, and lets the world go on before
one of them; nothing is patched. What can happen between two looks is in test_hazards.
"""

import gzip
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Self

import pytest
from test_tailer import Watch, append, beside, shift

from monitor.files import Source
from monitor.tailer import Tailer

Action = Callable[["Killed", "World"], None]
CALLS = (os.open, os.stat, os.fstat, os.pread, os.scandir)


class World:
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
        self.tailer, self._splitters = Tailer(self.paths), {}
        told = self.tailer.resume(json.loads(state), self.mono)
        self.told += [each.message for each in told]


def look(watch: Killed, world: World) -> None:
    """Poll a log that grew."""
    watch.poll()


def go_on(watch: Killed, world: World) -> None:
    """Be started again after a kill."""
    watch.kill()
    watch.save()
    watch.poll()


def begin(folder: Path, before: str) -> tuple[World, Killed]:
    """Follow an empty log, and do what letters say: write, poll, save, be killed and resume."""
    path = folder / "access.log"
    path.touch()
    world, watch = World(path), Killed(path)
    watch.save()
    actions = {"w": world.write, "p": watch.poll, "s": watch.save, "k": watch.kill}
    for letter in before:
        actions[letter]()
    return world, watch


@pytest.mark.parametrize("at_once", [False, True], ids=["step by step", "at once"])
@pytest.mark.parametrize("script", ["wrw", "wcw", "cwcw", "cwrw", "rwcw", "wrzwr"])
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
