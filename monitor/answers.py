r"""A request and how it was answered, as text -> an answer; most texts are read only once.

The text is what stands in a log from the first byte of a request to the last of the bytes sent:
`GET /a/b?c HTTP/1.1" 404 12`. A site has few pages, and clients ask for them again and again: so
texts are counted as they are, and of a busy log only one in ten or a hundred has to be read at all.
What was read is remembered.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import compress, count
from operator import not_
from typing import NamedTuple, cast

from monitor.requests import path_of, read_request, unescape

LONGEST = 500
"""Bytes of the longest request that a pattern takes for usual."""

TEXT = rb'[^"]{0,%d}+(?<!\\)" [0-9]{3}+ (?:[0-9]{1,18}+|-)' % LONGEST
"""The texts that can be told without reading them: no quote is in the request, and none escaped."""

_LIMIT = 1 << 14  # texts that are remembered; with more, all are forgotten
_FIRST_ERROR, _AFTER_ERRORS = b"400", b"600"  # 4xx and 5xx

# A bit map of the bytes that may be in a section is a third faster than the few that may not.
_usual = re.compile(
    rb"\n(?:([A-Z]++ /[\x00-\x09\x0b-\x1f\x21-\x2e\x30-\x3e\x40-\x5b\x5d-\xff]*+)(?!\\)"
    rb'([^ ?\n]*+)[^ \n]*+ HTTP/[0-9.]{1,3}+" ([0-9]{3}+) (?:([0-9]++)|-)(?!.)'
    rb"|([^\n]*+))"
)


class Kind(NamedTuple):
    """What all bytes of an answer have in common: the head of its request (requests.py), its
    status, three digits or `-`, and the rest of the path if it is an error, else None.

    Equal ones are nearly always one object, and hashed by that: a quarter of what it takes to hash
    three fields. Whoever counts them adds up those that are not.
    """

    head: bytes
    status: bytes
    failed: bytes | None


Kind.__hash__ = object.__hash__  # type: ignore[method-assign]

Answer = tuple[Kind, int]
"""What a text says: its kind, and the bytes sent."""

_known: dict[bytes, Answer] = {}
_kinds: dict[tuple[bytes, bytes, bytes | None], Kind] = {}


def text_from(request: bytes, status: bytes, size: bytes) -> bytes:
    """Give the text of a request line as it was logged, a status, and bytes, digits or `-`."""
    return b'%b" %b %b' % (request, status, size)


def read(texts: Collection[bytes]) -> list[Answer]:
    """Read different texts."""
    answers = list(map(_known.get, texts))
    missing = list(compress(count(), map(not_, answers)))
    if missing:
        new = list(compress(texts, map(not_, answers)))
        for place, answer in zip(missing, _learn(new), strict=True):
            answers[place] = answer
    return cast("list[Answer]", answers)


def _learn(texts: list[bytes]) -> list[Answer]:
    """Read texts, and remember those of usual length."""
    answers = list(_read(texts))
    for known in (_known, _kinds):
        if len(known) > _LIMIT:
            known.clear()
    usual = [len(text) <= 2 * LONGEST for text in texts]
    _known.update(zip(compress(texts, usual), compress(answers, usual), strict=True))
    return answers


def _read(texts: list[bytes]) -> Iterator[Answer]:
    """Read texts at once, those of an odd request by themselves."""
    parts = _usual.split(b"\n".join((b"", *texts)))
    heads, rests, statuses, sizes, odd = (parts[place::6] for place in range(1, 6))
    for place in compress(count(), odd):
        request, _, answer = odd[place].rpartition(b'" ')
        heads[place], rests[place] = read_request(unescape(request))
        statuses[place], _, sizes[place] = answer.partition(b" ")
    failed = [
        _rest_of(rest) if _FIRST_ERROR <= status < _AFTER_ERRORS else None
        for rest, status in zip(rests, statuses, strict=True)
    ]
    numbers = [0 if size in (None, b"-") else int(size) for size in sizes]
    return zip(
        _kinds_of(zip(heads, statuses, failed, strict=True)), numbers, strict=True
    )


def _rest_of(rest: bytes) -> bytes:
    return path_of(unescape(rest)) if b"\\" in rest else rest


def _kinds_of(fields: Iterable[tuple[bytes, bytes, bytes | None]]) -> Iterator[Kind]:
    keys = list(fields)
    new = set(keys).difference(_kinds)
    _kinds.update(zip(new, map(Kind._make, new), strict=True))
    return map(_kinds.__getitem__, keys)
