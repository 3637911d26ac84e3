"""Many JSON lines with the same keys -> columns, by one pattern. This is a fast path.

A line is flat if its object holds only texts without a backslash, numbers, true, false and null. One
`re.split` with the pattern of such lines returns the values of a key as a slice with a stride, in the
notation of JSON. Values repeat. Because of that what they mean is read only once, from an object that
has nothing else (json_hits.py).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.formats.json_hits import Read, fields_of, size_of
from monitor.formats.json_plans import Plan
from monitor.formats.memo import Memo

Member = tuple[str, str]
"""What stands before a value in an object: the text with the key, and the key."""

MOST_MEMBERS = 256
"""Members of an object for which a pattern is compiled, which takes 0.15 ms a member."""

_LONGEST_SIZE = 18

_SCALAR = r"-?(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]{1,18}+)?+|true|false|null"
_VALUE = rf'"[^"]*+"|{_SCALAR}'
_member = re.compile(rf'([{{,][ \t]*+"([^"\\]*+)"[ \t]*+:[ \t]*+)(?:{_VALUE})')
_decode = json.JSONDecoder(strict=False).raw_decode


def members_of(line: str) -> list[Member] | None:
    """Return the members of the object of a line, None if the object holds another one."""
    members: list[Member] = []
    place = 0
    while match := _member.match(line, place):
        members.append((match[1], match[2]))
        place = match.end()
    return members if line[place:] == "}" else None


class FlatPattern:
    """The pattern of lines with the same keys in the same order, and their fields."""

    def __init__(
        self, members: Sequence[Member], plan: Plan, extras: Iterable[str]
    ) -> None:
        fields = fields_of(plan, extras)
        wanted = {key for keys, _ in fields for key in keys}
        pattern = "".join(
            re.escape(opening) + (f"({_VALUE})" if key in wanted else f"(?:{_VALUE})")
            for opening, key in members
        )
        self._regex = re.compile(rf"\n(?:{pattern}\}}(?=\r?+(?:\n|\Z))|([^\n]*+))")
        self._keys = [key for _, key in members if key in wanted]
        self._fields = [_Field(keys, read, plan) for keys, read in fields]

    def columns_of(self, texts: list[str]) -> tuple[list[list[Any]], list[int]] | None:
        """Return the fields of lines, and the places of the lines that the pattern does not match.

        Such a line has the fields of another line. Return None if no line matches, or if a match
        runs over the end of a line.
        """
        # The parts of a line are its values, another line, and the text up to the next match.
        stride = len(self._keys) + 2
        parts = self._regex.split("\n".join(("", *texts)))
        others = parts[stride - 1 :: stride]
        if len(parts) != len(texts) * stride + 1 or None not in others:
            return None
        usual = others.index(None)
        missed = [
            place
            for place, (other, text) in enumerate(zip(others, texts, strict=True))
            if other is not None or "\\" in text
        ]
        columns = {}
        for at, key in enumerate(self._keys, start=1):
            columns[key] = column = parts[at::stride]
            for place in missed:
                column[place] = column[usual]
        fields = [each.column_of(columns, len(texts)) for each in self._fields]
        fields[2:3] = map(list, zip(*fields[2], strict=True))  # the head and the rest
        return fields, missed


class _Field:
    """A field of a hit that depends on the values of some keys."""

    def __init__(self, keys: tuple[str, ...], read: Read, plan: Plan) -> None:
        self._keys, self._read, self._plan = keys, read, plan
        self._readings = Memo(self._reading)

    def column_of(self, columns: Mapping[str, list[str]], lines: int) -> list[Any]:
        """Return the field of each line. `columns` are the values of each key."""
        if not self._keys:
            return [self._readings[()]] * lines
        if len(self._keys) > 1:
            values = zip(*(columns[key] for key in self._keys), strict=True)
            return list(map(self._readings.__getitem__, values))
        column = columns[self._keys[0]]
        sizes = _plain_sizes(column) if self._read is size_of else None
        return sizes or list(map(self._readings.__getitem__, column))

    def _reading(self, value: str | tuple[str, ...]) -> Any:
        values = (value,) if isinstance(value, str) else value
        found = dict(zip(self._keys, map(_decoded, values), strict=True))
        return self._read(found, self._plan)


def _decoded(value: str) -> Any:
    return value[1:-1] if value[0] == '"' else _decode(value)[0]


def _plain_sizes(values: list[str]) -> list[int] | None:
    """Return sizes that are digits; None if any is not. Sizes seldom repeat."""
    digits = "".join(values).replace('"', "")
    is_plain = digits.isdigit() and digits.isascii() and '""' not in values
    if is_plain and len(max(values, key=len)) <= _LONGEST_SIZE:
        return [int(value.strip('"')) for value in values]
    return None
