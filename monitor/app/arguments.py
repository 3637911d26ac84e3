"""The words of the command line -> settings. Each error message says what to write instead."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, NoReturn

from monitor.app.config import config_text, read_config
from monitor.app.help import VERSION, help_text
from monitor.errors import UsageError
from monitor.formatnames import format_list
from monitor.formats import reader_of
from monitor.optionrow import Option
from monitor.options import FILES, OPTIONS
from monitor.settings import Settings

USUAL_LOGS = (
    "/var/log/nginx/access.log",
    "/var/log/apache2/access.log",
    "/var/log/apache2/other_vhosts_access.log",
    "/var/log/httpd/access_log",
    "/var/log/lighttpd/access.log",
    "/usr/local/var/log/nginx/access.log",
    "/opt/homebrew/var/log/nginx/access.log",
    "/private/var/log/apache2/access_log",
)
"""Where web servers write their access logs, as packaged on Linux and macOS."""

MODES = ("replay", "once", "check", "history", "exec-test", "suggest-threshold")
"""The switches that choose a command. Without a mode logs are followed."""

_FINISHED = ("replay", "history", "suggest-threshold")
_REFUSED = (
    (
        "metrics_file",
        _FINISHED,
        "--metrics-file goes with logs that are followed, --once and --check",
    ),
    (
        "metrics",
        (*_FINISHED, "once", "check"),
        "--metrics goes with logs that are followed, not with a mode",
    ),
    ("exec", _FINISHED, "--exec and --{} do not go together: leave one out"),
)
"""Options, the modes that they do not go with, and the error. In a file they are passed over."""

_PLAIN = {
    "expected one argument": "give a value after it",
    "ignored explicit argument": "it takes no value: leave out",
    "unrecognized arguments:": "no such option:",
}
"""Messages of argparse, and their meaning in plain words."""


class TextRequested(Exception):
    """The help or the version is requested; the argument is the text to print."""


class _Parser(argparse.ArgumentParser):
    """Raises UsageError instead of printing a usage and ending the program."""

    def error(self, message: str) -> NoReturn:
        for jargon, plain in _PLAIN.items():
            message = message.replace(jargon, plain)
        raise UsageError(f"{message}; {_suggestion(message)}see --help")


def _suggestion(message: str) -> str:
    _, _, unknown = message.partition("no such option: ")
    if not unknown:
        return ""
    names = [name for option in OPTIONS for name in option.names]
    close = get_close_matches(unknown.split()[0], names, n=1)
    return f"did you mean {close[0]}? " if close else ""


class _Request(argparse.Action):
    def __call__(self, *_: object) -> NoReturn:
        raise TextRequested(self.const)


@cache
def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line. It returns what was given, without defaults."""
    texts = {"version": VERSION, "help": help_text()}
    parser = _Parser(
        prog="main.py",
        usage="",  # nobody reads it, and argparse would format it for each command line
        allow_abbrev=False,
        add_help=False,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=_reader(FILES))
    for option in OPTIONS:
        how: dict[str, Any] = {"action": "store_true"}
        if option.field in texts:
            how = {"action": _Request, "nargs": 0, "const": texts[option.field]}
        elif option.read:
            how = {"metavar": option.takes, "type": _reader(option)}
            if option.repeats:
                how["action"] = "append"
        parser.add_argument(*option.names, dest=option.field, **how)
    parser.set_defaults(files=())
    return parser


def _reader(option: Option) -> Callable[[str], object]:
    """Return the parser of an option, with errors that argparse prints unchanged."""

    def read(text: str) -> object:
        assert option.read
        try:
            return option.read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def read_settings(arguments: Sequence[str]) -> Settings:
    """Parse the command line, and the file of options that it names.

    Raises UsageError for a mistake, and TextRequested when the help, the version or the options in
    force are to be printed.
    """
    words = [*arguments, "--"]  # all words after the first "--" are files
    end = words.index("--")
    given = vars(build_parser().parse_intermixed_args(words[:end]))
    given["files"] = [*given["files"], *arguments[end + 1 :]]
    if not given["files"]:
        del given["files"]
    options: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in given.items()
    }
    in_file = _in_file(options)
    settings = Settings(**{**in_file, **options})
    _check(settings)
    if settings.print_config:
        raise TextRequested(config_text(settings))
    needs_log = not (settings.history and settings.state) and not settings.exec_test
    if not settings.files and needs_log:
        raise UsageError(*which_log(arguments, settings))
    return settings


def _in_file(given: Mapping[str, Any]) -> dict[str, object]:
    """Return the options of the file that the command line names, as far as they go with its mode.

    A monitor and other modes may share a file. In a file `--check` passes over all of _REFUSED.
    """
    if "config" not in given:
        return {}
    modes = {name.replace("_", "-") for name in given}
    names = {field for field, refused, _ in _REFUSED if modes & {*refused, "check"}}
    values = read_config(given["config"])
    return {name: value for name, value in values.items() if name not in names}


def _check(settings: Settings) -> None:
    """Raise UsageError for options that do not go together, and for a wrong format."""
    if settings.format == "help":
        raise TextRequested(format_list())
    reader_of(settings.format)  # raises UsageError
    chosen = [f"--{mode}" for mode in _modes(settings)]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} do not go together: choose one")
    if not settings.keeps_state:
        for mode in {"--once", "--check"} & set(chosen):
            raise UsageError(f"{mode} reads new lines: it needs a file and its state")
    if settings.history and settings.no_state:
        raise UsageError("--history shows what the state holds: leave --no-state out")
    for field, modes, error in _REFUSED:
        for mode in set(modes) & set(_modes(settings)):
            if getattr(settings, field):
                raise UsageError(error.format(mode))
    if settings.exec_test and not settings.exec:
        raise UsageError("--exec-test runs a program: name it with --exec")
    if not settings.history:
        if settings.reports or settings.per_page or settings.page != 1:
            raise UsageError("--reports, --page and --per-page go with --history")
        is_bounded = settings.since is not None or settings.until is not None
        if is_bounded and not (settings.replay or settings.suggest_threshold):
            raise UsageError(
                "--since and --until go with --replay and --history, and with "
                "--suggest-threshold"
            )


def _modes(settings: Settings) -> list[str]:
    """Return the modes that the settings ask for."""
    return [mode for mode in MODES if getattr(settings, mode.replace("-", "_"))]


def which_log(
    arguments: Sequence[str], settings: Settings, usual: Sequence[str] = USUAL_LOGS
) -> list[str]:
    """Return the lines of a message for a command line without a log, with commands to run.

    The commands have all options of the command line. A log that is made to be followed grows
    beside the monitor; for another mode it is finished first.
    """
    there = [path for path in usual if os.path.isfile(path)]
    if there:
        commands = [_command(sys.argv[0], *arguments, path) for path in there]
        return ["which log? On this machine there is:", *commands]
    if settings.history:
        return ["which log? Give the path of a log that was followed"]
    folder = os.path.dirname(sys.argv[0])
    generate = [os.path.join(folder, "log", "loggenerator.py"), "access.log"]
    is_finished = bool(_modes(settings))
    make = _command(*generate, *(["--lines", "3000"] if is_finished else []))
    watch = _command(sys.argv[0], *arguments, "access.log")
    both = f"{make} {'&&' if is_finished else '&'} {watch}"
    return [f"which log? Give its path, or make one to try: {both}"]


def _command(*words: str) -> str:
    """Return a command line that runs in the current folder."""
    return shlex.join([sys.executable or "python3", *words])
