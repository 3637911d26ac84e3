r"""One line -> a hit. This parser defines the meaning of each line of the CLF formats.

Sources: Apache httpd mod_log_config (`%h %l %u %t "%r" %>s %b`, escapes `\"`, `\\`, `\xhh`), nginx
ngx_http_log_module (`combined`). The part before the time may hold a virtual host, a user name with
spaces or a list of addresses. The part after the size may hold anything or be cut off.

The time stands in brackets. A time of ISO 8601, or seconds since 1970, is taken without brackets, too,
if a quote follows it. Programs of other kinds write such times, but not in front of a quote and a
status.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from monitor.formats.addresses import without_ports
from monitor.formats.answers import find_answer
from monitor.formats.clients import client_of
from monitor.formats.columns import IGNORED, LONGEST_NAME
from monitor.formats.directives import CLF, ISO
from monitor.formats.hits import Hit
from monitor.formats.numbers import size_of
from monitor.formats.requests import read_request, unescape
from monitor.formats.tails import Tail, tail_of
from monitor.formats.times import time_format
from monitor.formats.timestamps import TIME, TimeCache, reason_against

_time = re.compile(rb"\[" + TIME + rb'\](?=([ \t]++")?+)')
_time_before_quote = re.compile(rb"\[" + TIME + rb'\](?=[ \t]++")')
_OTHER_TIMES = tuple(
    (re.compile(rb'(?<![^ \t])\[?%b\]?(?=[ \t]++")' % pattern), time)
    for pattern, time in (
        (time_format(ISO).loose, time_format(ISO).epochs),
        (rb"(\d{10})(?:\.\d{1,9}+)?+()", time_format("%s").epochs),
    )
)
_rotation_notice = re.compile(rb"newsyslog\[\d++\]: logfile turned over")


class _Time(NamedTuple):
    """The time of a line: its text, where it starts and ends, and the times of its kind."""

    text: bytes
    start: int
    end: int
    epochs: TimeCache


def read_line(
    line: bytes,
    vhost: bool | None = None,
    tail: Callable[[bytes], Tail] = tail_of,
) -> Hit | str:
    """Parse one line: return a hit, IGNORED, or why the line is unparsed.

    `vhost`: whether a virtual host stands before the client. With None the line itself decides.
    `tail` parses what follows the size.
    """
    if not line.strip() or line.startswith(b"#"):
        return IGNORED
    time = _find_time(line) or _find_other_time(line)
    if time is None:
        return IGNORED if _rotation_notice.search(line) else "no time in it"
    epoch = time.epochs[time.text]
    if epoch is None:
        return reason_against(time.text)
    front, rest = line[: time.start], line[time.end :].lstrip(b" \t")
    answer = find_answer(rest)
    if answer is None:
        return "no status in it"
    request, status, size, start, end = answer
    client = client_of(front, rest[:start], rest[end:], vhost)
    values = client, *_request_of(request), status, size_of(size)
    host = b"-" if vhost is False else _host_of(front, client)
    referrer, agent, seconds, _ = tail(rest[end:])
    return Hit(epoch, *values, seconds, host, agent, referrer)


def _request_of(request: bytes) -> tuple[bytes, bytes]:
    """Return the head and the rest of a request as it was logged."""
    method, section, path = read_request(unescape(request))
    head = b"%b %b" % (method[:LONGEST_NAME], section[:LONGEST_NAME])
    return head, path[:LONGEST_NAME]


def _host_of(front: bytes, client: bytes) -> bytes:
    """Return the word before the client, without its port; `-` if no word is there."""
    host, _, rest = front.lstrip(b" \t").partition(b" ")
    return without_ports(host[:LONGEST_NAME]) if rest.startswith(client) else b"-"


def _find_time(line: bytes) -> _Time | None:
    """Find the time of a line: the first time, or else a later time before the first quote.

    A user name may look like a time.
    """
    found = _time.search(line)
    if found is not None and not found[3]:
        quote = line.find(b'"', found.end())
        later = _time_before_quote.search(line, found.start(), quote + 1)
        found = later or found
    if found is None:
        return None
    text = found[1] + (found[2] or b"")  # without the fraction of the second
    return _Time(text, found.start(), found.end(), time_format(CLF).epochs)


def _find_other_time(line: bytes) -> _Time | None:
    """Find a time of another kind before the first quote."""
    stop = line.find(b'"') + 1
    for pattern, epochs in _OTHER_TIMES:
        found = pattern.search(line, 0, stop)
        if found:
            text = found[1] + (found[2] or b"")
            return _Time(text, found.start(), found.end(), epochs)
    return None
