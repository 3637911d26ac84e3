"""The formats whose fields have a fixed order: any string, and the relatives of CLF."""

import re
from collections.abc import Collection
from functools import cached_property

from monitor.formats.columns import IGNORED
from monitor.formats.hits import Hit, Shape, Taken
from monitor.formats.shapes import PatternShape
from monitor.formats.strings import Layout, layout_of
from monitor.formats.tails import ENDING, may_have_time, tail_of
from monitor.formats.tolerant import Extras, extras_of, read_line, read_plain
from monitor.formats.walk import extras_behind, walk
from monitor.logformats import FORMATS, Format


class StringFormat:
    """A format of one layout, or of several that are tried in order.

    `wanted` are the roles of the columns that its shapes have, beside the needed ones. A line has to
    begin with the `mark` of the format, if it has one.
    """

    def __init__(self, row: Format, wanted: Collection[str]) -> None:
        self.name = row.name
        self._row = row
        self._wanted = wanted
        self._shapes: dict[Layout, Shape] = {}

    # Most formats are never met in a run. A pattern is therefore made when the first line needs it.

    @cached_property
    def _layouts(self) -> list[Layout]:
        return [layout_of(string) for string in self._row.strings]

    @cached_property
    def _mark(self) -> re.Pattern[bytes]:
        return re.compile(self._row.mark.encode(), re.DOTALL)

    @cached_property
    def _ignored(self) -> re.Pattern[bytes]:
        return re.compile((self._row.ignored or "(?!)").encode(), re.DOTALL)

    def take(self, line: bytes) -> Taken:
        """Parse one line."""
        if self._ignored.match(line):
            return IGNORED
        if not self._mark.match(line):
            return None
        return self._walk(line)[0]

    def shape_of(self, line: bytes) -> Shape | None:
        """Return the shape of a line that is a hit."""
        taken, layout = self._walk(line)
        if not isinstance(taken, Hit):
            return None
        if layout not in self._shapes:
            self._shapes[layout] = PatternShape.of(
                layout, self._wanted, mark=self._mark.pattern
            )
        return self._shapes[layout]

    def _walk(self, line: bytes) -> tuple[Hit | str, Layout]:
        """Parse a line by the first layout that fits; without such a layout by the first one."""
        first = walk(self._layouts[0], line), self._layouts[0]
        if isinstance(first[0], Hit):
            return first
        others = ((walk(layout, line), layout) for layout in self._layouts[1:])
        return next((each for each in others if isinstance(each[0], Hit)), first)


class ClfString:
    """A relative of the Common Log Format that the user named."""

    def __init__(self, row: Format, wanted: Collection[str]) -> None:
        self.name = row.name
        self._layout = layout_of(row.strings[0])
        self._wanted = wanted
        self._vhost = self._layout.fields[0].role == "host"

    def take(self, line: bytes) -> Taken:
        """Parse one line."""
        return read_line(line, self._vhost, self._extras_of)

    def take_plain(self, line: bytes) -> Hit | None:
        """Parse one line fast, None if it may be another one."""
        return read_plain(line, self._extras_of)

    def shape_of(self, line: bytes) -> Shape | None:
        """Return the shape of all lines."""
        return self._shape

    @cached_property
    def _shape(self) -> Shape:
        return PatternShape.of(self._layout, self._wanted)

    def _extras_of(self, front: bytes, client: bytes, behind: bytes) -> Extras:
        """Return the extras of a line as the string of the format says."""
        found = extras_behind(self._layout, behind)
        _, host, _, _ = extras_of(front, client, b"")
        return (
            found.get("seconds"),
            host if self._vhost else b"-",
            found.get("agent", b"-"),
            found.get("referrer", b"-"),
        )


class ClfRelatives:
    """All relatives of the Common Log Format. Each line is parsed by the tolerant parser.

    It is the last format that is tried, because it takes any line with a time and a status.
    """

    name = "like common"

    def __init__(self, wanted: Collection[str]) -> None:
        layouts = {row.name: layout_of(row.string) for row in FORMATS.values()}
        self._shapes = {
            name: PatternShape.of(layout, wanted, finds_times=True)
            for name, layout in layouts.items()
        }
        headers = {"agent", "referrer"}.intersection(wanted)
        self._lacking = {
            name
            for name, layout in layouts.items()
            if not all(map(layout.has, headers))
        }
        wants_more = not {"host", "agent", "referrer"}.isdisjoint(wanted)
        self._extras_of = extras_of if wants_more else _only_seconds

    def take(self, line: bytes) -> Taken:
        """Parse one line. An object in JSON may hold a whole line, but is none."""
        return None if line.startswith(b"{") else read_line(line, None, self._extras_of)

    def take_plain(self, line: bytes) -> Hit | None:
        """Parse one line fast, None if it may be another one."""
        return read_plain(line, self._extras_of)

    def name_of(self, line: bytes) -> str:
        """Return the name of the format that writes such a line."""
        return _name_by_tail(line) or self._row_of(line) or self.name

    def shape_of(self, line: bytes) -> Shape | None:
        """Return the shape of a line, None if it lacks a header that is wanted.

        It would take lines with this header, too.
        """
        name = self._row_of(line)
        return None if name in self._lacking else self._shapes.get(name)

    def _row_of(self, line: bytes) -> str:
        """Return the name of the row whose pattern matches a line.

        The pattern of a row matches lines with more fields, too. Because of that the order of the
        rows counts.
        """
        names = (name for name, shape in self._shapes.items() if shape.takes(line))
        return next(names, "")


def _only_seconds(front: bytes, client: bytes, behind: bytes) -> Extras:
    """Return the extras of a line without its host and headers, which is a fast path."""
    seconds = tail_of(behind).seconds if may_have_time(behind[-ENDING:]) else None
    return seconds, b"-", b"-", b"-"


def _name_by_tail(line: bytes) -> str:
    """Return the name of the format that writes such a request time."""
    names = [""]

    def note(front: bytes, client: bytes, behind: bytes) -> Extras:
        names.append(tail_of(behind).name)
        return _only_seconds(front, client, behind)

    read_line(line, None, note)
    return names[-1]
