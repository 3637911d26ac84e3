"""Every form of a request line has its method and section, or is malformed."""

import random

import pytest

from monitor.formats.requests import (
    MALFORMED,
    NO_METHOD,
    read_request,
    unescape,
)

# A request, its method, its section, and what follows the section in the target.
WELL_FORMED = [
    (b"GET /pages/create HTTP/1.1", b"GET", b"/pages", b"/create"),
    (b"GET /pages HTTP/1.1", b"GET", b"/pages", b""),
    (b"GET /pages/ HTTP/1.1", b"GET", b"/pages", b"/"),
    (b"GET /pages?x=/a/b HTTP/1.1", b"GET", b"/pages", b""),
    (b"GET /pages/a/b?x=/c HTTP/1.1", b"GET", b"/pages", b"/a/b"),
    (b"GET /?q=/a/b HTTP/1.1", b"GET", b"/", b""),
    (b"GET / HTTP/1.1", b"GET", b"/", b""),
    (b"GET //x/y HTTP/1.1", b"GET", b"/", b"/x/y"),
    (b"GET //?x HTTP/1.1", b"GET", b"/", b"/"),
    (b"GET /?? HTTP/1.1", b"GET", b"/", b""),
    # the absolute form
    (
        b"GET http://my.site.com/pages/create HTTP/1.1",
        b"GET",
        b"http://my.site.com/pages",
        b"/create",
    ),
    (b"GET http://my.site.com HTTP/1.1", b"GET", b"http://my.site.com/", b""),
    (b"GET http://my.site.com/ HTTP/1.1", b"GET", b"http://my.site.com/", b""),
    (b"GET http://my.site.com?a=/b HTTP/1.1", b"GET", b"http://my.site.com/", b""),
    (b"GET http://my.site.com/?a HTTP/1.1", b"GET", b"http://my.site.com/", b""),
    (b"GET http://h//x HTTP/1.1", b"GET", b"http://h/", b"/x"),
    (b"GET HTTPS://h:8/x/y HTTP/1.1", b"GET", b"HTTPS://h:8/x", b"/y"),
    (b"GET a+b-c.d1://h/x HTTP/1.1", b"GET", b"a+b-c.d1://h/x", b""),
    (b"GET http://[::1]:80/x/y HTTP/1.1", b"GET", b"http://[::1]:80/x", b"/y"),
    (b"GET http://u:p@h/x HTTP/1.1", b"GET", b"http://u:p@h/x", b""),
    (b"GET http://h#/x/y HTTP/1.1", b"GET", b"http://h#/x", b"/y"),
    # the two others
    (b"CONNECT host:443 HTTP/1.1", b"CONNECT", b"host:443", b""),
    (b"CONNECT 1.2.3.4:1 HTTP/1.1", b"CONNECT", b"1.2.3.4:1", b""),
    (b"CONNECT host:65535 HTTP/1.1", b"CONNECT", b"host:65535", b""),
    (b"CONNECT [2001:db8::1]:443 HTTP/1.1", b"CONNECT", b"[2001:db8::1]:443", b""),
    (b"CONNECT host:443", b"CONNECT", b"host:443", b""),
    (b"CONNECT /x/y HTTP/1.1", b"CONNECT", b"/x", b"/y"),
    (b"OPTIONS * HTTP/1.0", b"OPTIONS", b"*", b""),
    (b"OPTIONS *", b"OPTIONS", b"*", b""),
    (b"OPTIONS /x HTTP/1.0", b"OPTIONS", b"/x", b""),
    # spaces
    (b"GET /a b c HTTP/1.1", b"GET", b"/a b c", b""),
    (b"GET /a b/c d?e f HTTP/1.1", b"GET", b"/a b", b"/c d"),
    (b"GET   /a   HTTP/1.1", b"GET", b"/a", b""),
    (b"GET /a HTTP/1.1  ", b"GET", b"/a", b""),
    (b"GET  /a ", b"GET", b"/a", b""),
    (b"GET http://h/a b HTTP/1.1", b"GET", b"http://h/a b", b""),
    (b"GET /a\tb HTTP/1.1", b"GET", b"/a\tb", b""),
    # versions: the last word starts with HTTP/, or there are two words
    (b"GET /x", b"GET", b"/x", b""),
    (b"GET /x HTTP/", b"GET", b"/x", b""),
    (b"GET /x HTTP/9.9;junk", b"GET", b"/x", b""),
    (b"GET /x HTTP/1.1 HTTP/1.1", b"GET", b"/x HTTP", b"/1.1"),
    (b"GET /HTTP/1.1", b"GET", b"/HTTP", b"/1.1"),
    (b"GET / HTTP/1.1\r", b"GET", b"/", b""),
    # nothing is decoded or folded
    (b"get /Pages/%2F HTTP/1.1", b"get", b"/Pages", b"/%2F"),
    (b"GET /%70ages HTTP/1.1", b"GET", b"/%70ages", b""),
    (b"GET /\xc3\xa9\xff/x HTTP/1.1", b"GET", b"/\xc3\xa9\xff", b"/x"),
    (b"GET /\x1b[31m\x00/x HTTP/1.1", b"GET", b"/\x1b[31m\x00", b"/x"),
    (b"GET /a\nb/c HTTP/1.1", b"GET", b"/a\nb", b"/c"),
    (b'GET /"/\\ HTTP/1.1', b"GET", b'/"', b"/\\"),
    (b"GET /x#a/b HTTP/1.1", b"GET", b"/x#a", b"/b"),
    (b"GET /x;a=1/b HTTP/1.1", b"GET", b"/x;a=1", b"/b"),
    (b"GET /../etc/passwd HTTP/1.1", b"GET", b"/..", b"/etc/passwd"),
    # a method is a token
    (b"M-SEARCH /x HTTP/1.1", b"M-SEARCH", b"/x", b""),
    (b"!#$%&'*+.^_`|~0aZ /x HTTP/1.1", b"!#$%&'*+.^_`|~0aZ", b"/x", b""),
    (b"PRI /x HTTP/2.0", b"PRI", b"/x", b""),
]

NO_REQUEST = [
    *(b"-", b"", b" ", b"GET", b"GET ", b"/x", b" /x", b"HTTP/1.1", b"GET HTTP/1.1"),
    *(b"\x16\x03\x01\x02\x00", b"\x16\x03 / HTTP/1.1", b"\xff\xfe /x HTTP/1.1"),
    *(b"- http://lb:80- ", b"- / HTTP/1.1", b"- - - "),
    *(b"PRI * HTTP/2.0", b"PRI *", b"GET * HTTP/1.1", b"options * HTTP/1.1"),
    *(b"OPTIONS ** HTTP/1.1", b"OPTIONS *?x HTTP/1.1", b"OPTIONS */x HTTP/1.1"),
    *(b"CONNECT host HTTP/1.1", b"CONNECT host: HTTP/1.1", b"CONNECT :443 HTTP/1.1"),
    *(b"CONNECT host:443/x HTTP/1.1", b"CONNECT host:443?x HTTP/1.1"),
    *(b"CONNECT host:123456 HTTP/1.1", b"CONNECT ::1:443 HTTP/1.1"),
    *(b"CONNECT [::1] HTTP/1.1", b"CONNECT a@b:443 HTTP/1.1", b"connect h:1 HTTP/1.1"),
    *(b"CONNECT host:443 x HTTP/1.1", b"GET host:443 HTTP/1.1"),
    *(b"GET x/y HTTP/1.1", b"GET ?x HTTP/1.1", b"GET x HTTP/1.1", b"GET \\ HTTP/1.1"),
    *(b"GET http:// HTTP/1.1", b"GET http:///x HTTP/1.1", b"GET http://?x HTTP/1.1"),
    *(b"GET ://h/x HTTP/1.1", b"GET 1http://h/x HTTP/1.1", b"GET http:/h/x HTTP/1.1"),
    *(b"GET ht/tp://h HTTP/1.1", b"GET mailto:a@b HTTP/1.1"),
    *(b"GET /a b", b"GET /a b http/1.1", b"GET /a HTTP", b"GET /a HTTP 1.1"),
    *(b"GET\t/x HTTP/1.1", b"GET\x00/x HTTP/1.1", b"G\xc9T /x HTTP/1.1"),
    *(b"G(T /x HTTP/1.1", b"G/T /x HTTP/1.1", b'"GET /x HTTP/1.1', b" GET /x HTTP/1.1"),
    *(b"GE\nT /x HTTP/1.1", b"{} /x HTTP/1.1", b"A,B /x HTTP/1.1"),
]


@pytest.mark.parametrize(
    ("request_line", "method", "section", "rest"),
    WELL_FORMED,
    ids=[repr(row[0])[2:-1] for row in WELL_FORMED],
)
def test_a_request_has_a_method_and_a_section(
    request_line: bytes, method: bytes, section: bytes, rest: bytes
) -> None:
    assert read_request(request_line) == (method, section, rest)


@pytest.mark.parametrize("request_line", NO_REQUEST, ids=lambda line: repr(line)[2:-1])
def test_what_is_no_request_is_malformed(request_line: bytes) -> None:
    assert read_request(request_line) == (NO_METHOD, MALFORMED, b"")
    assert MALFORMED == b"(malformed)"


@pytest.mark.parametrize(
    ("target", "url"),
    [
        (b"/", b"/"),
        (b"/a", b"/a"),
        (b"/a?b=/c", b"/a"),
        (b"/a/b/c?d?e", b"/a/b/c"),
        (b"/a/", b"/a/"),
        (b"/?a", b"/"),
        (b"//a/b?c", b"//a/b"),
        (b"http://h", b"http://h/"),
        (b"http://h?a=/b", b"http://h/"),
        (b"http://h/a/b?c", b"http://h/a/b"),
        (b"http://h//?a", b"http://h//"),
    ],
    ids=lambda value: value.decode(),
)
def test_a_url_is_reported_without_its_query(target: bytes, url: bytes) -> None:
    _, section, rest = read_request(b"GET " + target + b" HTTP/1.1")
    assert section + rest == url


def test_the_section_is_what_stands_before_the_second_slash_of_any_path() -> None:
    for seed in range(1000):
        r = random.Random(seed)
        words = [b"/", b"/", b"a", b"b", b"?", b" ", b"HTTP", b".", b"\xff", b'"', b"*"]
        target = (b"/" + b"".join(r.choices(words, k=r.randint(0, 8)))).rstrip(b" ")
        found = read_request(b"GET " + target + b" HTTP/1.1")
        path = target.split(b"?")[0]
        section = b"/".join(path.split(b"/")[:2])
        assert found[:2] == (b"GET", section), f"seed {seed}: {target!r}"
        assert (section + found[2]).rstrip() == path.rstrip(), (
            f"seed {seed}: {target!r}"
        )


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        (rb"", b""),
        (rb"plain", b"plain"),
        (rb"\"", b'"'),
        (rb"\\", b"\\"),
        (rb"\\\\", b"\\\\"),
        (rb"\\\"", b'\\"'),
        (rb"\\x41", rb"\x41"),
        (rb"\\\x41", rb"\A"),
        (rb"\x41\x0a\xff\xFf\x00", b"A\n\xff\xff\x00"),
        (rb"\x22 \x5C", b'" \\'),
        (rb"\x5cx41", rb"\x41"),
        (rb"\n\t\u0041\x4\xgg\X41", rb"\n\t\u0041\x4\xgg\X41"),
        (b"a\\", b"a\\"),
        (b"\\\xff", b"\\\xff"),
    ],
    ids=lambda value: repr(value)[2:-1],
)
def test_escapes_of_a_quoted_field_are_undone_once(field: bytes, meant: bytes) -> None:
    assert unescape(field) == meant


def test_what_a_server_escapes_comes_back() -> None:
    for seed in range(300):
        r = random.Random(seed)
        meant = bytes(r.choices([*range(256), *b'"\\x4'], k=20))
        for style in ("apache", "nginx"):
            field = b"".join(escaped(byte, style) for byte in meant)
            assert unescape(field) == meant, f"seed {seed}: {style} {field!r}"


def escaped(byte: int, style: str) -> bytes:
    r"""Write a byte as Apache (`\"`) or nginx (`\x22`) does."""
    char = bytes([byte])
    if char in b'"\\' and style == "apache":
        return b"\\" + char
    if char in b'"\\' or not 32 <= byte < 127:
        return b"\\x%02X" % byte
    return char
