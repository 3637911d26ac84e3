"""What stands before the time of a line -> the client.

A prefix is what another program wrote in front of the line. A known prefix is dropped first,
because it may hold an address, such as the host of syslog. Then the first address is the client.
Without an address the rest is `[HOST] CLIENT IDENT USER`, and a user name may hold spaces.

Sources of the prefixes: RFC 3164, RFC 5424, rsyslog, journalctl, the Kubernetes container runtime
interface, kubectl, docker compose, docker logs.
"""

import re

from monitor.formats.addresses import find_address, without_ports
from monitor.formats.columns import LONGEST_NAME

_PARTS = {
    b"PRI": rb"<\d{1,3}>",
    b"ISO": rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9}+)?(?:Z|[+-]\d\d:?\d\d)?",
    b"WORD": rb"[^ \t]{1,255}+",
    b"HOST": rb"(?:[^ \t:]{1,255}+|[0-9A-Fa-f:.]{2,45}+)",
    b"TAG": rb"[^ \t\[\]:]{1,99}+(?:\[\d{1,10}\])?:",
}
PREFIXES = {
    "syslog": rb"(?:PRI)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? (?:HOST )?TAG",
    "rsyslog": rb"(?:PRI)?ISO HOST TAG",
    "syslog 5424": rb"PRI1 ISO HOST WORD WORD WORD (?:-|(?:\[[^\]]{0,999}+\])++)",
    "kubernetes": rb"ISO (?:stdout|stderr) [FP]",
    "kubectl": rb"\[pod/WORD",
    "docker compose": rb"[\w.-]{1,99}+ ++\|",
    "logging library": rb"\[ISO\](?: [A-Z]{1,9}(?![^ \t]))?",
    "docker logs": rb"ISO",
}
"""Prefixes by name. The words in capital letters stand for the patterns of _PARTS."""


def _compiled() -> re.Pattern[bytes]:
    prefixes = b"|".join(PREFIXES.values())
    for name, pattern in _PARTS.items():
        prefixes = prefixes.replace(name, pattern)
    after = rb"(?:[ \t]++(?:\xef\xbb\xbf)?|$)"  # a byte order mark: RFC 5424
    return re.compile(rb"(?:(?:%b)%b){1,3}+" % (prefixes, after))


_prefixes = _compiled()
_word = re.compile(rb'"[^"]*+"|[^ \t]++(?:(?<=,)[ \t]*+(?!-[ \t])[^ \t]++)*+')
_three_words = re.compile(rb"[^ \t]++[ \t]++[^ \t]++[ \t].")  # a user may be of spaces


def client_of(front: bytes, between: bytes, behind: bytes, vhost: bool | None) -> bytes:
    """Return the client of a line.

    The parts of the line are `front` before the time, `between` time and request, and `behind` the
    request. `vhost`: whether a host stands before a client that is no address; None: the words
    decide.
    """
    front = front.lstrip(b" \t")
    prefix = _prefixes.match(front)
    if prefix:
        front = front[prefix.end() :]
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
