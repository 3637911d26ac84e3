"""The law of a tail: a rotation between any two of its system calls loses and doubles nothing.

A profile function of the interpreter counts the calls; nothing is patched.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Self

import pytest
from support.follower import Follower
from support.world import World

pytestmark = pytest.mark.usefixtures("untraced")

CALLS = (os.open, os.stat, os.fstat, os.pread, os.scandir)


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
        if event != "c_call" or arg not in CALLS:
            return
        self.calls += 1
        if self.calls < self._before:
            return
        if self._at_once or next(self.steps, self) is self:
            sys.setprofile(None)  # fast path: nothing happens any more
            list(self.steps)


class Killed(Follower):
    """A follower whose state is saved, and that goes on from there after a kill."""

    def keep(self) -> None:
        """Save the state."""
        self._saved = self.save(), len(self.lines)

    def die(self) -> None:
        """Be killed and started again."""
        self.kill(*self._saved)


Action = Callable[[Killed], None]


def look(follower: Killed) -> None:
    """Poll a log that grew."""
    follower.poll()


def go_on(follower: Killed) -> None:
    """Be started again after a kill."""
    follower.die()
    follower.keep()
    follower.poll()


def begin(folder: Path, before: str) -> tuple[World, Killed]:
    """Follow an empty log, and do what letters say: write, rename and so on."""
    world = World(folder)
    follower = Killed(world.path)
    follower.keep()
    actions = {
        "w": world.write,
        "p": follower.poll,
        "s": follower.keep,
        "k": follower.die,
        "r": lambda: world.do("rename"),
        "z": lambda: world.do("compress"),
    }
    for letter in before:
        actions[letter]()
    return world, follower


STEPS = {"w": "write", "r": "rename", "c": "copytruncate", "z": "compress"}
SCRIPTS = ["wrw", "wcw", "cwcw", "cwrw", "rwcw", "wrzwr"]
FEW = ["wcw", "wrzwr"]
AT_ONCE = ["cwcw"]
"""Where it tells more than step by step, as when a fault was put in: a copy that is truncated."""

BEFORE = [
    (pytest.param("wp", look, id="read"), SCRIPTS, AT_ONCE),
    (pytest.param("wpsw", go_on, id="saved"), ["cwcw", "cwrw", "wrzwr"], AT_ONCE),
    (pytest.param("", look, id="empty"), FEW, []),
    (pytest.param("w", go_on, id="saved empty"), FEW, []),
    (pytest.param("wks", go_on, id="saved as it was started"), FEW, []),
    (pytest.param("wpswrwr", go_on, id="saved before two rotations"), ["wrzwr"], []),
]
"""Beginnings with their scripts: fewer where a beginning takes long and tells little more."""

CASES = [
    pytest.param(*before.values, script, at_once, id=f"{before.id}-{name}")
    for before, by_step, at_once_too in BEFORE
    for name, script, at_once in (
        *((each, each, False) for each in by_step),
        *((f"{each} at once", each, True) for each in at_once_too),
    )
]


@pytest.mark.parametrize(("before", "during", "script", "at_once"), CASES)
def test_a_rotation_between_any_two_calls_loses_and_doubles_nothing(
    tmp_path: Path, before: str, during: Action, script: str, at_once: bool
) -> None:
    for call in range(1, 1000):
        folder = tmp_path / str(call)
        folder.mkdir()
        world, follower = begin(folder, before)
        with Meanwhile(
            world.play(" ".join(STEPS[letter] for letter in script)), call, at_once
        ) as meanwhile:
            during(follower)
        list(meanwhile.steps)
        world.write()
        follower.poll()
        follower.poll()
        given = Counter(line for _, line in follower.lines)
        assert given == Counter(world.lines), f"before call {call}"
        if meanwhile.calls < call:
            return
