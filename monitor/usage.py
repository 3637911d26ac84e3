"""The words of the command line: what can be asked for, and the help."""

from monitor import __version__

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

OPTIONS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("files",), "FILE", 'an access log; "-" is standard input'),
    (("--replay",), "", "read finished logs from their first line, then exit"),
    (("--once",), "", "report what is new since the last run, then exit (for cron)"),
    (("--history",), "", "print the stored alerts, newest first"),
    (("--reports",), "", "with --history: the stored reports, too"),
    (
        ("--since",),
        "TIME",
        "with --history: only since then: 12h or 2d ago, or 2026-11-23T22:00",
    ),
    (("--page",), "N", "with --history: which page (default 1)"),
    (("--per-page",), "N", "with --history: lines of a page (default 20; all as JSON)"),
    (("-i", "--interval"), "SECONDS", "length of a report (default 10)"),
    (
        ("-t", "--threshold"),
        "HITS",
        "alert above this many hits per second on average (default 10)",
    ),
    (
        ("-w", "--window"),
        "SECONDS",
        "the average is taken over this long (default 120)",
    ),
    (("-n", "--top"), "N", "sections listed in a report (default 10)"),
    (("--format",), "NAME", "common, combined, vhost_combined, or auto (default auto)"),
    (("-o", "--output"), "KIND", "text, or json: one object a line (default text)"),
    (("-q", "--quiet"), "", "alerts and recoveries only, no reports"),
    (("--color",), "WHEN", "auto, always or never (default auto)"),
    (("--utc",), "", "print times in UTC, not in the machine's time zone"),
    (("--state",), "FILE", "where positions, window and history are kept"),
    (("--no-state",), "", "keep nothing: begin at the end of the log each time"),
    (
        ("--delay",),
        "SECONDS",
        "wait this long for late lines before a second is judged (default 0)",
    ),
    (
        ("--jobs",),
        "N",
        "processes that read large files in --replay (default: all cores)",
    ),
    (("--version",), "", "print the version"),
    (("-h", "--help"), "", "print this help"),
)
"""Each option: its names, what it takes, and what it means; the README has the same words."""

VERSION = f"monitor {__version__}\n"

_INDENT, _WIDTH = 28, 80


def help_text() -> str:
    """Give the help, of 80 columns."""
    rows = [_row(", ".join(names), takes, told) for names, takes, told in OPTIONS]
    usage = "usage: python main.py [OPTIONS] FILE [FILE ...]"
    return f"{usage}\n\n{DESCRIPTION}\noptions:\n{''.join(rows)}\n{EXAMPLES}"


def _row(names: str, takes: str, told: str) -> str:
    lines = [""]
    for word in told.split():
        if len(lines[-1]) + 1 + len(word) > _WIDTH - _INDENT:
            lines.append("")
        lines[-1] += f" {word}"
    named = f"  {takes if names == 'files' else f'{names} {takes}'}"
    return f"{named:<{_INDENT - 1}}" + f"\n{'':{_INDENT - 1}}".join(lines) + "\n"
