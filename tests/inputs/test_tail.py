"""A log that is written to: lines, halves of lines, holes, pipes, and how much one poll reads."""

import os
from pathlib import Path

import pytest
from support.follower import Follower, always
from support.world import (
    append,
    copytruncate,
)

from monitor.formats.lines import MAX_LINE
from monitor.inputs.arrivals import Data, UpToDate
from monitor.inputs.cursor import CHUNKS_A_POLL
from monitor.inputs.follow import Followed
from monitor.inputs.logfile import CHUNK


def test_following_starts_after_the_last_whole_line(log: Path) -> None:
    append(log, "ha")
    follower = Follower(log)
    append(log, "lf\nnext\n")
    assert follower.poll() == ["half", "next"]


def test_a_partial_line_counts_when_its_newline_comes(log: Path) -> None:
    follower = Follower(log)
    append(log, "one\ntw")
    assert follower.poll() == ["one"]
    append(log, "o\n")
    assert follower.poll() == ["two"]


def test_an_overlong_line_is_one_line_and_the_next_are_intact(log: Path) -> None:
    follower = Follower(log)
    append(log, b"x" * (3 * MAX_LINE) + b"\nnext\n")
    assert follower.poll() == ["(overlong)", "next"]


@pytest.mark.parametrize("nuls", [0, 63], ids=["without", "a few"])
def test_the_end_of_an_overlong_line_in_which_following_starts_is_no_line(
    log: Path, nuls: int
) -> None:
    append(log, b"x" * (3 * MAX_LINE) + b"\0" * nuls)
    follower = Follower(log)
    assert follower.poll() == []
    append(log, "y" * 50)
    assert follower.poll() == []
    append(log, "the end of it\nnext\n")
    assert follower.poll() == ["next"]


def test_the_hole_of_a_writer_that_does_not_append_is_dropped(log: Path) -> None:
    follower = Follower(log)
    copytruncate(log)
    append(log, b"\0" * 100_000 + b"a\n")
    assert follower.poll() == ["a"]


@pytest.mark.parametrize("before", [b"", b"line\n"], ids=["all", "after a line"])
def test_a_hole_in_which_following_starts_is_dropped(log: Path, before: bytes) -> None:
    append(log, before + b"\0" * (2 * MAX_LINE))
    follower = Follower(log)
    append(log, "a\nb\n")
    assert follower.poll() == ["a", "b"]


def test_a_named_pipe_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    follower = Follower(path)
    writer = os.open(path, os.O_WRONLY)
    os.write(writer, b"a\nb")
    assert follower.poll() == ["a"]
    os.write(writer, b"\n")
    assert follower.poll() == ["b"]
    os.close(writer)
    assert follower.poll() == []


def test_a_file_that_grows_byte_by_byte_has_each_line_once(log: Path) -> None:
    follower, given = Follower(log), list[str]()
    for byte in b"one\ntwo\nthree\n":
        append(log, bytes([byte]))
        given += follower.poll()
    assert given == ["one", "two", "three"]


def test_a_poll_reads_a_bounded_number_of_bytes_and_the_next_poll_is_up_to_date(
    log: Path,
) -> None:
    logs = Followed([str(log)])
    logs.start("auto", 120, 0.0)
    append(log, b"x" * (CHUNK * CHUNKS_A_POLL - 1) + b"\n")
    arrivals = list(logs.poll(0.2, always))
    assert [type(each) for each in arrivals] == [Data] * CHUNKS_A_POLL
    assert logs.busy
    assert [type(each) for each in logs.poll(0.2, always)] == [UpToDate]
    assert not logs.busy


def test_a_pipe_whose_writers_come_and_go_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    follower = Follower(path)
    assert follower.poll() == []
    for number in range(3):
        writer = os.open(path, os.O_WRONLY)
        os.write(writer, f"{number}\n".encode())
        os.close(writer)
        assert follower.poll() == [str(number)]
        assert follower.poll() == []
