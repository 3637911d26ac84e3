"""--exec on the command line, and --exec-test."""

import json
import shlex
from itertools import count
from pathlib import Path

import pytest
from support.hooks import look, script

from monitor.app.arguments import read_settings
from monitor.app.cli import main
from monitor.app.hooks import exec_test
from monitor.app.loop import Timing
from monitor.errors import MonitorError, UsageError
from monitor.outputs import Stop, Style
from monitor.settings import Settings

LOG = Settings(files=("a.log",))


@pytest.mark.parametrize(
    ("line", "settings"),
    [
        ("--exec sh a.log", LOG._replace(exec="sh")),
        (
            "--exec 'sh -c \"a $B; c\"' a.log",
            LOG._replace(exec='sh -c "a $B; c"'),
        ),
        ("--exec /bin/sh --once a.log", LOG._replace(exec="/bin/sh", once=True)),
        ("--exec-timeout 2m a.log", LOG._replace(exec_timeout=120)),
        ("--exec sh --exec-test", Settings(exec="sh", exec_test=True)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_command_is_split_into_words_and_no_shell_reads_it(
    line: str, settings: Settings
) -> None:
    assert read_settings(shlex.split(line)) == settings


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--exec '' a.log", "--exec: give a program to run, not nothing"),
        ('--exec "sh -c \'a" a.log', "--exec: close the quote in 'sh -c 'a'"),
        ("--exec sh --replay a.log", "--exec and --replay do not go together"),
        ("--exec sh --history a.log", "--exec and --history do not go together"),
        ("--exec sh --exec-test --once a.log", "--once and --exec-test do not go"),
        ("--exec-test", "--exec-test runs a program: name it with --exec"),
        ("--exec sh", "which log?"),
        ("--exec-timeout 0 a.log", "--exec-timeout: give a time from 1s to 1h"),
        ("--exec-timeout 2h a.log", "not '2h'"),
    ],
    ids=lambda value: ascii(value),
)
def test_a_wrong_command_is_explained(line: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(shlex.split(line))
    assert said in caught.value.args[0]
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("mode", ["", "--once", "--exec-test"])
@pytest.mark.parametrize("name", ["no-such-program", "./no-such", "/", "/etc/passwd"])
def test_a_program_that_is_not_there_is_wrong_usage(
    capfd: pytest.CaptureFixture[str], name: str, mode: str
) -> None:
    assert main([*mode.split(), "--exec", name, "a.log"]) == 2
    assert capfd.readouterr() == (
        "",
        (
            f"monitor: --exec: there is no program {name}: give its path, "
            "and make it executable with chmod +x\n"
        ),
    )


TRIALS = [
    pytest.param("exit 0", 0, "monitor: the hook ended with exit code 0\n", id="done"),
    pytest.param(
        'echo "$MONITOR_STATE" >&2; exit 3',
        1,
        "hook: test\nmonitor: the hook failed with exit code 3: test\n",
        id="failed",
    ),
    pytest.param(
        "printf '\\033[2J\\n'; exit 75",
        1,
        "hook: \\x1b[2J\nmonitor: the hook failed with exit code 75: \\x1b[2J\n",
        id="escaped",
    ),
]


@pytest.mark.parametrize(("line", "code", "err"), TRIALS)
def test_a_trial_runs_the_hook_once_and_shows_what_it_prints(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    line: str,
    code: int,
    err: str,
) -> None:
    hook = script(tmp_path, f"cat >> {tmp_path}/given", line)
    assert main(["--exec", str(hook), "--exec-test"]) == code
    assert capfd.readouterr() == ("", err)
    (given,) = (tmp_path / "given").read_text().splitlines()
    assert json.loads(given)["state"] == "test"


def test_a_trial_of_a_file_that_is_no_program_is_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hook = script(tmp_path)
    hook.write_text("no program")
    assert main(["--exec", str(hook), "--exec-test"]) == 1
    assert capfd.readouterr().err == (
        "monitor: the hook cannot be started: Exec format error\n"
    )


def test_a_trial_ends_a_hook_that_takes_too_long(tmp_path: Path) -> None:
    hook = script(tmp_path, "exec sleep 600")
    settings = Settings(exec=str(hook), exec_timeout=3)
    timing = Timing(count().__next__, lambda seconds: look())
    with pytest.raises(MonitorError, match="^the hook took too long and was ended$"):
        exec_test(settings, Style(), Stop(), timing)
