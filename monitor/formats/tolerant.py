r"""One line -> a hit. This parser defines the meaning of each line of the CLF formats.

Sources: Apache httpd mod_log_config (`%h %l %u %t "%r" %>s %b`, escapes `\"`, `\\`, `\xhh`), nginx
ngx_http_log_module (`combined`). The part before the time may hold a virtual host, a user name with
spaces or a list of addresses. The part after the size may hold anything or be cut off.
"""

import re

from monitor.formats.answers import find_answer
from monitor.formats.clients import client_of
from monitor.formats.columns import IGNORED, LONGEST_NAME
from monitor.formats.requests import read_request, unescape
from monitor.formats.timestamps import TIME, TimeCache, reason_against

Row = tuple[bytes, bytes, bytes, bytes, bytes, bytes]
"""A hit as text: client, time, head, rest, status and size, as in columns.py."""

_time = re.compile(rb"\[" + TIME + rb'\](?=([ \t]++")?+)')
_time_before_quote = re.compile(rb"\[" + TIME + rb'\](?=[ \t]++")')
_rotation_notice = re.compile(rb"newsyslog\[\d++\]: logfile turned over")


def read_line(line: bytes, times: TimeCache, vhost: bool | None = None) -> Row | str:
    """Parse one line without its newline: return a row, IGNORED, or why the line is unparsed.

    `vhost`: whether a virtual host stands before the client. With None the line itself decides.
    """
    line = line.removesuffix(b"\r")
    if not line.strip() or line.startswith(b"#"):
        return IGNORED
    found = _find_time(line)
    if found is None:
        return IGNORED if _rotation_notice.search(line) else "no time in it"
    time = found[1] + (found[2] or b"")  # without the fraction of the second
    if times[time] is None:
        return reason_against(time)
    rest = line[found.end() :].lstrip(b" \t")
    answer = find_answer(rest)
    if answer is None:
        return "no status in it"
    request, status, size, start, end = answer
    client = client_of(line[: found.start()], rest[:start], rest[end:], vhost)
    method, section, path = read_request(unescape(request))
    head = b"%b %b" % (method[:LONGEST_NAME], section[:LONGEST_NAME])
    return client, time, head, path[:LONGEST_NAME], status, size


def _find_time(line: bytes) -> re.Match[bytes] | None:
    """Find the time of a line: the first time, or else a later time before the first quote.

    A user name may look like a time.
    """
    first = _time.search(line)
    if first is None or first[3]:
        return first
    quote = line.find(b'"', first.end())
    return _time_before_quote.search(line, first.start(), quote + 1) or first
