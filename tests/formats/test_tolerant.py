"""The tolerant reading: each line has one reading, or a reason why it has none."""

import random
from functools import cache
from itertools import product

import pytest
from support.hostile import hostile_line
from support.loglines import (
    BARE_CLIENTS,
    CLIENTS,
    EPOCH,
    FRONT,
    NO_HITS,
    NO_STATUS,
    NO_TIME,
    PLAIN,
    PREFIXES,
    REQUESTS,
    TAILS,
    VHOSTS,
    all_lines,
    dated,
)

from monitor.formats import LONGEST_NAME
from monitor.formats.columns import IGNORED
from monitor.formats.detect import parser_of
from monitor.formats.hits import Hit
from monitor.formats.tolerant import extras_of, read_line, read_plain
from monitor.formats.wrappers import unwrapped

USUAL = b'[TIME] "GET / HTTP/1.1" 200 5'


Row = tuple[object, ...]
"""The client, epoch, head, rest, status and size of a hit."""


def read(line: bytes, vhost: bool | None = None) -> Row | str:
    return row_of(read_line(dated(line), vhost))


def row_of(hit: Hit | str) -> Row | str:
    if isinstance(hit, str):
        return hit
    return hit.client, hit.epoch, hit.head, hit.rest, hit.status, hit.size


@pytest.mark.parametrize(
    ("logged", "head", "rest", "answer"), REQUESTS.values(), ids=REQUESTS
)
def test_a_request_and_its_answer_are_read(
    logged: bytes, head: bytes, rest: bytes, answer: bytes
) -> None:
    status, size = answer.split(b" ")
    number = 0 if size == b"-" else int(size)
    row = (b"1.2.3.4", EPOCH, head, rest, status, number)
    assert read(FRONT + logged) == row
    assert read(FRONT + logged, vhost=False) == row
    assert read(b"example.com:443 " + FRONT + logged, vhost=True) == row


@pytest.mark.parametrize(
    ("front", "client"),
    [*CLIENTS.values(), *BARE_CLIENTS.values()],
    ids=[*CLIENTS, *BARE_CLIENTS],
)
def test_the_client_is_found_before_the_time(front: bytes, client: bytes) -> None:
    row = (client, EPOCH, b"GET /", b"", b"200", 5)
    assert read(front + USUAL) == row
    assert read(front + USUAL, vhost=False) == row


@pytest.mark.parametrize(("front", "client"), CLIENTS.values(), ids=CLIENTS)
def test_the_client_is_found_behind_a_virtual_host(front: bytes, client: bytes) -> None:
    row = (client, EPOCH, b"GET /", b"", b"200", 5)
    assert read(b"example.com:443 " + front + USUAL, vhost=True) == row


@pytest.mark.parametrize(("front", "client"), VHOSTS.values(), ids=VHOSTS)
def test_a_virtual_host_in_front_is_noticed(front: bytes, client: bytes) -> None:
    row = (client, EPOCH, b"GET /", b"", b"200", 5)
    assert read(front + USUAL) == read(front + USUAL, vhost=True) == row


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
def test_a_known_prefix_changes_nothing(prefix: bytes) -> None:
    fronts = [*CLIENTS.values(), *BARE_CLIENTS.values(), *VHOSTS.values()]
    for (front, _), vhost in product(fronts, (None, False, True)):
        assert read(prefix + front + USUAL, vhost) == bare(front, vhost), front


@cache
def bare(front: bytes, vhost: bool | None) -> object:
    """Return how a line is read without a prefix."""
    return read(front + USUAL, vhost)


@pytest.mark.parametrize(
    ("line", "client"),
    [
        pytest.param(b"[TIME] 1.2.3.4 - exec-19 u WORDS", b"1.2.3.4", id="behind"),
        pytest.param(b"[TIME] WORDS 1.2.3.4:80 ::7", b"::7", id="behind the request"),
        pytest.param(b'[TIME] WORDS "1.1.1.1, ::7" 2', b"1.1.1.1, ::7", id="a list"),
        pytest.param(b"web-1  | [TIME] 1.2.3.4 WORDS", b"1.2.3.4", id="a prefix"),
        pytest.param(b"9f bucket [TIME] 1.2.3.4 x WORDS", b"1.2.3.4", id="two words"),
        pytest.param(b"h - x [TIME] 1.2.3.4 WORDS", b"h", id="three words before"),
        pytest.param(b"h [TIME] WORDS 1.2.3.4", b"h", id="a word before"),
        pytest.param(b"::7 - x [TIME] 1.2.3.4 WORDS", b"::7", id="an address before"),
        pytest.param(b'[TIME] "GET 1.1.1.1 x" 400 0', b"-", id="in the request"),
        pytest.param(b'[TIME] WORDS "agent/1.2.3.4"', b"-", id="part of a word"),
    ],
)
def test_a_client_may_stand_behind_the_time(line: bytes, client: bytes) -> None:
    row = read(line.replace(b"WORDS", b'"GET / HTTP/1.1" 200 5'))
    assert row[0] == client


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_what_follows_the_size_changes_nothing(tail: bytes) -> None:
    assert read(PLAIN + tail) == read(PLAIN)


def test_several_spaces_between_fields_are_as_good_as_one() -> None:
    spaced = b'1.2.3.4  -  -  [TIME]  "GET /a/b HTTP/1.1"  200  5'
    assert read(spaced) == read(PLAIN)


@pytest.mark.parametrize(("line", "reason"), NO_HITS.values(), ids=NO_HITS)
def test_a_line_without_a_hit_has_a_reason(line: bytes, reason: str) -> None:
    for form in ("auto", "common", "vhost_combined"):
        assert parser_of(form, frozenset()).parse(dated(line)).taken == reason


@pytest.mark.parametrize(
    ("line", "client"),
    [
        pytest.param(b"9.9.9.9 [TIME] " + b'"x ' + USUAL, b"9.9.9.9", id="identity"),
        pytest.param(b'[TIME] "x y ' + USUAL, b"-", id="client"),
        pytest.param(b"::7 [TIME] x " + USUAL[7:] + b' "[TIME] "', b"::7", id="agent"),
    ],
)
def test_the_first_time_before_a_quote_is_the_time(line: bytes, client: bytes) -> None:
    early = b"09/Oct/2000:20:55:36"
    row = read(line.replace(b"TIME", early, 1))
    assert row[:2] == (client, EPOCH - 86400)


@pytest.mark.parametrize("length", [511, 512, 513, 200_000])
@pytest.mark.parametrize(
    ("line", "column"),
    [
        pytest.param(b'NAME - - [TIME] "GET / HTTP/1.1" 200 5', 0, id="client"),
        pytest.param(FRONT + b'"GET /a/NAME HTTP/1.1" 200 5', 3, id="rest"),
    ],
)
def test_a_long_name_is_cut(line: bytes, column: int, length: int) -> None:
    row = read(line.replace(b"NAME", b"x" * length))
    expected = (b"/" * (column == 3) + b"x" * length)[:LONGEST_NAME]
    assert row[column] == expected


@pytest.mark.parametrize("length", [511, 512, 513, 200_000])
def test_a_long_method_and_a_long_section_are_cut(length: int) -> None:
    name = b"M" * length
    row = read(FRONT + b'"%b /%b/%b HTTP/1.1" 200 5' % (name, name, name))
    cut = name[:LONGEST_NAME] + b" " + (b"/" + name)[:LONGEST_NAME]
    assert row[2:4] == (cut, (b"/" + name)[:LONGEST_NAME])


@pytest.mark.usefixtures("untraced")
def test_a_space_in_front_of_a_line_changes_nothing() -> None:
    for seed in range(200):
        line = hostile_line(random.Random(seed)).replace(b"\n", b"")
        for vhost in (None, False, True):
            row = row_of(read_line(line, vhost))
            if row != IGNORED:
                odd = row_of(read_line(b" " + line, vhost))
                assert odd == row, f"seed {seed}: {line!r}"


@pytest.mark.usefixtures("untraced")
def test_the_fast_path_parses_a_line_as_all_formats_do() -> None:
    parser, number = parser_of("auto", frozenset({"host", "agent"})), 0
    lines = [hostile_line(random.Random(seed)) for seed in range(2000)]
    for line in (*all_lines(), *lines):
        hit = read_plain(line, extras_of)
        if hit:
            number += 1
            assert read_line(line) == hit, line
            assert unwrapped(line) is None, line
            found = parser.parse(b" " + line)  # the fast path does not take it
            assert (found.taken, found.wrappers) == (hit, 0), line
    assert number > 500


LONG_WAY = {
    "LTSV": b'::1 - - [TIME] "GET / HTTP/1.1" 200 5 "-" "\ttime:[TIME]\tstatus:404"',
    "colours": b'1.2.3.4 - - [TIME] "\x1b[32mGET / HTTP/1.1\x1b[0m" 200 5',
    "a quote in the user": b'1.2.3.4 - a"b [TIME] "GET / HTTP/1.1" 200 5',
}


@pytest.mark.parametrize("line", LONG_WAY.values(), ids=LONG_WAY)
def test_a_line_that_another_format_may_take_goes_the_long_way(line: bytes) -> None:
    assert read_plain(dated(line), extras_of) is None


def test_the_directives_of_a_source_count_before_the_fast_path() -> None:
    parser = parser_of("auto", frozenset())
    parser.parse(b"#Fields: c-ip a b c d e sc-status ts")
    hit = parser.parse(dated(PLAIN)).taken
    assert isinstance(hit, Hit) and hit.epoch == 5


def test_most_hostile_lines_are_still_hits() -> None:
    r = random.Random(1)
    lines = [hostile_line(r) for _ in range(1000)]
    assert sum(isinstance(read(line), tuple) for line in lines) > 500


@pytest.mark.parametrize(
    ("line", "status"),
    [
        pytest.param(PLAIN + b' "http://x/" "Mozilla/5.0"', b" 200", id="combined"),
        pytest.param(FRONT + b'XI "h" "GET /a" 200 5 "-"', b" 200", id="fields before"),
        pytest.param(FRONT + b'"GET /a" -1 0 "" "" 7', b" -", id="no answer"),
        pytest.param(FRONT + b'"GET /a" "" 0 "-"', b' ""', id="an empty status"),
    ],
)
def test_a_cut_line_is_the_same_hit_or_has_no_status(
    line: bytes, status: bytes
) -> None:
    line = dated(line)
    end = line.index(status, len(dated(FRONT))) + len(status)
    for stop in range(len(dated(FRONT)), end):
        assert read(line[:stop]) == NO_STATUS, line[:stop]
    for stop in range(end, len(line)):
        assert read(line[:stop])[:5] == read(line)[:5], line[:stop]


TIMES = {
    "ISO": b"2000-10-10T20:55:36Z",
    "ISO with a fraction and a zone": b"2000-10-10T13:55:36.147-07:00",
    "ISO in brackets": b"[2000-10-10 20:55:36]",
    "seconds since 1970": b"0971211336",
    "seconds with a fraction, in brackets": b"[0971211336.123]",
    "a space in CLF": b"[10/Oct/2000 20:55:36]",
}


@pytest.mark.parametrize("time", TIMES.values(), ids=TIMES)
def test_a_time_of_another_kind_stands_before_a_quote(time: bytes) -> None:
    row = read(PLAIN.replace(b"[TIME]", time))
    assert row == (b"1.2.3.4", EPOCH, b"GET /a", b"/b", b"200", 5)


@pytest.mark.parametrize("time", [b"2000-10-10T20:55:36Z", b"0971211336"])
def test_a_time_of_another_kind_elsewhere_is_none(time: bytes) -> None:
    assert read(b"1.2.3.4 job %b GET 200 5" % time) == NO_TIME
    assert read(b'1.2.3.4 - "GET / HTTP/1.1" 200 5 %b "-"' % time) == NO_TIME


@pytest.mark.parametrize(
    ("answer", "status", "size"),
    [
        pytest.param(b'"200" "512"', b"200", 512, id="both in quotes"),
        pytest.param(b'"200" 512', b"200", 512, id="the status in quotes"),
        pytest.param(b'200 "512"', b"200", 512, id="the size in quotes"),
        pytest.param(b'200 "512" "9"', b"200", 512, id="a number as the referrer"),
        pytest.param(b'200 "5 12" "9"', b"200", 0, id="two numbers in quotes"),
        pytest.param(b'"-" "-" "x"', b"-", 0, id="no answer"),
    ],
)
def test_a_status_and_a_size_may_stand_in_quotes(
    answer: bytes, status: bytes, size: int
) -> None:
    row = read(FRONT + b'"GET /a HTTP/1.1" ' + answer)
    assert row == (b"1.2.3.4", EPOCH, b"GET /a", b"", status, size)


HEADERS = rb' "https://a.test/" "agent \"1\""'
REQUEST_TIMES = {
    "nginx": (b" 0.045", 0.045),
    "in quotes": (b' "0.045"', 0.045),
    "behind a list of clients": (b' "-" 0.045', 0.045),
    "named": (b' rt=0.045 uct="-" urt="0.001"', 0.045),
    "named, and no number at the end": (b' rt=0.045 uct="-"', 0.045),
    "ingress-nginx": (
        b" 310 0.045 [default-web-80] [] 10.1.2.3:80 612 0.04 200 5f",
        0.045,
    ),
    "Traefik": (b' 77 "web@docker" "http://10.0.0.2:80" 12ms', 0.012),
    "Apache's example": (b" **0/45123**", 0.045123),
    "a whole number has no unit": (b" 45123", None),
    "two numbers": (b" 310 5120", None),
    "two decimals": (b" 0.04", None),
    "a version in quotes": (b' "app/1.234"', None),
    "none": (b"", None),
}


@pytest.mark.parametrize(("tail", "seconds"), REQUEST_TIMES.values(), ids=REQUEST_TIMES)
def test_a_request_time_is_found_where_its_shape_is_sure(
    tail: bytes, seconds: float | None
) -> None:
    hit = read_line(dated(PLAIN + HEADERS + tail))
    assert isinstance(hit, Hit)
    assert hit[6:] == (seconds, b"-", b'agent "1"', b"https://a.test/")
