"""A source carries its last directives and its unfinished lines."""

import json
import random

import pytest

from monitor.formats.carried import Carried
from monitor.formats.wrappers import Envelope

LINES = {
    "directives first": b"#Fields: date time\n#Date: 2026-03-01 12:34:56\n1 2\n",
    "directives later": b"1 2\n\n#Date: 2026-03-01 12:34:56\n#Fields: date time\n1 2\n",
    "directives last": b"1 2\n#Date: 2026-03-01 12:34:56\n#Fields: date time\n",
    "old directives": b"#Fields: x\n1 2\n#Date: 2026-03-01 12:34:56\r\n#Fields: date time\n",
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES)
def test_the_last_directives_of_some_lines_are_remembered(lines: bytes) -> None:
    carried = Carried()
    carried.note(lines)
    assert carried.header.snapshot() == {
        "fields": "date time",
        "date": "2026-03-01 12:34:56",
    }


@pytest.mark.parametrize("lines", [b"", b"\n", b"a # b\n#\n# c\n"], ids=repr)
def test_lines_without_directives_carry_nothing(lines: bytes) -> None:
    carried = Carried()
    carried.note(lines)
    assert carried.snapshot() == Carried().snapshot()


def test_all_that_is_carried_goes_on_from_a_snapshot() -> None:
    carried, restored = Carried(), Carried()
    carried.note(b"#Fields: date \xfftime\n")
    carried.parts.join(Envelope(b"half \xff", b"stdout", is_part=True))
    restored.restore(json.loads(json.dumps(carried.snapshot())))
    assert restored.snapshot() == carried.snapshot()
    end = Envelope(b" line", b"stdout", is_part=False)
    assert restored.parts.join(end) == b"half \xff line"
    restored.restore({})
    assert restored.snapshot() == Carried().snapshot()


def test_directives_are_the_same_however_the_lines_are_cut() -> None:
    for seed in range(200):
        rng = random.Random(seed)
        lines = [
            rng.choice((b"#Fields: a b\n", b"#Date: x\n", b"# y\n", b"1\n", b"\n"))
            for _ in range(rng.randrange(9))
        ]
        whole, pieces = Carried(), Carried()
        whole.note(b"".join(lines))
        for line in lines:
            pieces.note(line)
        assert whole.snapshot() == pieces.snapshot(), seed
