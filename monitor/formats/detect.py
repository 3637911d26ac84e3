"""Which format a line has. The first format that takes a line decides.

Formats with a special shape come first, and the relatives of the Common Log Format last, because their
tolerant parser takes any line with a time and a status. The order is fixed. Because of that the lines
before a line never change its meaning, except for the directives of its source and the parts of a line.

A line is tried as it is, and then without its wrappers, because the time of the inner line counts.
Only special formats are tried before a wrapper is undone: some begin with a time, as wrappers do.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from monitor.formatnames import ROWS
from monitor.formats.carried import Carried
from monitor.formats.columns import IGNORED
from monitor.formats.hits import Hit, LineFormat, Shape
from monitor.formats.json_lines import JsonLines, envelope_in
from monitor.formats.lineformats import ClfRelatives, ClfString, StringFormat
from monitor.formats.lines import Overlong
from monitor.formats.ltsv import Ltsv
from monitor.formats.strings import is_clf, layout_of
from monitor.formats.w3c import W3c, may_be_known
from monitor.formats.wrappers import MOST, envelope_of, unwrapped
from monitor.logformats import FORMATS, Format, is_string
from monitor.specialformats import SPECIAL

TOO_LONG = "longer than 1 MiB"
"""Why an overlong line is unparsed."""


class Parsed(NamedTuple):
    """A parsed line.

    taken     a hit, IGNORED, or why the line is unparsed
    form      the format that took it; None if no format took it
    text      the line without its wrappers
    wrappers  the number of its wrappers
    """

    taken: Hit | str
    form: LineFormat | None = None
    text: bytes = b""
    wrappers: int = 0

    @property
    def name(self) -> str:
        """The name of the format."""
        if isinstance(self.form, ClfRelatives):
            return self.form.name_of(self.text)
        return self.form.name if self.form else ""

    @property
    def shape(self) -> Shape | None:
        """The shape of the line; None if it has none."""
        return self.form.shape_of(self.text) if self.form else None


class LineParser:
    """Parses the lines of one source, one by one.

    `special` formats are tried before wrappers are undone, and the `last` one after that. `carried`
    is what the source carries from line to line.
    """

    def __init__(
        self,
        special: Sequence[LineFormat],
        last: LineFormat | None,
        carried: Carried,
    ) -> None:
        self.carried = carried
        self._special = special
        self._objects = [each for each in special if each.name in ("json", "w3c")]
        self._last = last
        self._clf = last if isinstance(last, ClfRelatives | ClfString) else None

    def parse(self, line: bytes) -> Parsed:
        """Parse a line without its newline."""
        line = line.removesuffix(b"\r")
        if self._clf and self.carried.header.order is None:
            hit = self._clf.take_plain(line)
            if hit:
                return Parsed(hit, self._clf, line)
        if line.startswith(b"#"):
            self.carried.header.note(line)
        texts = [line]
        reasons: list[str] = []
        for text in texts:
            if text.startswith(b"#") or not text.strip():
                return Parsed(IGNORED)
            for form in self._candidates(text):
                taken = form.take(text)
                if isinstance(taken, Hit) or (
                    taken == IGNORED and envelope_in(text) is None
                ):
                    return Parsed(taken, form, text, len(texts) - 1)
                reasons += [taken] if taken else []
            inner = self._inner(text) if len(texts) <= MOST else None
            if isinstance(inner, str):
                return Parsed(inner)
            if inner is not None:
                texts.append(inner)  # and is the next text of the loop
                if not may_be_known(text):  # it is a wrapper, or an ignored envelope
                    reasons = [each for each in reasons if each == IGNORED]
        return self._parse_as_last(texts, reasons)

    def _candidates(self, text: bytes) -> Sequence[LineFormat]:
        """Return the special formats that a line may have."""
        if text.startswith(b"{"):
            return self._objects
        has_names = self.carried.header.order is not None
        return self._special if has_names or _opening().match(text) else ()

    def _parse_as_last(self, texts: list[bytes], reasons: list[str]) -> Parsed:
        """Parse a line by the last format, without its wrappers first."""
        for wrappers in range(len(texts) - 1, -1, -1):
            taken = self._last and self._last.take(texts[wrappers])
            if isinstance(taken, Hit) or taken == IGNORED:
                return Parsed(taken, self._last, texts[wrappers], wrappers)
            reasons += [taken] if taken else []
        return Parsed(reasons[0] if reasons else "no time in it")

    def _inner(self, text: bytes) -> bytes | str | None:
        """Return a line without its wrapper, None if it has none, or why the line is no hit."""
        is_object = text.startswith(b"{")
        envelope = envelope_in(text) if is_object else envelope_of(text)
        if envelope is None:
            return unwrapped(text)
        line = self.carried.parts.join(envelope)
        if line is None:
            return IGNORED  # a part of a line
        return TOO_LONG if isinstance(line, Overlong) else line


@cache
def _opening() -> re.Pattern[bytes]:
    """Return a pattern of how the lines of special formats begin."""
    marks = [mark for row in SPECIAL for mark in (row.mark, row.ignored) if mark]
    return re.compile("|".join(marks).encode(), re.DOTALL)


def parser_of(form: str, wanted: frozenset[str]) -> LineParser:
    """Return a parser of the lines of one source. `form` is a value of `--format`.

    `wanted` are the optional columns that shapes must have. Raises UsageError if a string cannot be
    compiled.
    """
    carried = Carried()
    special, last = _forms_of(form, wanted)
    if form in ("auto", "w3c"):
        special = (*special, W3c(carried.header, wanted))
    return LineParser(special, last, carried)


@cache
def _forms_of(
    form: str, wanted: frozenset[str]
) -> tuple[tuple[LineFormat, ...], LineFormat | None]:
    """Return the special formats but W3C, and the format that is tried last."""
    named: dict[str, LineFormat] = {"ltsv": Ltsv(wanted), "json": JsonLines(wanted)}
    if form == "auto":
        strings = [StringFormat(row, wanted) for row in SPECIAL if row.strings]
        return (*strings, *named.values()), ClfRelatives(wanted)
    (row,) = rows_of(form)
    if not row.strings:
        return (), named.get(row.name)
    if len(row.strings) == 1 and is_clf(layout_of(row.string)):
        return (), ClfString(row, wanted)
    return (), StringFormat(row._replace(mark=""), wanted)


def rows_of(form: str) -> list[Format]:
    """Return the rows of a value of `--format`. `auto` stands for all that explain a line."""
    if form == "auto":
        return [*FORMATS.values(), *SPECIAL]
    return [Format("of --format", (form,), "") if is_string(form) else ROWS[form]]
