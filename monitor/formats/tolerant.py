r"""One line -> a hit. This parser defines the meaning of each line of the CLF formats.

Sources: Apache httpd mod_log_config (`%h %l %u %t "%r" %>s %b`, escapes `\"`, `\\`, `\xhh`), nginx
ngx_http_log_module (`combined`). The part before the time may hold a virtual host, a user name with
spaces or a list of addresses. The part after the size may hold anything or be cut off.
"""

import re

from monitor.formats.columns import IGNORED, LONGEST_NAME
from monitor.formats.requests import read_request, unescape
from monitor.formats.timestamps import TimeCache

Row = tuple[bytes, bytes, bytes, bytes, bytes, bytes]
"""A hit as text: client, time, head, rest, status and size, as in columns.py."""

_TIME = rb"\[(\d{1,2}/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d(?:\.\d{1,9}+)?(?: [+-]\d{4})?)\]"
_STATUS = rb" ++(\d\d\d|-)"
_SIZE = rb" ++(\d{1,18}+|-)(?![^ \r])"
_time_before_request = re.compile(_TIME + rb'(?= ++")')
_any_time = re.compile(_TIME)
# The request ends at the first quote that is not escaped, if a status follows it. Otherwise it ends
# at the first quote before a status and a size, or else at the first quote before a status.
_escaped_request = re.compile(
    rb'"((?:[^"\\]++|\\.)*+)"' + _STATUS + rb"(?:" + _SIZE + rb"| *+$)", re.DOTALL
)
_raw_request = re.compile(rb'"' + _STATUS + _SIZE)
_cut_request = re.compile(rb'"' + _STATUS + rb"(?![^ \r])")
_bare_request = re.compile(rb"(?<![^ ])(\d\d\d)" + _SIZE)
_rotation_notice = re.compile(rb"newsyslog\[\d++\]: logfile turned over")
_addresses = re.compile(rb'"[^"]*+"|[^ ]++(?:(?<=,) *+(?!- )[^ ]++)*+')
_three_words = re.compile(rb"[^ ]++ ++[^ ]++ .")  # a user name may be of spaces


def read_line(line: bytes, times: TimeCache, vhost: bool | None = None) -> Row | str:
    """Parse one line without its newline: return a row, IGNORED, or why the line is unparsed.

    `vhost`: whether a virtual host stands before the client. With None the line itself decides.
    """
    line = line.removesuffix(b"\r")
    if not line.strip() or line.startswith(b"#"):
        return IGNORED
    time = _time_before_request.search(line) or _any_time.search(line)
    if time is None:
        return IGNORED if _rotation_notice.search(line) else "no time in it"
    if times[time[1]] is None:
        return "its time does not exist"
    rest = line[time.end() :].lstrip(b" ")
    found = _find_request(rest) if rest.startswith(b'"') else _find_bare_request(rest)
    if found is None:
        return "no status in it"
    request, status, size = found
    client = _client_of(line[: time.start()].lstrip(b" "), vhost)
    method, section, path = read_request(unescape(request))
    head = b"%b %b" % (method[:LONGEST_NAME], section[:LONGEST_NAME])
    return client[:LONGEST_NAME], time[1], head, path[:LONGEST_NAME], status, size


def _find_request(rest: bytes) -> tuple[bytes, bytes, bytes] | None:
    escaped = _escaped_request.match(rest)
    if escaped:
        return escaped[1], escaped[2], escaped[3] or b"-"
    raw = _raw_request.search(rest, 1)
    if raw:
        return rest[1 : raw.start()], raw[1], raw[2]
    cut = _cut_request.search(rest, 1)
    return (rest[1 : cut.start()], cut[1], b"-") if cut else None


def _find_bare_request(rest: bytes) -> tuple[bytes, bytes, bytes] | None:
    bare = _bare_request.search(rest)
    return (rest[: bare.start()].strip(b" "), bare[1], bare[2]) if bare else None


def _client_of(prefix: bytes, vhost: bool | None) -> bytes:
    """Return the client of `[VHOST] CLIENT IDENT USER`; a user name may hold spaces."""
    first = _addresses.match(prefix)
    if first is None:
        return b"-"
    rest = prefix[first.end() :].lstrip(b" ")
    if vhost is None:
        vhost = not rest.startswith(b"- ")
    second = _addresses.match(rest) if vhost and _three_words.match(rest) else None
    client = (second or first)[0]
    return client.strip(b'"') if client.startswith(b'"') else client
