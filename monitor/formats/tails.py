r"""What follows the size in a line of a CLF format -> the referrer, the agent and the request time.

A time is taken only where its shape is sure. A whole number at the end of a line is no time, because
servers write seconds, milliseconds or microseconds there.

Sources: nginx `$request_time` (seconds with three decimals), ingress-nginx `log-format-upstream`,
Traefik (milliseconds after the URL of the server), Apache's example `**%T/%D**`.
"""

import re
from typing import NamedTuple

from monitor.formats.columns import LONGEST_NAME
from monitor.formats.requests import unescape


class Tail(NamedTuple):
    """The end of a line: its headers, and the request time in seconds, None if there is none.

    `name` is the format that writes such a time.
    """

    referrer: bytes = b"-"
    agent: bytes = b"-"
    seconds: float | None = None
    name: str = ""


class _Shape(NamedTuple):
    name: str
    pattern: re.Pattern[bytes]
    per_second: int


_FIELD = rb'"((?:[^"\\]++|\\.)*+)"'
_headers = re.compile(rb"[ \t]++%b(?:[ \t]++%b)?+" % (_FIELD, _FIELD), re.DOTALL)
_SECONDS = rb"(\d{1,9}+\.\d{3})(?!\d)"
_SHAPES = tuple(
    _Shape(name, re.compile(pattern), per_second)
    for name, pattern, per_second in (
        ("ingress-nginx", rb" \d{1,12}+ %b \[" % _SECONDS, 1),
        ("traefik", rb' \d{1,12}+ "[^"]*+" "[^"]*+" (\d{1,12}+)ms$', 1000),
        ("", rb'(?: "[^"]*+")?? (?:%b$|"%b"$)' % (_SECONDS, _SECONDS), 1),
        ("", rb'(?: "[^"]*+")?? rt="?%b' % _SECONDS, 1),
        ("", rb" \*\*\d{1,9}+/(\d{1,12}+)\*\*$", 1_000_000),
    )
)

ENDING = 6
"""The last bytes of a line that show whether it may have a request time."""


def header_of(text: bytes) -> bytes:
    """Return a header as it was sent, which is `-` if there is none."""
    return unescape(text)[:LONGEST_NAME] or b"-"


def tail_of(rest: bytes) -> Tail:
    """Parse the text after the size of a line."""
    headers = _headers.match(rest)
    if headers is None:
        return Tail()
    referrer, agent = headers[1], headers[2]
    if agent is None:
        return Tail(header_of(referrer))
    time = time_of(rest[headers.end() :]) if may_have_time(rest[-ENDING:]) else None
    return Tail(header_of(referrer), header_of(agent), *(time or ()))


def time_of(behind: bytes) -> tuple[float, str] | None:
    """Find the request time in the text behind the agent: its seconds, and the name of its format."""
    for name, pattern, per_second in _SHAPES:
        match = pattern.match(behind)
        if match:
            number = next(filter(None, match.groups()))
            return float(number) / per_second, name
    return None


def may_have_time(ending: bytes) -> bool:
    """Return whether a line with this ending is searched for a request time.

    A line that ends with an agent has none. Most lines end so, and few endings are different.
    """
    if not ending.endswith(b'"'):
        return bool(ending)
    is_number = ending[-5:-4] == b"." and ending[-4:-1].isdigit()
    return is_number or b'="' in ending
