"""An alert that waits for its hook, and what the hook gets: a line of JSON and an environment."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from monitor import __version__
from monitor.alerts import FIRING, RULES, Alert, Rule
from monitor.core import NoData
from monitor.escape import encoded, printable
from monitor.outputs import Json, Style
from monitor.settings import Settings
from monitor.stats import LISTED

LONGEST = 1024
"""Bytes of a variable of the environment at most."""

NO_DATA = "no_data"
"""The rule of a log without data."""

_VARIABLES = (
    *("state", "rule", "subject", "hits", "value", "limit", "unit", "rate"),
    *("threshold", "window", "at", "since", "lasted", "peak", "message", "id"),
    *("seen_late", "files", "host", "version"),
)


class Delivery(NamedTuple):
    """An alert that waits for its hook.

    fields  the alert as an object of the JSON output
    at      the second of stream time that was judged, since 1970
    queued  when it began to wait, by the machine's clock, in seconds since 1970
    tries   how often its hook asked for another try
    """

    fields: Mapping[str, Any]
    at: int
    queued: float
    tries: int = 0

    @property
    def subject(self) -> tuple[Any, Any]:
        """The rule and its subject. Of a gap only the last state of each is delivered."""
        return self.fields["rule"], self.fields.get("subject", "")

    @property
    def is_late(self) -> bool:
        """Whether the alert is of a gap, in which the monitor was away."""
        return bool(self.fields.get("seen_late"))

    @property
    def name(self) -> str:
        """The rule and the state of the alert in a notice."""
        return f"{self.fields['rule']} {self.fields['state']}"

    @property
    def line(self) -> bytes:
        """The standard input of the hook."""
        return json.dumps(self.fields, separators=(",", ":")).encode("ascii") + b"\n"


def delivery_of(event: Alert | NoData, style: Style, queued: float) -> Delivery:
    """Return the delivery of an alert, or of a log without data."""
    fields = Json(style).fields(event)
    if isinstance(event, NoData):
        fields |= {"rule": NO_DATA, "subject": fields["file"], "id": _id(event)}
    files = list(map(printable, style.files[:LISTED]))
    fields.setdefault("files", files)
    return Delivery(fields, event.at, queued)


def sample(settings: Settings, style: Style, now: float) -> Delivery:
    """Return a delivery with the state `test`, as if traffic had just become too high."""
    rule = Rule(RULES["traffic"], settings.threshold, settings.window)
    alert = Alert(rule, FIRING, int(rule.threshold * rule.window) + 1, int(now))
    delivery = delivery_of(alert, style, now)
    words = {"state": "test", "message": "This is a test of the hook"}
    return delivery._replace(fields={**delivery.fields, **words})


def _id(event: NoData) -> str:
    """Return 16 lowercase hex digits, the same for the beginning and the end."""
    text = encoded(f"{NO_DATA} {event.file} {event.since - event.moved}")
    return blake2b(text, digest_size=8).hexdigest()


def environment(fields: Mapping[str, Any], host: str) -> dict[str, bytes]:
    """Return the variables of a hook. Values that an alert does not have are empty.

    The texts of the JSON output are escaped already.
    """
    values = {**fields, "host": host, "version": __version__, "lasted": _lasted(fields)}
    return {
        f"MONITOR_{name.upper()}": _cut(_text(values.get(name))) for name in _VARIABLES
    }


def _lasted(fields: Mapping[str, Any]) -> int | None:
    """Return the seconds since the alert fired, None when it fires."""
    if not fields.get("since"):
        return None
    at, since = map(datetime.fromisoformat, (fields["at"], fields["since"]))
    return max(0, round((at - since).total_seconds()))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)


def _cut(text: str) -> bytes:
    """Return the first bytes of a text, without a part of a character."""
    data = text.encode("utf-8", "backslashreplace")
    return data[:LONGEST].decode("utf-8", "ignore").encode()
