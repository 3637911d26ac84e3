"""Lines of W3C Extended logs, and what their parser takes."""

from monitor.formats.header import Header
from monitor.formats.hits import Hit, Taken
from monitor.formats.w3c import W3c

MARCH = 1772368496
"""2026-03-01T12:34:56Z"""

IIS = (
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken"
)
IIS_LINE = (
    "2026-03-01 12:34:56 10.0.0.1 GET /shop/default.aspx id=4&x=/a 443 - 198.51.100.7 "
    "agent/1.0+(a;+b) - 200 0 0 187"
)
CLOUDFRONT_LINE = (
    "2026-03-01\t12:34:56\tFRA60-P1\t4096\t198.51.100.7\tGET\td111.cloudfront.net\t"
    "/shop/a%2520b.html\t200\thttps://a.test/\tagent/1.0%20(x)\tid=4\t-\tHit\tAbC_-==\tshop.test\t"
    "https\t310\t0.021\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\tHTTP/2.0\t-\t-\t50123\t0.020\tHit\t"
    "text/html\t4000\t-\t-"
)
SHORT = "#Fields: date time c-ip cs-method cs-uri-stem sc-status"
SHORT_LINE = "2026-03-01 12:34:56 198.51.100.7 GET /a/b 200"


def w3c_after(*lines: str) -> W3c:
    header = Header()
    for line in lines:
        header.note(line.encode())
    return W3c(header)


def take(text: str) -> Taken:
    """Take the last line of a text. The lines before it are directives."""
    *header, line = text.split("\n")
    return w3c_after(*header).take(line.encode())


def hit(text: str) -> Hit:
    taken = take(text)
    assert isinstance(taken, Hit), taken
    return taken


def with_fields(fields: str, values: str) -> str:
    return f"#Fields: {fields}\n{values}"
