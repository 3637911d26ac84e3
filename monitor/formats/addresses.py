"""The addresses of a line: IPv4 and IPv6, with and without a port, and lists of addresses.

Sources: RFC 4291 section 2.2 (text of an IPv6 address), RFC 4007 section 11 (its zone), RFC 7239 and
X-Forwarded-For (a list, often in quotes, whose first items may be words such as `unknown`).

All repetitions are bounded or possessive. The time of a search is linear in the length of the text.
"""

import re
from functools import cache

_HEX = rb"[0-9A-Fa-f]{1,4}"
_IPV4 = rb"\d{1,3}(?:\.\d{1,3}){3}"
_IPV6 = (
    (
        rb"(?:(?:HEX:){6}(?:IPV4|HEX:HEX)|(?:HEX(?::HEX){0,6})?::(?:(?:HEX:){0,6}(?:IPV4|HEX))?)"
        rb"(?:%[\w.-]{1,20})?"
    )
    .replace(b"HEX", _HEX)
    .replace(b"IPV4", _IPV4)
)
ADDRESS = rb"(?:%b|%b)" % (_IPV4, _IPV6)
_WITH_PORT = rb"(?:%b|\[%b\])(?::\d{1,5})?" % (ADDRESS, _IPV6)

_ITEM = rb'[^ \t,"]{1,99}+'
_BARE_LIST = rb"(?:%b,[ \t]*+){0,4}?%b(?![^ \t,])(?:,(?:[ \t]*+(?!-[ \t])%b)?+)*+" % (
    *(_ITEM, _WITH_PORT, _ITEM),
)
_QUOTED_LIST = rb'"(?:%b[, \t]++){0,4}?%b(?:[, \t]++%b)*+[, \t]*+"' % (
    *(_ITEM, _WITH_PORT, _ITEM),
)
_LIST = rb"(?:%b|%b)" % (_BARE_LIST, _QUOTED_LIST)

_address = re.compile(ADDRESS)
PRIVATE = (
    rb"(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d"
    rb"|12[0-7]))\.|[Ff][CcDd][0-9A-Fa-f]{2}:|[Ff][Ee][89ABab][0-9A-Fa-f]:|::1(?![0-9A-Fa-f:])"
)
"""The beginning of an address of a local network (RFC 1918, 4193, 4291, 6598) or of a machine."""

_private = re.compile(PRIVATE)
_sure_client = re.compile(
    rb'([^:"]++)(?::\d{1,5})?|(?:[0-9A-Fa-f]{0,4}:){2,7}+[0-9A-Fa-f]{0,4}|unix:'
)
_bracketed = re.compile(rb"\[(%b)\](?::\d{1,5})?" % _IPV6)
_item = re.compile(_ITEM)


@cache
def _list() -> re.Pattern[bytes]:
    """Return the pattern of a word, which is long and seldom needed. The second group is its end."""
    return re.compile(rb"(?<![^ \t])(%b)([^ \t]*+)[ \t]*+" % _LIST)


def is_address(text: bytes) -> bool:
    """Return whether a text is an IPv4 or IPv6 address without a port."""
    return _address.fullmatch(text) is not None


def is_private(address: bytes) -> bool:
    """Return whether an address is of a local network, or of the machine itself."""
    return _private.match(address) is not None


def find_address(text: bytes) -> bytes | None:
    """Return the first word that is an address, with what commas join to it; None if none is.

    Of two addresses in a row return the second, because the first is a virtual host. A list is none.
    """
    found = _list().search(text)
    while found and found[2]:  # a word that only begins like an address
        found = _list().search(text, found.end())
    if found is None:
        return None
    second = _list().match(text, found.end())
    is_host = second and not second[2] and b"," not in found[1]
    return second[1] if second and is_host else found[1]


def without_ports(client: bytes) -> bytes:
    """Return a client, or each client of a list, without its port and without brackets."""
    if b":" not in client:
        return client
    return _item.sub(lambda item: _cut_port(item[0]), client)


def _cut_port(client: bytes) -> bytes:
    """Cut the port, unless the text is an IPv6 address that only looks as if it had one."""
    bracketed = _bracketed.fullmatch(client) if client.startswith(b"[") else None
    if bracketed:
        return bracketed[1]
    host, _, port = client.rpartition(b":")
    if not host or not port.isdigit() or len(port) > 5 or is_address(client):
        return client
    return host if b":" not in host or is_address(host) else client


class ClientCache(dict[bytes, bytes | None]):
    """Maps a client to the client without its port, and to None if it may be no client.

    This is a fast path. Thousands of lines have the same client.
    """

    LIMIT = 1 << 14

    def __missing__(self, client: bytes) -> bytes | None:
        if len(self) >= self.LIMIT:
            self.clear()
        sure = _sure_client.fullmatch(client)
        portless = sure and (sure[1] or without_ports(client))
        self[client] = portless
        return portless
