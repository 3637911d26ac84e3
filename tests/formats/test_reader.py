"""The law of reading: a block is read as its lines are read one by one."""

import random
from collections.abc import Sequence
from itertools import product

import pytest
from support.hostile import hostile_line
from support.loglines import (
    EPOCH,
    FRONT,
    NO_TIME,
    PLAIN,
    TIME,
    all_lines,
    dated,
)
from support.readings import readings_of

from monitor.formats import Columns, LineSplitter, Overlong, Reader, reader_of
from monitor.formats.columns import FIELDS, IGNORED, Mark
from monitor.formats.detect import parser_of
from monitor.formats.lines import SAMPLE
from monitor.formats.patterns import strict_pattern
from monitor.formats.requests import MALFORMED_HEAD
from monitor.formats.strings import layout_of
from monitor.formats.tolerant import read_line
from monitor.logformats import FORMATS, Format

NAMES = ("auto", *FORMATS)
FRONTS = {"combined": b"", "vhost_combined": b"www.example.com:443 ", "common": b""}
TAILS = {"combined": b' "-" "x"', "vhost_combined": b' "-" "x"', "common": b""}


def line_by_line(block: bytes, name: str) -> Columns:
    """Read a block line by line, and by the tolerant reading alone if the format is named."""
    parser, columns = parser_of("auto", frozenset()), Columns()
    for line in block[:-1].split(b"\n"):
        hit = parser.parse(line).taken
        if name != "auto" and hit != IGNORED:
            hit = read_line(line.removesuffix(b"\r"), name == "vhost_combined")
        if isinstance(hit, str):
            columns.marks.append(Mark(len(columns), hit, line[:SAMPLE]))
            continue
        columns.epochs.append(hit.epoch)
        for field in FIELDS:
            columns[field].append(getattr(hit, field))
        if hit.head == MALFORMED_HEAD:
            columns.marks.append(Mark.malformed(len(columns), line[:SAMPLE]))
    return columns


def usual(name: str, request: bytes = b"GET /a/b HTTP/1.1") -> bytes:
    """Return a regular line of a format."""
    line = PLAIN.replace(b"GET /a/b HTTP/1.1", request).replace(b"- -", b"- frank")
    return dated(FRONTS[name] + line + TAILS[name])


# --- the law ---


REGULAR: dict[str, list[bytes]] = {
    "one": [PLAIN],
    "virtual host": [b"h " + PLAIN],
    "blank": [b""],
    "mixed": [PLAIN, b"", b"x", b"h " + PLAIN],
}


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("regular", REGULAR.values(), ids=REGULAR)
def test_a_line_is_read_alike_among_others(regular: list[bytes], name: str) -> None:
    around = dated(b"".join(each + b"\n" for each in regular))
    reader = reader_of(name)
    reader.read(around * 16)
    lines = all_lines()
    for start in range(0, len(lines), 4):
        rows = [line + b"\n" for line in lines[start : start + 4]]
        block = around + b"".join(row + around for row in rows)
        expected = line_by_line(block, name)
        assert reader.read(block) == expected, rows
        assert reader_of(name).read(block) == expected, f"{rows!r}, by a new reader"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", NAMES)
def test_hostile_lines_are_read_alike_alone_and_in_a_block(name: str) -> None:
    old = reader_of(name)
    for seed in range(30):
        r = random.Random(seed)
        form = r.choice(tuple(FORMATS))
        number = r.choice((1, 1, 2, 5, 20))
        lines = [hostile_line(r, FRONTS[form], TAILS[form]) for _ in range(number)]
        lines += [r.choice(lines)] * r.choice((0, 0, 30))
        block = b"\n".join(lines) + b"\n"
        expected = line_by_line(block, name)
        for reader in (old, reader_of(name)):
            assert reader.read(block) == expected, f"seed {seed}: {block!r}"


BYTES = [bytes([byte]) for byte in b'\n\r\t\0 "\\/?[]-,#:aZ09\x80\xff'] + [b""]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", FORMATS)
def test_changed_bytes_are_read_alike_alone_and_in_a_block(name: str) -> None:
    """The pattern of the format takes all lines but the changed lines."""
    r = random.Random(name)
    reader, line = reader_of(name), usual(name)
    for _ in range(10):
        lines = [line] * 20
        for place in range(1, 20, 2):
            for _ in range(r.choice((1, 1, 2))):
                at, old = r.randrange(len(lines[place]) - 1), lines[place]
                width = r.choice((0, 1, 1, 2))
                lines[place] = old[:at] + r.choice(BYTES) + old[at + width :]
        block = b"\n".join(lines) + b"\n"
        for each in (name, "auto"):
            found = (reader if each == name else reader_of(each)).read(block)
            assert found == line_by_line(block, each), block


PIECES: Sequence[bytes] = [
    *(b"GET", b"PUT", b" ", b" ", b"/", b"/a", b"?", b'"', b"\\", b"\\x20", b"\\x2f"),
    *(
        b"\\x3f",
        b"\\x41",
        b"HTTP/1.1",
        b" HTTP/1.1",
        b"*",
        b"http://h",
        b"\xff",
        b"200",
    ),
]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", FORMATS)
def test_odd_requests_are_read_alike_alone_and_in_a_block(name: str) -> None:
    for seed in range(10):
        r = random.Random(seed)
        requests = [
            r.choice((b"", b"GET /", b"GET /a/b", b"GET /a/b?c"))
            + b"".join(r.choices(PIECES, k=r.randint(0, 6)))
            + r.choice((b"", b" HTTP/1.1", b" HTTP/1.1"))
            for _ in range(40)
        ]
        block = b"".join(usual(name, request) + b"\n" for request in requests)
        for each in (name, "auto"):
            assert reader_of(each).read(block) == line_by_line(block, each), block


# --- ends of lines and of blocks ---


RUNS_ON = {
    # Fields that run over the end of a line when nobody looks.
    "in the client": b'1.2\n.3.4 - - [TIME] "GET / HTTP/1.1" 200 5\n',
    "in the identity": b'1.2.3.4 i\nd - [TIME] "GET / HTTP/1.1" 200 5\n',
    "in the user": b'1.2.3.4 - us\ner [TIME] "GET / HTTP/1.1" 200 5\n',
    "in the time": PLAIN.replace(b"TIME", TIME[:12] + b"\n" + TIME[13:]) + b"\n",
    "in the method": FRONT + b'"GE\nT /a HTTP/1.1" 200 5\n',
    "in the section": FRONT + b'"GET /a\nb HTTP/1.1" 200 5\n',
    "in the rest": FRONT + b'"GET /a/\nb HTTP/1.1" 200 5\n',
    "in the query": FRONT + b'"GET /a?\nb HTTP/1.1" 200 5\n',
    "in the version": FRONT + b'"GET /a HTTP/\n1" 200 5\n',
    "after the status": FRONT + b'"GET /a HTTP/1.1" 200\n5\n',
    "in the virtual host": b"h\nh " + PLAIN + b"\n",
    "after a blank line": b"\n" + PLAIN + b"\n",
    "after a carriage return": b"\r\nh " + PLAIN + b"\n",
}


@pytest.mark.parametrize("tail", [b"", b' "-" "x"'], ids=["common", "combined"])
@pytest.mark.parametrize("block", RUNS_ON.values(), ids=RUNS_ON)
def test_no_field_runs_over_the_end_of_a_line(block: bytes, tail: bytes) -> None:
    block = dated(block[:-1] + tail + b"\n")
    for name, copies in product(NAMES, (1, 3)):
        expected = line_by_line(block * copies, name)
        assert reader_of(name).read(block * copies) == expected, name


@pytest.mark.usefixtures("untraced")
def test_the_columns_of_blocks_add_up_to_the_columns_of_the_log() -> None:
    for seed in range(20):
        r = random.Random(seed)
        data = b"".join(hostile_line(r) + b"\n" for _ in range(30)) + b"x\n"
        splitter, cuts = LineSplitter(), sorted(r.choices(range(len(data)), k=4))
        bounds = zip([0, *cuts], [*cuts, len(data)], strict=True)
        blocks = [
            block for start, stop in bounds for block in splitter.feed(data[start:stop])
        ]
        expected = line_by_line(data.replace(b"\n\0", b"\n"), "auto")
        assert reader_of("auto").read_all(blocks) == expected, f"seed {seed}"


def test_reading_no_block_returns_no_columns() -> None:
    assert reader_of("auto").read_all([]).is_empty


def test_an_overlong_line_is_unparsed_with_its_beginning() -> None:
    columns = Reader().read(Overlong(b"# long"))
    assert columns == Columns(marks=[Mark(0, "longer than 1 MiB", b"# long")])


def test_the_sample_of_a_line_is_its_beginning() -> None:
    line = b"x" * (2 * SAMPLE)
    assert Reader().read(line + b"\n").marks == [Mark(0, NO_TIME, line[:SAMPLE])]


def test_a_mark_counts_the_hits_before_it() -> None:
    lines = [b"", PLAIN, b"x", b"#", PLAIN, PLAIN.replace(b"/a/b", b'/a"b'), b"y"]
    columns = Reader().read(dated(b"\n".join(lines)) + b"\n")
    marks = [(mark.hits_before, mark.sample) for mark in columns.marks]
    assert marks == [(0, b""), (1, b"x"), (1, b"#"), (3, b"y")]


# --- names ---


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "part",
    [
        pytest.param((b"1.2.3.4", b"c%b"), id="client"),
        pytest.param((b"GET", b"M%b"), id="method"),
        pytest.param((b"/a/b", b"/s%b/r"), id="section"),
        pytest.param((b"/a/b", b"/a/r%b"), id="rest"),
        pytest.param((b"/a/b", b"/a/r%b?q"), id="rest before a query"),
    ],
)
def test_a_long_name_is_cut_by_the_pattern_as_by_the_tolerant_reading(
    part: tuple[bytes, bytes], name: str
) -> None:
    old, new = part
    for length in (30, 31, 32, 97, 98, 99, 399, 400, *range(508, 516), 5000):
        filler = (b"M" if old == b"GET" else b"x") * length
        line = usual(name).replace(old, new % filler, 1)
        block = (line + b"\n") * 3
        columns = reader_of(name).read(block)
        assert columns == line_by_line(block, name), length
        names = (columns["client"], columns["rest"])
        assert max(len(each) for column in names for each in column) <= 512


# --- formats ---


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_the_pattern_of_a_format_takes_its_regular_lines(form: Format) -> None:
    block = (
        b"\n" + usual(form.name) + b"\n" + usual(form.name).replace(b" 200 ", b" 404 ")
    )
    parts = strict_pattern(layout_of(form.strings[0])).regex.split(block)
    rows = [parts[1:8], parts[9:16]]
    assert rows == [
        [b"1.2.3.4", TIME, b"GET /a", b"/b", status, b"5", None]
        for status in (b"200", b"404")
    ]


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_the_pattern_of_a_format_takes_an_odd_line_whole(form: Format) -> None:
    for line in (b"", b"#", b"x y"):
        parts = strict_pattern(layout_of(form.strings[0])).regex.split(
            b"\n" + line + b"\n" + line
        )
        assert parts == [b"", *[None] * 6, line] * 2 + [b""]


def test_a_reader_learns_the_format_and_goes_on_when_it_changes() -> None:
    reader = reader_of("auto")
    for front in (b"", b"host:80 ", b"", b"host:80 "):
        block = dated((front + PLAIN + b"\n") * 3)
        for _ in range(3):
            columns = reader.read(block)
            assert columns["client"] == [b"1.2.3.4"] * 3
            assert columns["head"] == [b"GET /a"] * 3


@pytest.mark.parametrize("name", FORMATS)
def test_after_a_block_regular_lines_are_read_by_the_pattern(name: str) -> None:
    block, reader = (usual(name) + b"\n") * 50, reader_of("auto")
    reader.read(block)
    assert readings_of(reader, block) == 0


@pytest.mark.parametrize("line", [b"#x\n", b"# Fields\n#y\n"], ids=repr)
def test_directives_do_not_change_the_pattern_of_other_lines(line: bytes) -> None:
    block, reader = (usual("combined") + b"\n") * 50, reader_of("auto")
    reader.read(block)
    assert readings_of(reader, line + block) == line.count(b"\n")


@pytest.mark.parametrize(
    "front",
    [
        pytest.param(b"2001:db8::7:8080 - -", id="IPv6"),
        pytest.param(b"h.example - jane.doe@a.example", id="host name and mail"),
        pytest.param(b"unix: - -", id="unix socket"),
        pytest.param(b"1.2.3.4:5678 - -", id="IPv4 and port"),
        pytest.param(b"h.example:5678 - -", id="host name and port"),
    ],
)
@pytest.mark.parametrize("name", FORMATS)
def test_a_block_with_colons_in_clients_is_read_by_the_pattern(
    name: str, front: bytes
) -> None:
    line, reader = usual(name).replace(b"1.2.3.4 - frank", front), reader_of(name)
    reader.read(line + b"\n")
    assert readings_of(reader, (line + b"\n") * 50) == 0


def test_a_block_without_a_hit_is_read_once() -> None:
    assert readings_of(reader_of("auto"), b"no comment\n" * 50) == 50


def test_after_a_change_of_format_the_lines_are_read_by_the_new_pattern() -> None:
    old, new = ((usual(name) + b"\n") * 50 for name in ("combined", "vhost_combined"))
    reader = reader_of("auto")
    reader.read(old)
    assert readings_of(reader, new) == 50
    assert readings_of(reader, new) == 0


def test_the_reason_against_a_line_in_an_envelope_is_of_the_inner_line() -> None:
    block = b'{"log":"2026/11/23 22:48:03 [error] x\\n","stream":"stderr","time":"x"}\n'
    assert [mark.reason for mark in reader_of("auto").read(block).marks] == [NO_TIME]


def test_a_format_that_was_chosen_says_where_the_client_stands() -> None:
    block = dated(b'a b - frank [TIME] "GET / HTTP/1.1" 200 5\n') * 2
    clients = {name: set(reader_of(name).read(block)["client"]) for name in NAMES}
    assert clients == {
        "auto": {b"b"},
        "vhost_combined": {b"b"},
        "combined": {b"a"},
        "common": {b"a"},
    }


# --- times ---


@pytest.mark.parametrize(
    ("text", "epoch"),
    [
        pytest.param(b"10/Oct/2000:13:55:36 -0700", EPOCH, id="usual"),
        pytest.param(b"10/Oct/2000:20:55:36", EPOCH, id="no offset"),
        pytest.param(b"10/Oct/2000:20:55:36.12345", EPOCH, id="26 bytes"),
        pytest.param(b"10/Oct/2000:13:55:36.123 -0700", EPOCH, id="fraction"),
        pytest.param(b"1/oct/2000:13:55:36 -0700", EPOCH - 9 * 86400, id="short day"),
        pytest.param(b"31/Dec/2016:23:59:60 +0000", 1483228800, id="leap second"),
    ],
)
def test_a_hit_has_the_time_of_its_line(text: bytes, epoch: int) -> None:
    line = PLAIN.replace(b"TIME", text)
    assert Reader().read((line + b"\n") * 3).epochs == [epoch] * 3


def test_the_second_zero_is_a_time_also_out_of_order() -> None:
    seconds = [1, 0, 1, 0, 0, 1]
    line = PLAIN.replace(b"TIME", b"01/Jan/1970:00:00:0%d +0000") + b"\n"
    assert Reader().read(b"".join(line % each for each in seconds)).epochs == seconds
