"""Strings of `LogFormat` and `log_format`: each directive, and what is wrong with a string."""

import pytest

from monitor.errors import UsageError
from monitor.formats import Columns, reader_of
from monitor.formats.patterns import strict_pattern
from monitor.formats.strings import layout_of
from monitor.formats.times import time_format
from monitor.logformats import FORMATS, Format

EPOCH = 1772368496  # 2026-03-01T12:34:56Z
CLF = "[01/Mar/2026:12:34:56 +0000]"
USUAL = (EPOCH, b"198.51.100.7", b"GET /shop", b"/a", b"200", 512)
NONE = (EPOCH, b"-", b" -", b"", b"200", None)
MAIN = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent" "$http_x_forwarded_for"'
)


def row_of(columns: Columns, place: int) -> tuple[object, ...]:
    names = ("client", "head", "rest", "status", "size")
    absent = [None] * len(columns)
    values = [columns.fields.get(name, absent)[place] for name in names]
    return (columns.epochs[place], *values)


def readings(string: str, line: str) -> list[tuple[object, ...]]:
    """Return a line as it is read by itself, which is first, and by the strict pattern."""
    reader, block = reader_of(string), f"{line}\n".encode()
    blocks = [reader.read(block), reader.read(block)]
    return [row_of(columns, 0) for columns in blocks if len(columns)]


ROWS = {
    "nginx main": (
        MAIN,
        f'198.51.100.7 - - {CLF} "GET /shop/a?b HTTP/1.1" 200 512 "-" "x" "-"',
        USUAL,
    ),
    "%h %t %r %s %b": (
        '%h|%t|"%r"|%s|%b',
        f'198.51.100.7|{CLF}|"GET /shop/a HTTP/1.1"|200|512',
        USUAL,
    ),
    "%a %m %U%q %H %O": (
        '%>s %t %a %m "%U%q" %H %O',
        f'200 {CLF} 198.51.100.7 GET "/shop/a?b=/c" HTTP/1.1 512',
        USUAL,
    ),
    "%B and a status in quotes": (
        '%h %B "%s" %t "%r"',
        f'198.51.100.7 512 "200" {CLF} "GET /shop/a HTTP/2.0"',
        USUAL,
    ),
    "%>s before %s": ("%s %>s %t", f"304 200 {CLF}", NONE),
    "the last %s": ("%s %t %s", f"404 {CLF} 200", NONE),
    "%O rather than %B": ("%s %t %B %O", f"200 {CLF} 7 900", (*NONE[:5], 900)),
    "%B rather than %b": ("%s %t %b %B", f"200 {CLF} - 900", (*NONE[:5], 900)),
    "the body rather than all bytes": (
        "$status $msec $bytes_sent $body_bytes_sent",
        f"200 {EPOCH} 900 7",
        (*NONE[:5], 7),
    ),
    "$proxy_add_x_forwarded_for": (
        "$proxy_add_x_forwarded_for $msec $status",
        f"192.0.2.1, 192.0.2.2 {EPOCH} 200",
        (EPOCH, b"192.0.2.1, 192.0.2.2", *NONE[2:]),
    ),
    "$realip_remote_addr alone": (
        "$realip_remote_addr $msec $status",
        f"192.0.2.1 {EPOCH} 200",
        (EPOCH, b"192.0.2.1", *NONE[2:]),
    ),
    "$realip_remote_addr beside $proxy_protocol_addr": (
        "$realip_remote_addr $proxy_protocol_addr $msec $status",
        f"192.0.2.9 192.0.2.1 {EPOCH} 200",
        (EPOCH, b"192.0.2.1", *NONE[2:]),
    ),
    "ISO with a fraction": (
        "%{%FT%T}t.%{usec_frac}t%{%z}t %s",
        "2026-03-01T12:34:56.123456Z 200",
        NONE,
    ),
    "%{c}a alone": (
        "%{c}a %t %s",
        f"192.0.2.1 {CLF} 200",
        (EPOCH, b"192.0.2.1", *NONE[2:]),
    ),
    "%{c}a beside %a": (
        "%{c}a %a %t %s",
        f"192.0.2.9 192.0.2.1 {CLF} 200",
        (EPOCH, b"192.0.2.1", *NONE[2:]),
    ),
    "a list of clients": (
        "%{X-Forwarded-For}i %h %t %s",
        f"192.0.2.1, 192.0.2.2 192.0.2.9 {CLF} 200",
        (EPOCH, b"192.0.2.1, 192.0.2.2", *NONE[2:]),
    ),
    "no list: the next client": (
        '"%{X-Forwarded-For}i" %h %t %s',
        f'"-" 192.0.2.9 {CLF} 200',
        (EPOCH, b"192.0.2.9", *NONE[2:]),
    ),
    "a client with a port": (
        "%{X-Real-IP}i %t %s",
        f"192.0.2.9:80 {CLF} 200",
        (EPOCH, b"192.0.2.9", *NONE[2:]),
    ),
    "fields that are skipped": (
        '%v:%p %l %D %{Cookie}i "%{Referer}i" %400,501{User-agent}i %f %^FB %I %X %% %t %s',
        f'h:80 - 12 c "a b" - /f 9 3 + % {CLF} 200',
        NONE,
    ),
    "%{begin:%d/%b/%Y:%T %z}t": (
        "%{begin:%d/%b/%Y:%T %z}t %s",
        "01/Mar/2026:13:34:56 +0100 200",
        NONE,
    ),
    "a time of three parts": (
        "[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] %s",
        "[01/Mar/2026:13:34:56.123 +0100] 200",
        NONE,
    ),
    "%{sec}t": ("%{sec}t %s", f"{EPOCH} 200", NONE),
    "%{msec}t": ("%{msec}t %s", f"{EPOCH}123 200", NONE),
    "%{usec}t": ("%{usec}t %s", f"{EPOCH}123456 200", NONE),
    "%{sec}t.%{usec_frac}t": ("%{sec}t.%{usec_frac}t %s", f"{EPOCH}.123456 200", NONE),
    "%{end}t": ("%{end}t %s", f"{CLF} 200", NONE),
    "escapes of the configuration": (
        r"%h\t%t\t\"%r\"\t%s\t%b",
        f'198.51.100.7\t{CLF}\t"GET /shop/a HTTP/1.1"\t200\t512',
        USUAL,
    ),
    "$time_iso8601": (
        '$time_iso8601 $remote_addr "$request" $status $bytes_sent',
        '2026-03-01T13:34:56+01:00 198.51.100.7 "GET /shop/a HTTP/1.1" 200 512',
        USUAL,
    ),
    "$msec, $request_method, $request_uri": (
        "$msec|$status|$request_method|$request_uri|$remote_addr|$body_bytes_sent",
        f"{EPOCH}.123|200|GET|/shop/a?b|198.51.100.7|512",
        USUAL,
    ),
    "$uri$is_args$args": (
        "$remote_addr $msec $request_method $uri$is_args$args $status $bytes_sent",
        f"198.51.100.7 {EPOCH}.1 GET /shop/a?b=/c 200 512",
        USUAL,
    ),
    "$scheme://$host$request_uri": (
        "$remote_addr $msec $request_method $scheme://$host$request_uri $status $bytes_sent",
        f"198.51.100.7 {EPOCH}.1 GET https://h:8443/shop/a 200 512",
        USUAL,
    ),
    "$request_uri rather than $uri": (
        "$remote_addr $msec $request_method $uri $request_uri $status $bytes_sent",
        f"198.51.100.7 {EPOCH}.1 GET /index.php /shop/a 200 512",
        USUAL,
    ),
    "lists of nginx": (
        "${upstream_addr} $upstream_response_time $status $msec",
        f"10.1.2.3:80, 10.1.2.4:80 : 10.1.2.5:80 0.010, 0.020 : 0.003 200 {EPOCH}",
        NONE,
    ),
    "a variable that is not known": ("$my_own $msec $status", f"x {EPOCH} 200", NONE),
    "a path without a method": (
        "$msec $uri $status",
        f"{EPOCH} /a/b 200",
        (EPOCH, b"-", b" /a", b"/b", b"200", None),
    ),
    "a run of spaces": ("%t  %s", f"{CLF}     200", NONE),
    "a run of spaces before a quote": (
        '%{X-Real-IP}i  "%{Referer}i" %t %s',
        f'-x    "a" {CLF} 200',
        (EPOCH, b"-x", *NONE[2:]),
    ),
    "a path at the end": (
        "%t %s %m %U",
        f"{CLF} 200 GET /shop/a",
        (EPOCH, b"-", b"GET /shop", b"/a", b"200", None),
    ),
}


@pytest.mark.parametrize(("string", "line", "row"), ROWS.values(), ids=ROWS)
def test_a_directive_is_read_where_it_stands(
    string: str, line: str, row: tuple[object, ...]
) -> None:
    assert readings(string, line) == [row] * 2


@pytest.mark.parametrize(("string", "line", "row"), ROWS.values(), ids=ROWS)
def test_the_strict_pattern_takes_the_line_of_a_string(
    string: str, line: str, row: tuple[object, ...]
) -> None:
    match = strict_pattern(layout_of(string)).regex.match(b"\n" + line.encode())
    has_no_address = line.startswith("-x")
    assert match is not None
    assert (match[len(match.groups())] is None) != has_no_address


ODD = {
    "no answer": (f"- {CLF} 192.0.2.1 GET /a", b"-", b"GET /a"),
    "status 000": (f"000 {CLF} 192.0.2.1 GET /a", b"-", b"GET /a"),
    "status -1": (f"-1 {CLF} 192.0.2.1 GET /a", b"-", b"GET /a"),
    "a dash for a method": (f"400 {CLF} 192.0.2.1 - -", b"400", b" (malformed)"),
    "a carriage return": (f"200 {CLF} 192.0.2.1 GET /a\r", b"200", b"GET /a"),
    "a cut line": (f"200 {CLF} 192.0.2.1", b"200", b" -"),
    "spaces in a path": (f"200 {CLF} 192.0.2.1 GET /a b", b"200", b"GET /a b"),
    "escapes": (rf"200 {CLF} 192.0.2.1 GET /\x61", b"200", b"GET /a"),
}


@pytest.mark.parametrize(("line", "status", "head"), ODD.values(), ids=ODD)
def test_an_odd_line_of_a_string_is_a_hit(
    line: str, status: bytes, head: bytes
) -> None:
    columns = reader_of("%s %t %h %m %U").read(f"{line}\n".encode() * 2)
    assert (columns["status"], columns["head"]) == ([status] * 2, [head] * 2)


UNPARSED = {
    "another status": (f"OK {CLF} x", "its status is missing"),
    "no time": ("200 x", "its time is missing"),
    "a time that does not exist": (
        "200 [31/Feb/2026:12:34:56 +0000] x",
        "its time does not exist",
    ),
    "blank": ("", "ignored"),
    "comment": ("# x", "ignored"),
}


@pytest.mark.parametrize(("line", "reason"), UNPARSED.values(), ids=UNPARSED)
def test_a_line_of_another_shape_is_unparsed(line: str, reason: str) -> None:
    columns = reader_of("%s %t %h").read(f"{line}\n".encode() * 2)
    assert [mark.reason for mark in columns.marks] == [reason] * 2
    assert not len(columns)


def test_an_unparsed_line_of_a_string_is_explained() -> None:
    text = reader_of("%s %t %h").explain(b"200 yesterday")
    assert "up to byte 4, where its time is missing" in text


WRONG = {
    "unit of a request time": (
        "%{m}T %t %s",
        "%{m}T at column 1 is no request time; its unit is s, ms, us",
    ),
    "unknown letter": (
        "%h %Q %t %s",
        "%Q at column 4 is no directive of LogFormat; did you mean %q?",
    ),
    "part of a time": (
        "%h %t %Y %s",
        "%Y at column 7 is no directive of LogFormat; a part of a time",
    ),
    "lone percent": (
        "100% %t %s",
        "% at column 4 is no directive; a percent sign is %%",
    ),
    "lone dollar": ("$msec $status $ x", "$ at column 15 is no variable"),
    "word of a time": (
        "%{secs}t %s",
        "%{secs}t at column 1 is no time; did you mean %{sec}t?",
    ),
    "locale": (
        "%{%c}t %s",
        "%{%c}t at column 1 cannot be read: %c depends on the locale",
    ),
    "half a time": (
        "%{%H:%M}t %s",
        "a time needs a year, a month, a day, an hour and a minute",
    ),
    "unknown in a time": ("%{%Q}t %s", "%Q is not known in a time"),
    "no status": ("%h %t", "the string has no status, such as %>s or $status"),
    "no time": (
        "$remote_addr $status",
        "the string has no time, such as %t or $time_local",
    ),
    "misspelt": ("$msec $staus", "$staus at column 7: did you mean $status?"),
    "two misspelt": (
        "$remote_adr $status $time_locl",
        "$time_locl at column 21: did you mean $time_local?",
    ),
    "touching": ("%h%u %t %s", "%u at column 3 touches %h: put a space between them"),
}


@pytest.mark.parametrize(("string", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_string_is_an_error_that_points_at_it(
    string: str, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        reader_of(string)
    assert message in caught.value.args[0]
    assert "\n" not in caught.value.args[0]


ALIKE = {
    "a client before a carriage return": ("%s %t %h", f"200 {CLF} 192.0.2.1\r"),
    "a backslash in a query": ('%s %t "%U%q" %b', rf'200 {CLF} "/a?b\" 5" 7'),
    "a list that ends with a comma": (
        "%{X-Forwarded-For}i %t %s",
        f"192.0.2.1, {CLF} 200",
    ),
    "a size with a plus": ("%s %t %b", f"200 {CLF} +51"),
}


@pytest.mark.parametrize(("string", "line"), ALIKE.values(), ids=ALIKE)
def test_an_odd_line_is_read_alike_alone_and_in_a_block(string: str, line: str) -> None:
    first, second = readings(string, line) or [None, None]
    assert first == second


def test_the_minutes_of_another_format_are_no_seconds() -> None:
    time = "%{%Y-%m-%d, at %H:%M}t"
    columns = reader_of(f"{time} %s").read(
        b"2026-03-01, at 12:34 200\n2026-03-01, at 12:36 200\n"
    )
    assert columns.epochs == [EPOCH - 56, EPOCH + 64]


TIMES = {
    "day of the year": ("%Y-%j %T", b"2026-060 12:34:56", EPOCH),
    "short year": ("%D %R", b"03/01/26 12:34", EPOCH - 56),
    "padded day": ("%a %b %e %T %Y", b"Sun Mar  1 12:34:56 2026", EPOCH),
    "offset": ("%F %T %z", b"2026-03-01 11:04:56 -01:30", EPOCH),
    "name of a zone": ("%F %T %Z", b"2026-03-01 12:34:56 CET", EPOCH),
    "long names": ("%A %d %B %Y %H:%M", b"Sunday 01 March 2026 12:34", EPOCH - 56),
    "a month that does not exist": ("%F %T", b"2026-13-01 12:34:56", None),
    "a day that does not exist": ("%Y %j %T", b"2026 400 12:34:56", None),
    "a fraction at the end": ("%s.%3", b"1772368496", EPOCH),
    "ISO with a space": ("iso", b"2026-03-01 12:34:56Z", EPOCH),
    "ISO without a zone": ("iso", b"2026-03-01T12:34:56", EPOCH),
}


@pytest.mark.parametrize(("text", "time", "epoch"), TIMES.values(), ids=TIMES)
def test_a_time_is_parsed_by_its_format(
    text: str, time: bytes, epoch: int | None
) -> None:
    assert time_format(text).epochs[time] == epoch


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_the_example_of_a_format_is_a_line_of_its_string(form: Format) -> None:
    line = form.example
    due = (EPOCH, b"198.51.100.7", b"GET /shop", b"/cart", b"200", 5120)
    assert readings(form.name, line) == [due] * 2
    assert readings(form.strings[0], line) == [due] * 2


def test_the_notations_of_apache_and_nginx_have_the_same_pattern() -> None:
    main, combined = MAIN, FORMATS["combined"].strings[0]
    patterns = [strict_pattern(layout_of(each)).regex for each in (main, combined)]
    assert patterns[0] == patterns[1]
