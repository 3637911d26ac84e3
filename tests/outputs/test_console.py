"""Text reaches whoever reads it, whole and in order, and a reader that does not read is no trap.

What must be waited for is another process or thread, which reads from, or writes to, a real pipe.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.reports import BLIND, BUSY, FIRED, report_of, summary_of
from support.states import full_disk

from monitor.core import Event, Notice
from monitor.errors import MonitorError, OutputGone
from monitor.outputs import Style
from monitor.outputs.console import Console, Writer, write_notice
from monitor.outputs.signals import Interrupted, Stop
from monitor.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = "".join(f"line {number}\n" for number in range(30_000))
START = 1795474080  # 2026-11-23 22:48:00 UTC
Pipe = list[int]


@contextmanager
def open_pipe() -> Iterator[Pipe]:
    """Yield the ends of a pipe, to read from and to write to; a test pops what it closes."""
    ends = list(os.pipe())
    try:
        yield ends
    finally:
        for fd in ends:
            os.close(fd)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    with open_pipe() as ends:
        yield ends


class Reader(Thread):
    """Reads a pipe to its end, some bytes at a time."""

    def __init__(self, fd: int, size: int) -> None:
        super().__init__(daemon=True)
        self.text = b""
        self._fd, self._size = fd, size
        self.start()

    def run(self) -> None:
        while data := os.read(self._fd, self._size):
            self.text += data


class Interruptible(Thread):
    """Writes a text; tells whether that was interrupted."""

    def __init__(self, output: Writer, text: str) -> None:
        super().__init__(daemon=True)
        self.interrupted = False
        self._output, self._text = output, text
        self.start()

    def run(self) -> None:
        try:
            self._output.write(self._text)
        except Interrupted:
            self.interrupted = True


def fill(fd: int) -> int:
    """Writes to a pipe until no byte more goes in; gives their number."""
    os.set_blocking(fd, False)
    written = 0
    for size in (4096, 1):
        try:
            while True:
                written += os.write(fd, b"x" * size)
        except BlockingIOError:
            continue
    os.set_blocking(fd, True)
    return written


def command_of(code: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        f"import os, signal\nfrom monitor.outputs import *\n{code}",
    ]


def run_python(code: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Runs some code beside this program, for 20 seconds at most."""
    command = command_of(code)
    return subprocess.run(command, cwd=ROOT, timeout=20, check=False, **options)


@pytest.fixture(scope="module", autouse=True)
def unread() -> Iterator[subprocess.Popen[bytes]]:
    """Start a program before the other tests that tries for a second to write a notice."""
    with open_pipe() as pipe:
        fill(pipe[1])
        command = command_of("write_notice('x')")
        with subprocess.Popen(command, cwd=ROOT, stderr=pipe[1]) as process:
            yield process


# --- what is written -----------------------------------------------------------------------


@pytest.mark.parametrize("blocking", [True, False])
@pytest.mark.parametrize("size", [7, 1 << 16])
def test_a_long_text_is_written_whole(pipe: Pipe, size: int, blocking: bool) -> None:
    read, write = pipe
    os.set_blocking(write, blocking)
    reader = Reader(read, size)
    Writer(write, "utf-8", Stop()).write(TEXT[: 4000 * size])
    os.close(pipe.pop())
    reader.join(timeout=20)
    assert reader.text.decode() == TEXT[: 4000 * size]


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        pytest.param("utf-8", "é ▁".encode(), id="utf-8"),
        pytest.param("latin-1", b"\xe9 \\u2581", id="latin-1"),
        pytest.param("ascii", b"\\xe9 \\u2581", id="ascii"),
    ],
)
def test_what_an_encoding_lacks_is_escaped(
    pipe: Pipe, encoding: str, written: bytes
) -> None:
    Writer(pipe[1], encoding, Stop()).write("é ▁")
    assert os.read(pipe[0], 100) == written


def test_text_is_written_at_once(pipe: Pipe) -> None:
    output = Writer(pipe[1], "utf-8", Stop())
    for text in ("first\n", "second\n"):
        output.write(text)
        assert os.read(pipe[0], 100) == text.encode()


# --- who does not read ---------------------------------------------------------------------


def test_a_reader_that_went_away_is_a_normal_end(pipe: Pipe) -> None:
    os.close(pipe.pop(0))
    with pytest.raises(OutputGone):
        Writer(pipe[0], "utf-8", Stop()).write("text")


def test_a_reader_that_goes_away_meanwhile_is_a_normal_end(pipe: Pipe) -> None:
    fill(pipe[1])
    closing = Thread(target=os.close, args=(pipe.pop(0),))
    closing.start()
    with pytest.raises(OutputGone):
        Writer(pipe[0], "utf-8", Stop()).write("text")
    closing.join()


def test_a_line_that_a_signal_interrupted_is_ended_before_the_next(pipe: Pipe) -> None:
    room = 4096 * 3
    full = fill(pipe[1])
    os.read(pipe[0], room)
    stop = Stop()
    stop.signal = signal.SIGTERM
    output = Writer(pipe[1], "utf-8", stop, patience=0.1)
    writer = Interruptible(output, TEXT[: 2 * room])
    writer.join(timeout=5)
    again = Interruptible(output, "")
    again.join(timeout=0.5)
    assert writer.interrupted
    assert again.interrupted
    before = b""
    while len(before) < full:
        before += os.read(pipe[0], 1 << 16)
    output.write("last words\n")
    after = os.read(pipe[0], 1 << 16).decode()
    assert before[full - room :].decode() + after == TEXT[: 2 * room] + "last words\n"


def test_a_signal_ends_the_wait_for_a_reader_that_does_not_read(pipe: Pipe) -> None:
    code = """if True:
        from threading import Thread
        stop = Stop()
        stop.install()
        def send_signal():
            while not stop.waiting:
                continue
            os.kill(os.getpid(), signal.SIGTERM)
        Thread(target=send_signal, daemon=True).start()
        try:
            Writer(1, "utf-8", stop).write("x" * 10**6)
        except Interrupted:
            write_notice(f"signal {stop.signal}")"""
    fill(pipe[1])
    done = run_python(code, stdout=pipe[1], stderr=subprocess.PIPE)
    assert done.stderr == b"monitor: signal 15\n"


def test_a_full_disk_is_explained_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "report"
    reason = "^cannot write to standard output: File too large$"
    with path.open("wb") as file:
        writer = Writer(file.fileno(), "utf-8", Stop())
        with full_disk(9999), pytest.raises(MonitorError, match=reason):
            writer.write("x" * 10**5)
    assert path.read_bytes() == b"x" * 9999


def test_an_output_that_is_not_open_for_writing_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.touch()
    fd = os.open(path, os.O_RDONLY)
    with pytest.raises(MonitorError, match="cannot write to standard output: "):
        Writer(fd, "utf-8", Stop()).write("text")
    os.close(fd)


def test_lines_of_several_monitors_in_one_file_are_whole(tmp_path: Path) -> None:
    """Monitors report at the same second, and a line may be longer than what a pipe takes."""
    path, length = tmp_path / "reports", 10 * select.PIPE_BUF

    def write(letter: str) -> None:
        with path.open("ab") as file:
            writer = Writer(file.fileno(), "utf-8", Stop())
            for _ in range(50):
                writer.write(letter * length + "\n")

    threads = [Thread(target=write, args=[letter]) for letter in "ab"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    lines = Counter(path.read_text().splitlines())
    assert lines == {"a" * length: 50, "b" * length: 50}


@pytest.mark.parametrize(
    ("event", "is_written"),
    [
        pytest.param(FIRED, True, id="alert"),
        pytest.param(BLIND, True, id="a log without data"),
        pytest.param(report_of(BUSY), False, id="report"),
        pytest.param(summary_of(BUSY), False, id="summary"),
        pytest.param(
            report_of(BUSY, is_open=True), True, id="report that is asked for"
        ),
    ],
)
def test_quiet_writes_alerts_and_what_is_asked_for(
    tmp_path: Path, event: Event, is_written: bool
) -> None:
    path = tmp_path / "report"
    with path.open("wb") as file:
        writer = Writer(file.fileno(), "utf-8", Stop())
        Console(Settings(quiet=True), writer, Style(), float).emit(event)
    assert bool(path.read_text()) is is_written


# --- notices -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "line"),
    [
        pytest.param("rotated", "monitor: rotated\n", id="plain"),
        pytest.param("naïve.log", "monitor: naïve.log\n", id="UTF-8"),
        pytest.param(
            "\x1b[2J\r\u202e\udcff.log",
            "monitor: \\x1b[2J\\x0d\\u202e\\xff.log\n",
            id="a hostile name",
        ),
        pytest.param(
            "a\nmonitor: b", "monitor: a\\x0amonitor: b\n", id="a forged second line"
        ),
        pytest.param("a\\nb", "monitor: a\\\\nb\n", id="a real backslash"),
    ],
)
def test_a_notice_is_written_so_that_it_can_be_seen(
    capfd: pytest.CaptureFixture[str], message: str, line: str
) -> None:
    write_notice(message)
    assert capfd.readouterr().err == line


@pytest.mark.parametrize(
    ("words", "style", "object_"),
    [
        pytest.param({}, Style(utc=True), None, id="text"),
        pytest.param({"quiet": True}, Style(utc=True), None, id="quiet"),
        pytest.param(
            {"output": "json"},
            Style(),
            {"type": "notice", "at": "2026-11-23T22:48:03Z", "message": "rotated"},
            id="JSON",
        ),
    ],
)
def test_a_notice_has_the_time_of_the_clock_of_the_console(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    words: dict[str, Any],
    style: Style,
    object_: dict[str, str] | None,
) -> None:
    path = tmp_path / "report"
    with path.open("wb") as file:
        writer = Writer(file.fileno(), "utf-8", Stop())
        console = Console(Settings(**words), writer, style, lambda: START + 3.9)
        console.emit(Notice("rotated"))
    time = style.time(START + 3)
    assert capfd.readouterr().err == f"{time} monitor: rotated\n"
    assert path.read_text() == (
        json.dumps(object_, separators=(",", ":")) + "\n" if object_ else ""
    )


def test_further_lines_stand_below_a_notice(capfd: pytest.CaptureFixture[str]) -> None:
    write_notice("which log?", "python3 a\n", "python3 b")
    assert capfd.readouterr().err == (
        "monitor: which log?\n  python3 a\\x0a\n  python3 b\n"
    )


def test_without_standard_error_a_notice_is_lost_and_nothing_else() -> None:
    code = """if True:
        import sys
        os.close(2)
        write_notice("closed")
        sys.stderr = None
        write_notice("none")"""
    done = run_python(code, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_notice_that_nobody_reads_holds_nothing_up(
    unread: subprocess.Popen[bytes],
) -> None:
    assert unread.wait(timeout=20) == 0
