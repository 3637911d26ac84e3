"""A log that is copied and truncated: the rest of it is read from its copy, and no copy twice."""

import os
import shutil
from pathlib import Path

import pytest
from support.follower import Follower
from support.world import (
    append,
    beside,
    compress,
    copytruncate,
    rotate,
)

from monitor.inputs.rotation import QUIET

DATED = ("-20261123", "-20261122", "-20261121", "-20261120")


def test_a_truncated_file_is_read_from_its_beginning(log: Path) -> None:
    follower = Follower(log)
    append(log, "hal")
    follower.poll()
    os.truncate(log, 0)
    append(log, "b\n")
    assert follower.poll() == ["b"]
    assert follower.notices() == [f"{log} was truncated: reading it from its beginning"]


@pytest.mark.parametrize(
    "text",
    ["new\n", "new, longer than before\n" * 9, "neo\n"],
    ids=["as much", "more", "another text"],
)
def test_copytruncate_is_seen_however_much_was_refilled(log: Path, text: str) -> None:
    follower = Follower(log)
    copytruncate(log, text)
    assert follower.poll() == text.splitlines()


def test_what_was_written_before_the_copy_is_read_from_the_copy(log: Path) -> None:
    follower = Follower(log)
    append(log, "a\nha")
    follower.poll()
    append(log, "lf\nb\n")
    copytruncate(log, "c\n")
    assert follower.poll() == ["half", "b", "c"]


def test_a_copy_that_an_administrator_made_of_the_log_is_not_counted(log: Path) -> None:
    follower = Follower(log)
    append(log, "a\n")
    assert follower.poll() == ["a"]
    shutil.copyfile(log, beside(log, ".20261123"))
    append(log, "b\n")
    rotate(log, "c\n")
    assert follower.poll() == ["b", "c"]
    assert follower.poll() == []


def test_two_truncations_with_copies_between_two_polls_lose_nothing(log: Path) -> None:
    follower = Follower(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    copytruncate(log, "c\n")
    assert sorted(follower.poll()) == ["a", "b", "c"]
    copytruncate(log, "d\n")
    assert follower.poll() == ["d"]


def test_what_came_into_an_empty_file_before_it_was_copied_is_not_lost(
    log: Path,
) -> None:
    log.write_text("")
    follower = Follower(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    assert sorted(follower.poll()) == ["a", "b"]


def test_a_truncation_and_a_rotation_between_two_polls_lose_nothing(log: Path) -> None:
    follower = Follower(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    rotate(log, "c\n")
    assert sorted(follower.poll()) == ["a", "b", "c"]


def test_the_copy_of_a_truncated_file_may_be_compressed(log: Path) -> None:
    follower = Follower(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    compress(beside(log, ".1"))
    assert follower.poll() == ["a", "b"]


def test_copies_are_found_in_the_folder_to_which_a_link_leads(tmp_path: Path) -> None:
    there, link = tmp_path / "disk" / "access.log", tmp_path / "log"
    there.parent.mkdir()
    there.write_text("old\n")
    link.symlink_to(there)
    follower = Follower(link)
    append(there, "a\n")
    copytruncate(there, "b\n")
    assert follower.poll() == ["a", "b"]
    append(there, "c\n")
    rotate(there, "d\n")
    rotate(there, "e\n")
    assert sorted(follower.poll()) == ["c", "d", "e"]


def test_a_partial_line_is_not_joined_with_the_new_content_of_a_truncated_file(
    log: Path,
) -> None:
    follower = Follower(log)
    append(log, "half a li")
    assert follower.poll() == []
    copytruncate(log, "ne\nwhole\n")
    assert follower.poll() == ["ne", "whole"]


@pytest.mark.parametrize(
    "whole", ["old\n", "before\n"], ids=["of the log", "of one from before the start"]
)
def test_a_copy_that_was_seen_when_it_was_half_written_is_not_counted(
    log: Path, whole: str
) -> None:
    beside(log, ".9").write_text("before\n")
    follower = Follower(log)
    rotate(log)
    beside(log, DATED[0]).write_text(whole[:2])
    assert [follower.poll(), follower.poll()] == [[], []]
    beside(log, DATED[0]).write_text(whole)
    os.utime(beside(log, DATED[0]), ns=(0, log.stat().st_mtime_ns + 10**9))
    assert [follower.poll(), follower.poll()] == [[], []]


def test_a_rotated_file_without_a_whole_line_is_read_when_it_has_one(log: Path) -> None:
    follower = Follower(log)
    rotate(log, "hal")
    rotate(log)
    assert [follower.poll(), follower.poll()] == [[], []]
    beside(log, ".1").write_text("x\n")
    assert follower.poll() == ["x"]
    assert follower.notices() == [f"{log} was rotated: following the new file"]


def test_a_copy_that_is_written_over_the_last_one_is_not_counted_again(
    log: Path,
) -> None:
    follower = Follower(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    assert follower.poll() == ["a", "b"]
    append(log, "c\n")
    assert follower.poll() == ["c"]
    shutil.copyfile(log, beside(log, ".1"))
    os.truncate(log, 0)
    append(log, "d\n")
    assert follower.poll() == ["d"]
    assert all(file["offset"] for file in follower.files_of(log))
    assert [follower.poll(), follower.poll()] == [[], []]


def test_a_rotated_file_without_a_line_is_looked_at_for_a_while(log: Path) -> None:
    follower = Follower(log)
    rotate(log)
    rotate(log)
    assert [follower.poll(), follower.poll(QUIET + 1)] == [[], []]
    append(beside(log, ".1"), "late\n")
    assert follower.poll() == []
    rotate(log, "b\n")
    assert sorted(follower.poll()) == ["b", "late"]


def test_a_copy_of_a_log_that_was_empty_at_the_last_poll_is_not_counted(
    log: Path,
) -> None:
    log.write_text("")
    follower = Follower(log)
    rotate(log)
    beside(log, DATED[0]).write_text("")
    assert follower.poll() == []
    append(log, "a\n")
    beside(log, DATED[0]).write_text("a\n")
    assert [follower.poll(), follower.poll()] == [["a"], []]


def test_a_copy_of_a_log_that_was_empty_at_the_last_poll_is_read_when_the_log_was_truncated(
    log: Path,
) -> None:
    log.write_text("")
    follower = Follower(log)
    rotate(log)
    beside(log, DATED[0]).write_text("")
    assert follower.poll() == []
    beside(log, DATED[0]).write_text("a\n")
    append(log, "b\n")
    assert [sorted(follower.poll()), follower.poll()] == [["a", "b"], []]


def test_a_truncated_log_that_begins_with_the_same_header_is_read_anew(
    log: Path,
) -> None:
    header = "#" * 2000
    log.write_text(f"{header}\n")
    follower = Follower(log)
    append(log, "a\n")
    assert follower.poll() == ["a"]
    copytruncate(log, f"{header}\nb\nc\n")
    assert follower.poll() == [header, "b", "c"]


def test_the_compressed_copy_of_the_current_file_is_not_that_of_an_older_one(
    log: Path,
) -> None:
    header = "#Fields: date time\n" * 60  # longer than the head of a file
    log.write_text(header + "old\n")
    first = Follower(log, from_start=True)
    first.poll()
    rotate(log, header + "read\n")
    compress(beside(log, ".1"))
    first.poll()
    state = first.save()
    append(log, "a\n")
    rotate(log, header + "b\n")
    compress(beside(log, ".1"))
    lines = Follower(log, state=state).poll()
    assert [line for line in lines if line[0] != "#"] == ["a", "b"]
