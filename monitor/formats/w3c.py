"""One line of a W3C Extended log -> a hit. The `#` directives of its source say what it holds.

Source: W3C Working Draft WD-logfile-960323, and its writers (w3c_names.py). `-` is no value. A value
stays as it was logged: IIS writes `+` for a space, and CloudFront `%20`.
"""

import re
from collections.abc import Collection

from monitor.formatnames import ROWS
from monitor.formats.addresses import (
    find_address,
    is_private,
    without_ports,
)
from monitor.formats.columns import LONGEST_NAME
from monitor.formats.directives import ISO
from monitor.formats.header import Header
from monitor.formats.hits import Hit, Shape, Taken
from monitor.formats.requests import MALFORMED, NO_METHOD, NO_SECTION, read_request
from monitor.formats.times import time_format
from monitor.formats.w3c_names import OF_FTP, Order, known_order
from monitor.formats.w3c_patterns import style_of
from monitor.formats.w3c_shapes import W3cShapes
from monitor.formats.w3c_values import tokens_of, values_of

_DAY, _HOUR = 86400, 3600

_opening = re.compile(ROWS["w3c"].mark.encode())
_second = re.compile(rb"(\d{1,2}:\d\d:\d\d)(?:\.\d{1,9})?")
_epoch = re.compile(rb"(\d{1,11})(?:\.\d{1,9})?")
_number = re.compile(rb"\+?(\d{1,18})")
_seconds = re.compile(rb"\d{1,12}(?:\.\d{1,9})?")
_authority = re.compile(rb"([0-9A-Za-z.-]{1,255}(?::\d{1,5})?)(/.*)", re.DOTALL)


def may_be_known(line: bytes) -> bool:
    """Return whether a line begins like the lines in the known orders, with a date of its own."""
    return _opening.match(line) is not None


class W3c:
    """Parses the lines of one source. `header` has the last directives of this source."""

    name = "w3c"

    def __init__(self, header: Header, wanted: Collection[str] = ()) -> None:
        self._header = header
        self._times = time_format(ISO).epochs
        self._shapes = W3cShapes(header, wanted)

    def take(self, line: bytes) -> Taken:
        """Parse one line, which has no newline and no carriage return at its end.

        A line with another number of values than `#Fields` has names may be in a known order.
        """
        order = self._header.order
        if order is None:
            return self._take_known(line)
        if self._header.has_commas:
            return "#Fields has commas, as in logs of Exchange"
        values = values_of(line, order.number)
        if len(values) == order.number:
            return self._hit_of(values, order)
        hit = self._take_known(line)
        if hit:  # its last value may be cut off, or be of another field
            return hit._replace(seconds=None)
        return f"{len(values)} values, and #Fields has {order.number} names"

    def shape_of(self, line: bytes) -> Shape | None:
        """Return the shape of a line that is a hit; None if the lines like it have none."""
        order, number = self._header.order, 0
        if order is None:
            order = known_order(values_of(line), b"\t" in line)
        else:
            number = order.number
        tokens = tokens_of(line, number)
        if order is None or len(tokens) != order.number:
            return None
        return self._shapes.shape_of(order, style_of(order, line, tokens))

    def _take_known(self, line: bytes) -> Hit | None:
        """Parse a line in the order of IIS or CloudFront; return None for any other line."""
        if not may_be_known(line):
            return None
        values = values_of(line)
        order = known_order(values, b"\t" in line)
        hit = self._hit_of(values, order) if order else None
        return hit if isinstance(hit, Hit) else None

    def _hit_of(self, values: list[bytes], order: Order) -> Hit | str:
        """Return the hit of the values of a line, or why it is unparsed."""
        if order.lacks:
            return f"#Fields has no {order.lacks}"
        if order.needs_date and self._header.date is None:
            return "no #Date before it"
        found = {role: values[place] for role, place in order.places.items()}
        epoch = self._epoch_of(found, order)
        if epoch is None:
            return "its time does not exist"
        status = _status_of(found["status"])
        if status is None:
            return "its status is no number"
        method, section, rest, host = _request_of(found, order)
        return Hit(
            epoch,
            _client_of(found),
            b"%b %b" % (method[:LONGEST_NAME], section[:LONGEST_NAME]),
            rest[:LONGEST_NAME],
            status,
            _size_of(found.get("size")),
            _seconds_of(found.get("seconds", b"-"), order.per_second),
            found.get("host", host)[:LONGEST_NAME] or b"-",
            found.get("agent", b"-")[:LONGEST_NAME] or b"-",
            found.get("referrer", b"-")[:LONGEST_NAME] or b"-",
        )

    def _epoch_of(self, found: dict[str, bytes], order: Order) -> int | None:
        """Return the second of a line; None if its time does not exist.

        A time without a date is from one hour before `#Date` to 23 hours after it.
        """
        if "epoch" in found:
            number = _epoch.fullmatch(found["epoch"])
            return int(number[1]) if number else None
        second = _second.fullmatch(found["time"])
        if second is None:
            return None
        ahead = 0 if order.is_utc else self._header.ahead
        clock = second[1].rjust(8, b"0")
        if "date" in found:
            epoch = self._times[b"%b %b" % (found["date"], clock)]
            return epoch if epoch is None else epoch - ahead
        begin, passed = self._header.date, self._times[b"1970-01-01 " + clock]
        if begin is None or passed is None:
            return None
        first = begin - _HOUR
        return first + (passed - first) % _DAY - ahead


def _client_of(found: dict[str, bytes]) -> bytes:
    """Return the client. A forwarded address counts if there is no other, or only a private one."""
    client = found.get("client", b"-")[:LONGEST_NAME]
    forwarded = found.get("forwarded", b"-")[:LONGEST_NAME]
    is_known = client not in (b"", b"-") and not is_private(client)
    if not is_known and find_address(forwarded):
        client = forwarded.replace(b",+", b", ").replace(b",%20", b", ")
    return without_ports(client) or b"-"


def _status_of(text: bytes) -> bytes | None:
    """Return a status of three digits, `-` if there was no answer, or None for any other text.

    TMG writes the number of an error of Windows if there was no answer.
    """
    if text in (b"", b"-", b"-1"):
        return b"-"
    if not text.isdigit() or len(text) > 9:
        return None
    number = int(text)
    return b"%03d" % number if 0 < number < 1000 else b"-"


def _size_of(text: bytes | None) -> int | None:
    number = _number.fullmatch(text or b"")
    return int(number[1]) if number else None if text is None else 0


def _seconds_of(text: bytes, per_second: int) -> float | None:
    if not _seconds.fullmatch(text):
        return None
    return int(text) / per_second if text.isdigit() else float(text)


def _request_of(
    found: dict[str, bytes], order: Order
) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the method, the section and the rest of the target, and the host of the target.

    A whole target may have a host before its path, without a scheme.
    """
    if "target" not in found:
        return NO_METHOD, NO_SECTION, b"", b"-"
    method, target, host = found.get("method", b"GET"), found["target"], b"-"
    if method in OF_FTP:
        return NO_METHOD, MALFORMED, b"", host
    authority = _authority.fullmatch(target) if order.has_whole_targets else None
    if authority:
        host, target = authority[1], authority[2]
    method, section, rest = read_request(b"%b %b HTTP/1.1" % (method, target))
    return method if "method" in found else NO_METHOD, section, rest, host
