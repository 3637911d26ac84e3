"""Events -> plain text: a report of few rows, in the width of a terminal.

The first rows answer how much traffic there is, whether it is too much, and since when. The messages
of past alerts come last. All names from a log go through `printable`.
"""

from fractions import Fraction

from monitor.alerts import FIRING, Alert
from monitor.core import Event, NoData, Report
from monitor.escape import bytes_of
from monitor.outputs.heads import as_of_row, head, nothing_new, state_words
from monitor.outputs.layout import (
    ASCII_BARS,
    BARS,
    LABEL,
    Part,
    first_fit,
    fixed,
    joined,
    labelled,
    lay_out,
    sparkline,
)
from monitor.outputs.messages import alert_line, causes_of, no_data_line, repeated_line
from monitor.outputs.rankings import ranking_parts
from monitor.outputs.style import Style
from monitor.outputs.suggested import suggestion_lines
from monitor.stats import Values, change, share
from monitor.thresholds import Suggestion
from monitor.units import count, duration, exactly, many, percent, rate, short, size

_LONGEST = 30  # columns of the name of a rule
_MANY_TIMES = 10  # a larger change is written as `x15`


class Text:
    """Renders events as text. A notice has no text, because it goes to standard error."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def render(self, event: Event) -> str:
        """Return the lines of an event."""
        if isinstance(event, Report):
            return "".join(f"{line}\n" for line in report_lines(event, self._style))
        if isinstance(event, Alert):
            return alert_line(event, self._style) + "\n"
        if isinstance(event, Suggestion):
            lines = suggestion_lines(event, self._style)
            return "".join(f"{line}\n" for line in lines)
        if isinstance(event, NoData):
            return no_data_line(event, self._style) + "\n"
        return ""


def report_lines(report: Report, style: Style) -> list[str]:
    """Return the rows of a report."""
    if report.as_of and not report.values.numbers["lines"] and not report.no_data:
        return [nothing_new(report, style)]
    values = report.values
    parts = [
        fixed(head(report, style)),
        fixed(_traffic(report, style)),
        fixed(*_window(report, style)),
        fixed(*_rates(report, style)),
        fixed(*_no_data(report, style)),
        fixed(*as_of_row(report, style)),
        *(ranking_parts(values, style) if values.hits else []),
        fixed(*_odd_lines(values, style)),
        _alerts(report, style),
    ]
    return lay_out(parts, style.height)


# --- the first rows ---


def _traffic(report: Report, style: Style) -> str:
    values, numbers = report.values, report.values.numbers
    if not values.hits:
        return labelled("traffic", ["no hits"], style.width)
    parts = [
        many(values.hits, "hit"),
        _speed(report),
        *([size(numbers["bytes"])] if "bytes" in numbers else []),
        *([many(numbers["clients"], "client")] if "clients" in numbers else []),
        f"errors {percent(share(values.errors, values.hits))}",
    ]
    return labelled("traffic", parts, style.width)


def _speed(report: Report) -> str:
    """Write the rate of a report, and its change."""
    speed = f"{rate(Fraction(report.rate))}/s"
    changed = change(report.rate, report.previous_rate)
    if changed is None:
        return speed
    if changed + 1 > _MANY_TIMES:
        return f"{speed} (x{count(round(changed + 1))})"
    return f"{speed} ({'-' if changed < 0 else '+'}{percent(abs(changed))})"


def _rates(report: Report, style: Style) -> list[str]:
    """Write the usual rate, the busiest minute, and the observed time if it is not the whole."""
    parts = []
    if report.usual is not None:
        parts.append(f"usual {rate(Fraction(report.usual))}/s")
    if report.peak and report.peak.rate > report.rate:
        minute = style.clock(report.peak.second, report.start or 0)
        minute = minute.removesuffix(":00")
        parts.append(f"peak {rate(Fraction(report.peak.rate))}/s at {minute}")
    if report.start is not None and report.end is not None:
        seen, whole = duration(report.seconds), duration(report.end - report.start)
        parts += [f"over {seen} of {whole}"] * (seen != whole)
    return [labelled("rate", parts, style.width)] if parts else []


def _window(report: Report, style: Style) -> list[str]:
    """Write the average of the alert window, its state, its course and its causes."""
    window = report.window
    threshold, series = window.rule.threshold, window.series
    bars = ASCII_BARS if style.ascii_only else BARS
    drawn = sparkline(series, bars, max([float(threshold), *series]))
    rows = [f"{'average':<{LABEL}}{average(report, style, style.width - LABEL)}"]
    rows.append(f"{'course':<{LABEL}}|{drawn}| max {short(max(series))}/s")
    fired = next((a for a in reversed(report.alerts) if a.state == FIRING), None)
    if window.firing and fired and fired.causes:
        kinds = [cause.kind for cause in fired.causes]
        parts = map(" ".join, zip(kinds, causes_of(fired, style), strict=True))
        rows.append(labelled("cause", list(parts), style.width))
    return rows


def average(report: Report, style: Style, width: int) -> str:
    """Return the average and its state, without the parts for which there is no room."""
    window = report.window
    length, threshold = window.rule.window, window.rule.threshold
    number = rate(Fraction(window.hits, length), threshold)
    mean = f"{number}/s over {duration(length)}"
    limited = f"{mean}, threshold {exactly(threshold)}/s"
    state, *longer = state_words(report, style)
    painted = state if state == "ok" else style.paint(state, "red")
    candidates = [f"{limited}: {painted}{each}" for each in (*longer[::-1], "")]
    candidates.append(f"{mean}: {painted}")
    return first_fit(candidates, width)


# --- the last rows ---


def _no_data(report: Report, style: Style) -> list[str]:
    missing = report.no_data
    if missing is None:
        return []
    since = missing.since
    at = "" if since is None else f" since {style.clock(since, report.until or since)}"
    text = f"NO DATA{at}: "
    reason = style.name(missing.reason, style.width - len(text))
    return [style.paint(text + reason, "red")]


def _odd_lines(values: Values, style: Style) -> list[str]:
    """Write the numbers of late, misdated and unparsed lines, and a sample of the last."""
    late = [(values.numbers[name], name) for name in ("late", "misdated")]
    parts = [f"{count(number)} {name}" for number, name in late if number]
    rows = [labelled("lines", parts, style.width)] if parts else []
    unparsed, sample = many(values.numbers["unparsed"], "line"), ""
    if values.sample:
        reason, line = values.sample
        room = style.width - LABEL - len(f'{unparsed}, {reason}: ""')
        sample = f', {reason}: "{style.name(line, room)}"'
    if values.numbers["unparsed"]:
        rows.append(labelled("unparsed", [unparsed + sample], style.width))
    return rows


def _alerts(report: Report, style: Style) -> Part:
    """Write the number of alerts, and the messages of the latest ones."""

    def rows(number: int) -> list[str]:
        alerts = report.alerts[len(report.alerts) - number :]
        lines = [repeated_line(alert, style, report.until) for alert in alerts]
        return [_alert_count(report, len(alerts), style), *lines]

    return Part(len(report.alerts), 0, rows)


def _alert_count(report: Report, shown: int, style: Style) -> str:
    """Write the number of alerts in this run, and of earlier messages that are not shown."""
    earlier = report.earlier_alerts + len(report.alerts) - shown
    number = count(report.firings)
    if not report.firings:
        number = "none in this run" if shown or earlier else "none"
    more = [f"({many(earlier, 'earlier message')})"] if earlier else []
    number += _firing(report, style, style.width - LABEL - len(number))
    return labelled("alerts", [number, *more], style.width)


def _firing(report: Report, style: Style, width: int) -> str:
    """Write which alerts are firing and since when, in some columns."""
    firing = [each for each in report.rules[1:] if each.firing]
    is_alone = len(firing) == 1 and not report.window.firing
    parts = [
        f"{style.name(bytes_of(each.rule.key), _LONGEST)}"
        f" {'firing ' * is_alone}since {style.clock(each.since, report.until)}"
        for each in firing
    ]
    if report.window.firing:
        _, since, _ = state_words(report, style)
        lasts = duration(max(0, report.until - report.window.since))
        parts.insert(0, f"traffic{since}" if firing else f"1 firing{since}, {lasts}")
    if len(parts) > 1:
        parts[0] = f"{len(parts)} firing: {parts[0]}"
    whole = ", ".join(parts)
    text = joined(parts, ", ", width - len(" ()"))
    if text != whole:
        text = joined(parts, ", ", width - len(" (, ...)")) + ", ..."
    return style.paint(f" ({text})", "red") if parts else ""
