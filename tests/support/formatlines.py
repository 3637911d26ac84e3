"""Lines of every format and every wrapper: one request, as each server writes it.

The shapes are from the documents of the servers, as the rows in monitor/logformats.py name them.
"""

import json
import random
import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple


class Request(NamedTuple):
    """What a server logs of a request."""

    epoch: int = 1772368496
    client: str = "198.51.100.7"
    user: str = "-"
    method: str = "GET"
    target: str = "/shop/cart?id=4"
    status: int = 200
    size: int = 5120
    agent: str = "Mozilla/5.0 (X11; Linux x86_64) agent/1.0"
    referrer: str = "https://a.test/"
    seconds: float = 0.045
    host: str = "shop.test"


_COMMON = '%(client)s - %(user)s [%(clf)s] "%(line)s" %(status)s %(size)s'
_COMBINED = f'{_COMMON} "%(referrer)s" "%(agent)s"'
_HAPROXY = (
    "%(client)s:33317 [%(day)s:%(clock)s.655] fe~ be/srv1 10/0/30/69/%(ms)s %(status)s %(size)s"
    ' - - ---- 1/1/1/1/0 0/0 {shop.test|agent} {} "%(line)s"'
)
_TIMES = "%(date)sT%(clock)s.186641Z"
_AWS = (
    "old-lb %(client)s:2817 10.0.0.1:80 0.000 %(seconds)s 0.000 %(status)s 200 34 %(size)s"
    ' "%(method)s https://%(host)s:443%(target)s HTTP/1.1" "%(agent)s"'
)
_ENVOY = '[%(date)sT%(clock)s.310Z] "%(line)s" %(status)s -'
_ENVOY_END = '"%(agent)s" "92cb" "%(host)s" "10.0.2.1:80"'

TEXTS: dict[str, str] = {
    # Formats of one shape.
    "common": _COMMON,
    "combined": _COMBINED,
    "vhost_combined": f"%(host)s:443 {_COMBINED}",
    "combinedio": f"{_COMBINED} 310 5500",
    "traefik": f'{_COMBINED} 77 "web@docker" "http://10.0.0.1:80" %(ms)sms',
    "ingress-nginx": (
        f"{_COMBINED} 310 %(seconds)s [default-web-80] [] 10.1.2.3:8080, 10.1.2.4:8080 0, 612"
        " 0.000, 0.044 502, 200 5f0c"
    ),
    "nginx-proxy-manager": (
        '[%(clf)s] - %(status)s %(status)s - %(method)s https %(host)s "%(target)s"'
        " [Client %(client)s] [Length %(size)s] [Gzip -] [Sent-to 10.0.0.1]"
        ' "%(agent)s" "%(referrer)s"'
    ),
    "nginx-proxy-manager, default host": (
        '[%(clf)s] %(status)s - %(method)s https %(host)s "%(target)s" [Client %(client)s]'
        ' [Length %(size)s] [Gzip -] "%(agent)s" "%(referrer)s"'
    ),
    "npmplus": (
        '[%(clf)s] %(host)s %(client)s %(seconds)s "%(line)s" %(status)s %(size)s 5500'
        " %(referrer)s %(agent)s"
    ),
    "gandi": (
        '%(host)s %(client)s - %(user)s [%(clf)s] (0 s) "%(line)s" %(status)s %(size)s'
        ' "%(referrer)s" "%(agent)s"'
    ),
    "zoraxy": (
        "%(slashed)s %(clock)s [%(date)s %(clock)s.789123] [router:host-http] [origin:%(host)s]"
        " [client: %(client)s] [useragent: %(agent)s] %(method)s %(target)s %(status)s"
    ),
    "haproxy": _HAPROXY,
    "haproxy-https": (
        f"{_HAPROXY} 0/0000000000000000/0/0/0 shop.test/TLSv1.3/TLS_AES_256_GCM_SHA384"
    ),
    "envoy": f'{_ENVOY} 0 %(size)s %(ms)s 4 "%(client)s" {_ENVOY_END}',
    "istio": (
        f'{_ENVOY} via_upstream - "-" 0 %(size)s %(ms)s 4 "-" {_ENVOY_END}'
        " outbound|8000||shop.default.svc.cluster.local 10.44.1.23:37652 10.0.45.184:8000"
        " %(client)s:46520 - default"
    ),
    "alb": (
        f"https {_TIMES} app/{_AWS} ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2"
        " arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/t/1"
        ' "Root=1-5" "%(host)s" "arn:c" 0 2026-03-01T12:34:56.137000Z "forward" "-" "-"'
        ' "10.0.0.1:80" "200" "-" "-" TID_1'
    ),
    "elb": f"{_TIMES} {_AWS} - -",
    "s3": (
        "79a5 bucket [%(clf)s] %(client)s arn:aws:iam::1:user/x 3E57427F3EXAMPLE REST.GET.OBJECT"
        ' key "%(line)s" %(status)s - %(size)s %(size)s %(ms)s 20 "%(referrer)s" "%(agent)s"'
        " - s9lzHYrFp76ZVxRcpX9= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader"
        " bucket.s3.us-west-1.amazonaws.com TLSV1.2 - -"
    ),
    "squid": (
        "%(epoch)s.001 %(ms)6s %(client)s TCP_MISS/%(status)s %(size)s %(method)s"
        " http://%(host)s%(target)s %(user)s HIER_DIRECT/10.0.0.1 text/html"
    ),
    "uwsgi": (
        "[pid: 88185|app: 0|req: 1/1] %(client)s (%(name)s) {38 vars in 696 bytes} [%(asctime)s]"
        " %(method)s %(target)s => generated %(size)s bytes in %(ms)s msecs"
        " (HTTP/1.1 %(status)s) 9 headers in 378 bytes (1 switches on core 3)"
    ),
    "ltsv": (
        "time:[%(clf)s]\thost:%(client)s\tforwardedfor:-\treq:%(line)s\tstatus:%(status)s"
        "\tsize:%(size)s\treferer:%(referrer)s\tua:%(agent)s\tvhost:%(host)s"
        "\treqtime:%(seconds)s"
    ),
    "iis": (
        "%(date)s %(clock)s 10.0.0.1 %(method)s %(path)s %(query)s 443 %(user)s %(client)s"
        " %(plus)s %(referrer)s %(status)s 0 0 %(ms)s"
    ),
    "cloudfront": (
        "%(date)s %(clock)s FRA60-P1 %(size)s %(client)s %(method)s d111.cloudfront.net %(path)s"
        " %(status)s %(referrer)s %(percent)s %(query)s - Hit AbC_-== %(host)s https 310"
        " %(seconds)s - TLSv1.3 TLS_AES_128_GCM_SHA256 Hit HTTP/2.0 - - 50123 0.020 Hit"
        " text/html 4000 - -"
    ).replace(" ", "\t"),
}
HEADERS = {
    "iis": (
        b"#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n"
        b"#Date: 2026-03-01 12:34:56\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query"
        b" s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus"
        b" sc-win32-status time-taken\n"
    ),
}
"""What begins a file of a format, as complete lines."""

JSON: dict[str, str] = {
    # Objects by their writer.
    "caddy": (
        '{"level":"info","ts":%(epoch)s.25,"logger":"http.log.access.log0","msg":"handled request",'
        '"request":{"remote_ip":"10.0.0.9","remote_port":"41342","client_ip":"%(client)s",'
        '"proto":"HTTP/2.0","method":"%(method)s","host":"%(host)s","uri":"%(target)s",'
        '"headers":{"User-Agent":["%(agent)s"],"Referer":["%(referrer)s"]},'
        '"tls":{"resumed":false,"version":772,"cipher_suite":4865,"proto":"h2",'
        '"server_name":"%(host)s"}},"bytes_read":0,"user_id":"","duration":%(seconds)s,'
        '"size":%(size)s,"status":%(status)s,"resp_headers":{"Server":["Caddy"],'
        '"Content-Type":["text/html; charset=utf-8"]}}'
    ),
    "traefik json": (
        '{"ClientAddr":"%(client)s:41342","ClientHost":"%(client)s","ClientPort":"41342",'
        '"ClientUsername":"%(user)s","DownstreamContentSize":%(size)s,'
        '"DownstreamStatus":%(status)s,"Duration":%(ns)s,"OriginContentSize":%(size)s,'
        '"OriginDuration":42000000,"OriginStatus":200,"Overhead":120000,"RequestAddr":"%(host)s",'
        '"RequestContentSize":0,"RequestCount":77,"RequestHost":"%(host)s",'
        '"RequestMethod":"%(method)s","RequestPath":"%(target)s","RequestPort":"-",'
        '"RequestProtocol":"HTTP/2.0","RequestScheme":"https","RetryAttempts":0,'
        '"RouterName":"web@docker","ServiceName":"web@docker",'
        '"StartLocal":"%(date)sT%(clock)s.1Z","StartUTC":"%(date)sT%(clock)s.123456789Z",'
        '"entryPointName":"websecure","level":"info","msg":"",'
        '"request_User-Agent":"%(agent)s","time":"%(date)sT%(clock)sZ"}'
    ),
    "nginx json": (
        '{"time_iso8601":"%(date)sT%(clock)s+00:00","remote_addr":"%(client)s",'
        '"remote_user":"","request":"%(line)s","status":"%(status)s",'
        '"body_bytes_sent":"%(size)s","request_time":"%(seconds)s",'
        '"upstream_response_time":"0.001, 0.003","host":"%(host)s",'
        '"http_referer":"%(referrer)s","http_user_agent":"%(agent)s"}'
    ),
    "envoy json": (
        '{":authority":"%(host)s","bytes_received":0,"bytes_sent":%(size)s,'
        '"connection_termination_details":null,"downstream_local_address":"10.42.0.9:10080",'
        '"downstream_remote_address":"10.42.0.1:43000","duration":%(ms)s,"method":"%(method)s",'
        '"protocol":"HTTP/2","requested_server_name":null,"response_code":%(status)s,'
        '"response_code_details":"via_upstream","response_flags":"-","route_name":"shop",'
        '"start_time":"%(date)sT%(clock)s.000Z","upstream_cluster":"shop",'
        '"upstream_host":"10.42.1.5:8080","user-agent":"%(agent)s",'
        '"x-envoy-origin-path":"%(target)s","x-forwarded-for":"%(client)s","x-request-id":"92cb"}'
    ),
    "cloudflare": (
        '{"ClientIP":"%(client)s","ClientRequestHost":"%(host)s",'
        '"ClientRequestMethod":"%(method)s","ClientRequestURI":"%(target)s",'
        '"ClientRequestReferer":"%(referrer)s","ClientRequestUserAgent":"%(agent)s",'
        '"EdgeEndTimestamp":"%(date)sT%(clock)sZ","EdgeResponseBytes":%(size)s,'
        '"EdgeResponseStatus":%(status)s,"EdgeStartTimestamp":"%(date)sT%(clock)sZ",'
        '"RayID":"8a1b2c3d"}'
    ),
    "google": (
        '{"httpRequest":{"latency":"%(seconds)ss","referer":"%(referrer)s",'
        '"remoteIp":"%(client)s","requestMethod":"%(method)s","requestSize":"310",'
        '"requestUrl":"https://%(host)s%(target)s","responseSize":"%(size)s","serverIp":"10.0.0.1",'
        '"status":%(status)s,"userAgent":"%(agent)s"},"insertId":"1",'
        '"logName":"projects/p/logs/requests","resource":{"labels":{"zone":"global"},'
        '"type":"http_load_balancer"},"severity":"INFO",'
        '"timestamp":"%(date)sT%(clock)s.708181828Z"}'
    ),
    "azure": (
        '{"timeStamp":"%(date)sT%(clock)s+00:00","resourceId":"/SUBSCRIPTIONS/1","listenerName":"l",'
        '"category":"ApplicationGatewayAccessLog","properties":{"instanceId":"appgw_0",'
        '"clientIP":"%(client)s","clientPort":41342,"httpMethod":"%(method)s",'
        '"requestUri":"%(path)s","requestQuery":"%(query)s","userAgent":"%(agent)s",'
        '"httpStatus":%(status)s,"httpVersion":"HTTP/1.1","receivedBytes":310,'
        '"sentBytes":%(size)s,"timeTaken":%(seconds)s,"host":"%(host)s"}}'
    ),
    "api gateway": (
        '{"requestId":"c6af9ac6","ip":"%(client)s","caller":"-","user":"%(user)s",'
        '"requestTime":"%(clf)s","httpMethod":"%(method)s","resourcePath":"%(path)s",'
        '"status":"%(status)s","protocol":"HTTP/1.1","responseLength":"%(size)s",'
        '"responseLatency":"%(ms)s"}'
    ),
    "fastly": (
        '{"timestamp":"%(date)sT%(clock)s+0000","client_ip":"%(client)s","host":"%(host)s",'
        '"url":"%(target)s","request_method":"%(method)s","request_protocol":"HTTP/2",'
        '"request_referer":"%(referrer)s","request_user_agent":"%(agent)s",'
        '"response_state":"HIT","response_status":%(status)s,"response_body_size":%(size)s,'
        '"fastly_server":"cache-fra","fastly_is_edge":true}'
    ),
}

WRAPPERS: dict[str, str] = {
    # What carries a line, which is `inner`, or `quoted` with quotes of JSON around it.
    "syslog": "<190>Mar  1 12:34:56 web1 nginx: %(inner)s",
    "rsyslog": "2026-03-01T12:34:56.123456+00:00 web1 nginx: %(inner)s",
    "syslog 5424": '<190>1 2026-03-01T12:34:56Z web1 nginx 1 - [x@1 a="\\"]"] \ufeff%(inner)s',
    "journalctl": "Mar 01 12:34:56 web1 nginx[12]: %(inner)s",
    "journalctl, ISO": "2026-03-01T12:34:56+0000 web1 nginx[12]: %(inner)s",
    "kubernetes": "2026-03-01T12:34:56.123456789Z stdout F %(inner)s",
    "kubectl": "[pod/web-0/nginx] %(inner)s",
    "docker compose": "web-1  | %(inner)s",
    "docker compose, colours": "\x1b[36mweb-1  | \x1b[0m%(inner)s",
    "docker logs": "2026-03-01T12:34:56.123456789Z %(inner)s",
    "docker json-file": '{"log":%(quoted)s,"stream":"stdout","time":"2026-03-01T12:34:56.9Z"}',
    "journal": '{"MESSAGE":%(quoted)s,"__REALTIME_TIMESTAMP":"1772368496000000","_PID":"12"}',
    "filebeat": '{"@timestamp":"2026-03-01T12:34:57.000Z","message":%(quoted)s,"agent":{"id":"1"}}',
    "quotes": '"%(inner)s"',
    "backslashed quotes": "%(quoted)s",
}

OTHERS: dict[str, str] = {
    # Lines of no access log.
    "an error log of nginx": (
        '%(slashed)s %(clock)s [error] 31#31: *%(size)s open() "/srv%(path)s" failed (2: No such'
        ' file or directory), client: %(client)s, server: %(host)s, request: "%(line)s"'
    ),
    "a log of an application": (
        "%(date)s %(clock)s,123 INFO  [main] org.example.Shop: answered %(target)s in %(ms)s ms"
    ),
    "words": "worker %(size)s listens on %(host)s port %(ms)s and waits for requests",
    "JSON without a status": (
        '{"level":"info","ts":%(epoch)s.5,"msg":"renewed %(size)s","server":"%(host)s"}'
    ),
}


_ALL = {**TEXTS, **JSON, **OTHERS}


def fields_of(request: Request) -> dict[str, str]:
    """Return the texts of a request that the shapes above name."""
    path, _, query = request.target.partition("?")
    milliseconds = f"{1000 * request.seconds:.0f}"
    return {
        **{name: str(value) for name, value in request._asdict().items()},
        **times_of(request.epoch),
        "line": f"{request.method} {request.target} HTTP/1.1",
        "path": path,
        "query": query or "-",
        "seconds": f"{request.seconds:.3f}",
        "ms": milliseconds,
        "ns": f"{milliseconds}000000",
        "name": request.user.strip("-"),
        "plus": request.agent.replace(" ", "+"),
        "percent": request.agent.replace(" ", "%20"),
    }


@cache
def times_of(epoch: int) -> dict[str, str]:
    """Return the texts of a time."""
    moment = time.gmtime(epoch)
    return {
        "clf": time.strftime("%d/%b/%Y:%H:%M:%S +0000", moment),
        "day": time.strftime("%d/%b/%Y", moment),
        "date": time.strftime("%Y-%m-%d", moment),
        "slashed": time.strftime("%Y/%m/%d", moment),
        "clock": time.strftime("%H:%M:%S", moment),
        "asctime": time.asctime(moment),
    }


def line_of(form: str, request: Request) -> bytes:
    """Return a request as a line of a format of TEXTS, JSON or OTHERS, without a newline."""
    return (_ALL[form] % fields_of(request)).encode()


def wrapped(wrapper: str, line: bytes) -> bytes:
    """Return a line with a wrapper of WRAPPERS around it."""
    inner = line.decode("utf-8", "surrogateescape")
    quoted = json.dumps(inner + "\n" if wrapper == "docker json-file" else inner)
    text = WRAPPERS[wrapper] % {"inner": inner, "quoted": quoted}
    return text.encode("utf-8", "surrogateescape")


def log_of(form: str, requests: Iterable[Request]) -> bytes:
    """Return requests as a log of a format of `line_of`, or of combined in a wrapper."""
    if form in WRAPPERS:
        lines = [wrapped(form, line_of("combined", each)) for each in requests]
    else:
        lines = [line_of(form, each) for each in requests]
    return HEADERS.get(form, b"") + b"".join(line + b"\n" for line in lines)


SECTIONS = ["shop", "api", "login", "static", "blog", "search", "img", "about"]


def some_requests(seed: int, number: int) -> Iterator[Request]:
    """Yield requests of an ordinary site, ten each second, in the order of time."""
    r = random.Random(seed)
    clients = [f"198.51.{r.randrange(256)}.{r.randrange(256)}" for _ in range(500)]
    targets = [f"/{r.choice(SECTIONS)}/{r.randrange(99)}" for _ in range(300)]
    agents = [f"Mozilla/5.0 (X11; Linux x86_64) agent/{n}.0" for n in range(50)]
    for n in range(number):
        yield Request(
            epoch=Request().epoch + n // 10,
            client=r.choice(clients),
            method=r.choice(["GET", "GET", "GET", "POST"]),
            target=r.choice(targets) + r.choice(["", "", "?id=4", ".html"]),
            status=r.choice([200, 200, 200, 304, 404, 502]),
            size=r.randrange(50_000),
            agent=r.choice(agents),
            seconds=r.randrange(2000) / 1000,
        )
