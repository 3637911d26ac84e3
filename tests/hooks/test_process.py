"""Real hooks, watched with a made-up clock."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.hooks import is_gone, script, until

from monitor.hooks.process import GRACE, LONGEST_LINE, Process
from monitor.hooks.queue import Ended

DEADLINE = 30.0


class Watched:
    """A process, what it showed, and how it ended."""

    def __init__(self, path: Path, given: bytes = b"{}\n", **environ: bytes) -> None:
        self.lines: list[str] = []
        self.ended: Ended | None = None
        self.process = Process([str(path)], environ, given, DEADLINE, self.lines.append)

    def look(self, now: float = 0.0) -> bool:
        self.ended = self.process.poll(now)
        return self.ended is not None

    def run(self, now: float = 0.0) -> Ended:
        until(lambda: self.look(now))
        assert self.ended is not None
        return self.ended

    def wait_for(self, line: str) -> None:
        def shown() -> bool:
            assert not self.look()
            return line in self.lines

        until(shown)


@contextmanager
def watched(folder: Path, *lines: str) -> Iterator[Watched]:
    each = Watched(script(folder, *lines))
    try:
        yield each
    finally:
        if each.ended is None:
            each.process.stop()


OUTPUTS = [
    pytest.param(["exit 0"], Ended(0), [], id="nothing"),
    pytest.param(["echo a; echo b >&2; exit 3"], Ended(3, "b"), ["a", "b"], id="lines"),
    pytest.param(["printf 'a\\nb'"], Ended(0, "b"), ["a", "b"], id="no newline"),
    pytest.param(["printf 'a\\n\\n'"], Ended(0, "a"), ["a"], id="an empty line"),
    pytest.param(["printf '\\377'"], Ended(0, "\udcff"), ["\udcff"], id="a byte"),
    pytest.param(["kill -KILL $$"], Ended(-9), [], id="killed"),
]


@pytest.mark.parametrize(("lines", "ended", "shown"), OUTPUTS)
def test_a_hook_ends_with_its_code_and_its_lines_are_shown(
    tmp_path: Path, lines: list[str], ended: Ended, shown: list[str]
) -> None:
    with watched(tmp_path, *lines) as hook:
        assert hook.run() == ended
        assert hook.lines == shown


def test_a_hook_gets_its_input_and_its_variables(tmp_path: Path) -> None:
    path = script(tmp_path, "cat", 'echo "$MONITOR_STATE"')
    hook = Watched(path, b'{"a":1}\n', MONITOR_STATE=b"firing")
    assert hook.run() == Ended(0, "firing")
    assert hook.lines == ['{"a":1}', "firing"]


@pytest.mark.parametrize("size", [1 << 20, 1 << 10], ids=["a lot", "a little"])
def test_a_hook_that_reads_nothing_is_no_failure(tmp_path: Path, size: int) -> None:
    hook = Watched(script(tmp_path, "exec 0<&-", "echo done"), b"x" * size)
    assert hook.run() == Ended(0, "done")


def test_much_input_and_output_is_passed_on(tmp_path: Path) -> None:
    hook = Watched(script(tmp_path, "cat"), b"0123456789abcde\n" * (1 << 13))
    assert hook.run().code == 0
    assert hook.lines == ["0123456789abcde"] * (1 << 13)


def test_a_long_line_is_cut(tmp_path: Path) -> None:
    with watched(tmp_path, "head -c 2500 /dev/zero | tr '\\0' x") as hook:
        hook.run()
    assert "".join(hook.lines) == "x" * 2500
    assert max(map(len, hook.lines)) == LONGEST_LINE


def test_a_hook_that_takes_too_long_gets_term_with_all_its_processes(
    tmp_path: Path,
) -> None:
    with watched(tmp_path, "sleep 600 &", "echo $!", "echo ready", "wait") as hook:
        hook.wait_for("ready")
        assert not hook.look(DEADLINE - 0.1)
        assert not hook.look(DEADLINE)
        child = int(hook.lines[0])
        until(lambda: is_gone(hook.process.pid) and is_gone(child))
        assert hook.run(DEADLINE + GRACE) == Ended(None, "ready")


def test_a_hook_that_ignores_term_is_killed_five_seconds_later(tmp_path: Path) -> None:
    lines = ("trap '' TERM", "echo ready", "exec sleep 600")
    with watched(tmp_path, *lines) as hook:
        hook.wait_for("ready")
        for now in (DEADLINE, DEADLINE + GRACE - 0.1):
            assert not hook.look(now)
        assert not is_gone(hook.process.pid)
        assert hook.run(DEADLINE + GRACE) == Ended(None, "ready")


def test_a_child_that_ignores_term_is_killed_too(tmp_path: Path) -> None:
    lines = ("(trap '' TERM; echo $(sh -c 'echo $PPID') ready; exec sleep 600) &",)
    with watched(tmp_path, *lines, "wait") as hook:
        until(lambda: hook.look() or hook.lines)
        child = int(hook.lines[0].split()[0])
        assert not hook.look(DEADLINE)
        until(lambda: hook.look(DEADLINE) or is_gone(hook.process.pid))
        assert not is_gone(child)
        hook.run(DEADLINE + GRACE)
        until(lambda: is_gone(child))


def test_a_process_that_a_hook_leaves_behind_goes_on(tmp_path: Path) -> None:
    with watched(tmp_path, "sleep 600 & echo $!") as hook:
        assert hook.run().code == 0
    child = int(hook.lines[0])
    assert not is_gone(child)
    os.kill(child, signal.SIGKILL)


def test_a_hook_is_in_a_session_of_its_own(tmp_path: Path) -> None:
    """Ctrl-C in the terminal of the monitor does not reach it."""
    with watched(tmp_path, "cut -d' ' -f1,6 /proc/$$/stat") as hook:
        pid, session = hook.run().last_line.split()
    assert pid == session


def test_a_hook_is_stopped_with_the_monitor(tmp_path: Path) -> None:
    with watched(tmp_path, "echo ready", "exec sleep 600") as hook:
        hook.wait_for("ready")
        hook.process.stop()
        assert is_gone(hook.process.pid)
        hook.ended = Ended(None)


def test_a_hook_that_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PermissionError):
        Watched(tmp_path)
