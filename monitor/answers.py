r"""A request and how it was answered, as it stands in the log -> an answer; each text is read once.

The text is what stands from the first byte of a request to the last of the bytes sent:
`GET /a/b?c HTTP/1.1" 404 12`. A site has few pages, and clients ask for them again and again: of
a busy log nine texts of ten were there before. So what was read is remembered, and a line costs a
look-up, a tenth of what reading it would.
"""

import re
from collections.abc import Iterator
from itertools import compress, count
from operator import not_
from typing import NamedTuple

from monitor.requests import path_of, read_request, unescape


class Answer(NamedTuple):
    """An answer: the head of its request (requests.py), its status, and the bytes sent.

    `failed` is the rest of the path when it is an error, else None; a status is three digits, or
    `-`. Equal ones are nearly always one object: so they are hashed by that, a third of what it
    takes to hash their fields, and whoever counts them adds up those that are not.
    """

    head: bytes
    failed: bytes | None
    status: bytes
    size: int


Answer.__hash__ = object.__hash__  # type: ignore[method-assign]

LIMIT = 1 << 15
"""Texts that are remembered; with more, all are forgotten."""

LONGEST = 500
"""Bytes of the longest request that is remembered."""

_FIRST_ERROR, _AFTER_ERRORS = b"400", b"600"  # 4xx and 5xx

TEXT = rb'[^"]{0,%d}+(?<!\\)" [0-9]{3}+ (?:[0-9]{1,18}+|-)' % LONGEST
"""The texts that can be told without reading them: no quote is in the request, and none escaped."""

# A bit map of the bytes that may be in a section is a third faster than the few that may not.
_usual = re.compile(
    rb"\n(?:([A-Z]++ /[\x00-\x09\x0b-\x1f\x21-\x2e\x30-\x3e\x40-\x5b\x5d-\xff]*+)(?!\\)"
    rb'([^ ?]*+)[^ ]*+ HTTP/[0-9.]{1,3}+" ([0-9]{3}+) (?:([0-9]++)|-)(?!.)'
    rb"|([^\n]*+))"
)


def answer_of(request: bytes, status: bytes, size: bytes) -> Answer:
    """Read a request line as it was logged, its status, and its bytes, digits or `-`."""
    head, rest = read_request(unescape(request))
    return answered(head, rest, status, 0 if size == b"-" else int(size))


def answered(head: bytes, rest: bytes, status: bytes, size: int) -> Answer:
    """Give the answer to a request whose head and rest are known."""
    failed = rest if _FIRST_ERROR <= status < _AFTER_ERRORS else None
    return Answer(head, failed, status, size)


class AnswerCache:
    """Reads texts, and remembers what it read."""

    def __init__(self) -> None:
        self._known: dict[bytes | None, Answer] = {}
        self._heads: dict[bytes, bytes] = {}

    def read(self, texts: list[bytes | None]) -> tuple[list[Answer | None], list[int]]:
        """Give the answers that texts are, None where there is no text, and these places."""
        answers: list[Answer | None] = list(map(self._known.get, texts))
        if all(answers):
            return answers, []
        missing = list(compress(count(), map(not_, answers)))
        new = dict.fromkeys(map(texts.__getitem__, missing))
        without = None in new
        new.pop(None, None)
        if new:
            self._learn(list(filter(None, new)))
            for place in missing:
                answers[place] = self._known.get(texts[place])
        if not without:
            return answers, []
        return answers, [place for place in missing if answers[place] is None]

    def _learn(self, texts: list[bytes]) -> None:
        if len(self._known) > LIMIT:
            self._known.clear()
            self._heads.clear()
        self._known.update(zip(texts, self._read(texts), strict=True))

    def _read(self, texts: list[bytes]) -> Iterator[Answer]:
        """Read different texts at once, those of an odd request by themselves."""
        parts = _usual.split(b"\n".join((b"", *texts)))
        heads, rests, statuses, sizes, odd = (parts[place::6] for place in range(1, 6))
        failed = [
            _rest_of(rest) if _FIRST_ERROR <= (status or b"") < _AFTER_ERRORS else None
            for rest, status in zip(rests, statuses, strict=True)
        ]
        numbers = [int(size or 0) for size in sizes]
        for place in compress(count(), odd):
            request, _, answer = odd[place].partition(b'" ')
            read = answer_of(request, *answer.split(b" "))
            heads[place], failed[place], statuses[place], numbers[place] = read
        # One object for equal heads: they are told apart at a glance wherever they are counted.
        same = map(self._heads.setdefault, heads, heads)
        return map(Answer._make, zip(same, failed, statuses, numbers, strict=True))


def _rest_of(rest: bytes) -> bytes:
    return path_of(unescape(rest)) if b"\\" in rest else rest
