"""Each writer of W3C Extended logs has its own fields, parted in its own way."""

import pytest
from support.w3clines import CLOUDFRONT_LINE, IIS, IIS_LINE, MARCH, take

from monitor.formats.hits import Hit

INCAPSULA = "#Fields: date time c-ip cs-method cs-uri sc-status cs(User-Agent) cs(Referrer) sc-bytes"
INCAPSULA_LINE = '"2026-03-01" "12:34:56" "198.51.100.7" "GET" "shop.test:443/a/b" "200" "agent (""x"") 1" "" "7"'
WHOLE = {
    "IIS": (
        f"{IIS}\n{IIS_LINE}",
        Hit(
            *(MARCH, b"198.51.100.7", b"GET /shop", b"/default.aspx", b"200", None),
            *(0.187, b"-", b"agent/1.0+(a;+b)", b"-"),
        ),
    ),
    "CloudFront without a header": (
        CLOUDFRONT_LINE,
        Hit(
            *(MARCH, b"198.51.100.7", b"GET /shop", b"/a%2520b.html", b"200", 4096),
            *(0.021, b"shop.test", b"agent/1.0%20(x)", b"https://a.test/"),
        ),
    ),
    "tabs and absolute URLs": (
        (
            "#Fields: c-ip\tdate\ttime\tcs-method\tcs-uri\tsc-status\tsc-bytes\n"
            "198.51.100.7\t2026-03-01\t12:34:56\tGET\thttp://shop.test/a/b?c\t200\t77"
        ),
        Hit(MARCH, b"198.51.100.7", b"GET http://shop.test/a", b"/b", b"200", 77),
    ),
    "Incapsula": (
        f"{INCAPSULA}\n{INCAPSULA_LINE}",
        Hit(
            *(
                MARCH,
                b"198.51.100.7",
                b"GET /a",
                b"/b",
                b"200",
                7,
                None,
                b"shop.test:443",
            ),
            b'agent ("x") 1',
        ),
    ),
    "SHOUTcast": (
        (
            "#Fields: c-ip c-dns date time cs-uri-stem c-status cs(User-Agent) sc-bytes x-duration "
            "avgbandwidth\n198.51.100.7 a.test 2026-03-01 12:34:56 /stream?title=X 200 WinampMPEG/5.0 "
            "4096 31 128000"
        ),
        Hit(
            *(MARCH, b"198.51.100.7", b" /stream", b"", b"200", 4096),
            *(31.0, b"-", b"WinampMPEG/5.0"),
        ),
    ),
    "NetScaler": (
        (
            "#Software: NetScaler Web Logging (NSWL)\n#Fields: date time c-ip cs-method cs-uri-stem "
            "sc-status sc-bytes cs-bytes time-taken\n2026-03-01 12:34:56 198.51.100.7 GET /a 200 10 5 2"
        ),
        Hit(MARCH, b"198.51.100.7", b"GET /a", b"", b"200", 10, 2.0),
    ),
    "TMG": (
        (
            "#Software: Microsoft Forefront Threat Management Gateway\n#Fields: c-ip\tcs-username\t"
            "c-agent\tdate\ttime\tcs-referred\ttime-taken\tsc-bytes\ts-operation\tcs-uri\tsc-status\n"
            "10.0.0.5\tDOM\\ann\tMozilla/4.0 (a; b)\t2026-03-01\t12:34:56\t-\t1\t512\tGET\t"
            "http://shop.test/a b/c\t12202"
        ),
        Hit(
            *(MARCH, b"10.0.0.5", b"GET http://shop.test/a b", b"/c", b"-", 512),
            *(0.001, b"-", b"Mozilla/4.0 (a; b)"),
        ),
    ),
    "Oracle Web Cache": (
        (
            "#Fields:  c-ip  date  time  cs-method  cs-uri  sc-status  bytes  time-taken\n"
            "198.51.100.7    2026-03-01  12:34:56  GET  /a/b   200  77     0.5"
        ),
        Hit(MARCH, b"198.51.100.7", b"GET /a", b"/b", b"200", 77, 0.5),
    ),
    "Zeek": (
        (
            "#separator \\x09\n#unset_field\t-\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tmethod\thost\turi\t"
            "referrer\tuser_agent\tresponse_body_len\tstatus_code\n#types\ttime\tstring\n"
            "1772368496.789012\tCx\t198.51.100.7\t50123\tGET\tshop.test\t/a/b\t-\tagent 1\t12\t-"
        ),
        Hit(
            *(MARCH, b"198.51.100.7", b"GET /a", b"/b", b"-", 12),
            *(None, b"shop.test", b"agent 1"),
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), WHOLE.values(), ids=WHOLE)
def test_the_lines_of_each_writer_are_hits(text: str, expected: Hit) -> None:
    assert take(text) == expected
