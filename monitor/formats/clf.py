r"""The Common Log Format and its relatives as data: a format is a row of fields.

Sources: Apache httpd mod_log_config (`common`, `combined`, `vhost_combined`), nginx
ngx_http_log_module (`combined`).

A row is compiled into a strict pattern for the usual lines of its format. The pattern leaves every
line with an oddity to the tolerant reading (tolerant.py), and agrees with it about all others.
The pattern begins with the newline *before* a line, which `re` finds quickly, and it matches every
line: an odd line as a whole. So each match is a line, unless a client with a newline in it ran over
the end of a line; the reader looks for that once a block.
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
"""The groups of a compiled format. `odd` is a whole odd line; the other groups are None then."""

# A group costs 40 to 70 ns a line. Repetitions are possessive: they never backtrack. `[^ ]` is four
# times as fast as a class of several bytes, and bounded where it may run over a newline. The
# time is 26 bytes of anything; whether it is a time is decided where it becomes a number.
_ADDRESS = rb"[0-9A-Za-z:][^ ]{0,98}+"
_SECTION = rb"/[\x00-\x09\x0b-\x1f\x21\x23-\x2e\x30-\x3e\x40-\x5b\x5d-\xff]{0,400}+"
_PATTERNS = {
    "vhost": rb"[0-9A-Za-z:][^ \n]{0,98}+(?<!,)",
    "client": rb"(" + _ADDRESS + rb")",
    "ident": rb"-",
    # A user name may hold spaces, so this takes the space after the name, too.
    "user time": rb"[^[\n]{1,99}+\[(.{26}+)\]",
    "request": rb'"([A-Z]{1,32}+ ' + _SECTION + rb")(?![^/? ])"
    rb'([^ ?"\n\\]{0,512}+)(?![^? ])[^ "\n]*+ HTTP/[0-9.]{1,3}+" ([0-9]{3}+) ([0-9]{1,18}+|-)',
}


@cache
def compile_format(form: Format) -> re.Pattern[bytes]:
    """Compile a format into a pattern that matches any line with the newline before it."""
    front = form.fields[: form.fields.index("user")]
    end = rb"(?![^ \r\n])" if form.fields[-1] == "bytes" else rb" "
    line = b" ".join(_PATTERNS[name] for name in (*front, "user time", "request"))
    return re.compile(rb"\n(?:" + line + end + rb"|([^\n]*+))", re.DOTALL)
