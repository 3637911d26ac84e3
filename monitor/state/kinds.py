"""The kinds of values in a stored state, and the check of a value against its kind.

Somebody may have made the state, and a disk may have changed it. A value that fits its kind can
raise no error later. Plain kinds have limits, too. A kind with other limits is `Annotated` with a
function that returns whether a value is within them.
"""

import re
from binascii import a2b_base64
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache, partial
from itertools import count
from types import UnionType
from typing import (
    Annotated,
    Any,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from monitor.escape import bytes_of, encoded

Fits = Callable[[Any], bool]
"""Returns whether a value is within the limits of its kind."""


def within(least: float, most: float) -> Fits:
    """Return a function that returns whether a number is between two limits. NaN is not."""
    return lambda value: bool(least <= value <= most)


def is_accepted_by(parse: Callable[[str], object]) -> Callable[[str], bool]:
    """Return a function that returns whether a parser accepts a text."""

    def accepts(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return accepts


def matches(pattern: str) -> Callable[[str], bool]:
    """Return a function that returns whether a whole text matches a pattern."""
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


_SECONDS = within(-62_000_000_000, 250_000_000_000)  # the years 5 to 9892

Second = Annotated[int, _SECONDS]
"""A second since 1970. A century later there is still a date for it."""

Reading = Annotated[float, _SECONDS]
"""A time in seconds since 1970."""

Passed = Annotated[float, within(0, 250_000_000_000)]
"""Seconds since a machine started, or since 1970. The machine's clock may be wrong."""

Shift = Annotated[int, within(-10_000_000_000, 10_000_000_000)]
"""A difference between two clocks in seconds."""

Length = Annotated[int, within(1, 2**40)]
"""The seconds of a window."""

Credit = Annotated[int, within(-(2**100), 2**100)]
"""A number that is added to counts."""

Offset = Annotated[int, within(0, 2**63 - 1)]
"""A number of bytes in a file, as the system takes it."""

Name = Annotated[str, is_accepted_by(bytes_of)]
"""Bytes of a log as a text."""

Status = Annotated[str, matches("[0-9]{3}|-")]
"""The status of an answer; `-` when the server sent no answer."""

Packed = Annotated[str, is_accepted_by(a2b_base64)]
"""Bytes in base64."""

Digits = Annotated[str, matches("[1-9][0-9]{0,19}")]
"""A whole number above 0 that has too many digits for a number of JSON."""

Bucket = Annotated[int, within(-1000, 1000)]
"""A bucket of a sketch."""

Ratio = Annotated[str, matches("[0-9]{1,40}(/[1-9][0-9]{0,39})?")]
"""A fraction as a text."""


def _is_instant(text: str) -> bool:
    return _SECONDS(datetime.fromisoformat(text).timestamp())


Instant = Annotated[
    str,
    matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    is_accepted_by(datetime.fromisoformat),
    _is_instant,
]
"""A time as the JSON output writes it."""

_PLAIN: dict[Any, list[Fits]] = {
    int: [within(0, 2**100)],
    float: [within(0, 2**100)],
    str: [is_accepted_by(encoded)],
}
"""The limits of plain kinds."""

Part = tuple[object, object, Any]
"""The name of a part of a value, the part, and its kind."""


def misfit(value: object, kind: Any, place: str) -> str | None:
    """Return the first place at which a value, as read from JSON, is not of its kind.

    JSON writes a tuple as a list, and may write a float as a whole number.
    """
    wrong = _misfit(value, kind)
    return None if wrong is None else place + wrong


def _misfit(value: object, kind: Any) -> str | None:
    """Return the first misfit as seen from a value: `` for the value, `.now` for a part of it."""
    limits: Iterable[Fits] = _PLAIN.get(kind, ())
    origin, inner = _origin(kind), _inner(kind)
    if origin is NotRequired:
        return _misfit(value, inner[0])
    if origin in (Union, UnionType):
        return None if value is None else _misfit(value, inner[0])
    if origin is Annotated:
        kind, *limits = inner
    parts = _parts_of(value, kind)
    if parts is None:
        return ""
    for name, part, part_kind in parts:
        wrong = _misfit(part, part_kind)
        if wrong is not None:
            return f".{name}{wrong}"
    return None if all(fits(value) for fits in limits) else ""


_origin: Callable[[Any], Any] = cache(get_origin)  # fast path
_inner: Callable[[Any], Any] = cache(get_args)
_kinds_in = cache(partial(get_type_hints, include_extras=True))


def _parts_of(value: object, kind: Any) -> Iterable[Part] | None:
    """Return the parts of a value; None when the value itself is of another kind."""
    if type(value) is kind or (kind is float and type(value) is int):
        return ()
    origin, inner = _origin(kind), _inner(kind)
    if isinstance(value, dict) and is_typeddict(kind):
        return _parts_of_object(value, kind)
    if isinstance(value, dict) and origin is dict:
        names = [("a name", name, inner[0]) for name in value]
        return names + [(name, each, inner[1]) for name, each in value.items()]
    if isinstance(value, list) and origin is list:
        return [(place, each, inner[0]) for place, each in enumerate(value)]
    if isinstance(value, list) and origin is tuple and len(value) == len(inner):
        return list(zip(count(), value, inner, strict=False))
    return None


def _parts_of_object(value: dict[str, object], kind: Any) -> Iterable[Part] | None:
    kinds = _kinds_in(kind)
    if not kind.__required_keys__ <= value.keys() <= kinds.keys():
        return None
    return [(name, each, kinds[name]) for name, each in value.items()]
