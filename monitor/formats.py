r"""Log formats as data: a format is a row of fields, a field a row of two patterns.

Sources: Apache httpd mod_log_config (`common`, `combined`, `vhost_combined`), nginx
ngx_http_log_module (`combined`). To add a format, add a row to FORMATS.

Each field has a *fast* pattern and an *exact* one. The fast one may run over the end of a line in
a captured field (`[^ ]` is much faster than a class of several bytes), and only there: its reader
looks for newlines in those, and then takes the exact one. The patterns are strict on purpose:
whatever has an oddity in it is left to the tolerant reading in parser.py, which gives the same
answer for all they match.
"""

import re
from dataclasses import dataclass

from monitor.requests import TOKEN


@dataclass(frozen=True, slots=True)
class Format:
    """A log format: its name, its fields in order, and whether a virtual host stands in front."""

    name: str
    fields: tuple[str, ...]
    vhost: bool = False


_COMMON = ("client", "ident", "user", "time", "request", "status", "bytes")
_COMBINED = (*_COMMON, "referrer", "agent")

FORMATS = {
    row.name: row
    for row in (
        Format("common", _COMMON),
        Format("combined", _COMBINED),
        Format("vhost_combined", ("vhost", *_COMBINED), vhost=True),
    )
}

LAST_NEEDED = "bytes"
"""Fields after this one may be anything, or cut short."""

CAPTURED = 6
"""Groups of a compiled format: client, time, head, rest of the target, status, bytes."""

# A fixed width is the fastest thing `re` can match, so the time is 26 bytes of anything here and
# is judged where it is turned into a number. A possessive quantifier never backtracks. The first
# field is bounded: without, every line start of a block of blank lines would scan all of it.
_FAST = {
    "vhost": rb"[^ \n]++(?<!,)",
    "client": rb"([^ ]{1,99}+)",
    "vhost client": rb'(?![-"] )(?!")([^ ]++)(?<![,"])',
    "ident": rb'(?:-|(?!")[^ \n]++)',  # nearly always `-`
    "user": rb'(?:-|(?!")[^ \n]++)',
    "time": rb"\[(.{26})\]",
    "request": rb'"([^ ]++ /[^/? "\\]*+)(?!["\\])([^ ]*+) HTTP/[^ "\\\n]*+"',
    "status": rb"(\d\d\d|-)",
    "bytes": rb"(\d{1,18}+|-)(?![^ \r\n])",
}
_EXACT = {
    "vhost": rb"[^ \n]++(?<!,)",
    "client": rb'([^ \n]++)(?<![,"])',
    "vhost client": rb'(?![-"] )(?!")([^ \n]++)(?<![,"])',
    "ident": rb'(?!")[^ \n]++',
    "user": rb'(?!")[^ \n]++',
    "time": rb"\[(\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\]",
    "request": rb'"('
    + TOKEN
    + rb'++ /[^/? "\\\n]*+)(?!["\\])([^ \n]*+) HTTP/[^ "\\\n]*+"',
    "status": rb"(\d\d\d|-)",
    "bytes": rb"(\d{1,18}+|-)(?![^ \r\n])",
}


def compile_format(form: Format, *, exact: bool) -> re.Pattern[bytes]:
    """Compile a format into a pattern that matches one whole line with its newline."""
    needed = list(form.fields[: form.fields.index(LAST_NEEDED) + 1])
    if form.vhost:
        needed[needed.index("client")] = "vhost client"
    patterns = _EXACT if exact else _FAST
    line = b" ".join(patterns[field] for field in needed)
    begin = rb'^(?!["#])' if exact or form.vhost else rb"^"
    return re.compile(begin + line + rb".*+\n", re.MULTILINE)
