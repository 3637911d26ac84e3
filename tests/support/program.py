"""The real program as a process, which tests await by reading its output for a bounded time."""

import fcntl
import json
import os
import re
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "main.py"
START = 1795474080  # 2026-11-23 22:48:00 UTC
PATIENCE = 30.0
UTF8 = {"LC_ALL": "C.UTF-8", "TERM": "xterm"}
SPOILING = ("PYTHON", "LC_", "LANG", "NO_COLOR", "TERM", "TZ")
ENVIRON = {k: v for k, v in os.environ.items() if not k.startswith(SPOILING)}


def line_at(second: int, path: str = "/pages/create", status: int = 200) -> bytes:
    time = datetime.fromtimestamp(second, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    text = f'192.0.2.7 - - [{time}] "GET {path} HTTP/1.1" {status} 1234\n'
    return text.encode()


def made_log() -> bytes:
    """Makes 40 quiet seconds, with a burst in the second ten, a late hit, and odd lines."""
    lines = [line_at(START, "/日本/\x1b[2J")]
    for second in range(40):
        for hit in range(30 if 10 <= second < 20 else 1):
            path = f"/{'abc'[hit % 3]}/{hit}"
            lines.append(line_at(START + second, path, (200, 404)[hit == 7]))
    lines.insert(200, line_at(START + 1, "/late"))
    lines.insert(9, b"# a comment\n\nwhat is this?\n")
    return b"".join(lines)


SMALL = ("-w", "10", "-t", "10", "--utc")
STRICT = [sys.executable, "-X", "dev", "-W", "error"]
LONG = b"".join(line_at(START + 10 * i, f"/{i}") for i in range(250))
"""Its reports do not fit into a pipe."""


TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d"
STARTS = rf"(?m)^{TIME} (?=monitor: )(?:monitor: following .*: alert above .*\n)?"


class Ended:
    """What is left of a program that ended.

    Its notices are without their times, and without the first, which name the followed logs.
    """

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code, self.out = code, out.decode()
        self.err = re.sub(STARTS, "", err.decode())
        assert "Traceback" not in self.err, self.err
        assert "Exception" not in self.err, self.err
        assert "Warning" not in self.err, self.err

    @property
    def all(self) -> tuple[int, str, str]:
        return self.code, self.out, self.err

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        *others, last = self.objects
        assert last["type"] == "summary"
        assert "summary" not in {each["type"] for each in others}
        return last


def waiting_bytes(stream: Any) -> int:
    """Counts the bytes in a pipe."""
    number = fcntl.ioctl(stream, termios.FIONREAD, b"\0" * 4)
    return int.from_bytes(number, sys.byteorder)


class Program:
    """The program while it runs."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.pid = process.pid
        self._read = {stream: b"" for stream in (process.stdout, process.stderr)}

    def write(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def end_input(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.stdin = None

    def go_away(self) -> None:
        assert self.process.stdout
        self.process.stdout.close()

    def wait_for(self, text: str, *, stderr: bool = False) -> float:
        """Reads until a text has come; returns the seconds that it took."""
        stream = self.process.stderr if stderr else self.process.stdout
        begin = monotonic()
        while text.encode() not in self._read[stream]:
            left = begin + PATIENCE - monotonic()
            ready, _, _ = select.select([stream], [], [], max(0.0, left))
            assert ready, f"no {text!r} in {self._read}"
            data = os.read(stream.fileno(), 1 << 16)
            assert data, f"ended without {text!r}: {self._read}"
            self._read[stream] += data
        return monotonic() - begin

    @property
    def notices(self) -> str:
        """What was read of standard error so far."""
        return self._read[self.process.stderr].decode()

    def wait_until_it_is_stuck(self) -> None:
        """Waits until it has filled the pipe that nobody reads, and so writes no more."""
        begin, before, filled = monotonic(), -1, 0
        while filled == 0 or filled != before:
            assert monotonic() - begin < PATIENCE
            select.select([self.process.stderr], [], [], 0.1)
            before, filled = filled, waiting_bytes(self.process.stdout)

    def is_silent_for(self, seconds: float) -> bool:
        return not select.select([self.process.stdout], [], [], seconds)[0]

    def send(self, *signals: signal.Signals) -> None:
        for number in signals:
            self.process.send_signal(number)

    def end(self, timeout: float = PATIENCE) -> Ended:
        """Reads to the end of what is written."""
        out, err = self.process.communicate(timeout=timeout)
        before = self._read[self.process.stdout], self._read[self.process.stderr]
        return Ended(
            self.process.returncode, before[0] + (out or b""), before[1] + (err or b"")
        )


@contextmanager
def started(*words: str | Path, **options: Any) -> Iterator[Program]:
    """Starts the program with UTF-8, pipes for output and nothing to read."""
    given = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "env": {**ENVIRON, **UTF8},
        "bufsize": 0,
        **options,
    }
    python = given.pop("python", [sys.executable])
    program = given.pop("program", [MAIN])
    with subprocess.Popen([*python, *program, *words], **given) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


def ran(*words: str | Path, **options: Any) -> Ended:
    with started(*words, **options) as program:
        return program.end()


@contextmanager
def waiting(
    path: Path, *words: str, more: Mapping[str, str] = {}, **options: Any
) -> Iterator[Program]:
    """Follows a file that is not there yet, so that all that is written to it is new.

    The state is kept beside it, away from the user's. `more` is added to the environment.
    """
    env = {**ENVIRON, **UTF8, "XDG_STATE_HOME": str(path.parent / "state"), **more}
    with started(*words, path, env=env, **options) as program:
        program.wait_for("waiting for it\n", stderr=True)
        yield program


def append(path: Path, *lines: bytes) -> None:
    with path.open("ab") as file:
        file.write(b"".join(lines))
