"""Stored alerts -> episodes: from an alert to its recovery, from no data to data again.

The begin and the end of an episode are stored as two objects. Here they become one object, which has
the values of the end and the causes of the begin.
"""

from collections.abc import Iterable
from datetime import datetime

from monitor.alerts import FIRING
from monitor.periods import Period
from monitor.state.database import Fields


def episodes_of(alerts: Iterable[Fields]) -> list[Fields]:
    """Return the episodes of stored alerts, which come oldest first; the newest episode first."""
    episodes: list[Fields] = []
    open_ones: dict[tuple[str, str, str], int] = {}
    for fields in alerts:
        name = fields.get("rule") or fields["file"]
        key = fields["type"], name, fields.get("subject") or ""
        if _goes_on(fields):
            open_ones[key] = len(episodes)
            episodes.append(fields)
        elif (place := open_ones.pop(key, None)) is not None:
            causes = episodes[place].get("causes")
            episodes[place] = {**fields, "causes": causes}
        else:
            episodes.append(fields)  # its begin was lost
    return sorted(episodes, key=_since, reverse=True)


def is_in(episode: Fields, period: Period) -> bool:
    """Return whether a part of an episode lies in a period."""
    since, until = period
    has_ended_before = (
        since is not None and not _goes_on(episode) and _second(episode["at"]) < since
    )
    return not has_ended_before and (until is None or _since(episode) < until)


def _goes_on(fields: Fields) -> bool:
    return fields["state"] in (FIRING, "began")


def _since(fields: Fields) -> int:
    return _second(fields.get("since") or fields["at"])


def _second(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())
