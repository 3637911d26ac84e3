"""Lines of the common format with further fields: whole blocks agree with lines, whatever is wanted."""

from itertools import combinations

import pytest

from monitor.formats import Columns, Reader

FRONT = b'192.0.2.1 - - [01/Mar/2026:12:34:56 +0000] "GET /a HTTP/1.1" 200 5'
USUAL = FRONT + b' "https://a.test/" "agent/1.0"'
LINES = {
    "usual": USUAL,
    "with a request time": USUAL + b" 0.045",
    "of ingress-nginx": USUAL
    + b" 310 0.045 [a-b-80] [] 10.1.2.3:80 612 0.044 200 5f0c",
    "without headers": FRONT,
    "without an agent": FRONT + b' "https://a.test/"',
    "with empty headers": FRONT + b' "" ""',
    "with escapes": FRONT + rb' "a\"b" "c\\d" 0.045',
    "with raw quotes": FRONT + b' "a" b" "c" d" 0.045',
    "with a word behind a quote": FRONT + b' "a"x "b" 0.045',
    "cut in a header": FRONT + b' "https://a.test/" "agen',
}
OPTIONAL = ("host", "agent", "referrer")
DEFAULTS = {"seconds": None, "host": b"-", "agent": b"-", "referrer": b"-"}


def columns_of(columns: Columns, wanted: frozenset[str]) -> dict[str, list[object]]:
    names = ("client", "head", "rest", "status", "size", "seconds", *wanted)
    missing = {name: [value] * len(columns) for name, value in DEFAULTS.items()}
    return {name: (missing | columns.fields)[name] for name in names}


@pytest.mark.parametrize("usual", [USUAL, FRONT], ids=["combined", "common"])
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_line_is_read_alike_alone_and_in_a_block(line: bytes, usual: bytes) -> None:
    for number in range(4):
        for wanted in map(frozenset, combinations(OPTIONAL, number)):
            alone = columns_of(Reader("auto", wanted).read(line + b"\n"), wanted)
            reader = Reader("auto", wanted)
            reader.read(usual + b"\n")
            block = columns_of(
                reader.read(b"\n".join([usual, line, line, b""])), wanted
            )
            found = {name: values[1:] for name, values in block.items()}
            assert found == {name: values * 2 for name, values in alone.items()}, wanted
