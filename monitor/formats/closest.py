"""Explains why a line cannot be parsed: what kind of file it is from, or which format is closest."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from monitor.formatnames import ROWS
from monitor.formats.json_lines import envelope_in
from monitor.formats.requests import MALFORMED, read_request, unescape
from monitor.formats.spans import loose_steps
from monitor.formats.strings import Layout, is_clf, layout_of
from monitor.formats.timestamps import TIME, TimeCache
from monitor.formats.walk import fit
from monitor.formats.wrappers import unwrapped
from monitor.formats.wrongfiles import KINDS, Kind
from monitor.logformats import Format

_FIELDS = {
    "host": rb"[^ ]++",
    "client": rb"[0-9A-Za-z:][^ ]*+",
    "ident": rb"[^ ]++",
    "user": rb"[^\[ ]++(?: ++[^\[ ]++)*+",
    "time": rb"\[" + TIME + rb"\]",
    "request": rb'"((?:[^"\\]++|\\.)*+)"',
    "status": rb"(?:\d\d\d|-)(?![^ \r])",
    "size": rb"(?:\d{1,18}+|-)(?![^ \r])",
    "referrer": rb'"(?:[^"\\]++|\\.)*+"',
    "agent": rb'"(?:[^"\\]++|\\.)*+"',
}
# The patterns are compiled when they are needed: most logs need none, and a start takes less time.


class _Fit(NamedTuple):
    """How far a line fits a format: bytes, fields, and the first field that is missing."""

    place: int
    fields: int
    missing: str
    form: Format


def explanation(line: bytes, forms: Sequence[Format]) -> str:
    """Return what a line is that cannot be parsed, or is malformed, and what to do.

    A single format was named by the user. Of several formats, a format counts if the line begins with
    its mark. If the line begins with no mark, the formats without a mark count.
    """
    texts = list(_texts_of(line)) or [line]
    kind = kind_of(texts)
    if kind:
        return f"this is {kind.name}; {kind.advice}"
    is_named = len(forms) == 1
    if is_named and not forms[0].strings:
        return f"the line is none of the format {forms[0].name}; leave --format out"
    inner, candidates = _candidates(texts, forms)
    fits = (_fit(inner, form) for form in candidates)
    place, _, missing, form = max(fits, key=lambda fit: fit[:2])
    advice = "leave --format out" if is_named else "--format help lists the formats"
    if is_named and form.name not in ROWS and not is_clf(layout_of(form.string)):
        advice = "correct the string"
    return (
        f"the format {form.name} comes closest, up to byte {place + 1}, where its {missing} "
        f"is missing; {advice}"
    )


def kind_of(texts: Iterable[bytes]) -> Kind | None:
    """Return the kind of the first line that is of a known wrong file; None if there is none."""
    for text in texts:
        for kind in KINDS:
            if re.match(kind.pattern, text, re.DOTALL):
                return kind
    return None


def _candidates(
    texts: Sequence[bytes], forms: Sequence[Format]
) -> tuple[bytes, Sequence[Format]]:
    """Return a line, perhaps without its wrappers, and the formats that it may have."""
    for text in texts:
        marked = [form for form in forms if form.strings and _has_mark(text, form)]
        if marked:
            return text, marked
    return texts[-1], [form for form in forms if not form.mark] or forms


def _has_mark(line: bytes, form: Format) -> bool:
    return form.mark != "" and re.match(form.mark.encode(), line, re.DOTALL) is not None


def _texts_of(line: bytes) -> Iterator[bytes]:
    """Yield a line, and the line without one to three of its wrappers.

    An object that holds a line explains nothing, and is left out.
    """
    text: bytes | None = line
    for _ in range(4):
        if text is None:
            return
        envelope = envelope_in(text)
        if envelope is None:
            yield text
        text = envelope.line if envelope else unwrapped(text)


def _fit(line: bytes, form: Format) -> _Fit:
    """Return how far a line fits a format, by the string that fits best."""
    fits = (
        _fit_of_clf(line, form)
        if is_clf(layout_of(each))
        else _fit_of(line, each, form)
        for each in form.strings
    )
    return max(fits, key=lambda fit: fit[:2])


def _fit_of(line: bytes, string: str, form: Format) -> _Fit:
    """Return how far a line fits a string. A line that fits has a malformed request."""
    layout = layout_of(string)
    place, missing, found = fit(line, layout)
    if missing in ("time", "status") and place == len(line):
        place = _start_of_last(line, layout)
    if not missing:
        request = found.get("request") or found.get("target", b"")
        place, missing = line.index(request), "request"
    return _Fit(place, len(found), missing, form)


def _start_of_last(line: bytes, layout: Layout) -> int:
    """Return where the last field begins that is found.

    A field before a time or a status ends only before such a one, or else at the end of the line.
    """
    start = place = 0
    for step in loose_steps(layout):
        match = step.pattern.match(line, place)
        if match is None:
            break
        start, place = match.start(1), match.end()
    return start


def _fit_of_clf(line: bytes, form: Format) -> _Fit:
    """Return how far a line fits a relative of the Common Log Format."""
    place = 0
    roles = _roles_of(form)
    for number, field in enumerate(roles):
        match = re.compile(_FIELDS[field], re.DOTALL).match(line, place)
        if match is None or not _is_right(field, match):
            return _Fit(place, number, field, form)
        place = match.end()
        place += line.startswith(b" ", place)
    return _Fit(place, len(roles), "end", form)


def _roles_of(form: Format) -> list[str]:
    """Return the roles of the first fields of a format, as far as their patterns are known."""
    roles = (field.role for field in layout_of(form.string).fields)
    return list(takewhile(_FIELDS.__contains__, roles))


def _is_right(field: str, match: re.Match[bytes]) -> bool:
    if field == "time":
        return TimeCache()[match[1] + (match[2] or b"")] is not None
    if field == "request":
        return read_request(unescape(match[1]))[1] != MALFORMED
    return True
