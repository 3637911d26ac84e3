"""Whole blocks of a W3C Extended log are parsed as its single lines are."""

import random

import pytest
from support.w3clines import CLOUDFRONT_LINE, IIS, IIS_LINE, SHORT, SHORT_LINE

from monitor.formats import reader_of
from monitor.formats.header import Header
from monitor.formats.hits import Hit, Table
from monitor.formats.w3c import W3c

WANTED = ("host", "agent", "referrer")
STYLES = {
    "IIS": (IIS, IIS_LINE),
    "IIS without a header": ("", IIS_LINE),
    "IIS behind a balancer": (
        f"{IIS} X-Forwarded-For",
        f"{IIS_LINE.replace('198.51.100.7', '10.1.2.3')} 198.51.100.9",
    ),
    "IIS with a forwarded address": (f"{IIS} X-Forwarded-For", f"{IIS_LINE} -"),
    "IIS Advanced": (
        (
            "#Fields:  date-local time-local cs-uri-stem c-ip cs(User-Agent) cs(Host) sc-status "
            "sc-bytes TimeTakenMS"
        ),
        '2026-03-01 12:34:56.363 /a/b "70.95.0.0" "Mozilla/5.0 (x; y)" "a.test:80" 200 10 109',
    ),
    "an offset": (f"#GMT-Offset: +0200\n{SHORT}", SHORT_LINE),
    "CloudFront without a header": ("", CLOUDFRONT_LINE),
    "Incapsula": (
        "#Fields: date time c-ip cs-method cs-uri sc-status cs(User-Agent) cs(Referrer)",
        '"2026-03-01" "12:34:56" "1.2.3.4" "GET" "a.test:443/a/b" "200" "agent 1" ""',
    ),
    "absolute URLs and tabs": (
        "#Fields: c-ip\tdate\ttime\tcs-method\tcs-uri\tsc-status\tsc-bytes\tc-agent",
        "198.51.100.7\t2026-03-01\t12:34:56\tGET\thttp://shop.test/a/b?c\t200\t77\tagent 1",
    ),
    "Zeek": (
        "#fields\tts\tid.orig_h\tmethod\thost\turi\tuser_agent\tresponse_body_len\tstatus_code",
        "1772368496.789012\t198.51.100.7\tGET\tshop.test\t/a/b\tagent 1\t12\t200",
    ),
    "seconds since 1970 beside a local time": (
        "#Fields: date-local time-local timestamp sc-status cs-uri",
        "2026-03-01 13:34:56 1772368496 200 /a",
    ),
    "only a forwarded address": (
        "#Fields: sc-status x-forwarded-for cs-uri-stem date time",
        "200 1.2.3.4 /a/b 2026-03-01 12:34:56",
    ),
    "no request, and seconds with a point": (
        "#Fields: date time sc-status time-taken",
        "2026-03-01 12:34:56 200 1.5",
    ),
}
PIECES = (
    *(b" ", b"\t", b'"', b'""', b"-", b"\\", b"0", b"9", b"x", b"/", b"?", b":", b","),
    *(b"10.0.0.1", b"::1", b"http://", b"STOR", b"\r", b"%20", b"+", b"a b", b"  "),
    *(b'" "', b"\xff", b".", b":80", b"%0", b"'"),
)


def w3c_after(header: str, wanted: tuple[str, ...] = ()) -> W3c:
    directives = Header()
    for line in header.split("\n"):
        directives.note(line.encode())
    return W3c(directives, wanted)


def mutated(rng: random.Random, line: bytes) -> bytes:
    """Return a line with some bytes, or a value, changed."""
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        at = rng.randrange(len(line) + 1)
        byte = b"\t" if b"\t" in line else b" "
        values = line.split(byte)
        values[rng.randrange(len(values))] = rng.choice((*values, *PIECES, b""))
        line = rng.choice(
            (
                line[:at] + rng.choice(PIECES) + line[at:],
                line[:at] + line[at + rng.randrange(4) :],
                byte.join(values),
                line[:at],
            )
        )
    return line


def hits_of(table: Table) -> list[Hit | None]:
    """Return the hits of a table; None for an odd line."""
    rows = zip(*table.columns.values(), strict=True)
    hits = [Hit(**{"size": None, **dict(zip(table.columns, row))}) for row in rows]
    return [None if place in table.odd else hit for place, hit in enumerate(hits)]


@pytest.mark.parametrize("wanted", [(), WANTED], ids=["few columns", "all columns"])
@pytest.mark.parametrize(("header", "line"), STYLES.values(), ids=STYLES)
def test_the_usual_lines_of_each_style_are_parsed_as_a_block(
    header: str, line: str, wanted: tuple[str, ...]
) -> None:
    w3c = w3c_after(header, wanted)
    shape = w3c.shape_of(line.encode())
    assert shape is not None
    table = shape.parse(f"{line}\n".encode() * 3)
    assert table is not None
    assert table.odd == {}


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("wanted", [(), WANTED], ids=["few columns", "all columns"])
@pytest.mark.parametrize(("header", "line"), STYLES.values(), ids=STYLES)
def test_a_block_has_the_hits_of_its_lines(
    header: str, line: str, wanted: tuple[str, ...]
) -> None:
    absent = dict.fromkeys(set(WANTED) - set(wanted), b"-")
    for seed in range(40):
        rng = random.Random(seed)
        w3c = w3c_after(header, wanted)
        sample = mutated(rng, line.encode())
        shape = w3c.shape_of(sample) if isinstance(w3c.take(sample), Hit) else None
        lines = [sample, *(mutated(rng, line.encode()) for _ in range(9))]
        block = b"".join(each + rng.choice((b"\n", b"\r\n")) for each in lines)
        table = shape.parse(block) if shape else None
        if table is None:
            continue
        for each, hit in zip(block.split(b"\n"), hits_of(table)):
            if hit is not None:
                taken = w3c.take(each.removesuffix(b"\r"))
                assert isinstance(taken, Hit), (seed, each, sample)
                assert hit == taken._replace(**absent), (seed, each, sample)


def test_a_directive_is_no_line_of_a_shape() -> None:
    reader, line = reader_of("auto"), b"x 2026-03-01 12:34:56 200\n"
    reader.read(b"#Fields: x date time sc-status\n" + line)
    assert len(reader.read(b"#" + line + line)) == 1


def test_quotes_always_part_the_values_of_lines_without_a_header() -> None:
    w3c = w3c_after("")
    shape = w3c.shape_of(IIS_LINE.encode())
    quoted = IIS_LINE.replace("agent/1.0+(a;+b) -", '"a b"').encode()
    assert w3c.take(quoted) is None
    assert shape is not None
    table = shape.parse(
        IIS_LINE.encode() + b"\n" + quoted + b"\n" + IIS_LINE.encode() + b"\n"
    )
    assert table is not None
    assert table.odd == {1: quoted}


def test_a_shape_is_only_for_the_directives_that_it_was_made_for() -> None:
    header = Header()
    header.note(SHORT.encode())
    w3c = W3c(header, ())
    shape, block = w3c.shape_of(SHORT_LINE.encode()), f"{SHORT_LINE}\n".encode() * 2
    assert shape is not None
    assert shape.parse(block) is not None
    header.note(b"#GMT-Offset: +0100")
    assert shape.parse(block) is None
    other = w3c.shape_of(SHORT_LINE.encode())
    assert other is not None
    table = other.parse(block)
    assert table is not None
    assert hits_of(table)[1] == w3c.take(SHORT_LINE.encode())


WITHOUT_SHAPE = {
    "date and time apart": ("#Fields: time sc-status date", "12:34:56 200 2026-03-01"),
    "no date": (
        "#Date: 2026-03-01 08:00:00\n#Fields: time sc-status",
        "12:34:56 200",
    ),
    "a known order under another header": (SHORT, IIS_LINE),
    "a list of forwarded addresses": (
        "#Fields: date time x-forwarded-for sc-status",
        "2026-03-01 12:34:56 1.2.3.4,5.6.7.8 200",
    ),
}


@pytest.mark.parametrize(("header", "line"), WITHOUT_SHAPE.values(), ids=WITHOUT_SHAPE)
def test_some_lines_are_only_parsed_one_by_one(header: str, line: str) -> None:
    w3c = w3c_after(header)
    assert isinstance(w3c.take(line.encode()), Hit)
    assert w3c.shape_of(line.encode()) is None


@pytest.mark.parametrize("form", ["auto", "w3c", "combined", "%h %t %s", "json"])
def test_only_w3c_and_any_format_take_lines_by_their_directives(form: str) -> None:
    columns = reader_of(form).read(f"{SHORT}\n{SHORT_LINE}\n".encode())
    assert len(columns) == (form in ("auto", "w3c"))
