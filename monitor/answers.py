r"""A request and how it was answered, as text -> an answer; most texts are read only once.

The text is what stands in a log from the first byte of a request to the last of the bytes sent:
`GET /a/b?c HTTP/1.1" 404 12`. A site has few pages, and clients ask for them again and again: so
texts are counted as they are, and of a busy log only one in ten or a hundred has to be read at all.
What was read is remembered.
"""

import re
from collections.abc import Collection, Iterator
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

_Fields = tuple[bytes, bytes, bytes | None]
_known: dict[bytes, Answer] = {}
_kinds: dict[_Fields, Kind] = {}


def text_from(request: bytes, status: bytes, size: bytes) -> bytes:
    """Give the text of a request line as it was logged, a status, and bytes, digits or `-`."""
    return b'%b" %b %b' % (request, status, size)


def read(texts: Collection[bytes]) -> list[Answer]:
    """Read different texts."""
    answers = list(map(_known.get, texts))
    if not all(answers):
        missing = list(compress(count(), map(not_, answers)))
        new = list(compress(texts, map(not_, answers)))
        for place, answer in zip(missing, _learn(new), strict=True):
            answers[place] = answer
    return cast("list[Answer]", answers)


def _learn(texts: list[bytes]) -> list[Answer]:
    """Read texts, and remember those of usual length."""
    for known in (_known, _kinds):
        if len(known) > _LIMIT:
            known.clear()
    usual = [text for text in texts if len(text) <= 2 * LONGEST]
    _known.update(zip(usual, _read(usual, _kinds), strict=True))
    if len(usual) == len(texts):
        return list(map(_known.__getitem__, texts))
    long = [text for text in texts if len(text) > 2 * LONGEST]
    found = dict(zip(long, _read(long, {}), strict=True))
    return [found.get(text) or _known[text] for text in texts]


def _read(texts: list[bytes], kinds: dict[_Fields, Kind]) -> Iterator[Answer]:
    """Read texts at once, those of an odd request by themselves."""
    parts = _usual.split(b"\n".join((b"", *texts)))
    heads, rests, statuses, sizes, odd = (parts[place::6] for place in range(1, 6))
    rests = [path_of(unescape(r)) if r and b"\\" in r else r for r in rests]
    for place in compress(count(), odd):
        request, _, answer = odd[place].rpartition(b'" ')
        heads[place], rests[place] = read_request(unescape(request))
        statuses[place], _, sizes[place] = answer.partition(b" ")
    failed = [
        rest if _FIRST_ERROR <= status < _AFTER_ERRORS else None
        for rest, status in zip(rests, statuses, strict=True)
    ]
    numbers = [0 if size in (None, b"-") else int(size) for size in sizes]
    fields = list(zip(heads, statuses, failed, strict=True))
    new = set(fields).difference(kinds)
    kinds.update(zip(new, map(Kind._make, new), strict=True))
    return zip(map(kinds.__getitem__, fields), numbers, strict=True)
