"""Arguments -> settings; wires the parts; errors -> one line and an exit code."""

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NoReturn

from monitor import __version__
from monitor.errors import MonitorError, OutputGone, UsageError
from monitor.files import STDIN
from monitor.formats import FORMATS
from monitor.output import Interrupted, Output, Stop, is_colored, is_unicode, tell
from monitor.report import RENDERERS, Style
from monitor.session import Session
from monitor.settings import Settings
from monitor.wording import printable

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

EXAMPLES = """\
examples:
  python main.py /var/log/nginx/access.log          watch it: reports and alerts
  python main.py -t 50 -w 60 access.log             alert above 50/s over 60 s
  python main.py --replay access.log                a finished log, at once
  python main.py --replay -o json access.log*       several logs, as JSON lines
  zcat access.log.2.gz | python main.py --replay -  from a pipe
  python main.py -q access.log | tee -a alerts.txt  alerts only, kept in a file
"""

DESCRIPTION = """\
Watch the access logs of a web server: a report of the traffic every 10
seconds, an alert when it is too high, and word when it is back to normal.
"""

_VERSION = f"monitor {__version__}\n"
_DEFAULTS = Settings()


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        shown = printable(message.encode("utf-8", "surrogateescape"))
        raise UsageError(f"{shown}; see --help")


class _Print(argparse.Action):
    """Prints a text, or else the help, and ends the program.

    What argparse has for it leaves a traceback when nobody reads it (`--help | true`).
    """

    def __init__(self, option_strings: list[str], dest: str, **names: Any) -> None:
        super().__init__(option_strings, dest, 0, default=argparse.SUPPRESS, **names)

    def __call__(self, parser: argparse.ArgumentParser, *arguments: object) -> NoReturn:
        _standard_output(Stop()).write(self.const or parser.format_help())
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


def _hits(text: str) -> Fraction:
    """Read a decimal number, exactly."""
    if not re.fullmatch(r"(\d{1,12}(\.\d{0,12})?|\.\d{1,12})", text, re.ASCII):
        raise argparse.ArgumentTypeError(
            f"give hits per second as a number such as 10 or 0.5, not {text!r}"
        )
    return Fraction(text)


_seconds = _whole(1, 604800, "whole seconds")

OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("files",), {"nargs": "*", "metavar": "FILE"}),
    (("--replay",), {"action": "store_true"}),
    (("--once",), {"action": "store_true"}),
    (("--history",), {"action": "store_true"}),
    (("--reports",), {"action": "store_true"}),
    (("--since",), {"metavar": "TIME"}),
    (("--page",), {"type": _whole(1, 999999999, "a number"), "metavar": "N"}),
    (("--per-page",), {"type": _whole(1, 999999999, "a number"), "metavar": "N"}),
    (("-i", "--interval"), {"type": _seconds, "metavar": "SECONDS"}),
    (("-t", "--threshold"), {"type": _hits, "metavar": "HITS"}),
    (("-w", "--window"), {"type": _seconds, "metavar": "SECONDS"}),
    (("-n", "--top"), {"type": _whole(1, 1000, "a number"), "metavar": "N"}),
    (("--format",), {"choices": ["auto", *FORMATS], "metavar": "NAME"}),
    (("-o", "--output"), {"choices": list(RENDERERS), "metavar": "KIND"}),
    (("-q", "--quiet"), {"action": "store_true"}),
    (("--color",), {"choices": ["auto", "always", "never"], "metavar": "WHEN"}),
    (("--utc",), {"action": "store_true"}),
    (("--state",), {"metavar": "FILE"}),
    (("--no-state",), {"action": "store_true"}),
    (("--delay",), {"type": _whole(0, 86400, "whole seconds"), "metavar": "SECONDS"}),
    (("--jobs",), {"type": _whole(1, 999, "a number"), "metavar": "N"}),
    (("--version",), {"action": _Print, "const": _VERSION}),
    (("-h", "--help"), {"action": _Print}),
)
"""The command line: the names of each option and how it is read."""

HELP = {
    "files": 'an access log; "-" is standard input',
    "--replay": "read finished logs from their first line, then exit",
    "--once": "report what is new since the last run, then exit (for cron)",
    "--history": "print the stored alerts, newest first",
    "--reports": "with --history: the stored reports, too",
    "--since": "with --history: of this time, such as 12h, 2d or 2026-11-23T22:00",
    "--page": "with --history: which page (default 1)",
    "--per-page": "with --history: lines of a page (default 20; all as JSON)",
    "--interval": "length of a report (default 10)",
    "--threshold": "alert above this many hits per second on average (default 10)",
    "--window": "the average is taken over this long (default 120)",
    "--top": "sections listed in a report (default 10)",
    "--format": f"{', '.join(FORMATS)}, or auto (default auto)",
    "--output": "text, or json: one object a line (default text)",
    "--quiet": "alerts and recoveries only, no reports",
    "--color": "auto, always or never (default auto)",
    "--utc": "print times in UTC, not in the machine's time zone",
    "--state": "where positions, window and history are kept",
    "--no-state": "keep nothing: begin at the end of the log each time",
    "--delay": "wait this long for late lines before a second is judged (default 0)",
    "--jobs": "processes that read large files in --replay (default: all cores)",
    "--version": "print the version",
    "--help": "print this help",
}
"""What each option means, by its long name; the README has the same words."""


def build_parser() -> argparse.ArgumentParser:
    """Make the reader of the command line."""
    parser = _Parser(
        prog="main.py",
        usage="python main.py [OPTIONS] FILE [FILE ...]",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(
            prog, max_help_position=30, width=80
        ),
        allow_abbrev=False,
        add_help=False,
    )
    for names, reading in OPTIONS:
        parser.add_argument(*names, help=HELP[names[-1]], **reading)
    defaults = {
        name: getattr(_DEFAULTS, name) for name in Settings.__dataclass_fields__
    }
    parser.set_defaults(**defaults)
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
    of_history = (settings.reports, settings.since, settings.per_page)
    if not settings.history and (any(of_history) or settings.page != 1):
        raise UsageError("--reports, --since, --page and --per-page go with --history")
    if not settings.files and not (settings.history and settings.state):
        raise UsageError(which_log())


def which_log(usual: Sequence[str] = USUAL_LOGS) -> str:
    """Say what to write when no log was named, with the usual ones that exist here."""
    there = [path for path in usual if os.path.isfile(path)]
    if there:
        commands = "".join(f"\n  python main.py {path}" for path in there)
        return f"which log? On this machine there is:{commands}"
    return (
        "which log? Give its path, or make one to try: "
        "python log/loggenerator.py access.log & python main.py access.log"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; give its exit code."""
    stop = Stop()
    failure: MonitorError | None = None
    try:
        settings = read_settings(sys.argv[1:] if arguments is None else arguments)
        stop.install()
        output = _standard_output(stop)
        Session(settings, _style(settings), output, stop).run()
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


def _style(settings: Settings) -> Style:
    ascii_only = not is_unicode(sys.stdout.encoding or "ascii", os.environ)
    color = is_colored(settings.color, sys.stdout.isatty(), os.environ)
    return Style(settings.utc, color, ascii_only, settings.top)
