"""A file of options: it says what the command line says, and a mistake has its place in the file."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support.place import Place

from monitor.app.arguments import MODES, TextRequested, read_settings
from monitor.app.config import read_config
from monitor.errors import UsageError
from monitor.only import choice_of
from monitor.optionrow import Option
from monitor.options import FILES, OPTIONS
from monitor.settings import Settings

IN_FILE = [option for option in OPTIONS if option.in_file]
EXAMPLES = {
    "N": "7",
    "HITS": "0.5",
    "TIME": "3m",
    "KEY": "client",
    "KEY=VALUE": "client!=10.0.0.0/8",
    "NAME-or-STRING": r'%h "%r" %>s %{x\y}i %t',
    "KIND": "json",
    "WHEN": "never",
    "FILE": "/ä \u202e\x1b",
    "PATH": "/m.prom",
    "[HOST:]PORT": "[::1]:9911",
    "COMMAND": "sh -c 'exit 0'",
    "PCT": "2.5",
    "SECTION=HITS": "/\xe4\u202e=0.5",
    "pNN=SECONDS": "p99.9=0.25",
    "BYTES": "1.5M",
}
"""A value of each kind of option, as on the command line."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "shop.toml"


def mistake(path: Path, text: str | bytes) -> str:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(UsageError) as caught:
        read_config(str(path))
    assert caught.value.exit_code == 2
    assert len(caught.value.args) == 1
    return str(caught.value).replace(str(path), "F")


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("", Settings()),
        ("# nothing", Settings()),
        ('files = ["a.log", "-"]', Settings(files=("a.log", "-"))),
        ("files = []", Settings()),
        ("threshold = 50", Settings(threshold=Fraction(50))),
        ("threshold = 0.1", Settings(threshold=Fraction(1, 10))),
        ("threshold = 1_000.50", Settings(threshold=Fraction(2001, 2))),
        ("threshold = 1e3", Settings(threshold=Fraction(1000))),
        ("interval = 90", Settings(interval=90)),
        ('interval = "2m"', Settings(interval=120)),
        ('"interval" = 5', Settings(interval=5)),
        ("quiet = true", Settings(quiet=True)),
        ("quiet = false", Settings()),
        ("# a comment\r\nalerts = 1\r\n", Settings(alerts=1)),
        ('output = "json"\nutc = true', Settings(output="json", utc=True)),
        (
            'only = ["status=5xx", "client!=10.0.0.0/8"]',
            Settings(only=(choice_of("status=5xx"), choice_of("client!=10.0.0.0/8"))),
        ),
        ("[only]\nstatus = 404", Settings(only=(choice_of("status=404"),))),
        ('[only]\n"method!" = "GET"', Settings(only=(choice_of("method!=GET"),))),
        (
            "format = '$time_iso8601 \"$request\" $status'",
            Settings(format='$time_iso8601 "$request" $status'),
        ),
    ],
    ids=lambda value: ascii(value) if isinstance(value, str) else "",
)
def test_a_right_file_becomes_settings(
    config: Path, text: str, settings: Settings
) -> None:
    config.write_text(text, encoding="utf-8", newline="")
    assert Settings(**read_config(str(config))) == settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "quiet = true\n\ntreshold = 5",
            'F:3: unknown key "treshold"; did you mean "threshold"?',
        ),
        ("no_state = true", 'F:1: unknown key "no_state"; did you mean "no-state"?'),
        ("t = 5", 'F:1: unknown key "t"; keys are long options'),
        ("[server]\nport = 1", 'F:1: unknown key "server"; keys are long options'),
        ("window.x = 1", "F:1: window must be a string or a number, not a table"),
        (
            "\n\n  threshold = '5'",
            "F:3: threshold must be a number, not a string",
        ),
        ("threshold = true", "F:1: threshold must be a number, not true or false"),
        ("top = 1.5", "F:1: top: give a number from 1 to 1000, not '1.5'"),
        ("threshold = nan", "F:1: threshold: give hits per second as a number"),
        ("quiet = 1", "F:1: quiet must be true or false, not a number"),
        ('quiet = "yes"', "F:1: quiet must be true or false, not a string"),
        ("window = 2026-11-23", "F:1: window must be a string or a number, not a date"),
        ("by = ['client']", "F:1: by must be a string or a number, not a list"),
        ('files = "a.log"', "F:1: files must be a list, not a string"),
        ('files = ["a.log", ""]', "F:1: files: give the path of a file, not nothing"),
        ("[files]\na = 1", "F:1: files must be a list, not a table"),
        (
            "files = [['a']]",
            "F:1: each value of files must be a string or a number, not a list",
        ),
        ('only = "status=404"', "F:1: only must be a list or a table, not a string"),
        ("only = [\n'status=9']", "F:1: only: give a status such as 404, 5xx or -"),
        (
            "[only]\nhost = 'a'\nstatus = 'x'",
            "F:3: only: give a status such as 404, 5xx or -, not 'x'",
        ),
        (
            "[only]\nhost = []",
            "F:2: each value of only must be a string or a number, not a list",
        ),
        ("only = { status = 'x' }", "F:1: only: give a status such as 404, 5xx or -"),
        ("interval = 0", "F:1: interval: give a time from 1s to 7d, such as 90, 10s"),
        (
            '"thres\\u0068old" = true',
            "F: threshold must be a number, not true or false",
        ),
        ("# topic\ntopic = 1\ntop = 0", 'F:2: unknown key "topic"'),
        (
            '[only]\n"status!" = 404\nstatus = "x"',
            "F:3: only: give a status such as 404, 5xx or -, not 'x'",
        ),
        ("# top = 1\n[x]\ntop = 1", 'F:2: unknown key "x"'),
        ("once = true", "F:1: once is for the command line: give --once there"),
        ("config = 'a'", "F:1: config is for the command line: give --config there"),
        ("help = true", "F:1: help is for the command line: give --help there"),
        ("a = 1\nb = 2\nthreshold = ten", "F:3:13: Invalid value"),
        ("top = 1\ntop = 2\n", "F:2:8: Cannot overwrite a value"),
        ("files = [", "F: Invalid value (at end of document)"),
        (b"state = '\xff'", "F: save it as UTF-8, which TOML is"),
    ],
    ids=ascii,
)
def test_a_mistake_is_one_line_with_its_place(
    config: Path, text: str | bytes, said: str
) -> None:
    assert mistake(config, text).startswith(said)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("missing.toml", "No such file or directory", id="no file"),
        pytest.param("", "Is a directory", id="a folder"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, path: str, reason: str
) -> None:
    path = str(tmp_path / path)
    with pytest.raises(UsageError) as caught:
        read_settings(["--config", path, "a.log"])
    assert str(caught.value) == f"cannot read {path}: {reason}"


@pytest.mark.parametrize("mode", [*MODES, "since", "until", "page", "per-page"])
def test_a_mode_and_what_goes_with_it_is_not_in_a_file(config: Path, mode: str) -> None:
    said = f"F:1: {mode} is for the command line: give --{mode} there"
    assert mistake(config, f"{mode} = 1") == said


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("-t 10", {"threshold": Fraction(10)}, id="a default"),
        pytest.param("b.log", {"files": ("b.log",)}, id="a log"),
        pytest.param("-- -x", {"files": ("-x",)}, id="a log after --"),
        pytest.param(
            "--only section=/a --only section=/b",
            {"only": (choice_of("section=/a"), choice_of("section=/b"))},
            id="a list",
        ),
    ],
)
def test_the_command_line_comes_before_the_file_and_the_file_before_the_defaults(
    config: Path, line: str, changes: dict[str, Any]
) -> None:
    config.write_text('files = ["a.log"]\nthreshold = 50\nonly = ["status=5xx"]\n')
    words = ["--config", str(config), *line.split()]
    only = (choice_of("status=5xx"),)
    settings = Settings(("a.log",), threshold=Fraction(50), only=only, config=words[1])
    assert read_settings(words) == settings._replace(**changes)


def test_the_last_of_two_files_counts(config: Path) -> None:
    config.write_text("quiet = true\n")
    words = ["--config", "missing", "--config", str(config), "a.log"]
    assert read_settings(words).quiet


def printed(*words: str) -> str:
    with pytest.raises(TextRequested) as caught:
        read_settings([*words, "--print-config"])
    return str(caught.value)


def words_of(option: Option) -> list[str]:
    """Return an option with a value that is not its default; twice if it may be repeated."""
    value = [EXAMPLES[option.takes]] if option.read else []
    return [f"--{option.key}", *value] * (2 if option.repeats else 1)


def test_all_options_that_are_printed_are_read_again(config: Path) -> None:
    words = [word for option in IN_FILE for word in words_of(option)]
    given = read_settings([*words, "a.log"])
    for option in IN_FILE:
        default = getattr(Settings(), option.field)
        assert getattr(given, option.field) != default, option
    text = printed(*words, "a.log")
    assert text.isascii()
    assert "\x1b" not in text
    config.write_text(text)
    assert read_settings(["--config", str(config)])._replace(config=None) == given


def test_the_defaults_are_printed_too_and_a_log_is_not_needed() -> None:
    text = printed()
    assert text.startswith("files = []\ninterval = 10\nthreshold = 10\nwindow = 120\n")
    assert 'format = "auto"\n' in text
    assert "quiet = false\n" in text
    assert "state" not in text.split("no-state")[0]
    assert not any(f"\n{mode} =" in text for mode in MODES)


def test_every_option_in_a_file_has_a_default_or_none() -> None:
    keys = {line.split(" = ")[0] for line in printed().splitlines()}
    unset = {each.key for each in IN_FILE if getattr(Settings(), each.field, 0) is None}
    assert keys == {FILES.key, *(each.key for each in IN_FILE)} - unset


def test_relative_logs_are_relative_to_the_working_directory(
    place: Place, config: Path
) -> None:
    config.write_text('files = ["no such.log"]\nstate = "STATE"\n')
    code, out, err = place.program("--replay", "--config", str(config))
    assert (code, out) == (1, "")
    assert "no such.log" in err
    assert str(config.parent) not in err


def test_a_hostile_key_is_escaped(place: Place, config: Path) -> None:
    config.write_text('"x\\u001b[2J\\nmonitor: y" = 1\n')
    code, out, err = place.program("--config", str(config))
    assert (code, out) == (2, "")
    assert err.startswith("monitor: ")
    assert "\x1b" not in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("mode", ["replay", "history", "check", "once"])
def test_other_modes_pass_over_what_is_only_for_the_monitor(
    config: Path, mode: str
) -> None:
    config.write_text('files = ["a.log"]\nmetrics = 9100\nthreshold = 5\n')
    settings = read_settings([f"--{mode}", "--config", str(config)])
    assert (settings.metrics, settings.threshold) == (None, 5)
    assert read_settings(["--config", str(config)]).metrics


@pytest.mark.parametrize("mode", ["replay", "history", "check", "suggest-threshold"])
def test_no_mode_but_the_monitor_and_once_runs_a_hook(config: Path, mode: str) -> None:
    config.write_text('files = ["a.log"]\nexec = "true"\nmetrics-file = "m"\n')
    settings = read_settings([f"--{mode}", "--config", str(config)])
    assert (bool(settings.exec), settings.metrics_file) == (False, None)
    settings = read_settings(["--once", "--config", str(config)])
    assert (bool(settings.exec), settings.metrics_file) == (True, "m")
