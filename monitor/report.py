"""Events -> text or JSON: printers give strings, and know nothing of where they go.

To add an output, write a renderer and add a row to RENDERERS. All text that comes from a log goes
through `printable`.
"""

import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from monitor import stats
from monitor.alerts import FIRING, Alert
from monitor.events import Event, Report, Summary
from monitor.tally import Tally
from monitor.wording import count, decimal, duration, percent, printable, size

WIDTH = 80
"""Columns of a report; only the alert lines are longer, because their text is fixed."""

BARS = " ▁▂▃▄▅▆▇█"
ASCII_BARS = " .:-=+*#@"

_LABEL = 9
_NAMED = 3
_COLORS = {"red": "31", "green": "32", "bold": "1"}


@dataclass(frozen=True, slots=True)
class Style:
    """How to render: in UTC or the machine's zone, in colour, in ASCII only, how many sections."""

    utc: bool = False
    color: bool = False
    ascii_only: bool = False
    top: int = 10

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


def alert_message(alert: Alert, style: Style) -> str:
    """Write a crossing as its one line; the text up to the parenthesis is fixed."""
    window = alert.rule.window
    rate = f"{decimal(alert.hits / window)}/s over {window} s"
    if alert.state == FIRING:
        threshold = decimal(float(alert.rule.threshold))
        return (
            f"High traffic generated an alert - hits = {alert.hits}, "
            f"triggered at {style.time(alert.at)} ({rate}, threshold {threshold}/s)"
        )
    lasted = duration(max(0, alert.at - alert.since))
    return (
        f"High traffic alert recovered - hits = {alert.hits}, "
        f"recovered at {style.time(alert.at)} "
        f"({rate}, lasted {lasted}, peak {decimal(alert.peak / window)}/s)"
    )


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
            return self._alert(event) + "\n"
        return ""  # a notice is for standard error

    def _report(self, report: Report) -> list[str]:
        tally, style = report.tally, self._style
        lines = [self._title(report), self._numbers(report)]
        if tally.hits:
            lines += [self._statuses(tally), *self._methods(tally)]
            lines += self._sections(tally)
            lines += self._clients(tally)
            lines += self._failing(tally)
        lines += self._window(report)
        lines += self._oddities(tally)
        if report.no_data:
            since = style.time(report.no_data.since)
            reason = style.name(
                report.no_data.reason.encode("utf-8", "surrogateescape"), 300
            )
            lines.append(style.paint(f"NO DATA since {since}: {reason}", "red"))
        return [*lines, *self._alerts(report), ""]

    def _title(self, report: Report) -> str:
        kind = "summary" if isinstance(report, Summary) else "report"
        if report.start is None or report.end is None:
            title = f"== {kind}: no line with a time "
        else:
            span = duration(report.end - report.start)
            title = f"== {kind}: {self._style.time(report.start)}, {span} "
        return self._style.paint(title.ljust(WIDTH, "="), "bold")

    def _numbers(self, report: Report) -> str:
        tally = report.tally
        if not tally.hits:
            return _line("traffic", ["no hits"])
        rate = f"{decimal(report.rate)}/s"
        changed = stats.change(report.rate, report.previous_rate)
        if changed is not None:
            rate += f" ({_signed(changed)})"
        parts = [_many(tally.hits, "hit"), rate, size(tally.size)]
        parts.append(_many(stats.clients(tally), "client"))
        parts.append(f"errors {percent(stats.share(stats.errors(tally), tally.hits))}")
        return _line("traffic", parts)

    def _statuses(self, tally: Tally) -> str:
        parts = [
            f"{name} {count(hits)} ({percent(stats.share(hits, tally.hits))})"
            for name, hits in stats.status_classes(tally)
        ]
        return _line("status", parts)

    def _methods(self, tally: Tally) -> list[str]:
        parts = [
            f"{self._style.name(name, 20)} {count(hits)}"
            for name, hits in stats.methods(tally)
        ]
        return [_line("methods", parts)] if parts else []

    def _sections(self, tally: Tally) -> list[str]:
        sections = stats.sections(tally)
        lines = [f"{'section':<42}{'hits':>10}{'share':>8}{'bytes':>11}{'errors':>9}"]
        for section in sections[: self._style.top]:
            name = pad(self._style.name(section.name, 41), 42)
            share = percent(stats.share(section.hits, tally.hits))
            lines.append(
                f"{name}{count(section.hits):>10}{share:>8}"
                f"{size(section.bytes):>11}{count(section.errors):>9}"
            )
        rest = sections[self._style.top :]
        if rest:
            hits = sum(section.hits for section in rest)
            share = percent(stats.share(hits, tally.hits))
            sent = size(sum(section.bytes for section in rest))
            failed = count(sum(section.errors for section in rest))
            name = f"({len(rest)} more)"
            lines.append(f"{name:<42}{count(hits):>10}{share:>8}{sent:>11}{failed:>9}")
        return lines

    def _clients(self, tally: Tally) -> list[str]:
        parts = [
            f"{self._style.name(name, 39)} {count(hits)}"
            for name, hits in stats.largest(tally.clients, _NAMED)
        ]
        return [_line("clients", parts)]

    def _failing(self, tally: Tally) -> list[str]:
        lines = []
        for (status, url), hits in stats.failing(tally, _NAMED):
            name = self._style.name(url, 54)
            lines.append(_line("failing", [f"{status.decode()} {name} {count(hits)}"]))
        return lines

    def _window(self, report: Report) -> list[str]:
        window, style = report.window, self._style
        threshold = float(window.rule.threshold)
        state = style.paint("HIGH TRAFFIC", "red") if window.firing else "ok"
        bars = ASCII_BARS if style.ascii_only else BARS
        rate = f"{decimal(window.rate)}/s in the last {duration(window.rule.window)}"
        top = max([threshold, *window.series])
        return [
            _line("average", [rate, f"threshold {decimal(threshold)}/s", state]),
            f"{'course':<{_LABEL}}|{sparkline(window.series, bars, top)}| {decimal(top)}/s",
        ]

    def _oddities(self, tally: Tally) -> list[str]:
        kinds = (
            ("late", tally.late),
            ("misdated", tally.misdated),
            ("unparsed", tally.unparsed),
        )
        parts = [f"{name} {count(number)}" for name, number in kinds if number]
        lines = [_line("oddities", parts)] if parts else []
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
        return [_line("alerts", title), *map(self._alert, report.alerts)]

    def _alert(self, alert: Alert) -> str:
        color = "red" if alert.state == FIRING else "green"
        return self._style.paint(alert_message(alert, self._style), color)


def sparkline(series: Sequence[float], bars: str, top: float) -> str:
    """Draw numbers between 0 and `top` as bars; something is never drawn as nothing."""
    steps = len(bars) - 1
    if not top:
        return bars[0] * len(series)
    return "".join(
        bars[max(1 if number else 0, min(steps, round(number / top * steps)))]
        for number in series
    )


def columns(text: str) -> int:
    """Count the columns a text takes on a terminal (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    marks = sum(unicodedata.combining(char) > 0 for char in text)
    return len(text) + wide - marks


def fit(text: str, width: int) -> str:
    """Shorten a text to `width` columns, with `...` at its end."""
    if columns(text) <= width:
        return text
    while columns(text) > width - 3:
        text = text[: min(len(text) - 1, width)]
    return text + "..."


def pad(text: str, width: int) -> str:
    """Fill a text with spaces to `width` columns."""
    return text + " " * (width - columns(text))


def _line(label: str, parts: Sequence[str]) -> str:
    """Put parts behind a label, as many as fit."""
    line = f"{label:<{_LABEL}}{parts[0]}"
    for part in parts[1:]:
        if columns(line) + 2 + columns(part) > WIDTH:
            break
        line += f"  {part}"
    return line


def _many(number: int, name: str) -> str:
    return f"{count(number)} {name}{'' if number == 1 else 's'}"


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
        if isinstance(event, Report):
            fields = self._report(event)
        elif isinstance(event, Alert):
            fields = self._alert(event)
        else:
            fields = {"type": "notice", "message": event.message}
        return json.dumps(fields, separators=(",", ":")) + "\n"

    def _report(self, report: Report) -> dict[str, Any]:
        tally, window = report.tally, report.window
        sections = stats.sections(tally)
        fields: dict[str, Any] = {
            "type": "summary" if isinstance(report, Summary) else "report",
            "start": _instant(report.start),
            "end": _instant(report.end),
            **stats.numbers(tally),
            "rate": round(report.rate, 2),
            "status": {name.decode(): hits for name, hits in stats.statuses(tally)},
            "methods": {printable(name): hits for name, hits in stats.methods(tally)},
            "sections": [_section(section) for section in sections[: self._style.top]],
            "sections_total": len(sections),
            "window": {
                "seconds": window.rule.window,
                "hits": window.hits,
                "rate": round(window.rate, 2),
                "threshold": float(window.rule.threshold),
                "firing": window.firing,
            },
        }
        if report.no_data:
            since, reason = report.no_data.since, report.no_data.reason
            fields["no_data"] = {"since": _instant(since), "reason": reason}
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
        }
        if alert.state != FIRING:
            fields["since"] = _instant(alert.since)
            fields["peak"] = round(alert.peak / window, 2)
        return {**fields, "message": alert_message(alert, self._style)}


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
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


RENDERERS: dict[str, Callable[[Style], Renderer]] = {"text": Text, "json": Json}
"""The outputs by name."""
