"""Wrappers: what another program wrote around a line is undone, level by level."""

import json
import random
from functools import partial
from itertools import product

import pytest
from support.formatlines import TEXTS, WRAPPERS, Request, line_of, wrapped
from support.linear import is_linear, repeated

from monitor.formats import MAX_LINE, Overlong
from monitor.formats.detect import parser_of
from monitor.formats.wrappers import (
    MOST,
    Envelope,
    Parts,
    envelope_of,
    unwrap_block,
    unwrapped,
)

LINE = b'1.2.3.4 - - [01/Mar/2026:12:34:56 +0000] "GET /a HTTP/1.1" 200 5 "-" "x"'
ELB = b"2026-03-01T12:34:56.186641Z lb 1.2.3.4:5 - 0 0 0 200 200 0 29 "

PREFIXES = {
    # What stands in front of a line.
    "syslog": b"Mar  1 12:34:56 host nginx: ",
    "syslog on the wire": b"<190>Mar 11 12:34:56 host nginx: ",
    "syslog with an address": b"Mar  1 12:34:56 ::7 haproxy[412]: ",
    "syslog without a host": b"Mar  1 12:34:56 nginx: ",
    "syslog of docker": b"<30>Mar  1 12:34:56 h docker/9f1c[77]: ",
    "rsyslog": b"2026-03-01T12:34:56.123456+00:00 host nginx: ",
    "syslog 5424": b"<190>1 2026-03-01T12:34:56Z host app 12 ID47 - ",
    "syslog 5424 without values": b"<1>1 - - - - - - ",
    "syslog 5424, data": b'<190>1 2026-03-01T12:34:56.1Z h a - - [x@1 a="b c"][y d=""] ',
    "syslog 5424, escapes": rb'<190>1 - h a - - [x a="\" \] ] \\"] ',
    "syslog 5424, byte order mark": b"<190>1 - h a - - - \xef\xbb\xbf",
    "journalctl": b"Mar 01 12:34:56 host nginx[12]: ",
    "journalctl, precise": b"Mar 01 12:34:56.123456 host nginx[12]: ",
    "journalctl, ISO": b"2026-03-01T12:34:56+0000 host nginx[12]: ",
    "kubernetes": b"2026-03-01T12:34:56.123456789Z stdout F ",
    "kubernetes, offset": b"2026-03-01T12:34:56.1+01:00 stderr F ",
    "kubectl, time": b"2026-03-01T12:34:56.123456789Z ",
    "kubectl, prefix": b"[pod/web-5d9c/nginx] ",
    "docker logs": b"2026-03-01T12:34:56.000000001Z ",
    "docker compose": b"web-1  | ",
    "docker compose 1": b"my.web_1   | ",
    "docker compose, colours": b"\x1b[36mweb-1  | \x1b[0m",
    "docker compose 1, colours": b"\x1b[36mweb_1  |\x1b[0m ",
    "docker service": b"web.1.x7a@node-1    | ",
    "nginx-proxy": b"\x1b[0;33;1mnginx.1     | \x1b[0m",
    "a logging library": b"[2026-03-01 12:34:56,698] INFO ",
}
AROUND = {
    # A wrapped line, and what is in it.
    "quotes": (b'"%b"' % LINE, LINE),
    "quotes, an empty request": (
        b'"1.2.3.4 [t] "" 400 0 """',
        b'1.2.3.4 [t] "" 400 0 ""',
    ),
    "quotes around a line without": (
        b'"1772368496.001 0 ::1"',
        b"1772368496.001 0 ::1",
    ),
    "doubled quotes": (b'"%b"' % LINE.replace(b'"', b'""'), LINE),
    "doubled quotes, none between": (b'"a """" 400"', b'a "" 400'),
    "backslashed quotes": (b'"%b"' % LINE.replace(b'"', rb"\""), LINE),
    "backslashed backslashes": (rb'"a \"GET /\\\"x\\x20\" 2"', rb'a "GET /\"x\x20" 2'),
    "a string of JSON": (rb'"a \"GET /\"\n"', b'a "GET /"'),
    "a string of JSON, tabs": (rb'"time:1\thost:2"', b"time:1\thost:2"),
    "a string of JSON, colours": (rb'"\u001b[36mw\u001b[0m"', b"\x1b[36mw\x1b[0m"),
    "a string of JSON, bytes": (
        b'"\xff \\"\xc3\xa4\\u00e4"',
        b'\xff "\xc3\xa4\xc3\xa4',
    ),
    "a string of two lines": (rb'"a \"b\nc"', rb'a "b\nc'),
    "a surrogate": (rb'"a \"\ud800"', rb'a "\ud800'),
    "hexadecimal escapes": (rb'"a \"\x16"', rb'a "\x16'),
    "JSON in quotes": (rb'"{\"status\":200}"', b'{"status":200}'),
    "colours of Werkzeug": (
        b'::1 - - [t] "\x1b[33mGET /a HTTP/1.1\x1b[0m" 404 -',
        b'::1 - - [t] "GET /a HTTP/1.1" 404 -',
    ),
    "two colours of Werkzeug": (
        b'::1 - - [t] "\x1b[35m\x1b[1mGET /a HTTP/1.1\x1b[0m" 500 -',
        b'::1 - - [t] "GET /a HTTP/1.1" 500 -',
    ),
    "an empty line": (b"web-1  | ", b""),
    "an empty line, no space": (b"web-1  |", b""),
    "an empty line of kubernetes": (b"2026-03-01T12:34:56Z stdout F", b""),
    "a line that begins with a space": (b"2026-03-01T12:34:56Z stdout F  a", b" a"),
    "envoy in filebeat": (b'ACCESS [t] "GET', b'[t] "GET'),
    # A line that begins like a wrapper. Because of this line the reader asks each format first.
    "a load balancer": (ELB, ELB.partition(b" ")[2]),
}
BARE = {
    # Lines without a wrapper.
    "combined": LINE,
    "virtual host": b"www.example.com:443 " + LINE,
    "a field in quotes first": b'"1.1.1.1, ::2"' + LINE[7:],
    "a list that ends with a space": b'"1.1.1.1, "' + LINE[7:],
    "an empty field first": b'""' + LINE[7:],
    "all fields in quotes": b'"2026-03-01" "12:34:56" "x y"',
    "fields with commas": b'"a","b c","d"',
    "fields with commas and spaces": b'"a ","b"',
    "a quote that does not end": b'"1.2.3.4 - - [t] "GET / HT',
    "an empty pair of quotes": b'""',
    "a quote": b'"',
    "nothing": b"",
    "JSON": b'{"log":"x"}',
    "a bar without a space": b"web| " + LINE,
    "a bar in a name": b"web |x",
    "colours of a client": b'1.2.3.4 [t] "GET /" 200 5 "-" "\x1b[31mx\x1b[0m"',
    "colours that do not end": b'1.2.3.4 [t] "\x1b[31mGET /" 200 5',
    "syslog without a tag": b"Mar  1 12:34:56 host nginx " + LINE,
    "W3C": b"2026-03-01x12:34:56 10.0.0.1 GET",
    "access": b"ACCESS 1.2.3.4 [t]",
}


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
def test_a_prefix_is_undone(prefix: bytes) -> None:
    assert unwrapped(prefix + LINE) == LINE


@pytest.mark.parametrize(("line", "inner"), AROUND.values(), ids=AROUND)
def test_a_wrapper_around_a_line_is_undone(line: bytes, inner: bytes) -> None:
    assert unwrapped(line) == inner


@pytest.mark.parametrize("line", BARE.values(), ids=BARE)
def test_a_line_without_a_wrapper_is_no_wrapper(line: bytes) -> None:
    assert unwrapped(line) is None


@pytest.mark.parametrize("form", TEXTS)
def test_the_line_in_a_wrapper_may_be_of_any_format(form: str) -> None:
    line = line_of(form, Request())
    for name, wrapper in WRAPPERS.items():
        if not wrapper.startswith("{"):
            assert unwrapped(wrapped(name, line)) == line, name


def test_wrappers_nest() -> None:
    innermost = [LINE, *(line for line, inner in AROUND.values() if inner == LINE)]
    fronts = list(PREFIXES.values())
    for outer, inner, line in product(fronts, fronts, innermost):
        once = unwrapped(outer + inner + line)
        assert once == inner + line
        assert unwrapped(once) == line, once


# --- blocks ---


FRONTS = [b"", *PREFIXES.values()]
LINES = [*BARE.values(), *(line for line, _ in AROUND.values())]
LINES += [prefix + LINE for prefix in PREFIXES.values()]


def some_lines(r: random.Random) -> list[bytes]:
    """Return lines of which some are wrapped, some changed, and some cut."""
    chosen = [r.choice(FRONTS) + r.choice(LINES) for _ in range(r.randrange(1, 9))]
    changed = []
    for line in chosen:
        at = r.randrange(len(line) + 1)
        byte = r.choice([b"", b" ", b'"', b"\t", b"|", b":", b"\x1b", b"x"])
        some = line[:at] + byte + line[at + 1 :]
        changed.append(r.choice([line, some, line[:at]]))
    return changed


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["", "carriage return"])
@pytest.mark.usefixtures("untraced")
def test_a_block_is_unwrapped_as_its_lines_are(end: bytes) -> None:
    unwrapped_blocks = 0
    for seed in range(800):
        lines = some_lines(random.Random(seed))
        expected = [
            line if (inner := unwrapped(line)) is None else inner for line in lines
        ]
        block = unwrap_block(b"".join(line + end for line in lines))
        if block is not None:
            unwrapped_blocks += 1
            rows = [row.removesuffix(b"\r") for row in block[:-1].split(b"\n")]
            assert rows == expected, f"seed {seed}"
    assert unwrapped_blocks > 600


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_line_is_parsed_without_its_innermost_wrapper(number: int) -> None:
    parsed = parser_of("auto", frozenset()).parse(
        PREFIXES["kubernetes"] * number + LINE
    )
    assert parsed.wrappers == min(number, MOST)


def test_a_block_with_a_part_is_left_to_its_lines() -> None:
    part = b"2026-03-01T12:34:56Z stderr P a\n"
    assert unwrap_block(LINE + b"\n" + part) is None
    assert unwrap_block(part) is None


# --- parts ---


@pytest.mark.parametrize(
    ("line", "envelope"),
    [
        pytest.param(b"stdout F a b", Envelope(b"a b", b"stdout", False), id="a line"),
        pytest.param(b"stderr P  a ", Envelope(b" a ", b"stderr", True), id="a part"),
        pytest.param(b"stdout F", Envelope(b"", b"stdout", False), id="a blank line"),
        pytest.param(b"stdout X a", None, id="another tag"),
        pytest.param(b"stdin F a", None, id="another stream"),
        pytest.param(b"stdout Fa", None, id="no space"),
    ],
)
def test_a_line_of_kubernetes_is_an_envelope(
    line: bytes, envelope: Envelope | None
) -> None:
    assert envelope_of(b"2026-03-01T12:34:56.1Z " + line) == envelope


LONG = b"x" * MAX_LINE
PARTS: dict[str, list[tuple[Envelope, bytes | Overlong | None]]] = {
    # Envelopes one after the other, and the line that each returns.
    "whole lines": [
        (Envelope(b"a", b"1", False), b"a"),
        (Envelope(b"", b"1", False), b""),
    ],
    "a line of three parts": [
        (Envelope(b"a", b"1", True), None),
        (Envelope(b"b ", b"1", True), None),
        (Envelope(b" \xff", b"1", False), b"ab  \xff"),
        (Envelope(b"d", b"1", False), b"d"),
    ],
    "two streams": [
        (Envelope(b"a", b"1", True), None),
        (Envelope(b"b", b"2", True), None),
        (Envelope(b"c", b"1", False), b"ac"),
        (Envelope(b"d", b"2", False), b"bd"),
    ],
    "the longest line": [
        (Envelope(LONG[:-1], b"1", True), None),
        (Envelope(b"x", b"1", False), LONG),
    ],
    "a longer line": [
        (Envelope(LONG, b"1", True), None),
        (Envelope(b"y", b"1", True), None),
        (Envelope(b"", b"1", False), Overlong(LONG[:200])),
        (Envelope(b"a", b"1", False), b"a"),
    ],
}


@pytest.mark.parametrize("rows", PARTS.values(), ids=PARTS)
def test_the_end_of_a_line_returns_all_its_parts(
    rows: list[tuple[Envelope, bytes | Overlong | None]],
) -> None:
    parts = Parts()
    for envelope, line in rows:
        assert parts.join(envelope) == line
        parts = Parts.restored(json.loads(json.dumps(parts.snapshot())))
    assert not parts


def test_an_endless_line_needs_a_bounded_memory() -> None:
    parts = Parts()
    for _ in range(3):
        assert parts.join(Envelope(LONG, b"stdout", True)) is None
    assert parts
    assert len(json.dumps(parts.snapshot())) < MAX_LINE + 100


# --- time ---

UNITS = (
    *(
        b'"',
        b"\\",
        b'\\"',
        b'""',
        b"\x1b[0m",
        b"a",
        b"1",
        b" ",
        b"\t",
        b":",
        b"[a]",
        b"[",
    ),
    *(b'[a="', b'"\x1b[0m', b"web-1 | ", b"|", b"2026-03-01T12:34:56Z ", b"<1>1 "),
)


@pytest.mark.usefixtures("untraced")
def test_no_line_takes_more_time_than_its_length_is_worth() -> None:
    def undo(line: bytes) -> None:
        unwrapped(line)
        unwrap_block(line + b"\n")

    fronts = (b"", b'"', b"\x1b[0m", b"<1>1 - a b c d ", b"<1>1 - a b c d [", b'a "')
    for unit, front in product(UNITS, fronts):
        assert is_linear(undo, partial(repeated, unit, front=front)), (unit, front)
