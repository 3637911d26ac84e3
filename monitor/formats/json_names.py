"""The names under which JSON objects hold the fields of a hit.

A name with a dot is a key of an object one level down, such as `uri` in `request`. Some writers have
keys with a dot in them, such as `id.orig_h`. Both are found.

Sources: the documents of Caddy, Traefik, nginx, Envoy, Cloudflare Logpush, Google Cloud Logging, Azure
Monitor, AWS API Gateway and CloudFront, Fastly, Tomcat, Zeek.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Path = tuple[str, ...]
"""The keys that lead to a value: one key, or the key of an object and a key in it."""

Paths = Mapping[str, Path]
"""The path of each name in an object. A name that ends in a dot is an object in it."""

_NAMES = {
    "time": """StartUTC StartLocal start_time time_iso8601 ts time timestamp @timestamp time_local requestTime
        EdgeStartTimestamp timeStamp datetime date msec timestamp_ns time_msec requestTimeEpoch
        receiveTimestamp eventTime""",
    "client": """request.client_ip ClientHost client_ip ClientIP x_forwarded_for x-forwarded-for
        http_x_forwarded_for remote_addr request.remote_ip request.remote_addr remote_ip clientIp
        clientip client ip remote_host remoteAddr sourceIp httpRequest.remoteIp properties.clientIP
        properties.clientIp c-ip downstream_remote_address id.orig_h""",
    "request": "request request_line req",
    "method": """request.method RequestMethod request_method method httpMethod ClientRequestMethod
        verb http_method httpRequest.requestMethod properties.httpMethod cs-method""",
    "target": """request.uri RequestPath request_uri uri ClientRequestURI path x-envoy-origin-path url
        http_path httpRequest.requestUrl properties.originalRequestUriWithArgs properties.requestUri
        cs-uri-stem resourcePath
        ClientRequestPath""",
    "status": """status DownstreamStatus response_code response_status EdgeResponseStatus status_code
        statusCode httpRequest.status properties.httpStatus properties.httpStatusCode sc-status
        code""",
    "size": """size DownstreamContentSize body_bytes_sent bytes_sent EdgeResponseBytes
        response_body_size responseLength httpRequest.responseSize properties.sentBytes
        properties.responseBytes sc-bytes response_body_len bytes length""",
    "host": """request.host RequestHost host http_host :authority authority ClientRequestHost
        server_name vhost properties.hostName properties.host x-host-header""",
    "agent": """http_user_agent user_agent user-agent userAgent request_User-Agent
        ClientRequestUserAgent httpRequest.userAgent properties.userAgent cs(User-Agent) agent
        request.headers requestHeaders.User-Agent""",
    "referrer": """http_referer http_referrer referer referrer request_Referer ClientRequestReferer
        httpRequest.referer properties.referrer properties.referer cs(Referer) request.headers
        requestHeaders.Referer""",
}
NAMES = {field: tuple(names.split()) for field, names in _NAMES.items()}
"""The names of each field, in the order in which they count."""

OUTER = frozenset(
    name.partition(".")[0] for names in NAMES.values() for name in names if "." in name
)
"""The keys of the objects in which a field may be."""


def folded(name: str) -> str:
    """Return a name without case, and with `_` for `-`."""
    return name.lower().replace("-", "_")


_FOLDED = {field: tuple(map(folded, names)) for field, names in NAMES.items()}


def paths_of(found: Mapping[str, Any]) -> Paths:
    """Return the path of each name in an object."""
    paths: dict[str, Path] = {}
    for key, value in found.items():
        if key in OUTER and isinstance(value, dict):
            paths[key + "."] = (key,)
            paths |= {f"{key}.{inner}": (key, inner) for inner in value}
    return paths | {key: (key,) for key in found}


def folded_names(paths: Paths) -> Paths:
    """Return the paths of folded names. The first of several equal names counts."""
    first: dict[str, Path] = {}
    for name, path in paths.items():
        first.setdefault(folded(name), path)
    return first


def fields_of(paths: Paths) -> dict[str, tuple[Path, ...]]:
    """Return the paths of each field in the order in which they count.

    Names as they are in the table count before names that differ in case, or in `-` and `_`.
    """
    others = folded_names(paths)
    return {
        field: _found((paths, names), (others, _FOLDED[field]))
        for field, names in NAMES.items()
    }


def _found(*tables: tuple[Paths, Iterable[str]]) -> tuple[Path, ...]:
    each = (paths[name] for paths, names in tables for name in names if name in paths)
    return tuple(dict.fromkeys(each))
