"""A tail that goes on from its state: the files are found where they were left."""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.follower import Follower
from support.world import World, append, beside, copytruncate, rotate

from monitor.inputs.rotation import QUIET

AWAY = {
    "nothing": "",
    "more lines": "write",
    "a rename": "write rename write",
    "a rename and no new line": "rename",
    "a rename to a dated name": "write rename:access.log-20261123 write",
    "a rename to another dated name": "write rename:access-2026-11-23.log write",
    "a rename, compressed": "write rename write compress write",
    "a dated rename, compressed": (
        "write rename:access.log-20261123 write compress:access.log-20261123 write"
    ),
    "two renames": "write rename write rename write",
    "two renames, the older compressed": "write rename write compress rename write",
    "two renames, all compressed": "write rename write compress rename write compress",
    "copytruncate": "write copytruncate write",
    "copytruncate, compressed": "write copytruncate write compress write",
    "copytruncate twice": "write copytruncate write copytruncate write",
    "copytruncate twice, compressed": (
        "write copytruncate write compress copytruncate write compress write"
    ),
    "copytruncate and then more than before": "write copytruncate write:100",
    "a copy in its place": "write replace write",
    "a file that is being compressed": "write rename write gzip write",
    "a newer file that was compressed just now": "write rename write rename gzip write",
    "a newer file that is being compressed": (
        "write rename write:2000 rename gzipping write"
    ),
}

READ = {
    "lines": "write:5",
    "many lines": "write:50",
    "nothing": "",
    "rotated lines": "write rename:access.log-1",
}


def begin(world: World) -> Follower:
    """Follow a log from its first line."""
    return Follower(world.path, from_start=True)


def resume(world: World, before: Follower) -> Follower:
    """Go on where another run was saved."""
    return Follower(world.path, state=before.save())


def run_of(path: Path, state: dict[str, Any] | None) -> Follower:
    """Begin a run at the first line, or where the last one was saved."""
    return Follower(path, from_start=state is None, state=state)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("script", AWAY.values(), ids=AWAY)
@pytest.mark.parametrize("before", READ.values(), ids=READ)
def test_every_line_is_read_once_after_a_pause_in_which_there_was(
    tmp_path: Path, before: str, script: str
) -> None:
    world = World(tmp_path)
    world.do(before)
    first = begin(world)
    if "rename" in before:
        world.lines = []  # they were there before the first run
    lines = first.poll()
    world.do(script)
    second = resume(world, first)
    lines += second.poll() + second.poll()
    world.write()
    lines += second.poll()
    third = resume(world, second)
    lines += third.poll()
    assert sorted(lines) == sorted(world.lines)
    assert (second.reported, third.reported) == ([], [])


# --- what cannot be found, and what is not whole -------------------------------------------


def overwrite(world: World) -> None:
    """Puts other content into the same inode, longer than it was."""
    world.path.write_text("")
    world.lines = world.lines[:5]
    world.write(50)


def remove(world: World) -> None:
    world.write()
    world.lines = world.lines[:5]
    world.path.unlink()
    world.path.touch()
    world.write()


@pytest.mark.parametrize("play", [overwrite, remove], ids=lambda play: play.__name__)
def test_one_notice_says_up_to_which_byte_a_lost_file_was_counted(
    tmp_path: Path, play: Callable[[World], None]
) -> None:
    world = World(tmp_path)
    world.write(5)
    first = begin(world)
    lines = first.poll()
    offset = world.path.stat().st_size
    play(world)
    second = resume(world, first)
    lines += second.poll()
    (reported,) = second.reported
    assert f"{world.path}: the file that was followed is gone" in reported
    assert f"after its first {offset} bytes, if any, are not counted" in reported
    third = resume(world, second)
    assert third.poll() == third.reported == []
    assert lines == world.lines


def test_a_log_that_is_missing_for_a_whole_run_is_read_when_it_is_back(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.write(5)
    first = begin(world)
    lines = first.poll()
    world.path.rename(world.other("access.log.1"))
    second = resume(world, first)
    assert second.poll() == []
    world.path.touch()
    world.write()
    lines += resume(world, second).poll()
    assert lines == world.lines


def test_a_log_whose_folder_is_mounted_late_is_read_on_where_it_was_left(
    tmp_path: Path,
) -> None:
    """As on a disk that is mounted late."""
    folder, elsewhere = tmp_path / "mounted", tmp_path / "elsewhere"
    folder.mkdir()
    world = World(folder)
    world.write()
    world.do("rename")
    world.write()
    first = begin(world)
    lines = first.poll()
    assert lines == world.lines[3:]
    folder.rename(elsewhere)
    second = resume(world, first)
    assert second.poll() == []
    third = resume(world, second)
    assert third.poll() == []
    elsewhere.rename(folder)
    for _ in range(2):
        world.write()
        rotate(world.path)
    world.write()
    lines += third.poll() + third.poll()
    assert lines == world.lines[3:]
    waiting, following = third.reported
    assert waiting.endswith("No such file or directory: waiting for it")
    assert following.endswith("is there: following it")


def test_a_pipe_in_place_of_a_log_is_read_and_is_not_in_the_state(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.write()
    first = begin(world)
    first.poll()
    world.path.unlink()
    os.mkfifo(world.path)
    second = resume(world, first)
    assert second.poll() == []
    assert second.save()[str(world.path)]["files"] == []


def test_another_log_that_comes_late_is_reported_and_read_whole(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write()
    first = begin(world)
    first.poll()
    world.path.unlink()
    second = resume(world, first)
    assert second.poll() == []
    world.path.write_text("another\nlog\n")
    assert second.poll() == ["another", "log"]
    *_, reported = second.reported
    assert "the file that was followed is gone" in reported


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(10))
def test_a_line_of_two_halves_is_counted_once_in_whatever_file_the_second_half_is(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    world = World(tmp_path)
    data = b"".join(b"line %d\n" % number for number in range(40))
    edges = sorted(rng.randrange(len(data) + 1) for _ in range(8))
    counted, snapshot = 0, None
    for first, last in zip([0, *edges], [*edges, len(data)], strict=True):
        append(world.path, data[first:last])
        if snapshot and rng.random() < 0.5:
            rng.choice((rotate, copytruncate))(world.path)
            if not data[:last].endswith(b"\n"):
                break  # whoever writes to the new file does not write the rest
        run = run_of(world.path, snapshot)
        counted += len(run.poll()) + len(run.end())
        snapshot = run.save()
    run = run_of(world.path, snapshot)
    counted += len(run.poll()) + len(run.end())
    written = data[:last]
    assert counted == written.count(b"\n") + (not written.endswith(b"\n")), f"{seed}"


@pytest.mark.parametrize("is_once", [False, True], ids=["stopped", "once"])
def test_an_unfinished_line_is_left_to_the_next_run(
    tmp_path: Path, is_once: bool
) -> None:
    path = tmp_path / "access.log"
    snapshot: dict[str, Any] | None = None
    lines: list[str] = []
    for piece in (b"one\ntw", b"", b"o", b" and a half\nthree\n", b"four"):
        append(path, piece)
        run = run_of(path, snapshot)
        lines += run.poll() + (run.end() if is_once else [])
        snapshot = run.save()
    assert lines == ["one", "two and a half", "three"]


def test_an_unfinished_line_is_left_to_the_next_run_and_read_in_a_copy(
    tmp_path: Path,
) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(b"one\ntw")
    first = Follower(path, from_start=True)
    assert first.poll() + first.end() == ["one"]
    second = Follower(path, state=first.save())
    append(path, b"o\nthree\n")
    copytruncate(path)  # before it has read anything
    assert second.poll() + second.end() == ["two", "three"]


@pytest.mark.parametrize(
    ("counted", "lines"),
    [
        pytest.param(b"one\ntw", ["three"], id="in half a line, which was counted"),
        pytest.param(b"one\n\0\0", ["two", "three"], id="a hole before a line"),
        pytest.param(b"one\nt\0", ["three"], id="in half a line with a hole"),
        pytest.param(b"\0" * 99, ["two", "three"], id="nothing but a hole"),
    ],
)
def test_the_rest_of_a_rotated_file_is_read_from_its_next_line(
    tmp_path: Path, counted: bytes, lines: list[str]
) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(counted)
    first = Follower(path, from_start=True)
    rotate(path)
    first.poll()
    first.end()
    append(beside(path, ".1"), b"two\nthree\n")
    assert [
        each.strip("\0") for each in Follower(path, state=first.save()).poll()
    ] == lines


def test_newer_lines_are_read_although_a_rotated_file_is_damaged(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.write(5)
    first = begin(world)
    lines = first.poll()
    world.do("write:3000 rename compress")
    path = world.other("access.log.1.gz")
    data = bytearray(path.read_bytes())
    data[-4000:] = bytes(4000)
    path.write_bytes(data)
    world.lines = world.lines[:5]
    world.write()
    follower = resume(world, first)
    read = follower.poll()
    assert read[-3:] == world.lines[-3:]
    assert len(read) > 3
    assert lines == world.lines[:5]
    follower.poll(QUIET + 1)
    soon, lost = follower.notices()
    assert soon.endswith(": its rest is not counted yet")
    assert lost == soon.removesuffix(" yet")


def test_what_a_file_carries_stays_in_the_state_until_the_file_is_back(
    tmp_path: Path,
) -> None:
    log, away = tmp_path / "logs" / "access.log", tmp_path / "away"
    log.parent.mkdir()
    append(log, "one\n" * 300)
    follower = Follower(log, from_start=True)
    follower.poll()
    state = follower.save()
    (saved,) = state[str(log)]["files"]
    saved["carried"] = {"header": {"fields": "date time"}}
    log.rename(away)
    follower = Follower(log, state=state)
    follower.poll()
    assert follower.no_data()
    assert follower.files_of(log)[0]["carried"] == saved["carried"]
    away.rename(log)
    follower.poll()
    assert not follower.no_data()
    assert follower.files_of(log)[0]["carried"] == saved["carried"]
