"""One line of a layout -> a hit, field by field. This defines the meaning of a line of a string.

The relatives of the Common Log Format have a parser of their own (tolerant.py).
"""

from monitor.formats.addresses import without_ports
from monitor.formats.columns import IGNORED, LONGEST_NAME
from monitor.formats.requests import MALFORMED, NO_METHOD, read_request, unescape
from monitor.formats.spans import loose_steps
from monitor.formats.strings import CLIENTS
from monitor.formats.timestamps import TimeCache
from monitor.formats.tolerant import Row

_NO_ANSWER = (b"", b"-", b"-1", b"0", b"000")


def walk(string: str, line: bytes, times: TimeCache) -> Row | str:
    """Parse one line without its newline: return a row, IGNORED, or why the line is unparsed."""
    line = line.removesuffix(b"\r")
    if not line.strip() or line.startswith(b"#"):
        return IGNORED
    _, missing, found = fit(line, string)
    if missing:
        return f"its {missing} is missing"
    if times[found["time"]] is None:
        return "its time does not exist"
    method, section, rest = _request_of(found)
    head = b"%b %b" % (method[:LONGEST_NAME], section[:LONGEST_NAME])
    status = b"-" if found["status"] in _NO_ANSWER else found["status"]
    size = found.get("size") or b"-"
    client = without_ports(found.get("client", b"")[:LONGEST_NAME]) or b"-"
    return client, found["time"], head, rest[:LONGEST_NAME], status, size


def fit(line: bytes, string: str) -> tuple[int, str, dict[str, bytes]]:
    """Return how many bytes of a line fit, the first field that is missing, and the used fields.

    The name of the field is empty if the whole line fits.
    """
    found: dict[str, bytes] = {}
    place = 0
    for field, pattern, _ in loose_steps(string):
        match = pattern.match(line, place)
        if match is None and place == len(line) and found.keys() >= {"time", "status"}:
            break  # the end of the line is cut off
        if match is None:
            return place, _name_of(field.role), found
        place = match.end()
        if field.role in CLIENTS:
            if found.get("client", b"-") in (b"", b"-"):
                found["client"] = match[1]
        elif field.is_used:
            found[field.role] = b"".join(filter(None, match.groups()))
    return place, "", found


def _name_of(role: str) -> str:
    if role == "clients":
        return "client"
    return "next field" if role in ("skip", "list", "end", "seconds", "peer") else role


def _request_of(found: dict[str, bytes]) -> tuple[bytes, bytes, bytes]:
    """Return the method, the section and the rest of the path."""
    if "request" in found:
        return read_request(unescape(found["request"]))
    if "target" not in found:
        return NO_METHOD, MALFORMED, b""
    method, target = found.get("method", b"GET"), unescape(found["target"])
    method, section, rest = read_request(b"%b %b HTTP/1" % (unescape(method), target))
    return method if "method" in found else NO_METHOD, section, rest
