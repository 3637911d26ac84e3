"""The tolerant reading: each line has one reading, or a reason why it has none."""

import random

import pytest
from support.loglines import (
    BARE_CLIENTS,
    CLIENTS,
    FRONT,
    NO_HITS,
    NO_STATUS,
    PLAIN,
    REQUESTS,
    TAILS,
    TIME,
    VHOSTS,
    dated,
    hostile_line,
)

from monitor.formats import IGNORED, LONGEST_NAME
from monitor.formats.timestamps import TimeCache
from monitor.formats.tolerant import Row, read_line

USUAL = b'[TIME] "GET / HTTP/1.1" 200 5'


def read(line: bytes, vhost: bool | None = None) -> Row | str:
    return read_line(dated(line), TimeCache(), vhost)


@pytest.mark.parametrize(
    ("logged", "head", "rest", "answer"), REQUESTS.values(), ids=REQUESTS
)
def test_a_request_and_its_answer_are_read(
    logged: bytes, head: bytes, rest: bytes, answer: bytes
) -> None:
    row = (b"1.2.3.4", TIME, head, rest, *answer.split(b" "))
    assert read(FRONT + logged) == row
    assert read(FRONT + logged, vhost=False) == row
    assert read(b"example.com:443 " + FRONT + logged, vhost=True) == row


@pytest.mark.parametrize(
    ("front", "client"),
    [*CLIENTS.values(), *BARE_CLIENTS.values()],
    ids=[*CLIENTS, *BARE_CLIENTS],
)
def test_the_client_is_found_before_the_time(front: bytes, client: bytes) -> None:
    row = (client, TIME, b"GET /", b"", b"200", b"5")
    assert read(front + USUAL) == row
    assert read(front + USUAL, vhost=False) == row


@pytest.mark.parametrize(("front", "client"), CLIENTS.values(), ids=CLIENTS)
def test_the_client_is_found_behind_a_virtual_host(front: bytes, client: bytes) -> None:
    row = (client, TIME, b"GET /", b"", b"200", b"5")
    assert read(b"example.com:443 " + front + USUAL, vhost=True) == row


@pytest.mark.parametrize(("front", "client"), VHOSTS.values(), ids=VHOSTS)
def test_a_virtual_host_in_front_is_noticed(front: bytes, client: bytes) -> None:
    row = (client, TIME, b"GET /", b"", b"200", b"5")
    assert read(front + USUAL) == read(front + USUAL, vhost=True) == row


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_what_follows_the_size_changes_nothing(tail: bytes) -> None:
    assert read(PLAIN + tail) == read(PLAIN)


def test_several_spaces_between_fields_are_as_good_as_one() -> None:
    spaced = b'1.2.3.4  -  -  [TIME]  "GET /a/b HTTP/1.1"  200  5'
    assert read(spaced) == read(PLAIN)


@pytest.mark.parametrize(("line", "reason"), NO_HITS.values(), ids=NO_HITS)
def test_a_line_without_a_hit_has_a_reason(line: bytes, reason: str) -> None:
    assert {read(line, vhost) for vhost in (None, False, True)} == {reason}


@pytest.mark.parametrize(
    ("line", "client"),
    [
        pytest.param(b"9.9.9.9 [TIME] " + b'"x ' + USUAL, b"9.9.9.9", id="identity"),
        pytest.param(b'[TIME] "x y ' + USUAL, b"-", id="client"),
    ],
)
def test_the_first_time_before_a_quote_is_the_time(line: bytes, client: bytes) -> None:
    early = b"09/Oct/2000:13:55:36"
    row = read(line.replace(b"TIME", early, 1))
    assert row[:2] == (client, early)


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


def test_a_space_in_front_of_a_line_changes_nothing() -> None:
    for seed in range(800):
        line = hostile_line(random.Random(seed)).replace(b"\n", b"")
        for vhost in (None, False, True):
            row = read_line(line, TimeCache(), vhost)
            if row != IGNORED:
                odd = read_line(b" " + line, TimeCache(), vhost)
                assert odd == row, f"seed {seed}: {line!r}"


def test_most_hostile_lines_are_still_hits() -> None:
    r = random.Random(1)
    lines = [hostile_line(r) for _ in range(1000)]
    assert sum(isinstance(read(line), tuple) for line in lines) > 500


def test_a_cut_line_is_the_same_hit_or_has_no_status() -> None:
    whole = dated(PLAIN + b' "http://x/" "Mozilla/5.0"')
    row = read(whole)
    for stop in range(len(dated(PLAIN)), len(whole)):
        assert read(whole[:stop]) == row
    for stop in range(len(dated(FRONT)), whole.index(b" 200") + 4):
        assert read(whole[:stop]) == NO_STATUS
