"""Reports of made-up hits, and how the outputs render them."""

import json
from fractions import Fraction
from typing import Any

from monitor.alerts import FIRING, RULES, Alert, Cause, Rule
from monitor.alerts.alert import OK
from monitor.core import Event, Report, Summary
from monitor.core.events import BEGAN, ENDED, NoData, WindowReading
from monitor.formats.columns import FIELDS, Columns
from monitor.outputs import Style
from monitor.outputs.renderers import RENDERERS
from monitor.stats import LISTED, Tally, Values

AT = 1795474080  # 2026-11-23 22:48:00 UTC
RULE = Rule(RULES["traffic"], Fraction(10), 120)
CAUSES = (
    Cause("section", b"/login", 0.86),
    Cause("client", b"203.0.113.9", 0.86),
    Cause("status", b"401", 0.84),
)
FIRED = Alert(RULE, FIRING, 1201, AT + 3, causes=CAUSES)
RECOVERED = Alert(RULE, OK, 1199, AT + 203, since=AT + 3, peak=1824)
BLIND = NoData(BEGAN, "access.log", AT + 3, AT + 13, "No such file or directory")
SEEING = BLIND._replace(state=ENDED, at=AT + 203)
LOGS = ("access.log",)
HIT = ("GET /", "", "200", 1, "::1")

Row = tuple[str | bytes, str | bytes, str, int, str | bytes]
"""A hit: method and section, the rest of the URL, status, bytes, client."""


def repeated(row: Row, times: int) -> Tally:
    """Count one hit so often, by doubling: tallies add."""
    head, rest, status, size, client = (
        each.encode() if isinstance(each, str) else each for each in row
    )
    values = [client, head, rest, status, size]
    one, total = Tally(), Tally()
    one.add_hits(
        Columns([AT], {name: [v] for name, v in zip(FIELDS, values, strict=True)})
    )
    for bit in reversed(f"{times:b}"):
        if bit == "1":
            total.add(one)
        double = Tally()
        double.add(one)
        double.add(one)
        one = double
    return total


def values_of(*rows: tuple[Row, int], most: int = LISTED, **numbers: Any) -> Values:
    """Return the values of hits, each so often, and of lines that are none."""
    tally = Tally()
    for row, times in rows:
        tally.add(repeated(row, times))
    for name, number in numbers.items():
        setattr(tally, name, number)
    return tally.values(most)


NOTHING = values_of()
BUSY = values_of(
    (("GET /api", "/users", "200", 1234, "192.0.2.1"), 600),
    (("GET /api", "/users/7", "500", 99, "192.0.2.2"), 3),
    (("POST /api", "/orders", "201", 20, "2001:db8::1"), 34),
    (("GET /static", "/a.css", "304", 0, "192.0.2.3"), 80),
    (("GET /images", "/big.png", "200", 1_500_000, "192.0.2.3"), 12),
    (("GET /admin", "", "404", 162, "203.0.113.9"), 8),
    (("GET /", "", "301", 5, "198.51.100.7"), 1),
    ((" (malformed)", "", "400", 0, "203.0.113.9"), 2),
    (("OPTIONS *", "", "-", 0, "::1"), 1),
    ignored=4,
    unparsed=2,
    sample=("no time in it", b"what is this?"),
)


def window_of(hits: int = 0, firing: bool = False, *series: float) -> WindowReading:
    return WindowReading(hits, RULE, firing, series or (0.0,) * 56, AT - 90)


def report_of(values: Values, **changes: Any) -> Report:
    alerts = changes.get("alerts", ())
    changes.setdefault("firings", sum(each.state == FIRING for each in alerts))
    report = Report(AT, AT + 10, 10, values, window_of(), None, (), 0, files=LOGS)
    return report._replace(**changes)


def summary_of(values: Values, **changes: Any) -> Summary:
    return Summary(*report_of(values, **changes))


def alerts_of(number: int) -> tuple[Alert, ...]:
    """Return alerts and recoveries in turn, the latest at AT."""
    alerts = []
    for index in range(number):
        at = AT - 200 * (number - 1 - index)
        fires = Alert(RULE, FIRING, 1201 + index, at, causes=CAUSES)
        recovers = Alert(RULE, OK, 1199 - index, at, since=at - 200, peak=1824)
        alerts.append(recovers if index % 2 else fires)
    return tuple(alerts)


def rendered(events: list[Event], output: str, style: Style) -> str:
    renderer = RENDERERS[output](style)
    return "".join(map(renderer.render, events))


def text_of(event: Event, **style: Any) -> str:
    return rendered([event], "text", Style(utc=True, **style))


def line_of(event: Event, label: str) -> str:
    """Return the only line that begins with a label."""
    (line,) = (line for line in text_of(event).splitlines() if line.startswith(label))
    return line


def json_of(event: Event, *files: str) -> dict[str, Any]:
    (line,) = rendered([event], "json", Style(utc=True, files=files)).splitlines()
    return dict(json.loads(line))
