"""The head of a report, and up to when a run with `--once` knows the logs."""

from monitor.core import Report, Summary
from monitor.outputs.layout import columns, labelled
from monitor.outputs.style import Style
from monitor.units import duration

_MARGIN = len("^C")  # a terminal writes ^C in front of the last report
_SHORTEST, _LONGEST = 12, 60  # columns of a path


def head(report: Report, style: Style) -> str:
    """Return the head: the span of the report, and its logs."""
    kind = "summary: " if isinstance(report, Summary) else ""
    return ruled(f"== {kind}{_span(report, style)}", report, style)


def _filter(report: Report, style: Style, width: int) -> str:
    """Return the parts of --only, or what fits of it; nothing if there is no room."""
    room = width - len("  only ")
    if not report.only or room < _SHORTEST:
        return ""
    return f"  only {style.name(', '.join(report.only), room)}"


def ruled(title: str, report: Report, style: Style, more: str = "") -> str:
    """Return a title with the logs of a report and its filter, and with more words if they fit."""
    width = style.width - _MARGIN
    room = width - columns(title) - len("   ==")
    only = _filter(report, style, room - _SHORTEST)
    room -= columns(only)
    if room - columns(more) < _SHORTEST:
        more = ""
    room -= columns(more)
    text = f"{title}  {logs_of(report, style, room)}{only}{more}".rstrip() + " "
    return style.paint(text.ljust(width, "="), "bold")


def logs_of(report: Report, style: Style, width: int) -> str:
    """Return the first log and the number of the others, in some columns."""
    first, *others = report.names or ("",)
    more = f" + {len(others)} more" if others else ""
    return style.path(first, max(_SHORTEST, width - len(more))) + more


def _span(report: Report, style: Style) -> str:
    if report.start is None or report.end is None:
        return "no line with a time" if report.values.numbers["lines"] else "no lines"
    return style.span(report.start, report.end) + " so far" * report.is_open


def as_of_row(report: Report, style: Style) -> list[str]:
    """Return up to which second a run with `--once` knows the logs, and since when they are silent."""
    as_of = report.as_of
    if as_of is None or as_of.second is None:
        return []
    parts = [style.time(as_of.second), *_silent(report, style), _ago(as_of.age)]
    return [labelled("as of", parts, style.width)]


def _ago(seconds: int) -> str:
    if seconds < 0:
        return f"{duration(-seconds)} ahead of this machine"
    return f"{duration(seconds)} ago"


def _silent(report: Report, style: Style) -> list[str]:
    """Return since when no line came; nothing unless this is longer than the window."""
    as_of = report.as_of
    if as_of is None or as_of.second is None or as_of.silent_since is None:
        return []
    since = style.clock(as_of.silent_since, as_of.second)
    return [f"NO LINES since {since} ({duration(as_of.second - as_of.silent_since)})"]


def nothing_new(report: Report, style: Style) -> str:
    """Return the one line of a run with `--once` that found no new line. It may be wide."""
    as_of, logs = report.as_of, logs_of(report, style, _LONGEST)
    if as_of is None or as_of.second is None:
        return f"{logs}: nothing new"
    known = f"as of {style.time(as_of.second)} ({_ago(as_of.age)})"
    [state, *_] = [*_silent(report, style), "".join(state_words(report, style)[:2])]
    return f"{logs}: nothing new {known}, {state}"


def state_words(report: Report, style: Style) -> list[str]:
    """Return the state of the alert, and what may follow it: since when, and for how long."""
    window = report.window
    if window.firing:
        lasts = duration(max(0, report.until - window.since))
        since = f" since {style.clock(window.since, report.until)}"
        return ["HIGH TRAFFIC", since, f"{since} ({lasts})"]
    return ["NO DATA" if report.no_data else "ok"]
