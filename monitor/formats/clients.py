"""What stands before the time of a line -> the client.

A known prefix (wrappers.py) is dropped first, because it may hold an address, such as the host of
syslog. Then the first address is the client. Without an address the rest is `[HOST] CLIENT IDENT
USER`, and a user name may hold spaces.
"""

import re

from monitor.formats.addresses import find_address, without_ports
from monitor.formats.columns import LONGEST_NAME
from monitor.formats.wrappers import without_prefixes

_word = re.compile(rb'"[^"]*+"|[^ \t]++(?:(?<=,)[ \t]*+(?!-[ \t])[^ \t]++)*+')
_three_words = re.compile(rb"[^ \t]++[ \t]++[^ \t]++[ \t].")  # a user may be of spaces


def client_of(front: bytes, between: bytes, behind: bytes, vhost: bool | None) -> bytes:
    """Return the client of a line.

    The parts of the line are `front` before the time, `between` time and request, and `behind` the
    request. `vhost`: whether a host stands before a client that is no address; None: the words
    decide.
    """
    front = without_prefixes(front.lstrip(b" \t"))
    client = find_address(front)
    if client is None and not _three_words.match(front):
        client = find_address(between) or (find_address(behind) if not front else None)
    client = client or _client_by_place(front, vhost)
    if client.startswith(b'"'):
        client = client.strip(b'"')
    return without_ports(client[:LONGEST_NAME])


def _client_by_place(front: bytes, vhost: bool | None) -> bytes:
    """Return the client of `[HOST] CLIENT IDENT USER`, which is `-` if there is no word."""
    first = _word.match(front)
    if first is None:
        return b"-"
    rest = front[first.end() :].lstrip(b" \t")
    if vhost is None:
        vhost = not rest.startswith((b"- ", b"-\t"))
    second = _word.match(rest) if vhost and _three_words.match(rest) else None
    return (second or first)[0]
