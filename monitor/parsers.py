"""Texts of the command line -> values of options.

A parser raises ValueError with a message that says what to write instead.
"""

import re
import shlex
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from fractions import Fraction
from typing import NamedTuple

from monitor.units import duration, seconds_of


class Address(NamedTuple):
    """A host and a port of TCP."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


LOOPBACK = "127.0.0.1"

_address = re.compile(r"(?:(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/]+):)?(\d{1,5})", re.ASCII)


def address_of(text: str) -> Address:
    """Parse `9911`, `192.0.2.7:9911` or `[::1]:9911`. The host is LOOPBACK if there is none."""
    match = _address.fullmatch(text)
    if match is None or int(match[2]) > 65_535:
        raise ValueError(
            f"give a port such as 9911, or 127.0.0.1:9911 or [::1]:9911, not '{text}'"
        )
    return Address((match[1] or LOOPBACK).strip("[]"), int(match[2]))


def path_of(text: str) -> str:
    """Accept any path that is not empty."""
    if not text:
        raise ValueError("give the path of a file, not nothing")
    return text


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a parser of whole numbers between two bounds."""

    def read(text: str) -> int:
        is_number = re.fullmatch(r"\d{1,9}", text, re.ASCII)
        if not is_number or not least <= int(text) <= most:
            raise ValueError(f"give a number from {least} to {most}, not '{text}'")
        return int(text)

    return read


def length(least: int, most: int) -> Callable[[str], int]:
    """Return a parser of lengths of time between two bounds, in seconds."""

    def read(text: str) -> int:
        seconds = seconds_of(text)
        if seconds is None or not least <= seconds <= most:
            raise ValueError(
                f"give a time from {duration(least)} to {duration(most)}, "
                f"such as 90, 10s, 2m, 12h or 1d, not '{text}'"
            )
        return seconds

    return read


def either(choices: Iterable[str]) -> str:
    """Return the choices as a list in words: `text, brief or json`."""
    *others, last = choices
    return f"{', '.join(others)} or {last}"


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a parser that accepts some words only."""

    def read(text: str) -> str:
        if text not in choices:
            close = get_close_matches(text, choices, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise ValueError(f"give {either(choices)}, not '{text}'{hint}")
        return text

    return read


def command(text: str) -> str:
    """Accept a command that can be split into words as a shell does."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ValueError(f"close the quote in '{text}'") from error
    if not words:
        raise ValueError("give a program to run, not nothing")
    return text


def decimal_of(text: str) -> Fraction | None:
    """Parse a decimal number without rounding; return None for any other text."""
    is_decimal = re.fullmatch(r"\d{1,12}(\.\d{0,12})?|\.\d{1,12}", text, re.ASCII)
    return Fraction(text) if is_decimal else None


def hits(text: str) -> Fraction:
    """Parse hits per second without rounding."""
    number = decimal_of(text)
    if number is None:
        raise ValueError(
            f"give hits per second as a number such as 10 or 0.5, not '{text}'"
        )
    return number
