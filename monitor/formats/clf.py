r"""The Common Log Format and its relatives as data: a format is a row of fields.

Sources: Apache httpd mod_log_config (`common`, `combined`, `vhost_combined`), nginx
ngx_http_log_module (`combined`).

A row is compiled into a strict pattern. The pattern parses the usual lines of its format. It
matches an odd line only as a whole, and the tolerant parser (tolerant.py) parses the odd lines. On
usual lines the pattern and the tolerant parser agree.

The pattern begins with the newline *before* a line, because `re` finds a fixed first byte quickly.
Each match is one line, with one exception: the client may run over the end of a line. The reader
looks for a newline in the clients of each block. It also looks for clients with a port.

The first address of a line is its client. Because of that the pattern takes a host name as the
client only when no address stands before or after it: a virtual host is never an address here, and
neither is a word of a user name.
"""

import re
from functools import cache
from typing import NamedTuple


class Format(NamedTuple):
    """A log format: its name, and its fields in order."""

    name: str
    fields: tuple[str, ...]

    @property
    def vhost(self) -> bool:
        """Whether a virtual host stands in front of the client."""
        return "vhost" in self.fields


_COMMON = ("client", "ident", "user", "time", "request", "status", "bytes")
_COMBINED = (*_COMMON, "referrer", "agent")

FORMATS = {
    row.name: row
    for row in (
        Format("combined", _COMBINED),
        Format("vhost_combined", ("vhost", *_COMBINED)),
        Format("common", _COMMON),
    )
}
"""The formats by name, in the order in which they are tried."""

GROUPS = ("client", "time", "head", "rest", "status", "size", "odd")
"""The groups of a compiled format. For an odd line `odd` is the line and all others are None."""

# Repetitions are possessive. Because of that they never backtrack. `[^ ]` is a fast path; a class of
# several bytes is slow. `[^ ]` may run over a newline and is therefore bounded. The time is any 26
# bytes here. The reader decides whether they are a time when it turns them into a number.
_ADDRESS = rb"[0-9A-Za-z:][^ ]{0,98}+"
_SECTION = rb"/[\x00-\x09\x0b-\x1f\x21\x23-\x2e\x30-\x3e\x40-\x5b\x5d-\xff]{0,400}+"
_USER, _DOTS = rb"[^[\n.:]{1,99}+", rb"(?:\.[^0-9[\n.:][^[\n.:]{0,98}+){1,9}+"
_PATTERNS = {
    "vhost": rb"[0-9.-]{0,98}+[A-Za-z][^ \t\n,:]{0,98}+:?+[0-9]{0,5}+",
    "client": rb"(" + _ADDRESS + rb")",
    "ident": rb"-",
    # A user name may hold spaces. The space after the name is part of this match. An address has a
    # colon, or a dot before a digit. The first alternative is a fast path.
    "user time": rb"(?:" + _USER + rb"\[|" + _USER + _DOTS + rb"\[)(.{26}+)\]",
    "request": rb'"([A-Z]{1,32}+ ' + _SECTION + rb")(?![^/? ])"
    rb'([^ ?"\n\\]{0,512}+)(?![^? ])[^ "\n]*+ HTTP/[0-9.]{1,3}+" ([1-9][0-9][0-9]) ([0-9]{1,18}+|-)',
}


@cache
def compile_format(form: Format) -> re.Pattern[bytes]:
    """Compile a format into a pattern that matches any line with the newline before it."""
    front = form.fields[: form.fields.index("user")]
    end = rb"(?![^ \r\n])" if form.fields[-1] == "bytes" else rb" "
    line = b" ".join(_PATTERNS[name] for name in (*front, "user time", "request"))
    return re.compile(rb"\n(?:" + line + end + rb"|([^\n]*+))", re.DOTALL)
