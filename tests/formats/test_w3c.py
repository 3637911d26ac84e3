"""A line of a W3C Extended log is read by the last `#` directives before it."""

from typing import Any

import pytest
from support.w3clines import (
    CLOUDFRONT_LINE,
    IIS,
    IIS_LINE,
    MARCH,
    SHORT,
    SHORT_LINE,
    hit,
    take,
    w3c_after,
    with_fields,
)

from monitor.formats import reader_of
from monitor.formats.columns import LONGEST_NAME
from monitor.formats.header import Header
from monitor.formats.hits import Hit
from monitor.formats.w3c import W3c

IIS_XFF = f"{IIS} X-Forwarded-For"
FIELDS: dict[str, tuple[str, dict[str, Any]]] = {
    "any case of the names": (
        with_fields("DATE Time C-IP CS-METHOD cs-URI-stem sc-STATUS", SHORT_LINE[:]),
        {"client": b"198.51.100.7", "status": b"200"},
    ),
    "any case of the directive": (
        f"{SHORT.replace('#Fields', '#FIELDS')}\n{SHORT_LINE}",
        {"epoch": MARCH},
    ),
    "a fraction of a second": (
        f"{SHORT}\n{SHORT_LINE.replace(':56', ':56.789')}",
        {"epoch": MARCH},
    ),
    "quotes only around some values": (
        f"{SHORT}\n" + SHORT_LINE.replace("/a/b", '"/a b/c"'),
        {"head": b"GET /a b", "rest": b"/c"},
    ),
    "a raw quote in a value": (
        f"{SHORT}\n" + SHORT_LINE.replace("/a/b", '/"a/b'),
        {"head": b'GET /"a'},
    ),
    "a space at the end": (f"{SHORT}\n{SHORT_LINE} ", {"status": b"200"}),
    "date and time apart": (
        with_fields("time sc-status date", "12:34:56 200 2026-03-01"),
        {"epoch": MARCH, "client": b"-", "head": b" -", "size": None},
    ),
    "a local time": (
        with_fields("date-local time-local sc-status", "2026-03-01 12:34:56 200"),
        {"epoch": MARCH},
    ),
    "UTC rather than local": (
        with_fields(
            "date-local time-local date-UTC time-UTC sc-status",
            "2026-03-01 13:34:56 2026-03-01 12:34:56 200",
        ),
        {"epoch": MARCH},
    ),
    "an offset": (
        f"#GMT-Offset: -0800\n{SHORT}\n{SHORT_LINE.replace('12:', '04:')}",
        {"epoch": MARCH},
    ),
    "an offset, and a time that is UTC": (
        "#GMT-Offset: -0800\n#Fields: date-UTC time-UTC sc-status\n2026-03-01 12:34:56 200",
        {"epoch": MARCH},
    ),
    "a time without a date": (
        "#Date: 2026-03-01 08:00:00\n#Fields: time sc-status\n12:34:56 200",
        {"epoch": MARCH},
    ),
    "a time without a date after midnight": (
        "#Date: 2026-02-28 23:00:00.123\n#Fields: time sc-status\n12:34:56 200",
        {"epoch": MARCH},
    ),
    "a time without a date right before the header": (
        "#Date: 2026-03-01 12:35:00\n#Fields: time sc-status\n12:34:56 200",
        {"epoch": MARCH},
    ),
    "the date of the start": (
        "#Start-Date: 2026-03-01 08:00:00\n#Fields: time sc-status\n12:34:56 200",
        {"epoch": MARCH},
    ),
    "an hour of one digit": (
        f"{SHORT}\n{SHORT_LINE.replace('12:34:56', '9:34:56')}",
        {"epoch": MARCH - 3 * 3600},
    ),
    "a quote at the beginning of a value": (
        f"{IIS}\n{IIS_LINE.replace('agent/1.0+(a;+b) -', chr(34) + 'a b' + chr(34))}",
        {"agent": b'"a', "referrer": b'b"'},
    ),
    "a host in the place of a path": (
        f"{SHORT}\n{SHORT_LINE.replace('/a/b', 'a.test/b')}",
        {"head": b" (malformed)"},
    ),
    "no method in quotes": (
        f"{SHORT}\n{SHORT_LINE.replace('GET', chr(34) * 2)}",
        {"head": b" (malformed)"},
    ),
    "no method in a value": (
        f"{SHORT}\n{SHORT_LINE.replace('GET', '-')}",
        {"head": b" (malformed)"},
    ),
    "no answer": (f"{SHORT}\n{SHORT_LINE[:-3]}-", {"status": b"-"}),
    "status 0": (f"{SHORT}\n{SHORT_LINE[:-3]}0", {"status": b"-"}),
    "status -1": (f"{SHORT}\n{SHORT_LINE[:-3]}-1", {"status": b"-"}),
    "status 99": (f"{SHORT}\n{SHORT_LINE[:-3]}99", {"status": b"099"}),
    "status 000": (f"{SHORT}\n{SHORT_LINE[:-3]}000", {"status": b"-"}),
    "an empty status": (f'{SHORT}\n{SHORT_LINE[:-3]}""', {"status": b"-"}),
    "a size that is none": (
        with_fields("date time sc-status sc-bytes", "2026-03-01 12:34:56 200 -"),
        {"size": 0},
    ),
    "the client of a private network": (
        f"{IIS_XFF}\n{IIS_LINE.replace('198.51.100.7', '10.1.2.3')} 198.51.100.9,+10.0.0.2",
        {"client": b"198.51.100.9, 10.0.0.2"},
    ),
    "a forwarded word": (
        f"{IIS_XFF}\n{IIS_LINE.replace('198.51.100.7', '10.1.2.3')} unknown",
        {"client": b"10.1.2.3"},
    ),
    "forwarded addresses of CloudFront": (
        CLOUDFRONT_LINE.replace("198.51.100.7", "10.1.2.3").replace(
            "0.021\t-", "0.021\t198.51.100.9,%2010.0.0.2"
        ),
        {"client": b"198.51.100.9, 10.0.0.2"},
    ),
    "a client without a forwarded address": (
        f"{IIS_XFF}\n{IIS_LINE.replace('198.51.100.7', '10.1.2.3')} -",
        {"client": b"10.1.2.3"},
    ),
    "a client of a public network": (
        f"{IIS_XFF}\n{IIS_LINE} 198.51.100.9",
        {"client": b"198.51.100.7"},
    ),
    "a client with a zone": (
        f"{SHORT}\n{SHORT_LINE.replace('198.51.100.7', 'fe80::1%0')}",
        {"client": b"fe80::1%0"},
    ),
    "a client with a port": (
        f"{SHORT}\n{SHORT_LINE.replace('198.51.100.7', '198.51.100.7:51234')}",
        {"client": b"198.51.100.7"},
    ),
    "only a forwarded address": (
        with_fields(
            "date time cs(X-Forwarded-For) sc-status", "2026-03-01 12:34:56 1.2.3.4 200"
        ),
        {"client": b"1.2.3.4"},
    ),
    "a host with a port": (
        with_fields(
            "date time cs-host sc-status", "2026-03-01 12:34:56 a.test:8080 200"
        ),
        {"host": b"a.test:8080"},
    ),
    "CONNECT": (
        with_fields(
            "date time cs-method cs-uri sc-status",
            "2026-03-01 12:34:56 CONNECT shop.test:443 200",
        ),
        {"head": b"CONNECT shop.test:443"},
    ),
    "FTP of IIS 6": (
        f"{SHORT}\n{SHORT_LINE.replace('GET /a/b', '[2]USER ann')}",
        {"head": b" (malformed)"},
    ),
    "FTP of IIS 7": (
        f"{SHORT}\n{SHORT_LINE.replace('GET', 'STOR')}",
        {"head": b" (malformed)"},
    ),
    "SMTP": (
        f"{SHORT}\n{SHORT_LINE.replace('GET /a/b', 'EHLO -')}",
        {"head": b" (malformed)"},
    ),
    "IIS without a header": (IIS_LINE, {"epoch": MARCH, "seconds": 0.187}),
    "IIS without a header, with a forwarded address": (
        f"{IIS_LINE.replace('198.51.100.7', '10.1.2.3')} 198.51.100.9",
        {"client": b"198.51.100.9", "seconds": 0.187},
    ),
    "IIS without a header, with sizes": (
        f"{IIS_LINE} 310 46",
        {"client": b"198.51.100.7", "seconds": None, "size": None},
    ),
    "CloudFront with few values": (
        "\t".join(CLOUDFRONT_LINE.split("\t")[:12]),
        {"seconds": None, "host": b"d111.cloudfront.net", "size": 4096},
    ),
    "CloudFront with a header": (
        "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) "
        "cs-uri-stem sc-status\n" + "\t".join(CLOUDFRONT_LINE.split("\t")[:9]),
        {"host": b"d111.cloudfront.net", "size": 4096},
    ),
    "a known order under another header": (
        f"{SHORT}\n{IIS_LINE}",
        {"client": b"198.51.100.7", "seconds": None},
    ),
    "milliseconds by the name of the field": (
        with_fields("date time sc-status TimeTakenMS", "2026-03-01 12:34:56 200 109"),
        {"seconds": 0.109},
    ),
    "seconds with a point, of IIS": (
        f"{IIS}\n{IIS_LINE[:-3]}0.187",
        {"seconds": 0.187},
    ),
    "milliseconds by the software": (
        "#Software: Microsoft Internet Information Services 10.0\n"
        + with_fields("date time sc-status time-taken", "2026-03-01 12:34:56 200 109"),
        {"seconds": 0.109},
    ),
    "no request time": (f"{IIS}\n{IIS_LINE[:-3]}-", {"seconds": None}),
}


@pytest.mark.parametrize(("text", "expected"), FIELDS.values(), ids=FIELDS)
def test_a_field_is_read(text: str, expected: dict[str, Any]) -> None:
    found = hit(text)._asdict()
    assert {name: found[name] for name in expected} == expected


UNPARSED = {
    "too few values": (f"{IIS}\n{SHORT_LINE}", "6 values, and #Fields has 15 names"),
    "a space in a value": (
        f"{SHORT}\n{SHORT_LINE.replace('/a/b', '/a b')}",
        "7 values, and #Fields has 6 names",
    ),
    "no time in the header": (
        with_fields("c-ip sc-status", "198.51.100.7 200"),
        "#Fields has no time",
    ),
    "no status in the header": (
        with_fields("date time c-ip", "2026-03-01 12:34:56 198.51.100.7"),
        "#Fields has no status",
    ),
    "no date": (with_fields("time sc-status", "12:34:56 200"), "no #Date before it"),
    "a day that does not exist": (
        f"{SHORT}\n{SHORT_LINE.replace('03-01', '02-30')}",
        "its time does not exist",
    ),
    "a word as the time": (
        f"{SHORT}\n{SHORT_LINE.replace('12:34:56', 'noon')}",
        "its time does not exist",
    ),
    "a word as the seconds since 1970": (
        with_fields("ts status_code", "now 200"),
        "its time does not exist",
    ),
    "an hour that does not exist": (
        "#Date: 2026-03-01 08:00:00\n#Fields: time sc-status\n25:00:00 200",
        "its time does not exist",
    ),
    "a word as the status": (
        f"{SHORT}\n{SHORT_LINE[:-3]}OK",
        "its status is no number",
    ),
    "a status of many digits": (
        f"{SHORT}\n{SHORT_LINE[:-3]}{'9' * 5000}",
        "its status is no number",
    ),
    "Exchange": (
        "#Fields: DateTime,RequestId,MajorVersion\n2026-03-01T12:34:56.1Z,1,15",
        "#Fields has commas, as in logs of Exchange",
    ),
}


@pytest.mark.parametrize(("text", "reason"), UNPARSED.values(), ids=UNPARSED)
def test_a_line_that_does_not_fit_has_a_reason(text: str, reason: str) -> None:
    assert take(text) == reason


def test_a_reason_is_about_the_whole_line_and_not_what_follows_its_time() -> None:
    block = f"{SHORT}\n{SHORT_LINE[:-3]}OK\n".encode()
    (_, mark) = reader_of("auto").read(block).marks
    assert mark.reason == "its status is no number"


OTHERS = {
    "combined": '198.51.100.7 - - [01/Mar/2026:12:34:56 +0000] "GET / HTTP/1.1" 200 12 "-" "a"',
    "a date and words": "2026-03-01 12:34:56 " + "x " * 13,
    "a date and tabs": "2026-03-01\t12:34:56" + "\tx" * 13,
    "a line of IIS that is cut": IIS_LINE[:-6],
    "a line of CloudFront that is cut": "\t".join(CLOUDFRONT_LINE.split("\t")[:8]),
    "a day that does not exist": IIS_LINE.replace("03-01", "02-30"),
}


@pytest.mark.parametrize("line", OTHERS.values(), ids=OTHERS)
def test_a_line_without_a_header_is_of_another_format(line: str) -> None:
    assert take(line) is None


def test_new_fields_count_for_the_lines_after_them() -> None:
    header = Header()
    w3c = W3c(header)
    header.note(SHORT.encode())
    line = b"200 2026-03-01 12:34:56 198.51.100.7 GET /a/b"
    assert w3c.take(line) == "its time does not exist"
    assert w3c.take(SHORT_LINE.encode()) == hit(f"{SHORT}\n{SHORT_LINE}")
    header.note(b"#Fields: sc-status date time c-ip cs-method cs-uri-stem")
    assert w3c.take(line) == hit(f"{SHORT}\n{SHORT_LINE}")


def test_long_names_are_cut() -> None:
    long = "x" * 9000
    target = f"/{long}/{long}"
    line = SHORT_LINE.replace("/a/b", target).replace("198.51.100.7", long)
    found = hit(f"{SHORT}\n{line}")
    assert found.head == b"GET /" + b"x" * (LONGEST_NAME - 1)
    assert found.rest == b"/" + b"x" * (LONGEST_NAME - 1)
    assert found.client == b"x" * LONGEST_NAME


def test_a_directive_of_any_length_is_remembered_up_to_a_limit() -> None:
    header = Header()
    header.note(b"#Fields: " + b"x " * 100_000)
    assert len(header.snapshot()["fields"]) == 1 << 14


def test_blank_lines_are_ignored() -> None:
    w3c_after("", SHORT, "", " \t")


def test_empty_fields_are_no_header() -> None:
    w3c = w3c_after(SHORT, "#Fields:")
    assert w3c.take(SHORT_LINE.encode()) is None
    assert isinstance(w3c.take(IIS_LINE.encode()), Hit)


def test_a_header_goes_on_from_its_snapshot() -> None:
    header = Header()
    for line in (b"#Software: Microsoft \xff", b"#GMT-Offset: +01:30", b"#Remark: x"):
        header.note(line)
    header.note(b"#Date: 2026-03-01 12:00:00")
    header.note(b"#Fields: time sc-status time-taken")
    restored = Header()
    restored.restore(header.snapshot())
    assert restored.snapshot() == header.snapshot()
    assert "remark" not in header.snapshot()
    assert W3c(restored).take(b"12:34:56 200 7") == W3c(header).take(b"12:34:56 200 7")
    assert W3c(restored).take(b"12:34:56 200 7") == Hit(
        *(MARCH - 5400, b"-", b" -", b"", b"200", None, 0.007)
    )
