"""Runs of `--check`, and what they print."""

import re

from support.place import Place
from support.timelines import log, traffic

GARBAGE = b"what is this?\n"
WORDS = ("--check", "-w", "10", "-t", "1", "--utc")
NUMBER = re.compile(r"(\w+)=(\d+(?:\.\d+)?)(%|B|s|c|)((?:;(?:\d+(?:\.\d+)?)?){1,4})")
"""Performance data: a label, a value, a unit, and up to four limits.

Source: Monitoring Plugins Development Guidelines, section "Performance data".
"""
CODES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


class Checked:
    """The exit code of a check, what it says, and its numbers with their limits."""

    def __init__(self, code: int, out: str, err: str = "") -> None:
        assert out.isascii()
        assert len(out) <= 1024
        assert out.count("\n") == 1
        assert err == ""
        text, bar, numbers = out.removesuffix("\n").partition(" | ")
        self.code, self.text = code, text.removeprefix(f"HTTP {CODES[code]} - ")
        assert self.text != text
        assert "|" not in text + numbers
        found = [NUMBER.fullmatch(each) for each in numbers.split()]
        assert all(found)
        self.all = {each[1]: each[2] + each[3] + each[4] for each in found if each}
        self.numbers = {each[1]: float(each[2]) for each in found if each}
        assert bool(bar) == bool(self.numbers) == (code != 3)


def checked(place: Place, *words: str) -> Checked:
    return Checked(*place.run(*WORDS, *words))


def told(place: Place, *pieces: bytes) -> list[str]:
    """Write pieces of a log, check after each, and return the states with their first words."""
    found = []
    for piece in pieces:
        place.append(piece)
        answer = checked(place)
        words = answer.text.partition(",")[0].replace("2026-11-23 ", "")
        found.append(f"{CODES[answer.code]} {words}")
    return found


QUIET, BURST = log(traffic("0-20:1")), log(traffic("21-30:3"))
