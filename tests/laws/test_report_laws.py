"""Whatever is in a log, no report can do harm to a terminal or to who reads its JSON."""

import json
import random
import re
import unicodedata
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from support.reports import AT, Row, alerts_of, rendered, report_of, text_of, values_of

from monitor.alerts import RULES, Rule
from monitor.core import Notice, Report
from monitor.core.events import Missing, WindowReading
from monitor.outputs import Style
from monitor.stats import Values

pytestmark = pytest.mark.usefixtures("untraced")

SEEDS = range(12)
PLAIN = [
    "/",
    "a",
    "index.html",
    "?q=",
    " ",
    '"',
    "\\",
    "%00",
    "\\x1b",
    "=",
    "日本",
    "é",
]
MARKS = ["e\u0301", "\u20dd", "ｗ", "\U0001f600"]
CONTROLS = ["\x00", "\x07", "\x08", "\t", "\n", "\r", "\x1b[2J", "\x1b]0;x\x07", "\x7f"]
CONTROLS += ["\x85", "\x9b31m"]
INVISIBLE = [
    *"\u200b\u200e\u200f\u202a\u202e\u2066\u2069\u061c\u2028\u2029\ufeff\ufff9"
]
UNASSIGNED = ["\U000e0041", "\ue000", "\u0378"]
BROKEN = [b"\xff", b"\xc0\x9b", b"\xed\xa0\x80", b"\xe2\x80", b"\x9b", b"\xf5\x80\x80"]
PIECES = [
    *map(str.encode, [*PLAIN, *MARKS, *CONTROLS, *INVISIBLE, *UNASSIGNED]),
    *BROKEN,
]


def hostile(rng: random.Random) -> bytes:
    return b"".join(rng.choices(PIECES, k=rng.choice([0, 1, 5, 20, 100])))


def some(rng: random.Random) -> int:
    return rng.choice([0, 1, 9, 999, 12_345, 9_999_999, 10**10, 10**13])


def random_row(rng: random.Random) -> Row:
    method = rng.choice(["GET", "POST", "M" * rng.randint(1, 90)]).encode()
    named = rng.choice([b" (malformed)", method + b" /" + hostile(rng)])
    status = rng.choice(["101", "200", "200", "301", "404", "503", "600", "-"])
    return named, hostile(rng), status, some(rng) // 10**4, hostile(rng)


def random_values(rng: random.Random) -> Values:
    rows = [(random_row(rng), some(rng)) for _ in range(rng.choice([0, 1, 15]))]
    reason = rng.choice(["no time in it", "its time does not exist"])
    numbers: dict[str, Any] = {
        name: some(rng) for name in ("late", "misdated", "unparsed", "ignored")
    }
    sample = rng.choice([None, (reason, hostile(rng))])
    return values_of(*rows, sample=sample, **numbers)


@cache
def random_report(seed: int) -> Report:
    """Make a report, once for all laws: counting its hits takes longer than writing it."""
    rng = random.Random(seed)
    threshold = Fraction(some(rng), rng.choice([1, 7]))
    rule = Rule(RULES["traffic"], threshold, rng.randint(1, 604800))
    series = tuple(rng.choice([0, 0.1, some(rng) / 7]) for _ in range(56))
    no_data = Missing(AT, hostile(rng).decode("utf-8", "surrogateescape"))
    return report_of(
        random_values(rng),
        end=AT + rng.choice([1, 10, 604800]),
        window=WindowReading(some(rng), rule, rng.random() < 0.5, series),
        previous_rate=rng.choice([None, 0.0, 1e-9, 1.0, 1e9]),
        alerts=alerts_of(rng.randint(0, 10)),
        earlier_alerts=some(rng),
        no_data=rng.choice([None, no_data]),
    )


@cache
def plain_text(seed: int, ascii_only: bool) -> str:
    return text_of(random_report(seed), ascii_only=ascii_only)


def shown_columns(text: str) -> int:
    """Count columns in another way than the program does."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "FW" else 1
        for char in text
        if unicodedata.category(char) not in ("Mn", "Me")
    )


def unsafe(text: str) -> list[str]:
    """Return what a terminal takes for a command, or does not show as it stands."""
    kinds = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return [c for c in text if unicodedata.category(c) in kinds and c != "\n"]


@pytest.mark.parametrize("ascii_only", [False, True], ids=["unicode", "ascii"])
def test_no_report_has_more_rows_or_columns_than_a_terminal(ascii_only: bool) -> None:
    for seed in SEEDS:
        lines = plain_text(seed, ascii_only).splitlines()
        assert len(lines) <= 23, seed
        for line in lines:
            assert shown_columns(line) <= 80, (seed, line)


@pytest.mark.parametrize("ascii_only", [False, True], ids=["unicode", "ascii"])
def test_no_row_of_a_brief_report_is_wider_than_a_terminal(ascii_only: bool) -> None:
    for seed in SEEDS:
        style = Style(utc=True, ascii_only=ascii_only)
        for line in rendered([random_report(seed)], "brief", style).splitlines():
            assert shown_columns(line) <= 80, (seed, line)
            assert not unsafe(line), seed


@pytest.mark.parametrize("ascii_only", [False, True], ids=["unicode", "ascii"])
def test_nothing_in_a_log_reaches_the_terminal_as_a_command(ascii_only: bool) -> None:
    for seed in SEEDS:
        text = plain_text(seed, ascii_only)
        assert not unsafe(text), seed
        assert text.isascii() or not ascii_only, seed


@pytest.mark.parametrize("ascii_only", [False, True], ids=["unicode", "ascii"])
def test_colour_changes_nothing_but_the_colour(ascii_only: bool) -> None:
    for seed in SEEDS:
        report = random_report(seed)
        colored = text_of(report, ascii_only=ascii_only, color=True)
        plain = re.sub(r"\x1b\[\d+m", "", colored)
        assert plain == plain_text(seed, ascii_only), seed
        assert plain != colored


def test_json_holds_no_control_character_escaped_or_not() -> None:
    for seed in SEEDS:
        message = hostile(random.Random(seed)).decode("utf-8", "surrogateescape")
        for event in (random_report(seed), Notice(message)):
            line = rendered([event], "json", Style(utc=True, top=50))
            assert line.isascii(), seed
            assert not unsafe(json.dumps(json.loads(line), ensure_ascii=False)), seed
