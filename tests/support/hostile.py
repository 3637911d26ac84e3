"""Lines of logs that somebody made odd."""

import random
from collections.abc import Sequence

from support.loglines import PREFIXES, TIME

HOSTILE: Sequence[bytes] = [
    *(b"", b" ", b"  ", b"-", b"\t", b"\r", b"\n", b"\0", b"\x0b", b"\x1c", b"\x85"),
    *(b"\x80", b"\xff", b'"', b"\\", b'\\"', b"\\\\", b"\\x20", b"\\x22", b"\\x2f"),
    *(b"\\x3f", b"\\x0a", b"[", b"]", b",", b"#", b":", b"?", b"/", b"*", b"0", b"200"),
    *(b"1234567890123456789", b"a", b"HTTP/", b"GET", b"unix:", b"http://"),
    *(b'" 200 5', b' HTTP/1.1" 200 5 ', b"x" * 99, b"x" * 401, b"x" * 513),
]
# The fields of a line; the first of each is the usual one.
FIELDS: Sequence[Sequence[bytes]] = [
    (b"", *PREFIXES.values()),
    (
        b"",
        b"",
        b"",
        b"www.example.com:80 ",
        b"v ",
        b"v, ",
        b"- ",
        b"::1 ",
        b"9.9.9.9:80 ",
    ),
    (b"1.2.3.4", b"::1", b"h.example", b"-", b"1.1.1.1, 2.2.2.2", b'"1.1, 2.2"', b"a,")
    + (
        b"1.2.3.4:5",
        b"[::1]:80",
        b"h.example:80",
        b"unix:",
        b"::ffff:1.2.3.4",
        b"h\t9",
    ),
    (b" ", b" ", b"\t"),
    (b"-", b"-", b"id", b"-\tx"),
    (b" ", b" ", b"\t"),
    (b"-", b"frank", b"jane doe", b"", b" ", b'""', b"[x]", b'"x', b"[" + TIME[:20])
    + (b"9.9.9.9", b"x ::1", b"a.b@c.d", b"v1.2"),
    (b" [",),
    (TIME, TIME, TIME, b"31/Feb/2024:00:00:00 +0000", TIME[:20], TIME[:20] + b".12345")
    + (TIME[:11] + b" " + TIME[12:], TIME[:20] + b",123 +02", TIME[:20] + b" CET")
    + (b"1" + TIME[2:20] + b" -07:00", b"10/lis" + TIME[6:]),
    (b"] ", b"]\t"),
    (b"", b"XIH2kQr ", b'"h" ', b"1.1.1.1 ", b"9.9.9.9 x 123 0 "),
    (b'"', b'"', b'"', b'"', b'"', b"", b'""'),
    (b"GET", b"POST", b"OPTIONS", b"CONNECT", b"G\xc3T", b'G"T'),
    (b" ",),
    (b"/a/b", b"/", b"/a", b"/a?x=/y", b"//x/y", b"http://h/p/q", b"*", b"h:443"),
    (
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
    ),
    (b" HTTP/1.1", b" HTTP/1.1", b"", b" HTTP/", b" HTTP/1.1 ", b" HTTP/\\x20"),
    (b'" ', b'" ', b'" ', b'" ', b'"', b'"  '),
    (b"200", b"404", b"-", b"500", b"99", b"1000", b"000", b"-1", b"0", b'""'),
    (b" ",),
    (
        b"1234",
        b"0",
        b"-",
        b"123456789012345678",
        b"1234567890123456789",
        b"",
        b"5-",
        b"+51",
    ),
    (b"", b' "-" "x"', b' "cut', b"\r", b' "\\"" "a\\\\"', b' "a" 200 5', b" \r"),
]
ODD: Sequence[bytes] = [b"", b"#x", b" ", b"\r", b"newsyslog[1]: logfile turned over"]


def hostile_line(r: random.Random, front: bytes = b"", tail: bytes = b"") -> bytes:
    """Return a regular line with no, one or several odd fields; sometimes not even that."""
    kind = r.random()
    if kind < 0.05:
        return r.choice(ODD)
    if kind < 0.1:
        return b"".join(r.choices(HOSTILE, k=r.randint(1, 12)))
    oddity = r.choice((0.0, 0.1, 0.1, 0.5))
    usual = [b"", front, *(each[0] for each in FIELDS[2:-1]), tail]
    pairs = zip(usual, FIELDS, strict=True)
    fields = [r.choice(each) if r.random() < oddity else one for one, each in pairs]
    for _ in range(r.choice((0, 0, 0, 1, 2))):
        index = r.randrange(len(fields))
        at = r.randint(0, len(fields[index]))
        fields[index] = fields[index][:at] + r.choice(HOSTILE) + fields[index][at:]
    line = b"".join(fields)
    if r.random() < 0.1:
        at = r.randrange(len(line))
        line = line[:at] + r.choice((b"", r.randbytes(1))) + line[at + 1 :]
    return line
