"""A file that cannot be opened now is tried again, and is never taken for a file that is gone."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.follower import Follower
from support.world import World

from monitor.inputs.rotation import QUIET


def limit_of(spare: int) -> int:
    """Return the limit under which this process can open only a few more files."""
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(spare + 1)]
    for fd in taken:
        os.close(fd)
    return max(taken)


@contextmanager
def limited_to(descriptors: int) -> Iterator[None]:
    """Limit the open files while the program runs. The world may open more."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("spare", range(4))
@pytest.mark.parametrize("script", ["rename", "rename compress", "copytruncate"])
def test_no_line_is_lost_while_few_files_can_be_opened(
    tmp_path: Path, spare: int, script: str
) -> None:
    world = World(tmp_path)
    follower = Follower(world.path)
    limit = limit_of(spare)
    for seconds in (0.5, 0.5, 300.0, 0.5):
        world.write()
        for _ in world.play(script):
            with limited_to(limit):
                follower.poll(seconds)
    for _ in range(3):
        follower.poll()
    assert sorted(line for _, line in follower.lines) == sorted(world.lines)


@pytest.mark.parametrize("spare", [1, 2, 3])
def test_files_that_were_read_are_closed_so_that_others_can_be_opened(
    tmp_path: Path, spare: int
) -> None:
    world = World(tmp_path)
    follower = Follower(world.path)
    limit = limit_of(spare)
    for seconds in [0.5] * 6 + [QUIET + 1] * 12:
        world.write()
        if seconds < QUIET:
            world.do("rename")
        with limited_to(limit):
            follower.poll(seconds)
    assert sorted(line for _, line in follower.lines) == sorted(world.lines)
    assert follower.no_data() == ""
