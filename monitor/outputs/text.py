"""Events -> plain text of 80 columns. All names from a log go through `printable`."""

from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from monitor.alerts import Alert
from monitor.core import Event, NoData, Report, Summary
from monitor.escape import encoded
from monitor.outputs.json_lines import Json
from monitor.outputs.layout import (
    ASCII_BARS,
    BARS,
    LABEL,
    WIDTH,
    cell,
    labelled,
    labelled_lines,
    pad,
    sparkline,
)
from monitor.outputs.messages import Style, alert_line, no_data_line, shown
from monitor.stats import STATISTICS, Ranked, RankedName, Values, change, share
from monitor.units import count, duration, exactly, many, percent, rate, short, size

_NAMED = 3  # clients and failing URLs
_MOST_METHODS = 14  # more cannot fit on a line


class Renderer(Protocol):
    """Turns events into text."""

    def render(self, event: Event) -> str:
        """Return the lines of an event, each with its newline."""


class Text:
    """Renders events as text. A notice has no text, because it goes to standard error."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def render(self, event: Event) -> str:
        """Return the lines of an event."""
        if isinstance(event, Report):
            return "".join(f"{line}\n" for line in self._report(event))
        if isinstance(event, Alert):
            return alert_line(event, self._style) + "\n"
        if isinstance(event, NoData):
            return no_data_line(shown(event, self._style), self._style) + "\n"
        return ""

    def _report(self, report: Report) -> list[str]:
        values, style = report.values, self._style
        lines = [self._title(report), *self._numbers(report)]
        if values.hits:
            for statistic in STATISTICS:
                ranked = values.rankings[statistic.name]
                render = _RANKINGS.get(statistic.name, _names)
                lines += render(style, statistic.name, ranked, values)
        lines += self._window(report)
        lines += self._oddities(values)
        lines += self._no_data(report)
        return [*lines, *self._alerts(report), ""]

    def _title(self, report: Report) -> str:
        kind = "summary" if isinstance(report, Summary) else "report"
        if report.start is None or report.end is None:
            seen = (
                "no line with a time" if report.values.numbers["lines"] else "no lines"
            )
            title = f"== {kind}: {seen} "
        else:
            span = duration(report.end - report.start)
            span += " so far" * report.is_open
            title = f"== {kind}: {self._style.time(report.start)}, {span} "
        rule = title.ljust(WIDTH - len("^C"), "=")  # a terminal writes ^C in front
        return self._style.paint(rule, "bold")

    def _numbers(self, report: Report) -> list[str]:
        values = report.values
        if not values.hits:
            return labelled_lines("traffic", ["no hits"])
        speed = f"{rate(Fraction(report.rate))}/s"
        changed = change(report.rate, report.previous_rate)
        if changed is not None:
            speed += f" ({_signed(changed)})"
        parts = [many(values.hits, "hit"), speed, size(values.numbers["bytes"])]
        parts.append(many(values.numbers["clients"], "client"))
        parts.append(f"errors {percent(share(values.errors, values.hits))}")
        return labelled_lines("traffic", parts)

    def _window(self, report: Report) -> list[str]:
        window, style = report.window, self._style
        seconds, threshold = window.rule.window, window.rule.threshold
        state = style.paint("HIGH TRAFFIC", "red") if window.firing else "ok"
        bars = ASCII_BARS if style.ascii_only else BARS
        average = f"{rate(Fraction(window.hits, seconds), threshold)}/s"
        average += f" in the last {duration(seconds)}"
        limit = f"threshold {exactly(threshold)}/s"
        top = max([float(threshold), *window.series])
        return [
            *labelled_lines("average", [average, limit, state]),
            f"{'course':<{LABEL}}|{sparkline(window.series, bars, top)}| {short(top)}/s",
        ]

    def _oddities(self, values: Values) -> list[str]:
        kinds = (
            (name, values.numbers[name]) for name in ("late", "misdated", "unparsed")
        )
        parts = [f"{name} {count(number)}" for name, number in kinds if number]
        lines = labelled_lines("oddities", parts) if parts else []
        if values.sample:
            reason, sample = values.sample
            text = self._style.name(sample, WIDTH - LABEL - len(reason) - 4)
            lines.append(labelled("unparsed", [f'{reason}: "{text}"']))
        return lines

    def _no_data(self, report: Report) -> list[str]:
        style, missing = self._style, report.no_data
        if missing is None:
            return []
        since = "" if missing.since is None else f" since {style.time(missing.since)}"
        reason = style.name(encoded(missing.reason), 300)
        return [style.paint(f"NO DATA{since}: {reason}", "red")]

    def _alerts(self, report: Report) -> list[str]:
        if not report.alerts:
            return [labelled("alerts", ["none"])]
        number = report.earlier_alerts + len(report.alerts)
        title = [count(number)]
        if report.earlier_alerts:
            title.append(f"the last {len(report.alerts)}:")
        lines = [alert_line(alert, self._style) for alert in report.alerts]
        return [labelled("alerts", title), *lines]


# --- rankings ---


def _names(style: Style, label: str, ranked: Ranked, values: Values) -> list[str]:
    """Write the largest names and their hits on one line."""
    parts = [
        f"{style.name(row.name, 39)} ({count(row.hits)})"
        for row in ranked.rows[:_NAMED]
    ]
    return [labelled(label, parts)] if parts else []


_CLASSES = {**{digit: f"{digit}xx" for digit in "12345"}, "-": "-"}


def _statuses(style: Style, label: str, ranked: Ranked, values: Values) -> list[str]:
    """Write the hits of each class of status: `1xx` to `5xx`, `other`, and `-` for no answer."""
    classes: dict[str, int] = {}
    for row in ranked.rows:
        first = row.name[:1].decode("ascii")
        name = _CLASSES.get(first, "other")
        classes[name] = classes.get(name, 0) + row.hits
    parts = [
        f"{name} {count(classes[name])} ({percent(share(classes[name], values.hits))})"
        for name in (*_CLASSES.values(), "other")
        if name in classes
    ]
    return labelled_lines(label, parts)


def _methods(style: Style, label: str, ranked: Ranked, values: Values) -> list[str]:
    rows = [*ranked.rows, *([ranked.other] if ranked.other else [])]
    parts = [f"{style.name(row.name, 20)} {count(row.hits)}" for row in rows]
    for number in range(min(len(parts), _MOST_METHODS), 0, -1):
        rest = ranked.totals[0] - sum(row.hits for row in rows[:number])
        names = ranked.held + (ranked.other is not None) - number
        more = [f"({names} more) {count(rest)}"] if rest else []
        lines = labelled_lines(label, [*parts[:number], *more])
        if len(lines) == 1:
            return lines
    return []


def _sections(style: Style, label: str, ranked: Ranked, values: Values) -> list[str]:
    title = f"{'section':<42}{'hits':>10}{'share':>8}{'bytes':>11}{'errors':>9}"
    listed = ranked.rows[: style.top]
    rows = [(style.name(row.name, 41), row) for row in listed]
    if number := ranked.held - len(listed):
        rows.append((f"({number} more)", _rest_of(ranked, listed)))
    if ranked.other:
        rows.append((style.name(ranked.other.name, 41), ranked.other))
    return [title, *(_row(name, row, values.hits) for name, row in rows)]


def _failing(style: Style, label: str, ranked: Ranked, values: Values) -> list[str]:
    lines = []
    for row in ranked.rows[:_NAMED]:
        status, url = row.name[:3].decode(), row.name[4:]
        number = f"({count(row.hits)})"
        name = style.name(url, WIDTH - LABEL - len(f"404  {number}"))
        lines.append(labelled(label, [f"{status} {name} {number}"]))
    return lines


_RANKINGS: dict[str, Callable[[Style, str, Ranked, Values], list[str]]] = {
    "status": _statuses,
    "methods": _methods,
    "sections": _sections,
    "failing": _failing,
}
"""The functions of rankings that have their own layout. All others are a line of names."""


def _rest_of(ranked: Ranked, listed: list[RankedName]) -> RankedName:
    """Return the sums of the names that are neither listed nor dropped, without a name."""
    shown = [*listed, *([ranked.other] if ranked.other else [])]
    numbers = [(row.hits, *row.also) for row in shown]
    hits, *also = map(lambda total, *parts: total - sum(parts), ranked.totals, *numbers)
    return RankedName(b"", hits, tuple(also))


def _row(name: str, section: RankedName, whole: int) -> str:
    """Write a section as a row of the table, under a name that may be shortened."""
    sent, errors = section.also
    part = percent(share(section.hits, whole))
    hits = cell(section.hits, 10)
    return f"{pad(name, 42)}{hits}{part:>8}{size(sent):>11}{cell(errors, 9)}"


def _signed(changed: float) -> str:
    sign = "-" if changed < 0 else "+"
    return sign + (
        percent(abs(changed)) if abs(changed) < 10 else f"{abs(changed) + 1:.0f}x"
    )


RENDERERS: dict[str, Callable[[Style], Renderer]] = {"text": Text, "json": Json}
"""The kinds of --output by name."""
