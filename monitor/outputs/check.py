"""The answer of --check: a report, and the alerts since the last check -> a line and an exit code.

Source: the Monitoring Plugins Development Guidelines (monitoring-plugins.org).
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from monitor.alerts import FIRING, Alert, Rule, RuleReading
from monitor.core import Report
from monitor.escape import printable
from monitor.outputs.rulewords import course_words, limit_words, title, value_words
from monitor.outputs.style import Style
from monitor.settings import Settings
from monitor.units import exactly, percentage

OK, WARNING, CRITICAL, UNKNOWN = range(4)
"""The exit codes of a plugin."""

_NAMES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")

LONGEST = 1024
"""Bytes of an answer with its newline. Agents cut longer answers."""


class Answer(NamedTuple):
    """An exit code, what a person reads, and the numbers for graphs."""

    code: int
    text: str
    numbers: str = ""

    @classmethod
    def unknown(cls, reason: str) -> "Answer":
        """Return the answer of a check that failed."""
        return cls(UNKNOWN, reason)

    @classmethod
    def of(cls, report: Report, alerts: list[Alert], settings: Settings) -> "Answer":
        """Return the answer for a report of the new lines, and the alerts since the last check.

        An alert that is firing comes first, because no missing data makes it untrue.
        """
        style, traffic = Style(utc=settings.utc), report.rules[0]
        words = [_measured(traffic), limit_words(traffic.rule)]
        code = OK
        if firing := [_firing(each, style) for each in report.rules if each.firing]:
            code, words = CRITICAL, ["; ".join(firing)]
        elif reason := _blindness(report, style):
            return cls.unknown(reason)
        elif recoveries := list(_recoveries(alerts)):
            code, words = WARNING, _recovered(recoveries[-1], style)
        elif settings.warning is not None and traffic.value > settings.warning:
            code = WARNING
            words.insert(1, f"warning {exactly(settings.warning)}/s")
        return cls(code, ", ".join(words), " ".join(_numbers(report, alerts, settings)))

    def or_unknown(self, reason: str) -> "Answer":
        """Return an answer that is UNKNOWN for a reason, or this one if an alert is firing."""
        return self if self.code == CRITICAL else Answer.unknown(reason)

    @property
    def is_known(self) -> bool:
        """Whether the logs could be judged."""
        return self.code != UNKNOWN

    @property
    def line(self) -> str:
        """The line in ASCII. It has one `|` if there are numbers, and none if there are not."""
        text = f"HTTP {_NAMES[self.code]} - {self.text}"
        text = printable(text, ascii_only=True).replace("|", "\\x7c")
        numbers = f" | {self.numbers}" if self.numbers else ""
        room = LONGEST - len(numbers) - len("\n")
        if len(text) > room:
            text = text[: room - len("...")] + "..."
        return f"{text}{numbers}\n"


def _firing(reading: RuleReading, style: Style) -> str:
    """Return what is beyond its limit, and since when."""
    words = [_measured(reading), limit_words(reading.rule)]
    since = f"since {style.time(reading.since)}"
    return f"{_title(reading.rule, style)}: {', '.join([*words, since])}"


def _title(rule: Rule, style: Style) -> str:
    """Return the name of a rule. A client is not named, because its name is a text of the log."""
    is_client = rule.name == "client"
    return title(rule._replace(subject=b"") if is_client else rule, style).rstrip()


def _measured(reading: RuleReading) -> str:
    """Return the value of a rule, and what it is about: `4.82/s over 120 s`."""
    rule = reading.rule
    value, unit = value_words(reading.value, rule.threshold, rule.kind.unit), ""
    if rule.kind.unit == "%":
        unit = f" of {reading.hits}"
    elif rule.kind.unit == "hits":
        unit = " hits"
    over = rule.window if rule.seconds is None else exactly(rule.seconds)
    return f"{value}{unit} over {over} s"


def _blindness(report: Report, style: Style) -> str:
    """Return why the logs cannot be judged; nothing if they can."""
    if missing := report.no_data:
        since = f" since {style.time(missing.since)}" if missing.since else ""
        return f"NO DATA{since}: {missing.reason}"
    numbers = report.values.numbers
    if 2 * numbers["unparsed"] > numbers["lines"]:
        return f"{numbers['unparsed']} of {numbers['lines']} new lines cannot be read"
    return ""


def _recoveries(alerts: Iterable[Alert]) -> Iterator[Alert]:
    """Yield the recoveries of alerts that fired after the last check, too."""
    fired = set[str]()
    for alert in alerts:
        if alert.state == FIRING:
            fired.add(alert.id)
        elif alert.id in fired:
            yield alert


def _recovered(alert: Alert, style: Style) -> list[str]:
    name = _title(alert.rule, style)
    at = f"{name} alert recovered at {style.time(alert.at)}"
    return [at, *course_words(alert)]


def _numbers(report: Report, alerts: list[Alert], settings: Settings) -> Iterator[str]:
    """Yield the numbers as `NAME=VALUE;WARNING;CRITICAL;LEAST`."""
    traffic, counts = report.rules[0], report.values.numbers
    limit = traffic.rule.threshold
    value = value_words(traffic.value, limit, traffic.rule.kind.unit).removesuffix("/s")
    yield f"rate={value};{_limit(settings.warning)};{exactly(limit)};0"
    yield f"hits={counts['hits']};;;0"
    for each in report.rules:
        if each.rule.name == "errors":
            share = percentage(each.value, each.rule.threshold)
            yield f"errors={share}%;;{_limit(settings.max_error_rate)};0;100"
    if "bytes" in counts:
        yield f"bytes={counts['bytes']}B;;;0"
    yield f"unparsed={counts['unparsed']};;;0"
    fired = [each for each in alerts if each.state == FIRING]
    yield f"alerts={len(fired)};;;0"


def _limit(number: Fraction | None) -> str:
    return "" if number is None else exactly(number)
