"""What is no log, or cannot be read, is an error that says what to do."""

import errno
import gzip
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.errors import MonitorError
from monitor.inputs.checks import check_readable
from monitor.inputs.logfile import LogFile
from monitor.inputs.stdin import Stdin
from monitor.inputs.unreadable import Refused, cannot_read

ZSTD = bytes.fromhex("28b52ffd0488550200")

REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a device": (lambda path: path.symlink_to("/dev/null"), "it is a device; give"),
    "an endless device": (lambda path: path.symlink_to("/dev/zero"), "it is a device"),
    "our standard output": (
        lambda path: path.symlink_to("/dev/stdout"),
        "this program prints to it; print to another file|it is a device",
    ),
    "our standard error": (
        lambda path: path.symlink_to("/dev/stderr"),
        "this program prints to it; print to another file|it is a device",
    ),
    "a socket": (
        lambda path: socket.socket(socket.AF_UNIX).bind(str(path)),
        "it is a socket; give",
    ),
    "zstd": (
        lambda path: path.write_bytes(ZSTD),
        r"it is compressed \(zstd\); read it with: zstdcat '.*/a log' \| python3 main",
    ),
    "zip": (lambda path: path.write_bytes(b"PK\x03\x04"), ".*read it with: unzip -p '"),
    "a directory": (lambda path: path.mkdir(), "it is a directory; give the log file"),
    "nothing": (lambda path: None, "no such file; check the path"),
}


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED)
def test_a_path_that_leads_to_no_log_is_an_error(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    path = tmp_path / "a log"
    make(path)
    with pytest.raises(MonitorError, match=f"^cannot read {path}: ({words})"):
        check_readable(str(path))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        pytest.param(errno.EMFILE, "too many open files; give fewer logs", id="ours"),
        pytest.param(errno.ENFILE, "the system has too many open files", id="system"),
        pytest.param(errno.EPERM, "permission denied; run as a user", id="not ours"),
        pytest.param(errno.EIO, "Input/output error", id="a disk"),
    ],
)
def test_an_error_of_the_system_is_explained(number: int, words: str) -> None:
    error = OSError(number, os.strerror(number))
    assert cannot_read("log", error).startswith(f"cannot read log: {words}")


def test_our_output_is_no_standard_input_if_it_is_a_file(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+b") as file:
        saved = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            with pytest.raises(Refused):
                LogFile("-", stdin=file.fileno())
            with pytest.raises(Refused):
                LogFile(file.name)
        finally:
            os.dup2(saved, 2)
            os.close(saved)
        LogFile(file.name).close()


def test_compressed_standard_input_is_an_error_that_says_what_to_type() -> None:
    reader, writer = os.pipe()
    stdin = Stdin(reader)
    os.write(writer, gzip.compress(b"line\n"))
    words = r"cannot read standard input: it is compressed \(gzip\); read it with: zcat FILE \|"
    with pytest.raises(MonitorError, match=words):
        list(stdin.poll(0.0, lambda source: True))
    os.close(reader)
    os.close(writer)


def test_a_pipe_may_hold_the_magic_number_of_a_compression_after_its_start() -> None:
    reader, writer = os.pipe()
    file = LogFile("-", stdin=reader)
    for data in (b"line\n", ZSTD):
        assert file.read(0) == b""
        os.write(writer, data)
        assert file.read(0) == data
    os.close(reader)
    os.close(writer)
