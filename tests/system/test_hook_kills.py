"""The hook of the real program, which is killed, stopped, or comes to the end of its input."""

import json
import signal
import subprocess
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any

import pytest
from support.hooks import is_gone, script, until
from support.program import START, Ended, Program, append, line_at, started
from support.states import query
from support.stories import beforehand

RULE = ("-w", "600", "-t", "0.02", "--utc")
"""The alert must not recover while a busy machine starts three programs."""


class Scene:
    """A log, a state, and a hook that waits for a file before it ends."""

    def __init__(self, folder: Path) -> None:
        self.log, self.state = folder / "access.log", folder / "state.db"
        self._given, self._may_end = folder / "given", folder / "may-end"
        self._pids = folder / "pids"
        self.log.write_bytes(line_at(int(time()) - 60))
        self._hook = script(
            folder,
            f"cat >> {self._given}",
            f"echo $$ >> {self._pids}",
            f"until test -e {self._may_end}; do sleep 0.02; done",
        )

    def monitor(self) -> Any:
        words = ("--state", self.state, "--exec", self._hook)
        return started(*RULE, *words, self.log)

    def fire(self, program: Program) -> None:
        """Write hits until the hook runs and its alert is in the state."""
        program.wait_for("following", stderr=True)
        now = int(time())
        append(self.log, line_at(now - 1) * 30, line_at(now))
        self.wait_for_hooks(1)
        until(lambda: self.waiting)

    def wait_for_hooks(self, number: int) -> None:
        """Wait until so many hooks were started."""
        until(lambda: len(self._started) == number)

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """What the hook got."""
        return list(map(json.loads, self._given.read_text().splitlines()))

    @property
    def waiting(self) -> int:
        number: int = query(self.state, "SELECT count(*) FROM deliveries")
        return number

    def let_end(self) -> None:
        self._may_end.touch()

    def wait_until_the_hook_is_gone(self) -> None:
        until(lambda: is_gone(int(self._started[-1])))

    @property
    def _started(self) -> list[str]:
        return self._pids.read_text().splitlines() if self._pids.exists() else []


@dataclass
class Seen:
    """What was seen of four runs: killed, ended by Ctrl-C twice, stopped, and the next."""

    killed: int
    """Hooks that waited in the state when the run had ended, and so on."""

    interrupted: tuple[int, int]
    stopped: tuple[int, int]
    alerts: list[dict[str, Any]]


@beforehand
def lives_of_a_hook(folder: Path) -> Seen:
    scene = Scene(folder)
    with scene.monitor() as program:
        scene.fire(program)
        program.send(signal.SIGKILL)
        program.process.wait()
    killed = scene.waiting
    with scene.monitor() as program:
        scene.wait_for_hooks(2)
        program.send(signal.SIGINT)
        program.wait_for("== summary")
        program.send(signal.SIGINT)
        code = program.end().code
    scene.wait_until_the_hook_is_gone()
    interrupted = code, scene.waiting
    with scene.monitor() as program:
        scene.wait_for_hooks(3)
        program.send(signal.SIGTERM)
        scene.let_end()
        stopped = program.end().code, scene.waiting
    return Seen(killed, interrupted, stopped, scene.alerts)


@pytest.fixture
def seen(stories: dict[object, Future[Seen]]) -> Seen:
    return stories[lives_of_a_hook].result()


def test_a_kill_between_the_alert_and_the_end_of_its_hook_runs_it_again(
    seen: Seen,
) -> None:
    first, again, *_ = seen.alerts
    assert first == again
    assert (seen.killed, first["state"]) == (1, "firing")


def test_a_second_ctrl_c_ends_the_hook_with_the_monitor_and_it_stays_in_the_state(
    seen: Seen,
) -> None:
    assert seen.interrupted == (130, 1)


def test_a_stop_waits_for_the_running_hook(seen: Seen) -> None:
    assert seen.stopped == (0, 0)
    assert len(seen.alerts) == 3


@beforehand
def hook_at_the_end_of_standard_input(folder: Path) -> tuple[Ended, list[str]]:
    """Have the hook of the recovery ask for another try, for which there is no time."""
    given = folder / "given"
    hook = script(folder, f"cat >> {given}", f"! grep -q recovered {given} || exit 75")
    words = ("-w", "10", "-t", "2", "--utc", "--exec", hook, "-")
    with started(*words, stdin=subprocess.PIPE) as program:
        program.write(line_at(START) * 30 + line_at(START + 40) + line_at(START + 41))
        program.end_input()
        run = program.end()
    objects = map(json.loads, given.read_text().splitlines())
    return run, [each["state"] for each in objects]


def test_the_end_of_standard_input_waits_for_the_hooks_and_a_notice_says_what_is_left(
    stories: dict[object, Future[tuple[Ended, list[str]]]],
) -> None:
    run, states = stories[hook_at_the_end_of_standard_input].result()
    assert states == ["firing", "recovered"]
    assert (run.code, run.err) == (
        0,
        "monitor: the hook was not run for 1 alert, which no state keeps\n",
    )
