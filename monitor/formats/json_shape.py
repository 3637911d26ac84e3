"""Whole blocks of JSON lines -> tables.

Flat lines with the same keys are parsed by one pattern (json_flat.py), all other lines one by one.
"""

from typing import Any

from monitor.formats.hits import Table
from monitor.formats.json_flat import MOST_MEMBERS, FlatPattern, members_of
from monitor.formats.json_hits import COLUMNS, Row, row_of
from monitor.formats.json_objects import object_of
from monitor.formats.json_plans import PLANS

_EPOCH, _STATUS = COLUMNS.index("epoch"), COLUMNS.index("status")


class JsonShape:
    """Parses the lines of a block that are JSON objects. `extras` are further columns.

    It remembers the pattern of the lines before, which is a fast path.
    """

    def __init__(self, extras: tuple[str, ...]) -> None:
        self._extras = extras
        self._pattern: FlatPattern | None = None

    def parse(self, block: bytes) -> Table | None:
        """Parse a block; None if all lines are odd."""
        texts = block.decode("utf-8", "surrogateescape").split("\n")
        texts.pop()
        columns, missed = self._by_pattern(texts)
        odd: dict[int, bytes] = {}
        for place in missed:
            row = self._row_of(texts[place])
            if row is None:
                odd[place] = texts[place].encode("utf-8", "surrogateescape")
                continue
            for column, value in zip(columns, row, strict=True):
                column[place] = value
        if len(odd) == len(texts):
            return None
        hits = [texts[place] for place in missed if place not in odd]
        if hits and 2 * len(missed) > len(texts):
            self._choose_pattern([hits[0], hits[-1]])
        names = (*COLUMNS, *self._extras)
        return Table(len(texts), dict(zip(names, columns, strict=True)), odd)

    def _by_pattern(self, texts: list[str]) -> tuple[list[list[Any]], list[int]]:
        """Return the columns of lines, and the places of lines that are to be parsed one by one."""
        found = self._pattern and self._pattern.columns_of(texts)
        if found:
            columns, missed = found
            epochs, statuses = columns[_EPOCH], columns[_STATUS]
            if None in epochs or None in statuses:
                pairs = enumerate(zip(epochs, statuses, strict=True))
                missed = sorted({*missed, *(at for at, pair in pairs if None in pair)})
            return columns, missed
        columns = [[None] * len(texts) for _ in (*COLUMNS, *self._extras)]
        return columns, list(range(len(texts)))

    def _row_of(self, text: str) -> Row | None:
        found = object_of(text)
        if not isinstance(found, dict):
            return None
        row = row_of(found, PLANS[found], self._extras)
        return None if isinstance(row, str) else row

    def _choose_pattern(self, lines: list[str]) -> None:
        """Remember the pattern of lines if they have the same keys."""
        first, *others = map(members_of, lines)
        found = object_of(lines[0])
        if first is None or others != [first] or not isinstance(found, dict):
            return
        if len(first) > MOST_MEMBERS:
            return
        plan = PLANS[found]
        if not plan.others:  # their tests need values that the pattern does not have
            self._pattern = FlatPattern(first, plan, self._extras)
