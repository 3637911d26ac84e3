"""The hook of the real program, which is killed, stopped, or comes to the end of its input."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import time
from typing import Any

import pytest
from support.hooks import script, until
from support.program import (
    ENVIRON,
    ROOT,
    START,
    UTF8,
    Program,
    append,
    line_at,
    started,
)
from support.states import query

RULE = ("-w", "10", "-t", "2", "--utc")


class Scene:
    """A log, a state, and a hook that waits for a file before it ends."""

    def __init__(self, folder: Path) -> None:
        self.log, self.state = folder / "access.log", folder / "state.db"
        self._given, self._may_end = folder / "given", folder / "may-end"
        self._pids = folder / "pids"
        self.log.write_bytes(line_at(int(time()) - 60))
        self.hook = script(
            folder,
            f"cat >> {self._given}",
            f"echo $$ >> {self._pids}",
            f"until test -e {self._may_end}; do sleep 0.02; done",
        )

    def monitor(self) -> Any:
        words = ("--state", self.state, "--exec", self.hook)
        return started(*RULE, *words, self.log)

    def fire(self, program: Program) -> None:
        """Write hits until the hook runs and its alert is in the state."""
        program.wait_for("following", stderr=True)
        now = int(time())
        append(self.log, line_at(now - 1) * 30, line_at(now))
        until(lambda: self.alerts and self.waiting)

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """What the hook got."""
        if not self._given.exists():
            return []
        return [json.loads(each) for each in self._given.read_text().splitlines()]

    @property
    def waiting(self) -> int:
        number: int = query(self.state, "SELECT count(*) FROM deliveries")
        return number

    def let_end(self) -> None:
        self._may_end.touch()

    def is_running(self) -> bool:
        """Whether the hook that was started last is running."""
        pid = self._pids.read_text().split()[-1]
        return Path(f"/proc/{pid}").exists()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_kill_between_the_alert_and_the_end_of_its_hook_runs_it_again(
    scene: Scene,
) -> None:
    with scene.monitor() as program:
        scene.fire(program)
        program.send(signal.SIGKILL)
        program.process.wait()
    scene.let_end()
    for _ in range(2):
        with scene.monitor() as program:
            program.wait_for("following", stderr=True)
            until(lambda: len(scene.alerts) >= 2 and not scene.waiting)
            program.send(signal.SIGTERM)
            assert program.end().code == 0
    first, again, *more = [each for each in scene.alerts if each["state"] == "firing"]
    assert first == again
    assert more == []


def test_a_stop_waits_for_the_running_hook(scene: Scene) -> None:
    with scene.monitor() as program:
        scene.fire(program)
        program.send(signal.SIGTERM)
        scene.let_end()
        assert program.end().code == 0
    assert scene.waiting == 0
    assert len(scene.alerts) == 1


def test_a_second_ctrl_c_ends_the_hook_with_the_monitor_and_it_stays_in_the_state(
    scene: Scene,
) -> None:
    with scene.monitor() as program:
        scene.fire(program)
        program.send(signal.SIGINT)
        program.wait_for("== summary")
        program.send(signal.SIGINT)
        assert program.end().code == 130
    until(lambda: not scene.is_running())
    assert scene.waiting == 1


def test_the_end_of_standard_input_waits_for_the_hooks(scene: Scene) -> None:
    scene.let_end()
    words = (*RULE, "--exec", scene.hook, "-")
    with started(*words, stdin=subprocess.PIPE) as program:
        program.write(line_at(START) * 30 + line_at(START + 40) + line_at(START + 41))
        program.end_input()
        run = program.end()
    assert (run.code, run.err) == (0, "")
    assert [each["state"] for each in scene.alerts] == ["firing", "recovered"]


def test_what_is_left_without_a_state_is_a_notice(scene: Scene) -> None:
    hook = script(scene.log.parent, "exit 75")
    with started(*RULE, "--exec", hook, "-", stdin=subprocess.PIPE) as program:
        program.write(line_at(START) * 30 + line_at(START + 1))
        program.end_input()
        run = program.end()
    assert (
        run.err == "monitor: the hook was not run for 1 alert, which no state keeps\n"
    )


def test_a_run_without_a_hook_does_not_load_what_starts_programs(
    scene: Scene,
) -> None:
    code = (
        "import sys; from monitor.app import main; main(); "
        "sys.exit('subprocess' in sys.modules)"
    )
    words = ["--once", "--state", str(scene.state), str(scene.log)]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env={**ENVIRON, **UTF8, "PYTHONPATH": os.curdir},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0
