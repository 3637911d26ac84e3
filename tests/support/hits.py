"""Hits made by hand, and crowds of hits with too many names."""

import random
from collections.abc import Sequence
from functools import cache

from monitor.formats import Columns
from monitor.formats.columns import FIELDS, Mark

Hit = tuple[bytes, bytes, bytes, bytes, int]
"""Client, head, rest of the URL, status and bytes."""

MALFORMED_HEAD = b" (malformed)"


def hit(
    head: bytes,
    rest: bytes = b"",
    status: bytes = b"200",
    size: int = 1,
    client: bytes = b"c",
) -> Hit:
    return client, head, rest, status, size


def columns_of(hits: Sequence[Hit], marks: Sequence[Mark] = ()) -> Columns:
    columns = [list(column) for column in zip(*hits, strict=True)] or [
        [],
        [],
        [],
        [],
        [],
    ]
    return Columns(
        [0] * len(hits), dict(zip(FIELDS, columns, strict=True)), list(marks)
    )


@cache
def crowd(seed: int, number: int, different: int) -> list[Hit]:
    """Return hits of many clients, sections and methods, with a few heavy names between."""
    r = random.Random(seed)

    def head() -> bytes:
        kind = r.random()
        if kind < 0.1:
            return MALFORMED_HEAD
        if kind < 0.3:
            return b"GET /heavy"
        method = b"GET" if kind < 0.6 else b"M%d" % r.randrange(different)
        return b"%b /%d" % (method, r.randrange(different))

    return [
        hit(
            head(),
            b"/%d" % r.randrange(different),
            r.choice((b"200", b"200", b"404", b"500")),
            r.randrange(1000),
            b"heavy" if r.random() < 0.3 else b"%d" % r.randrange(different),
        )
        for _ in range(number)
    ]
