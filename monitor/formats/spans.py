r"""A layout -> the loose patterns of its fields. A loose pattern finds the end of its field.

The end is the first place where the text after the field stands. A field in quotes may have escaped
quotes in it, and raw quotes that are not followed by the text after it. A list goes on after a
comma. A status or a time must stand behind the end if it is the next field. The headers of a relative of
the Common Log Format have no raw quotes, as in any line of such a relative (tails.py).

The layout is cut behind the last field that each report uses. Fields behind it are optional. A line
that is cut off or different there is a hit.

All repetitions are possessive. Because of that they never backtrack.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from monitor.escape import encoded
from monitor.formats.fields import USED, Field
from monitor.formats.strings import Layout, is_clf, layout_of
from monitor.formats.times import time_format


class Step(NamedTuple):
    """A field of a line, as the pieces that parse it one after the other.

    `is_optional`: whether a line without this field, and without all fields behind it, is a hit.
    """

    field: Field
    pattern: re.Pattern[bytes]
    is_optional: bool = False


_LOOSE = {
    "status": rb'(\d{3}(?!\d)|-1?|0|(?=["]))',
    "size": rb"(\+?\d{1,18}+|-|)",
}
_NUMBER = rb"\+?\d{1,12}+(?:\.\d{1,9}+)?+"
_WITH_PORT = rb"((?:[^:END\n]++|:(?!\d{1,5}+(?:END|$)))*+)(?::\d{1,5}+)?+"
"""A client up to its last colon, if a port stands there. The pattern stops before END."""


def needed(layout: Layout, roles: Collection[str] = USED) -> Layout:
    """Cut a layout behind its last field with one of these roles, and what ends it.

    The rest of a line may be cut off.
    """
    stop = 1 + max(
        place for place, field in enumerate(layout.fields) if field.role in roles
    )
    after = layout.texts[stop]
    texts = *layout.texts[:stop], after[: 2 if after.startswith('"') else 1]
    return Layout(layout.fields[:stop], texts)


def text_pattern(text: str) -> bytes:
    """Return the pattern of the text between fields. A run of spaces matches one space or more."""
    return _text_of(encoded(text))


def _text_of(text: bytes) -> bytes:
    escaped = re.sub(rb"\\([ -])", rb"\1", re.escape(text))
    return re.sub(rb"  +", rb" ++", escaped)


def behind_quote(after: str) -> bytes:
    """Return the pattern of what stands behind the quote that ends the last used field."""
    return text_pattern(after[1:]) or b" "


def span(layout: Layout, place: int, may_be_cut: bool = False) -> bytes:
    """Return the pattern of a field up to the first place where the text after it stands.

    `may_be_cut`: whether a line may end behind the quote of the field.
    """
    field, after = layout.fields[place], layout.texts[place + 1]
    is_last = place + 1 == len(layout.fields)
    if not after:
        return rb"[^\n]*+" if is_last else rb"[^/\n]*+"
    following = b"" if is_last else _lookahead(layout.fields[place + 1])
    is_run = after.startswith("  ")  # of spaces, which are taken together
    first = b" ++" if is_run else re.escape(encoded(after)[:1])
    rest = text_pattern(after.lstrip(" ")) if is_run else _text_of(encoded(after)[1:])
    rest += following
    if after[0] == '"':
        return _in_quotes(layout, place, rest, may_be_cut)
    if field.role in ("list", "clients") and not after.strip(" "):
        more = rb"(?<=,) ++[^ \n]++" + (
            rb"| : [^ \n]++" if field.role == "list" else b""
        )
        return rb"[^ \n]*+(?:" + more + rb")*+"
    outside = rb"[^" + re.escape(encoded(after)[:1]) + rb"\n]*+"
    if field.role == "request" and not after.strip(" ") and not following:
        return rb"[^ \n]*+(?: [^ \n]*+ HTTP/[^ \n]*+)?+"
    if not rest or (not after.strip(" ") and field.role != "request"):
        return outside
    return outside + rb"(?:" + first + rb"(?!" + rest + rb")" + outside + rb")*+"


def _in_quotes(layout: Layout, place: int, rest: bytes, may_be_cut: bool) -> bytes:
    """Return the pattern of a field in quotes. `rest` stands behind the quote that ends it."""
    role, is_last = layout.fields[place].role, place + 1 == len(layout.fields)
    if role in ("agent", "referrer") and is_clf(layout):
        return rb'(?:[^"\\\n]++|\\[^\n])*+'
    end = behind_quote(layout.texts[place + 1]) if is_last else rest
    end += b"|$" if is_last or may_be_cut else b""
    return rb'(?:[^"\\\n]++|\\[^\n]' + (rb'|"(?!%b)' % end if end else b"") + b")*+"


def _lookahead(field: Field) -> bytes:
    """Return a pattern of a field that must stand behind the text after the field before it."""
    if field.role == "time":
        return re.sub(rb"(?<!\\)\((?!\?)", rb"(?:", time_format(field.time).loose)
    return rb"(?:\d{3}(?!\d)|-1?|0)" if field.role == "status" else b""


@lru_cache(1024)  # not without a bound, because labels of LTSV make layouts
def loose_steps(
    form: str | Layout, wanted: frozenset[str] = frozenset()
) -> tuple[Step, ...]:
    """Return the loose patterns of the fields up to the last one that is used or wanted, in order.

    `wanted` are optional roles. Each pattern begins with the text before its field. Its groups are
    the value of the field. The step `end` stands behind the last field that each report uses.
    """
    layout = layout_of(form)
    core = needed(layout)
    steps = [_step(core, place) for place in range(len(core.fields))]
    last = max(
        (place for place, each in enumerate(layout.fields) if each.role in wanted),
        default=0,
    )
    more = [_step(layout, place, True) for place in range(len(steps), last + 1)]
    end = Step(Field("end"), re.compile(_end(core), re.DOTALL))
    return (*steps, end, *more)


def _step(layout: Layout, place: int, is_optional: bool = False) -> Step:
    field = layout.fields[place]
    pattern = text_pattern(layout.texts[place]) + _loose(layout, place, is_optional)
    return Step(field, re.compile(pattern, re.DOTALL), is_optional)


def _loose(layout: Layout, place: int, may_be_cut: bool) -> bytes:
    """Return the pattern of a field, whose groups are its value."""
    field, after = layout.fields[place], encoded(layout.texts[place + 1])
    if field.role in _LOOSE:
        return _LOOSE[field.role]
    if field.role == "time":
        return time_format(field.time).loose
    if field.has_port:
        return _WITH_PORT.replace(b"END", re.escape(after[:1] or b" "))
    value = span(layout, place, may_be_cut)
    if field.role == "seconds":
        return rb"(?:(%b)(?=%b)|%b)" % (_NUMBER, _text_of(after) or rb"[ \r]|\Z", value)
    return b"(" + value + b")"


def _end(layout: Layout) -> bytes:
    """Return the pattern of what must stand behind the last field of a layout."""
    after = layout.texts[-1]
    if after.startswith('"'):
        return rb'(?="(?:' + behind_quote(after) + rb"|\Z)|\Z)"
    return rb"(?=" + text_pattern(after) + rb"|\Z)" if after else rb"(?![^ ])"
