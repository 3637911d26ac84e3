"""The options of the command line, one row each.

A row names a field of `Settings`, which holds the type and the default. The parser, the help and
the table of the README are made from the rows. To add an option, add a field and a row.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from monitor.keys import KEYS
from monitor.logformats import is_string
from monitor.only import Choice, choice_of
from monitor.parsers import hits, length, one_of, path_of, whole
from monitor.periods import Moment, moment_of
from monitor.specialformats import ROWS

PER_PAGE = 20
"""The default of `--per-page` when the history is printed as text."""


class Settings(NamedTuple):
    """The options of a run. Times are in seconds, the threshold is in hits per second.

    `None` stands for a value that depends on the machine or on other options.
    """

    files: tuple[str, ...] = ()
    replay: bool = False
    once: bool = False
    history: bool = False
    reports: bool = False
    since: Moment | None = None
    until: Moment | None = None
    page: int = 1
    per_page: int | None = None
    interval: int = 10
    threshold: Fraction = Fraction(10)
    window: int = 120
    top: int = 10
    by: str = "section"
    only: tuple[Choice, ...] = ()
    alerts: int = 10
    format: str = "auto"
    output: str = "text"
    quiet: bool = False
    color: str = "auto"
    utc: bool = False
    state: str | None = None
    no_state: bool = False
    delay: int = 0
    jobs: int | None = None
    config: str | None = None
    print_config: bool = False


def _format(text: str) -> str:
    """Accept a name of a format, or any string; the string is compiled with the formats."""
    return text if is_string(text) else _format_name(text)


_format_name = one_of("auto", *ROWS, "help")
_number = whole(1, 999_999_999)
_up_to_a_week = length(1, 604_800)


NUMBERS = ("N", "HITS", "PCT")
"""The names of values that are numbers in a file. Other values are strings, such as "2m"."""

SWITCH, NUMBER, SCALAR = ("true or false",), ("a number",), ("a string", "a number")
LIST, LIST_OR_TABLE = ("a list",), ("a list", "a table")
"""Kinds of values in a file."""


class Option(NamedTuple):
    """An option: its spellings, the name of its value, its meaning, and the parser of its value.

    `read` parses the value. It raises ValueError with a message that says what to write instead. A
    switch has no value and no parser. An option that `repeats` has a tuple of values. A mode, and what
    goes with a mode, is not `in_file`: it stands on the command line only.
    """

    spelling: str
    takes: str
    words: str
    read: Callable[[str], object] | None = None
    repeats: bool = False
    in_file: bool = True

    @property
    def names(self) -> list[str]:
        """All spellings, the long one last."""
        return self.spelling.split(", ")

    @property
    def field(self) -> str:
        """The field of `Settings` that the option sets."""
        return self.names[-1].lstrip("-").replace("-", "_")

    @property
    def key(self) -> str:
        """The name of the option in a file."""
        return self.names[-1].lstrip("-")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of values that the option may have in a file."""
        if self.repeats:
            return LIST_OR_TABLE if "=" in self.takes else LIST
        if self.read is None:
            return SWITCH
        return NUMBER if self.takes in NUMBERS else SCALAR

    @property
    def usage(self) -> str:
        """The option as it is written: `-i, --interval TIME`."""
        return f"{self.spelling} {self.takes}".rstrip()

    @property
    def meaning(self) -> str:
        """The words of the option, with its default."""
        default = getattr(Settings(), self.field, None)
        has_none = default is None or isinstance(default, bool | tuple)
        return self.words if has_none else f"{self.words} (default {default})"


FILES = Option(
    "files", "FILE", 'an access log; "-" is standard input', path_of, repeats=True
)

OPTIONS = (
    Option(
        "--replay",
        "",
        "read finished logs from their first line, then exit",
        in_file=False,
    ),
    Option(
        "--once",
        "",
        "report what is new since the last run, then exit (for cron)",
        in_file=False,
    ),
    Option("--history", "", "print the stored alerts, newest first", in_file=False),
    Option("--reports", "", "with --history: the stored reports, too", in_file=False),
    Option(
        "--since",
        "TIME",
        "with --replay or --history: only from then on, such as 12h, 02:00 or "
        "2026-11-23T22:41",
        moment_of,
        in_file=False,
    ),
    Option(
        "--until",
        "TIME",
        "with --replay or --history: only what was before then",
        moment_of,
        in_file=False,
    ),
    Option("--page", "N", "with --history: which page", _number, in_file=False),
    Option(
        "--per-page",
        "N",
        f"with --history: lines of a page (default {PER_PAGE}; all as JSON)",
        _number,
        in_file=False,
    ),
    Option("-i, --interval", "TIME", "length of a report", _up_to_a_week),
    Option(
        "-t, --threshold",
        "HITS",
        "alert above this many hits per second on average",
        hits,
    ),
    Option(
        "-w, --window", "TIME", "the average is taken over this long", _up_to_a_week
    ),
    Option("-n, --top", "N", "sections listed in a report", whole(1, 1000)),
    Option(
        "--by",
        "KEY",
        "what the table of a report lists: section, host, host+section, client, status, "
        "method, path, agent or referrer",
        one_of(*KEYS),
    ),
    Option(
        "--only",
        "KEY=VALUE",
        "count only such hits, such as status=5xx, path=/api/*, client=203.0.113.0/24 "
        "or method!=GET; may be repeated",
        choice_of,
        repeats=True,
    ),
    Option("--alerts", "N", "past messages repeated in each report", whole(0, 1000)),
    Option(
        "--format",
        "NAME-or-STRING",
        "auto, a name such as combined, a string such as '%h %t \"%r\" %>s', or help, which "
        "lists the names",
        _format,
    ),
    Option(
        "-o, --output",
        "KIND",
        "text, brief: one line a report, or json: one object a line",
        one_of("text", "brief", "json"),
    ),
    Option(
        "-q, --quiet", "", "messages only (alerts, recoveries, no data), no reports"
    ),
    Option(
        "--color",
        "WHEN",
        "auto, always or never",
        one_of("auto", "always", "never"),
    ),
    Option("--utc", "", "print times in UTC, not in the machine's time zone"),
    Option("--state", "FILE", "where positions, window and history are kept", path_of),
    Option("--no-state", "", "keep nothing: begin at the end of the log each time"),
    Option(
        "--delay",
        "TIME",
        "wait this long for late lines before a second is judged",
        length(0, 86_400),
    ),
    Option(
        "--jobs",
        "N",
        "processes that read large files in --replay (default: all cores)",
        whole(1, 999),
    ),
    Option(
        "--config",
        "FILE",
        "read options from a file; the command line comes first",
        path_of,
        in_file=False,
    ),
    Option(
        "--print-config",
        "",
        "print the options that are in force, as such a file",
        in_file=False,
    ),
    Option("--version", "", "print the version", in_file=False),
    Option("-h, --help", "", "print this help", in_file=False),
)
"""All options, in the order of the help."""
