"""The options of the command line, one row each.

A row names a field of `Settings`, which holds the type and the default. The parser, the help and
the table of the README are made from the rows. To add an option, add a field and a row.
"""

from monitor.formatnames import ROWS
from monitor.keys import KEYS
from monitor.logformats import is_string
from monitor.only import choice_of
from monitor.optionrow import Option
from monitor.parsers import (
    address_of,
    command,
    either,
    hits,
    length,
    one_of,
    path_of,
    whole,
)
from monitor.periods import moment_of
from monitor.ruleoptions import RULE_OPTIONS

PER_PAGE = 20
"""The default of `--per-page` when the history is printed as text."""


def _format(text: str) -> str:
    """Accept a name of a format, or any string; the string is compiled with the formats."""
    return text if is_string(text) else _format_name(text)


_format_name = one_of("auto", *ROWS, "help")
_number = whole(1, 999_999_999)
_up_to_a_week = length(1, 604_800)


FILES = Option(
    "files",
    "FILE",
    'an access log, or a pattern in quotes; "-" is standard input',
    path_of,
    repeats=True,
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
    Option(
        "--check",
        "",
        "answer as a monitoring plugin of Nagios, Icinga or Checkmk, then exit",
        in_file=False,
    ),
    Option("--history", "", "print the stored alerts, newest first", in_file=False),
    Option(
        "--suggest-threshold",
        "",
        "print how often each of several thresholds would have fired in finished logs",
        in_file=False,
    ),
    Option("--reports", "", "with --history: the stored reports, too", in_file=False),
    Option(
        "--since",
        "TIME",
        "with finished logs or --history: only from then on, such as 12h, 02:00 or "
        "2026-11-23T22:41",
        moment_of,
        in_file=False,
    ),
    Option(
        "--until",
        "TIME",
        "with finished logs or --history: only what was before then",
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
        f"what the table of a report lists: {either(KEYS)}",
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
        "--metrics",
        "[HOST:]PORT",
        "serve /metrics for Prometheus, and /healthz; without HOST to this machine only",
        address_of,
    ),
    Option(
        "--metrics-file",
        "PATH",
        "write the metrics to a file at each report (textfile collector)",
        path_of,
    ),
    Option(
        "--metrics-sections",
        "N",
        "sections with metrics of their own",
        whole(0, 1000),
    ),
    Option(
        "--exec",
        "COMMAND",
        "run this program at each alert and recovery, without a shell",
        command,
    ),
    Option(
        "--exec-timeout",
        "TIME",
        "end the program of --exec when it takes longer",
        length(1, 3600),
    ),
    Option(
        "--exec-test",
        "",
        "run the program of --exec once, with state test",
        in_file=False,
    ),
    Option(
        "--warning",
        "HITS",
        "with --check: WARNING above this many hits per second on average",
        hits,
    ),
    Option(
        "--timeout",
        "TIME",
        "with --check: UNKNOWN if it is not done after this long",
        length(1, 3600),
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
    *RULE_OPTIONS,
    Option("--version", "", "print the version", in_file=False),
    Option("-h, --help", "", "print this help", in_file=False),
)
"""All options, in the order of the help."""
