r"""A request and how it was answered, as text -> an answer; most texts are read only once.

The text is what stands in a log from the first byte of a request to the last of the bytes sent:
`GET /a/b?c HTTP/1.1" 404 12`. A site has few pages, and clients ask for them again and again: so
texts are counted as they are, and of a busy log only one in ten or a hundred has to be read at all.
What was read is remembered.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import compress, count, islice, repeat
from operator import mul, ne, not_
from typing import NamedTuple, cast

from monitor.formats.requests import path_of, read_request, unescape

LONGEST = 500
"""Bytes of the longest request that a pattern takes for usual."""

TEXT = rb'[^"]{0,%d}+(?<!\\)" [0-9]{3}+ (?:[0-9]{1,18}+|-)' % LONGEST
"""The texts that can be told without reading them: no quote is in the request, and none escaped."""

LIMIT = 1 << 14
"""Texts that are remembered; with more, all are forgotten."""

_PAUSE = 16 * LIMIT  # texts that are only read after remembering was of no use
_FEW = 1 << 10
_FIRST_ERROR, _AFTER_ERRORS = b"400", b"600"  # 4xx and 5xx

# A bit map of the bytes that may be in a section is a third faster than the few that may not.
_usual = re.compile(
    rb"\n(?:([A-Z]++) (/[\x00-\x09\x0b-\x1f\x21-\x2e\x30-\x3e\x40-\x5b\x5d-\xff]*+)(?!\\)"
    rb'([^ ?\n]*+)[^ \n]*+ HTTP/[0-9.]{1,3}+" ([0-9]{3}+) (?:([0-9]++)|-)(?!.)'
    rb"|([^\n]*+))"
)


Kind = tuple[bytes, bytes, bytes, bool]
"""What many answers have in common: the method and the section of the request (requests.py), the
status, three digits or `-`, and whether that is an error. A site has a few hundred of them."""

Answer = tuple[int, int, bytes | None]
"""What a text says: the place of its kind in a list of kinds, the bytes sent, and for an error what
failed: the status and the URL without its query."""


class Sums(NamedTuple):
    """What some texts say: hits by method, by section and by status; bytes and errors by section.

    `failing` are the hits by what failed.
    """

    methods: dict[bytes, int]
    sections: dict[bytes, int]
    statuses: dict[bytes, int]
    sent: dict[bytes, int]
    errors: dict[bytes, int]
    failing: dict[bytes, int]


def text_from(request: bytes, status: bytes, size: bytes) -> bytes:
    """Give the text of a request line as it was logged, a status, and bytes, digits or `-`."""
    return b'%b" %b %b' % (request, status, size)


class Memory:
    """Reads texts, and remembers what they say; when clients make names up, it does not try to."""

    def __init__(self) -> None:
        self._known: dict[bytes, Answer] = {}
        self._kinds: list[Kind] = []
        self._places: dict[Kind, int] = {}
        self._found = 0  # texts that were known since all was forgotten
        self._pause = 0  # texts that are not worth remembering, from here on

    def sums(self, counts: Mapping[bytes, int]) -> Iterator[Sums]:
        """Read different texts, each of which so many hits have; add up what they say.

        Those that are made up are given few at once: what is made of them stays in a processor's
        cache then, and all that is done with it takes a sixth less.
        """
        if self._pause <= 0:
            yield _added(*self._recall(counts), counts.values())
            return
        self._pause -= len(counts)
        rest = iter(counts.items())
        while few := dict(islice(rest, _FEW)):
            yield _added_anew(few)

    def _recall(self, texts: Collection[bytes]) -> tuple[list[Kind], list[Answer]]:
        """Give an answer for each text, and the kinds that they and others are of."""
        answers = list(map(self._known.get, texts))
        self._found += len(answers)
        if all(answers):
            return self._kinds, cast("list[Answer]", answers)
        missing = list(compress(count(), map(not_, answers)))
        self._found -= len(missing)
        kinds, learned = self._learn(list(compress(texts, map(not_, answers))))
        for place, answer in zip(missing, learned, strict=True):
            answers[place] = answer
        self._forget()
        return kinds, cast("list[Answer]", answers)

    def _learn(self, texts: list[bytes]) -> tuple[list[Kind], list[Answer]]:
        """Read texts, and remember those of usual length."""
        places, all_kinds = self._places, self._kinds
        # Kinds of long texts stand at the end of the list, only this once: their places are
        # below zero, and count from there.
        passing: list[Kind] = []
        answers: list[Answer] = []
        for text, method, section, status, is_error, size, what in zip(
            texts, *_read(texts), strict=True
        ):
            kind = method, section, status, is_error
            if len(text) > 2 * LONGEST:
                passing.append(kind)
                answers.append((-len(passing), size, what))
                continue
            place = places.setdefault(kind, len(all_kinds))
            if place == len(all_kinds):
                all_kinds.append(kind)
            self._known[text] = answer = place, size, what
            answers.append(answer)
        return (all_kinds + passing[::-1] if passing else all_kinds), answers

    def _forget(self) -> None:
        """Forget all when it is too much; what was given is of use all the same."""
        if len(self._known) > LIMIT:
            self._pause = _PAUSE if self._found < LIMIT else 0
            self._found = 0
            self._known, self._kinds, self._places = {}, [], {}


sums = Memory().sums
"""Reads texts and adds them up, with the memory that all share."""


def _added(kinds: list[Kind], answers: list[Answer], numbers: Collection[int]) -> Sums:
    """Add up answers, each of which so many hits have: first by kind, in lists, which is quick."""
    hits_of, sent_of = [0] * len(kinds), [0] * len(kinds)
    sums = Sums({}, {}, {}, {}, {}, {})
    methods, sections, statuses, sent, errors, failing = sums
    for (place, size, what), number in zip(answers, numbers, strict=True):
        hits_of[place] += number
        sent_of[place] += number * size
        if what is not None:
            failing[what] = failing.get(what, 0) + number
    found = zip(compress(kinds, hits_of), filter(None, hits_of), strict=True)
    for ((method, section, status, is_error), hits), size in zip(
        found, compress(sent_of, hits_of), strict=True
    ):
        methods[method] = methods.get(method, 0) + hits
        sections[section] = sections.get(section, 0) + hits
        statuses[status] = statuses.get(status, 0) + hits
        sent[section] = sent.get(section, 0) + size
        if is_error:
            errors[section] = errors.get(section, 0) + hits
    return sums


def _added_anew(counts: Mapping[bytes, int]) -> Sums:
    """Read texts, and add up what they say, without a look at what is remembered."""
    hits = list(counts.values())
    read = _read(list(counts))
    failed_hits = list(compress(hits, read.failed))
    return Sums(
        methods=summed(read.methods, hits),
        sections=summed(read.sections, hits),
        statuses=summed(read.statuses, hits),
        sent=summed(read.sections, list(map(mul, hits, read.sizes))),
        errors=summed(list(compress(read.sections, read.errors)), failed_hits),
        failing=summed(list(filter(None, read.failed)), failed_hits),
    )


def summed(names: Sequence[bytes], numbers: Sequence[int]) -> dict[bytes, int]:
    """Add up numbers by name, in half of the time where most names differ, or most numbers are 1.

    Both are so where clients make names up.
    """
    ones = numbers.count(1)
    if 2 * ones > len(names):
        counts = Counter(names)
        if ones < len(names):
            for place in compress(count(), map(ne, numbers, repeat(1))):
                counts[names[place]] += numbers[place] - 1
        return counts
    sums = dict(zip(names, numbers, strict=True))
    if len(sums) == len(names):
        return sums
    if 2 * len(sums) < len(names):
        return _summed(names, numbers)
    again = {name for name, times in Counter(names).items() if times > 1}
    sums.update(dict.fromkeys(again, 0))
    for place in compress(count(), map(again.__contains__, names)):
        sums[names[place]] += numbers[place]
    return sums


def _summed(names: Sequence[bytes], numbers: Sequence[int]) -> dict[bytes, int]:
    sums: dict[bytes, int] = {}
    for name, number in zip(names, numbers, strict=True):
        sums[name] = sums.get(name, 0) + number
    return sums


class _Read(NamedTuple):
    """What texts say, one by one, in columns."""

    methods: list[bytes]
    sections: list[bytes]
    statuses: list[bytes]
    errors: list[bool]
    sizes: list[int]
    failed: list[bytes | None]


def _read(texts: list[bytes]) -> _Read:
    """Read texts at once, those of an odd request by themselves."""
    joined = b"\n".join((b"", *texts))
    parts = _usual.split(joined)
    columns = (parts[place::7] for place in range(1, 7))
    methods, sections, rests, statuses, sizes, odd = columns
    if b"\\" in joined:  # to look into each rest takes as long as to find it
        rests = [path_of(unescape(rest)) if rest else rest for rest in rests]
    sizes = [size or b"0" for size in sizes]
    for place in compress(count(), odd):
        request, _, answer = odd[place].rpartition(b'" ')
        said = read_request(unescape(request))
        methods[place], sections[place], rests[place] = said
        statuses[place], _, size = answer.partition(b" ")
        sizes[place] = b"0" if size == b"-" else size
    errors = [_FIRST_ERROR <= status < _AFTER_ERRORS for status in statuses]
    failed: list[bytes | None] = [None] * len(sections)
    for place in compress(count(), errors):
        failed[place] = b"%b %b%b" % (statuses[place], sections[place], rests[place])
    return _Read(methods, sections, statuses, errors, list(map(int, sizes)), failed)
