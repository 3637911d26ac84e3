"""Hits are counted by what they have in common, and each number of a group is right."""

import random
from collections import Counter

import pytest
from support.hits import columns_of, hit

from monitor.stats.batch import Batch, summed

HITS = [
    hit(b"GET /a", b"/b", b"200", 10),
    hit(b"GET /a", b"", b"404", 0),
    hit(b"PUT /a", b"", b"404", 5),
    hit(b"GET /b", b"/c", b"500", 7),
    hit(b" (malformed)", b"", b"400", 1),
]


def batch_of(*parts: list[tuple[bytes, bytes, bytes, bytes, int]]) -> Batch:
    batch = Batch()
    for hits in parts:
        batch.count(columns_of(hits))
    return batch


@pytest.mark.parametrize(
    ("by", "measure", "sums"),
    [
        pytest.param("method", "hits", {b"GET": 3, b"PUT": 1}, id="methods"),
        pytest.param("method", "bytes", {b"GET": 17, b"PUT": 5}, id="method bytes"),
        pytest.param("method", "errors", {b"GET": 2, b"PUT": 1}, id="method errors"),
        pytest.param(
            *("section", "hits", {b"/a": 3, b"/b": 1, b"(malformed)": 1}), id="sections"
        ),
        pytest.param(
            *("section", "bytes", {b"/a": 15, b"/b": 7, b"(malformed)": 1}),
            id="section bytes",
        ),
        pytest.param(
            *("section", "errors", {b"/a": 2, b"/b": 1, b"(malformed)": 1}),
            id="section errors",
        ),
        pytest.param(
            *("status", "hits", {b"200": 1, b"404": 2, b"500": 1, b"400": 1}),
            id="statuses",
        ),
        pytest.param(
            "status", "errors", {b"404": 2, b"500": 1, b"400": 1}, id="status errors"
        ),
        pytest.param(
            *("failed", "hits"),
            {b"404 /a": 2, b"500 /b/c": 1, b"400 (malformed)": 1},
            id="failures",
        ),
    ],
)
def test_a_number_is_added_up_by_name(
    by: str, measure: str, sums: dict[bytes, int]
) -> None:
    assert batch_of(HITS).sums().of(by, measure) == sums
    assert batch_of(HITS[:2], [], HITS[2:]).sums().of(by, measure) == sums


@pytest.mark.parametrize(
    ("status", "is_error"),
    [
        *((b"-", False), (b"000", False), (b"099", False), (b"200", False)),
        *((b"399", False), (b"400", True), (b"404", True), (b"499", True)),
        *((b"500", True), (b"599", True), (b"600", False), (b"999", False)),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) else "",
)
def test_errors_are_4xx_and_5xx_answers(status: bytes, is_error: bool) -> None:
    sums = batch_of([hit(b"GET /a", b"/b", status, 1)]).sums()
    assert sums.of("status", "hits") == {status: 1}
    assert sums.of("section", "errors") == ({b"/a": 1} if is_error else {})
    assert sums.of("failed", "hits") == ({status + b" /a/b": 1} if is_error else {})


@pytest.mark.parametrize(
    ("section", "rest"),
    [
        pytest.param(300, 300, id="together"),
        pytest.param(512, 0, id="by the section alone"),
        pytest.param(512, 512, id="each"),
        pytest.param(1, 511, id="to the byte"),
    ],
)
def test_the_url_of_a_failure_is_cut_at_512_bytes(section: int, rest: int) -> None:
    head, tail = b"/" + b"s" * (section - 1), b"r" * rest
    sums = batch_of([hit(b"GET " + head, tail, b"404", 1)]).sums()
    assert sums.of("failed", "hits") == {b"404 " + (head + tail)[:512]: 1}


def test_a_batch_of_few_kinds_of_hits_is_small() -> None:
    assert not Batch()
    assert len(batch_of(HITS * 1000)) == len(HITS) + 4


def test_bytes_are_exact_however_large_and_many_they_are() -> None:
    r = random.Random(1)
    hits = [hit(b"GET /%d" % r.randrange(3), b"", b"200", r.randrange(10**18))]
    hits += [hit(b"GET /0", b"", b"200", n) for n in range(5000)]
    expected: Counter[bytes] = Counter()
    for _, head, _, _, size in hits:
        expected[head[4:]] += size
    assert batch_of(hits).sums().of("section", "bytes") == expected


@pytest.mark.parametrize(
    ("names", "numbers", "sums"),
    [
        pytest.param([], [], {}, id="nothing"),
        pytest.param([b"a", b"b", b"a"], [1, 2, 4], {b"a": 5, b"b": 2}, id="twice"),
        pytest.param([b"a", b"b", b"b"], [1, 0, 0], {b"a": 1}, id="a sum of 0"),
        pytest.param([b"", b"b", b""], [1, 2, 3], {b"b": 2}, id="an empty name"),
    ],
)
def test_numbers_are_added_up(
    names: list[bytes], numbers: list[int], sums: dict[bytes, int]
) -> None:
    assert summed(names, numbers) == sums
