r"""A layout -> the strict pattern of its lines.

The strict pattern parses whole lines of a block. A field that is not wanted has its loose pattern
(spans.py) there. A field that is wanted has a narrow pattern, which ends where its loose pattern ends.
Because of that both agree on each line that the strict pattern matches.

The strict pattern begins with the newline *before* a line, because `re` finds a fixed first byte
quickly. It takes a line that it does not match only as a whole. Each match is one line, with one
exception: a client before a space may run over the end of a line. The shape (shapes.py) looks for a
newline in the clients of each block. It also looks for clients with a port.

All repetitions are possessive. Because of that they never backtrack. `[^ ]` is a fast path; a class
of several bytes is slow. The time is any 26 bytes in the strict pattern. The shape decides whether
they are a time when it turns them into a number.
"""

import re
from collections.abc import Collection
from itertools import pairwise
from typing import NamedTuple

from monitor.escape import encoded
from monitor.formats.fields import USED, Field
from monitor.formats.spans import behind_quote, needed, span, text_pattern
from monitor.formats.strings import CLIENTS, Layout, is_clf
from monitor.formats.times import time_format


class Group(NamedTuple):
    """A group of a strict pattern: a name, and the field of the layout."""

    name: str
    field: Field


class Pattern(NamedTuple):
    """A strict pattern, and its groups.

    One more group behind them has the odd lines. For an odd line all other groups are None.
    """

    regex: re.Pattern[bytes]
    groups: tuple[Group, ...]


_ADDRESS = rb"[0-9A-Za-z:][^ ]{0,98}+"
_USER, _DOTS = rb"[^[\n.:]{1,99}+", rb"(?:\.[^0-9[\n.:][^[\n.:]{0,98}+){1,9}+"
_METHOD = rb"[A-Z]{1,32}+"
_ORIGIN = rb"(?:[a-z]{1,9}+://[0-9A-Za-z.:_-]{1,255}+)?+"  # of an absolute URL
_CLF_PATTERNS = {
    # The first address of a line is its client. Because of that a virtual host is never an address,
    # and neither is a word of a user name.
    "host": rb"(?:[0-9.-]{0,98}+[A-Za-z][^ \t\n,:]{0,98}+):?+[0-9]{0,5}+",
    "ident": rb"-",
    # A user name may hold spaces. The space after the name is part of this match. An address has a
    # colon, or a dot before a digit. The first alternative is a fast path.
    "user": rb"(?:" + _USER + rb"\[|" + _USER + _DOTS + rb"\[)",
}
_STRICT = {
    "status": rb"([1-9][0-9][0-9])",
    "size": rb"([0-9]{1,18}+|-)",
    "method": rb"(" + _METHOD + rb")",
    "seconds": rb"([0-9]{1,12}+(?:\.[0-9]{1,9}+)?+)",
}
LINE_END = rb"(?=\r?+(?:\n|\Z))"


def strict_pattern(
    layout: Layout, wanted: Collection[str] = (), mark: bytes = b""
) -> Pattern:
    """Compile a layout into a pattern that matches any line with the newline before it.

    `wanted` are the roles of the fields that have a group, beside the needed ones. `mark` is a
    pattern that a line begins with.
    """
    roles = USED | set(wanted)
    layout = _reaching(layout, roles)
    line = (b"(?=%b)" % mark if mark else b"") + text_pattern(layout.texts[0])
    groups: list[Group] = []
    last = len(layout.fields) - 1
    for place, field in enumerate(layout.fields):
        after = layout.texts[place + 1]
        pattern, names = _narrow(layout, place, roles)
        line += pattern
        groups += [Group(name, field) for name in names]
        is_taken = pattern == _CLF_PATTERNS["user"]  # with the text after it
        if not is_taken:
            line += text_pattern(after) if place < last else _end(layout)
    regex = re.compile(rb"\n(?:" + line + rb"|([^\n]*+))", re.DOTALL)
    return Pattern(regex, tuple(groups))


def _reaching(layout: Layout, roles: Collection[str]) -> Layout:
    """Cut a layout behind its last field with one of these roles.

    What ends an optional field does not depend on whether more fields are wanted behind it. Because
    of that the whole text after such a field stays.
    """
    core, stop = needed(layout), len(needed(layout, roles).fields)
    if stop == len(core.fields):
        return core
    return Layout(layout.fields[:stop], layout.texts[: stop + 1])


def _end(layout: Layout) -> bytes:
    """Return the pattern of the end of the last used field."""
    field, after = layout.fields[-1], layout.texts[-1]
    if after.startswith('"'):
        return rb'"(?:' + behind_quote(after) + b"|" + LINE_END + b")"
    if after:
        return text_pattern(after)
    if is_clf(layout):
        return rb"(?![^ \r\n])"
    is_word = field.role in ("status", "size", "seconds")
    return rb"(?: |" + LINE_END + b")" if is_word else LINE_END


def _narrow(
    layout: Layout, place: int, roles: Collection[str]
) -> tuple[bytes, tuple[str, ...]]:
    """Return the strict pattern of a field, and the names of its groups."""
    field, after = layout.fields[place], encoded(layout.texts[place + 1])
    is_relative = is_clf(layout)
    if field.role in _CLF_PATTERNS and is_relative:
        pattern = _CLF_PATTERNS[field.role]
        is_wanted = field.role == "host" and "host" in roles
        return pattern.replace(b"(?:", b"(", is_wanted), ("host",) * is_wanted
    if field.role not in roles:
        return span(layout, place), ()
    if field.has_port:
        return rb"([0-9A-Za-z][^ :\n]{0,98}+):[0-9]{1,5}+", ("client",)
    if field.role in CLIENTS:
        is_list = field.role == "clients" and not is_relative
        pattern = _client(after[:1] or b"\r", is_list)
        is_last = all(each.role not in CLIENTS for each in layout.fields[place + 1 :])
        return pattern if is_last else rb"(?:%b|-)" % pattern, ("client",)
    if field.role == "time":
        return time_format(field.time).strict, ("time",)
    if field.role == "request":
        opening = rb"(" + _METHOD + b" " + (b"" if is_relative else _ORIGIN)
        path = _path(after[:1], b" ", opening)
        return path + rb" HTTP/[0-9.]{1,3}+", ("head", "rest")
    if field.role == "target":
        byte = after[:1] or b"\r"
        return _path(byte, byte, b"(" + _ORIGIN), ("section", "rest")
    return _STRICT.get(field.role) or _value(layout, place), (field.role,)


def _value(layout: Layout, place: int) -> bytes:
    """Return the pattern of a field that may be any text."""
    if layout.fields[place].role in ("agent", "referrer") and is_clf(layout):
        return rb'([^"\\\n]*+)'  # as in tails.py
    after = encoded(layout.texts[place + 1])
    value = rb"(%b)" % (span(layout, place) if after else rb"[^\r\n]*+")
    if layout.fields[place].role == "host" and not is_clf(layout):
        end = re.escape(after[:1]) or rb"\r|\n|\Z"
        return rb"(?!-?(?:%b))" % end + value  # a host may stand in the URL instead
    return value


def _client(byte: bytes, is_list: bool) -> bytes:
    """Return the pattern of a client, or a list of clients, up to a byte."""
    if byte == b" " and not is_list:
        return rb"(" + _ADDRESS + rb")"
    if not is_list:
        return rb"([0-9A-Za-z:][^\n\\" + re.escape(byte) + rb"]{0,98}+)"
    word = rb"[^ ,\n\\" + re.escape(byte) + rb"]{0,98}+"
    return rb"([0-9A-Za-z:]" + word + rb"(?:, ?+" + word + rb"){0,3}+)"


def _path(byte: bytes, stop: bytes, opening: bytes) -> bytes:
    """Return the pattern of a path with two groups, the section and the rest.

    `byte` ends the field, and `stop` or a query ends the path. The field has no `byte` in it.
    """
    section = b"/" + class_without(b'\n "/?\\' + byte) + b"{0,400}+"
    rest = class_without(b'\n "?\\' + byte) + b"{0,512}+"
    query = class_without(b'\n "' + byte + (b"" if stop == b" " else b"\\")) + b"*+"
    end = b"" if stop == b" " else re.escape(stop)
    parts = opening, section, end, rest, end, query
    return b"%b%b)(?![^/? %b])(%b)(?![^? %b])%b" % parts


def class_without(excluded: bytes) -> bytes:
    """Return a class of all bytes but some, as ranges, which is faster than a negation."""
    bounds = [-1, *sorted(set(excluded)), 256]
    ranges = [(low + 1, high - 1) for low, high in pairwise(bounds)]
    texts = [
        b"\\x%02x" % low if low == high else b"\\x%02x-\\x%02x" % (low, high)
        for low, high in ranges
        if low <= high
    ]
    return b"[%b]" % b"".join(texts)
