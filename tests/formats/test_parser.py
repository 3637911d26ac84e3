"""Odd lines are read like regular ones; a block is read as its lines are, one by one."""

import random
import time
import tracemalloc
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import pytest

from monitor.formats.answers import sums
from monitor.formats.clf import FORMATS, Format, compile_format
from monitor.formats.lines import SAMPLE, Overlong
from monitor.formats.parser import (
    IGNORED,
    LONG,
    Columns,
    Mark,
    Parser,
    read_line,
    volume_of,
)
from monitor.formats.timestamps import TimeCache

EPOCH = 971211336
TIME = b"10/Oct/2000:13:55:36 -0700"
FORMS: list[Format | None] = [None, *FORMATS.values()]
WITHOUT_VHOST = [form for form in FORMS if not (form and form.vhost)]
PLAIN = b'1.2.3.4 - - [TIME] "GET /a/b HTTP/1.1" 200 5'

# A line, and its client, method and section (of no request none), rest of the path, status, bytes.
Reading = tuple[bytes, bytes, bytes, bytes, bytes]
Told = tuple[bytes, bytes, bytes, bytes | None, bytes, int]
COMMON: dict[str, tuple[bytes, Reading]] = {
    "common": (
        b'127.0.0.1 - frank [TIME] "GET /apache_pb.gif HTTP/1.0" 200 2326',
        (b"127.0.0.1", b"GET /apache_pb.gif", b"", b"200", b"2326"),
    ),
    "combined": (
        b'1.2.3.4 - - [TIME] "POST /a/b?c HTTP/2.0" 404 12 "http://x/" "Mozilla/5.0"',
        (b"1.2.3.4", b"POST /a", b"/b", b"404", b"12"),
    ),
    # bytes and status
    "no bytes": (
        b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1" 304 -',
        (b"1.2.3.4", b"GET /a", b"", b"304", b"-"),
    ),
    "no status": (
        b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1" - 7',
        (b"1.2.3.4", b"GET /a", b"", b"-", b"7"),
    ),
    "neither status nor bytes": (
        b'1.2.3.4 - - [TIME] "-" - -',
        (b"1.2.3.4", b"", b"", b"-", b"-"),
    ),
    "18 digits of bytes": (
        b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1" 200 123456789012345678',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"123456789012345678"),
    ),
    "19 digits are no bytes": (
        b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1" 200 1234567890123456789',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"-"),
    ),
    "a word for the bytes": (
        b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1" 200 12kB "-"',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"-"),
    ),
    # requests
    "no request": (
        b'1.2.3.4 - - [TIME] "-" 408 0',
        (b"1.2.3.4", b"", b"", b"408", b"0"),
    ),
    "empty request": (
        b'1.2.3.4 - - [TIME] "" 400 0',
        (b"1.2.3.4", b"", b"", b"400", b"0"),
    ),
    "request without its quotes": (
        b"1.2.3.4 - - [TIME] GET /a/b HTTP/1.1 200 5",
        (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5"),
    ),
    "a number in a request without its quotes": (
        b"1.2.3.4 - - [TIME] GET /a1200 5 HTTP/1.1 404 7",
        (b"1.2.3.4", b"GET /a1200 5", b"", b"404", b"7"),
    ),
    "bytes of TLS": (
        rb'1.2.3.4 - - [TIME] "\x16\x03\x01\x02" 400 226',
        (b"1.2.3.4", b"", b"", b"400", b"226"),
    ),
    "raw bytes of TLS": (
        b'1.2.3.4 - - [TIME] "\x16\x03\x01\x00\xff" 400 226',
        (b"1.2.3.4", b"", b"", b"400", b"226"),
    ),
    "a method that is no token": (
        b'1.2.3.4 - - [TIME] "G\xc3T /a HTTP/1.1" 400 0',
        (b"1.2.3.4", b"", b"", b"400", b"0"),
    ),
    "raw spaces in the target": (
        b'1.2.3.4 - - [TIME] "GET /a b/c HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /a b", b"/c", b"200", b"5"),
    ),
    "the absolute form": (
        b'1.2.3.4 - - [TIME] "GET http://h/a/b HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET http://h/a", b"/b", b"200", b"5"),
    ),
    "CONNECT": (
        b'1.2.3.4 - - [TIME] "CONNECT host:443 HTTP/1.1" 405 5',
        (b"1.2.3.4", b"CONNECT host:443", b"", b"405", b"5"),
    ),
    "HTTP/0.9": (
        b'1.2.3.4 - - [TIME] "GET /a" 200 5',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"5"),
    ),
    # escapes
    "escaped quotes in the section": (
        rb'1.2.3.4 - - [TIME] "GET /a\"b\"/c HTTP/1.1" 200 5',
        (b"1.2.3.4", b'GET /a"b"', b"/c", b"200", b"5"),
    ),
    "escaped quotes after the section": (
        rb'1.2.3.4 - - [TIME] "GET /a/\"b\x22\\ HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /a", b'/"b"\\', b"200", b"5"),
    ),
    "an escaped backslash before the quote": (
        rb'1.2.3.4 - - [TIME] "GET /a\\" 200 5 "-" "x"',
        (b"1.2.3.4", b"GET /a\\", b"", b"200", b"5"),
    ),
    "an escaped slash is one": (
        rb'1.2.3.4 - - [TIME] "GET /a\x2fb HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5"),
    ),
    "an escaped space at the end of the target": (
        rb'1.2.3.4 - - [TIME] "GET /a/b\x20 HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5"),
    ),
    "what looks like the end, escaped": (
        rb'1.2.3.4 - - [TIME] "GET /a?\" 200 5 \" HTTP/1.1" 404 9',
        (b"1.2.3.4", b"GET /a", b"", b"404", b"9"),
    ),
    "what looks like the end, escaped, in the version": (
        rb'1.2.3.4 - - [TIME] "GET /a HTTP/1\" 200 5 x HTTP/1.1" 404 9',
        (b"1.2.3.4", b"GET /a HTTP", b'/1" 200 5 x', b"404", b"9"),
    ),
    # servers that do not escape
    "a raw quote in the section": (
        b'1.2.3.4 - - [TIME] "GET /a"b/c HTTP/1.1" 200 5 "-" "x"',
        (b"1.2.3.4", b'GET /a"b', b"/c", b"200", b"5"),
    ),
    "a raw quote after the section": (
        b'1.2.3.4 - - [TIME] "GET /a/"b HTTP/1.1" 200 5 "-" "x"',
        (b"1.2.3.4", b"GET /a", b'/"b', b"200", b"5"),
    ),
    "a raw quote at the end": (
        b'1.2.3.4 - - [TIME] "GET /a"" 200 5',
        (b"1.2.3.4", b'GET /a"', b"", b"200", b"5"),
    ),
    "a raw backslash at the end of the section": (
        b'1.2.3.4 - - [TIME] "GET /a\\ HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /a\\", b"", b"200", b"5"),
    ),
    "a raw backslash before the quote": (
        b'1.2.3.4 - - [TIME] "GET /a\\" 200 5 "-" "curl"',
        (b"1.2.3.4", b"GET /a\\", b"", b"200", b"5"),
    ),
    "a quote and a status without bytes are not the end": (
        b'1.2.3.4 - - [TIME] "GET /a" 200 b HTTP/1.1" 404 5',
        (b"1.2.3.4", b'GET /a" 200 b', b"", b"404", b"5"),
    ),
    # clients
    "IPv6": (
        b'2001:db8::7 - - [TIME] "GET / HTTP/1.1" 200 5',
        (b"2001:db8::7", b"GET /", b"", b"200", b"5"),
    ),
    "host name": (
        b'host-7.example.com - - [TIME] "GET / HTTP/1.1" 200 5',
        (b"host-7.example.com", b"GET /", b"", b"200", b"5"),
    ),
    "unix socket": (
        b'unix: - - [TIME] "GET / HTTP/1.1" 200 5',
        (b"unix:", b"GET /", b"", b"200", b"5"),
    ),
    "X-Forwarded-For list": (
        b'1.1.1.1, 2.2.2.2,  ::3 - - [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.1.1.1, 2.2.2.2,  ::3", b"GET /", b"", b"200", b"5"),
    ),
    "X-Forwarded-For list in quotes": (
        b'"1.1.1.1, 2.2.2.2" - - [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.1.1.1, 2.2.2.2", b"GET /", b"", b"200", b"5"),
    ),
    "addresses in quotes, without a comma": (
        b'"1.1.1.1 2.2.2.2" - - [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.1.1.1 2.2.2.2", b"GET /", b"", b"200", b"5"),
    ),
    "no client": (
        b'- - - [TIME] "GET / HTTP/1.1" 200 5',
        (b"-", b"GET /", b"", b"200", b"5"),
    ),
    "a client that ends with a quote": (
        b'1.2.3.4" - - [TIME] "GET / HTTP/1.1" 200 5',
        (b'1.2.3.4"', b"GET /", b"", b"200", b"5"),
    ),
    "a client that ends with a comma": (
        b'1.2.3.4, - - [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.2.3.4,", b"GET /", b"", b"200", b"5"),
    ),
    "a path with an escaped space and a query behind it": (
        rb'1.2.3.4 - - [TIME] "GET /a/b\x20?c HTTP/1.1" 404 5',
        (b"1.2.3.4", b"GET /a", b"/b", b"404", b"5"),
    ),
    "a path with an escaped question mark": (
        rb'1.2.3.4 - - [TIME] "GET /a/b\x3fc HTTP/1.1" 404 5',
        (b"1.2.3.4", b"GET /a", b"/b", b"404", b"5"),
    ),
    "a very long client": (
        b"h" * 300 + b' - - [TIME] "GET / HTTP/1.1" 200 5',
        (b"h" * 300, b"GET /", b"", b"200", b"5"),
    ),
    # users
    "user name with spaces": (
        b'1.2.3.4 - jane van doe [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /", b"", b"200", b"5"),
    ),
    "user name with brackets": (
        b'1.2.3.4 - [me] [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /", b"", b"200", b"5"),
    ),
    "user name with escapes": (
        rb'1.2.3.4 - \"a\x5d [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /", b"", b"200", b"5"),
    ),
    "empty user name in quotes": (
        b'1.2.3.4 - "" [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /", b"", b"200", b"5"),
    ),
    "identity and user": (
        b'1.2.3.4 id frank [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /", b"", b"200", b"5"),
    ),
    "a tab is no space": (
        b'1.2.3.4 -\tx - [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /", b"", b"200", b"5"),
    ),
    # ends of lines
    "carriage return": (PLAIN + b"\r", (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5")),
    "two carriage returns": (
        PLAIN + b"\r\r",
        (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5"),
    ),
    "cut in the bytes": (
        b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1" 200 12',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"12"),
    ),
    "cut after the status": (
        b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1" 200',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"-"),
    ),
    "cut after the status of a server that does not escape": (
        b'1.2.3.4 - - [TIME] "GET /a"b HTTP/1.1" 200',
        (b"1.2.3.4", b'GET /a"b', b"", b"200", b"-"),
    ),
    "cut after the status, with one in the request": (
        rb'1.2.3.4 - - [TIME] "GET /a\" 200 x HTTP/1.1" 404',
        (b"1.2.3.4", b'GET /a" 200 x', b"", b"404", b"-"),
    ),
    "cut after the space behind the status": (
        rb'1.2.3.4 - - [TIME] "GET /a\" 200 x HTTP/1.1" 404 ',
        (b"1.2.3.4", b'GET /a" 200 x', b"", b"404", b"-"),
    ),
    "cut in the referrer": (
        PLAIN + b' "http://x',
        (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5"),
    ),
    "fields behind": (
        PLAIN + b' "-" "x" 0.004 "a\\"b" [x] - \x80\x00 200 9',
        (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5"),
    ),
    "an agent that looks like a line": (
        PLAIN + b' "-" "' + PLAIN + b'"',
        (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5"),
    ),
    "a space behind": (PLAIN + b" ", (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5")),
    "spaces in front": (b"  " + PLAIN, (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5")),
    "several spaces between": (
        b'1.2.3.4  -  -  [TIME]  "GET /a/b HTTP/1.1"  200  5',
        (b"1.2.3.4", b"GET /a", b"/b", b"200", b"5"),
    ),
}

BARE: dict[str, tuple[bytes, Reading]] = {
    "nothing before the time": (
        b'[TIME] "GET / HTTP/1.1" 200 5',
        (b"-", b"GET /", b"", b"200", b"5"),
    ),
    "empty user name": (
        b'1.2.3.4 -  [TIME] "GET / HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /", b"", b"200", b"5"),
    ),
}

VHOST: dict[str, tuple[bytes, Reading]] = {
    "virtual host": (
        b'www.example.com:443 1.2.3.4 - - [TIME] "GET /a HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"5"),
    ),
    "virtual host and a user name with spaces": (
        b'www.example.com:443 1.2.3.4 - jane doe [TIME] "GET /a HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"5"),
    ),
    "virtual host and a user name of a space": (
        b'www.example.com:443 1.2.3.4 -   [TIME] "GET /a HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"5"),
    ),
    "virtual host and a user name of nothing": (
        b'www.example.com:443 1.2.3.4 -  [TIME] "GET /a HTTP/1.1" 200 5',
        (b"1.2.3.4", b"GET /a", b"", b"200", b"5"),
    ),
    "virtual host and an X-Forwarded-For list": (
        b'www.example.com 1.1.1.1, 2.2.2.2 - - [TIME] "GET /a HTTP/1.1" 200 5',
        (b"1.1.1.1, 2.2.2.2", b"GET /a", b"", b"200", b"5"),
    ),
    "virtual host and an odd request": (
        b'www.example.com 1.2.3.4 - - [TIME] "GET /a"b HTTP/1.1" 200 5',
        (b"1.2.3.4", b'GET /a"b', b"", b"200", b"5"),
    ),
}

NO_TIME, NO_STATUS = "no time in it", "no status in it"
NO_SUCH_TIME = "its time does not exist"
NO_HITS: dict[str, tuple[bytes, str]] = {
    "blank": (b"", IGNORED),
    "spaces": (b"  \t ", IGNORED),
    "carriage return": (b"\r", IGNORED),
    "comment": (b"#Fields: date time", IGNORED),
    "comment with a line in it": (b"# " + PLAIN, IGNORED),
    "comment without a space": (b"#" + PLAIN, IGNORED),
    "rotation": (
        b"Nov 23 00:00:00 web newsyslog[123]: logfile turned over",
        IGNORED,
    ),
    "rotation, with its cause": (
        b"Nov 23 00:00:00 web newsyslog[1]: logfile turned over due to size>1K",
        IGNORED,
    ),
    "another message of the same": (b"Nov 23 newsyslog[1]: restarted", NO_TIME),
    "words": (b"hello world", NO_TIME),
    "zero bytes": (b"\x00\x01\xff", NO_TIME),
    "JSON": (b'{"status":200,"time":"10/Oct/2000:13:55:36 -0700"}', NO_TIME),
    "time without brackets": (PLAIN.replace(b"[TIME]", TIME), NO_TIME),
    "another kind of time": (
        b'1.2.3.4 - - [2000-10-10T13:55:36Z] "GET / HTTP/1.1" 200 5',
        NO_TIME,
    ),
    "cut in the time": (b"1.2.3.4 - - [10/Oct/2000:13:55", NO_TIME),
    "a fraction without end": (
        b"1.2.3.4 - - [10/Oct/2000:13:55:36." + b"1" * 99 + b'] "GET / HTTP/1.1" 200 5',
        NO_TIME,
    ),
    "a time that does not exist": (
        b'1.2.3.4 - - [31/Feb/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5',
        NO_SUCH_TIME,
    ),
    "cut after the time": (b"1.2.3.4 - - [TIME]", NO_STATUS),
    "cut in the request": (b'1.2.3.4 - - [TIME] "GET /a HT', NO_STATUS),
    "cut after the request": (b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1"', NO_STATUS),
    "cut in the status": (b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1" 20', NO_STATUS),
    "a status of two digits": (b'1.2.3.4 - - [TIME] "GET / HTTP/1.1" 99 5', NO_STATUS),
    "a status of four": (b'1.2.3.4 - - [TIME] "GET / HTTP/1.1" 2000 5', NO_STATUS),
    "a word for a status": (b'1.2.3.4 - - [TIME] "GET / HTTP/1.1" ok 5', NO_STATUS),
    "an error log": (b"[TIME] [error] [client 1.2.3.4] not found", NO_STATUS),
}


def dated(line: bytes) -> bytes:
    return line.replace(b"[TIME]", b"[" + TIME + b"]")


def told(reading: Reading) -> Told:
    """What is counted of a reading."""
    client, named, rest, status, size = reading
    method, _, section = named.partition(b" ")
    section = section or b"(malformed)"
    is_error = b"400" <= status < b"600"
    failed = b"%b %b%b" % (status, section, rest) if is_error else None
    return client, method, section, failed, status, 0 if size == b"-" else int(size)


def rows_of(columns: Columns) -> list[tuple[int, Told]]:
    rows = []
    for epoch, client, text in zip(
        columns.epochs, columns.clients, columns.texts, strict=True
    ):
        (said,) = sums({text: 1})
        (method,), (section,), (status,) = said.methods, said.sections, said.statuses
        failed, size = next(iter(said.failing), None), said.sent[section]
        rows.append((epoch, (client, method, section, failed, status, size)))
    return rows


def between(line: bytes, regular: Sequence[bytes]) -> bytes:
    """A block in which a line stands among regular ones, so that the patterns take those."""
    return b"".join(each + b"\n" for each in (*regular, line, *regular))


# --- one line ---


@pytest.mark.parametrize(
    ("line", "reading"),
    [*COMMON.values(), *BARE.values()],
    ids=[*COMMON.keys(), *BARE.keys()],
)
def test_a_line_is_a_hit(line: bytes, reading: Reading) -> None:
    for form in WITHOUT_VHOST:
        rows = rows_of(Parser(form).parse(dated(line) + b"\n"))
        assert rows == [(EPOCH, told(reading))], form
        client, time, text = read_line(dated(line), TimeCache(), form and form.vhost)
        assert rows_of(Columns([EPOCH], [client], [text])) == rows, form
        assert dated(b"[TIME]") == b"[%b]" % time


@pytest.mark.parametrize(("line", "reading"), VHOST.values(), ids=VHOST.keys())
def test_a_virtual_host_in_front_is_found_out(line: bytes, reading: Reading) -> None:
    assert rows_of(Parser().parse(dated(line) + b"\n")) == [(EPOCH, told(reading))]


@pytest.mark.parametrize(("line", "reading"), COMMON.values(), ids=COMMON.keys())
def test_a_line_is_a_hit_behind_a_virtual_host(line: bytes, reading: Reading) -> None:
    line = dated(b"www.example.com:443 " + line)
    columns = Parser(FORMATS["vhost_combined"]).parse(line + b"\n")
    assert rows_of(columns) == [(EPOCH, told(reading))]


@pytest.mark.parametrize(("line", "reason"), NO_HITS.values(), ids=NO_HITS.keys())
def test_a_line_is_no_hit(line: bytes, reason: str) -> None:
    for form in FORMS:
        columns = Parser(form).parse(dated(line) + b"\n")
        assert columns == Columns(marks=[(0, reason, dated(line)[:SAMPLE])]), form
        assert read_line(dated(line), TimeCache(), form and form.vhost) == reason, form


@pytest.mark.parametrize(
    ("text", "epoch"),
    [
        (b"10/Oct/2000:13:55:36 -0700", EPOCH),
        (b"10/Oct/2000:20:55:36", EPOCH),
        (b"10/Oct/2000:20:55:36.12345", EPOCH),
        (b"10/Oct/2000:13:55:36.123 -0700", EPOCH),
        (b"1/oct/2000:13:55:36 -0700", EPOCH - 9 * 86400),
        (b"31/Dec/2016:23:59:60 +0000", 1483228800),
    ],
    ids=lambda value: str(value),
)
def test_a_hit_has_the_time_of_its_line(text: bytes, epoch: int) -> None:
    line = PLAIN.replace(b"TIME", text)
    assert Parser().parse(line + b"\n").epochs == [epoch]


@pytest.mark.parametrize(
    ("line", "client"),
    [
        (b'9.9.9.9 [TIME] "x [TIME] "GET / HTTP/1.1" 200 5', b"9.9.9.9"),
        (b'[TIME] "x y [TIME] "GET / HTTP/1.1" 200 5', b"-"),
    ],
    ids=["in the identity", "in the client"],
)
def test_the_first_time_before_a_quote_is_the_time(line: bytes, client: bytes) -> None:
    """The patterns would take the second one, as the fields in front hold no space."""
    early = b"[09/Oct/2000:13:55:36]"
    line = dated(line.replace(b"[TIME]", early, 1))
    columns = Parser().parse(line + b"\n")
    assert columns.epochs == [EPOCH - 86400 - 7 * 3600]
    assert columns.clients == [client]


@pytest.mark.parametrize("spaces", [b" ", b"  "], ids=["one space", "two"])
def test_a_user_name_that_looks_like_a_time_is_none(spaces: bytes) -> None:
    user = b"[01/Jan/1999:00:00:00]"
    line = b"1.2.3.4 - " + user + b" [TIME]" + spaces + b'"GET / HTTP/1.1" 200 5'
    assert Parser().parse(dated(line) + b"\n").epochs == [EPOCH]


def test_the_sample_of_a_line_is_its_beginning() -> None:
    line = b"x" * (2 * SAMPLE)
    assert Parser().parse(line + b"\n").marks == [(0, NO_TIME, line[:SAMPLE])]


def test_an_overlong_line_is_unparsed_with_its_beginning() -> None:
    columns = Parser().parse(Overlong(b"# long"))
    assert columns == Columns(marks=[(0, "longer than 1 MiB", b"# long")])


# --- a block ---


# Lines that a pattern for virtual hosts could read in another way.
DOUBTFUL: dict[str, tuple[bytes, Any]] = {
    "four dashes": (b'- - - - [TIME] "GET / HTTP/1.1" 200 5', None),
    "a dash behind a host": (b'h - - - [TIME] "GET / HTTP/1.1" 200 5', None),
    "a quote behind a host": (b'h "x - - [TIME] "GET / HTTP/1.1" 200 5', None),
    "two quotes behind a host": (b'h "x y" - - [TIME] "GET / HTTP/1.1" 200 5', None),
    "quotes around a host and a client": (
        b'"h 1.2.3.4" - [TIME] "GET / HTTP/1.1" 200 5',
        None,
    ),
    "a quote at the end": (b'h 1.2.3.4" - - [TIME] "GET / HTTP/1.1" 200 5', None),
    "a comma behind a host": (b'h 1.2.3.4, - - [TIME] "GET / HTTP/1.1" 200 5', None),
    "a comma after a host": (b'h, 1.2.3.4 - - [TIME] "GET / HTTP/1.1" 200 5', None),
}
ALL = {**COMMON, **BARE, **VHOST, **NO_HITS, **DOUBTFUL}


@pytest.mark.parametrize(
    "regular",
    [[PLAIN], [PLAIN] * 5, [b"h " + PLAIN], [b""], [PLAIN, b"", b"x", b"h " + PLAIN]],
    ids=["one", "five", "virtual host", "blank", "mixed"],
)
def test_a_line_is_read_alike_among_others(regular: list[bytes]) -> None:
    for name, (line, _) in ALL.items():
        block = dated(between(line, regular))
        for form in FORMS:
            parser = Parser(form)
            expected = one_by_one(block, form.vhost if form else None)
            assert parser.parse(block) == expected, name
            assert parser.parse(block) == expected, f"{name}, the second time"


# Fields that run over the end of a line when nobody looks.
RUNS_ON = {
    "in the client": b'1.2\n.3.4 - - [TIME] "GET / HTTP/1.1" 200 5\n',
    "in the identity": b'1.2.3.4 i\nd - [TIME] "GET / HTTP/1.1" 200 5\n',
    "in the user": b'1.2.3.4 - us\ner [TIME] "GET / HTTP/1.1" 200 5\n',
    "in the time": b'1.2.3.4 - - [10/Oct/2000:\n3:55:36 -0700] "GET / HTTP/1.1" 200 5\n',
    "in the method": b'1.2.3.4 - - [TIME] "GE\nT /a HTTP/1.1" 200 5\n',
    "in the section": b'1.2.3.4 - - [TIME] "GET /a\nb HTTP/1.1" 200 5\n',
    "in the rest": b'1.2.3.4 - - [TIME] "GET /a/\nb HTTP/1.1" 200 5\n',
    "in the version": b'1.2.3.4 - - [TIME] "GET /a HTTP/\n1" 200 5\n',
    "after the status": b'1.2.3.4 - - [TIME] "GET /a HTTP/1.1" 200\n5\n',
    "in the virtual host": b'h\nh 1.2.3.4 - - [TIME] "GET / HTTP/1.1" 200 5\n',
    "after a blank line": b"\n" + PLAIN + b"\n",
    "after a carriage return": b"\r\nh " + PLAIN + b"\n",
}


@pytest.mark.parametrize("tail", [b"", b' "-" "x"'], ids=["common", "combined"])
@pytest.mark.parametrize("block", RUNS_ON.values(), ids=RUNS_ON.keys())
def test_no_field_runs_over_the_end_of_a_line(block: bytes, tail: bytes) -> None:
    block = block[:-1] + tail + b"\n"
    for form in FORMS:
        expected = one_by_one(dated(block), form.vhost if form else None)
        for copies in (1, 3):
            columns = Parser(form).parse(dated(block) * copies)
            assert len(columns) == copies * len(expected)
            assert len(columns.marks) == copies * len(expected.marks)
            assert rows_of(columns) == rows_of(expected) * copies


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
def test_the_patterns_take_regular_lines(form: Format) -> None:
    usual = dated(PLAIN.replace(b" - - ", b" - frank "))
    usual += b"" if form.name == "common" else b' "-" "x"'
    if form.vhost:
        usual = b"www.example.com:443 " + usual
    other = usual.replace(b'" 200', b'" 404')
    texts = [b'GET /a/b HTTP/1.1" %b 5' % status for status in (b"200", b"404")]
    parts = compile_format(form).split(b"\n" + usual + b"\n" + other)
    fields = [parts[1:5], parts[6:10]]
    assert fields == [[b"1.2.3.4", TIME, text, None] for text in texts]


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
def test_the_pattern_gives_an_odd_line_whole(form: Format) -> None:
    for line in (b"", b"#", b"x y"):
        parts = compile_format(form).split(b"\n" + line + b"\n" + line)
        assert parts == [b"", *[None] * 3, line] * 2 + [b""]


def test_a_mark_tells_how_many_hits_stand_before_it() -> None:
    lines = [b"", PLAIN, b"x", b"#", PLAIN, PLAIN.replace(b"/a/b", b'/a"b'), b"y"]
    columns = Parser().parse(dated(b"\n".join(lines)) + b"\n")
    assert [(before, line) for before, _, line in columns.marks] == [
        (0, b""),
        (1, b"x"),
        (1, b"#"),
        (3, b"y"),
    ]


def test_a_parser_learns_the_format_and_goes_on_when_it_changes() -> None:
    parser = Parser()
    for front in (b"", b"host:80 ", b"", b"host:80 "):
        block = dated((front + PLAIN + b"\n") * 3)
        for _ in range(3):
            columns = parser.parse(block)
            assert columns.clients == [b"1.2.3.4"] * 3
            assert columns.texts == [b'GET /a/b HTTP/1.1" 200 5'] * 3


# --- the law: whatever reads a line, it reads the same ---


def one_by_one(block: bytes, vhost: bool | None) -> Columns:
    """Read a block by `read_line` alone, which says what is right."""
    columns, times = Columns(), TimeCache()
    for line in block[:-1].split(b"\n"):
        row = read_line(line, times, vhost)
        if isinstance(row, str):
            columns.marks.append(Mark(len(columns), row, line[:SAMPLE]))
            continue
        client, time, text = row
        epoch = times[time]
        assert epoch is not None
        if volume_of(client, text) > LONG:
            columns.long.append(len(columns))
        columns.epochs.append(epoch)
        columns.clients.append(client)
        columns.texts.append(text)
    return columns


HOSTILE: Sequence[bytes] = [
    *(b"", b" ", b"  ", b"-", b"\t", b"\r", b"\n", b"\0", b"\x0b", b"\x1c", b"\x85"),
    *(b"\x80", b"\xff", b'"', b"\\", b'\\"', b"\\\\", b"\\x20", b"\\x22", b"\\x2f"),
    *(b"\\x3f", b"\\x0a", b"[", b"]", b",", b"#", b":", b"?", b"/", b"*", b"0", b"200"),
    *(b"1234567890123456789", b"a", b"HTTP/", b"GET", b"unix:", b"http://"),
    *(b'" 200 5', b' HTTP/1.1" 200 5 '),
]
FIELDS: Sequence[Sequence[bytes]] = [
    [b"", b"", b"", b"www.example.com:80 ", b"v ", b"v, ", b"- "],
    [b"1.2.3.4", b"::1", b"h.example", b"-", b"1.1.1.1, 2.2.2.2", b'"1.1, 2.2"', b"a,"],
    [b" "],
    [b"-", b"-", b"id", b"-\tx"],
    [b" "],
    [
        b"-",
        b"frank",
        b"jane doe",
        b"",
        b" ",
        b"  ",
        b'""',
        b"[x]",
        b'"x',
        b"[" + TIME[:20] + b"]",
    ],
    [b" ["],
    [TIME, TIME, TIME, b"31/Feb/2024:00:00:00 +0000", TIME[:20], TIME[:20] + b".12345"],
    [b"] "],
    [b'"', b'"', b'"', b'"', b'"', b"", b'""'],
    [b"GET", b"POST", b"OPTIONS", b"CONNECT", b"G\xc3T", b'G"T'],
    [b" "],
    [b"/", b"/a", b"/a/b", b"/a?x=/y", b"//x/y", b"http://h/p/q", b"*", b"h:443"],
    [
        b"",
        b"",
        b"",
        b' "',
        b'\\"b/c',
        b'"b',
        b'/"b',
        b"\\x20",
        b"/\\x20",
        b"\\",
        b"/\\",
    ],
    [b" HTTP/1.1", b" HTTP/1.1", b"", b" HTTP/", b" HTTP/1.1 ", b" HTTP/\\x20"],
    [b'" ', b'" ', b'" ', b'" ', b'"', b'"  '],
    [b"200", b"404", b"-", b"500", b"99", b"1000"],
    [b" "],
    [b"0", b"1234", b"-", b"123456789012345678", b"1234567890123456789", b"", b"5-"],
    [b"", b' "-" "x"', b' "cut', b"\r", b' "\\"" "a\\\\"', b' "a" 200 5', b" \r"],
]
ODD: Sequence[bytes] = [b"", b"#x", b" ", b"\r", b"newsyslog[1]: logfile turned over"]


def hostile_line(r: random.Random) -> bytes:
    """A regular line with no, one or several odd fields; sometimes not even that."""
    kind = r.random()
    if kind < 0.05:
        return r.choice(ODD)
    if kind < 0.1:
        return b"".join(r.choices(HOSTILE, k=r.randint(1, 12)))
    oddity = r.choice((0.0, 0.1, 0.1, 0.5))
    fields = [r.choice(each) if r.random() < oddity else each[0] for each in FIELDS]
    for _ in range(r.choice((0, 0, 0, 1, 2))):
        index = r.randrange(len(fields))
        at = r.randint(0, len(fields[index]))
        fields[index] = fields[index][:at] + r.choice(HOSTILE) + fields[index][at:]
    line = b"".join(fields)
    if r.random() < 0.1:
        at = r.randrange(len(line))
        line = line[:at] + r.choice((b"", r.randbytes(1))) + line[at + 1 :]
    return line


def test_every_way_of_reading_a_line_agrees_for_every_format() -> None:
    parsers = [Parser(form) for form in FORMS]
    for seed in range(150):
        r = random.Random(seed)
        lines = [hostile_line(r) for _ in range(r.choice((1, 1, 2, 5, 20)))]
        lines += [r.choice(lines)] * r.choice((0, 0, 30))
        block = b"\n".join(lines) + b"\n"
        for form, old in zip(FORMS, parsers, strict=True):
            expected = one_by_one(block, form.vhost if form else None)
            for parser in (old, Parser(form)):
                name = form.name if form else "auto"
                assert parser.parse(block) == expected, (
                    f"seed {seed}, {name}: {block!r}"
                )


def test_a_line_is_long_or_not_whatever_reads_it() -> None:
    for client, size in product((9, 98, 99, 100), range(100, 700, 10)):
        front = b"a" * client + b' - - [TIME] "GET /'
        request_line = front + b"x" * (size - 14) + b' HTTP/1.1" 200 '
        block = dated(request_line + b"1" * 18 + b' "-" "-"\n') * 3
        for form in FORMS:
            columns = Parser(form).parse(block)
            assert columns == one_by_one(block, form.vhost if form else None), size


def test_a_space_in_front_of_a_line_changes_nothing() -> None:
    """Every shortcut for regular lines gives way to the tolerant reading."""
    for seed in range(1000):
        line = hostile_line(random.Random(seed)).replace(b"\n", b"")
        for vhost in (None, False, True):
            row = read_line(line, TimeCache(), vhost)
            if row != IGNORED:
                odd = read_line(b" " + line, TimeCache(), vhost)
                assert odd == row, f"seed {seed}: {line!r}"


def test_most_hostile_lines_are_still_hits() -> None:
    r = random.Random(1)
    block = b"\n".join(hostile_line(r) for _ in range(1000)) + b"\n"
    assert len(Parser().parse(block)) > 500


def test_every_line_of_a_block_is_a_hit_or_a_mark() -> None:
    for seed in range(150):
        r = random.Random(seed)
        block = b"\n".join(hostile_line(r) for _ in range(r.randint(1, 9))) + b"\n"
        columns = Parser().parse(block)
        lines = len(columns) + len(columns.marks)
        assert lines == block.count(b"\n"), f"seed {seed}: {block!r}"


# --- columns ---


def some_columns(r: random.Random) -> Columns:
    block = b"".join(
        PLAIN.replace(b"/a/b", b"/%d" % r.randrange(99)) + b"\n"
        if r.random() < 0.6
        else r.choice((b"\n", b"x\n"))
        for _ in range(r.randint(1, 12))
    )
    return Parser().parse(dated(block))


def test_the_parts_of_split_columns_add_up() -> None:
    for seed in range(80):
        columns = some_columns(random.Random(seed))
        for at in range(len(columns) + 1):
            first, second = columns.split(at)
            assert len(first) == at, f"seed {seed}"
            assert first + second == columns, f"seed {seed}, at {at}"
            assert all(mark[0] <= at for mark in first.marks), f"seed {seed}"
            assert all(mark[0] > 0 for mark in second.marks), f"seed {seed}"


def test_the_columns_of_two_blocks_add_up_to_those_of_both() -> None:
    for seed in range(80):
        r = random.Random(seed)
        lines = [hostile_line(r).replace(b"\n", b"") + b"\n" for _ in range(9)]
        cut = r.randint(1, 8)
        both = Parser(FORMATS["common"]).parse(b"".join(lines))
        first = Parser(FORMATS["common"]).parse(b"".join(lines[:cut]))
        second = Parser(FORMATS["common"]).parse(b"".join(lines[cut:]))
        assert first + second == both, f"seed {seed}"


def test_a_cut_takes_hits_without_marks() -> None:
    columns = Parser().parse(dated(b"\n" + (PLAIN + b"\nx\n") * 4))
    columns.clients[:] = [b"a", b"b", b"c", b"d"]
    cut = columns.cut(1, 3)
    assert cut.clients == [b"b", b"c"]
    assert len(cut) == 2
    assert cut.marks == []


# --- bounds ---


def test_sections_that_never_come_again_do_not_fill_the_memory() -> None:
    parser = Parser()
    tracemalloc.start()
    try:
        for number in range(100):
            section = b"/%d" % number + b"x" * 8000
            lines = (PLAIN.replace(b"/a", section + b"%d" % i) for i in range(10))
            parser.parse(dated(b"\n".join(lines) + b"\n"))
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < 1_000_000


def test_a_line_of_long_fields_is_read() -> None:
    field = b"x" * 200_000
    line = b'%s - %s [TIME] "GET /%s/%s HTTP/1.1" 200 5 "%s"' % ((field,) * 5)
    columns = Parser().parse(dated(line) + b"\n")
    assert columns.clients == [field]
    (said,) = sums({columns.texts[0]: 1})
    assert said.sections == {b"/" + field: 1}
    assert columns.long == [0]


FRONT = dated(b'1.2.3.4 - - [TIME] "')
REPEATED: Iterable[bytes] = [
    *(b"\n", b"x\n", b"\r\n", b"a b\n", b"\n" * 90 + b" ", b'"', b"\\", b'\\"', b"["),
    *(b"]", b" ", b",", b", ", b"a,", b"1", b"200 ", b'" 200 ', b"/", b"x", b"\0"),
    *(
        b"[10/Oct/2000",
        dated(b"[TIME]"),
        dated(b'[TIME] "'),
        b"[10/Oct/2000:13:55:36.1",
    ),
    *(b"newsyslog[1", b" HTTP/", FRONT + b"\n", FRONT + b"GET /\n"),
]


@pytest.mark.parametrize("unit", REPEATED, ids=lambda unit: repr(unit)[2:22])
def test_no_line_takes_more_time_than_its_length_is_worth(unit: bytes) -> None:
    """Eight times the bytes would take 64 times as long if anything were quadratic."""
    for front in (b"", FRONT):
        short, long = (front + unit * (n // len(unit)) for n in (4096, 32768))
        assert any(time_of(long) < 24 * time_of(short) + 0.05 for _ in range(3))


def time_of(block: bytes) -> float:
    """In seconds of this process alone; somebody else may have had the memory for a while."""
    start = time.process_time()
    Parser().parse(block + b"\n")
    return time.process_time() - start


def test_the_second_zero_is_a_time_also_out_of_order() -> None:
    seconds = [1, 0, 1, 0, 0, 1]
    block = b"".join(
        b'1.2.3.4 - - [01/Jan/1970:00:00:0%d +0000] "GET / HTTP/1.1" 200 5\n' % second
        for second in seconds
    )
    assert Parser().parse(block).epochs == seconds
