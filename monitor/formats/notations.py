r"""A string in the notation of Apache or of nginx -> its fields and the texts between them.

Sources: Apache httpd mod_log_config (modifiers `%>s`, `%!200,304{Referer}i`; `\"` and `\t` in a
string), nginx ngx_http_log_module (`$name`, `${name}`).
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from monitor.errors import UsageError
from monitor.formats.directives import (
    APACHE,
    APACHE_TIMES,
    CLF,
    NGINX,
    NGINX_TIMES,
    UNITS,
    role_in_apache,
    role_in_nginx,
)
from monitor.formats.fields import Field
from monitor.logformats import is_of_nginx

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


def tokens_of(string: str) -> list[Field | str]:
    """Return the fields and the texts of a string in order.

    Raises UsageError that names the directive and its column if one is wrong.
    """
    return list(
        _nginx_tokens(string) if is_of_nginx(string) else _apache_tokens(string)
    )


def wrong(field: Field, why: str) -> UsageError:
    """Return the error about a directive."""
    return UsageError(f"--format: {field.spelling} at column {field.column} {why}")


def misspelt(fields: list[Field], role: str) -> str:
    """Return a hint at the first variable of nginx that may be a misspelt one of this role."""
    known = [name for name, each in NGINX.items() if each == role]
    for field in fields:
        name = field.spelling.strip("${}")
        close = get_close_matches(name, known, n=1, cutoff=0.75)
        if field.spelling.startswith("$") and close and name not in NGINX:
            return f"; {field.spelling} at column {field.column}: did you mean ${close[0]}?"
    return ""


def _apache_tokens(string: str) -> Iterator[Field | str]:
    for match in _apache.finditer(string):
        text = match["text"] or match["percent"] or match["escaped"]
        if text:
            yield _ESCAPED.get(text, text) if match["escaped"] else text
            continue
        at = Field("", match[0], match.start() + 1)
        if match["wrong"]:
            raise wrong(at, "is no directive; a percent sign is %%")
        field = _directive(at, match["letter"], match["argument"])
        yield from ("[", field, "]") if field.time == CLF else (field,)


def _directive(at: Field, letter: str, argument: str | None) -> Field:
    """Return the field of a directive of Apache."""
    role = role_in_apache(letter, argument)
    if role is None:
        raise wrong(at, f"is no directive of LogFormat{_nearest(letter)}")
    if role == "time":
        return at._replace(role=role, time=_time_in_apache(at, argument))
    if role == "seconds":
        return at._replace(role=role, per_second=_unit_in_apache(at, letter, argument))
    return at._replace(role=role)


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
        raise wrong(at, f"is no time{hint}")
    return APACHE_TIMES.get(time, time)


def _unit_in_apache(at: Field, letter: str, argument: str | None) -> int:
    """Return how many units of a request time are in a second."""
    unit = "us" if letter == "D" else argument or "s"
    if unit not in UNITS:
        raise wrong(at, f"is no request time; its unit is {', '.join(UNITS)}")
    return UNITS[unit]


def _nginx_tokens(string: str) -> Iterator[Field | str]:
    for match in _nginx.finditer(string):
        if match["text"]:
            yield match["text"]
            continue
        name = match["braced"] or match["name"]
        at = Field("", match[0], match.start() + 1)
        if not name:
            raise wrong(at, "is no variable")
        role = role_in_nginx(name)
        yield at._replace(
            role=role,
            time=NGINX_TIMES.get(name, ""),
            per_second=UNITS["s"] if role == "seconds" else 0,
        )
