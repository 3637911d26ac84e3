"""The formats of access logs whose lines begin like no line of another format, one row each.

A mark is tried in a line, or before the strict pattern of its string in a block of lines, which finds
the same words (formats/patterns.py).

A string is in the notation of Apache's `LogFormat` or of nginx's `log_format`. A request time in
milliseconds is `%{ms}T`. A field that the program does not use is a note, such as `%{owner}n`.

Sources: Nginx Proxy Manager, NPMplus, Zoraxy; Squid `logformat squid`; Envoy and Istio access logs;
Amazon's documents of the access logs of ALB, ELB and S3; Gandi; uWSGI; the manual of HAProxy,
chapter 8.2; ltsv.org.
"""

from monitor.logformats import CLF, HEADERS, Format

_TIME = r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]"
_ISO_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z"
_MILLISECONDS = "%{%FT%T}t.%{msec_frac}t%{%z}t"
_MICROSECONDS = "%{%FT%T}t.%{usec_frac}t%{%z}t"

_NPM_UPSTREAM = "[$time_local] $upstream_cache_status $upstream_status"
_NPM = "$status - $request_method $scheme $host"
_NPM_CLIENT = (
    '"$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio]'
)
_NPM_HEADERS = '"$http_user_agent" "$http_referer"'

_NPMPLUS = (
    '[$time_local] $host $remote_addr $request_time "$request" $status '
    "$body_bytes_sent $bytes_sent $http_referer $http_user_agent"
)
_ZORAXY = (
    "%{%Y/%m/%d %T}t [%{time}n] [router:%{router}n] [origin:%v] [client: %a] "
    "[useragent: %{User-Agent}i] %m %U%q %>s"
)
_SQUID = (
    "%{sec}t.%{msec_frac}t  %{ms}T %a %{Ss}n/%>s %O %m %U%q %u %{Sh}n/%{peer}n "
    "%{Content-Type}o"
)

_PROXIES = (
    Format(
        "nginx-proxy-manager",
        (
            f"{_NPM_UPSTREAM} {_NPM} {_NPM_CLIENT} [Sent-to $server] {_NPM_HEADERS}",
            f"[$time_local] {_NPM} {_NPM_CLIENT} {_NPM_HEADERS}",
        ),
        f'{CLF} - 200 200 - GET https shop.test "/shop/cart?id=4" [Client 198.51.100.7] '
        '[Length 5120] [Gzip 2.50] [Sent-to 10.0.0.1] "agent/1.0" "https://a.test/"',
        _TIME
        + r" (?:[A-Z-]++ [-\d]++(?:(?:, | : )[-\d]++)*+ )?+\d{3} - [^ ]++ [^ ]++ [^ ]++ \"",
    ),
    Format(
        "npmplus",
        (_NPMPLUS,),
        f'{CLF} shop.test 198.51.100.7 0.045 "GET /shop/cart HTTP/2.0" 200 5120 5420 '
        "https://a.test/ agent/1.0",
        _TIME + r" [^ ]++ [^ ]++ \d++\.\d{3} \"",
    ),
    Format(
        "zoraxy",
        (_ZORAXY,),
        "2026/03/01 12:34:56 [2026-03-01 12:34:56.789123] [router:host-http] [origin:shop.test] "
        "[client: 198.51.100.7] [useragent: agent/1.0] GET /shop/cart 200",
        r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[[\d-]{10} [\d:.]{8,18}\] \[router:",
    ),
    Format(
        "squid",
        (_SQUID,),
        "1772368496.001    109 198.51.100.7 TCP_MISS/200 5120 GET http://shop.test/shop/cart "
        "ann HIER_DIRECT/10.0.0.1 text/html",
        r"\d{9,11}\.\d{3} ++-?\d++ [^ ]++ [A-Z][A-Z_]*+/\d{3} ",
    ),
)

_REQUEST = r'"(?:[^"\n]++|"(?! \d{1,3} [^ ]++ ))*+" \d{1,3} [^ ]++ '
_ENVOY = f'[{_MILLISECONDS}] "%r" %>s %{{flags}}n'
_ENVOY_SIZES = "%I %B %{ms}T %{upstream}n"
_ENVOY_HEADERS = '"%{User-Agent}i" "%{id}n" "%{Host}i" "%{upstream}n"'
_ISTIO_REASON = '%{details}n %{termination}n "%{reason}n"'
_ISTIO_PEERS = "%{cluster}n %{local}n %{listener}n %a:%p %{sni}n %{route}n"

_ISTIO = (
    f'{_ENVOY} {_ISTIO_REASON} {_ENVOY_SIZES} "%{{X-Forwarded-For}}i" {_ENVOY_HEADERS} '
    f"{_ISTIO_PEERS}"
)

_MESHES = (
    Format(
        "envoy",
        (f'{_ENVOY} {_ENVOY_SIZES} "%{{X-Forwarded-For}}i" {_ENVOY_HEADERS}',),
        '[2026-03-01T12:34:56.310Z] "POST /api/v1/x HTTP/2" 204 - 154 0 226 100 '
        '"198.51.100.7,10.0.0.2" "agent/1.0" "cc21d9b0" "shop.test" "10.0.2.1:80"',
        rf"\[{_ISO_TIME}\] {_REQUEST}\d",
    ),
    Format(
        "istio",
        (_ISTIO,),
        '[2026-03-01T12:34:56.310Z] "GET /api/x HTTP/1.1" 200 - via_upstream - "-" 0 18 5 4 "-" '
        '"agent/1.0" "92cb" "shop:8000" "10.44.1.27:80" outbound|8000||shop.default.svc '
        "10.44.1.23:37652 10.0.45.184:8000 198.51.100.7:46520 - default",
        rf"\[{_ISO_TIME}\] {_REQUEST}[^\d ]",
    ),
)

_ELB = "%{balancer}n %a:%p %{target}n %T %T %T %>s %{target_status}n %I %O"
_ELB_CLIENT = '"%r" "%{User-Agent}i" %{SSL_CIPHER}x %{SSL_PROTOCOL}x'
_SECONDS = r"-?\d++(?:\.\d++)?+ "

_ALB = (
    f"%{{type}}n {_MICROSECONDS} {_ELB} {_ELB_CLIENT} %{{group}}n "
    '"%{trace}n" "%{Host}i"'
)
_S3 = (
    "%{owner}n %{bucket}n %t %a %{requester}n %{id}n %{operation}n %{key}n "
    '"%r" %>s %{error}n %b %{object}n %{ms}T %{turn}n '
    f"{HEADERS} %{{version}}n %{{host}}n %{{signature}}n %{{cipher}}n "
    "%{authentication}n %{Host}i %{tls}n"
)

_AMAZON = (
    Format(
        "alb",
        (_ALB,),
        "h2 2026-03-01T12:34:56.186641Z app/lb/50dc6c49 198.51.100.7:2817 10.0.0.1:80 0.001 0.048 "
        '0.000 200 200 34 366 "GET https://shop.test:443/shop/a?b=/c HTTP/2.0" "agent/1.0" '
        'ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:t/1 "Root=1-5" "shop.test" "arn:c" 0',
        rf"[a-z]\w{{1,7}}+ {_ISO_TIME} [^ ]++ [^ ]++ [^ ]++ {_SECONDS}",
    ),
    Format(
        "elb",
        (f"{_MICROSECONDS} {_ELB} {_ELB_CLIENT}",),
        "2026-03-01T12:34:56.186641Z old-lb 198.51.100.7:2817 10.0.0.1:80 0.000073 0.001048 "
        '0.000057 200 200 0 29 "GET http://shop.test:80/a/b HTTP/1.1" "agent/1.0" - -',
        rf"{_ISO_TIME} [^ ]++ [^ ]++ [^ ]++ {_SECONDS}{_SECONDS}{_SECONDS}",
    ),
    Format(
        "s3",
        (_S3,),
        f"79a59df900b949e5 shop-bucket {CLF} 198.51.100.7 arn:aws:iam::1:user/ann 3E57427F3EXAMPLE "
        'REST.GET.OBJECT shop/cart.png "GET /shop/cart.png HTTP/1.1" 200 - 5120 5120 70 10 '
        '"https://a.test/" "agent/1.0" - s9lz= SigV4 ECDHE AuthHeader shop.test TLSv1.2 - -',
        rf"[^ ]++ [^ ]++ {_TIME} [^ ]++ [^ ]++ [^ ]++ [A-Z][A-Z\d]*+\.[A-Z_.]++ [^ ]++ \"",
        rf"[^ ]++ [^ ]++ {_TIME} [^ ]++ [^ ]++ [^ ]++ [A-Z][A-Z\d]*+\.[A-Z_.]++ [^ ]++ - ",
    ),
)

_UWSGI = (
    "[pid: %P|app: %{app}n|req: %{number}n/%{total}n] %a (%u) {%{vars}n vars in %I bytes} "
    "[%{%a %b %e %T %Y}t] %m %U%q => generated %B bytes in"
)

_SERVERS = (
    Format(
        "gandi",
        (f'%v %h %l %u %t (%T s) "%r" %>s %b {HEADERS}',),
        f'shop.test 198.51.100.7 - - {CLF} (0 s) "GET /a HTTP/1.1" 200 51 "-" "agent/1.0"',
        rf"[\w.-]++(?::\d++)?+ [^ ]++ - [^\[\n]++{_TIME} \(\d++ s\) \"",
    ),
    Format(
        "uwsgi",
        tuple(
            f"{_UWSGI} {time} {via}(%H %>s)"
            for time in ("%{ms}T msecs", "%{us}T micros")
            for via in ("", "via %{via}n ")
        ),
        "[pid: 88185|app: 0|req: 1/1] 198.51.100.7 () {38 vars in 696 bytes} "
        "[Sun Mar  1 12:34:56 2026] POST /api/x?y => generated 47 bytes in 129 msecs "
        "(HTTP/1.1 200) 9 headers in 378 bytes (1 switches on core 3)",
        r"\[pid: \d++\|app: ",
    ),
)

_HAPROXY = (
    "%a:%p [%{%d/%b/%Y:%T}t.%{msec_frac}t] %{frontend}n %{backend}n/%{server}n/%{Tw}n/%{Tc}n/"
    '%{Tr}n/%{ms}T %>s %B %{session}n "%r"'
)
_HAPROXY_TLS = "%{errors}n %v/%{version}n/%{cipher}n"
_HAPROXY_EXAMPLE = (
    "198.51.100.7:33317 [01/Mar/2026:12:34:56.655] fe~ be/srv1 10/0/30/69/109 200 2750 - - "
    '---- 1/1/1/1/0 0/0 {shop.test|agent} {} "GET /shop/a HTTP/1.1"'
)
_BEGINNING = (
    r"(?:[^ :\"]*+:)++\d{1,5} \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] "
)
_ENDING = r'[^"\n]*+"[^"\n]*+" \d++/[\dA-Fa-f]++/\d++/\d++/\d [^ /\n]*+/[^ /\n]*+/[^ /\r\n]*+(?![^\r\n])'

# a handshake that failed, or a connection of a TCP proxy
_NO_REQUEST = r"(?:[^ :]++: |[^ ]++ [^ ]++ -?\d++/-?\d++/\+?\d++ \+?\d++ [\w-]{2} )"

_HAPROXIES = (
    Format(
        "haproxy-https",
        (f"{_HAPROXY} {_HAPROXY_TLS}",),
        f"{_HAPROXY_EXAMPLE} 0/0/0/0/0 shop.test/TLSv1.3/TLS_AES_128_GCM_SHA256",
        _BEGINNING + _ENDING,
    ),
    Format(
        "haproxy",
        (_HAPROXY,),
        _HAPROXY_EXAMPLE,
        f"{_BEGINNING}(?!{_NO_REQUEST}|{_ENDING})",
        rf"{_BEGINNING}{_NO_REQUEST}|Connect from [^ ]++ to |Proxy [^ ]++ (?:started|stopped)",
    ),
)

_NAMED = (
    Format(
        "ltsv",
        (),
        f"time:{CLF}\thost:198.51.100.7\treq:GET /shop/cart HTTP/1.1\tstatus:200\tsize:5120\t"
        "reqtime:0.045\tvhost:shop.test\tua:agent/1.0",
        r"[\w.-]++:[^\t]*+\t[\w.-]++:",
    ),
    Format(
        "json",
        (),
        '{"time_iso8601":"2026-03-01T12:34:56+00:00","remote_addr":"198.51.100.7",'
        '"request":"GET /shop/cart HTTP/1.1","status":"200","body_bytes_sent":"5120"}',
        r"[ \t]*+[{}\[\]\"]|\d{4}[/-]\d\d[/-]\d\d[T ][\d:.,]{8,18}+(?:Z|[+-]\d\d:?\d\d)?\t",
    ),
    Format(
        "w3c",
        (),
        "2026-03-01 12:34:56 10.0.0.1 GET /shop/cart id=4 443 - 198.51.100.7 agent/1.0 - 200 0 0 45",
        r'"?\d{4}-\d\d-\d\d"?[ \t]',
    ),
)
"""Formats whose lines or whose `#Fields` name the values."""

SPECIAL = (*_PROXIES, *_MESHES, *_AMAZON, *_SERVERS, *_HAPROXIES, *_NAMED)
"""The rows. The mark of a row counts before the marks of the rows after it."""
