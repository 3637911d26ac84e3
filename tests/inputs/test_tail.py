"""What can happen to a log that is followed: one test per hazard, told as it happens.

The laws of a tail, which need models of the world, are in test_tail_laws.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.watching import (
    Watch,
    always,
    append,
    beside,
    compress,
    copytruncate,
    fail_to_read,
    open_files,
    rotate,
)

from monitor.errors import MonitorError
from monitor.formats.lines import MAX_LINE
from monitor.inputs.arrivals import Data, UpToDate
from monitor.inputs.cursor import CHUNKS_A_POLL
from monitor.inputs.logfile import CHUNK
from monitor.inputs.rotation import ABANDONED, GONE, QUIET
from monitor.inputs.tail import Tail

DATED = ("-20261123", "-20261122", "-20261121", "-20261120")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_text("old\n")
    return path


def test_following_starts_behind_the_last_complete_line(log: Path) -> None:
    append(log, "ha")
    watch = Watch(log)
    append(log, "lf\nnext\n")
    assert watch.poll() == ["half", "next"]


def test_a_partial_line_counts_when_its_newline_comes(log: Path) -> None:
    watch = Watch(log)
    append(log, "one\ntw")
    assert watch.poll() == ["one"]
    append(log, "o\n")
    assert watch.poll() == ["two"]


def test_a_new_file_in_its_place_is_followed_after_the_old_is_drained(
    log: Path,
) -> None:
    watch = Watch(log)
    append(log, "a\n")
    rotate(log, "b\n")
    assert watch.poll() == ["a", "b"]
    assert watch.notices() == [f"{log} was rotated: following the new file"]


def test_a_writer_that_keeps_the_old_file_is_read_to_its_end(log: Path) -> None:
    watch = Watch(log)
    rotate(log)
    append(beside(log, ".1"), "a\n")
    assert watch.poll() == ["a"]
    append(log, "b\n")
    append(beside(log, ".1"), "c\n")
    assert sorted(watch.poll()) == ["b", "c"]
    watch.poll(QUIET - 1)
    append(beside(log, ".1"), "d\n")
    assert watch.poll(0.5) == ["d"]


def test_a_rotated_file_is_closed_when_it_was_quiet(log: Path) -> None:
    watch = Watch(log)
    before = len(os.listdir("/dev/fd"))
    for _ in range(5):
        rotate(log, "x\n")
        watch.poll(QUIET + 1)
    watch.poll(QUIET + 1)
    watch.poll()
    assert len(os.listdir("/dev/fd")) <= before + 1


def test_half_a_line_in_a_file_that_is_let_go_is_none(log: Path) -> None:
    watch = Watch(log)
    append(log, "a\nhalf")
    watch.poll()
    rotate(log, "b\n")
    watch.poll()
    watch.poll(QUIET + 1)
    assert [line for _, line in watch.lines] == ["a", "b"]


def test_a_stale_partial_line_is_not_glued_to_the_next_file(log: Path) -> None:
    watch = Watch(log)
    append(log, "hal")
    watch.poll()
    rotate(log, "b\n")
    assert watch.poll() == ["b"]


def test_a_truncated_file_is_read_from_its_beginning(log: Path) -> None:
    watch = Watch(log)
    append(log, "hal")
    watch.poll()
    os.truncate(log, 0)
    append(log, "b\n")
    assert watch.poll() == ["b"]
    assert watch.notices() == [f"{log} was truncated: reading it from its beginning"]


@pytest.mark.parametrize("text", ["new\n", "new, longer than before\n" * 9, "neo\n"])
def test_copytruncate_is_seen_however_much_was_refilled(log: Path, text: str) -> None:
    watch = Watch(log)
    copytruncate(log, text)
    assert watch.poll() == text.splitlines()


def test_what_was_written_before_the_copy_is_read_from_the_copy(log: Path) -> None:
    watch = Watch(log)
    append(log, "a\nha")
    watch.poll()
    append(log, "lf\nb\n")
    copytruncate(log, "c\n")
    assert watch.poll() == ["half", "b", "c"]


@pytest.mark.parametrize("times", [2, 3])
def test_several_rotations_between_two_looks_lose_nothing(
    log: Path, times: int
) -> None:
    watch = Watch(log)
    append(log, "a\n")
    for number in range(times):
        rotate(log, f"{number}\n")
    assert sorted(watch.poll()) == [*map(str, range(times)), "a"]
    assert watch.poll() == []


def test_dated_names_are_rotated_files_too(log: Path) -> None:
    watch = Watch(log)
    for number, name in enumerate(reversed(DATED[:3])):
        log.rename(beside(log, name))
        log.write_text(f"{number}\n")
    assert sorted(watch.poll()) == ["0", "1", "2"]


def test_an_inode_that_is_used_again_is_another_file(log: Path) -> None:
    watch = Watch(log)
    for number in range(5):
        log.unlink()
        log.write_text(f"{number}\n")
        assert watch.poll() == [str(number)]


def test_an_empty_new_file_is_followed(log: Path) -> None:
    watch = Watch(log)
    rotate(log)
    assert watch.poll() == []
    append(log, "a\n")
    assert watch.poll() == ["a"]


def test_a_symbolic_link_that_leads_elsewhere_is_a_rotation(tmp_path: Path) -> None:
    first, second = tmp_path / "log.20261122", tmp_path / "log.20261123"
    first.write_text("old\n")
    link = tmp_path / "log"
    link.symlink_to(first)
    watch = Watch(link)
    append(first, "a\n")
    second.write_text("b\n")
    link.unlink()
    link.symlink_to(second)
    assert watch.poll() == ["a", "b"]


def test_a_log_that_vanishes_is_lost_after_a_second_and_told_once(log: Path) -> None:
    watch = Watch(log)
    log.unlink()
    watch.poll()
    assert watch.tailer.no_data(watch.mono) is None
    watch.poll(1.5)
    assert "No such file" in (watch.tailer.no_data(watch.mono) or "")
    watch.poll(5)
    assert [each for each in watch.notices() if "waiting" in each] == [
        f"{log}: No such file or directory: waiting for it"
    ]
    log.write_text("back\n")
    assert watch.poll() == ["back"]
    assert watch.tailer.no_data(watch.mono) is None
    assert watch.notices() == [f"{log} is there: following it"]


def test_a_deleted_log_that_is_written_still_is_not_lost(log: Path) -> None:
    with log.open("ab", buffering=0) as writer:
        watch = Watch(log)
        log.unlink()
        for number in range(5):
            writer.write(b"%d\n" % number)
            assert watch.poll(0.9) == [str(number)]
            assert watch.tailer.no_data(watch.mono) is None


def test_a_log_that_becomes_a_directory_is_waited_for(log: Path) -> None:
    watch = Watch(log)
    log.unlink()
    log.mkdir()
    watch.poll(2)
    watch.poll(2)
    assert "directory" in (watch.tailer.no_data(watch.mono) or "")
    log.rmdir()
    log.write_text("a\n")
    assert watch.poll() == ["a"]


def test_a_log_that_is_missing_at_the_start_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "later.log"
    watch = Watch(path)
    watch.poll()
    assert watch.tailer.no_data(watch.mono)
    assert len(watch.notices()) == 1
    path.write_text("first\n")
    assert watch.poll() == ["first"]


def test_a_directory_at_the_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match="is a directory"):
        Tail(str(tmp_path)).start("auto", 120, 0.0)


def test_an_overlong_line_is_one_line_and_the_next_are_intact(log: Path) -> None:
    watch = Watch(log)
    append(log, b"x" * (3 * MAX_LINE) + b"\nnext\n")
    assert watch.poll() == ["(overlong)", "next"]


@pytest.mark.parametrize("nuls", [0, 63])
def test_the_end_of_an_overlong_line_in_which_following_starts_is_no_line(
    log: Path, nuls: int
) -> None:
    append(log, b"x" * (3 * MAX_LINE) + b"\0" * nuls)
    watch = Watch(log)
    assert watch.poll() == []
    append(log, "y" * 50)
    assert watch.poll() == []
    append(log, "the end of it\nnext\n")
    assert watch.poll() == ["next"]


def test_the_hole_of_a_writer_that_does_not_append_is_dropped(log: Path) -> None:
    watch = Watch(log)
    copytruncate(log)
    append(log, b"\0" * 100_000 + b"a\n")
    assert watch.poll() == ["a"]


@pytest.mark.parametrize("before", [b"", b"line\n"])
def test_a_hole_in_which_following_starts_is_dropped(log: Path, before: bytes) -> None:
    append(log, before + b"\0" * (2 * MAX_LINE))
    watch = Watch(log)
    append(log, "a\nb\n")
    assert watch.poll() == ["a", "b"]


def test_a_named_pipe_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    watch = Watch(path)
    writer = os.open(path, os.O_WRONLY)
    os.write(writer, b"a\nb")
    assert watch.poll() == ["a"]
    os.write(writer, b"\n")
    assert watch.poll() == ["b"]
    os.close(writer)
    assert watch.poll() == []


def test_a_file_that_grows_byte_by_byte_gives_each_line_once(log: Path) -> None:
    watch, given = Watch(log), list[str]()
    for byte in b"one\ntwo\nthree\n":
        append(log, bytes([byte]))
        given += watch.poll()
    assert given == ["one", "two", "three"]


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, lambda path: path.symlink_to("nowhere"), lambda p: p.symlink_to(p)],
    ids=["directory", "dangling link", "link to itself"],
)
def test_a_log_that_cannot_be_opened_is_told_once_and_waited_for(
    log: Path, make: Callable[[Path], None]
) -> None:
    watch, before = Watch(log), open_files()
    log.unlink()
    make(log)
    for _ in range(50):
        assert watch.poll() == []
    assert len(watch.notices()) == 1
    assert open_files() == before
    log.rmdir() if log.is_dir() else log.unlink()
    log.write_text("a\n")
    assert watch.poll() == ["a"]
    assert watch.notices() == [f"{log} is there: following it"]


@pytest.mark.parametrize("again", [1, 3])
def test_a_log_that_comes_back_the_same_goes_on_where_it_was(
    log: Path, again: int
) -> None:
    watch = Watch(log)
    for number in range(again):
        log.rename(beside(log, ".away"))
        append(beside(log, ".away"), f"{number}\n")
        assert watch.poll(GONE + 1) == [str(number)]
        assert watch.poll(GONE + 1) == []
        beside(log, ".away").rename(log)
        append(log, "back\n")
        assert watch.poll() == ["back"]
        assert [told.rpartition(": ")[2] for told in watch.notices()] == [
            "waiting for it",
            "following it",
        ]


def test_a_short_absence_is_a_rotation_and_no_loss(log: Path) -> None:
    watch = Watch(log)
    log.rename(beside(log, ".1"))
    watch.poll(GONE / 2)
    log.write_text("a\n")
    assert watch.poll(GONE / 4) == ["a"]
    assert watch.notices() == [f"{log} was rotated: following the new file"]


def test_a_rotation_that_is_undone_gives_nothing_twice(log: Path) -> None:
    watch = Watch(log)
    append(log, "a\n")
    rotate(log, "b\n")
    assert watch.poll() == ["a", "b"]
    beside(log, ".1").rename(log)
    append(log, "c\n")
    assert watch.poll() == ["c"]
    files = watch.tailer.snapshot(lambda source: 0)[str(log)]["files"]
    inodes = [file["inode"] for file in files]
    assert sorted(inodes) == sorted(set(inodes))
    watch.poll(QUIET + 1)
    append(log, "d\n")
    assert watch.poll() == ["d"]


def test_a_link_that_goes_to_and_fro_gives_nothing_twice(tmp_path: Path) -> None:
    link, files = tmp_path / "log", [tmp_path / "blue", tmp_path / "green"]
    for file in files:
        file.touch()
    link.symlink_to(files[0])
    watch = Watch(link)
    for number in range(6):
        link.unlink()
        link.symlink_to(files[number % 2])
        append(files[number % 2], f"{number}\n")
        assert watch.poll() == [str(number)]


def test_a_writer_that_stays_on_an_empty_rotated_file_is_heard(log: Path) -> None:
    watch = Watch(log)
    rotate(log)
    rotate(log)
    assert watch.poll() == []
    append(beside(log, ".1"), "a\n")
    append(beside(log, ".2"), "b\n")
    assert sorted(watch.poll()) == ["a", "b"]


def test_a_log_that_comes_late_and_is_rotated_at_once_is_read_whole(
    tmp_path: Path,
) -> None:
    path = tmp_path / "later.log"
    watch = Watch(path)
    watch.poll()
    path.write_text("a\n")
    rotate(path, "b\n")
    assert sorted(watch.poll()) == ["a", "b"]


def test_rotated_files_of_before_the_start_are_never_read(log: Path) -> None:
    for name in (".1", ".2", DATED[0]):
        beside(log, name).write_text(f"before{name}\n")
    watch = Watch(log)
    rotate(log)
    copytruncate(log)
    rotate(log, "a\n")
    assert watch.poll() == ["a"]


def test_a_copy_that_somebody_made_of_the_log_is_not_counted_again(log: Path) -> None:
    watch = Watch(log)
    append(log, "a\n")
    assert watch.poll() == ["a"]
    shutil.copyfile(log, beside(log, ".20261123"))
    append(log, "b\n")
    rotate(log, "c\n")
    assert watch.poll() == ["b", "c"]
    assert watch.poll() == []


def test_the_log_of_another_site_is_not_a_rotated_one(tmp_path: Path) -> None:
    paths = [tmp_path / "site.log", tmp_path / "site-2.log"]
    for path in paths:
        path.write_text("old\n")
    watch = Watch(paths[0])
    for path in paths:
        rotate(path, f"{path.name}\n")
    assert watch.poll() == ["site.log"]


def test_two_truncations_with_copies_between_two_looks_lose_nothing(log: Path) -> None:
    watch = Watch(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    copytruncate(log, "c\n")
    assert sorted(watch.poll()) == ["a", "b", "c"]
    copytruncate(log, "d\n")
    assert watch.poll() == ["d"]


def test_what_came_into_an_empty_file_before_it_was_copied_is_not_lost(
    log: Path,
) -> None:
    log.write_text("")
    watch = Watch(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    assert sorted(watch.poll()) == ["a", "b"]


def test_truncation_and_rotation_between_two_looks_lose_nothing(log: Path) -> None:
    watch = Watch(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    rotate(log, "c\n")
    assert sorted(watch.poll()) == ["a", "b", "c"]


def test_a_file_that_is_compressed_before_the_next_look_is_read(log: Path) -> None:
    watch = Watch(log)
    append(log, "a\n")
    rotate(log, "b\n")
    rotate(log, "c\n")
    compress(beside(log, ".1"))
    assert sorted(watch.poll()) == ["a", "b", "c"]
    compress(beside(log, ".2"))
    rotate(log, "d\n")
    assert watch.poll() == ["d"]


def test_the_copy_of_a_truncated_file_may_be_compressed(log: Path) -> None:
    watch = Watch(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    compress(beside(log, ".1"))
    assert watch.poll() == ["a", "b"]


def test_copies_are_found_where_a_symbolic_link_leads(tmp_path: Path) -> None:
    there, link = tmp_path / "disk" / "access.log", tmp_path / "log"
    there.parent.mkdir()
    there.write_text("old\n")
    link.symlink_to(there)
    watch = Watch(link)
    append(there, "a\n")
    copytruncate(there, "b\n")
    assert watch.poll() == ["a", "b"]
    append(there, "c\n")
    rotate(there, "d\n")
    rotate(there, "e\n")
    assert sorted(watch.poll()) == ["c", "d", "e"]


def test_a_partial_line_is_not_glued_to_what_stands_where_it_was(log: Path) -> None:
    watch = Watch(log)
    append(log, "half a li")
    assert watch.poll() == []
    copytruncate(log, "ne\nwhole\n")
    assert watch.poll() == ["ne", "whole"]


def test_a_log_without_traffic_is_rotated_for_ever_and_few_files_are_open(
    log: Path,
) -> None:
    watch, before = Watch(log), open_files()
    for _ in range(30):
        rotate(log)
        assert watch.poll(ABANDONED / 4) == []
        assert open_files() <= before + 6


def test_a_rotated_file_stays_open_while_nothing_follows_it(log: Path) -> None:
    watch = Watch(log)
    rotate(log)
    watch.poll(QUIET * 5)
    watch.poll(QUIET * 5)
    append(beside(log, ".1"), "a\n")
    assert watch.poll() == ["a"]


def test_a_disk_that_fails_for_a_while_loses_nothing(log: Path) -> None:
    watch = Watch(log)
    append(log, "a\n")
    fail_to_read(log)
    assert watch.poll() == []
    assert watch.tailer.no_data(watch.mono) is None
    fail_to_read(log)
    watch.poll(GONE + 1)
    assert "Bad file descriptor" in (watch.tailer.no_data(watch.mono) or "")
    assert watch.poll() == ["a"]
    assert watch.poll() == []
    assert watch.tailer.no_data(watch.mono) is None
    assert len(watch.notices()) == 2


def test_a_rotated_file_that_cannot_be_read_harms_nothing_else(log: Path) -> None:
    watch, before = Watch(log), open_files()
    fail_to_read(log)
    rotate(log, "a\n")
    assert watch.poll() == ["a"]
    append(log, "b\n")
    assert watch.poll() == ["b"]
    watch.poll(QUIET + 1)
    assert open_files() == before
    _, *told = watch.notices()
    assert told == [
        f"cannot read {log}: Bad file descriptor: its rest is not counted yet"
    ]


def test_a_damaged_log_is_told_with_its_damage(tmp_path: Path) -> None:
    log = tmp_path / "access.log.gz"
    watch = Watch(log)
    log.write_bytes(b"\x1f\x8b" + b"damage" * 9)
    watch.poll()
    watch.poll(GONE + 1)
    told, *_ = watch.notices()
    assert told == f"{log}: Unknown compression method: waiting for it"


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user who may not read what belongs to root; others are one already."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_a_log_that_may_not_be_read_at_the_start_is_an_error(log: Path) -> None:
    log.chmod(0)
    words = "permission denied; run as a user who may read it"
    with nobody(), pytest.raises(MonitorError, match=words):
        Tail(str(log)).start("auto", 120, 0.0)


def test_a_new_file_that_may_not_be_read_is_told_once_and_waited_for(log: Path) -> None:
    watch, before = Watch(log), open_files()
    rotate(log, "a\n")
    log.chmod(0)
    with nobody():
        for _ in range(20):
            assert watch.poll() == []
    assert watch.notices() == [f"{log}: Permission denied: waiting for it"]
    assert "Permission denied" in (watch.tailer.no_data(watch.mono) or "")
    assert open_files() == before
    log.chmod(0o600)
    assert watch.poll() == ["a"]
    assert watch.tailer.no_data(watch.mono) is None


def test_a_path_that_leads_through_a_file_is_an_error(log: Path) -> None:
    with pytest.raises(MonitorError, match="Not a directory"):
        Tail(str(log / "access.log")).start("auto", 120, 0.0)


def test_a_look_reads_a_bounded_share_and_then_says_that_it_caught_up(
    log: Path,
) -> None:
    tailer = Tail(str(log))
    tailer.start("auto", 120, 0.0)
    append(log, b"x" * (CHUNK * CHUNKS_A_POLL - 1) + b"\n")
    arrivals = list(tailer.poll(0.2, always))
    assert [type(each) for each in arrivals] == [Data] * CHUNKS_A_POLL
    assert tailer.busy
    assert [type(each) for each in tailer.poll(0.2, always)] == [UpToDate]
    assert not tailer.busy


def test_what_was_missed_is_read_though_nothing_happens_to_the_log(log: Path) -> None:
    log.write_text("par")
    tail = Tail(str(log))
    tail.begin(0.0)
    list(tail.poll(0.0, always))
    state = tail.snapshot(lambda source: 0)
    beside(log, ".1").write_text("missed\n")
    tail = Tail(str(log))
    list(tail.resume(state, 1.0))
    append(log, "tial\n")
    polls = [list(tail.poll(mono, always)) for mono in (1.0, 1.2)]
    data = [[each.data for each in poll if isinstance(each, Data)] for poll in polls]
    assert data == [[b"tial\n"], [b"missed\n"]]


def test_what_is_left_of_an_older_file_comes_before_the_newer_one(log: Path) -> None:
    tail = Tail(str(log))
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


def test_a_pipe_whose_writers_come_and_go_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    watch = Watch(path)
    assert watch.poll() == []
    for number in range(3):
        writer = os.open(path, os.O_WRONLY)
        os.write(writer, f"{number}\n".encode())
        os.close(writer)
        assert watch.poll() == [str(number)]
        assert watch.poll() == []


# --- rotated files without a whole line: they may be copies in the making ---


@pytest.mark.parametrize(
    "whole", ["old\n", "before\n"], ids=["of the log", "of one from before the start"]
)
def test_a_copy_in_the_making_is_not_read_when_it_is_whole(
    log: Path, whole: str
) -> None:
    beside(log, ".9").write_text("before\n")
    watch = Watch(log)
    rotate(log)
    beside(log, DATED[0]).write_text(whole[:2])
    assert [watch.poll(), watch.poll()] == [[], []]
    beside(log, DATED[0]).write_text(whole)
    assert [watch.poll(), watch.poll()] == [[], []]


def test_a_rotated_file_without_a_line_yet_is_read_as_it_is_then(log: Path) -> None:
    watch = Watch(log)
    rotate(log, "hal")
    rotate(log)
    assert [watch.poll(), watch.poll()] == [[], []]
    beside(log, ".1").write_text("x\n")
    assert watch.poll() == ["x"]
    assert watch.notices() == [f"{log} was rotated: following the new file"]


def test_a_copy_that_is_written_over_the_last_one_is_not_counted_again(
    log: Path,
) -> None:
    watch = Watch(log)
    append(log, "a\n")
    copytruncate(log, "b\n")
    assert watch.poll() == ["a", "b"]
    append(log, "c\n")
    assert watch.poll() == ["c"]
    shutil.copyfile(log, beside(log, ".1"))
    os.truncate(log, 0)
    append(log, "d\n")
    assert watch.poll() == ["d"]
    assert all(file["offset"] for file in files_of(watch, log))
    assert [watch.poll(), watch.poll()] == [[], []]


def test_a_rotated_file_without_a_line_is_looked_at_for_a_while(log: Path) -> None:
    watch = Watch(log)
    rotate(log)
    rotate(log)
    assert [watch.poll(), watch.poll(QUIET + 1)] == [[], []]
    append(beside(log, ".1"), "late\n")
    assert watch.poll() == []
    rotate(log, "b\n")
    assert sorted(watch.poll()) == ["b", "late"]


def test_a_copy_is_known_though_the_log_it_is_of_was_empty_a_moment_ago(
    log: Path,
) -> None:
    log.write_text("")
    watch = Watch(log)
    rotate(log)
    beside(log, DATED[0]).write_text("")
    assert watch.poll() == []
    append(log, "a\n")
    beside(log, DATED[0]).write_text("a\n")
    assert [watch.poll(), watch.poll()] == [["a"], []]


def test_a_copy_of_an_empty_log_that_was_truncated_since_is_read(log: Path) -> None:
    log.write_text("")
    watch = Watch(log)
    rotate(log)
    beside(log, DATED[0]).write_text("")
    assert watch.poll() == []
    beside(log, DATED[0]).write_text("a\n")
    append(log, "b\n")
    assert [watch.poll(), watch.poll(), watch.poll()] == [["b"], ["a"], []]


def test_a_log_that_begins_as_it_did_before_it_was_truncated_is_read_anew(
    log: Path,
) -> None:
    header = "#" * 2000
    log.write_text(f"{header}\n")
    watch = Watch(log)
    append(log, "a\n")
    assert watch.poll() == ["a"]
    copytruncate(log, f"{header}\nb\nc\n")
    assert watch.poll() == [header, "b", "c"]


def files_of(watch: Watch, log: Path) -> list[dict[str, Any]]:
    """Gives what the state would know of a log's files."""
    files: list[dict[str, Any]] = watch.tailer.snapshot(lambda _: 0)[str(log)]["files"]
    return files
