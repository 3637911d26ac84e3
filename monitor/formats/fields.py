"""A field of a line: its role, its directive as written, and how it is written in a line.

A *role* says what the program does with a field. The fields of most roles are not used.
"""

from typing import NamedTuple

USED = {"client", "clients", "time", "request", "method", "target", "status", "size"}
"""The roles of the fields that each report uses."""

OPTIONAL = ("seconds", "host", "agent", "referrer")
"""The roles of the fields that a report uses when a line has them. A line without them is a hit."""


class Field(NamedTuple):
    """A field of a line.

    role        what the program does with the field
    spelling    its directive as written in the string
    column      where the directive begins in the string, counted from 1
    time        how the field writes a time (times.py); empty for a field that is no time
    per_second  units of a request time in a second: 1000 for milliseconds; 0 for other fields
    has_port    whether `:` and a port stand behind a client
    """

    role: str
    spelling: str = ""
    column: int = 0
    time: str = ""
    per_second: int = 0
    has_port: bool = False

    @property
    def is_used(self) -> bool:
        """Whether each report uses the field."""
        return self.role in USED

    @property
    def name(self) -> str:
        """The letter or the name of the directive, without its modifiers."""
        return self.spelling.lstrip("%<>!,$0123456789{").rstrip("}")
