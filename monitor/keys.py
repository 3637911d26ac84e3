"""The keys by which hits are grouped (`--by`) and chosen (`--only`), one row each.

A key names columns of hits (formats/columns.py), and how their values become the name of a hit. The
head of a hit is its method, a space and its section; a malformed request has no method.
"""

from collections.abc import Callable
from typing import NamedTuple

_MALFORMED = b"(malformed)"


class Key(NamedTuple):
    """The columns of a key, and a function from their values to the name of a hit."""

    columns: tuple[str, ...]
    name: Callable[..., bytes]


def _same(value: bytes) -> bytes:
    return value or b"-"


def _method(head: bytes) -> bytes:
    return head.partition(b" ")[0] or _MALFORMED


def section_of(head: bytes) -> bytes:
    """Return the section of a head."""
    return head.partition(b" ")[2]


def _path(head: bytes, rest: bytes) -> bytes:
    return section_of(head) + rest


def _host_and_section(host: bytes, head: bytes) -> bytes:
    """Return the host and the section, with a space between unless the section is a path."""
    section = section_of(head)
    return b"%b%b%b" % (host, b"" if section.startswith(b"/") else b" ", section)


KEYS = {
    "section": Key(("head",), section_of),
    "host": Key(("host",), _same),
    "host+section": Key(("host", "head"), _host_and_section),
    "client": Key(("client",), _same),
    "status": Key(("status",), _same),
    "method": Key(("head",), _method),
    "path": Key(("head", "rest"), _path),
    "agent": Key(("agent",), _same),
    "referrer": Key(("referrer",), _same),
}
"""The keys by name."""

OPTIONAL = ("host", "agent", "referrer")
"""The columns that a reader of a log fills only if somebody wants them."""


def wanted(*names: str) -> frozenset[str]:
    """Return the optional columns that keys need."""
    columns = {column for name in names for column in KEYS[name].columns}
    return frozenset(columns & set(OPTIONAL))
