r"""Log formats as data: a format is a row of fields, a field a row of patterns.

Sources: Apache httpd mod_log_config (`common`, `combined`, `vhost_combined`), nginx
ngx_http_log_module (`combined`). A relative of these is a row of FORMATS; a format with other
fields needs a reading in parser.py, too.

The pattern of a format is a shortcut for its usual lines, and strict: whatever has an oddity in
it is left to the tolerant reading in parser.py, which gives the same answer for all that the
pattern takes. It begins with the newline *before* a line, a single byte that `re` finds quickly,
and it matches every line: one with an oddity as a whole. So each match is a line, unless a field
ran over the end of it: what is captured may do that, as `[^ ]` is four times as fast as a class of
several bytes. The reader looks for that once a block.
"""

import re
from functools import cache
from typing import NamedTuple

from monitor.formats.answers import TEXT


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

CAPTURED = 4
"""Groups of a compiled format: client, time, and text of the answer (answers.py); the fourth is a
whole odd line, and then the other three are None."""

# Every group takes 40 ns a line, every step 2 to 10: so what is read together is one group, no
# step looks for what the reader can see, and repetitions are possessive: they never backtrack, and
# unlike `.{26}` and `[0-9]{3}` keep no points to go back to. What is in a field is told by what ends
# it, as `[^ ]` is four times as fast as a class of several bytes; those that may run over
# lines are bounded, else every line start of a block without spaces would scan all of it. The time
# is 26 bytes of anything, which costs nothing with DOTALL, and is judged where it is turned into a
# number.
_ADDRESS = rb"[0-9A-Za-z:][^ ]{0,98}+"
_PATTERNS = {
    "vhost": rb"[0-9A-Za-z:][^ \n]{0,98}+(?<!,)",
    "client": rb"(" + _ADDRESS + rb")",
    "ident": rb"-",
    # A name may hold spaces, and so this takes the one behind it, too.
    "user time": rb"[^[\n]{1,99}+\[(.{26}+)\]",
    "answer": rb'"(' + TEXT + rb") ",
    "last answer": rb'"(' + TEXT + rb")(?![^ \r\n])",
}


@cache  # and only what is asked for: a pattern takes a millisecond
def compile_format(form: Format) -> re.Pattern[bytes]:
    """Compile a format into a pattern that matches any line with the newline before it."""
    *front, _, _, _, _, last = form.fields[: form.fields.index("bytes") + 1]
    answer = "answer" if form.fields[-1] != last else "last answer"
    line = b" ".join(_PATTERNS[name] for name in (*front, "user time", answer))
    return re.compile(rb"\n(?:" + line + rb"|([^\n]*+))", re.DOTALL)
