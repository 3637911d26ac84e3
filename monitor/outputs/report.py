"""Events -> text or JSON: printers give strings, and know nothing of where they go.

To add an output, write a renderer, add a row to RENDERERS, and name it in cli.py and usage.py. All
text that comes from a log goes through `printable`.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from monitor.alerts import FIRING, Alert, Rule
from monitor.core import Event, Report, Summary
from monitor.escape import encoded, is_mark, printable
from monitor.formats import OTHER
from monitor.stats import Tally
from monitor.stats import statistics as stats
from monitor.units import count, decimal, duration, exactly, many, percent, short, size

WIDTH = 80
"""Columns of a report; only alerts, whose text is fixed, and NO DATA with its reason are longer."""

BARS = " ▁▂▃▄▅▆▇█"
ASCII_BARS = " .:-=+*#@"

_LABEL = 9
_NAMED = 3
_MOST_METHODS = 14  # more cannot fit on a line
_MADE_UP = 100  # methods that are not registered, in JSON
_COLORS = {"red": "31", "green": "32", "bold": "1"}
_painting = re.compile(r"\x1b\[\d+m")


class Style(NamedTuple):
    """How to render: in UTC or the machine's zone, in colour, in ASCII only, how many sections.

    All of them are listed when `top` is None.
    """

    utc: bool = False
    color: bool = False
    ascii_only: bool = False
    top: int | None = None

    def time(self, second: int) -> str:
        """Write a time with its offset from UTC."""
        moment = datetime.fromtimestamp(second, UTC)
        return str(moment if self.utc else moment.astimezone())

    def paint(self, text: str, color: str) -> str:
        """Colour a text."""
        return f"\x1b[{_COLORS[color]}m{text}\x1b[0m" if self.color else text

    def name(self, text: bytes, width: int) -> str:
        """Write a name from a log in at most `width` columns."""
        return fit(printable(text, ascii_only=self.ascii_only), width)


class Renderer(Protocol):
    """Turns events into what is printed."""

    def render(self, event: Event) -> str:
        """Give the lines of an event, each with its newline."""


@lru_cache(maxsize=256)  # every report repeats the last ones
def alert_message(alert: Alert, style: Style) -> str:
    """Write a crossing as its one line; the text up to the parenthesis is fixed."""
    window = alert.rule.window
    rate = f"{decimal(alert.hits / window)}/s over {window} s"
    late = ", seen late" if alert.seen_late else ""
    if alert.state == FIRING:
        threshold = exactly(alert.rule.threshold)
        return (
            f"High traffic generated an alert - hits = {alert.hits}, "
            f"triggered at {style.time(alert.at)} ({rate}, threshold {threshold}/s{late})"
        )
    lasted = duration(max(0, alert.at - alert.since))
    return (
        f"High traffic alert recovered - hits = {alert.hits}, "
        f"recovered at {style.time(alert.at)} "
        f"({rate}, lasted {lasted}, peak {decimal(alert.peak / window)}/s{late})"
    )


def alert_line(alert: Alert, style: Style) -> str:
    """Write a crossing in its colour."""
    color = "red" if alert.state == FIRING else "green"
    return style.paint(alert_message(alert, style), color)


# --- text ----------------------------------------------------------------------------------


class Text:
    """Reports for people, in plain text of 80 columns."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def render(self, event: Event) -> str:
        """Give the lines of an event."""
        if isinstance(event, Report):
            return "".join(f"{line}\n" for line in self._report(event))
        if isinstance(event, Alert):
            return alert_line(event, self._style) + "\n"
        return ""  # a notice is for standard error

    def _report(self, report: Report) -> list[str]:
        tally, style = report.tally, self._style
        lines = [self._title(report), *self._numbers(report)]
        if tally.hits:
            lines += [*self._statuses(tally), *self._methods(tally)]
            lines += self._sections(tally)
            lines += self._clients(tally)
            lines += self._failing(tally)
        lines += self._window(report)
        lines += self._oddities(tally)
        if report.no_data:
            since = style.time(report.no_data.since)
            reason = style.name(encoded(report.no_data.reason), 300)
            lines.append(style.paint(f"NO DATA since {since}: {reason}", "red"))
        return [*lines, *self._alerts(report), ""]

    def _title(self, report: Report) -> str:
        kind = "summary" if isinstance(report, Summary) else "report"
        if report.start is None or report.end is None:
            seen = "no line with a time" if report.tally.lines else "no lines"
            title = f"== {kind}: {seen} "
        else:
            span = duration(report.end - report.start)
            title = f"== {kind}: {self._style.time(report.start)}, {span} "
        rule = title.ljust(WIDTH - len("^C"), "=")  # a terminal writes that in front
        return self._style.paint(rule, "bold")

    def _numbers(self, report: Report) -> list[str]:
        tally = report.tally
        if not tally.hits:
            return _lines("traffic", ["no hits"])
        rate = f"{decimal(report.rate)}/s"
        changed = stats.change(report.rate, report.previous_rate)
        if changed is not None:
            rate += f" ({_signed(changed)})"
        parts = [many(tally.hits, "hit"), rate, size(tally.size)]
        parts.append(many(stats.clients(tally), "client"))
        parts.append(f"errors {percent(stats.share(stats.errors(tally), tally.hits))}")
        return _lines("traffic", parts)

    def _statuses(self, tally: Tally) -> list[str]:
        parts = [
            f"{name} {count(hits)} ({percent(stats.share(hits, tally.hits))})"
            for name, hits in stats.status_classes(tally)
        ]
        return _lines("status", parts)

    def _methods(self, tally: Tally) -> list[str]:
        methods = stats.methods(tally)
        parts = [f"{self._style.name(m, 20)} {count(hits)}" for m, hits in methods]
        for number in range(min(len(parts), _MOST_METHODS), 0, -1):
            rest = sum(hits for _, hits in methods[number:])
            more = [f"({len(parts) - number} more) {count(rest)}"] if rest else []
            lines = _lines("methods", [*parts[:number], *more])
            if len(lines) == 1:
                return lines
        return []

    def _sections(self, tally: Tally) -> list[str]:
        lines = [f"{'section':<42}{'hits':>10}{'share':>8}{'bytes':>11}{'errors':>9}"]
        shown, number = stats.top_sections(tally, self._style.top)
        rows = [(self._style.name(section.name, 41), section) for section in shown]
        if number:
            more = stats.more_sections(tally, shown)
            before_other = len(shown) - (shown[-1].name == OTHER)
            rows.insert(before_other, (f"({number} more)", more))
        return lines + [_row(name, section, tally.hits) for name, section in rows]

    def _clients(self, tally: Tally) -> list[str]:
        parts = [
            f"{self._style.name(name, 39)} ({count(hits)})"
            for name, hits in stats.largest(tally.clients, _NAMED)
        ]
        return [_line("clients", parts)] if parts else []

    def _failing(self, tally: Tally) -> list[str]:
        lines = []
        for (status, url), hits in stats.failing(tally, _NAMED):
            number = f"({count(hits)})"
            name = self._style.name(url, WIDTH - _LABEL - len(f"404  {number}"))
            lines.append(_line("failing", [f"{status.decode()} {name} {number}"]))
        return lines

    def _window(self, report: Report) -> list[str]:
        window, style = report.window, self._style
        threshold = float(window.rule.threshold)
        state = style.paint("HIGH TRAFFIC", "red") if window.firing else "ok"
        bars = ASCII_BARS if style.ascii_only else BARS
        rate = f"{decimal(window.rate)}/s in the last {duration(window.rule.window)}"
        top = max([threshold, *window.series])
        return [
            *_lines(
                "average",
                [rate, f"threshold {exactly(window.rule.threshold)}/s", state],
            ),
            f"{'course':<{_LABEL}}|{sparkline(window.series, bars, top)}| {short(top)}/s",
        ]

    def _oddities(self, tally: Tally) -> list[str]:
        kinds = (
            ("late", tally.late),
            ("misdated", tally.misdated),
            ("unparsed", tally.unparsed),
        )
        parts = [f"{name} {count(number)}" for name, number in kinds if number]
        lines = _lines("oddities", parts) if parts else []
        if tally.sample:
            reason, sample = tally.sample
            text = self._style.name(sample, WIDTH - _LABEL - len(reason) - 4)
            lines.append(_line("unparsed", [f'{reason}: "{text}"']))
        return lines

    def _alerts(self, report: Report) -> list[str]:
        if not report.alerts:
            return [_line("alerts", ["none"])]
        number = report.earlier_alerts + len(report.alerts)
        title = [count(number)]
        if report.earlier_alerts:
            title.append(f"the last {len(report.alerts)}:")
        lines = [alert_line(alert, self._style) for alert in report.alerts]
        return [_line("alerts", title), *lines]


def sparkline(series: Sequence[float], bars: str, top: float) -> str:
    """Draw numbers between 0 and `top` as bars; something is never drawn as nothing."""
    steps = len(bars) - 1
    if not top:
        return bars[0] * len(series)
    levels = [round(number / top * steps) or number > 0 for number in series]
    return "".join([bars[level] for level in levels])


def columns(text: str) -> int:
    """Count the columns a text takes on a terminal (Unicode Standard Annex 11); colour has none."""
    if "\x1b" in text:
        text = _painting.sub("", text)
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    marks = sum(map(is_mark, text))
    return len(text) + wide - marks


def fit(text: str, width: int) -> str:
    """Shorten a text to `width` columns, with `...` at its end."""
    if columns(text) <= width:
        return text
    text = text[: 3 * width]  # each character may have two marks (wording.py)
    while columns(text) > width - 3:
        text = text[:-1]
    return text + "..."


def pad(text: str, width: int) -> str:
    """Fill a text with spaces to `width` columns."""
    return text + " " * (width - columns(text))


def _lines(label: str, parts: Sequence[str]) -> list[str]:
    """Put parts behind a label, and on as many lines as they need."""
    lines = [f"{label:<{_LABEL}}{parts[0]}"]
    for part in parts[1:]:
        if columns(lines[-1]) + 2 + columns(part) <= WIDTH:
            lines[-1] += f"  {part}"
        else:
            lines.append(" " * _LABEL + part)
    return lines


def _line(label: str, parts: Sequence[str]) -> str:
    """Put parts behind a label, as many as fit on its line."""
    return _lines(label, parts)[0]


def _row(name: str, section: stats.Section, whole: int) -> str:
    """Write a section of the site as a row of the table, under a name of its own."""
    share = percent(stats.share(section.hits, whole))
    hits, errors = _cell(section.hits, 10), _cell(section.errors, 9)
    return f"{pad(name, 42)}{hits}{share:>8}{size(section.bytes):>11}{errors}"


def _cell(number: int, width: int) -> str:
    """Write a count right-aligned in a column, apart from the one before it."""
    text = count(number)
    return (text if len(text) < width else short(number)).rjust(width)


def _signed(change: float) -> str:
    sign = "-" if change < 0 else "+"
    return sign + (
        percent(abs(change)) if abs(change) < 10 else f"{abs(change) + 1:.0f}x"
    )


# --- JSON ----------------------------------------------------------------------------------


class Json:
    """Events as one JSON object a line (RFC 8259); times of RFC 3339 in UTC, whole seconds."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def render(self, event: Event) -> str:
        """Give the line of an event."""
        import json  # late: text needs none

        return json.dumps(self.fields(event), separators=(",", ":")) + "\n"

    def fields(self, event: Event) -> dict[str, Any]:
        """Give an event as the object that its line shows."""
        if isinstance(event, Report):
            return self._report(event)
        if isinstance(event, Alert):
            return self._alert(event)
        return {"type": "notice", "message": printable(encoded(event.message))}

    def _report(self, report: Report) -> dict[str, Any]:
        tally, window = report.tally, report.window
        fields: dict[str, Any] = {
            "type": "summary" if isinstance(report, Summary) else "report",
            "start": _instant(report.start),
            "end": _instant(report.end),
            **stats.numbers(tally),
            "rate": round(report.rate, 2),
            "status": {name.decode(): hits for name, hits in stats.statuses(tally)},
            "methods": {
                printable(name): hits for name, hits in stats.methods(tally, _MADE_UP)
            },
            "sections": [_section(s) for s in stats.sections(tally, self._style.top)],
            "sections_total": stats.sections_total(tally),
            "window": {
                "seconds": window.rule.window,
                "hits": window.hits,
                "rate": round(window.rate, 2),
                "threshold": float(window.rule.threshold),
                "firing": window.firing,
            },
        }
        if report.no_data:
            since, reason = report.no_data.since, encoded(report.no_data.reason)
            fields["no_data"] = {
                "since": _instant(since),
                "reason": printable(reason),
            }
        return fields

    def _alert(self, alert: Alert) -> dict[str, Any]:
        window = alert.rule.window
        fields: dict[str, Any] = {
            "type": "alert",
            "rule": alert.rule.name,
            "state": alert.state,
            "hits": alert.hits,
            "rate": round(alert.hits / window, 2),
            "threshold": float(alert.rule.threshold),
            "window": window,
            "at": _instant(alert.at),
            "message": alert_message(alert, self._style),
        }
        if alert.state != FIRING:
            fields["since"] = _instant(alert.since)
            fields["peak"] = round(alert.peak / window, 2)
        if alert.seen_late:
            fields["seen_late"] = True
        return fields


def _section(section: stats.Section) -> dict[str, Any]:
    return {
        "section": printable(section.name),
        "hits": section.hits,
        "bytes": section.bytes,
        "errors": section.errors,
    }


def _instant(second: int | None) -> str | None:
    if second is None:
        return None
    return datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z")


def stored_line(fields: dict[str, Any], style: Style) -> str:
    """Write a stored alert or report, which is an object of the JSON output, as one line."""
    if fields["type"] == "alert":
        return alert_line(_alert_of(fields), style)
    start = _second(fields["start"])
    names = ", ".join(
        f"{each['section']} {count(each['hits'])}"
        for each in fields["sections"][:_NAMED]
    )
    parts = [
        style.time(start),
        duration(_second(fields["end"]) - start),
        many(fields["hits"], "hit"),
        size(fields["bytes"]),
        many(fields["clients"], "client"),
        names,
    ]
    return "  ".join(part for part in parts if part)


def _alert_of(fields: dict[str, Any]) -> Alert:
    """Make an alert from its object in the JSON output."""
    window = fields["window"]
    rule = Rule(fields["rule"], Fraction(str(fields["threshold"])), window)
    since = _second(fields["since"]) if "since" in fields else 0
    peak = round(fields.get("peak", 0) * window)
    late = fields.get("seen_late", False)
    at = _second(fields["at"])
    return Alert(rule, fields["state"], fields["hits"], at, since, peak, late)


def _second(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())


RENDERERS: dict[str, Callable[[Style], Renderer]] = {"text": Text, "json": Json}
"""The outputs by name."""
