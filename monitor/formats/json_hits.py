"""A JSON object and its plan -> the fields of a hit.

This defines the meaning of an object.
"""

from collections.abc import Callable, Iterable
from typing import Any

from monitor.formats.addresses import without_ports
from monitor.formats.columns import IGNORED, LONGEST_NAME
from monitor.formats.json_names import Path
from monitor.formats.json_objects import Object
from monitor.formats.json_plans import Plan
from monitor.formats.json_values import (
    Scalar,
    epoch_of_value,
    seconds_between,
    size_of_value,
    status_of_value,
)
from monitor.formats.memo import Memo
from monitor.formats.requests import MALFORMED_HEAD, NO_METHOD, read_request

_SCALARS = (str, int, float)
_EMPTY = ("", "-", None)

COLUMNS = ("epoch", "client", "head", "rest", "status", "size", "seconds")
EXTRAS = ("host", "agent", "referrer")

Row = tuple[Any, ...]
"""The fields of a hit: the values of COLUMNS, and of some of EXTRAS."""

Read = Callable[[Object, Plan], Any]
"""Reads a field of a hit from an object."""


def row_of(found: Object, plan: Plan, extras: Iterable[str]) -> Row | str:
    """Return the fields of a hit, IGNORED, or why an object is no hit."""
    for is_other in plan.others:
        if is_other(found):
            return IGNORED
    epoch, status = epoch_of(found, plan), status_of(found, plan)
    if epoch is None or status is None or not plan.is_access:
        return _reason(found, plan, epoch, status)
    return (
        epoch,
        client_of(found, plan),
        *request_of(found, plan),
        status,
        size_of(found, plan),
        seconds_of(found, plan),
        *(_EXTRA[name](found, plan) for name in extras),
    )


def fields_of(plan: Plan, extras: Iterable[str]) -> list[tuple[tuple[str, ...], Read]]:
    """Return the fields of a row, each with the keys that it depends on.

    The head and the rest are one field. The objects of the plan hold no other objects.
    """
    paths = {
        epoch_of: plan.time,
        client_of: plan.client,
        request_of: plan.request + plan.method + plan.target,
        status_of: plan.status,
        size_of: plan.size,
        seconds_of: (*(path for path, _ in plan.seconds), *plan.edges),
        host_of: plan.host or plan.target,
        agent_of: plan.agent,
        referrer_of: plan.referrer,
    }
    reads = list(paths)[:-3] + [_EXTRA[name] for name in extras]
    return [
        (tuple(dict.fromkeys(key for (key,) in paths[read])), read) for read in reads
    ]


def _reason(found: Object, plan: Plan, epoch: int | None, status: bytes | None) -> str:
    """Return why an object is no hit."""
    if isinstance(found.get("records"), list):
        return "it is an export in JSON; jq -c '.records[]' writes one line a request"
    if status is None:
        is_program = epoch is not None and any(test(found) for test in plan.programs)
        return IGNORED if is_program else "its JSON object has no status"
    if epoch is None:
        return "its time does not exist" if plan.time else "its JSON object has no time"
    return "its JSON object has no request"


def status_of(found: Object, plan: Plan) -> bytes | None:
    """Return the first status. It is `-` if all values are empty, None if there is no value."""
    is_empty = bool(plan.status)
    for path in plan.status:
        value = _at(found, path)
        status = status_of_value(value) if type(value) in _SCALARS else None
        if status is not None:
            return status
        is_empty = is_empty and value in _EMPTY
    return b"-" if is_empty else None


def epoch_of(found: Object, plan: Plan) -> int | None:
    """Return the first time that exists, in seconds since 1970."""
    if plan.is_split:
        epoch = epoch_of_value(f"{found['date']} {found['time']}")
        if epoch is not None:
            return epoch
    for path in plan.time:
        value = _at(found, path)
        epoch = epoch_of_value(value) if type(value) in _SCALARS else None
        if epoch is not None:
            return epoch
    return None


def client_of(found: Object, plan: Plan) -> bytes:
    """Return the client, or a list of clients, without ports."""
    return _name_of_value(_value(found, plan.client))


def host_of(found: Object, plan: Plan) -> bytes:
    """Return the virtual host as it was sent, or else the host of an absolute URL."""
    value = _value(found, plan.host or plan.target)
    if value is None:
        return b"-"
    host: bytes = _hosts[str(value)] if plan.host else _hosts_of_urls[str(value)]
    return host


def request_of(found: Object, plan: Plan) -> tuple[bytes, bytes]:
    """Return the head of a request, and the rest of its path."""
    request = _value(found, plan.request)
    if request is not None:
        return _request_of_line(request)
    method, target = _value(found, plan.method), _value(found, plan.target)
    if target is None:
        return MALFORMED_HEAD, b""
    head, rest = _request_of_line(f"{method or 'GET'} {target} HTTP/1.1")
    if method is None:
        head = NO_METHOD + head.removeprefix(b"GET")
    return head, rest


def agent_of(found: Object, plan: Plan) -> bytes:
    """Return the agent as it was sent."""
    return _header(found, plan.agent, "User-Agent")


def referrer_of(found: Object, plan: Plan) -> bytes:
    """Return the referrer as it was sent."""
    return _header(found, plan.referrer, "Referer")


def _header(found: Object, paths: tuple[Path, ...], name: str) -> bytes:
    """Return a header. Caddy has an object of headers, which are lists."""
    for path in paths:
        value = _at(found, path)
        if isinstance(value, dict):
            value = value.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value not in _EMPTY:
            return bytes_of_text(value)[:LONGEST_NAME]
    return b"-"


def size_of(found: Object, plan: Plan) -> int | None:
    """Return a size, which is 0 if all values are empty, and None if there is no value."""
    value = _value(found, plan.size)
    if value is None:
        return 0 if plan.size else None
    return size_of_value(value) or 0


def seconds_of(found: Object, plan: Plan) -> float | None:
    """Return the request time in seconds, None if it is not known."""
    for path, read in plan.seconds:
        value = _value(found, (path,))
        if value is not None:
            return read(value)
    if plan.edges:
        return seconds_between(*(_at(found, path) for path in plan.edges))
    return None


def _at(found: Object, path: Path) -> Any:
    value = found[path[0]]
    return value if len(path) == 1 else value[path[1]]


def _value(found: Object, paths: tuple[Path, ...]) -> Any:
    """Return the first value that is a text or a number, and not empty."""
    for path in paths:
        value = found[path[0]] if len(path) == 1 else found[path[0]][path[1]]
        if type(value) in _SCALARS and value not in _EMPTY:
            return value
    return None


def _name_of_value(value: Scalar | None) -> bytes:
    name: bytes = b"-" if value is None else _names[str(value)]
    return name


def _request_of_line(line: Scalar) -> tuple[bytes, bytes]:
    request: tuple[bytes, bytes] = _requests[str(line)]
    return request


def _without_port(name: str) -> bytes:
    return without_ports(bytes_of_text(name)[:LONGEST_NAME]) or b"-"


def _name(text: str) -> bytes:
    return bytes_of_text(text)[:LONGEST_NAME] or b"-"


def _host_of_url(url: str) -> bytes:
    scheme, _, rest = url.partition("://")
    authority = rest.partition("/")[0].partition("?")[0]
    return _name(authority if scheme.isalnum() else "")


def _read_request(line: str) -> tuple[bytes, bytes]:
    method, section, rest = read_request(bytes_of_text(line))
    head = b"%b %b" % (method[:LONGEST_NAME], section[:LONGEST_NAME])
    return head, rest[:LONGEST_NAME]


def bytes_of_text(text: str) -> bytes:
    r"""Return the bytes of a text, which may hold `\ud800`."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


_names = Memo(_without_port)
_hosts = Memo(_name)
_hosts_of_urls = Memo(_host_of_url)
_requests = Memo(_read_request)
_EXTRA = {"host": host_of, "agent": agent_of, "referrer": referrer_of}
