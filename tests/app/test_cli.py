"""The command line: what is right becomes settings, what is wrong one line that says what to do."""

import ast
import gzip
import os
import re
import shlex
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from monitor import __version__
from monitor.app.arguments import read_settings
from monitor.app.cli import main
from monitor.app.help import help_text
from monitor.errors import UsageError
from monitor.formatnames import ROWS as FORMATS
from monitor.optionrow import Option
from monitor.options import FILES, OPTIONS
from monitor.outputs.renderers import RENDERERS
from monitor.settings import Settings

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "main.py"
HELP_TEXT = help_text()
ROWS = {option.field: option for option in (FILES, *OPTIONS)}
ENVIRON = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
LOG = Settings(files=("a.log",))


def ran(*command: str | Path, **options: Any) -> tuple[int, str, str]:
    """Runs Python; gives the exit code and what was written to stdout and stderr."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": ENVIRON}
    done = subprocess.run(
        [sys.executable, *command],
        **{**streams, **options},
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=20,
        check=False,
    )
    return done.returncode, done.stdout or "", done.stderr or ""


# --- right ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "settings"),
    [
        ("a.log", LOG),
        ("a.log b.log -", LOG._replace(files=("a.log", "b.log", "-"))),
        ("--replay a.log", LOG._replace(replay=True)),
        ("-i 1 a.log", LOG._replace(interval=1)),
        ("a.log --interval=604800", LOG._replace(interval=604800)),
        ("-t 0 a.log", LOG._replace(threshold=Fraction(0))),
        ("-t.5 a.log", LOG._replace(threshold=Fraction(1, 2))),
        ("-t 0.1 a.log", LOG._replace(threshold=Fraction(1, 10))),
        ("-t 12. a.log", LOG._replace(threshold=Fraction(12))),
        (
            "--threshold 999999999999 a.log",
            LOG._replace(threshold=Fraction(10**12 - 1)),
        ),
        ("-i 10s -w 2m a.log", LOG._replace(interval=10, window=120)),
        ("-w 7d a.log", LOG._replace(window=604800)),
        ("-i 1h --delay 1d a.log", LOG._replace(interval=3600, delay=86400)),
        ("--delay 0m a.log", LOG),
        ("-w 1 a.log", LOG._replace(window=1)),
        ("--window 007 a.log", LOG._replace(window=7)),
        ("-n 1 a.log", LOG._replace(top=1)),
        ("--top 1000 a.log", LOG._replace(top=1000)),
        ("-o json a.log", LOG._replace(output="json")),
        ("--output=text a.log", LOG),
        ("-q a.log", LOG._replace(quiet=True)),
        ("--quiet --utc a.log", LOG._replace(quiet=True, utc=True)),
        ("--color always a.log", LOG._replace(color="always")),
        ("--delay 0 a.log", LOG),
        ("--delay 86400 a.log", LOG._replace(delay=86400)),
        ("--format vhost_combined a.log", LOG._replace(format="vhost_combined")),
        ("-qi5 a.log", LOG._replace(quiet=True, interval=5)),
        ("a.log -q b.log", LOG._replace(quiet=True, files=("a.log", "b.log"))),
        ("-i 1 -i 2 a.log", LOG._replace(interval=2)),
        ("-q -- --odd.log", LOG._replace(quiet=True, files=("--odd.log",))),
        ("a.log -- -i -- b", LOG._replace(files=("a.log", "-i", "--", "b"))),
        ("'my site.log' -- -x", LOG._replace(files=("my site.log", "-x"))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_right_command_line_becomes_settings(line: str, settings: Settings) -> None:
    assert read_settings(shlex.split(line)) == settings


# --- wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "which log?"),
        ("-q", "which log?"),
        ("--", "which log?"),
        (
            "-i 0 a.log",
            "--interval: give a time from 1s to 7d, such as 90, 10s, 2m, 12h or 1d, not '0'",
        ),
        ("-i 0s a.log", "not '0s'"),
        ("-i -5 a.log", "--interval: give a time from 1s to 7d, such as"),
        ("-i 1.5 a.log", "not '1.5'"),
        ("-i 1.5m a.log", "not '1.5m'"),
        ("-i ten a.log", "not 'ten'"),
        ("-i 604801 a.log", "not '604801'"),
        ("-i 8d a.log", "not '8d'"),
        ("-i 10y a.log", "not '10y'"),
        ("-i 10S a.log", "not '10S'"),
        ("-i m a.log", "not 'm'"),
        ("-i '2 m' a.log", "not '2 m'"),
        ("-i 1h30m a.log", "not '1h30m'"),
        ("-i 9999999999 a.log", "not '9999999999'"),
        ("-i '' a.log", "not ''"),
        ("-i ٣ a.log", "not '٣'"),
        ("-i 1_0 a.log", "not '1_0'"),
        ("-w 0 a.log", "--window: give a time from 1s to 7d, such as"),
        ("-n 0 a.log", "--top: give a number from 1 to 1000, not '0'"),
        ("-n 1001 a.log", "not '1001'"),
        ("--delay -1 a.log", "--delay: give a time from 0s to 1d, such as"),
        ("--delay 86401 a.log", "not '86401'"),
        ("--delay 25h a.log", "not '25h'"),
        ("-t -1 a.log", "give hits per second as a number such as 10 or 0.5, not '-1'"),
        ("-t ten a.log", "not 'ten'"),
        ("-t 1e3 a.log", "not '1e3'"),
        ("-t nan a.log", "not 'nan'"),
        ("-t inf a.log", "not 'inf'"),
        ("-t 1/2 a.log", "not '1/2'"),
        ("-t . a.log", "not '.'"),
        ("-t 1,5 a.log", "not '1,5'"),
        ("-t 9999999999999 a.log", "not '9999999999999'"),
        ("-t '5\n' a.log", "not '5\n'"),
        ("-o xml a.log", "--output: give text, brief or json, not 'xml'"),
        ("--format comined a.log", "not 'comined'; did you mean combined?"),
        ("--format iis a.log", "w3c or help, not 'iis'"),
        ("--color yes a.log", "--color: give auto, always or never, not 'yes'"),
        ("a.log -i", "--interval: give a value after it"),
        ("--inter 5 a.log", "no such option: --inter; did you mean --interval? see"),
        ("--replay=yes a.log", "--replay: it takes no value: leave out 'yes'"),
        ("--colour always a.log", "no such option: --colour; did you mean --color?"),
        ("--zzz a.log", "no such option: --zzz; see --help"),
        ("a.log '--\x1b[2J\n\udcff'", "no such option: --\x1b[2J\n\udcff"),
        ("''", "FILE: give the path of a file, not nothing"),
        ("--state '' a.log", "--state: give the path of a file, not nothing"),
    ],
    ids=lambda value: ascii(value),
)
def test_a_wrong_command_line_is_explained(line: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(shlex.split(line))
    message = caught.value.args[0]
    assert said in message
    assert message.endswith(("; see --help", "? see --help")) or said == "which log?"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--replay --once a.log", "--replay and --once do not go together"),
        ("--once --no-state a.log", "it needs a file and its state"),
        ("--once -", "it needs a file and its state"),
        ("--history --no-state a.log", "leave --no-state out"),
        ("--reports a.log", "go with --history"),
        ("--since 1h a.log", "--since and --until go with --replay and --history"),
        ("--until 02:00 --once a.log", "--since and --until go with --replay and"),
        ("--per-page 5 a.log", "go with --history"),
        ("--page 2 a.log", "go with --history"),
    ],
)
def test_options_that_do_not_go_together_are_refused(line: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_settings(shlex.split(line))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["-i", "0", "a.log"], id="a wrong value"),
        pytest.param(["--foo\n", "a.log"], id="an unknown option"),
        pytest.param(["-t", "x\n\x1b[2J\\", "a.log"], id="a hostile value"),
    ],
)
def test_wrong_usage_is_one_line_on_standard_error(
    words: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("monitor: ")
    assert err.count("\n") == 1
    assert err.endswith("see --help\n")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param("--replay BAD", 1, id="a missing log"),
        pytest.param("--replay BAD/x", 1, id="a missing log in it"),
        pytest.param("--once BAD", 1, id="a missing log, once"),
        pytest.param("--history BAD", 1, id="no history"),
        pytest.param("--history --state BAD", 1, id="no state"),
        pytest.param("--once --state BAD/ FOLDER/a.log", 1, id="a state in it"),
        pytest.param("--replay FOLDER", 1, id="a folder"),
        pytest.param("--once --state FOLDER FOLDER/a.log", 1, id="a folder as state"),
        pytest.param("--replay FOLDER/a.log FOLDER/b.gz", 1, id="a damaged file"),
        pytest.param("--history --since BAD x", 2, id="a time"),
        pytest.param("-t BAD x", 2, id="a value"),
    ],
)
def test_a_newline_in_a_path_or_an_argument_forges_no_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], line: str, code: int
) -> None:
    folder, bad = tmp_path / "a\nmonitor: b\x1b[2J", str(tmp_path / "b\nmonitor: c")
    folder.mkdir()
    (folder / "a.log").touch()
    (folder / "b.gz").write_bytes(gzip.compress(b"x" * 1000)[:-9])
    words = line.replace("FOLDER", shlex.quote(str(folder)))
    words = words.replace("BAD", shlex.quote(bad))
    assert main(shlex.split(words)) == code
    err = capfd.readouterr().err
    first, *more = err.splitlines()
    assert first.startswith("monitor: ")
    assert all(each.startswith("  ") for each in more)  # the histories of this machine
    assert all(map(str.isprintable, (first, *more)))
    assert "\\x0amonitor: " in first


# --- no file -------------------------------------------------------------------------------


def test_the_program_without_a_file_asks_which_and_names_commands_to_run() -> None:
    code, out, err = ran(MAIN)
    assert (code, out) == (2, "")
    assert err.startswith("monitor: which log? ")
    for command in re.findall(re.escape(sys.executable) + r" [^&\n]+", err):
        assert Path(shlex.split(command)[1]).is_absolute()
        assert Path(shlex.split(command)[1]).is_file()
    assert err.count(f"{sys.executable} ") >= 1


# --- help ----------------------------------------------------------------------------------


def test_the_help_fits_a_terminal_and_is_ascii() -> None:
    assert HELP_TEXT.isascii()
    assert max(map(len, HELP_TEXT.splitlines())) <= 80


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.field)
def test_the_help_lists_every_option(option: Option) -> None:
    shown = " ".join(HELP_TEXT.split())
    assert f" {option.usage} {option.meaning} " in shown


def test_every_setting_has_a_row_and_every_row_a_setting() -> None:
    assert set(ROWS) == {*Settings._fields, "help", "version"}


@pytest.mark.parametrize("name", Settings._fields)
def test_a_default_is_in_the_help(name: str) -> None:
    default = getattr(Settings(), name)
    has_none = isinstance(default, bool | tuple) or default is None
    assert has_none or ROWS[name].meaning.endswith(f" (default {default})")


@pytest.mark.parametrize(
    ("field", "choices"),
    [
        pytest.param("output", RENDERERS, id="output"),
    ],
)
def test_every_choice_is_one_and_in_the_help(
    field: str, choices: dict[str, Any]
) -> None:
    row = ROWS[field]
    assert row.read
    assert [row.read(choice) for choice in choices] == list(choices)
    with pytest.raises(ValueError, match="^give ") as refused:
        row.read("other")
    assert all(choice in str(refused.value) for choice in choices)
    assert all(choice in row.words for choice in choices)


def test_every_format_is_one_and_named_if_another_is_given() -> None:
    read = ROWS["format"].read
    assert read
    assert [read(name) for name in FORMATS] == list(FORMATS)
    with pytest.raises(ValueError, match="^give ") as refused:
        read("other")
    assert all(name in str(refused.value) for name in FORMATS)


def examples() -> list[str]:
    """Return the commands of the help, without what is piped into or out of them."""
    lines = HELP_TEXT.partition("examples:\n")[2].splitlines()
    commands = [line.strip().split("  ")[0] for line in lines]
    parts = [part.strip() for command in commands for part in command.split("|")]
    return [part for part in parts if part.startswith("python main.py")]


def test_the_help_has_examples_that_work() -> None:
    assert len(examples()) >= 4
    for example in examples():
        assert read_settings(shlex.split(example)[2:]).files, example


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--help"], HELP_TEXT),
        (["a.log", "-h", "--foo"], HELP_TEXT),
        (["--version"], f"monitor {__version__}\n"),
    ],
    ids=["--help", "-h", "--version"],
)
def test_help_and_version_go_to_standard_output(
    words: list[str], text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    assert capfd.readouterr() == (text, "")


def test_help_that_nobody_reads_ends_quietly() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        assert ran(MAIN, "--help", stdout=write) == (0, "", "")
    finally:
        os.close(write)


# --- old Pythons ---------------------------------------------------------------------------


def test_an_old_python_can_read_main() -> None:
    ast.parse(MAIN.read_text(encoding="ascii"), feature_version=(3, 4))


@pytest.mark.parametrize("version", ["3.4.10", "3.10.12"])
def test_an_old_python_is_reported_with_the_oldest_that_works(version: str) -> None:
    major, minor, micro = map(int, version.split("."))
    code = f"""if True:
        import runpy, sys
        sys.hexversion = {major << 24 | minor << 16 | micro << 8 | 0xF0}
        sys.version = "{version} (default, Jan  1 2020) [GCC]"
        try:
            runpy.run_path({str(MAIN)!r}, run_name="__main__")
        finally:
            print(sorted(name for name in sys.modules if "monitor" in name))"""
    status, out, err = ran("-c", code)
    assert (status, out) == (2, "[]\n")
    assert err == (
        f"monitor: this needs Python 3.11 or later, and this is {version}: "
        "run it with python3.11\n"
    )
