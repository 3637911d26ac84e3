"""Runs of the real program that are started before the tests, a few at a time.

While a run waits, or uses the second processor, other tests run.
"""

import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import chaos
from support.program import LONG, PATIENCE, ROOT, START, line_at, started, waiting

README = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"^    (?:\$ )?(.*python3 .*)$", README, re.MULTILINE)

EXAMPLES = re.findall(r"^    \$ python3 (.*)$", README, re.MULTILINE)

Story = Callable[[Path], object]
"""Does in a folder of its own what a test wants to see, and returns that."""

Told = TypeVar("Told", bound=Story)
STORIES: list[Story] = []


def beforehand(story: Told) -> Told:
    """Have a story begin before the first test of the room."""
    STORIES.append(story)
    return story


@beforehand
def kills_and_rotations(folder: Path) -> tuple[chaos.Writer, list[str]]:
    writer = chaos.Writer(folder, seed=2, how="both")
    chaos.play(writer, rounds=2, rotations=5)
    return writer, chaos.differences(writer)


@beforehand
def first_command(folder: Path) -> str:
    """Run the first command of the README until a report has hits, then press Ctrl-C."""
    (command,) = [each for each in COMMANDS if "; kill $!" in each]
    for name in ("main.py", "monitor", "log"):
        (folder / name).symlink_to(ROOT / name)
    command = command.replace("python3 ", f"{shlex.quote(sys.executable)} ")
    process = subprocess.Popen(
        ["bash", "-c", command.replace("main.py access", "main.py -i 1 access")],
        cwd=folder,
        env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(b"traffic") and b"no hits" not in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    return rest.decode()


@beforehand
def examples(folder: Path) -> dict[str, str]:
    """Run the commands that the README shows with their output; return what they print."""
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    printed: dict[str, str] = {}
    for command in EXAMPLES:
        script, *words = shlex.split(command)
        printed[command] = subprocess.run(
            [sys.executable, str(ROOT / script), *words],
            cwd=folder,
            env=environ,
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout.decode()
    return printed


@beforehand
def readers_that_do_not_read(folder: Path) -> list[tuple[int, str]]:
    """End a replay and a following whose output is stuck; return their codes and notices."""
    path = folder / "long.log"
    path.write_bytes(LONG)
    with ExitStack() as stack:
        replaying = stack.enter_context(started("--replay", path))
        following = started("-i", "1", "-", stdin=subprocess.PIPE)
        follows = stack.enter_context(following)
        follows.write(LONG[: len(LONG) // 2])
        for program in (replaying, follows):
            program.wait_until_it_is_stuck()
        replaying.send(signal.SIGTERM)
        follows.send(signal.SIGINT)
        programs = [replaying, follows]
        codes = [each.process.wait(timeout=PATIENCE) for each in programs]
        return [
            (code, each.end().err) for code, each in zip(codes, programs, strict=True)
        ]


@beforehand
def reader_that_goes_away(folder: Path) -> tuple[int, str]:
    with started("-i", "1", "-", stdin=subprocess.PIPE) as program:
        program.write(line_at(START) + line_at(START + 1))
        program.wait_for("== 20")
        program.go_away()
        program.write(line_at(START + 2))
        return program.process.wait(PATIENCE), program.end().err


@beforehand
def ctrl_c_that_ends_its_reader_too(folder: Path) -> tuple[int, str]:
    with waiting(folder / "access.log") as program:
        program.go_away()
        program.send(signal.SIGINT)
        return program.process.wait(PATIENCE), program.end().err


@beforehand
def terminal_that_is_closed(folder: Path) -> tuple[int, str]:
    screen, terminal = pty.openpty()
    streams = {"stdin": subprocess.PIPE, "stdout": terminal}
    with started("-i", "1", "-", **streams) as program:
        os.close(terminal)
        program.write(line_at(START) + line_at(START + 1))
        assert select.select([screen], [], [], PATIENCE)[0]
        os.close(screen)
        program.write(line_at(START + 2))
        return program.process.wait(PATIENCE), program.end().err
