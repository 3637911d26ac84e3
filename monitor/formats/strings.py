"""A string of `LogFormat` or `log_format` -> a layout: the fields of a line, and the text between.

Sources: Apache httpd mod_log_config, nginx ngx_http_log_module.

A field is read where its directive stands. If a role stands twice, the best directive counts, or else
the first one. There are four exceptions. `%>s` counts before `%s`, and the last of several `%s`. A
client that is `-` in a line makes way for the next client. Of several request times the finest
counts. Request times of the same unit in a row are the parts of one time (Amazon's load balancers).
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from monitor.errors import UsageError
from monitor.formats.directives import CLF
from monitor.formats.fields import Field
from monitor.formats.notations import misspelt, tokens_of, wrong
from monitor.formats.pasted import string_in
from monitor.formats.times import time_format

CLIENTS = ("client", "clients")
"""The roles of a client, and of a list of clients."""

_CLF = re.compile(
    r"(?:<host> )?(?:<client>|<clients>) (?:<ident>|-) <user> \[<time>\] "
    r'"<request>" <status> <size>(?: .*)?'
)
"""The shapes whose odd lines the tolerant parser of the CLF formats parses (tolerant.py)."""

_BEST = {
    "target": ("request_uri",),
    "size": ("O", "B", "b", "body_bytes_sent", "bytes_sent"),
    "host": ("host",),
}
"""The directives of a role that count before its other directives."""

_ALWAYS = ("%h", "%a", "$remote_addr")  # clients that each line has


class Layout(NamedTuple):
    """The fields of a line, and the texts before, between and after them."""

    fields: tuple[Field, ...]
    texts: tuple[str, ...]

    def has(self, *roles: str) -> bool:
        """Return whether a field has one of these roles."""
        return any(field.role in roles for field in self.fields)

    @property
    def shape(self) -> str:
        """The layout as text, with each role in `<` and `>`."""
        marks = [f"<{field.role}>" for field in self.fields]
        return "".join(map("".join, zip(self.texts, [*marks, ""], strict=True)))


def is_clf(layout: Layout) -> bool:
    """Return whether the layout is a relative of the Common Log Format up to its size."""
    shape = layout.shape
    has_one_client = shape.count("<client") == 1
    is_relative = has_one_client and _CLF.fullmatch(shape) is not None
    return is_relative and any(field.time == CLF for field in layout.fields)


def has_named_zone(layout: Layout) -> bool:
    """Return whether the time has the name of a zone. A name but UTC, GMT and Z is read as UTC."""
    return any("%Z" in field.time for field in layout.fields)


def layout_of(form: str | Layout) -> Layout:
    """Parse a string, which may stand in its line of a configuration (pasted.py).

    Raises UsageError that names the directive and its column if the string is wrong.
    """
    return form if isinstance(form, Layout) else _layout_of(form)


@cache
def _layout_of(form: str) -> Layout:
    return layout_from(tokens_of(string_in(form)))


def layout_from(tokens: Iterable[Field | str]) -> Layout:
    """Return the layout of fields and texts in order.

    Raises UsageError if lines of this layout cannot be parsed.
    """
    fields, texts = _joined(tokens)
    fields = _chosen(fields)
    _check(fields, texts)
    return Layout(tuple(fields), tuple(texts))


def _joined(tokens: Iterable[Field | str]) -> tuple[list[Field], list[str]]:
    """Return the fields, and the texts around them. Parts of one field become one field."""
    fields: list[Field] = []
    texts = [""]
    for token in tokens:
        if isinstance(token, str):
            texts[-1] += token
            continue
        joined = _join(fields[-1], texts[-1], token) if fields else None
        if joined:
            fields[-1], texts[-1] = joined, ""
        else:
            fields.append(token)
            texts.append("")
    return fields, texts


def _join(first: Field, between: str, second: Field) -> Field | None:
    """Join two fields that are one, such as a host and its port, or parts of a time."""
    roles = first.role, between, second.role
    if roles in (("host", ":", "port"), ("target", "", "query")):
        return first
    if roles == ("client", ":", "port"):
        return first._replace(has_port=True)
    if "%" in first.time and "%" in second.time:
        whole = first.time + between.replace("%", "%%") + second.time
        return first._replace(time=whole)
    return None


def _chosen(fields: list[Field]) -> list[Field]:
    """Return the fields. A field is skipped if another field with its role counts."""
    if all(field.role not in CLIENTS for field in fields):
        fields = [_with_role(field, "peer", "client") for field in fields]
    counting = _counting(fields)
    absent = {"method", "target"} if "request" in counting else set()
    chosen = []
    is_sure = False  # whether a client stands before that is in each line
    for field in fields:
        is_client = field.role in CLIENTS
        is_other = not is_client and field not in counting.get(field.role, [field])
        skipped = is_other or field.role in absent or (is_client and is_sure)
        chosen.append(_with_role(field, field.role, "skip") if skipped else field)
        is_sure |= is_client and field.spelling in _ALWAYS
    return chosen


def _counting(fields: list[Field]) -> dict[str, list[Field]]:
    """Return the fields that count for each role. Each field counts for a role without choice."""
    found: dict[str, list[Field]] = {}
    for field in fields:
        found.setdefault(field.role, []).append(field)
    final = [field for field in found.get("status", []) if ">" in field.spelling]
    counting: dict[str, list[Field]] = {
        role: [min(found[role], key=lambda field: _rank(field, role))]
        for role in ("time", "request", "method", "target", "size", "host")
        if role in found
    }
    if "status" in found:
        counting["status"] = (final or found["status"])[-1:]
    if "seconds" in found:
        counting["seconds"] = _finest(fields)
    return counting


def _rank(field: Field, role: str) -> int:
    best = _BEST.get(role, ())
    return best.index(field.name) if field.name in best else len(best)


def _finest(fields: list[Field]) -> list[Field]:
    """Return the finest request time, with the next ones in a row that have the same unit."""
    finest = max(field.per_second for field in fields)
    (start, *_) = (n for n, each in enumerate(fields) if each.per_second == finest)
    return list(
        takewhile(lambda field: field.per_second == finest, fields[start:]),
    )


def _with_role(field: Field, old: str, new: str) -> Field:
    return field._replace(role=new) if field.role == old else field


def _check(fields: list[Field], texts: list[str]) -> None:
    """Raise UsageError if lines of this layout cannot be parsed."""
    for field in fields:
        if field.role == "time":
            try:
                time_format(field.time)
            except ValueError as error:
                raise wrong(field, f"cannot be read: {error}") from error
    for first, text, second in zip(fields, texts[1:], fields[1:], strict=False):
        if not text and second.role != "target":
            raise wrong(second, f"touches {first.spelling}: put a space between them")
    for role, usual in (
        ("time", "%t or $time_local"),
        ("status", "%>s or $status"),
    ):
        if all(field.role != role for field in fields):
            raise UsageError(
                f"--format: the string has no {role}, such as {usual}{misspelt(fields, role)}"
            )
