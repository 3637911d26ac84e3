r"""Log formats as data: a format is a row of fields, a field a row of patterns.

Sources: Apache httpd mod_log_config (`common`, `combined`, `vhost_combined`), nginx
ngx_http_log_module (`combined`). To add a format, add a row to FORMATS.

The pattern of a format is a shortcut for its usual lines, and strict: whatever has an oddity in
it is left to the tolerant reading in parser.py, which gives the same answer for all that the
pattern takes. It begins with the newline *before* a line, a single byte that `re` finds quickly,
and it matches every line: one with an oddity as a whole. So each match is a line, unless a field
ran over the end of it: `[^ ]` may do that and is four times as fast as a class of several bytes.
The reader looks for that once a block.
"""

import re
from functools import cache
from typing import NamedTuple


class Format(NamedTuple):
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

USUAL = b"200"
"""The status that most answers have: its lines give neither status nor rest of the target."""

CAPTURED = 7
"""Groups of a compiled format: client, time, head, rest of the target, status, bytes; or only
the last one: a whole line that is odd."""

# The time is 26 bytes of anything, which costs nothing with DOTALL, and is judged where it is
# turned into a number. A possessive quantifier never backtracks. The first field is bounded:
# without, every line start of a block without spaces would scan all of it. A bit map of the bytes
# that may be in a section is a third faster than the few that may not.
_ADDRESS = rb'[0-9A-Za-z:][^ ]{0,98}+(?<![,"])'
_HEAD = rb"([A-Z]++ /[\x00-\x09\x0b-\x1f\x21-\x2e\x30-\x3e\x40-\x5b\x5d-\xff]*+)(?!\\)"
_REST_OF_REQUEST = rb' HTTP/[0-9]\.[0-9]" '
_BYTES = rb"(?:([0-9]{1,18}+)|-)"
_PATTERNS = {
    "vhost": _ADDRESS,
    "client": rb"(" + _ADDRESS + rb")",
    "ident": rb"-",
    # Nearly always `-`; a name may hold spaces.
    "user": rb'(?:-|(?!")[^ ]++(?= \[)|[^] ["\n-][^] ["\n]*+(?: [^] ["\n]++)*+)',
    "time": rb"\[(.{26})\]",
    # Not to capture what nobody asks about the usual answer saves a twentieth of all.
    "request status": rb'"%b(?:[^ ]*+%b%b|([^ ]*+)%b([0-9]{3}))'
    % (_HEAD, _REST_OF_REQUEST, USUAL, _REST_OF_REQUEST),
    "last bytes": _BYTES + rb"(?![^ \r\n])",
    "bytes": _BYTES + rb" ",
}


@cache  # and only what is asked for: a pattern takes a millisecond
def compile_format(form: Format) -> re.Pattern[bytes]:
    """Compile a format into a pattern that matches any line with the newline before it."""
    *front, _, _, last = form.fields[: form.fields.index("bytes") + 1]
    last = last if form.fields[-1] != last else f"last {last}"
    names = (*front, "request status", last)
    line = b" ".join(_PATTERNS[name] for name in names)
    return re.compile(rb"\n(?:" + line + rb"|([^\n]*+))", re.DOTALL)
