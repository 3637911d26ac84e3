"""A line that cannot be parsed: the kind of its file, or the format that comes closest."""

import json
import random
from time import process_time

import pytest
from support.loglines import dated

from monitor.formats import reader_of
from monitor.formats.wrongfiles import KINDS

ACCESS = "; give the access log instead"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        pytest.param(
            b"2026/11/23 22:48:03 [error] 77#77: *1 open() failed",
            "an error log of nginx" + ACCESS + ", usually /var/log/nginx/access.log",
            id="nginx",
        ),
        pytest.param(
            b"[Mon Nov 23 22:48:03.123456 2026] [core:error] [pid 7:tid 8] AH00126",
            "an error log of Apache" + ACCESS + ", usually /var/log/apache2",
            id="Apache",
        ),
        pytest.param(
            dated(b"[TIME] [error] [client 192.0.2.1] not found"),
            "an error log of Apache" + ACCESS + ", usually /var/log/apache2",
            id="Apache with another time",
        ),
        pytest.param(
            b"[23-Nov-2026 22:48:03 UTC] PHP Warning:  Undefined variable $x",
            "an error log of PHP" + ACCESS,
            id="PHP",
        ),
        pytest.param(
            b"--a1b2c3d4-A--", "an audit log of ModSecurity", id="ModSecurity"
        ),
        pytest.param(
            b'time="2026-03-01T12:34:57Z" level=debug msg="x"',
            "a log of what a program does",
            id="Traefik 2",
        ),
        pytest.param(
            b"2026-03-01T12:34:57Z INF Starting provider",
            "a log of what a program does",
            id="Traefik 3",
        ),
        pytest.param(
            b"01-Mar-2026 12:34:56.789 INFO [main] org.apache.catalina.startup.Server x",
            "a log of what Tomcat does",
            id="catalina.out",
        ),
        pytest.param(
            b"Mar  1 12:34:56 host systemd[1]: Started x.",
            "a log of the system",
            id="syslog",
        ),
        pytest.param(
            b"2026-03-01T12:34:56.123456+00:00 host sshd[12]: Failed password",
            "a log of the system",
            id="syslog of rsyslog",
        ),
        pytest.param(
            b"tls 2.0 2026-03-01T12:34:56 net/lb/c6e7 g3d4 198.51.100.7:51341 10.0.0.1:443 5",
            "a log of connections of Amazon",
            id="a network load balancer",
        ),
        pytest.param(
            b"2026-03-01T12:34:56.186641Z 198.51.100.7 2817 443 TLSv1.3 TLS_AES_128 4.0",
            "a log of connections of Amazon",
            id="connections of an application load balancer",
        ),
        pytest.param(
            b"198.51.100.7, -, 3/1/2026, 12:34:56, W3SVC1, WEB, 10.0.0.1, 187, 300, 77, 200,",
            "a log in the format of IIS",
            id="IIS",
        ),
        pytest.param(
            b'INFO:     198.51.100.7:5278 - "GET / HTTP/1.1" 200 OK',
            "a log of uvicorn, which has no times",
            id="uvicorn",
        ),
        pytest.param(b"\x1f\x8b\x08\0\0", "data compressed by gzip", id="gzip"),
        pytest.param(b"BZh91AY&SY", "data compressed by bzip2", id="bzip2"),
        pytest.param(b"\xfd7zXZ\0", "data compressed by xz", id="xz"),
        pytest.param(b"\x28\xb5\x2f\xfd\x04", "data compressed by zstd", id="zstd"),
        pytest.param(b"PK\x03\x04\x14", "a zip archive", id="zip"),
        pytest.param("1.2.3".encode("utf-16"), "text in UTF-16", id="UTF-16"),
        pytest.param(b"\x7fELF\x02\x01\x01\0\0", "binary data", id="a program"),
        pytest.param(b"\x01\x02\x03\x04", "binary data", id="control characters"),
        pytest.param(b"<!DOCTYPE html>", "a web page", id="HTML"),
        pytest.param(b'<?xml version="1.0"?>', "XML", id="XML"),
        pytest.param(b'[{"ip":"192.0.2.1"},', "an export in JSON", id="a JSON array"),
        pytest.param(b'  "ip": "192.0.2.1",', "an export in JSON", id="indented JSON"),
        pytest.param(b"  },", "an export in JSON", id="the end of an object"),
        pytest.param(b'{"records": [{', "an export in JSON", id="JSON records"),
        pytest.param(b'{"a":1}', "a JSON object that", id="a JSON object"),
        pytest.param(
            *(b'{"log":"[1-Mar] PHP Notice:\\n"}', "an error log of PHP"),
            id="an object with a line",
        ),
        pytest.param(b"INSERT INTO hits VALUES (1)", "an export in SQL", id="SQL"),
        pytest.param(b'"time","client ip","status"\r', "an export in CSV", id="CSV"),
        pytest.param(b"2026-03-01T12:34:56Z,1.2.3.4", "a log in CSV", id="CSV lines"),
        pytest.param(b"date;host;status", "an export in CSV", id="CSV of Excel"),
        pytest.param(
            b"2026-03-01 12:00:00 198.51.100.7 - 10.0.0.1 21 USER ann 331 0 0 abc",
            "a log of an FTP server" + ACCESS,
            id="FTP",
        ),
        pytest.param(
            b"12:00:00 198.51.100.7 [1]USER anonymous 331",
            "a log of an FTP server" + ACCESS,
            id="FTP with numbers",
        ),
        pytest.param(
            b"2026-03-01 12:00:00 198.51.100.7 EHLO - +x 250",
            "a log of a mail server" + ACCESS,
            id="SMTP",
        ),
        pytest.param(
            b"2026-03-01\t12:00:00.123\t198.51.100.7\tGET",
            "a line of a W3C log",
            id="W3C",
        ),
    ],
)
def test_a_known_wrong_file_is_named(line: bytes, kind: str) -> None:
    assert reader_of("auto").explain(line).startswith(f"this is {kind}")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        pytest.param(b"what is this?", "combined, 14, time", id="words"),
        pytest.param(b"", "combined, 1, client", id="nothing"),
        pytest.param(b"1.2.3.4 - - [x] ", "combined, 13, time", id="a wrong time"),
        pytest.param(
            b'1.2.3.4 - - [31/Feb/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 5',
            "combined, 13, time",
            id="a time that does not exist",
        ),
        pytest.param(
            dated(b'1.2.3.4 - - [TIME] "GET /a" OK'),
            "combined, 51, status",
            id="no status",
        ),
        pytest.param(
            dated(b'1.2.3.4 - - [TIME] "-" 200 5'),
            "combined, 42, request",
            id="a malformed request",
        ),
        pytest.param(
            dated(b'h:443 1.2.3.4 - - [TIME] "-" 200 5'),
            "vhost_combined, 48, request",
            id="a virtual host",
        ),
        pytest.param(
            dated(b'1.2.3.4 - me too [TIME] "GET / HTTP/1.1" 200 5'),
            "combined, 69, referrer",
            id="common",
        ),
        pytest.param(
            b"[pid: 1|app: 0|req: 1/1] 192.0.2.1 () {3 vars in 6 bytes} [yesterday]",
            "uwsgi, 50, time",
            id="uwsgi without a time",
        ),
        pytest.param(
            b"web-1  | [pid: 1|app: 0|req: 1/1] 192.0.2.1 () {3 vars in 6 bytes} [yesterday]",
            "uwsgi, 50, time",
            id="uwsgi in a wrapper",
        ),
        pytest.param(
            b"[pid: 1|app: 0|req: 1/1] 192.0.2.1 () {3 vars in 6 bytes} [Sun Mar  1 12:34:56 2026]"
            b" GET / => generated 7 bytes in 5 micros via",
            "uwsgi, 128, next field",
            id="the second string of uwsgi",
        ),
        pytest.param(
            b"1772368496.001      0 192.0.2.1 NONE_NONE/400 0 NONE error:x - HIER_NONE/- -",
            "squid, 54, request",
            id="squid with a malformed request",
        ),
        pytest.param(
            b"2026-03-01T12:34:56.1Z lb 192.0.2.1:2817 10.0.0.1:80 0.1 0.2 0.3 OK",
            "elb, 65, status",
            id="a time that may be a wrapper",
        ),
    ],
)
def test_the_closest_format_is_named_with_the_byte(line: bytes, place: str) -> None:
    name, byte, field = place.split(", ")
    text = (
        f"format {name} comes closest, up to byte {byte}, where its {field} is missing"
    )
    assert text in reader_of("auto").explain(line)


@pytest.mark.parametrize("name", ["common", "combinedio", "squid", "uwsgi"])
def test_a_format_that_was_named_is_the_closest(name: str) -> None:
    explanation = reader_of(name).explain(b"1.2.3.4 x y z")
    assert f"format {name} comes" in explanation
    assert explanation.endswith("; leave --format out")


def test_a_string_is_to_be_corrected() -> None:
    explanation = reader_of("%h %t [%>s]").explain(b"1.2.3.4 x y z")
    assert explanation.endswith("; correct the string")


def test_a_line_is_none_of_a_named_format_without_a_string() -> None:
    explanation = reader_of("json").explain(b"1.2.3.4 x y z")
    assert explanation == "the line is none of the format json; leave --format out"


def test_a_wrong_file_is_named_in_a_wrapper() -> None:
    line = b"web-1  | 2026/11/23 22:48:03 [error] 77#77: *1 open() failed"
    assert reader_of("auto").explain(line).startswith("this is an error log of nginx")


@pytest.mark.parametrize("piece", [b" ", b'"', b"\\", b"[", b"a,", b"\0a", b"a", b"- "])
def test_any_line_is_explained_in_linear_time(piece: bytes) -> None:
    reader = reader_of("auto")
    for front in (b"", b"[", dated(b'1.2.3.4 - - [TIME] "')):
        begin = process_time()
        reader.explain(front + piece * (100_000 // len(piece)))
        assert process_time() - begin < 0.5


def test_random_bytes_are_explained() -> None:
    rng = random.Random(1)
    for _ in range(100):
        assert reader_of("auto").explain(rng.randbytes(rng.randrange(60)))


def test_each_kind_says_what_to_do() -> None:
    assert all(kind.advice for kind in KINDS)


def test_an_object_in_many_objects_is_explained() -> None:
    line = "x"
    for _ in range(5):
        line = json.dumps({"log": line})
    assert "a JSON object" in reader_of("auto").explain(line.encode())
