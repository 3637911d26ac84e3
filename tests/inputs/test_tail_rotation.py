"""A log that is renamed and created anew: no line is lost or read twice, and few files stay open."""

import os
from pathlib import Path

import pytest
from support.follower import Follower, always
from support.world import (
    append,
    beside,
    compress,
    copytruncate,
    open_files,
    rotate,
)

from monitor.inputs.arrivals import Data
from monitor.inputs.cursor import CHUNKS_A_POLL
from monitor.inputs.follow import Followed
from monitor.inputs.logfile import CHUNK
from monitor.inputs.rotation import ABANDONED, QUIET

DATED = ("-20261123", "-20261122", "-20261121", "-20261120")


def test_a_new_file_in_its_place_is_followed_after_the_old_is_drained(
    log: Path,
) -> None:
    follower = Follower(log)
    append(log, "a\n")
    rotate(log, "b\n")
    assert follower.poll() == ["a", "b"]
    assert follower.notices() == [f"{log} was rotated: following the new file"]


def test_a_rotated_file_is_read_while_a_server_still_writes_to_it(log: Path) -> None:
    follower = Follower(log)
    rotate(log)
    append(beside(log, ".1"), "a\n")
    assert follower.poll() == ["a"]
    append(log, "b\n")
    append(beside(log, ".1"), "c\n")
    assert sorted(follower.poll()) == ["b", "c"]
    follower.poll(QUIET - 1)
    append(beside(log, ".1"), "d\n")
    assert follower.poll(0.5) == ["d"]


def test_a_rotated_file_is_closed_when_it_was_quiet(log: Path) -> None:
    follower = Follower(log)
    before = len(os.listdir("/dev/fd"))
    for _ in range(5):
        rotate(log, "x\n")
        follower.poll(QUIET + 1)
    follower.poll(QUIET + 1)
    follower.poll()
    assert len(os.listdir("/dev/fd")) <= before + 1


def test_a_partial_line_of_a_rotated_file_that_is_closed_is_not_counted(
    log: Path,
) -> None:
    follower = Follower(log)
    append(log, "a\nhalf")
    follower.poll()
    rotate(log, "b\n")
    follower.poll()
    follower.poll(QUIET + 1)
    assert [line for _, line in follower.lines] == ["a", "b"]


def test_a_partial_line_is_not_joined_with_the_next_file(log: Path) -> None:
    follower = Follower(log)
    append(log, "hal")
    follower.poll()
    rotate(log, "b\n")
    assert follower.poll() == ["b"]


@pytest.mark.parametrize("times", [2, 3], ids=["two", "three"])
def test_several_rotations_between_two_polls_lose_nothing(
    log: Path, times: int
) -> None:
    follower = Follower(log)
    append(log, "a\n")
    for number in range(times):
        rotate(log, f"{number}\n")
    assert sorted(follower.poll()) == [*map(str, range(times)), "a"]
    assert follower.poll() == []


def test_files_with_dated_names_are_rotated_files(log: Path) -> None:
    follower = Follower(log)
    for number, name in enumerate(reversed(DATED[:3])):
        log.rename(beside(log, name))
        log.write_text(f"{number}\n")
    assert sorted(follower.poll()) == ["0", "1", "2"]


def test_an_inode_that_is_used_again_is_another_file(log: Path) -> None:
    follower = Follower(log)
    for number in range(5):
        log.unlink()
        log.write_text(f"{number}\n")
        assert follower.poll() == [str(number)]


def test_an_empty_new_file_is_followed(log: Path) -> None:
    follower = Follower(log)
    rotate(log)
    assert follower.poll() == []
    append(log, "a\n")
    assert follower.poll() == ["a"]


def test_a_symbolic_link_that_leads_elsewhere_is_a_rotation(tmp_path: Path) -> None:
    first, second = tmp_path / "log.20261122", tmp_path / "log.20261123"
    first.write_text("old\n")
    link = tmp_path / "log"
    link.symlink_to(first)
    follower = Follower(link)
    append(first, "a\n")
    second.write_text("b\n")
    link.unlink()
    link.symlink_to(second)
    assert follower.poll() == ["a", "b"]


def test_a_rotation_that_is_undone_repeats_no_line(log: Path) -> None:
    follower = Follower(log)
    append(log, "a\n")
    rotate(log, "b\n")
    assert follower.poll() == ["a", "b"]
    beside(log, ".1").rename(log)
    append(log, "c\n")
    assert follower.poll() == ["c"]
    files = follower.files_of(log)
    inodes = [file["inode"] for file in files]
    assert sorted(inodes) == sorted(set(inodes))
    follower.poll(QUIET + 1)
    append(log, "d\n")
    assert follower.poll() == ["d"]


def test_a_link_that_goes_to_and_fro_repeats_no_line(tmp_path: Path) -> None:
    link, files = tmp_path / "log", [tmp_path / "blue", tmp_path / "green"]
    for file in files:
        file.touch()
    link.symlink_to(files[0])
    follower = Follower(link)
    for number in range(6):
        link.unlink()
        link.symlink_to(files[number % 2])
        append(files[number % 2], f"{number}\n")
        assert follower.poll() == [str(number)]


def test_empty_rotated_files_are_read_when_a_server_writes_to_them(log: Path) -> None:
    follower = Follower(log)
    rotate(log)
    rotate(log)
    assert follower.poll() == []
    append(beside(log, ".1"), "a\n")
    append(beside(log, ".2"), "b\n")
    assert sorted(follower.poll()) == ["a", "b"]


def test_a_log_that_comes_late_and_is_rotated_at_once_is_read_whole(
    tmp_path: Path,
) -> None:
    path = tmp_path / "later.log"
    follower = Follower(path)
    follower.poll()
    path.write_text("a\n")
    rotate(path, "b\n")
    assert sorted(follower.poll()) == ["a", "b"]


def test_rotated_files_of_before_the_start_are_never_read(log: Path) -> None:
    for name in (".1", ".2", DATED[0]):
        beside(log, name).write_text(f"before{name}\n")
    follower = Follower(log)
    rotate(log)
    copytruncate(log)
    rotate(log, "a\n")
    assert follower.poll() == ["a"]


def test_the_log_of_another_site_is_not_a_rotated_one(tmp_path: Path) -> None:
    paths = [tmp_path / "site.log", tmp_path / "site-2.log"]
    for path in paths:
        path.write_text("old\n")
    follower = Follower(paths[0])
    for path in paths:
        rotate(path, f"{path.name}\n")
    assert follower.poll() == ["site.log"]


def test_a_file_that_is_compressed_before_the_next_poll_is_read(log: Path) -> None:
    follower = Follower(log)
    append(log, "a\n")
    rotate(log, "b\n")
    rotate(log, "c\n")
    compress(beside(log, ".1"))
    assert sorted(follower.poll()) == ["a", "b", "c"]
    compress(beside(log, ".2"))
    rotate(log, "d\n")
    assert follower.poll() == ["d"]


def test_a_log_without_traffic_is_rotated_for_ever_and_few_files_are_open(
    log: Path,
) -> None:
    follower, before = Follower(log), open_files()
    for _ in range(30):
        rotate(log)
        assert follower.poll(ABANDONED / 4) == []
        assert open_files() <= before + 6


def test_a_rotated_file_stays_open_while_nothing_follows_it(log: Path) -> None:
    follower = Follower(log)
    rotate(log)
    follower.poll(QUIET * 5)
    follower.poll(QUIET * 5)
    append(beside(log, ".1"), "a\n")
    assert follower.poll() == ["a"]


def test_a_missed_file_is_read_although_the_log_was_not_rotated(log: Path) -> None:
    log.write_text("par")
    first = Follower(log, from_start=True)
    first.poll()
    beside(log, ".1").write_text("missed\n")
    second = Follower(log, state=first.save())
    append(log, "tial\n")
    assert second.poll() == ["missed", "partial"]


def test_the_rest_of_an_older_file_is_read_before_a_newer_file(log: Path) -> None:
    tail = Followed([str(log)])
    tail.start("auto", 120, 0.0)
    append(log, b"x" * CHUNK * CHUNKS_A_POLL * 5)
    list(tail.poll(0.2, always))
    rotate(log)
    list(tail.poll(0.4, always))
    append(log, "new\n")
    given = [each for each in tail.poll(0.6, always) if isinstance(each, Data)]
    assert tail.busy
    assert len({each.source for each in given}) == 1
    while tail.busy:
        given = [each for each in tail.poll(0.8, always) if isinstance(each, Data)]
    assert given[-1].data == b"new\n"
