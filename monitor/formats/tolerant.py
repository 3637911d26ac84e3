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

from monitor.formats.addresses import ADDRESS, without_ports
from monitor.formats.answers import find_answer
from monitor.formats.clients import client_of
from monitor.formats.columns import IGNORED, LONGEST_NAME
from monitor.formats.directives import CLF, ISO
from monitor.formats.hits import Hit
from monitor.formats.numbers import size_of
from monitor.formats.requests import read_request, unescape
from monitor.formats.tails import tail_of
from monitor.formats.times import time_format
from monitor.formats.timestamps import TIME, TimeCache, reason_against

_plain = re.compile(
    rb'(%b) - [^[\t"]*+(\[)(.{26})\] "((?!\x1b)(?:[^"\\]++|\\.)*+)" ([1-9]\d\d) (\d{1,18}+|-)(?= "|\Z)'
    % ADDRESS,
    re.DOTALL,
)
_TAB = ord("\t")  # the test of a byte in bytes is fast only for a number
_time = re.compile(rb"\[" + TIME + rb'\](?=([ \t]++")?+)')
_time_before_quote = re.compile(rb"\[" + TIME + rb'\](?=[ \t]++")')
_CLF_TIMES = time_format(CLF).epochs
_OTHER_TIMES = tuple(
    (re.compile(rb'(?<![^ \t])\[?%b\]?(?=[ \t]++")' % pattern), time)
    for pattern, time in (
        (time_format(ISO).loose, time_format(ISO).epochs),
        (rb"(\d{10})(?:\.\d{1,9}+)?+()", time_format("%s").epochs),
    )
)
_notice = re.compile(
    rb"newsyslog\[\d++\]: logfile turned over|\A-- (?:Boot|Reboot|Logs begin|Journal begins) "
)
"""A line of newsyslog or of journalctl about the log itself."""


Extras = tuple[float | None, bytes, bytes, bytes]
"""The request time, the host, the agent and the referrer of a line."""

ExtrasOf = Callable[[bytes, bytes, bytes], Extras]
"""Returns the extras by the text before the time, the client, and the text behind the size."""


def extras_of(front: bytes, client: bytes, behind: bytes) -> Extras:
    """Return the extras of a line from the text before its time and the text behind its size."""
    referrer, agent, seconds, _ = tail_of(behind)
    host, _, rest = front.lstrip(b" \t").partition(b" ")
    has_host = rest.startswith(client)
    name = without_ports(host[:LONGEST_NAME]) if has_host else b"-"
    return seconds, name, agent, referrer


def read_plain(line: bytes, extras_of: ExtrasOf) -> Hit | None:
    """Parse a line that begins `ADDRESS - USER [TIME] "`; None for a line that may be different.

    This is a fast path. No other format takes such a line, and it has no wrapper.
    """
    plain = _plain.match(line)
    epoch = _CLF_TIMES[plain[3]] if plain else None
    if plain is None or epoch is None or _TAB in line:
        return None
    client, _, _, request, status, size = plain.groups()
    extras = extras_of(line[: plain.start(2)], client, line[plain.end() :])
    return _hit(epoch, client, request, (status, size), extras)


def read_line(
    line: bytes, vhost: bool | None = None, extras_of: ExtrasOf = extras_of
) -> Hit | str:
    """Parse one line: return a hit, IGNORED, or why the line is unparsed.

    `vhost`: whether a virtual host stands before the client. With None the line itself decides.
    """
    found, epochs = _find_time(line)
    if found is None:
        return IGNORED if _notice.search(line) else "no time in it"
    time = found[1] + (found[2] or b"")  # without the fraction of the second
    epoch = epochs[time]
    if epoch is None:
        return reason_against(time)
    front, rest = line[: found.start()], line[found.end() :].lstrip(b" \t")
    answer = find_answer(rest)
    if answer is None:
        return "no status in it"
    request, status, size, start, end = answer
    client = client_of(front, rest[:start], rest[end:], vhost)
    extras = extras_of(front, client, rest[end:])
    return _hit(epoch, client, request, (status, size), extras)


def _hit(
    epoch: int,
    client: bytes,
    request: bytes,
    answer: tuple[bytes, bytes],
    extras: Extras,
) -> Hit:
    """Return a hit. `answer` is a status and a size."""
    method, section, path = read_request(unescape(request))
    head = b"%b %b" % (method[:LONGEST_NAME], section[:LONGEST_NAME])
    status, size = answer
    values = client, head, path[:LONGEST_NAME], status, size_of(size)
    return Hit(epoch, *values, *extras)


def _find_time(line: bytes) -> tuple[re.Match[bytes] | None, TimeCache]:
    """Find the time of a line: the first time, or else a later time before the first quote.

    A user name may look like a time. Return the times of the kind of this time, too.
    """
    found = _time.search(line)
    if found is None:
        return _find_other_time(line)
    if not found[3]:
        quote = line.find(b'"', found.end())
        later = _time_before_quote.search(line, found.start(), quote + 1)
        found = later or found
    return found, _CLF_TIMES


def _find_other_time(line: bytes) -> tuple[re.Match[bytes] | None, TimeCache]:
    """Find a time of another kind before the first quote."""
    stop = line.find(b'"') + 1
    for pattern, epochs in _OTHER_TIMES:
        found = pattern.search(line, 0, stop)
        if found:
            return found, epochs
    return None, _CLF_TIMES
