"""The help and the version: texts made from the options."""

from monitor import __version__
from monitor.options import FILES, OPTIONS

VERSION = f"monitor {__version__}\n"

EXAMPLES = """\
examples:
  python main.py /var/log/nginx/access.log          watch it: reports and alerts
  python main.py -t 50 -w 5m access.log             alert above 50/s in 5 min
  python main.py --replay access.log                a finished log, at once
  python main.py --replay -i 1h -o brief access.log a day on one screen
  python main.py --replay -o json access.log*       several logs, as JSON lines
  zcat access.log.2.gz | python main.py --replay -  from a pipe
  python main.py -q access.log | tee -a alerts.txt  alerts only, kept in a file
"""

DESCRIPTION = """\
Watch the access logs of a web server: a report of the traffic every 10
seconds, an alert when it is too high, and word when it is back to normal.
"""

TIMES = """\
TIME is seconds, or a number with s, m, h or d: 90, 10s, 2m, 12h, 1d.
"""

_INDENT, _WIDTH = 28, 80


def help_text() -> str:
    """Return the help, at most 80 columns wide."""
    rows = [_row(FILES.takes, FILES.meaning)]
    rows += [_row(option.usage, option.meaning) for option in OPTIONS]
    usage = "usage: python main.py [OPTIONS] FILE [FILE ...]"
    return f"{usage}\n\n{DESCRIPTION}\noptions:\n{''.join(rows)}\n{TIMES}\n{EXAMPLES}"


def _row(usage: str, meaning: str) -> str:
    is_long = len(usage) > _INDENT - len("   ")  # then the meaning begins below it
    lines = ["", ""] if is_long else [""]
    for word in meaning.split():
        if len(lines[-1]) + 1 + len(word) > _WIDTH - _INDENT:
            lines.append("")
        lines[-1] += f" {word}"
    margin = f"\n{'':{_INDENT - 1}}"
    return f"{'  ' + usage:<{_INDENT - 1}}{margin.join(lines)}\n"
