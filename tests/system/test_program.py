"""The real program, run as users run it, in surroundings as they are: never a traceback.

It is waited for by reading what it writes, for a bounded time.
"""

import fcntl
import gzip
import json
import os
import pty
import re
import resource
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import dropwhile
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "main.py"
START = 1795474080  # 2026-11-23 22:48:00 UTC
PATIENCE = 10.0
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
LONG = b"".join(line_at(START + 10 * i, f"/{i}") for i in range(2000))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_bytes(made_log())
    return path


# --- running it ----------------------------------------------------------------------------


class Ended:
    """What is left of a program that ended."""

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code, self.out, self.err = code, out.decode(), err.decode()
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
        """Reads until a text has come; gives the seconds that it took."""
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
    with subprocess.Popen([*python, MAIN, *words], **given) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


def ran(*words: str | Path, **options: Any) -> Ended:
    with started(*words, **options) as program:
        return program.end()


@contextmanager
def waiting(path: Path, *words: str, **options: Any) -> Iterator[Program]:
    """Follows a file that is not there yet, so that all that is written to it is new.

    The state is kept beside it, away from the user's.
    """
    env = {**ENVIRON, **UTF8, "XDG_STATE_HOME": str(path.parent / "state")}
    with started(*words, path, env=env, **options) as program:
        program.wait_for("waiting for it\n", stderr=True)
        yield program


def append(path: Path, *lines: bytes) -> None:
    with path.open("ab") as file:
        file.write(b"".join(lines))


@pytest.fixture(scope="module")
def piped(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Gives what a pipe gets when the log is replayed."""
    path = tmp_path_factory.mktemp("piped") / "access.log"
    path.write_bytes(made_log())
    run = ran("--replay", *SMALL, path)
    assert (run.code, run.err) == (0, "")
    return run.out


# --- replay --------------------------------------------------------------------------------


def test_a_replay_tells_its_reports_and_alerts_in_order_of_time(piped: str) -> None:
    marks = re.findall(r"^(== \w+: [^,]*, \w+|High traffic [^-]*)", piped, re.MULTILINE)
    fires, recovers = (
        "High traffic generated an alert ",
        "High traffic alert recovered ",
    )
    both = [fires, recovers]
    assert marks == [
        "== report: 2026-11-23 22:48:00+00:00, 10s",
        fires,
        *("== report: 2026-11-23 22:48:10+00:00, 10s", fires),
        recovers,
        *("== report: 2026-11-23 22:48:20+00:00, 10s", *both),
        *("== report: 2026-11-23 22:48:30+00:00, 10s", *both),
        *("== summary: 2026-11-23 22:48:00+00:00, 40s", *both),
    ]
    assert "oddities late 1  unparsed 1" in piped
    assert 'unparsed no time in it: "what is this?"' in piped


def test_the_json_reports_add_up_to_the_summary(log: Path) -> None:
    run = ran("--replay", "-o", "json", *SMALL, log)
    reports = [each for each in run.objects if each["type"] == "report"]
    assert (run.code, run.err) == (0, "")
    assert len(reports) == 4
    for name in ("lines", "hits", "unparsed", "ignored", "late", "misdated", "bytes"):
        assert sum(each[name] for each in reports) == run.summary[name]
    summary = run.summary
    assert summary["hits"] == sum(
        b"HTTP" in each for each in log.read_bytes().split(b"\n")
    )
    assert summary["lines"] == log.read_bytes().count(b"\n")
    assert summary["lines"] == sum(summary[n] for n in ("hits", "unparsed", "ignored"))
    states = [each["state"] for each in run.objects if each["type"] == "alert"]
    assert states == ["firing", "recovered"]


def test_quiet_tells_the_alerts_only(log: Path) -> None:
    run = ran("--replay", "-q", *SMALL, log)
    assert (run.code, run.err) == (0, "")
    assert [line.split(" - ")[0] for line in run.out.splitlines()] == [
        "High traffic generated an alert",
        "High traffic alert recovered",
    ]


def test_a_file_gets_the_same_text_as_a_pipe(
    log: Path, tmp_path: Path, piped: str
) -> None:
    path = tmp_path / "report.txt"
    with path.open("wb") as file:
        run = ran("--replay", *SMALL, log, stdout=file)
    assert run.all == (0, "", "")
    assert path.read_text() == piped


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    path.write_bytes(LONG)
    pipeline = f'"{sys.executable}" "{MAIN}" --replay "{path}"; echo "exit $?" >&2'
    done = subprocess.run(
        ["sh", "-c", f"({pipeline}) | head -3"],
        env={**ENVIRON, **UTF8},
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout.count(b"\n") == 3
    assert done.stderr == b"exit 0\n"


@pytest.mark.parametrize("words", [(), ("--replay",)], ids=["follow", "replay"])
def test_standard_input_is_read_to_its_end(words: tuple[str, ...]) -> None:
    with started(*words, "-t", "1", "-w", "1", "-", stdin=subprocess.PIPE) as program:
        program.write(line_at(START) * 2 + line_at(START).rstrip())
        program.end_input()
        run = program.end()
    assert (run.code, run.err) == (0, "")
    assert run.out.count("\ntraffic  3 hits  ") == 2
    assert run.out.startswith("High traffic generated an alert - hits = 3, ")


def test_a_named_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    lines = line_at(START) * 3
    with started("--replay", path) as program:
        Thread(target=path.write_bytes, args=(lines,), daemon=True).start()
        run = program.end()
    assert (run.code, run.err) == (0, "")
    assert run.out.count("\ntraffic  3 hits  ") == 2


def test_what_was_read_of_a_truncated_file_is_told_before_the_error(
    log: Path, tmp_path: Path
) -> None:
    path = tmp_path / "access.log.1.gz"
    path.write_bytes(gzip.compress(log.read_bytes())[:-8])  # its checksum is missing
    run = ran("--replay", "-o", "json", *SMALL, path)
    assert run.code == 1
    assert run.err.startswith(f"monitor: cannot read {path}: ")
    assert run.err.count("\n") == 1
    reports = [each for each in run.objects if each["type"] == "report"]
    assert sum(each["hits"] for each in reports) == run.summary["hits"]
    assert run.summary["lines"] == log.read_bytes().count(b"\n")


# --- following -----------------------------------------------------------------------------


def test_an_alert_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    with waiting(path, "-i", "3600", "-t", "2", "-w", "1") as program:
        append(path, *[line_at(START)] * 3, line_at(START + 1))
        assert program.wait_for("High traffic generated an alert - hits = 3, ") < 3
        program.send(signal.SIGINT)
        run = program.end(timeout=3)
    assert run.code == 130
    assert run.out.count("== report: ") == 1
    summary = run.out.partition("== summary: ")[2]
    assert "\ntraffic  4 hits  " in summary
    assert summary.count("High traffic ") == 1


def test_a_written_line_is_counted_within_half_a_second(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    with waiting(path, "-o", "json", "-i", "3600") as program:
        append(path, line_at(START) * 500)
        program.wait_for("following it")
        append(path, line_at(START) * 700)
        assert program.is_silent_for(0.5)
        program.send(signal.SIGTERM)
        run = program.end()
    assert run.code == 0
    assert run.summary["hits"] == 1200


def is_silent(told: dict[str, Any]) -> bool:
    """Tells a report of no hits: there may be some before the first lines are written."""
    return told["type"] == "report" and not told["hits"]


def test_in_silence_too_reports_and_recoveries_are_told(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    options = ("-o", "json", "-i", "1", "-t", "2", "-w", "1")
    with waiting(path, *options, python=STRICT) as program:
        append(path, *[line_at(START)] * 3)
        program.wait_for("High traffic alert recovered - hits = 0, ")
        program.wait_for('"start":"2026-11-23T22:48:01Z"')
        program.send(signal.SIGTERM)
        run = program.end()
    objects = [each for each in run.objects if each["type"] != "notice"]
    told = [each["type"] for each in dropwhile(is_silent, objects)]
    assert run.code == 0
    assert told[:4] == ["alert", "report", "alert", "report"]
    assert sum(each["hits"] for each in run.objects if "start" in each) == 2 * 3
    assert run.summary["hits"] == 3


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    with started("-i", "1", "-", stdin=subprocess.PIPE) as program:
        program.write(line_at(START) + line_at(START + 1))
        program.wait_for("== report: ")
        program.go_away()
        program.write(line_at(START + 2))
        assert program.process.wait(PATIENCE) == 0
        assert program.end().err == ""


def test_ctrl_c_that_ends_its_reader_too_is_ctrl_c(tmp_path: Path) -> None:
    with waiting(tmp_path / "access.log") as program:
        program.go_away()
        program.send(signal.SIGINT)
        assert program.process.wait(PATIENCE) == 130
        assert program.end().err.count("\n") == 1


# --- signals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signals", "code"),
    [
        pytest.param([signal.SIGINT], 130, id="Ctrl-C"),
        pytest.param([signal.SIGTERM], 0, id="terminated"),
        pytest.param([signal.SIGHUP], 0, id="terminal closed"),
        pytest.param([signal.SIGINT] * 2, 130, id="Ctrl-C twice"),
    ],
)
def test_a_signal_ends_the_wait_for_a_missing_file(
    tmp_path: Path, signals: list[signal.Signals], code: int
) -> None:
    path = tmp_path / "none.log"
    with waiting(path) as program:
        program.send(*signals)
        run = program.end(timeout=3)
    assert run.code == code
    assert run.err == f"monitor: {path}: No such file or directory: waiting for it\n"
    if len(signals) == 1:
        assert run.out.count("== summary: ") == 1


def test_ctrl_c_while_the_program_is_being_loaded_leaves_no_traceback(
    tmp_path: Path,
) -> None:
    """A module that it needs is replaced by one that sends the signal."""
    text = "import os, signal; os.kill(os.getpid(), signal.SIGINT); signal.pause()"
    (tmp_path / "argparse.py").write_text(text)
    run = ran("--no-state", "-", env={**ENVIRON, "PYTHONPATH": str(tmp_path)})
    assert run.all == (130, "", "")


def test_a_hangup_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    ignore = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    with waiting(path, "-q", "-t", "2", "-w", "1", **ignore) as program:
        program.send(signal.SIGHUP)
        append(path, *[line_at(START)] * 3, line_at(START + 1))
        program.wait_for("High traffic generated an alert")


def test_a_signal_ends_a_replay_of_a_pipe_that_is_silent() -> None:
    with started("--replay", "-o", "json", "-", stdin=subprocess.PIPE) as program:
        program.write(line_at(START) * 3 + line_at(START + 10))
        program.wait_for('"type":"report"')
        assert program.is_silent_for(0.2)
        program.send(signal.SIGTERM)
        assert program.process.wait(timeout=3) == 0
        run = program.end()
    assert run.err == ""
    assert run.summary["hits"] == 4


def test_a_reader_that_does_not_read_cannot_keep_it(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    path.write_bytes(LONG)
    with started("--replay", path) as program:
        program.wait_until_it_is_stuck()
        program.send(signal.SIGTERM)
        assert program.process.wait(timeout=3) == 0
        run = program.end()
    assert run.err == ""


def test_nor_when_it_follows() -> None:
    with started("-i", "1", "-", stdin=subprocess.PIPE) as program:
        program.write(LONG[: len(LONG) // 2])
        program.wait_until_it_is_stuck()
        program.send(signal.SIGINT)
        assert program.process.wait(timeout=3) == 130
        run = program.end()
    assert run.err == ""


def test_no_line_is_cut_for_a_reader_that_reads_on_after_a_signal(
    tmp_path: Path,
) -> None:
    path = tmp_path / "wide.log"
    wide = [line_at(START, f"/{number:0100}") for number in range(1000)]
    path.write_bytes(b"".join(wide) + line_at(START + 10))
    with started("--replay", "-n", "1000", "-o", "json", path) as program:
        program.wait_until_it_is_stuck()
        program.send(signal.SIGINT)
        run = program.end()
    report, *_ = run.objects
    assert (run.code, run.err) == (130, "")
    assert report["hits"] == 1000
    assert run.summary["hits"] in (1000, 1001)


def test_signals_that_do_not_stop_cannot_spoil_its_end(tmp_path: Path) -> None:
    with waiting(tmp_path / "access.log") as program:
        begin = monotonic()
        while program.process.poll() is None and monotonic() - begin < PATIENCE:
            program.send(signal.SIGTERM)
        run = program.end()
    assert run.code == 0


# --- surroundings --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "ascii_only"),
    [
        pytest.param(UTF8, False, id="UTF-8"),
        pytest.param({"LANG": "C"}, True, id="LANG=C"),
        pytest.param({"LC_ALL": "C"}, True, id="LC_ALL=C"),
        pytest.param(
            {**UTF8, "PYTHONIOENCODING": "latin-1"}, True, id="PYTHONIOENCODING=latin-1"
        ),
        pytest.param(
            {**UTF8, "PYTHONWARNINGS": "error"}, False, id="PYTHONWARNINGS=error"
        ),
    ],
)
def test_the_text_is_in_ascii_where_the_locale_is_not_utf8(
    log: Path, environ: dict[str, str], ascii_only: bool
) -> None:
    run = ran("--replay", *SMALL, log, env={**ENVIRON, **environ})
    assert (run.code, run.err) == (0, "")
    assert run.out.isascii() is ascii_only
    assert (r"/\xe6\x97\xa5" in run.out) is ascii_only
    assert ("/日本" in run.out) is not ascii_only
    assert "\x1b" not in run.out


def test_it_runs_without_any_environment(log: Path) -> None:
    run = ran("--replay", *SMALL, log, env={})
    assert (run.code, run.err) == (0, "")
    assert "== summary: " in run.out


def test_a_replay_closes_what_it_opens(log: Path) -> None:
    run = ran("--replay", *SMALL, log, log, python=STRICT)
    assert (run.code, run.err) == (0, "")


def test_it_runs_from_any_directory(log: Path, piped: str) -> None:
    elsewhere = ran("--replay", *SMALL, log.name, cwd=log.parent)
    assert elsewhere.all == (0, piped, "")


def test_times_are_in_the_zone_of_the_machine(log: Path) -> None:
    run = ran("--replay", log, env={**ENVIRON, **UTF8, "TZ": "IST-5:30"})
    assert "== report: 2026-11-24 04:18:00+05:30, 10s ==" in run.out


def read_terminal(fd: int) -> str:
    """Reads what a program shows on a terminal, until it ends."""
    text = b""
    while select.select([fd], [], [], PATIENCE)[0]:
        try:
            data = os.read(fd, 1 << 16)
        except OSError:  # Linux: no process has the terminal open
            break
        if not data:
            break
        text += data
    return text.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("environ", "colored"),
    [
        pytest.param({}, True, id="terminal"),
        pytest.param({"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param({"TERM": "dumb"}, False, id="dumb"),
    ],
)
def test_a_terminal_gets_the_same_text_as_a_pipe_but_for_the_colour(
    log: Path, environ: dict[str, str], colored: bool, piped: str
) -> None:
    screen, terminal = pty.openpty()
    env = {**ENVIRON, **UTF8, **environ}
    with started("--replay", *SMALL, log, stdout=terminal, env=env) as program:
        os.close(terminal)
        shown = read_terminal(screen)
        os.close(screen)
        assert program.end().all == (0, "", "")
    assert re.sub(r"\x1b\[\d+m", "", shown) == piped
    assert (shown != piped) is colored


def test_a_terminal_that_is_closed_ends_it_quietly() -> None:
    screen, terminal = pty.openpty()
    streams = {"stdin": subprocess.PIPE, "stdout": terminal}
    with started("-i", "1", "-", **streams) as program:
        os.close(terminal)
        program.write(line_at(START) + line_at(START + 1))
        assert select.select([screen], [], [], PATIENCE)[0]
        os.close(screen)
        program.write(line_at(START + 2))
        assert program.process.wait(PATIENCE) == 0
        assert program.end().err == ""


def closing(*fds: int) -> dict[str, Any]:
    """Starts a program without some of its standard streams, as `<&-` and `>&-` do."""

    def close() -> None:
        for fd in fds:
            os.close(fd)

    return {"stdin": None, "preexec_fn": close}


NO_INPUT = (
    "monitor: there is no standard input to read: give a file, or pipe a log in\n"
)
NO_OUTPUT = "monitor: standard output is closed: there is nowhere to report to\n"


@pytest.mark.parametrize(
    ("words", "closed", "code", "said"),
    [
        pytest.param(["-"], [0], 1, NO_INPUT, id="follow without stdin"),
        pytest.param(["--replay", "-"], [0], 1, NO_INPUT, id="replay without stdin"),
        pytest.param(
            ["--replay", MAIN, "-"], [0], 1, NO_INPUT, id="file, and no stdin"
        ),
        pytest.param(["x"], [1], 1, NO_OUTPUT, id="without stdout"),
        pytest.param(["--help"], [1], 1, NO_OUTPUT, id="help without stdout"),
        pytest.param(["--replay", "x"], [2], 1, "", id="without stderr"),
        pytest.param(["--foo"], [2], 2, "", id="wrong usage without stderr"),
        pytest.param(["--replay", "x"], [0, 1, 2], 1, "", id="without all"),
    ],
)
def test_a_closed_stream_is_explained_where_it_can_be(
    words: list[str], closed: list[int], code: int, said: str
) -> None:
    assert ran(*words, **closing(*closed)).all == (code, "", said)


def test_streams_that_are_not_needed_may_be_closed(log: Path, piped: str) -> None:
    assert ran("--replay", *SMALL, log, **closing(0, 2)).all == (0, piped, "")


def allow_1000_bytes_a_file() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def test_a_full_disk_is_explained_in_one_line(log: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    with path.open("wb") as file:
        run = ran("--replay", log, stdout=file, preexec_fn=allow_1000_bytes_a_file)
    told = "monitor: cannot write to standard output: File too large\n"
    assert run.all == (1, "", told)
    assert path.stat().st_size == 1000
