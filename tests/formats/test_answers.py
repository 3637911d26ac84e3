"""A text says the same whatever else is read, and however often it was read before."""

import random
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from monitor.formats.answers import (
    LIMIT,
    LONGEST,
    TEXT,
    Memory,
    Sums,
    summed,
    sums,
    text_from,
)
from monitor.formats.requests import read_request, unescape

Answered = tuple[bytes, bytes, bytes, bytes | None, int]
"""Method, section, status, what failed if it did, and bytes."""

TEXTS: dict[str, tuple[bytes, Answered]] = {
    "usual": (b'GET /a/b?c=/d HTTP/1.1" 200 12', (b"GET", b"/a", b"200", None, 12)),
    "no bytes": (b'GET /a HTTP/2" 304 -', (b"GET", b"/a", b"304", None, 0)),
    "failed": (
        b'POST /a/b?c HTTP/1.0" 404 5',
        (b"POST", b"/a", b"404", b"404 /a/b", 5),
    ),
    "failed in the section": (
        b'GET /a?b HTTP/1.1" 500 5',
        (b"GET", b"/a", b"500", b"500 /a", 5),
    ),
    "the first error": (
        b'GET /a/b HTTP/1.1" 400 0',
        (b"GET", b"/a", b"400", b"400 /a/b", 0),
    ),
    "before it": (b'GET /a/b HTTP/1.1" 399 0', (b"GET", b"/a", b"399", None, 0)),
    "the last error": (
        b'GET /a/b HTTP/1.1" 599 0',
        (b"GET", b"/a", b"599", b"599 /a/b", 0),
    ),
    "after it": (b'GET /a/b HTTP/1.1" 600 0', (b"GET", b"/a", b"600", None, 0)),
    "no status": (b'GET /a/b HTTP/1.1" - 0', (b"GET", b"/a", b"-", None, 0)),
    "malformed": (b'-" 408 0', (b"", b"(malformed)", b"408", b"408 (malformed)", 0)),
    "empty": (b'" 400 0', (b"", b"(malformed)", b"400", b"400 (malformed)", 0)),
    "TLS": (
        rb'\x16\x03\x01" 400 226',
        (b"", b"(malformed)", b"400", b"400 (malformed)", 226),
    ),
    "raw spaces": (
        b'GET /a b/c HTTP/1.1" 404 1',
        (b"GET", b"/a b", b"404", b"404 /a b/c", 1),
    ),
    "HTTP/0.9": (b'GET /a/b" 200 1', (b"GET", b"/a", b"200", None, 1)),
    "escaped in the section": (
        rb'GET /a\x22/c HTTP/1.1" 200 1',
        (b"GET", b'/a"', b"200", None, 1),
    ),
    "escaped behind it": (
        rb'GET /a/\x22\x3fc HTTP/1.1" 404 1',
        (b"GET", b"/a", b"404", b'404 /a/"', 1),
    ),
    "escaped space at the end": (
        rb'GET /a/b\x20?c HTTP/1.1" 404 1',
        (b"GET", b"/a", b"404", b"404 /a/b", 1),
    ),
    "raw quotes": (
        b'GET /a"b" 200 c HTTP/1.1" 404 1',
        (b"GET", b'/a"b" 200 c', b"404", b'404 /a"b" 200 c', 1),
    ),
    "many digits": (
        b'GET /a HTTP/1.1" 200 123456789012345678',
        (b"GET", b"/a", b"200", None, 123456789012345678),
    ),
}


def exactly(text: bytes) -> Answered:
    """Read a text by itself, the plain way."""
    request, _, answer = text.rpartition(b'" ')
    status, _, size = answer.partition(b" ")
    method, section, rest = read_request(unescape(request))
    is_error = 400 <= int(status.replace(b"-", b"0")) < 600
    failed = b"%b %b%b" % (status, section, rest) if is_error else None
    return method, section, status, failed, 0 if size == b"-" else int(size)


def told(pieces: Iterable[Sums]) -> Sums:
    """Give some sums as one."""
    whole = Sums(*(Counter[bytes]() for _ in Sums._fields))
    for said in pieces:
        for counts, more in zip(whole, said, strict=True):
            counts.update(more)
    return Sums(*map(dict, whole))


def added(texts: list[bytes], memory: Memory | None = None) -> Sums:
    """Add up texts that have 1, 2, 3 hits and so on."""
    counts = {text: number for number, text in enumerate(texts, 1)}
    return told((memory.sums if memory else sums)(counts))


def sums_of(answer: Answered, hits: int) -> Sums:
    method, section, status, what, size = answer
    return Sums(
        methods={method: hits},
        sections={section: hits},
        statuses={status: hits},
        sent={section: hits * size},
        errors={section: hits} if what is not None else {},
        failing={what: hits} if what is not None else {},
    )


def added_exactly(texts: list[bytes]) -> Sums:
    return told(sums_of(exactly(text), n) for n, text in enumerate(texts, 1))


@pytest.mark.parametrize(("text", "answer"), TEXTS.values(), ids=TEXTS.keys())
def test_a_text_is_read(text: bytes, answer: Answered) -> None:
    assert exactly(text) == answer
    for _ in range(2):  # then from memory
        assert added([text]) == sums_of(answer, 1)


def test_texts_are_read_together_as_by_themselves() -> None:
    texts = [text for text, _ in TEXTS.values()]
    assert added(texts) == added_exactly(texts)
    assert added([]) == ({},) * 6


def odd_texts(r: random.Random, number: int) -> Iterator[bytes]:
    words = [
        b"GET",
        b"PUT",
        b" ",
        b" ",
        b"/",
        b"/a",
        b"?",
        b'"',
        b"\\",
        b"\\x20",
        b"\\x2f",
    ]
    words += [
        b"HTTP/1.1",
        b" HTTP/1.1",
        b" HTTP/1.1",
        b"*",
        b"http://h",
        b"\xff",
        b"200",
    ]
    for _ in range(number):
        request = b"".join(r.choices(words, k=r.randint(0, 9)))
        front = r.choice((b"", b"GET /", b"GET /a/b"))
        status, size = r.choice((b"200", b"404", b"-")), r.choice((b"-", b"0", b"7"))
        yield text_from(front + request, status, size)


def test_every_text_is_read_as_the_exact_reading_does() -> None:
    for seed in range(60):
        r = random.Random(seed)
        texts = list(dict.fromkeys(odd_texts(r, 50)))
        assert added(texts) == added_exactly(texts), f"seed {seed}"
        known = texts[::3]
        assert added(known) == added_exactly(known), f"seed {seed}, a second time"


def test_usual_texts_of_one_kind_are_added_up() -> None:
    texts = {
        b'GET /k/1 HTTP/1.1" 200 1': 2,
        b'GET /k/2 HTTP/1.1" 200 2': 3,
        b'GET /k HTTP/1.1" 404 1': 1,
    }
    (said,) = Memory().sums(texts)
    assert said == Sums(
        methods={b"GET": 6},
        sections={b"/k": 6},
        statuses={b"200": 5, b"404": 1},
        sent={b"/k": 9},
        errors={b"/k": 1},
        failing={b"404 /k": 1},
    )


def made_up(start: int, number: int) -> list[bytes]:
    return [b'GET /%d HTTP/1.1" 200 5' % n for n in range(start, start + number)]


def is_remembered(memory: Memory, texts: list[bytes]) -> bool:
    counts = dict.fromkeys(texts, 1)
    first, second = (next(memory.sums(counts)).sections for _ in range(2))
    return all(one is other for one, other in zip(first, second, strict=True))


def test_names_that_are_made_up_are_not_remembered_for_long() -> None:
    memory = Memory()
    assert is_remembered(memory, made_up(0, 10))
    for start in range(1000, 1000 + 3 * LIMIT, 1000):
        said = added(made_up(start, 1000), memory)
        name = b"/%d" % (start + 7)
        assert (said.sections[name], said.sent[name]) == (8, 8 * 5)
        assert len(said.sections) == 1000
    assert not is_remembered(memory, made_up(0, 10))
    many = [text for text, _ in TEXTS.values()] + made_up(0, 5000)
    assert added(many, memory) == added_exactly(many)
    for start in range(0, 14 * LIMIT, 1000):
        added(made_up(start, 1000), memory)
    assert is_remembered(memory, made_up(0, 10))  # it tries again


def test_a_long_text_is_not_remembered_and_keeps_no_other_from_it() -> None:
    memory = Memory()
    long = b'GET /%b HTTP/1.1" 200 5' % (b"x" * 2 * LONGEST)
    texts = [long, *made_up(0, 5), long.replace(b"GET", b"PUT")]
    for _ in range(2):
        assert added(texts, memory) == added_exactly(texts)
    assert is_remembered(memory, made_up(0, 5))
    assert not is_remembered(memory, [long])


def test_texts_that_come_again_are_remembered_however_many_there_are() -> None:
    memory = Memory()
    for start in range(0, 3 * LIMIT, 1000):
        for _ in range(3):
            added(made_up(start, 1000), memory)
    assert is_remembered(memory, made_up(0, 10))


def test_what_is_remembered_is_bounded() -> None:
    tracemalloc.start()
    try:
        for start in range(0, 2 * LIMIT, 1000):
            texts = [b'GET /%d HTTP/1.1" 200 5' % n for n in range(start, start + 1000)]
            assert b"/%d" % (start + 999) in added(texts).sections
        long = [b'GET /%d%b HTTP/1.1" 404 5' % (n, b"x" * 5000) for n in range(2000)]
        assert added(long) == added_exactly(long)
        size, _ = tracemalloc.get_traced_memory()
        del long, texts
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < 25_000_000


def test_the_pattern_of_a_text_takes_no_request_that_ends_in_doubt() -> None:
    import re

    takes = re.compile(TEXT).fullmatch
    assert takes(b'GET /a HTTP/1.1" 200 5')
    assert takes(b'" 400 -')
    assert takes(b"x" * LONGEST + b'" 200 5')
    assert not takes(b"x" * (LONGEST + 1) + b'" 200 5')
    assert not takes(b'GET /a\\" 200 5')
    assert not takes(b'GET /a"b" 200 5')
    assert not takes(b'GET /a" 200 5-')


@pytest.mark.parametrize(
    ("names", "numbers", "added_up"),
    [
        ([], [], {}),
        ([b"a", b"b"], [1, 2], {b"a": 1, b"b": 2}),
        ([b"a", b"b", b"a"], [1, 2, 4], {b"a": 5, b"b": 2}),
        ([b"a", b"b", b"b", b"b", b"b"], [1, 2, 4, 8, 16], {b"a": 1, b"b": 30}),
        ([b"a", b"b", b"a"], [1, 1, 1], {b"a": 2, b"b": 1}),
        ([b"a", b"b", b"a", b"c", b"c"], [1, 1, 1, 7, 0], {b"a": 2, b"b": 1, b"c": 7}),
    ],
)
def test_numbers_are_added_up_by_name(
    names: list[bytes], numbers: list[int], added_up: dict[bytes, int]
) -> None:
    assert summed(names, numbers) == added_up
    assert list(summed(names, numbers)) == list(dict.fromkeys(names))
