"""The stored alerts and reports, which are objects of the JSON output: what the history reads."""

from collections.abc import Mapping
from typing import Annotated, Any

from monitor.state.kinds import Instant, Length, matches, misfit
from monitor.state.schema_parts import Crossing, RuleName

Outcome = Annotated[str, matches("began|ended")]
"""Whether a log has no data, or has data again."""

Printed = Annotated[str, str.isprintable]
"""A text that was made fit for a terminal."""

_SECTION = {"section": Printed, "hits": int}


def _are_sections(rows: list[Any]) -> bool:
    return all(_has(row, _SECTION) for row in rows)


_ROWS: dict[str, Mapping[str, Any]] = {
    "alert": {
        "rule": RuleName,
        "state": Crossing,
        "hits": int,
        "threshold": float,
        "window": Length,
        "at": Instant,
        "since": Instant | None,
        "peak": float | None,
        "seen_late": bool | None,
        "unit": Annotated[str, matches("hits/s|%|hits|bytes/s")] | None,
        "subject": Printed | None,
        "causes": dict[Printed, tuple[Printed, float]] | None,
    },
    "no_data": {
        "state": Outcome,
        "file": Printed,
        "since": Instant,
        "at": Instant,
        "reason": Printed,
    },
    "report": {
        "start": Instant,
        "end": Instant,
        "hits": int,
        "bytes": int | None,
        "clients": int | None,
        "sections": Annotated[list, _are_sections] | None,
    },
}
"""The values that the history reads, by the type of the object. A value may be missing if None fits."""


def fits(row: Any) -> bool:
    """Return whether the history can read a stored object."""
    return isinstance(row, dict) and _has(row, _ROWS.get(str(row.get("type"))))


def _has(row: Any, kinds: Mapping[str, Any] | None) -> bool:
    """Return whether an object has values of some kinds, whatever else it has."""
    if kinds is None or not isinstance(row, dict):
        return False
    return not any(misfit(row.get(name), kind, name) for name, kind in kinds.items())
