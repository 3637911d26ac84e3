"""Lines of the special formats with their right values."""

from typing import NamedTuple

from monitor.formats.hits import Hit

T = "[01/Mar/2026:12:34:56 +0000]"
HIT = Hit(1772368496, b"198.51.100.7", b"GET /shop", b"/a", b"200", 512)
BAD = HIT._replace(head=b" (malformed)", rest=b"")


class Example(NamedTuple):
    """A line, its row, and what the row takes it for."""

    row: str
    line: str
    hit: Hit


NPM = '[Client 198.51.100.7] [Length 512] [Gzip -] [Sent-to 10.0.0.1] "agent/1.0" "-"'
NPM_HIT = HIT._replace(host=b"shop.test", agent=b"agent/1.0")
PLUS = NPM_HIT._replace(seconds=0.045)
ZORAXY = "2026/03/01 12:34:56 [2026-03-01 12:34:56.789123] [router:host-http] [origin:"
MS = "2026-03-01T12:34:56.310Z"
ENVOY = '"agent/1.0" "cc21d9b0" "shop.test" "10.0.2.1:80"'
ENVOY_HIT = HIT._replace(host=b"shop.test", agent=b"agent/1.0", seconds=0.226)
ISTIO = "outbound|80||shop 10.44.1.23:37652 10.0.45.184:8000"
US = "2026-03-01T12:34:56.186641Z"
LB_HIT = HIT._replace(agent=b"agent/1.0", seconds=0.049)
TLS = 'ECDHE TLSv1.2 arn:aws:t/1 "Root=1-5"'
S3 = f"79a59df900b949e5 bucket {T}"
S3_HIT = HIT._replace(seconds=0.07, host=b"h.test", agent=b"agent/1.0")
S3_END = '"-" "agent/1.0" - s9lz= SigV4 ECDHE AuthHeader h.test TLSv1.2 - -'
UWSGI = "{38 vars in 696 bytes} [Sun Mar  1 12:34:56 2026]"
UWSGI_HIT = HIT._replace(seconds=0.129)
PROXY = "[01/Mar/2026:12:34:56.655] fe~ be/srv1"
PROXY_HIT = HIT._replace(seconds=0.109)
SESSION = "- - ---- 1/1/1/1/0 0/0"
LTSV = f"time:{T}\thost:198.51.100.7"

EXAMPLES = {
    "gandi": Example(
        "gandi",
        f'shop.test 198.51.100.7 - a b {T} (2 s) "GET /shop/a HTTP/1.1" 200 512 "-" "agent/1.0"',
        NPM_HIT._replace(seconds=2.0),
    ),
    "gandi: malformed, and IPv6": Example(
        "gandi",
        f'shop.test 2001:db8::7 - - {T} (0 s) "-" 408 - "-" "-"',
        BAD._replace(
            client=b"2001:db8::7",
            status=b"408",
            size=0,
            seconds=0.0,
            host=b"shop.test",
        ),
    ),
    "npm: a proxy host": Example(
        "nginx-proxy-manager",
        f'{T} HIT 200 200 - GET https shop.test "/shop/a?b" {NPM}',
        NPM_HIT,
    ),
    "npm: a list of statuses": Example(
        "nginx-proxy-manager",
        f'{T} - 502, 200 200 - GET https shop.test:8443 "/shop/a" {NPM}',
        NPM_HIT._replace(host=b"shop.test:8443"),
    ),
    "npm: the default host": Example(
        "nginx-proxy-manager",
        f'{T} 444 - GET https 203.0.113.1 "/.env" [Client 198.51.100.7] [Length 0] [Gzip -] '
        '"agent/1.0" "-"',
        Hit(
            *(1772368496, b"198.51.100.7", b"GET /.env", b"", b"444", 0, None),
            *(b"203.0.113.1", b"agent/1.0"),
        ),
    ),
    "npm: no request": Example(
        "nginx-proxy-manager",
        f'{T} 400 - - http localhost "-" [Client 2001:db8::7] [Length 154] [Gzip -] "-" "-"',
        BAD._replace(client=b"2001:db8::7", status=b"400", size=154, host=b"localhost"),
    ),
    "npmplus": Example(
        "npmplus",
        f'{T} shop.test 198.51.100.7 0.045 "GET /shop/a HTTP/2.0" 200 512 900 - agent/1.0',
        PLUS,
    ),
    "npmplus: no answer": Example(
        "npmplus",
        f'{T} _ 2001:db8::7 0.000 "\\x16\\x03\\x01" 000 0 0 - -',
        BAD._replace(
            client=b"2001:db8::7", status=b"-", size=0, seconds=0.0, host=b"_"
        ),
    ),
    "zoraxy": Example(
        "zoraxy",
        f"{ZORAXY}shop.test] [client: 198.51.100.7] [useragent: agent/1.0] GET /shop/a 200",
        NPM_HIT._replace(size=None),
    ),
    "zoraxy: IPv6, and no host": Example(
        "zoraxy",
        f"{ZORAXY}] [client: 2001:db8::7] [useragent: ] GET /shop/a 502",
        HIT._replace(client=b"2001:db8::7", status=b"502", size=None),
    ),
    "envoy": Example(
        "envoy",
        f'[{MS}] "POST /api/v1/x HTTP/2" 204 - 154 0 226 100 "198.51.100.7,10.0.0.2" {ENVOY}',
        ENVOY_HIT._replace(
            client=b"198.51.100.7,10.0.0.2",
            head=b"POST /api",
            rest=b"/v1/x",
            status=b"204",
            size=0,
        ),
    ),
    "envoy: quotes that are not escaped": Example(
        "envoy",
        f'[{MS}] "GET /shop/"a" HTTP/1.1" 200 - 0 512 226 100 "2001:db8::7" {ENVOY}',
        ENVOY_HIT._replace(client=b"2001:db8::7", rest=b'/"a"'),
    ),
    "envoy: a TCP connection": Example(
        "envoy",
        f'[{MS}] "- - -" 0 - 1024 512 226 - "-" "-" "-" "-" "10.0.2.1:80"',
        BAD._replace(client=b"-", status=b"-", seconds=0.226),
    ),
    "istio": Example(
        "istio",
        f'[{MS}] "GET /api/x HTTP/1.1" 200 - via_upstream - "-" 0 18 5 4 "-" "agent/1.0" "92cb" '
        f'"shop:8000" "10.44.1.27:80" {ISTIO} 198.51.100.7:46520 - default',
        ENVOY_HIT._replace(
            head=b"GET /api", rest=b"/x", size=18, seconds=0.005, host=b"shop:8000"
        ),
    ),
    "istio: a forwarded client": Example(
        "istio",
        f'[{MS}] "GET /shop/a HTTP/1.1" 0 DC downstream - "a, b" 0 0 226 - "2001:db8::7" '
        f"{ENVOY} {ISTIO} 198.51.100.7:46520 - default",
        ENVOY_HIT._replace(client=b"2001:db8::7", status=b"-", size=0),
    ),
    "istio: IPv6": Example(
        "istio",
        f'[{MS}] "GET /shop/a HTTP/1.1" 503 UF - - "a" 0 512 226 - "-" '
        f"{ENVOY} {ISTIO} [2001:db8::7]:46520 - default",
        ENVOY_HIT._replace(client=b"2001:db8::7", status=b"503"),
    ),
    "alb": Example(
        "alb",
        f"h2 {US} app/lb/50dc6c49 198.51.100.7:2817 10.0.0.1:80 0.001 0.048 0.000 200 200 34 512 "
        r'"GET https://shop.test:443/shop/a?b=/c HTTP/2.0" "agent \"q\" 1.0" '
        f'{TLS} "shop.test" "arn:c" 0 {US} "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1',
        LB_HIT._replace(
            head=b"GET https://shop.test:443/shop",
            agent=b'agent "q" 1.0',
            host=b"shop.test",
        ),
    ),
    "alb: no TLS": Example(
        "alb",
        f"http {US} app/lb/5 198.51.100.7:2817 10.0.0.1:80 0.001 0.048 0.000 200 200 0 512 "
        '"GET http://shop.test:80/shop/a HTTP/1.1" "agent/1.0" - - arn:aws:t/1 "Root=1-5" "-" "-" 0',
        LB_HIT._replace(head=b"GET http://shop.test:80/shop", host=b"shop.test"),
    ),
    "alb: malformed, and no target": Example(
        "alb",
        f'http {US} app/lb/5 2001:db8::7:443 - -1 -1 -1 400 - 0 512 "- http://lb:80- " "-" - - - "-"'
        ' "-" "-" - 2018-11-30T22:22:48.364000Z "-" "-" "-" "-" "-" "-" "-"',
        BAD._replace(client=b"2001:db8::7", status=b"400"),
    ),
    "alb: one of the times is none": Example(
        "alb",
        f"https {US} app/lb/5 198.51.100.7:2817 10.0.0.1:80 0.001 -1 -1 460 - 0 512 "
        f'"GET https://shop.test:443/shop/a HTTP/1.1" "agent/1.0" {TLS} "shop.test"',
        LB_HIT._replace(
            head=b"GET https://shop.test:443/shop",
            status=b"460",
            seconds=None,
            host=b"shop.test",
        ),
    ),
    "elb": Example(
        "elb",
        f"{US} old-lb 198.51.100.7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "
        '"GET http://shop.test:80/a/b HTTP/1.1" "agent/1.0" - -',
        LB_HIT._replace(
            head=b"GET http://shop.test:80/a",
            rest=b"/b",
            size=29,
            seconds=0.001178,
        ),
    ),
    "elb: a TCP listener": Example(
        "elb",
        f'{US} old-lb 198.51.100.7:2817 10.0.0.1:80 0.001 0.000028 0.000041 - - 82 305 "- - - " '
        '"-" - -',
        BAD._replace(status=b"-", size=305, seconds=0.001069),
    ),
    "s3": Example(
        "s3",
        f"{S3} 198.51.100.7 arn:aws:iam::1:user/ann 3E57 REST.GET.OBJECT a.png "
        f'"GET /shop/a HTTP/1.1" 200 - 512 512 70 10 {S3_END}',
        S3_HIT,
    ),
    "s3: an error, and no size": Example(
        "s3",
        f"{S3} 2001:db8::7 - 3E57 REST.GET.VERSIONING - "
        f'"GET /bucket?versioning HTTP/1.1" 403 AccessDenied - - 70 - {S3_END}',
        S3_HIT._replace(
            client=b"2001:db8::7",
            head=b"GET /bucket",
            rest=b"",
            status=b"403",
            size=0,
        ),
    ),
    "squid": Example(
        "squid",
        "1772368496.001    109 198.51.100.7 TCP_MISS/200 512 GET http://shop.test/shop/a?b - "
        "HIER_DIRECT/10.0.0.1 text/html",
        PROXY_HIT._replace(head=b"GET http://shop.test/shop"),
    ),
    "squid: no request": Example(
        "squid",
        "1772368496.001      0 198.51.100.7 NONE_NONE/000 0 NONE "
        "error:transaction-end-before-headers - HIER_NONE/- -",
        BAD._replace(status=b"-", size=0, seconds=0.0),
    ),
    "squid: a tunnel": Example(
        "squid",
        "1772368496.001 1234567 2001:db8::7 TCP_TUNNEL/200 512 CONNECT shop.test:443 - "
        "HIER_DIRECT/10.0.0.1 -",
        HIT._replace(
            client=b"2001:db8::7",
            head=b"CONNECT shop.test:443",
            rest=b"",
            seconds=1234.567,
        ),
    ),
    "uwsgi": Example(
        "uwsgi",
        f"[pid: 88185|app: 0|req: 1/1] 198.51.100.7 () {UWSGI} POST /api/x?y => generated 47 bytes "
        "in 129 msecs (HTTP/1.1 200) 9 headers in 378 bytes (1 switches on core 3)",
        UWSGI_HIT._replace(head=b"POST /api", rest=b"/x", size=47),
    ),
    "uwsgi: microseconds": Example(
        "uwsgi",
        f"[pid: 1|app: -1|req: -1/1] 198.51.100.7 (ann) {UWSGI} GET /shop/a => generated 512 bytes "
        "in 129000 micros (HTTP/1.1 200) 9 headers in 378 bytes (1 switches on core 3)",
        UWSGI_HIT,
    ),
    "uwsgi: sendfile": Example(
        "uwsgi",
        f"[pid: 1|app: 0|req: 1/1] 2001:db8::7 () {UWSGI} GET /shop/a => generated 512 bytes "
        "in 129 msecs via sendfile() (HTTP/1.1 200) 9 headers in 378 bytes (1 switches on core 3)",
        UWSGI_HIT._replace(client=b"2001:db8::7"),
    ),
    "uwsgi: sendfile and microseconds": Example(
        "uwsgi",
        f"[pid: 1|app: 0|req: 1/1]  () {UWSGI} GET /shop/a => generated 512 bytes "
        "in 129000 micros via offload() (HTTP/1.1 200) 9 headers in 378 bytes (1 switches)",
        UWSGI_HIT._replace(client=b"-"),
    ),
    "haproxy": Example(
        "haproxy",
        f"198.51.100.7:33317 {PROXY} 10/0/30/69/109 200 2750 {SESSION} {{shop.test|agent}} {{}} "
        '"GET /shop/a HTTP/1.1"',
        PROXY_HIT._replace(size=2750),
    ),
    "haproxy: no captured headers, and IPv6": Example(
        "haproxy",
        f'2001:db8::7:443 {PROXY} 10/0/30/69/109 200 512 {SESSION} "GET /shop/a HTTP/1.1"',
        PROXY_HIT._replace(client=b"2001:db8::7"),
    ),
    "haproxy: logasap": Example(
        "haproxy",
        f'198.51.100.7:1 {PROXY} 10/0/30/69/+109 200 +512 {SESSION} "GET /shop/a HTTP/1.1"',
        PROXY_HIT,
    ),
    "haproxy: no answer": Example(
        "haproxy",
        "198.51.100.7:1 [01/Mar/2026:12:34:56.655] fe fe/<NOSRV> -1/-1/-1/-1/109 -1 0 - - CR-- "
        '1/1/0/0/0 0/0 "<BADREQ>"',
        BAD._replace(status=b"-", size=0, seconds=0.109),
    ),
    "haproxy: the request is cut": Example(
        "haproxy",
        f'198.51.100.7:1 {PROXY} 10/0/30/69/109 200 512 {SESSION} {{x}} "GET /shop/a',
        PROXY_HIT,
    ),
    "haproxy: a host behind the server": Example(
        "haproxy",
        f'198.51.100.7:1 {PROXY} h.test 10/0/30/69/109 200 512 {SESSION} "GET /shop/a HTTP/1.1"',
        PROXY_HIT,
    ),
    "haproxy: more before the request": Example(
        "haproxy",
        f'198.51.100.7:1 {PROXY} 10/0/30/69/109 200 512 {SESSION} a=1 b "GET /shop/a HTTP/1.1"',
        PROXY_HIT,
    ),
    "haproxy-https": Example(
        "haproxy-https",
        f"198.51.100.7:1 {PROXY} 10/0/30/69/109 200 512 {SESSION} {{}} {{}} "
        '"GET /shop/a HTTP/1.1" 0/0000000000000000/0/0/1 shop.test/TLSv1.3/TLS_AES',
        PROXY_HIT._replace(host=b"shop.test"),
    ),
    "haproxy-https: no name": Example(
        "haproxy-https",
        f"198.51.100.7:1 {PROXY} 10/0/30/69/109 400 512 {SESSION} "
        '"<BADREQ>" 0/0A00018F/0/0/0 -/TLSv1.3/-',
        BAD._replace(status=b"400", seconds=0.109),
    ),
    "ltsv": Example(
        "ltsv",
        f"{LTSV}\tforwardedfor:-\treq:GET /shop/a HTTP/1.1\tstatus:200\tsize:512\treferer:-\t"
        "ua:agent/1.0\tvhost:shop.test:8443\treqtime:0.045\tapptime:0.04\tcache:-",
        PLUS._replace(host=b"shop.test:8443"),
    ),
    "ltsv: method and uri, and microseconds": Example(
        "ltsv",
        "host:2001:db8::7\ttime:2026-03-01T13:34:56+01:00\tmethod:GET\turi:/shop/a?b\t"
        "protocol:HTTP/1.1\tstatus:200\tsize:-\treqtime_microsec:129000\treqtime:0.1",
        UWSGI_HIT._replace(client=b"2001:db8::7", size=0),
    ),
    "ltsv: seconds since 1970": Example(
        "ltsv",
        "datetime:1772368496.5\tremote_addr:198.51.100.7\trequest:-\tstatus:000",
        BAD._replace(status=b"-", size=None),
    ),
    "ltsv: a time without brackets": Example(
        "ltsv",
        "status:200\ttime:01/Mar/2026:12:34:56 +0000\tforwardedfor:198.51.100.7\t"
        "req:GET /shop/a HTTP/1.1\tsize:512\tno label\t",
        HIT,
    ),
}
