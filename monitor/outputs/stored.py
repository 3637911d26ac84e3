"""Stored alerts and reports -> text. They are stored as objects of the JSON output."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from monitor.alerts import RULES, Alert, Cause, Rule
from monitor.core import NoData
from monitor.escape import original
from monitor.outputs.messages import alert_line, no_data_line
from monitor.outputs.style import Style
from monitor.units import count, duration, many, size

_NAMED = 3


def stored_line(fields: dict[str, Any], style: Style) -> str:
    """Write a stored alert or report as one line."""
    if fields["type"] == "alert":
        return alert_line(_alert_of(fields), style)
    if fields["type"] == "no_data":
        return no_data_line(_no_data_of(fields), style)
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
    window = fields["window"]
    rule = Rule(RULES[fields["rule"]], Fraction(str(fields["threshold"])), window)
    since = _second(fields["since"]) if fields.get("since") else 0
    peak = round((fields.get("peak") or 0) * window)
    late = bool(fields.get("seen_late"))
    at = _second(fields["at"])
    causes = tuple(
        Cause(kind, original(name), part)
        for kind, (name, part) in (fields.get("causes") or {}).items()
    )
    return Alert(rule, fields["state"], fields["hits"], at, since, peak, late, causes)


def _no_data_of(fields: dict[str, Any]) -> NoData:
    since, at = _second(fields["since"]), _second(fields["at"])
    return NoData(fields["state"], fields["file"], since, at, fields["reason"])


def _second(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())
