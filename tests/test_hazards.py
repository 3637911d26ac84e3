"""What can happen to a log that is followed: one test per hazard, told as it happens."""

import os
import shutil
from pathlib import Path

import pytest
from test_tailer import DATED, Watch, append, beside, rotate

from monitor.errors import MonitorError
from monitor.lines import MAX_LINE
from monitor.parser import Parser
from monitor.rotation import QUIET
from monitor.stdin import Stdin
from monitor.tailer import Tailer


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_text("old\n")
    return path


def copytruncate(path: Path, text: str = "") -> None:
    shutil.copyfile(path, beside(path, ".1"))
    os.truncate(path, 0)
    append(path, text)


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
        Tailer([str(tmp_path)]).start(Parser(), 120, 0.0)


def test_an_overlong_line_is_one_line_and_the_next_are_intact(log: Path) -> None:
    watch = Watch(log)
    append(log, b"x" * (3 * MAX_LINE) + b"\nnext\n")
    assert watch.poll() == ["(overlong)", "next"]


def test_the_hole_of_a_writer_that_does_not_append_is_dropped(log: Path) -> None:
    watch = Watch(log)
    copytruncate(log)
    append(log, b"\0" * 100_000 + b"a\n")
    assert watch.poll() == ["a"]


def test_several_files_are_read_and_one_that_is_lost_is_known(tmp_path: Path) -> None:
    paths = [tmp_path / "a.log", tmp_path / "b.log"]
    for path in paths:
        path.write_text("old\n")
    watch = Watch(*paths)
    for path in paths:
        append(path, f"{path.name}\n")
    assert sorted(watch.poll()) == ["a.log", "b.log"]
    paths[0].unlink()
    watch.poll(2)
    watch.poll(2)
    assert watch.tailer.no_data(watch.mono) is None
    assert watch.tailer.partly(watch.mono)


def test_the_same_file_named_twice_is_read_once(log: Path) -> None:
    watch = Watch(log, log)
    append(log, "a\n")
    assert watch.poll() == ["a"]


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


def test_standard_input_ends() -> None:
    reader, writer = os.pipe()
    stdin = Stdin(reader)
    assert not stdin.start(Parser(), 120, 0.0)
    os.write(writer, b"a\n")
    names = [type(each).__name__ for each in stdin.poll(0.0)]
    assert names == ["Data", "CaughtUp"]
    assert not stdin.ended
    os.close(writer)
    names = [type(each).__name__ for each in stdin.poll(0.0)]
    assert names[0] == "Ended"
    assert stdin.ended
    assert stdin.lost(0.0) is None
    os.close(reader)


def test_a_closed_standard_input_is_an_error() -> None:
    reader, writer = os.pipe()
    os.close(writer)
    os.close(reader)
    with pytest.raises(MonitorError, match="no standard input"):
        Stdin(reader).start(Parser(), 120, 0.0)
