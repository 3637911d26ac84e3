"""One line of a W3C Extended log -> the strict pattern of the lines like it.

The pattern matches whole lines with as many values, parted in the same way. Because of that it agrees
with the parser of lines (w3c.py). The pattern of a value that is used is narrow. If a value of the
line is in quotes, any value of the other lines may be, as long as no quote is in it.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from monitor.formats.addresses import PRIVATE, is_private
from monitor.formats.fields import Field
from monitor.formats.patterns import LINE_END, Group, Pattern, class_without
from monitor.formats.w3c_names import OF_FTP, Order

_WITHOUT_TAB = class_without(b"\t\n\r")
_WITHOUT_SPACE = class_without(b"\t\n\r ")
_WITHOUT_QUOTE = class_without(b'\t\n\r "')
_WITHIN_QUOTES = class_without(b'\t\n\r"')
_WORD, _WORDS = class_without(b'\t\n\r "\\'), class_without(b'\t\n\r"\\')
_SCHEME = rb"[Hh][Tt][Tt][Pp][Ss]?://" + class_without(b'\t\n\r "/?\\') + rb"{1,300}+"
_HOST = rb"[0-9A-Za-z.-]{1,255}+(?::[0-9]{1,5}+)?+"
_SECTION, _AFTER_SECTION = (
    rb"/" + class_without(b'\t\n\r "/?\\') + rb"{0,400}+",
    rb'(?=[/?\t\n\r "])',
)
_REST, _AFTER_REST = (
    class_without(b'\t\n\r "?\\') + rb"{0,512}+",
    rb'(?=[?\t\n\r "])',
)
_QUERY = _WITHOUT_QUOTE + rb"*+"
_DATE, _TIME = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}", rb"[0-9]{2}:[0-9]{2}:[0-9]{2}"
_FRACTION = rb"(?:\.[0-9]{1,9}+)?+"
_IPV4 = rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_NARROW = {
    "client": rb"[0-9A-Za-z:]" + class_without(b'\t\n\r "\\%') + rb"{0,98}+",
    "method": rb"(?!(?:%b)[^A-Z])[A-Z]{1,32}+" % b"|".join(sorted(OF_FTP)),
    "status": rb"[1-9][0-9][0-9]",
    "size": rb"[0-9]{1,18}+|-",
    "seconds": rb"[0-9]{1,12}+|-",
}

_scheme, _authority = re.compile(_SCHEME), re.compile(_HOST + rb"/")
_ipv4 = re.compile(_IPV4)


class Style(NamedTuple):
    """How a line is written.

    `byte` parts its values, and the values at the places `quoted` are in quotes. `target` is the
    pattern of what stands before the path of the target. `is_forwarded`: the client is the forwarded
    address.
    """

    byte: bytes
    quoted: frozenset[int]
    target: bytes
    is_forwarded: bool


def style_of(order: Order, line: bytes, tokens: Sequence[bytes]) -> Style:
    """Return how a line is written. Its `tokens` are its values with their quotes."""

    def value_of(role: str) -> bytes:
        place = order.places.get(role)
        return b"" if place is None else tokens[place].strip(b'"')

    target = b""
    if order.has_whole_targets and _scheme.match(value_of("target")):
        target = _SCHEME
    elif order.has_whole_targets and _authority.match(value_of("target")):
        target = _HOST
    is_forwarded = _ipv4.fullmatch(value_of("forwarded")) is not None
    is_forwarded &= is_private(value_of("client")) or "client" not in order.places
    return Style(
        b"\t" if b"\t" in line else b" ",
        frozenset(at for at, token in enumerate(tokens) if token[:1] == b'"'),
        target,
        is_forwarded,
    )


class PatternMaker:
    """Makes the pattern of the lines of a style, with groups for the `wanted` optional columns."""

    def __init__(self, order: Order, style: Style, wanted: Collection[str]) -> None:
        self._order = order
        self._style = style
        self._wanted = wanted
        self._groups: list[Group] = []

    def pattern(self) -> Pattern | None:
        """Return the pattern; None if the time or the client has none."""
        places = self._order.places
        roles = dict.fromkeys(range(self._order.number), "")
        roles |= {place: role for role, place in places.items()}
        if "epoch" not in places:
            if places.get("date", -9) + 1 != places["time"]:
                return None
            del roles[places["time"]]  # the pattern of the date matches it, too
        is_forwarded = self._style.is_forwarded
        if "forwarded" in places and "client" not in places and not is_forwarded:
            return None
        values = [self._value(role, place) for place, role in roles.items()]
        line = self._style.byte.join(values) + LINE_END
        regex = re.compile(rb"\n(?:" + line + rb"|([^\n]*+))")
        return Pattern(regex, tuple(self._groups))

    def _value(self, role: str, place: int) -> bytes:
        """Return the pattern of a value, and note its groups."""
        has_forwarded = "forwarded" in self._order.places
        match role:
            case "date":
                pattern = self._time(place)
            case "target":
                pattern = self._target()
            case "client" if self._style.is_forwarded:
                address = self._order.checks.get(place, _WORD + rb"++")
                pattern = rb"(?=" + PRIVATE + rb")" + address
            case "client" if has_forwarded:
                pattern = rb"(?!" + PRIVATE + rb")" + self._narrow(role, place)
            case "forwarded" if self._style.is_forwarded:
                pattern = self._group("client", _IPV4)
            case "agent" | "referrer" | "host" if role in self._wanted:
                pattern = self._narrow(role, place)
            case "epoch":
                pattern = self._group("time", rb"[0-9]{1,11}+") + _FRACTION
            case "client" | "method" | "status" | "size" | "seconds":
                pattern = self._narrow(role, place)
            case _:
                return self._any(place)
        return rb'"%b"' % pattern if place in self._style.quoted else pattern

    def _group(self, name: str, pattern: bytes) -> bytes:
        """Note a group of the pattern."""
        self._groups.append(Group(name, Field(name, per_second=self._order.per_second)))
        return rb"(%b)" % pattern

    def _narrow(self, role: str, place: int) -> bytes:
        pattern = self._order.checks.get(place) or _NARROW.get(role, _WORD + rb"++")
        if role == "seconds" and self._order.per_second == 1:
            pattern = rb"[0-9]{1,12}+(?:\.[0-9]{1,9}+)?+|-"
        may_have_spaces = place in self._style.quoted or self._style.byte == b"\t"
        if role in ("agent", "referrer") and may_have_spaces:
            pattern = _WORDS + rb"*+"
        return self._group(role, pattern)

    def _time(self, place: int) -> bytes:
        """Return the pattern of a date and the time behind it."""
        quote = b'"' * (place in self._style.quoted)
        between = quote + self._style.byte + quote
        return self._group("time", _DATE + between + _TIME) + _FRACTION

    def _target(self) -> bytes:
        """Return the pattern of a target. It may be a URL, or begin with a host."""
        front, section = b"", self._style.target + _SECTION
        if self._style.target == _HOST:
            is_host = "host" in self._wanted and "host" not in self._order.places
            front = self._group("host", _HOST) if is_host else _HOST
            section = _SECTION
        section = self._group("section", section) + _AFTER_SECTION
        return front + section + self._group("rest", _REST) + _AFTER_REST + _QUERY

    def _any(self, place: int) -> bytes:
        """Return the pattern of a value that is not used.

        Without a header, quotes part values in each line.
        """
        if place in self._order.checks:
            return self._order.checks[place]
        if self._style.byte == b"\t":
            return _WITHOUT_TAB + rb"*+"
        if self._style.quoted:
            return rb'(?:%b++|"%b*+")' % (_WITHOUT_QUOTE, _WITHIN_QUOTES)
        return (_WITHOUT_QUOTE if self._order.checks else _WITHOUT_SPACE) + rb"++"
