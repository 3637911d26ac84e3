r"""What follows the time of a line -> the request, and the status and the size of its answer.

The request is the first field in quotes that a status follows. Other fields may stand before it.
A server that does not escape quotes writes requests that seem to end too early. Such a request ends
at the first quote before a status and a size, or else at the first quote before a status.

The size is the first word after the status that is a whole number, `-`, or `+` and a number. It is
sought up to the next field in quotes.

A server writes the status `-`, `-1`, `0`, `000` or `""` when it sent no answer (HAProxy, nginx, Envoy).
"""

import re

from monitor.formats.requests import NO_METHOD, read_request, unescape

NO_ANSWER = b"-"
"""The status of a request that was not answered."""


Answer = tuple[bytes, bytes, bytes, int, int]
"""A request as logged, its status and size, and where it starts and its answer ends."""

_GAP = rb"[ \t]++"
_END = rb"(?![^ \t\r])"
_SIZE = rb"(-|\+?\d{1,18}+)" + _END
_NEXT_SIZE = rb'(?:[^"]*?(?<=[ \t])' + _SIZE + rb")?+"
_NEXT_FIELD = rb'(?=[^"]*+(?:(?<=[ \t])"|$))'

_opening_quote = re.compile(rb'(?<![^ \t])"')
_next_opening_quote = re.compile(rb'[ \t][^"]*+(?<=[ \t])"')
_field = re.compile(rb'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_answered = re.compile(_GAP + rb"(\d\d\d)" + _END + _NEXT_SIZE + _NEXT_FIELD)
_size_in_quotes = re.compile(_GAP + rb"(\d\d\d)" + _GAP + rb'"(\d{1,18}+)"' + _END)
_in_quotes = re.compile(
    rb'%b"(\d\d\d|-1?|0)"(?:%b"?(-|\+?\d{1,18}+)"?%b)?+' % (_GAP, _GAP, _END)
)
_not_answered = re.compile(
    _GAP + rb'(-1?|0|"")' + _END + rb"(?:" + _GAP + _SIZE + rb"|[ \t]*+$)"
)
_raw_end = re.compile(rb'"' + _GAP + rb'(\d\d\d|-1?|0|"")' + _GAP + _SIZE)
_cut_end = re.compile(rb'"' + _GAP + rb"(\d\d\d|-1?|0)" + _END + _NEXT_SIZE)
_bare_end = re.compile(rb"(?<![^ \t])(\d\d\d|-1)" + _GAP + _SIZE)
_MOST_FIELDS = 16  # before the request


def find_answer(rest: bytes) -> Answer | None:
    """Find the request and its answer in the text after a time; None if no status is there."""
    first = _opening_quote.search(rest)
    if first is None:
        return _find_bare(rest)
    start = first.start()
    for _ in range(_MOST_FIELDS):
        field = _field.match(rest, start)
        if field is None:
            break
        end = field.end()
        answer = (
            _size_in_quotes.match(rest, end)
            or _answered.match(rest, end)
            or _not_answered.match(rest, end)
            or _in_quotes.match(rest, end)
        )
        if answer:
            return _answer_of(field[1], answer, start)
        following = _next_opening_quote.match(rest, end)
        if following is None or read_request(unescape(field[1]))[0] != NO_METHOD:
            break
        start = following.end() - 1
    return _find_bare(rest[: first.start()]) or _find_raw(rest, start)


def _find_bare(rest: bytes) -> Answer | None:
    """Find a request without quotes."""
    end = _bare_end.search(rest)
    return _answer_of(rest[: end.start()].strip(b" \t"), end, 0) if end else None


def _find_raw(rest: bytes, start: int) -> Answer | None:
    """Find a request of a server that does not escape quotes."""
    end = _raw_end.search(rest, start + 1) or _cut_end.search(rest, start + 1)
    return _answer_of(rest[start + 1 : end.start()], end, start) if end else None


def _answer_of(request: bytes, answer: re.Match[bytes], start: int) -> Answer:
    status, size = answer[1], answer[2] or b"-"
    is_status = len(status) == 3 and status != b"000"
    shown = status if is_status else NO_ANSWER
    return request, shown, size.lstrip(b"+"), start, answer.end()
