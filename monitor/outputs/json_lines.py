"""Events -> one JSON object a line (RFC 8259). Times are in UTC, in whole seconds (RFC 3339)."""

import json
from collections.abc import Sequence
from typing import Any

from monitor.alerts import FIRING, Alert
from monitor.core import Event, NoData, Report, Summary
from monitor.escape import printable
from monitor.outputs.messages import alert_message, no_data_message, shown
from monitor.outputs.style import Style, instant
from monitor.outputs.suggested import suggestion_fields
from monitor.stats import (
    LISTED,
    STATISTICS,
    Ranked,
    RankedName,
    Statistic,
    Values,
)
from monitor.thresholds import Suggestion

_OBJECTS = {"status", "methods"}
"""Rankings that are an object of hits by name in JSON. All others are a list of objects."""

_KEYS = {"clients": "top_clients"}
"""Keys of lists that are not the name of the ranking. `clients` is the number of clients."""


class Json:
    """Renders events as JSON."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def render(self, event: Event) -> str:
        """Return the line of an event."""
        return json.dumps(self.fields(event), separators=(",", ":")) + "\n"

    def fields(self, event: Event) -> dict[str, Any]:
        """Return an event as a JSON object."""
        if isinstance(event, Report):
            return self._report(event)
        if isinstance(event, Alert):
            return self._alert(event)
        if isinstance(event, NoData):
            return self._no_data(event)
        if isinstance(event, Suggestion):
            files = _files(self._style.files)
            return {**suggestion_fields(event), "files": files}
        message = printable(event.message)
        return {"type": "notice", "at": instant(event.at), "message": message}

    def _report(self, report: Report) -> dict[str, Any]:
        values, window = report.values, report.window
        return {
            "type": "summary" if isinstance(report, Summary) else "report",
            "start": instant(report.start),
            "end": instant(report.end),
            "seconds": report.seconds,
            "files": _files(report.files),
            "files_total": len(report.files),
            **values.numbers,
            "rate": report.rate,
            **self._rankings(values),
            **self._table(values),
            **_quantiles(values, self._style.top),
            "window": {
                "seconds": window.rule.window,
                "hits": window.hits,
                "rate": window.rate,
                "threshold": float(window.rule.threshold),
                "firing": window.firing,
            },
            **_conditions(report),
        }

    def _rankings(self, values: Values) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for statistic in STATISTICS:
            name, ranked = statistic.name, values.rankings[statistic.name]
            if name in values.unlogged:
                continue
            if name in _OBJECTS:
                fields[name] = _object(ranked)
                continue
            fields[_KEYS.get(name, name)] = [
                _row(statistic, row, values) for row in _listed(ranked, self._style.top)
            ]
            if name not in values.numbers:
                fields[f"{name}_total"] = min(values.hits, ranked.cardinality)
        return fields

    def _table(self, values: Values) -> dict[str, Any]:
        """Return the table by the key of --by. The names of its rows are called `name`."""
        if not values.has_table:
            return {}
        statistic = Statistic("table", by="name", also=("bytes", "errors"))
        ranked = values.table
        rows = _listed(ranked, self._style.top)
        return {
            "by": values.by,
            "table": [_row(statistic, row, values) for row in rows],
            "table_total": min(values.hits, ranked.cardinality),
        }

    def _alert(self, alert: Alert) -> dict[str, Any]:
        window = alert.rule.window
        fields: dict[str, Any] = {
            "type": "alert",
            "rule": alert.rule.name,
            "state": alert.state,
            "hits": alert.hits,
            "rate": alert.hits / window,
            "threshold": float(alert.limit),
            "window": window,
            "at": instant(alert.at),
        }
        if self._style.files:
            fields["files"] = _files(self._style.files)
        if self._style.only:
            fields["only"] = list(map(printable, self._style.only))
        if alert.state == FIRING:
            fields["causes"] = {
                cause.kind: [printable(cause.name), cause.share]
                for cause in alert.causes
            }
        fields["message"] = alert_message(alert, self._style)
        if alert.reminder:
            fields["since"], fields["reminder"] = instant(alert.since), True
        if alert.state != FIRING:
            fields["since"] = instant(alert.since)
            fields["peak"] = float(alert.peak_value)
        if alert.seen_late:
            fields["seen_late"] = True
        return fields | _values_of(alert)

    def _no_data(self, event: NoData) -> dict[str, Any]:
        event = shown(event, self._style)
        return {
            "type": "no_data",
            "state": event.state,
            "file": event.file,
            "since": instant(event.since),
            "at": instant(event.at),
            "reason": event.reason,
            "message": no_data_message(event, self._style),
        }


def _values_of(alert: Alert) -> dict[str, Any]:
    """Return the value of an alert in the unit of its rule, and what names the alert."""
    counted = alert.counted
    return {
        "value": float(alert.value),
        "limit": float(alert.limit),
        "unit": alert.unit,
        "subject": printable(alert.subject),
        "id": alert.id,
        **({} if counted is None else {alert.rule.kind.counted: counted}),
    }


def _conditions(report: Report) -> dict[str, Any]:
    """Return the fields that only some reports have."""
    fields: dict[str, Any] = {}
    if report.only:
        fields["only"] = list(map(printable, report.only))
    if report.usual is not None:
        fields["usual"] = report.usual
    if report.peak:
        second, rate = report.peak
        fields["peak"] = {"at": instant(second), "rate": rate}
    if report.is_open:
        fields["open"] = True
    if report.as_of:
        fields["as_of"] = instant(report.as_of.second)
        fields["silent_since"] = instant(report.as_of.silent_since)
    if report.no_data:
        since, reason = report.no_data
        fields["no_data"] = {"since": instant(since), "reason": printable(reason)}
    return fields


def _object(ranked: Ranked) -> dict[str, int]:
    """Return the hits by name. `(other)` has the hits of all names that are not listed."""
    fields = {printable(row.name): row.hits for row in ranked.rows}
    if rest := ranked.totals[0] - sum(row.hits for row in ranked.rows):
        fields["(other)"] = rest
    return fields


def _listed(ranked: Ranked, top: int | None) -> list[RankedName]:
    """Return the rows of the largest names, and last `(other)` if names were dropped."""
    return [*ranked.rows[:top], *([ranked.other] if ranked.other else [])]


def _row(statistic: Statistic, row: RankedName, values: Values) -> dict[str, Any]:
    """Return a row of a ranking. It has the p95 of each number whose quantiles are by its name."""
    fields: dict[str, Any] = {**_named(statistic.by, row.name), "hits": row.hits}
    for also, number in zip(statistic.also, row.also, strict=True):
        if also != "bytes" or "bytes" in values.numbers:
            fields[also] = number
    for value in values.spreads.values():
        if value.by == statistic.by and row.name in value.names:
            fields["p95"] = value.names[row.name].p95
    return fields


def _quantiles(values: Values, top: int | None) -> dict[str, Any]:
    """Return the quantiles of all hits, and of the names with the highest ones."""
    fields: dict[str, Any] = {}
    for spread, value in values.spreads.items():
        fields[spread] = value.whole.percentiles
        fields[value.title] = [
            {
                value.by: printable(name),
                "hits": value.names[name].number,
                **value.names[name].percentiles,
            }
            for name in value.highest[:top]
        ]
    return fields


def _named(by: str, name: bytes) -> dict[str, str]:
    """Return the fields of a name. The name of a failed request is its status and its URL."""
    if by != "failed":
        return {by: printable(name)}
    status, _, url = name.partition(b" ")
    return {"status": printable(status), "url": printable(url)}


def _files(paths: Sequence[str]) -> list[str]:
    return list(map(printable, paths[:LISTED]))
