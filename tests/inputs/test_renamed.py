"""Logs of a pattern that are renamed by hand to another name that matches are read once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.follower import Follower
from support.world import append

OLD, NEW = "a.log", "b.log"


def begin(folder: Path) -> Follower:
    """Follow the logs of a folder, and read a line of a log."""
    append(folder / OLD, "before\n")
    append(folder / "other.log", "before\n")
    follower = Follower(folder / "*.log")
    append(folder / OLD, "1\n")
    assert follower.poll() == ["1"]
    return follower


def rename(folder: Path) -> None:
    (folder / OLD).rename(folder / NEW)


def restart(follower: Follower) -> None:
    follower.kill(follower.save(), len(follower.lines))


def stopped(follower: Follower, folder: Path) -> None:
    state = follower.save()
    rename(folder)
    follower.kill(state, len(follower.lines))


def running(follower: Follower, folder: Path) -> None:
    rename(folder)
    assert follower.poll() == []
    restart(follower)


def twice(follower: Follower, folder: Path) -> None:
    running(follower, folder)
    assert follower.poll() == []
    restart(follower)


def with_a_new_log(follower: Follower, folder: Path) -> None:
    state = follower.save()
    rename(folder)
    append(folder / OLD, "new\n")
    follower.kill(state, len(follower.lines))
    assert follower.poll() == ["new"]


def silent_for_long(follower: Follower, folder: Path) -> None:
    rename(folder)
    append(folder / OLD, "new\n")
    assert follower.poll() == ["new"]
    for _ in range(4):
        assert follower.poll(40.0) == []
    restart(follower)


@pytest.mark.parametrize(
    "happens",
    [
        pytest.param(stopped, id="while the monitor is stopped"),
        pytest.param(running, id="while it runs, before a restart"),
        pytest.param(twice, id="before two restarts"),
        pytest.param(with_a_new_log, id="another log takes the old name"),
        pytest.param(silent_for_long, id="silent for minutes, another log goes on"),
    ],
)
def test_only_new_lines_are_read(
    tmp_path: Path, happens: Callable[[Follower, Path], None]
) -> None:
    follower = begin(tmp_path)
    happens(follower, tmp_path)
    assert follower.poll(2.0) == []
    append(tmp_path / NEW, "2\n")
    assert follower.poll(2.0) == ["2"]
    restart(follower)
    assert follower.poll(2.0) == []


def test_lines_that_come_long_after_the_renaming_are_read(tmp_path: Path) -> None:
    follower = begin(tmp_path)
    rename(tmp_path)
    append(tmp_path / OLD, "new\n")
    assert follower.poll() == ["new"]
    for number in range(4):
        assert follower.poll(100.0) == []
        append(tmp_path / NEW, f"late {number}\n")
        assert follower.poll() == [f"late {number}"]


def test_a_link_to_a_log_is_no_renamed_log(tmp_path: Path) -> None:
    follower = begin(tmp_path)
    state = follower.save()
    (tmp_path / NEW).hardlink_to(tmp_path / OLD)
    follower.kill(state, len(follower.lines))
    append(tmp_path / OLD, "2\n")
    assert sorted(follower.poll()) == ["1", "2", "2", "before"]
    sources = [source.path for source, line in follower.lines if line == "before"]
    assert sources == [str(tmp_path / NEW)]


def test_a_new_log_with_the_inode_of_a_log_takes_nothing_from_it(
    tmp_path: Path,
) -> None:
    follower = begin(tmp_path)
    state = follower.save()
    append(tmp_path / OLD, "2\n")
    (tmp_path / OLD).rename(tmp_path / f"{OLD}.1")
    append(tmp_path / NEW, "other lines\n")
    (saved,) = state[str(tmp_path / OLD)]["files"]
    saved["inode"] = (tmp_path / NEW).stat().st_ino
    follower.kill(state, len(follower.lines))
    assert sorted(follower.poll()) == ["2", "other lines"]
