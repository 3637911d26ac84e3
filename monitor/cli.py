"""Arguments -> settings; wires the parts; errors -> one line and an exit code."""

import argparse
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any, NoReturn

from monitor import __version__
from monitor.errors import MonitorError, OutputGone, UsageError
from monitor.events import Event, Notice, Report
from monitor.formats import FORMATS
from monitor.output import Interrupted, Output, Stop, is_colored, is_unicode, tell
from monitor.pipeline import Pipeline
from monitor.replay import Replay
from monitor.report import RENDERERS, Renderer, Style
from monitor.settings import Settings
from monitor.tailer import Tailer
from monitor.timer import follow, replay

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
  python main.py /var/log/nginx/access.log          watch it: a report every 10 s
  python main.py -t 50 -w 60 access.log             alert above 50 hits/s in 60 s
  python main.py --replay access.log                all of a finished log, at once
  python main.py --replay -o json access.log*       several logs, as JSON lines
  zcat access.log.2.gz | python main.py --replay -  from a pipe
  python main.py -q access.log | tee -a alerts.txt  alerts only, kept in a file
"""

DESCRIPTION = """\
Watch the access logs of a web server: a report of the traffic every 10
seconds, an alert when it is too high, and word when it is back to normal.
"""

_DEFAULTS = Settings()


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see --help")


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
    (("-i", "--interval"), {"type": _seconds, "metavar": "SECONDS"}),
    (("-t", "--threshold"), {"type": _hits, "metavar": "HITS"}),
    (("-w", "--window"), {"type": _seconds, "metavar": "SECONDS"}),
    (("-n", "--top"), {"type": _whole(1, 1000, "a number"), "metavar": "N"}),
    (("--format",), {"choices": ["auto", *FORMATS], "metavar": "NAME"}),
    (("-o", "--output"), {"choices": list(RENDERERS), "metavar": "KIND"}),
    (("-q", "--quiet"), {"action": "store_true"}),
    (("--color",), {"choices": ["auto", "always", "never"], "metavar": "WHEN"}),
    (("--utc",), {"action": "store_true"}),
    (("--delay",), {"type": _whole(0, 86400, "whole seconds"), "metavar": "SECONDS"}),
    (("--version",), {"action": "version", "version": f"monitor {__version__}"}),
    (("-h", "--help"), {"action": "help"}),
)
"""The command line: the names of each option and how it is read."""

HELP = {
    "files": 'an access log; "-" is standard input',
    "--replay": "read finished logs from their first line, then exit",
    "--interval": "length of a report (default 10)",
    "--threshold": "alert above this many hits per second on average (default 10)",
    "--window": "the average is taken over this long (default 120)",
    "--top": "sections listed in a report (default 10)",
    "--format": f"{', '.join(FORMATS)}, or auto (default auto)",
    "--output": "text, or json: one object a line (default text)",
    "--quiet": "alerts and recoveries only, no reports",
    "--color": "auto, always or never (default auto)",
    "--utc": "print times in UTC, not in the machine's time zone",
    "--delay": "wait this long for late lines before a second is judged (default 0)",
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
    options = vars(build_parser().parse_intermixed_args(arguments))
    options["files"] = tuple(options["files"])
    settings = Settings(**options)
    if not settings.files:
        raise UsageError(_no_file())
    return settings


def _no_file() -> str:
    there = [path for path in USUAL_LOGS if os.path.isfile(path)]
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
    try:
        settings = read_settings(sys.argv[1:] if arguments is None else arguments)
        stop.install()
        run(settings, stop)
    except OutputGone as gone:
        return gone.exit_code
    except Interrupted:
        pass
    except UsageError as error:
        tell(str(error))
        return error.exit_code
    except MonitorError as error:
        tell(str(error))
        return error.exit_code
    return 128 + signal.SIGINT if stop.signal == signal.SIGINT else 0


def run(settings: Settings, stop: Stop) -> None:
    """Follow or replay the logs of some settings until they end or a signal comes."""
    renderer, output = _make_output(settings, stop)

    def show(events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Notice):
                tell(event.message)
            if _is_shown(event, settings) and (text := renderer.render(event)):
                output.write(text)

    def tell_all(message: str) -> None:
        show([Notice(message)])

    if settings.replay:
        pipeline = Pipeline(settings)
        replay(pipeline, Replay(settings.files, pipeline.parser), show, stop)
        return
    mono = time.monotonic()
    pipeline = Pipeline(settings, time.time(), mono)
    tailer = Tailer(settings.files)
    pipeline.backfill(tailer.start(pipeline.parser, settings.window, mono))
    follow(pipeline, tailer, show, tell_all, stop, time.monotonic, time.sleep)


def _is_shown(event: Event, settings: Settings) -> bool:
    return not (settings.quiet and isinstance(event, Report))


def _make_output(settings: Settings, stop: Stop) -> tuple[Renderer, Output]:
    if sys.stdout is None:
        raise MonitorError("standard output is closed: there is nowhere to report to")
    encoding = sys.stdout.encoding or "ascii"
    color = is_colored(settings.color, sys.stdout.isatty(), os.environ)
    style = Style(
        settings.utc, color, not is_unicode(encoding, os.environ), settings.top
    )
    return RENDERERS[settings.output](style), Output(
        sys.stdout.fileno(), encoding, stop
    )
