"""Each line of each format is read alike, however its log is cut, and in a time that is linear."""

import random
from collections.abc import Iterator
from functools import cache, partial

import pytest
from support.formatlines import (
    HEADERS,
    JSON,
    OTHERS,
    TEXTS,
    WRAPPERS,
    Request,
    line_of,
    log_of,
    some_requests,
    wrapped,
)
from support.hostile import hostile_line
from support.linear import is_linear, repeated
from support.loglines import all_lines
from support.rows import FORMS as FORMATS
from support.w3clines import SHORT, SHORT_LINE

from log import loggenerator
from monitor.formats import Columns, LineSplitter, Reader, reader_of
from monitor.formats.columns import MISSING
from monitor.formats.hits import Hit

pytestmark = pytest.mark.usefixtures("untraced")

TRAFFIC = loggenerator.make_log(lines=3000, start=1_760_000_000, rate=50).split(b"\n")
FORMS = [*TEXTS, *JSON, *WRAPPERS, *OTHERS]
ODD = (
    *(
        b"",
        b" ",
        b"-",
        b'"',
        b'""',
        b"\\",
        b'\\"',
        b"[",
        b"]",
        b"\t",
        b"\r",
        b"\0",
        b"#",
    ),
    *(b",", b":", b"{", b"}", b"\xff", b"\x1b[0m", b"|", b"0", b"-1", b"+5", b"999"),
    *(b"?", b"/", b"=", b"\\x22", b"\\u0022", b"null", b"1.2.3.4:5", b"::1", b"a, b"),
    *(b"000", b"1772368496", b"2026-03-01T12:34:56Z", b"x" * 600),
)


def new_reader() -> Reader:
    return reader_of("auto", frozenset({"host", "agent", "referrer"}))


@cache
def lines_of(form: str, number: int) -> list[bytes]:
    """Return lines of a format, with what begins its files."""
    return log_of(form, some_requests(1, number))[:-1].split(b"\n")


def changed(line: bytes, r: random.Random) -> bytes:
    """Return a line with a few changes where its words begin and end, and perhaps without its end."""
    for _ in range(r.choice([0, 1, 1, 2, 5])):
        start, stop = sorted(r.choice(places_of(line)) for _ in range(2))
        line = r.choice(
            [
                line[:start] + r.choice(ODD) + line[stop:],
                line[:start] + r.choice(ODD) + line[start:],
                line[:start] + line[start + 1 :],
                line[:stop],
            ]
        )
    return line


def places_of(line: bytes) -> list[int]:
    """Return where words of a line begin and end."""
    edges = [at for at, byte in enumerate(line) if byte in b' "[]\t|:,{}']
    return [0, len(line), *edges, *(at + 1 for at in edges), len(line) // 2]


def facts_of(columns: Columns) -> tuple[object, ...]:
    """Return what some columns say. A column without a value is as good as none."""
    names = [*MISSING, *columns.fields]
    columns_by_name = {
        name: columns.column(name) if name in MISSING else columns[name]
        for name in names
    }
    return columns.epochs, columns_by_name, columns.marks


# --- blocks and lines ---


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_line_is_read_alike_alone_and_in_a_block(form: str) -> None:
    lines = lines_of(form, 40)
    in_block, alone = new_reader(), new_reader()
    for reader in (in_block, alone):
        reader.read(b"\n".join([*lines, b""]))
    usual = lines[-1] + b"\n"
    for seed in range(10):
        r = random.Random(f"{form} {seed}")
        rows = [usual]
        for line in r.choices(lines, k=4):
            rows += [changed(line, r) + r.choice([b"\n", b"\r\n"]), usual]
        apart = sum(map(alone.read, rows), Columns())
        together = in_block.read(b"".join(rows))
        assert facts_of(together) == facts_of(apart), f"seed {seed}: {rows!r}"


# --- wrappers ---


@pytest.mark.parametrize("form", [*TEXTS, *JSON])
def test_a_line_in_wrappers_is_read_as_the_line_itself(form: str) -> None:
    """Three wrappers are undone. Quotes as they are would hide where an inner string ends."""
    names = [name for name in WRAPPERS if name != "quotes"]
    line = line_of(form, Request())
    expected = new_reader().read(line + b"\n")
    assert len(expected) == 1
    for seed in range(15):
        r = random.Random(f"{form} {seed}")
        chosen = r.choices(names, k=r.choice([1, 2, 3]))
        outer = line
        for name in chosen:
            outer = wrapped(name, outer)
        found = new_reader().read(outer + b"\n")
        assert vars(found) == vars(expected), (chosen, outer)


def test_no_special_format_takes_a_line_of_a_clf_log() -> None:
    r = random.Random(1)
    made = [*TRAFFIC, *all_lines(), *(hostile_line(r) for _ in range(1000))]
    lines = [each for line in made for each in line.split(b"\n") if each.strip()]
    taken = {
        (name, line)
        for line in lines
        for name, form in FORMATS.items()
        if isinstance(form.take(line), Hit)
    }
    assert len(lines) > 3000
    assert not taken


# --- any cut ---


def mixed_log(r: random.Random) -> bytes:
    """Return a log with lines of all formats, in turns and in runs."""
    lines: list[bytes] = []
    for form in r.sample(FORMS * 2, len(FORMS) * 2):
        lines += HEADERS.get(form, b"").splitlines()
        lines += r.sample(lines_of(form, 40), r.choice([1, 1, 2, 20]))
    return b"".join(line + b"\n" for line in lines)


def blocks_of(data: bytes, r: random.Random) -> Iterator[bytes]:
    """Yield the lines in blocks, because the bytes come in random pieces."""
    splitter = LineSplitter()
    most = r.choice([50, 1000, 20_000])
    while data:
        size = r.randrange(1, most)
        yield from splitter.feed(data[:size])
        data = data[size:]


@pytest.mark.parametrize("seed", range(3))
def test_a_log_of_all_formats_is_read_alike_however_it_is_cut(seed: int) -> None:
    r = random.Random(seed)
    data = mixed_log(r)
    whole = new_reader().read(data)
    assert new_reader().read_all(blocks_of(data, r)) == whole, f"seed {seed}"
    assert len(whole) > 0


PART = b'{"log":"1.2.3.4 - - ","stream":"stdout","time":"2026-03-01T12:34:56Z"}\n'


def test_the_state_of_a_reader_is_what_its_source_carries() -> None:
    r = random.Random(1)
    directives = f"{SHORT}\n{SHORT_LINE}\n".encode()
    data = PART.join([directives, mixed_log(r)])
    whole = new_reader().read(data)
    parts = Columns()
    reader = new_reader()
    for line in data[:-1].split(b"\n"):
        parts += reader.read(line + b"\n")
        snapshot = reader.carried.snapshot()
        reader = new_reader()
        reader.carried.restore(snapshot)
    assert parts == whole


def test_the_part_of_a_line_goes_on_in_a_block_of_wrapped_lines() -> None:
    usual = wrapped("docker json-file", line_of("combined", Request())) + b"\n"
    in_block, alone = new_reader(), new_reader()
    for reader in (in_block, alone):
        reader.read(usual * 20 + PART)
    due = alone.read(usual) + alone.read(usual)
    assert in_block.read(usual * 2) == due
    assert due["client"][0] != due["client"][1]


# --- time ---

REPEATED = (
    *(b'"', b"\\", b'\\"', b'""', b'" "', b"[", b"]", b" ", b"\t", b"|", b":", b","),
    *(
        b", ",
        b"x",
        b"1",
        b"1.2.3.4, ",
        b"/",
        b"{",
        b'{"a":',
        b'["',
        b"\x1b[0m",
        b"200 ",
    ),
    *(
        b"a=b ",
        b'" ',
        b"1/",
        b"- ",
        b"a:",
        b"a:\t",
        b"} ",
        b'" 200 - ',
        b"1:1 ",
        b"=> ",
    ),
    *(b'" 0/0/0/0/0 ', b"-1 ", b"::"),
)


@pytest.mark.parametrize("form", FORMS)
def test_no_line_takes_more_time_than_its_length_is_worth(form: str) -> None:
    """A block is parsed by the shape of its usual lines, and the long line then by itself."""
    r = random.Random(form)
    usual = lines_of(form, 1)[-1]
    reader = new_reader()
    reader.read(HEADERS.get(form, b"") + (usual + b"\n") * 20)

    def read(line: bytes) -> None:
        reader.read(b"\n".join([usual, line, usual, usual, b""]))

    for unit in REPEATED:
        for place in (r.choice(places_of(usual)), len(usual)):
            text = partial(repeated, unit, front=usual[:place], back=usual[place:])
            assert is_linear(read, text), (unit, usual[:place])
