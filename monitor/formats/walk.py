"""One line of a layout -> a hit, field by field. This defines the meaning of a line of a string.

The relatives of the Common Log Format have a parser of their own (tolerant.py).
"""

import re
from collections.abc import Iterable
from typing import Any

from monitor.formats.addresses import without_ports
from monitor.formats.columns import LONGEST_NAME
from monitor.formats.fields import OPTIONAL, USED, Field
from monitor.formats.hits import Hit
from monitor.formats.numbers import seconds_in, size_of
from monitor.formats.requests import NO_METHOD, NO_SECTION, read_request, unescape
from monitor.formats.spans import loose_steps
from monitor.formats.strings import CLIENTS, Layout
from monitor.formats.tails import header_of
from monitor.formats.times import time_format

_OPTIONAL = frozenset(OPTIONAL)
_NO_ANSWER = (b"", b"-", b"-1", b"0", b"000")

Found = dict[str, bytes]
"""The text of each field by its role (_note)."""


def walk(layout: Layout, line: bytes) -> Hit | str:
    """Parse one line: return a hit, or why the line is unparsed."""
    _, missing, found = fit(line, layout)
    if missing:
        return f"its {missing} is missing"
    (time,) = (field.time for field in layout.fields if field.role == "time")
    epoch = time_format(time).epochs[found["time"]]
    if epoch is None:
        return "its time does not exist"
    method, section, rest = _request_of(found)
    extras = _extras_of(layout, found)
    if extras.get("host") == b"-":
        extras["host"] = _host_in(section[:LONGEST_NAME])
    return Hit(
        epoch,
        without_ports(found.get("client", b"")[:LONGEST_NAME]) or b"-",
        b"%b %b" % (method[:LONGEST_NAME], section[:LONGEST_NAME]),
        rest[:LONGEST_NAME],
        b"-" if found["status"] in _NO_ANSWER else found["status"],
        size_of(found["size"]) if "size" in found else None,
        **extras,
    )


def fit(line: bytes, layout: Layout) -> tuple[int, str, Found]:
    """Return how many bytes of a line fit, the first field that is missing, and its fields.

    The name of the field is empty if the line fits up to the last field that each report uses.
    """
    found: Found = {}
    place = 0
    for step in loose_steps(layout, _OPTIONAL):
        match = step.pattern.match(line, place)
        if match is None and place == len(line) and found.keys() >= {"time", "status"}:
            break  # the end of the line is cut off
        if match is None and step.is_optional:
            break
        if match is None:
            return place, _name_of(step.field.role), found
        place = match.end()
        _note(found, step.field, match)
    return place, "", found


def extras_behind(layout: Layout, rest: bytes) -> dict[str, Any]:
    """Return the optional fields in the text behind the last field that each report uses."""
    found: Found = {}
    place = 0
    for step in loose_steps(layout, _OPTIONAL):
        if step.is_optional:
            match = step.pattern.match(rest, place)
            if match is None:
                break
            place = match.end()
            _note(found, step.field, match)
    return _extras_of(layout, found)


def _extras_of(layout: Layout, found: Found) -> dict[str, Any]:
    """Return the request time, host, agent and referrer of a line."""
    headers = ("host", "agent", "referrer")
    extras: dict[str, Any] = {
        role: header_of(found[role]) for role in headers if role in found
    }
    times = [field for field in layout.fields if _time_key(field) in found]
    if times:
        extras["seconds"] = seconds_of(
            seconds_in(field.per_second, found[_time_key(field)]) for field in times
        )
    return extras


def _host_in(section: bytes) -> bytes:
    """Return the host of an absolute URL without its port, and `-` for any other URL.

    Amazon's load balancers log a host for TLS alone, and an absolute URL for each request.
    """
    scheme, _, rest = section.partition(b"://")
    return b"-" if b"/" in scheme else without_ports(rest.partition(b"/")[0]) or b"-"


def seconds_of(times: Iterable[float | None]) -> float | None:
    """Return the sum of the times that a request took in its stages; None if one is not known."""
    known = list(times)
    return None if None in known else round(sum(filter(None, known), 0.0), 9)


def _time_key(field: Field) -> str:
    """Return a name for a request time. A line may have one for each stage of the request."""
    return f"seconds {field.column}" if field.role == "seconds" else ""


def _note(found: Found, field: Field, match: re.Match[bytes]) -> None:
    """Note the text of a field. Of several clients the first one counts that is not `-`."""
    text = b"".join(filter(None, match.groups()))  # a time is in several pieces
    if field.role in CLIENTS:
        if found.get("client", b"-") in (b"", b"-"):
            found["client"] = text
    elif field.is_used or field.role in _OPTIONAL:
        found[_time_key(field) or field.role] = text


def _name_of(role: str) -> str:
    if role == "clients":
        return "client"
    return role if role in USED else "next field"


def _request_of(found: Found) -> tuple[bytes, bytes, bytes]:
    """Return the method, the section and the rest of the path. The section is `-` without a request."""
    if "request" in found:
        return read_request(unescape(found["request"]))
    if "target" not in found:
        return NO_METHOD, NO_SECTION, b""
    method, target = found.get("method", b"GET"), unescape(found["target"])
    method, section, rest = read_request(b"%b %b HTTP/1" % (unescape(method), target))
    return method if "method" in found else NO_METHOD, section, rest
