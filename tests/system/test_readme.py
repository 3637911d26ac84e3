"""The README is true: its options are the parser's, its commands run, its output is real."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.app.arguments import read_settings
from monitor.app.follow import FAR_BEHIND
from monitor.formats import LONGEST_NAME
from monitor.inputs import rotation
from monitor.options import OPTIONS
from monitor.state import checkpoint, store
from monitor.stats import RUN_ROOM, STATISTICS, cardinality, tally
from monitor.streamtime import setback, trust

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"^    (?:\$ )?(.*python3 .*)$", README, re.MULTILINE)
MONITOR = [
    words
    for command in COMMANDS
    for words in re.findall(r"python3 main\.py ([^|;&]*)", command)
]


def test_the_option_table_is_the_parser() -> None:
    rows = dict(re.findall(r"^\| `(-[^`]*)` \| (.*) \|$", README, re.MULTILINE))
    assert rows == {option.usage: option.meaning for option in OPTIONS}


@pytest.mark.parametrize("words", MONITOR)
def test_every_command_line_of_the_program_is_right(words: str) -> None:
    assert read_settings(shlex.split(words.replace("access.log*", "access.log")))


def test_there_are_commands_to_test() -> None:
    assert len(MONITOR) > 5
    assert len(COMMANDS) > 5


(METHODS_LISTED,) = (each.listed for each in STATISTICS if each.name == "methods")
PROMISED: list[tuple[float, float, str]] = [
    (trust.FAR, 86_400, "a hit more than a day behind or far ahead"),
    (trust.JUMP, 600, "More than ten minutes ahead is far"),
    (trust.LONGEST_GAP, 364 * 86_400, "at most 364 days ahead"),
    (setback.SPAN, 60, "after a minute of log time"),
    (cardinality.MOST, 65_536, "rare collision of hashes up to 65,536 names"),
    (tally.REPORT_ROOM, 32_768, "Up to 32,768 different ones"),
    (RUN_ROOM, 65_536, "and 65,536 in the summary of a run"),
    (LONGEST_NAME, 512, "cut after 512 bytes"),
    (METHODS_LISTED, 200, "The 200 most frequent methods are listed"),
    (checkpoint.EVERY, 10, "and every 10 seconds (while it catches up"),
    (rotation.ABANDONED, 86_400, "once its successor has one, or after a day"),
    (rotation.GONE, 1, "counts as gone after one second"),
    (rotation.QUIET, 60, "let go after 60 seconds without a line"),
    (store.KEPT_REPORTS, 30 * 86_400, "the reports of 30 days"),
    (FAR_BEHIND, 32 << 20, "more than 32 MiB behind"),
]


@pytest.mark.parametrize(("number", "due", "words"), PROMISED)
def test_a_number_that_is_promised_is_the_one_that_is_used(
    number: float, due: float, words: str
) -> None:
    assert number == due
    assert words in " ".join(README.split())


def test_there_is_one_test_command() -> None:
    (command,) = re.findall(r"^    (python3 -m venv .*pytest.*)$", README, re.MULTILINE)
    assert "coverage run --source='.' -m pytest tests -v" in command
    assert "pip install -q -r requirements.txt" in command


def test_the_output_shown_is_what_the_commands_print(tmp_path: Path) -> None:
    sample = README.partition("## What it looks like")[2].partition("\nThe line")[0]
    commands = re.findall(r"^    \$ python3 (.*)$", sample, re.MULTILINE)
    shown = re.sub(
        r"^    ", "", sample.split(commands[-1] + "\n")[1], flags=re.MULTILINE
    )
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    for command in commands:
        script, *arguments = shlex.split(command)
        run = subprocess.run(
            [sys.executable, str(ROOT / script), *arguments],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            check=True,
            timeout=60,
        )
    printed = re.sub(r"[ ]+$", "", run.stdout.decode(), flags=re.MULTILINE)
    assert shown.strip()
    assert shown.strip() in printed


def test_the_first_command_shows_a_report_and_ctrl_c_ends_both(tmp_path: Path) -> None:
    (command,) = [each for each in COMMANDS if "; kill $!" in each]
    for name in ("main.py", "monitor", "log"):
        (tmp_path / name).symlink_to(ROOT / name)
    command = command.replace("python3 ", f"{shlex.quote(sys.executable)} ")
    process = subprocess.Popen(
        ["bash", "-c", command.replace("main.py access", "main.py -i 1 access")],
        cwd=tmp_path,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
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
    assert b"== summary" in rest
    assert b"loggenerator: wrote" in rest
