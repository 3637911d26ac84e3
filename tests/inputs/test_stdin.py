"""Standard input is a log that ends."""

import os
from pathlib import Path

import pytest
from support.follower import always

from monitor.errors import MonitorError
from monitor.inputs.cursor import CHUNKS_A_POLL
from monitor.inputs.logfile import CHUNK
from monitor.inputs.stdin import Stdin


def test_standard_input_ends() -> None:
    reader, writer = os.pipe()
    stdin = Stdin(reader)
    assert not stdin.start("auto", 120, 0.0).seconds
    os.write(writer, b"a\n")
    names = [type(each).__name__ for each in stdin.poll(0.0, always)]
    assert names == ["Data", "UpToDate"]
    assert not stdin.ended
    os.close(writer)
    names = [type(each).__name__ for each in stdin.poll(0.0, always)]
    assert names[0] == "End"
    assert stdin.ended
    assert stdin.failure(0.0) is None
    os.close(reader)


def test_a_poll_reads_a_bounded_number_of_bytes_and_is_busy(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * (CHUNK * CHUNKS_A_POLL + 1))
    fd = os.open(path, os.O_RDONLY)
    stdin = Stdin(fd)
    names = [type(each).__name__ for each in stdin.poll(0.0, always)]
    assert names == ["Data"] * CHUNKS_A_POLL
    assert stdin.busy
    names = [type(each).__name__ for each in stdin.poll(0.0, always)]
    assert names == ["Data", "End"]
    assert not stdin.busy
    os.close(fd)


def test_a_closed_standard_input_is_an_error() -> None:
    reader, writer = os.pipe()
    os.close(writer)
    os.close(reader)
    with pytest.raises(MonitorError, match="no standard input"):
        Stdin(reader).start("auto", 120, 0.0)


def test_standard_input_is_empty_after_its_end() -> None:
    reader, writer = os.pipe()
    stdin = Stdin(reader)
    os.write(writer, b"a\nb")
    os.close(writer)
    names = [type(each).__name__ for each in stdin.poll(0.0, always)]
    assert names == ["Data", "End"]
    assert not stdin.busy
    assert list(stdin.poll(0.2, always)) == []
    os.close(reader)


def test_standard_input_that_cannot_be_read_is_reported_and_ends(
    tmp_path: Path,
) -> None:
    fd = os.open(tmp_path, os.O_RDONLY)
    stdin = Stdin(fd)
    names = [type(each).__name__ for each in stdin.poll(0.0, always)]
    assert names == ["Notice", "End"]
    assert stdin.ended
    os.close(fd)
