r"""A string of `LogFormat` or `log_format` -> a layout: the fields of a line, and the text between.

Sources: Apache httpd mod_log_config (modifiers `%>s`, `%!200,304{Referer}i`; `\"` and `\t` in a
string), nginx ngx_http_log_module (`$name`, `${name}`).

A field is read where its directive stands. If a role stands twice, the first directive counts. There
are two exceptions: of several `%s` the one with `>` or else the last, and a client that is `-` in a
line makes way for the next client.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from monitor.errors import UsageError
from monitor.formats.directives import (
    APACHE,
    APACHE_TIMES,
    CLF,
    NGINX,
    NGINX_TIMES,
    role_in_apache,
    role_in_nginx,
)
from monitor.formats.times import time_format
from monitor.logformats import is_of_nginx


class Field(NamedTuple):
    """A field of a line: its role, its directive as written, the column of it, and its time."""

    role: str
    spelling: str = ""
    column: int = 0
    time: str = ""

    @property
    def is_used(self) -> bool:
        """Whether the program uses the field."""
        return self.role in USED


CLIENTS = ("client", "clients")
"""The roles of a client, and of a list of clients."""

USED = {"client", "clients", "time", "request", "method", "target", "status", "size"}
"""The roles of the fields that the program uses."""


_CLF = re.compile(
    r"(?:<host> )?(?:<client>|<clients>) (?:<ident>|-) <user> \[<time>\] "
    r'"<request>" <status> <size>(?: .*)?'
)
"""The shapes whose odd lines the tolerant parser of the CLF formats parses (tolerant.py)."""


class Layout(NamedTuple):
    """The fields of a line, and the texts before, between and after them."""

    fields: tuple[Field, ...]
    texts: tuple[str, ...]

    def has(self, role: str) -> bool:
        """Return whether a field has this role."""
        return any(field.role == role for field in self.fields)

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


_apache = re.compile(
    r"%(?P<percent>%)"
    r"|%(?P<final>[<>!,\d]*)(?:\{(?P<argument>[^}]*)\})?[<>]*(?P<letter>\^[A-Za-z]{2}|[A-Za-z])"
    r"|\\(?P<escaped>.)|(?P<text>[^%\\]+)|(?P<wrong>.)",
    re.DOTALL,
)
_nginx = re.compile(
    r"\$(?:\{(?P<braced>\w+)\}|(?P<name>\w+))|(?P<text>[^$]+)|(?P<wrong>.)", re.DOTALL
)
_ESCAPED = {"t": "\t", "n": "\n"}
_PARTS_OF_A_TIME = "dFjMyYzZ"  # and no directives
_ALWAYS = ("%h", "%a", "$remote_addr")  # clients that each line has


@cache
def layout_of(string: str) -> Layout:
    """Parse a string. Raises UsageError that names the directive and its column if it is wrong."""
    if re.match(r"\s*+(?:LogFormat|log_format)\s", string, re.IGNORECASE):
        raise UsageError("--format: give only the string, which stands in quotes")
    tokens = _nginx_tokens(string) if is_of_nginx(string) else _apache_tokens(string)
    fields, texts = _joined(list(tokens))
    fields = _chosen(fields)
    _check(fields, texts)
    return Layout(tuple(fields), tuple(texts))


def _wrong(field: Field, why: str) -> UsageError:
    return UsageError(f"--format: {field.spelling} at column {field.column} {why}")


def _apache_tokens(string: str) -> Iterator[Field | str]:
    for match in _apache.finditer(string):
        text = match["text"] or match["percent"] or match["escaped"]
        if text:
            yield _ESCAPED.get(text, text) if match["escaped"] else text
            continue
        at = Field("", match[0], match.start() + 1)
        if match["wrong"]:
            raise _wrong(at, "is no directive; a percent sign is %%")
        role = role_in_apache(match["letter"], match["argument"])
        if role is None:
            raise _wrong(at, f"is no directive of LogFormat{_nearest(match['letter'])}")
        time = _time_in_apache(at, match["argument"]) if role == "time" else ""
        field = at._replace(role=role, time=time)
        yield from ("[", field, "]") if time == CLF else (field,)


def _nearest(letter: str) -> str:
    if letter in _PARTS_OF_A_TIME:
        return f"; a part of a time stands in %{{...}}t, as %{{%{letter}}}t"
    known = get_close_matches(letter.lower(), [each.lower() for each in APACHE], n=1)
    names = [each for each in APACHE if known and each.lower() == known[0]]
    return f"; did you mean %{names[0]}?" if names else ""


def _time_in_apache(at: Field, argument: str | None) -> str:
    if not argument or argument in ("begin", "end"):
        return CLF
    time = argument.removeprefix("begin:").removeprefix("end:")
    if "%" not in time and time not in APACHE_TIMES:
        close = get_close_matches(time, APACHE_TIMES, n=1)
        hint = f"; did you mean %{{{close[0]}}}t?" if close else ""
        raise _wrong(at, f"is no time{hint}")
    return APACHE_TIMES.get(time, time)


def _nginx_tokens(string: str) -> Iterator[Field | str]:
    for match in _nginx.finditer(string):
        if match["text"]:
            yield match["text"]
            continue
        name = match["braced"] or match["name"]
        at = Field("", match[0], match.start() + 1)
        if not name:
            raise _wrong(at, "is no variable")
        yield at._replace(role=role_in_nginx(name), time=NGINX_TIMES.get(name, ""))


def _joined(tokens: list[Field | str]) -> tuple[list[Field], list[str]]:
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
    """Join two fields that are one: a host and its port, a path and its query, parts of a time."""
    if (first.role, between, second.role) == ("host", ":", "port"):
        return first
    if (first.role, between, second.role) == ("target", "", "query"):
        return first
    if "%" in first.time and "%" in second.time:
        whole = first.time + between.replace("%", "%%") + second.time
        return first._replace(time=whole)
    return None


def _chosen(fields: list[Field]) -> list[Field]:
    """Return the fields. A field is skipped if another field with its role counts."""
    if all(field.role not in CLIENTS for field in fields):
        fields = [_with_role(field, "peer", "client") for field in fields]
    states = [field for field in fields if field.role == "status"]
    final = [field for field in states if ">" in field.spelling] or states[-1:]
    targets = [field for field in fields if field.role == "target"]
    targets.sort(key=lambda field: field.spelling.strip("${}") != "request_uri")
    counting = {
        field.role: field for field in [*reversed(fields), *targets[:1], *final]
    }
    absent = {"method", "target"} if "request" in counting else set()
    chosen = []
    is_sure = False  # whether a client stands before that is in each line
    for field in fields:
        is_client = field.role in CLIENTS
        is_other = not is_client and field.is_used and counting[field.role] != field
        skipped = is_other or field.role in absent or (is_client and is_sure)
        chosen.append(_with_role(field, field.role, "skip") if skipped else field)
        is_sure |= is_client and field.spelling in _ALWAYS
    return chosen


def _with_role(field: Field, old: str, new: str) -> Field:
    return field._replace(role=new) if field.role == old else field


def _check(fields: list[Field], texts: list[str]) -> None:
    """Raise UsageError if lines of this layout cannot be parsed."""
    for field in fields:
        if field.role == "time":
            try:
                time_format(field.time)
            except ValueError as error:
                raise _wrong(field, f"cannot be read: {error}") from error
    for first, text, second in zip(fields, texts[1:], fields[1:], strict=False):
        if not text and second.role != "target":
            raise _wrong(second, f"touches {first.spelling}: put a space between them")
    for role, usual in (
        ("time", "%t or $time_local"),
        ("status", "%>s or $status"),
    ):
        if all(field.role != role for field in fields):
            raise UsageError(
                f"--format: the string has no {role}, such as {usual}{_hint(fields)}"
            )


def _hint(fields: list[Field]) -> str:
    """Name the first variable that may be misspelt."""
    for field in fields:
        name = field.spelling.strip("${}")
        close = get_close_matches(name, NGINX, n=1, cutoff=0.75)
        if field.spelling.startswith("$") and close and name not in NGINX:
            return f"; {field.spelling} at column {field.column}: did you mean ${close[0]}?"
    return ""
