"""Arguments -> settings; wires the parts; errors -> one line and an exit code."""

import argparse
import os
import re
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, NoReturn

from monitor.app.session import Session
from monitor.errors import MonitorError, OutputGone, UsageError
from monitor.formats import FORMATS
from monitor.inputs import STDIN
from monitor.outputs import (
    Interrupted,
    Output,
    Stop,
    Style,
    is_colored,
    is_unicode,
    tell,
)
from monitor.settings import Settings
from monitor.usage import OPTIONS, VERSION, help_text
from monitor.wording import encoded, printable

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


_PLAIN = {
    "expected one argument": "give a value after it",
    "ignored explicit argument": "it takes no value: leave out",
    "unrecognized arguments:": "no such option:",
}
"""What argparse says, and what that means."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong, and what to do instead, in one line."""

    def error(self, message: str) -> NoReturn:
        for jargon, plain in _PLAIN.items():
            message = message.replace(jargon, plain)
        shown = printable(encoded(message))
        raise UsageError(f"{shown}; {self._suggestion(message)}see --help")

    def _suggestion(self, message: str) -> str:
        _, _, unknown = message.partition("no such option: ")
        if not unknown:
            return ""
        options = [name for names, _, _ in OPTIONS for name in names]
        close = get_close_matches(unknown.split()[0], options, n=1)
        return f"did you mean {close[0]}? " if close else ""


class _Print(argparse.Action):
    """Prints a text, and ends the program.

    What argparse has for it leaves a traceback when nobody reads it (`--help | true`).
    """

    def __init__(self, option_strings: list[str], dest: str, **names: Any) -> None:
        super().__init__(option_strings, dest, 0, default=argparse.SUPPRESS, **names)

    def __call__(self, parser: argparse.ArgumentParser, *arguments: object) -> NoReturn:
        _standard_output(Stop()).write(self.const)
        parser.exit()


def _whole(least: int, most: int, unit: str) -> Callable[[str], int]:
    """Make a reader of whole numbers between two bounds."""

    def read(text: str) -> int:
        if (
            not re.fullmatch(r"\d{1,9}", text, re.ASCII)
            or not least <= int(text) <= most
        ):
            raise argparse.ArgumentTypeError(
                f"give {unit} from {least} to {most}, not {text!r}"
            )
        return int(text)

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    """Make a reader of one of some words."""

    def read(text: str) -> str:
        if text not in choices:
            words = f"{', '.join(choices[:-1])} or {choices[-1]}"
            raise argparse.ArgumentTypeError(f"give {words}, not {text!r}")
        return text

    return read


def _path(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("give the path of a file, not nothing")
    return text


def _hits(text: str) -> Fraction:
    """Read a decimal number, exactly."""
    if not re.fullmatch(r"(\d{1,12}(\.\d{0,12})?|\.\d{1,12})", text, re.ASCII):
        raise argparse.ArgumentTypeError(
            f"give hits per second as a number such as 10 or 0.5, not {text!r}"
        )
    return Fraction(text)


_seconds = _whole(1, 604800, "whole seconds")
_number = _whole(1, 999999999, "a number")

READINGS: dict[str, dict[str, Any]] = {
    "files": {"nargs": "*", "type": _path},
    "--page": {"type": _number},
    "--per-page": {"type": _number},
    "--interval": {"type": _seconds},
    "--threshold": {"type": _hits},
    "--window": {"type": _seconds},
    "--top": {"type": _whole(1, 1000, "a number")},
    "--format": {"type": _one_of("auto", *FORMATS)},
    "--output": {"type": _one_of("text", "json")},
    "--color": {"type": _one_of("auto", "always", "never")},
    "--state": {"type": _path},
    "--delay": {"type": _whole(0, 86400, "whole seconds")},
    "--jobs": {"type": _whole(1, 999, "a number")},
    "--version": {"action": _Print, "const": VERSION},
    "--help": {"action": _Print, "const": help_text()},
}
"""How an option is read that is more than a switch or any text, by its long name."""


def build_parser() -> argparse.ArgumentParser:
    """Make the reader of the command line."""
    parser = _Parser(prog="main.py", allow_abbrev=False, add_help=False)
    for names, takes, _ in OPTIONS:
        usual = {"metavar": takes} if takes else {"action": "store_true"}
        parser.add_argument(*names, **(usual | READINGS.get(names[-1], {})))
    parser.set_defaults(**Settings()._asdict())
    return parser


def read_settings(arguments: Sequence[str]) -> Settings:
    """Read the command line. Raises UsageError when it is wrong."""
    words = [*arguments, "--"]  # after which all are files
    end = words.index("--")
    options = vars(build_parser().parse_intermixed_args(words[:end]))
    options["files"] = (*options["files"], *arguments[end + 1 :])
    settings = Settings(**options)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    """Refuse options that do not go together. Raises UsageError."""
    modes = ("replay", "once", "history")
    chosen = [f"--{mode}" for mode in modes if getattr(settings, mode)]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} do not go together: give one of them")
    if settings.once and (settings.no_state or set(STDIN) & set(settings.files)):
        raise UsageError("--once is about what is new: it needs a file and its state")
    if settings.history and settings.no_state:
        raise UsageError("--history shows what the state holds: leave --no-state out")
    of_history = settings.reports or settings.per_page or settings.page != 1
    if not settings.history and (of_history or settings.since is not None):
        raise UsageError("--reports, --since, --page and --per-page go with --history")
    if not settings.files and not (settings.history and settings.state):
        raise UsageError(which_log())


def which_log(usual: Sequence[str] = USUAL_LOGS) -> str:
    """Say what to write when no log was named, with the usual ones that exist here."""
    there = [path for path in usual if os.path.isfile(path)]
    if there:
        commands = [_command(sys.argv[0], path) for path in there]
        return "\n  ".join(["which log? On this machine there is:", *commands])
    folder = os.path.dirname(sys.argv[0])
    generator = os.path.join(folder, "log", "loggenerator.py")
    return (
        "which log? Give its path, or make one to try: "
        f"{_command(generator, 'access.log')} & {_command(sys.argv[0], 'access.log')}"
    )


def _command(*words: str) -> str:
    """Write a command that can be run as it stands, from this folder."""
    return printable(encoded(shlex.join([sys.executable or "python3", *words])))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; give its exit code."""
    stop = Stop()
    failure: MonitorError | None = None
    try:
        settings = read_settings(sys.argv[1:] if arguments is None else arguments)
        stop.install()
        _run(settings, stop)
    except Interrupted:
        pass
    except MonitorError as error:
        failure = error
    stop.ignore()
    if failure and not isinstance(failure, OutputGone):
        tell(str(failure))
        return failure.exit_code
    return 128 + signal.SIGINT if stop.signal == signal.SIGINT else 0


def _standard_output(stop: Stop) -> Output:
    if sys.stdout is None:
        raise MonitorError("standard output is closed: there is nowhere to report to")
    return Output(sys.stdout.fileno(), sys.stdout.encoding or "ascii", stop)


def _run(settings: Settings, stop: Stop) -> None:
    output = _standard_output(stop)
    ascii_only = not is_unicode(sys.stdout.encoding or "ascii", os.environ)
    color = is_colored(settings.color, sys.stdout.isatty(), os.environ)
    style = Style(settings.utc, color, ascii_only, settings.top)
    Session(settings, style, output, stop).run()
