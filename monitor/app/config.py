"""A file of options -> their values, and the options in force as such a file.

The file is TOML (toml.io, version 1.0). Its keys are the long names of the options. A value is read by
the parser that reads it on the command line. A mistake is one line with the place in the file, which
is the first line that begins with the key.
"""

import re
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

from monitor.errors import UsageError
from monitor.optionrow import SCALAR, Option
from monitor.options import FILES, OPTIONS
from monitor.settings import Settings
from monitor.units import exactly

_ROWS = {option.key: option for option in (FILES, *OPTIONS)}
_AT = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)

_WRITTEN: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, Decimal), "a number"),
    (str, "a string"),
    (list, "a list"),
    (dict, "a table"),
    ((date, time), "a date or a time"),
)
"""What a value of TOML is called, by its type."""


class _Mistake(ValueError):
    """A mistake in a file. `keys`: the line of the first key that begins a line is shown."""

    def __init__(self, message: str, *keys: str) -> None:
        super().__init__(message)
        self.keys = keys


def read_config(path: str) -> dict[str, object]:
    """Return the values of a file by the fields of `Settings`.

    Raises UsageError for a file that cannot be read, for no TOML, and for a wrong key or value.
    """
    text = _text(path)
    try:
        values = _document(path, text).items()
        return {_option(key).field: _value(_ROWS[key], value) for key, value in values}
    except _Mistake as mistake:
        place = f"{path}{_line(text, *mistake.keys)}"
        raise UsageError(f"{place}: {mistake}") from mistake


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read().decode()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: save it as UTF-8, which TOML is") from error


def _document(path: str, text: str) -> dict[str, object]:
    import tomllib  # few runs read a file

    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        if match := _AT.fullmatch(str(error)):
            message, line, column = match.groups()
            raise UsageError(f"{path}:{line}:{column}: {message}") from error
        raise UsageError(f"{path}: {error}") from error


def _line(text: str, *keys: str) -> str:
    """Return `:3` for the first line that begins with the first of some keys, else nothing."""
    for key in keys:
        begins = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
        for number, line in enumerate(text.split("\n"), start=1):
            if begins.match(line):
                return f":{number}"
    return ""


def _option(key: str) -> Option:
    option = _ROWS.get(key)
    if option is None:
        known = [each.key for each in _ROWS.values() if each.in_file]
        close = get_close_matches(key, known, n=1)
        hint = f'did you mean "{close[0]}"?' if close else "keys are long options"
        raise _Mistake(f'unknown key "{key}"; {hint}', key)
    if not option.in_file:
        raise _Mistake(f"{key} is for the command line: give --{key} there", key)
    return option


def _value(option: Option, value: object) -> object:
    """Parse the value of an option."""
    _check(option.key, value, option.kinds, option.key)
    if option.read is None:
        return value
    values = [_parsed(option, *part) for part in _parts(option, value)]
    return tuple(values) if option.repeats else values[0]


def _parts(option: Option, value: object) -> Iterator[tuple[str, str]]:
    """Yield the texts that stand for a value on the command line, each with its key in the file."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key, f"{key}={_scalar(option, each, key)}"
    else:
        for each in value if isinstance(value, list) else [value]:
            yield option.key, _scalar(option, each)


def _scalar(option: Option, value: object, *keys: str) -> str:
    """Return a string, or a number as it is written on the command line."""
    _check(f"each value of {option.key}", value, SCALAR, *keys, option.key)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _check(name: str, value: object, kinds: tuple[str, ...], *keys: str) -> None:
    """Raise _Mistake if a value is of no kind that fits."""
    written = next(word for types, word in _WRITTEN if isinstance(value, types))
    if written not in kinds:
        message = f"{name} must be {' or '.join(kinds)}, not {written}"
        raise _Mistake(message, *keys)


def _parsed(option: Option, key: str, text: str) -> object:
    assert option.read
    try:
        return option.read(text)
    except ValueError as error:
        raise _Mistake(f"{option.key}: {error}", key, option.key) from error


def config_text(settings: Settings) -> str:
    """Return the options that are in force as a file; an option without a value is left out."""
    lines = [
        f"{option.key} = {_toml(value)}\n"
        for option in _ROWS.values()
        if option.in_file and (value := getattr(settings, option.field)) is not None
    ]
    return "".join(lines)


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case Fraction():
            return exactly(value)
        case tuple() if type(value) is tuple:
            return f"[{', '.join(map(_toml, value))}]"
    return f'"{"".join(map(_escaped, str(value)))}"'


def _escaped(char: str) -> str:
    """Return a character of a string of TOML in ASCII, whatever the terminal shows."""
    if char.isascii() and char.isprintable():
        return f"\\{char}" if char in '"\\' else char
    return f"\\U{ord(char):08x}"
