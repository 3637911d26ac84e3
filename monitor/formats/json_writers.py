"""The programs that write JSON lines, known by their keys.

They decide the unit of a request time, and which lines are no requests. Sources: the documents of Caddy
(`log`), Traefik (access logs), Envoy (access log formatters), Azure Monitor (resource logs of
Application Gateway and Front Door), Google Cloud Logging (LogEntry), Cloudflare Logpush.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from monitor.formats.json_names import Path, Paths, folded, folded_names
from monitor.formats.json_values import (
    Scalar,
    fraction_of_seconds,
    seconds_of_span,
    seconds_of_value,
    seconds_or_milliseconds,
)

Read = Callable[[Scalar], float | None]
Test = Callable[[Mapping[str, Any]], bool]


def _per_second(units: int) -> Read:
    return partial(seconds_of_value, per_second=units)


UNITS: tuple[tuple[str, str, Read], ...] = (
    ("duration", "request.", fraction_of_seconds),  # Caddy
    ("duration", "response_code", _per_second(10**3)),  # Envoy
    ("duration", "", seconds_of_span),
    ("Duration", "DownstreamStatus", _per_second(10**9)),  # Traefik
    ("request_time", "", _per_second(1)),  # nginx
    ("httpRequest.latency", "", seconds_of_span),  # Google
    ("properties.timeTaken", "timeStamp", _per_second(1)),  # Application Gateway v2
    ("properties.timeTaken", "properties.httpStatusCode", _per_second(1)),  # Front Door
    ("properties.timeTaken", "", seconds_or_milliseconds),  # Application Gateway v1
    ("time-taken", "", _per_second(1)),  # CloudFront
    ("responseLatency", "", _per_second(10**3)),  # API Gateway
    ("reqtime", "", _per_second(1)),
    ("OriginResponseDurationMs", "", _per_second(10**3)),  # Cloudflare
    ("rt", "", _per_second(1)),
)
"""The names of request times, a name that must be beside each, and how the value is read."""

EDGES = ("EdgeStartTimestamp", "EdgeEndTimestamp")
"""Cloudflare's times of the beginning and the end of a request."""

KNOWN = frozenset(
    ("request.", "DownstreamStatus", "response_code", "EdgeResponseStatus")
    + ("httpRequest.", "properties.")
)
"""Names that only an access log has. A line with one of them is a hit even without a request."""


class Other(NamedTuple):
    """Lines that are no requests: the names that they have and have not, and a test of the values."""

    names: frozenset[str]
    without: frozenset[str]
    test: Test


def _is_no_access(found: Mapping[str, Any]) -> bool:
    return not str(found["logger"]).startswith("http.log.access")


def _is_other_category(found: Mapping[str, Any]) -> bool:
    category = str(found["category"]).lower()
    is_known = category.startswith(("applicationgateway", "frontdoor", "azurecdn"))
    return is_known and not category.endswith("accesslog")


def _is_inner(found: Mapping[str, Any]) -> bool:
    return str(found["properties"]["isReceivedFromClient"]).lower() == "false"


def _is_level(found: Mapping[str, Any]) -> bool:
    return found["level"] in _LEVELS


_LEVELS = (
    *("trace", "debug", "info", "warn", "warning"),
    *("error", "dpanic", "panic", "fatal"),
)


def _row(names: str, test: Test, without: str = "") -> Other:
    return Other(frozenset(names.split()), frozenset(without.split()), test)


OTHERS = (
    _row("logger request.", _is_no_access),  # Caddy
    _row("category properties.", _is_other_category),  # Azure
    _row("properties.isReceivedFromClient", _is_inner),  # Front Door behind a shield
    _row("insertId resource", lambda _: True, "httpRequest."),  # Google
)
"""Lines that a known writer of access logs writes beside its requests."""

LOGGERS = (_row("level msg logger", _is_level, "request."),)  # Caddy
PROGRAMS = (
    _row("level msg", _is_level),  # Caddy, Traefik 2
    _row("level message", _is_level),  # Traefik 3
)
"""Lines of the own log of a server. Such a line has no status.

Lines of LOGGERS may have the names of a request.
"""


def reads_of(paths: Paths) -> tuple[tuple[Path, Read], ...]:
    """Return the paths of the request times of an object, each with how its value is read."""
    found: dict[Path, Read] = {}
    for table, spelled in ((paths, str), (folded_names(paths), folded)):
        for name, beside, read in UNITS:
            path = table.get(spelled(name))
            if path and (not beside or beside in paths):
                found.setdefault(path, read)
    return tuple(found.items())


def tests_of(paths: Paths, rows: Iterable[Other]) -> tuple[Test, ...]:
    """Return the tests of the rows whose lines have the names of an object."""
    return tuple(
        row.test
        for row in rows
        if paths.keys() >= row.names and not paths.keys() & row.without
    )
