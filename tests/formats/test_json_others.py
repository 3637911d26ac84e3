"""Objects that are no requests: lines of other programs, unparsed lines, envelopes."""

import pytest

from monitor.formats import Reader
from monitor.formats.columns import IGNORED
from monitor.formats.hits import Hit
from monitor.formats.json_lines import JsonLines, envelope_in, unwrap_lines
from monitor.formats.wrappers import Envelope

REQUEST = (
    '"request":{"remote_ip":"198.51.100.7","method":"GET","uri":"/a"},"status":502'
)
AZURE = '"properties":{"clientIP":"198.51.100.7","httpStatus":200,"requestUri":"/a"'
TIME = '"time":"2026-03-01T12:34:56Z"'

IGNORED_LINES = {
    "caddy, tls": '{"level":"info","ts":1772368496.1,"logger":"tls","msg":"cleaning"}',
    "caddy, start": '{"level":"info","ts":1772368496.1,"msg":"using config from file"}',
    "caddy, admin": (
        '{"level":"info","ts":1772368496.1,"logger":"admin.api","msg":"received request",'
        '"method":"POST","host":"localhost:2019","uri":"/load","remote_ip":"127.0.0.1"}'
    ),
    "caddy, an error repeats its request": (
        '{"level":"error","ts":1772368496.1,"logger":"http.log.error.log0","msg":"dial tcp",'
        f'"duration":0.1,"err_id":"x",{REQUEST}}}'
    ),
    "caddy, an upstream": (
        '{"level":"debug","ts":1772368496.1,"logger":"http.handlers.reverse_proxy",'
        f'"msg":"upstream roundtrip",{REQUEST}}}'
    ),
    "caddy console, start": "2026/03/01 12:34:56.789\tINFO\tserving configuration",
    "caddy console, tls": (
        '2026/03/01 12:34:56.789\tWARN\ttls\tstapling OCSP\t{"error": "no OCSP"}'
    ),
    "caddy console, an error": (
        "2026/03/01 12:34:56.789\tERROR\thttp.log.error\tdial tcp\t{" + REQUEST + "}"
    ),
    "traefik 2": f'{{"level":"info","msg":"Configuration loaded",{TIME}}}',
    "traefik 3": f'{{"level":"warning",{TIME},"message":"No certificate"}}',
    "google, another resource": (
        '{"insertId":"1","jsonPayload":{"a":1},"resource":{"type":"gce_instance"},'
        '"timestamp":"2026-03-01T12:34:56Z"}'
    ),
    "google, a text": (
        '{"insertId":"1","textPayload":"started","resource":{"type":"k8s_container"},'
        '"timestamp":"2026-03-01T12:34:56Z"}'
    ),
    "azure, firewall": f'{{{TIME},"category":"ApplicationGatewayFirewallLog",{AZURE}}}}}',
    "azure, probes": f'{{{TIME},"category":"FrontDoorHealthProbeLog",{AZURE}}}}}',
    "front door, behind a shield": (
        f'{{{TIME},"category":"FrontDoorAccessLog",{AZURE},"isReceivedFromClient":false}}}}'
    ),
    "front door, behind a shield, as a text": (
        f'{{{TIME},"category":"FrontDoorAccessLog",{AZURE},"isReceivedFromClient":"False"}}}}'
    ),
}
UNPARSED = {
    "no status": ('{"time":1772368496,"request":"GET / HTTP/1.1"}', "has no status"),
    "no time": ('{"status":200,"request":"GET / HTTP/1.1"}', "has no time"),
    "no request": (f'{{{TIME},"status":200,"msg":"x"}}', "has no request"),
    "an application": (f'{{"level":30,{TIME},"msg":"x"}}', "has no status"),
    "an access log without a status": (
        f'{{"level":"info",{TIME},"msg":"","RequestMethod":"GET"}}',
        "has no status",
    ),
    "a caddy log without a status": (
        (
            '{"level":"info","ts":1772368496,"logger":"http.log.access","msg":"handled request",'
            '"request":{"method":"GET","uri":"/a"}}'
        ),
        "has no status",
    ),
    "a category that is not known": (
        f'{{{TIME},"category":"AppServiceHTTPLogs","properties":{{"ScStatus":200}}}}',
        "has no status",
    ),
    "nothing": ("{}", "has no status"),
    "many in one": (f'{{"records":[{{{TIME},"status":200}}]}}', "jq -c '.records[]'"),
}
HITS = {
    "a logger of another program": (
        f'{{"logger":"http",{TIME},"status":200,"request":"GET /a HTTP/1.1"}}',
        b"GET /a",
    ),
    "an access log with a level": (
        f'{{"level":"error",{TIME},"msg":"x","status":500,"path":"/a/b","method":"GET"}}',
        b"GET /a",
    ),
    "a target without a method": (f'{{{TIME},"status":200,"uri":"/a/b"}}', b" /a"),
    "a method without a target": (
        f'{{{TIME},"status":200,"method":"GET"}}',
        b" (malformed)",
    ),
    "an empty request": (f'{{{TIME},"status":400,"request":""}}', b" (malformed)"),
    "no request in a known log": (
        f'{{"StartUTC":"2026-03-01T12:34:56Z","DownstreamStatus":200,{TIME}}}',
        b" (malformed)",
    ),
    "spaces before it": (f'  {{{TIME},"status":200,"uri":"/a/b"}}', b" /a"),
}


@pytest.mark.parametrize("line", IGNORED_LINES.values(), ids=IGNORED_LINES)
def test_a_line_of_another_program_is_ignored(line: str) -> None:
    assert JsonLines().take(line.encode()) == IGNORED


@pytest.mark.parametrize("row", UNPARSED.values(), ids=UNPARSED)
def test_an_object_that_lacks_a_field_is_unparsed(row: tuple[str, str]) -> None:
    reason = JsonLines().take(row[0].encode())
    assert isinstance(reason, str)
    assert row[1] in reason


@pytest.mark.parametrize("row", HITS.values(), ids=HITS)
def test_an_object_with_a_part_of_a_request_is_a_hit(row: tuple[str, bytes]) -> None:
    hit = JsonLines().take(row[0].encode())
    assert isinstance(hit, Hit)
    assert hit.head == row[1]


ENVELOPES: dict[str, tuple[str, Envelope]] = {
    "docker": (
        r'{"log":"GET \"/\"\n","stream":"stdout","time":"2026-03-01T12:34:56.9Z"}',
        Envelope(b'GET "/"', b"stdout", is_part=False),
    ),
    "docker, a part": (
        '{"log":"abc","stream":"stderr","attrs":{"tag":"x"},"time":"2026-03-01T12:34:56.9Z"}',
        Envelope(b"abc", b"stderr", is_part=True),
    ),
    "docker, a terminal": (
        r'{"log":"\u001b[0mabc\r\n","stream":"stdout","time":"2026-03-01T12:34:56.9Z"}',
        Envelope(b"\x1b[0mabc", b"stdout", is_part=False),
    ),
    "docker, a blank line": (
        r'{"log":"\n","stream":"stdout","time":"2026-03-01T12:34:56.9Z"}',
        Envelope(b"", b"stdout", is_part=False),
    ),
    "docker, an object": (
        r'{"log":"{\"status\":200}\n","stream":"stdout","time":"2026-03-01T12:34:56.9Z"}',
        Envelope(b'{"status":200}', b"stdout", is_part=False),
    ),
    "fluent-bit, the line alone": (
        '{"log":"abc"}',
        Envelope(b"abc", b"", is_part=False),
    ),
    "a stream that docker does not have": (
        '{"log":"abc","stream":"s1","time":"2026-03-01T12:34:56.9Z"}',
        Envelope(b"abc", b"s1", is_part=False),
    ),
    "a stream that is no text": (
        r'{"log":"abc\n","stream":"\ud800"}',
        Envelope(b"abc", b"\xed\xa0\x80", is_part=False),
    ),
    "fluent-bit": (
        '{"log":"abc","kubernetes":{"host":"a"}}',
        Envelope(b"abc", b"", is_part=False),
    ),
    "filebeat": (
        '{"@timestamp":"2026-03-01T12:34:56.000Z","message":"abc","log":{"offset":1},"stream":1}',
        Envelope(b"abc", b"", is_part=False),
    ),
    "a status of the envelope": (
        '{"message":"abc","status":"info","timestamp":1}',
        Envelope(b"abc", b"", is_part=False),
    ),
    "journald": (
        '{"MESSAGE":"abc","__REALTIME_TIMESTAMP":"1772368496123456","PRIORITY":"6"}',
        Envelope(b"abc", b"", is_part=False),
    ),
    "journald, bytes": (
        '{"MESSAGE":[97,255,98],"PRIORITY":"6"}',
        Envelope(b"a\xffb", b"", is_part=False),
    ),
    "google": (
        r'{"insertId":"1","resource":{},"textPayload":"abc\n"}',
        Envelope(b"abc", b"", is_part=False),
    ),
    "loki": ('{"labels":{},"line":"abc"}', Envelope(b"abc", b"", is_part=False)),
}
NO_ENVELOPES = {
    "an access log": f'{{{TIME},"status":200,"uri":"/a","message":"abc"}}',
    "an access log without an answer": f'{{{TIME},"status":"","uri":"/a","message":"abc"}}',
    "no text": '{"message":1,"log":{},"line":null}',
    "an empty text": '{"message":""}',
    "several lines": r'{"message":"a\nb"}',
    "journald, nothing": '{"MESSAGE":null}',
    "journald, no bytes": '{"MESSAGE":[256,"a"]}',
    "another line": "abc",
    "damaged": '{"message":"abc"',
}


@pytest.mark.parametrize("row", ENVELOPES.values(), ids=ENVELOPES)
def test_the_line_in_an_envelope_is_found(row: tuple[str, Envelope]) -> None:
    assert envelope_in(row[0].encode()) == row[1]


@pytest.mark.parametrize("line", NO_ENVELOPES.values(), ids=NO_ENVELOPES)
def test_another_object_is_no_envelope(line: str) -> None:
    assert envelope_in(line.encode()) is None


ACCESS = r"198.51.100.7 - - [01/Mar/2026:12:34:56 +0000] \"GET /a/b HTTP/1.1\" 200 12\n"
PROGRAM = r"{\"level\":\"info\",\"message\":\"x\",\"time\":\"2026-03-01T12:34:56Z\"}\n"
INNER_LINES = {
    # An object with the line %s in it.
    "google": '{"insertId":"1","resource":{},"textPayload":"%s","timestamp":1772368496}',
    "a shipper": f'{{"level":"info","message":"%s",{TIME}}}',
    "docker": f'{{"log":"%s","stream":"stdout",{TIME}}}',
}


@pytest.mark.parametrize("outer", INNER_LINES.values(), ids=INNER_LINES)
@pytest.mark.parametrize("inner", [ACCESS, PROGRAM], ids=["access", "program"])
def test_a_line_in_an_object_is_read_before_the_object_is_ignored(
    outer: str, inner: str
) -> None:
    columns = Reader().read((outer % inner).encode() + b"\n")
    assert len(columns) == (inner == ACCESS)
    assert all(mark.is_ignored for mark in columns.marks)
    assert len(columns) + len(columns.marks) == 1


def test_an_ignored_object_counts_before_the_reason_against_its_wrapper() -> None:
    fields = "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n"
    line = (
        '2026-03-01 12:34:56 {"level":"info","msg":"x","message":"x","ts":1772368496}\n'
    )
    columns = Reader().read((fields + line).encode())
    assert [mark.reason for mark in columns.marks] == ["ignored", "ignored"]


UNWRAPPED = {
    "an object": (b'{"message":"a"}\n', b"a\n"),
    "an object behind another line": (b'x\n{"message":"a"}\n', b"x\na\n"),
    "a hit": (b'{"message":"a","status":200}\n', b'{"message":"a","status":200}\n'),
    "a damaged object": (b'{"message":"a"\n', b'{"message":"a"\n'),
    "another wrapper": (b'{"log":"a","stream":"stdout"}\nweb-1  | b\n', None),
    "another wrapper and no part": (b'{"line":"a"}\nweb-1  | b\n', b"a\nb\n"),
    "a part of an object": (b'{"log":"a","stream":"stdout","time":"x"}\n', None),
    "a part beside an object": (
        b'{"line":"a"}\n2026-03-01T12:34:56.1Z stdout P b\n',
        None,
    ),
    "no object": (b"web-1  | b\n", b"b\n"),
    "blank": (rb'{"log":"\n","stream":"stdout"}' + b"\n", b"\n"),
}


@pytest.mark.parametrize("row", UNWRAPPED.values(), ids=UNWRAPPED)
def test_the_lines_of_a_block_lose_their_outer_wrapper(
    row: tuple[bytes, bytes | None],
) -> None:
    assert unwrap_lines(row[0]) == row[1]
