"""Lines of logs with the readings that they must have.

`[TIME]` stands for a time, which `dated` puts in.
"""

from monitor.formats.columns import IGNORED

TIME = b"10/Oct/2000:13:55:36 -0700"
EPOCH = 971211336
FRONT = b"1.2.3.4 - - [TIME] "
PLAIN = FRONT + b'"GET /a/b HTTP/1.1" 200 5'
GET = b'"GET /a HTTP/1.1" '
WORDS = b"GET /a"
BAD = b" (malformed)"


def dated(line: bytes) -> bytes:
    return line.replace(b"[TIME]", b"[" + TIME + b"]")


REQUESTS: dict[str, tuple[bytes, bytes, bytes, bytes]] = {
    # What follows the time; then the head, the rest, and the status with the size.
    "common": (b'"GET /a.gif HTTP/1.0" 200 2326', b"GET /a.gif", b"", b"200 2326"),
    "combined": (b'"PUT /a/b?c HTTP/2" 404 12 "-" "x"', b"PUT /a", b"/b", b"404 12"),
    "no bytes": (GET + b"304 -", WORDS, b"", b"304 -"),
    "no status": (GET + b"- 7", WORDS, b"", b"- 7"),
    "neither status nor bytes": (b'"-" - -', BAD, b"", b"- -"),
    "18 digits": (GET + b"200 " + b"9" * 18, WORDS, b"", b"200 " + b"9" * 18),
    "19 digits are no bytes": (GET + b"200 " + b"9" * 19, WORDS, b"", b"200 -"),
    "a word for the bytes": (GET + b'200 12kB "-"', WORDS, b"", b"200 -"),
    "a plus before the bytes": (GET + b'200 +51 "-" "x"', WORDS, b"", b"200 51"),
    "a word before the bytes": (GET + b'404 NoKey 243 - "x"', WORDS, b"", b"404 243"),
    "a fraction before the bytes": (GET + b"200 0.004 12 7", WORDS, b"", b"200 12"),
    "a dash before a number": (GET + b'200 - 113 7 "x"', WORDS, b"", b"200 -"),
    "a number in a later field": (GET + b'200 x "-" "y 5 z" 6', WORDS, b"", b"200 -"),
    "a negative number is no bytes": (GET + b"200 -1 5", WORDS, b"", b"200 5"),
    # Spellings of "no answer was sent".
    "status -1": (GET + b'-1 0 "" "" 50000', WORDS, b"", b"- 0"),
    "status -1 and no bytes": (GET + b"-1 -", WORDS, b"", b"- -"),
    "status 0": (GET + b'0 0 "-"', WORDS, b"", b"- 0"),
    "status 000": (GET + b'000 0 "-" "x"', WORDS, b"", b"- 0"),
    "an empty status": (GET + b'"" 0 "-" "x"', WORDS, b"", b"- 0"),
    "an empty status at the end": (GET + b'""', WORDS, b"", b"- -"),
    "status -1, unescaped": (b'"GET /a"b HTTP/1.1" -1 7', b'GET /a"b', b"", b"- 7"),
    "no status, and a word": (GET + b"- Cut 7 8", WORDS, b"", b"- 7"),
    "status -1, malformed": (b'"<BADREQ>" -1 0 "" ""', BAD, b"", b"- 0"),
    "status -1, without quotes": (b"GET /a HTTP/1.1 -1 5", WORDS, b"", b"- 5"),
    # Tabs, and fields between the time and the request.
    "a tab before the request": (b"\t" + GET + b"200 5", WORDS, b"", b"200 5"),
    "tabs": (b'\t"GET /a HTTP/1.1"\t200\t5\t"-"', WORDS, b"", b"200 5"),
    "a word before": (b"XIH2kQr " + GET + b"200 33 612", WORDS, b"", b"200 33"),
    "a word and an escaped quote": (
        *(rb'XIH "GET /a/\"b HTTP/1.1" 200 33', WORDS, b'/"b', b"200 33"),
    ),
    "a word and a raw quote": (
        *(b'XIH "GET /a/"b HTTP/1.1" 200 33', WORDS, b'/"b', b"200 33"),
    ),
    "a word, malformed": (b'XIH "-" 408 0', BAD, b"", b"408 0"),
    "numbers before": (b"123 0 " + GET + b"200 5", WORDS, b"", b"200 5"),
    "five words before": (
        b'203.0.113.9 arn:x 3E57 REST.GET.OBJECT k "GET /a/k HTTP/1.1" 200 - 113 113',
        *(WORDS, b"/k", b"200 -"),
    ),
    "a quoted field before": (b'"my.site" ' + GET + b"200 5", WORDS, b"", b"200 5"),
    "an empty field before": (b'"" ' + GET + b"200 5", WORDS, b"", b"200 5"),
    "a quoted list before": (b'"1.1, ::2" x ' + GET + b"200 5", WORDS, b"", b"200 5"),
    "a quoted field and a raw quote": (
        *(b'"h" "GET /a/"b HTTP/1.1" 200 5', WORDS, b'/"b', b"200 5"),
    ),
    "a raw quoted word in a request": (
        *(b'"GET /a" "b HTTP/1.1" 200 5', b'GET /a" "b', b"", b"200 5"),
    ),
    "a status before raw quotes": (
        *(b'fe 200 27 {} "GET /a"b HTTP/1.1" 404 5', BAD, b"", b"200 27"),
    ),
    "a status before the quotes": (
        b'fe~ be/srv 0/0/30 200 2750 - - {} "GET /a HTTP/1.1"',
        *(BAD, b"", b"200 2750"),
    ),
    "no request": (b'"-" 408 0', BAD, b"", b"408 0"),
    "empty request": (b'"" 400 0', BAD, b"", b"400 0"),
    "without quotes": (b"GET /a/b HTTP/1.1 200 5", WORDS, b"/b", b"200 5"),
    "a number in it": (b"GET /a1200 5 HTTP/1.1 404 7", b"GET /a1200 5", b"", b"404 7"),
    "bytes of TLS": (rb'"\x16\x03\x01\x02" 400 226', BAD, b"", b"400 226"),
    "raw bytes of TLS": (b'"\x16\x03\x01\x00\xff" 400 226', BAD, b"", b"400 226"),
    "a method that is no token": (b'"G(T /a HTTP/1.1" 400 0', BAD, b"", b"400 0"),
    "raw spaces": (b'"GET /a b/c HTTP/1.1" 200 5', b"GET /a b", b"/c", b"200 5"),
    "absolute": (
        b'"GET http://h/a/b HTTP/1" 200 5',
        b"GET http://h/a",
        b"/b",
        b"200 5",
    ),
    "CONNECT": (b'"CONNECT h:443 HTTP/1.1" 405 5', b"CONNECT h:443", b"", b"405 5"),
    "HTTP/0.9": (b'"GET /a" 200 5', WORDS, b"", b"200 5"),
    # Escapes.
    "escaped quotes in the section": (
        *(rb'"GET /a\"b\"/c HTTP/1.1" 200 5', b'GET /a"b"', b"/c", b"200 5"),
    ),
    "escaped quotes after the section": (
        *(rb'"GET /a/\"b\x22\\ HTTP/1.1" 200 5', WORDS, b'/"b"\\', b"200 5"),
    ),
    "escaped backslash at the end": (
        *(rb'"GET /a\\" 200 5 "-" "x"', b"GET /a\\", b"", b"200 5"),
    ),
    "escaped slash": (rb'"GET /a\x2fb HTTP/1.1" 200 5', WORDS, b"/b", b"200 5"),
    "escaped letter": (rb'"GET /a/b\x63d HTTP/1.1" 200 5', WORDS, b"/bcd", b"200 5"),
    "escaped space at the end": (
        *(rb'"GET /a/b\x20 HTTP/1.1" 200 5', WORDS, b"/b", b"200 5"),
    ),
    "escaped space and a query": (
        *(rb'"GET /a/b\x20?c HTTP/1.1" 404 5', WORDS, b"/b", b"404 5"),
    ),
    "escaped question mark": (
        *(rb'"GET /a/b\x3fc HTTP/1.1" 404 5', WORDS, b"/b", b"404 5"),
    ),
    "an escaped quote that looks like the end": (
        *(rb'"GET /a?\" 200 5 \" HTTP/1.1" 404 9', WORDS, b"", b"404 9"),
    ),
    "an escaped quote in the version": (
        *(rb'"GET /a HTTP/1\" 2 x HTTP/1.1" 404 9', b"GET /a HTTP", b'/1" 2 x'),
        b"404 9",
    ),
    # Servers that do not escape.
    "a raw quote in the section": (
        *(b'"GET /a"b/c HTTP/1.1" 200 5 "-" "x"', b'GET /a"b', b"/c", b"200 5"),
    ),
    "a raw quote after the section": (
        *(b'"GET /a/"b HTTP/1.1" 200 5 "-" "x"', WORDS, b'/"b', b"200 5"),
    ),
    "a raw quote at the end": (b'"GET /a"" 200 5', b'GET /a"', b"", b"200 5"),
    "a raw backslash": (b'"GET /a\\ HTTP/1.1" 200 5', b"GET /a\\", b"", b"200 5"),
    "a raw backslash before the quote": (
        *(b'"GET /a\\" 200 5 "-" "curl"', b"GET /a\\", b"", b"200 5"),
    ),
    "a quote and a status without bytes": (
        *(b'"GET /a" 200 b HTTP/1.1" 404 5', b'GET /a" 200 b', b"", b"404 5"),
    ),
    # Ends of lines.
    "cut after the status": (GET + b"200", WORDS, b"", b"200 -"),
    "cut after the status, unescaped": (
        *(b'"GET /a"b HTTP/1.1" 200', b'GET /a"b', b"", b"200 -"),
    ),
    "cut after the status, another in the request": (
        *(rb'"GET /a\" 200 x HTTP/1.1" 404', b'GET /a" 200 x', b"", b"404 -"),
    ),
    "cut after the space": (
        *(rb'"GET /a\" 200 x HTTP/1.1" 404 ', b'GET /a" 200 x', b"", b"404 -"),
    ),
}

CLIENTS = {
    # What stands before the time, and the client.
    "IPv6": (b"2001:db8::7 - - ", b"2001:db8::7"),
    "host name": (b"host-7.example.com - - ", b"host-7.example.com"),
    "unix socket": (b"unix: - - ", b"unix:"),
    "list of addresses": (b"1.1.1.1, 2.2.2.2,  ::3 - - ", b"1.1.1.1, 2.2.2.2,  ::3"),
    "list in quotes": (b'"1.1.1.1, 2.2.2.2" - - ', b"1.1.1.1, 2.2.2.2"),
    "addresses in quotes": (b'"1.1.1.1 2.2.2.2" - - ', b"1.1.1.1 2.2.2.2"),
    "no client": (b"- - - ", b"-"),
    "a quote at its end": (b'1.2.3.4" - - ', b'1.2.3.4"'),
    "a comma at its end": (b"1.2.3.4, - - ", b"1.2.3.4,"),
    "long": (b"h" * 300 + b" - - ", b"h" * 300),
    "user name": (b"1.2.3.4 - frank ", b"1.2.3.4"),
    "user name with spaces": (b"1.2.3.4 - jane van doe ", b"1.2.3.4"),
    "user name with brackets": (b"1.2.3.4 - [me] ", b"1.2.3.4"),
    "user name with escapes": (rb"1.2.3.4 - \"a\x5d ", b"1.2.3.4"),
    "user name like a time": (b"1.2.3.4 - [01/Jan/1999:00:00:00] ", b"1.2.3.4"),
    "empty user name in quotes": (b'1.2.3.4 - "" ', b"1.2.3.4"),
    "identity and user": (b"1.2.3.4 id frank ", b"1.2.3.4"),
    "a tab in the identity": (b"1.2.3.4 -\tx - ", b"1.2.3.4"),
    "tabs": (b"1.2.3.4\t-\t-\t", b"1.2.3.4"),
    "tabs, host name": (b"h.example\t-\tx\ty\t", b"h.example"),
    "several spaces": (b"  1.2.3.4  -  -  ", b"1.2.3.4"),
    # Ports.
    "IPv4 and port": (b"1.2.3.4:56789 - - ", b"1.2.3.4"),
    "IPv6 and port": (b"[2001:db8::7]:443 - - ", b"2001:db8::7"),
    "IPv6 in brackets": (b"[2001:db8::7] - - ", b"2001:db8::7"),
    "IPv6 that ends like a port": (b"2001:db8::7:443 - - ", b"2001:db8::7:443"),
    "IPv6 and a port of five digits": (b"2001:db8::7:52341 - - ", b"2001:db8::7"),
    "IPv6 of nine groups": (b"2001:db8:0:0:0:0:0:7:443 - - ", b"2001:db8:0:0:0:0:0:7"),
    "IPv4 in IPv6": (b"::ffff:1.2.3.4 - - ", b"::ffff:1.2.3.4"),
    "IPv4 in IPv6 and port": (b"::ffff:1.2.3.4:5678 - - ", b"::ffff:1.2.3.4"),
    "IPv6 with a zone": (b"fe80::1%eth0 - - ", b"fe80::1%eth0"),
    "host name and port": (b"host.example:8080 - - ", b"host.example"),
    "a port alone": (b":80 - - ", b":80"),
    "more digits than a port": (b"host.example:123456 - - ", b"host.example:123456"),
    "a path of a socket": (b"unix:/run/x - - ", b"unix:/run/x"),
    "list with ports": (b"1.1.1.1:5, [::2]:6,x - - ", b"1.1.1.1, ::2,x"),
    "list before a proxy": (b"1.1.1.1, ::2 10.0.0.1 - - ", b"1.1.1.1, ::2"),
    # Words before the client.
    "list that begins with a word": (b"unknown, 1.1.1.1 - - ", b"unknown, 1.1.1.1"),
    "two words before": (b"web1 nginx: 1.2.3.4 - - ", b"1.2.3.4"),
    "a time and a level before": (
        *(b"[2026-11-23 22:48:08,698] INFO 1.2.3.4 -  -  ", b"1.2.3.4"),
    ),
    # Other places of an address.
    "host name behind the address": (b"1.2.3.4 www.example.com - ", b"1.2.3.4"),
    "host name behind, user name": (b"1.2.3.4 www.example.com jane doe ", b"1.2.3.4"),
    "an address behind the address": (b"1.2.3.4 - 5.6.7.8 ", b"1.2.3.4"),
    "an address as a user name": (b"h.example - 5.6.7.8 ", b"5.6.7.8"),
    "an address in a user name": (b"h.example - x ::7 y ", b"::7"),
    "what looks like an address": (b"1.2.3.4.5 - 22:48:03 ", b"1.2.3.4.5"),
}

PREFIXES = {
    # What other programs write in front of a line, with addresses of their own.
    "syslog": b"Nov 23 22:48:03 web1 nginx: ",
    "syslog with an address": b"<190>Nov  3 22:48:03 10.0.0.9 haproxy[412]: ",
    "syslog without a host": b"Nov 23 22:48:03 nginx: ",
    "rsyslog": b"2026-11-23T22:48:05.326492+00:00 ::7 haproxy[22009]: ",
    "journalctl": b"2026-11-23T22:48:05+0000 web1 nginx[12]: ",
    "syslog 5424": b"<190>1 2026-11-23T22:48:05Z 10.0.0.9 nginx 1 ID47 - ",
    "syslog 5424 with data": b'<190>1 2026-11-23T22:48:05Z h ng - - [a b="c d"] \xef\xbb\xbf',
    "kubernetes": b"2026-11-23T22:48:06.123456789Z stdout F ",
    "kubectl": b"[pod/web-0/nginx] ",
    "docker compose": b"web_1   | ",
    "docker logs": b"2026-11-23T22:48:06.123456789Z ",
    "a logging library": b"[2026-11-23 22:48:08,698] INFO ",
    "two prefixes": b"[pod/web-0/nginx] 2026-11-23T22:48:06+01:00 ",
    "three prefixes": b"web-1  | 2026-11-23T22:48:06.1Z Nov 23 22:48:03 web1 nginx: ",
}

BARE_CLIENTS = {
    # A virtual host in front would be taken for the client of these.
    "nothing before the time": (b"", b"-"),
    "empty user name": (b"1.2.3.4 -  ", b"1.2.3.4"),
    "two addresses in a row": (b"10.0.0.1:80 1.2.3.4 - - ", b"1.2.3.4"),
    "an address of a virtual host": (b"10.0.0.1:80 h.example - - ", b"10.0.0.1"),
    "one word": (b"h.example ", b"h.example"),
}

VHOSTS = {
    "virtual host": (b"example.com:443 1.2.3.4 - - ", b"1.2.3.4"),
    "virtual host, user name": (b"example.com:443 1.2.3.4 - jane doe ", b"1.2.3.4"),
    "virtual host, user of a space": (b"example.com 1.2.3.4 -   ", b"1.2.3.4"),
    "virtual host, empty user": (b"example.com 1.2.3.4 -  ", b"1.2.3.4"),
    "virtual host, list": (b"example.com 1.1.1.1, 2.2 - - ", b"1.1.1.1, 2.2"),
    "virtual host, host name": (b"example.com:443 h.example - - ", b"h.example"),
    "virtual host, host name and port": (b"example.com h.example:1 - - ", b"h.example"),
    "virtual host with digits": (b"10.example.com h.example - - ", b"h.example"),
}

TAILS = {
    # What follows a plain line, and changes nothing.
    "carriage return": b"\r",
    "two carriage returns": b"\r\r",
    "a space": b" ",
    "cut in the referrer": b' "http://x',
    "many fields": b' "-" "x" 0.004 "a\\"b" [x] - \x80\x00 200 9',
    "an agent that looks like a line": b' "-" "' + PLAIN + b'"',
}

NO_TIME, NO_STATUS = "no time in it", "no status in it"
UNKNOWN_MONTH = "the month is not known"
NO_SUCH_TIME = "its time does not exist"
NO_HITS = {
    "blank": (b"", IGNORED),
    "spaces": (b"  \t ", IGNORED),
    "a carriage return alone": (b"\r", IGNORED),
    "comment": (b"# date time", IGNORED),
    "comment with a line in it": (b"# " + PLAIN, IGNORED),
    "comment without a space": (b"#" + PLAIN, IGNORED),
    "rotation": (b"Nov 23 0:00:00 web newsyslog[123]: logfile turned over", IGNORED),
    "its cause": (b"newsyslog[1]: logfile turned over due to size>1K", IGNORED),
    "a boot": (b"-- Boot 8b2c1a0de7f34c55 --", IGNORED),
    "the first line of a journal": (
        b"-- Logs begin at Mon 2026-03-02 08:00:00 --",
        IGNORED,
    ),
    "what is no boot": (b"x -- Boot 8b2c1a0de7f34c55 --", NO_TIME),
    "another notice": (b"Nov 23 newsyslog[1]: restarted", NO_TIME),
    "words": (b"hello world", NO_TIME),
    "zero bytes": (b"\x00\x01\xff", NO_TIME),
    "no CLF": (b'x "status":200,"time":"10/Oct/2000:13:55:36 -0700"', NO_TIME),
    "time without brackets": (PLAIN.replace(b"[TIME]", TIME), NO_TIME),
    "ISO time of another program": (b"2000-10-10T13:55:36Z GET 200", NO_TIME),
    "cut in the time": (b"1.2.3.4 - - [10/Oct/2000:13:55", NO_TIME),
    "endless fraction": (
        PLAIN.replace(b"TIME", TIME[:20] + b"." + b"1" * 99),
        NO_TIME,
    ),
    "no such month": (PLAIN.replace(b"TIME", b"10/lis" + TIME[6:]), UNKNOWN_MONTH),
    "no such day": (PLAIN.replace(b"TIME", b"31/Feb" + TIME[6:]), NO_SUCH_TIME),
    "cut after the time": (FRONT[:-1], NO_STATUS),
    "cut in the request": (FRONT + b'"GET /a HT', NO_STATUS),
    "cut after the request": (FRONT + GET[:-1], NO_STATUS),
    "cut in the status": (FRONT + GET + b"20", NO_STATUS),
    "a status of two digits": (FRONT + GET + b"99 5", NO_STATUS),
    "a status of four": (FRONT + GET + b"2000 5", NO_STATUS),
    "a word for a status": (FRONT + GET + b"ok 5", NO_STATUS),
    "cut after a field": (FRONT + b'XIH2kQr "my.site"', NO_STATUS),
    "cut in the request after a field": (FRONT + b'XIH2kQr "GET /a 200 5 H', NO_STATUS),
    "cut in the request after a quoted field": (FRONT + b'"h" "GET /a 2', NO_STATUS),
    "an error log": (b"[TIME] [error] [client 1.2.3.4] not found", NO_STATUS),
}

DOUBTFUL = [
    # Lines that a pattern could read in another way.
    front + b'[TIME] "GET / HTTP/1.1" 200 5 "-" "x"'
    for front in (
        *(b"- - - - ", b"h - - - ", b'h "x - - ', b'h "x y" - - ', b'"h 1.2.3.4" - '),
        *(b'h 1.2.3.4" - - ', b"h 1.2.3.4, - - ", b"h, 1.2.3.4 - - "),
        *(b"h - a.b 1.2.3.4 ", b"h - a.b ::7 ", b"cafe:80 - x ", b"fe80::7:52341 - x "),
        *(b"h - 1.2.3.4 ", b"v h - 1.2.3.4 ", b"h - a.b@c.d ", b"h - a 1.2.3.4:5 "),
        *(b"10.0.0.1 h - - ", b"::1 h - - ", b"10.0.0.1:80 h - x ", b"v\tx h - - "),
        *(b"h\tx - - ", b"web| - x ", b"web |h - x ", b"h:1 - x ", b"v:1 h:1 - x "),
        *(b"::1 - x ", b"unix: - x ", b"v unix: - x ", b"a,1.2.3.4 - x ", b"_ h - x "),
        *(b"2026-11-23T22:48:06Z - x ", b"2026-11-23T22:48:06Z h - x ", b"cafe:: h - "),
        *(b"2026-11-23T22:48:06Z - - - ", b"v:0123456 h - - ", b"fe80::1 h - - "),
    )
]


def all_lines() -> list[bytes]:
    """Return each line of these tables."""
    fronts = [*CLIENTS.values(), *BARE_CLIENTS.values(), *VHOSTS.values()]
    lines = [FRONT + row[0] for row in REQUESTS.values()]
    lines += [front + b'[TIME] "GET / HTTP/1.1" 200 5 "-"' for front, _ in fronts]
    lines += [prefix + PLAIN for prefix in PREFIXES.values()]
    lines += [PLAIN + tail for tail in TAILS.values()]
    lines += [line for line, _ in NO_HITS.values()]
    return [dated(line) for line in (*lines, *DOUBTFUL)]
