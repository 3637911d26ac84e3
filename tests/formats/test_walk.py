"""The law of strings: a line is read the same by the strict pattern and field by field."""

import random
from functools import partial
from itertools import product

import pytest
from support.linear import is_linear, repeated
from support.loglines import TIME
from support.readings import readings_of

from monitor.formats import reader_of

CLOCK = TIME.decode()
CLIENTS = ["192.0.2.1", "::1", "h.example", "-", "192.0.2.1:80", "a, 192.0.2.1", ""]
PATHS = ["/a/b", "/", "/a?b=/c", "//x", "-", "http://h/a", "/a b", "/a,b]c|d"]
WORDS = ["x", "-", "a b", "", "/x", 'a"b', r"a\"b", "200", "[x", "x]"]
PIECES: dict[str, list[str]] = {
    # A directive, and values of it; the first of them are usual.
    "%h": CLIENTS,
    "%{X-Forwarded-For}i": [*CLIENTS, "192.0.2.1, 192.0.2.2", "192.0.2.1,192.0.2.2"],
    "%u": ["-", "frank", *WORDS],
    "%m": ["GET", "POST", "get", "-", ""],
    "%U": PATHS,
    "%U%q": PATHS,
    "%r": [
        *("GET /a/b HTTP/1.1", "GET /a?b HTTP/1.1", "-", "GET /a b HTTP/1.1", "GET /"),
        *(r"\x16\x03", 'GET /"a HTTP/1.1', r"GET /\x61 HTTP/1.1", ""),
    ],
    "%b": ["5", "0", "-", "+51", "9" * 19, ""],
    "%D": ["12", "-", *WORDS],
    '"%{User-Agent}i"': ['"x"', '"-"', r'"a\"b"', '"a" b"', '""'],
    "%H": ["HTTP/1.1", "HTTP/2", "-", "x y"],
}
STATUSES = ["200", "404", "-", "000", "0", "-1", "099", "20", ""]
TIMES = {
    "%t": [f"[{CLOCK}]", "[31/Feb/2026:00:00:00 +0000]", "[x]"],
    "%{%F %T}t": ["2026-03-01 12:34:56", "2026-02-31 12:34:56", "x"],
    "%{sec}t": ["1772368496", "0", "x"],
}
BETWEEN = [" ", " ", " ", "|", "\t", '" "', " [", "] ", ", ", "  ", " - "]


def random_string(r: random.Random) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Return the fields of a string with their values, and the texts around them."""
    time = r.choice(tuple(TIMES))
    chosen = [(time, TIMES[time]), ("%>s", STATUSES)]
    chosen += [
        (each, PIECES[each]) for each in r.sample(tuple(PIECES), r.randint(0, 6))
    ]
    r.shuffle(chosen)
    texts = [r.choice(BETWEEN) for _ in chosen[1:]]
    return chosen, [
        r.choice(("", "", '"', "[")),
        *texts,
        r.choice(("", "", '"', " %%")),
    ]


def woven(texts: list[str], fields: list[str]) -> str:
    return "".join(map("".join, zip(texts, [*fields, ""], strict=True)))


def random_line(
    r: random.Random, fields: list[tuple[str, list[str]]], texts: list[str]
) -> bytes:
    values = [r.choice(each[:1] * 12 + each) for _, each in fields]
    line = woven([text.replace("%%", "%") for text in texts], values)
    if r.random() < 0.2:
        at = r.randrange(len(line) + 1)
        line = line[:at] + r.choice(["", " ", '"', "\\", "\r", "\t"]) + line[at + 1 :]
    return (
        line[: r.randrange(len(line) + 1)].encode()
        if r.random() < 0.1
        else line.encode()
    )


@pytest.mark.usefixtures("untraced")
def test_random_lines_of_random_strings_are_read_alike_alone_and_in_a_block() -> None:
    """A new reader parses a few lines field by field, and the next lines by the strict pattern."""
    alone = 0
    for seed in range(100):
        r = random.Random(seed)
        fields, texts = random_string(r)
        string = woven(texts, [spelling for spelling, _ in fields])
        block = b"".join(random_line(r, fields, texts) + b"\n" for _ in range(12))
        reader = reader_of(string)
        due, found = reader.read(block), reader.read(block)
        assert found == due, f"seed {seed}: {string!r} {block!r}"
        alone += readings_of(reader, block) if seed % 5 == 0 else 0
    assert alone < 220 < 20 * 12, "the strict patterns are hardly used"


STRINGS = [
    '%{X-Forwarded-For}i %u %t "%r" %>s %b',
    '"%{X-Forwarded-For}i" %{%F %T}t %U %D "%{Referer}i" %>s %b',
    "$upstream_addr - $remote_user [$time_local] $request $status $remote_addr",
    "$time_iso8601|$remote_addr|$http_cookie - $status",
    '$http_a  "$http_b"  $http_c  [$msec  $request  $status',
]
UNITS = (
    *(b" ", b'"', b'" ', b"\\", b'\\"', b",", b", ", b" : ", b"[", b" [", b"] ", b"1"),
    *(b"- ", b"/", b"a", b"200 ", b'" 200', b"|", b"[10/Oct/2000:1"),
    b"2026-03-01T12:34:56.1",
)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("string", STRINGS)
def test_no_line_of_a_string_takes_more_time_than_its_length_is_worth(
    string: str,
) -> None:
    def read(text: bytes) -> None:
        reader = reader_of(string)
        reader.read(text + b"\n")
        reader.explain(text)

    fronts = (b"\n", b"\n192.0.2.1 ", b'\n"', b"\n192.0.2.1 - - [" + TIME + b'] "')
    for unit, front in product(UNITS, fronts):
        assert is_linear(read, partial(repeated, unit, front=front)), (unit, front)
