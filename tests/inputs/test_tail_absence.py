"""A log that is missing or cannot be read: one notice, and it is followed when it is back."""

import shutil
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest
from support.follower import Follower
from support.world import (
    append,
    beside,
    fail_to_read,
    nobody,
    open_files,
    rotate,
)

from monitor.errors import MonitorError
from monitor.inputs.follow import Followed
from monitor.inputs.rotation import GONE, QUIET


def test_a_log_that_vanishes_is_gone_after_a_second_with_one_notice(
    log: Path,
) -> None:
    follower = Follower(log)
    log.unlink()
    follower.poll()
    assert not follower.no_data()
    follower.poll(1.5)
    assert "No such file" in follower.no_data()
    follower.poll(5)
    assert [each for each in follower.notices() if "waiting" in each] == [
        f"{log}: No such file or directory: waiting for it"
    ]
    log.write_text("back\n")
    assert follower.poll() == ["back"]
    assert not follower.no_data()
    assert follower.notices() == [f"{log} is there: following it"]


def test_a_deleted_log_that_is_still_written_to_is_not_gone(log: Path) -> None:
    with log.open("ab", buffering=0) as writer:
        follower = Follower(log)
        log.unlink()
        for number in range(5):
            writer.write(b"%d\n" % number)
            assert follower.poll(0.9) == [str(number)]
            assert not follower.no_data()


def test_a_log_that_becomes_a_directory_is_waited_for(log: Path) -> None:
    follower = Follower(log)
    log.unlink()
    log.mkdir()
    follower.poll(2)
    follower.poll(2)
    assert "directory" in follower.no_data()
    log.rmdir()
    log.write_text("a\n")
    assert follower.poll() == ["a"]


def test_a_log_that_is_missing_at_the_start_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "later.log"
    follower = Follower(path)
    follower.poll()
    assert follower.no_data()
    assert len(follower.notices()) == 1
    path.write_text("first\n")
    assert follower.poll() == ["first"]


def test_a_directory_at_the_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match="is a directory"):
        Followed([str(tmp_path)]).start("auto", 120, 0.0)


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, lambda path: path.symlink_to("nowhere"), lambda p: p.symlink_to(p)],
    ids=["directory", "dangling link", "link to itself"],
)
def test_a_log_that_cannot_be_opened_is_reported_once_and_waited_for(
    log: Path, make: Callable[[Path], None]
) -> None:
    follower, before = Follower(log), open_files()
    log.unlink()
    make(log)
    for _ in range(50):
        assert follower.poll() == []
    assert len(follower.notices()) == 1
    assert open_files() == before
    log.rmdir() if log.is_dir() else log.unlink()
    log.write_text("a\n")
    assert follower.poll() == ["a"]
    assert follower.notices() == [f"{log} is there: following it"]


@pytest.mark.parametrize("again", [1, 3], ids=["once", "three times"])
def test_a_log_that_comes_back_the_same_goes_on_where_it_was(
    log: Path, again: int
) -> None:
    follower = Follower(log)
    for number in range(again):
        log.rename(beside(log, ".away"))
        append(beside(log, ".away"), f"{number}\n")
        assert follower.poll(GONE + 1) == [str(number)]
        assert follower.poll(GONE + 1) == []
        beside(log, ".away").rename(log)
        append(log, "back\n")
        assert follower.poll() == ["back"]
        assert [reported.rpartition(": ")[2] for reported in follower.notices()] == [
            "waiting for it",
            "following it",
        ]


def test_a_short_absence_is_a_rotation_and_no_loss(log: Path) -> None:
    follower = Follower(log)
    log.rename(beside(log, ".1"))
    follower.poll(GONE / 2)
    log.write_text("a\n")
    assert follower.poll(GONE / 4) == ["a"]
    assert follower.notices() == [f"{log} was rotated: following the new file"]


def test_no_line_is_lost_when_a_disk_fails_for_a_while(log: Path) -> None:
    follower = Follower(log)
    append(log, "a\n")
    fail_to_read(log)
    assert follower.poll() == []
    assert not follower.no_data()
    fail_to_read(log)
    follower.poll(GONE + 1)
    assert "Bad file descriptor" in follower.no_data()
    assert follower.poll() == ["a"]
    assert follower.poll() == []
    assert not follower.no_data()
    assert len(follower.notices()) == 2


def test_a_rotated_file_that_cannot_be_read_harms_nothing_else(log: Path) -> None:
    follower, before = Follower(log), open_files()
    fail_to_read(log)
    rotate(log, "a\n")
    assert follower.poll() == ["a"]
    append(log, "b\n")
    assert follower.poll() == ["b"]
    append(beside(log, ".1"), "rest\n")
    follower.poll()
    follower.poll(QUIET + 1)
    assert open_files() == before
    _, *reported = follower.notices()
    reason = f"cannot read {log}: Bad file descriptor"
    assert reported == [
        f"{reason}: its rest is not counted yet",
        f"{reason}: 5 B of it are not counted",
    ]


def test_a_damaged_log_is_reported_with_its_damage(tmp_path: Path) -> None:
    log = tmp_path / "access.log.gz"
    follower = Follower(log)
    log.write_bytes(b"\x1f\x8b" + b"damage" * 9)
    follower.poll()
    follower.poll(GONE + 1)
    reported, *_ = follower.notices()
    assert reported == f"{log}: Unknown compression method: waiting for it"


def test_a_log_that_may_not_be_read_at_the_start_is_an_error(log: Path) -> None:
    log.chmod(0)
    words = "permission denied; run as a user who may read it"
    with nobody(), pytest.raises(MonitorError, match=words):
        Followed([str(log)]).start("auto", 120, 0.0)


def test_a_new_file_that_may_not_be_read_is_reported_once_and_waited_for(
    log: Path,
) -> None:
    follower, before = Follower(log), open_files()
    rotate(log, "a\n")
    log.chmod(0)
    with nobody():
        for _ in range(20):
            assert follower.poll() == []
    assert follower.notices() == [f"{log}: Permission denied: waiting for it"]
    assert "Permission denied" in follower.no_data()
    assert open_files() == before
    log.chmod(0o600)
    assert follower.poll() == ["a"]
    assert not follower.no_data()


def test_a_path_that_leads_through_a_file_is_an_error(log: Path) -> None:
    with pytest.raises(MonitorError, match="Not a directory"):
        Followed([str(log / "access.log")]).start("auto", 120, 0.0)


def test_a_log_is_gone_when_its_folder_is_removed_in_which_the_program_works(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "access.log").write_text("old\n")
    with chdir(folder):
        follower = Follower(Path("access.log"))
        shutil.rmtree(folder)
        follower.poll()
        follower.poll(5.0)
        state = follower.save()
    assert list(state) == [str(folder / "access.log")]
    assert follower.no_data() == "access.log: No such file or directory"
