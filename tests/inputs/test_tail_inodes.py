"""Deleted files: their inodes are used again, and their positions wait for a copy no longer."""

import os
from pathlib import Path

import pytest
from support.follower import Follower
from support.world import (
    HEADER,
    PACK,
    SECOND,
    append,
    beside,
    changed_at,
    pack,
    rotate,
)

from monitor.inputs.rotation import ABANDONED

by_every_compression = pytest.mark.parametrize("ending", PACK)


def pack_by_seconds(path: Path, name: str) -> None:
    """Compress a file, and cut its time to a whole second. The file itself stays."""
    pack(path, name, path.stat().st_mtime_ns // SECOND * SECOND)


def test_a_copy_with_the_inode_of_a_deleted_file_is_read_from_the_offset(
    log: Path,
) -> None:
    follower = Follower(log, from_start=True)
    append(log, "a\n")
    follower.poll()
    rotate(log, "b\n")
    follower.poll()
    state = follower.save()
    old = beside(log, ".1")
    append(log, "c\n")
    old.write_bytes(log.read_bytes())
    log.write_text("d\n")
    second = Follower(log, state=state)
    assert sorted(second.poll()) == ["c", "d"]
    assert second.reported == []


@by_every_compression
def test_a_compressed_file_is_known_although_its_inode_is_used_again(
    log: Path, ending: str
) -> None:
    old = beside(log, ".1")
    old.write_text("older\n")
    follower = Follower(log)
    state = follower.save()
    pack_by_seconds(old, f"access.log.2.{ending}")
    os.utime(beside(log, f".2.{ending}"))  # as by a program that does not keep the time
    append(log, "a\n")
    old.write_bytes(log.read_bytes())
    log.write_text("b\n")
    assert sorted(Follower(log, state=state).poll()) == ["a", "b"]


@by_every_compression
def test_the_position_of_a_deleted_file_whose_copy_is_known_is_not_saved(
    log: Path, ending: str
) -> None:
    changed_at(log, 0)
    follower = Follower(log, from_start=True)
    for second, name in enumerate("abcd", start=1):
        append(log, f"{HEADER}{name}\n")
        changed_at(log, second * 10)
        follower.poll()
        rotated = beside(log, f".{9 - second}")
        log.rename(rotated)
        log.write_text("")
        changed_at(log, second * 10 + 1)
        follower.poll()
        pack_by_seconds(rotated, f"{rotated.name}.{ending}")
        rotated.unlink()
    append(log, f"{HEADER}e\n")
    changed_at(log, 90)
    follower.poll()
    assert len(follower.files_of(log)) == 1


@by_every_compression
def test_each_position_takes_the_copy_that_has_its_bytes(
    log: Path, ending: str
) -> None:
    changed_at(log, 0)
    follower = Follower(log, from_start=True)
    append(log, f"{HEADER}a, and more\n")
    changed_at(log, 10)
    follower.poll()
    rotate(log, f"{HEADER}b\n")
    changed_at(log, 20)
    follower.poll()
    state = follower.save()
    append(log, "c\n")
    changed_at(log, 30)
    for number in (1, 2):
        path = beside(log, ".1") if number == 1 else log
        pack_by_seconds(path, f"access.log.{4 - number}.{ending}")
        path.unlink()
    log.write_text(f"{HEADER}d\n")
    changed_at(log, 40)
    lines = [
        line for line in Follower(log, state=state).poll() if not line.startswith("#")
    ]
    assert sorted(lines) == ["c", "d"]


@by_every_compression
def test_a_new_file_with_only_the_header_is_no_copy_while_a_rotated_file_is_one(
    log: Path, ending: str
) -> None:
    log.write_text(HEADER)
    follower = Follower(log, from_start=True)
    follower.poll()
    append(log, "a\n")
    pack_by_seconds(log, f"access.log.1.{ending}")
    log.unlink()
    log.write_text(HEADER)
    second = Follower(log, state=follower.save())
    assert [line for line in second.poll() if line[0] != "#"] == ["a"]


@by_every_compression
def test_a_known_file_of_the_same_second_is_no_copy_of_a_deleted_file(
    log: Path, ending: str
) -> None:
    old = beside(log, ".1")
    log.rename(old)
    changed_at(old, 10)
    pack_by_seconds(old, f"access.log.3.{ending}")
    old.unlink()
    log.write_text("a\n")
    changed_at(log, 10)
    follower = Follower(log, from_start=True)
    assert follower.poll() == ["a"]
    rotate(log, "b\n")
    changed_at(log, 20)
    assert follower.poll() == ["b"]
    pack_by_seconds(old, f"access.log.2.{ending}")
    os.utime(beside(log, f".2.{ending}"))  # as by a program that does not keep the time
    old.unlink()
    rotate(log, "c\n")
    assert follower.poll() == ["c"]


def test_a_folder_of_rotated_files_that_was_found_is_saved(log: Path) -> None:
    old = log.parent / "old"
    old.mkdir()
    follower = Follower(log, from_start=True)
    append(log, "a\n")
    follower.poll()
    log.rename(old / "access.log.9")
    log.write_text("")
    follower.poll()
    follower.poll(ABANDONED)
    state = follower.save()
    for number in (2, 1):
        append(log, f"{number}\n")
        log.rename(old / f"access.log.{number}")
        log.write_text("")
    assert sorted(Follower(log, state=state).poll()) == ["1", "2"]
