"""Stored alerts and reports -> text. They are stored as objects of the JSON output."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from monitor.alerts import FIRING
from monitor.core import NoData
from monitor.escape import original
from monitor.outputs.layout import fit, fit_end, joined
from monitor.outputs.rulewords import value_words
from monitor.outputs.style import Style
from monitor.units import count, duration, many, percent, size, span

Fields = dict[str, Any]

_NAMED = 3
_LONGEST, _LONGEST_PATH = 40, 24  # columns of a name and of a path


def stored_line(fields: Fields, style: Style) -> str:
    """Write a stored report, or an alert or a time without data from begin to end, as one line.

    `since` and `at` are the begin and the end. An alert that is firing has its begin in `at`.
    """
    if fields["type"] == "report":
        return _report(fields, style)
    text = _EPISODES[fields["type"]](fields, style)
    return style.paint(text, "red") if fields["state"] in (FIRING, "began") else text


def _alert(fields: Fields, style: Style) -> str:
    """Write the begin of an alert, its rule, how long it lasted, its peak and its causes."""
    causes = [
        f"{style.name(original(name), _LONGEST)} {percent(share)}"
        for name, share in (fields.get("causes") or {}).values()
    ]
    subject = fields.get("subject") or ""
    names = [style.name(original(subject), _LONGEST)] * bool(subject)
    late = ["seen late"] * bool(fields.get("seen_late"))
    since, at = _second(fields.get("since") or fields["at"]), _second(fields["at"])
    if fields["state"] == FIRING:
        parts = [style.time(at), fields["rule"], "still firing", *names, *causes, *late]
        return joined(parts, "  ", style.width)
    lasted, peak = _lasting(at - since), _peak(fields)
    parts = [style.time(since), fields["rule"], lasted, peak, *names, *causes, *late]
    return joined(parts, "  ", style.width)


def _peak(fields: Fields) -> str:
    """Write the peak of an alert. Alerts of earlier releases have no unit."""
    unit = fields.get("unit") or "hits/s"
    peak, limit = fields.get("peak") or 0, Fraction(str(fields["threshold"]))
    name = "lowest" if unit == "hits" else "peak"
    return f"{name} {value_words(Fraction(str(peak)), limit, unit)}"


def _no_data(fields: Fields, style: Style) -> str:
    """Write the begin of a time without data, how long it lasted, the log and the reason."""
    since, at = _second(fields["since"]), _second(fields["at"])
    event = NoData(fields["state"], fields["file"], since, at, fields["reason"])
    lasted = _lasting(at - since) if event.has_ended else "still no data"
    log = fit_end(event.name, _LONGEST_PATH)
    parts = [style.time(since), "no data", lasted, f"{log}: {event.reason}"]
    return fit("  ".join(parts), style.width)


_EPISODES = {"alert": _alert, "no_data": _no_data}


def _lasting(seconds: int) -> str:
    return f"{span(max(0, seconds)):>5}"


def _report(fields: Fields, style: Style) -> str:
    """Write a report in one line. Numbers that the log lacks are left out."""
    start = _second(fields["start"])
    sections = fields.get("sections") or []
    names = ", ".join(
        f"{each['section']} {count(each['hits'])}" for each in sections[:_NAMED]
    )
    sent, clients = fields.get("bytes"), fields.get("clients")
    parts = [
        style.time(start),
        duration(_second(fields["end"]) - start),
        many(fields["hits"], "hit"),
        "" if sent is None else size(sent),
        "" if clients is None else many(clients, "client"),
        names,
    ]
    return "  ".join(part for part in parts if part)


def _second(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())
