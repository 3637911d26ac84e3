"""A command line without a file is answered with commands that have the same options."""

import shlex
import sys
from pathlib import Path

import pytest

from monitor.app.arguments import read_settings, which_log
from monitor.settings import Settings


@pytest.mark.parametrize(
    "line", ["", "--replay", "--once -q", "--history --since 12h", "-i 1m --", "-t .5"]
)
def test_without_a_file_the_usual_logs_are_named_as_commands(
    tmp_path: Path, line: str
) -> None:
    usual = [str(tmp_path / name) for name in ("one.log", "none.log", "two.log", "d")]
    for index in (0, 2):
        Path(usual[index]).touch()
    Path(usual[3]).mkdir()
    words = shlex.split(line)
    first, *commands = which_log(words, settings_of(line), usual)
    assert first == "which log? On this machine there is:"
    program = [sys.executable, sys.argv[0], *words]
    named = [[*program, usual[index]] for index in (0, 2)]
    assert [shlex.split(command) for command in commands] == named


def settings_of(line: str) -> Settings:
    """Return the settings of a command line that lacks its file, without the file."""
    return read_settings([*shlex.split(line), "a.log"])._replace(files=())


@pytest.mark.parametrize(
    ("line", "joint"), [("", "&"), ("-i 1m", "&"), ("--replay", "&&"), ("--once", "&&")]
)
def test_without_a_file_and_a_usual_log_there_is_a_way_to_try(
    tmp_path: Path, line: str, joint: str
) -> None:
    (message,) = which_log(
        shlex.split(line), settings_of(line), [str(tmp_path / "none")]
    )
    make, watch = message.partition(": ")[2].split(f" {joint} ")
    assert shlex.split(make)[0] == shlex.split(watch)[0] == sys.executable
    made = read_settings(shlex.split(watch)[2:])
    assert made == settings_of(line)._replace(files=("access.log",))
    assert "\n" not in message
    assert ("--lines" in make) == (joint == "&&")


def test_without_a_file_and_a_usual_log_the_history_asks_for_a_path() -> None:
    message = which_log(["--history"], settings_of("--history"), [])
    assert message == ["which log? Give the path of a log that was followed"]
