"""An option of the command line, as a row of a table."""

from collections.abc import Callable
from keyword import iskeyword
from typing import NamedTuple

from monitor.settings import Settings

NUMBERS = ("N", "HITS", "PCT")
"""The names of values that are numbers in a file. Other values are strings, such as "2m"."""

SWITCH, NUMBER, SCALAR = ("true or false",), ("a number",), ("a string", "a number")
LIST, LIST_OR_TABLE = ("a list",), ("a list", "a table")
"""Kinds of values in a file."""


class Option(NamedTuple):
    """An option: its spellings, the name of its value, its meaning, and the parser of its value.

    `read` parses the value. It raises ValueError with a message that says what to write instead. A
    switch has no value and no parser. An option that `repeats` has a tuple of values. A mode, and what
    goes with a mode, is not `in_file`: it stands on the command line only.
    """

    spelling: str
    takes: str
    words: str
    read: Callable[[str], object] | None = None
    repeats: bool = False
    in_file: bool = True

    @property
    def names(self) -> list[str]:
        """All spellings, the long one last."""
        return self.spelling.split(", ")

    @property
    def field(self) -> str:
        """The field of `Settings` that the option sets."""
        name = self.key.replace("-", "_")
        return f"{name}_" if iskeyword(name) else name

    @property
    def key(self) -> str:
        """The name of the option in a file."""
        return self.names[-1].lstrip("-")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of values that the option may have in a file."""
        if self.repeats:
            return LIST_OR_TABLE if "=" in self.takes else LIST
        if self.read is None:
            return SWITCH
        return NUMBER if self.takes in NUMBERS else SCALAR

    @property
    def usage(self) -> str:
        """The option as it is written: `-i, --interval TIME`."""
        return f"{self.spelling} {self.takes}".rstrip()

    @property
    def meaning(self) -> str:
        """The words of the option, with its default."""
        default = getattr(Settings(), self.field, None)
        has_none = default is None or isinstance(default, bool | tuple)
        return self.words if has_none else f"{self.words} (default {default})"
