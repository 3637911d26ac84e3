"""The formats of access logs by name, one row each.

A string of a row is in the notation of Apache's `LogFormat` or of nginx's `log_format`. `--format`
accepts a name or such a string. Both are compiled by the same code (formats/strings.py).

Sources: Apache httpd mod_log_config, mod_logio and Debian's apache2.conf; nginx ngx_http_log_module;
Traefik, ingress-nginx.
"""

import re
from typing import NamedTuple


class Format(NamedTuple):
    """A format of log lines.

    strings  the shapes of its lines; none if the lines name their fields themselves
    example  a line of it
    mark     a regular expression of how each of its lines begins; empty for the relatives of the
             Common Log Format. No line begins with the marks of two formats.
    ignored  a regular expression of how lines begin that stand in such a log and are no hits
    """

    name: str
    strings: tuple[str, ...]
    example: str
    mark: str = ""
    ignored: str = ""

    @property
    def string(self) -> str:
        """The first string."""
        return self.strings[0]


HEADERS = '"%{Referer}i" "%{User-Agent}i"'
CLF = "[01/Mar/2026:12:34:56 +0000]"
"""A time in the examples."""


_COMMON = '%h %l %u %t "%r" %>s %b'
_EXAMPLE = f'198.51.100.7 - ann {CLF} "GET /shop/cart HTTP/1.1" 200 5120'
_EXAMPLES = '"https://a.test/" "agent/1.0"'
_NGINX = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent"'
)

FORMATS = {
    row.name: row
    for row in (
        Format("combined", (f"{_COMMON} {HEADERS}",), f"{_EXAMPLE} {_EXAMPLES}"),
        Format(
            "vhost_combined",
            (f"%v:%p {_COMMON} {HEADERS}",),
            f"www.example.com:443 {_EXAMPLE} {_EXAMPLES}",
        ),
        Format("common", (_COMMON,), _EXAMPLE),
    )
}
"""The plain formats by name, in the order in which they are tried."""

_INGRESS = (
    f"{_NGINX} $request_length $request_time [$proxy_upstream_name] "
    "[$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length "
    "$upstream_response_time $upstream_status $req_id"
)

RELATIVES = (
    Format(
        "combinedio",
        (f"{_COMMON} {HEADERS} %I %O",),
        f"{_EXAMPLE} {_EXAMPLES} 310 5420",
    ),
    Format(
        "traefik",
        (f'{_COMMON} {HEADERS} %k "%{{router}}n" "%{{url}}n" %{{ms}}Tms',),
        f'{_EXAMPLE} {_EXAMPLES} 77 "shop@docker" "http://10.0.0.1:80" 12ms',
    ),
    Format(
        "ingress-nginx",
        (_INGRESS,),
        f"{_EXAMPLE} {_EXAMPLES} 310 0.045 [default-web-80] [] 10.1.2.3:80 612 0.044 200 5f0c",
    ),
)
"""Formats with further fields behind the fields of a plain format."""

DIRECTIVE = re.compile(
    r"\s*+(LogFormat|CustomLog|GlobalLog|TransferLog|log_format)\s", re.IGNORECASE
)
"""The beginning of a line of a configuration that holds a string."""


def is_string(form: str) -> bool:
    """Return whether a value of `--format` is a string and not a name."""
    return "%" in form or "$" in form or DIRECTIVE.match(form) is not None


def is_of_nginx(string: str) -> bool:
    """Return whether a string is in the notation of nginx: it has a variable such as `$status`."""
    return re.search(r"\$\{?[A-Za-z_]", string) is not None
