"""The formats of access logs by name. A row is a name, a string and an example line.

The string is in the notation of Apache's `LogFormat` or of nginx's `log_format`. `--format` accepts
a name or such a string. Both are compiled by the same code (formats/strings.py).

Sources: Apache httpd mod_log_config and Debian's apache2.conf, nginx ngx_http_log_module.
"""

import re
from typing import NamedTuple


class Format(NamedTuple):
    """A log format: its name, its string, and an example line."""

    name: str
    string: str
    example: str


_COMMON = '%h %l %u %t "%r" %>s %b'
_EXAMPLE = (
    '198.51.100.7 - ann [01/Mar/2026:12:34:56 +0000] "GET /shop/cart HTTP/1.1" 200 5120'
)
_HEADERS, _EXAMPLES = '"%{Referer}i" "%{User-Agent}i"', '"https://a.test/" "agent/1.0"'

FORMATS = {
    row.name: row
    for row in (
        Format("combined", f"{_COMMON} {_HEADERS}", f"{_EXAMPLE} {_EXAMPLES}"),
        Format(
            "vhost_combined",
            f"%v:%p {_COMMON} {_HEADERS}",
            f"www.example.com:443 {_EXAMPLE} {_EXAMPLES}",
        ),
        Format("common", _COMMON, _EXAMPLE),
    )
}
"""The formats by name, in the order in which they are tried."""


def is_string(form: str) -> bool:
    """Return whether a value of `--format` is a string and not a name."""
    return "%" in form or "$" in form


def is_of_nginx(string: str) -> bool:
    """Return whether a string is in the notation of nginx: it has a variable such as `$status`."""
    return re.search(r"\$\{?[A-Za-z_]", string) is not None


def format_list() -> str:
    """Return all formats by name, each with its string and an example line."""
    rows = (
        f"{row.name}\n  {row.string}\n  {row.example}\n" for row in FORMATS.values()
    )
    return "\n".join(rows)
