r"""A request line as it was logged -> the method, and the section of the site.

Sources: RFC 9110 section 5.6.2 (token), RFC 9112 section 3 (request line, the four forms of a
target). The section is the part of the requested URL before its second `/`.
"""

import re

NO_METHOD = b""
"""The method of a malformed request: `-`, a TLS hello, one word, `PRI *`."""

MALFORMED = b"(malformed)"
"""The section of a malformed request; no other request can have it."""

MALFORMED_HEAD = NO_METHOD + b" " + MALFORMED
"""The head of a malformed request (columns.py)."""

NO_SECTION = b"-"
"""The section of a line of a format that logs no request; no request can have it."""

NO_HEAD = NO_METHOD + b" " + NO_SECTION
"""The head of such a line (columns.py)."""

OTHER = b"(other)"
"""The name of the hits whose own section or method was dropped; no request can have it."""

METHODS = frozenset(
    b"GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH ACL BASELINE-CONTROL BIND CHECKIN "
    b"CHECKOUT COPY LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE "
    b"MOVE ORDERPATCH PRI PROPFIND PROPPATCH QUERY REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK "
    b"UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL".split()
)
"""The methods of the IANA HTTP Method Registry, whose hits are always counted exactly."""

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]"
"""One character of a method."""

_request = re.compile(rb"(?!- )(" + TOKEN + rb"++) (.*)", re.DOTALL)
_absolute = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]*+://[^/?]++)(.*)", re.DOTALL)
_authority = re.compile(rb"(?:[^/?:\[\]@ ]++|\[[0-9A-Fa-f:.%]++\]):\d{1,5}")
_escape = re.compile(rb'\\(?:(["\\])|x([0-9A-Fa-f]{2}))')


def unescape(field: bytes) -> bytes:
    r"""Undo the escapes `\"`, `\\` and `\xhh` of a quoted log field; leave all other escapes."""
    if b"\\" not in field:
        return field
    return _escape.sub(lambda m: m[1] or bytes.fromhex(m[2].decode("ascii")), field)


def target_of(request: bytes) -> tuple[bytes, bytes] | None:
    """Split a request line into method and target; return None for any other text.

    The last word is the version if it starts with `HTTP/`. A line without a version has exactly two
    words (HTTP/0.9). Spaces at the ends of the target are dropped, and spaces inside it stay.
    """
    match = _request.fullmatch(request.rstrip(b" "))
    if match is None:
        return None
    method, rest = match[1], match[2]
    words, _, last = rest.rpartition(b" ")
    if last.startswith(b"HTTP/"):
        target = words.strip(b" ")
    else:
        target = rest.strip(b" ")
        if b" " in target:
            return None
    return (method, target) if target else None


def section_of(method: bytes, target: bytes) -> bytes | None:
    """Return the section of a request target; None when the target has none of the four forms."""
    path, _, _ = target.partition(b"?")
    if path.startswith(b"/"):
        return b"/" + path[1:].partition(b"/")[0]
    absolute = _absolute.fullmatch(path)
    if absolute is not None:
        return absolute[1] + b"/" + absolute[2][1:].partition(b"/")[0]
    if method == b"CONNECT" and _authority.fullmatch(target):
        return target
    return target if method == b"OPTIONS" and target == b"*" else None


def read_request(request: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the method and the section of a request line, and the rest of its path."""
    parts = target_of(request)
    if parts is None:
        return NO_METHOD, MALFORMED, b""
    method, target = parts
    section = section_of(method, target)
    if section is None:
        return NO_METHOD, MALFORMED, b""
    rest = target[len(section) :] if target.startswith(section) else b""
    return method, section, rest.partition(b"?")[0].rstrip(b" ")
