"""Numbers read well, and no byte that a client sent ever reaches the terminal as a control."""

import random
import unicodedata
from fractions import Fraction

import pytest
from support.unwatched import unwatched

from monitor.wording import (
    count,
    decimal,
    duration,
    exactly,
    percent,
    printable,
    short,
    size,
)

# Bytes, how they are shown in UTF-8, and in plain ASCII.
SHOWN = {
    "plain": (b"/a b~", "/a b~", "/a b~"),
    "letters": ("/é/日本".encode(), "/é/日本", r"/\xc3\xa9/\xe6\x97\xa5\xe6\x9c\xac"),
    "escape": (b"\x1b[31m", r"\x1b[31m", r"\x1b[31m"),
    "C0": (b"\x00\x07\x08\t\n\r\x1f", *[r"\x00\x07\x08\x09\x0a\x0d\x1f"] * 2),
    "DEL": (b"\x7f", r"\x7f", r"\x7f"),
    "C1 as UTF-8": (b"\xc2\x9b31m", r"\x9b31m", r"\xc2\x9b31m"),
    "C1 as a byte": (b"\x9b31m", r"\x9b31m", r"\x9b31m"),
    "no UTF-8": (b"\xff\xfea", r"\xff\xfea", r"\xff\xfea"),
    "cut UTF-8": ("é".encode()[:1], r"\xc3", r"\xc3"),
    "overlong UTF-8": (b"\xc0\x8a", r"\xc0\x8a", r"\xc0\x8a"),
    "a surrogate": (b"\xed\xb2\x80", r"\xed\xb2\x80", r"\xed\xb2\x80"),
    "right to left": ("\u202e".encode(), r"\u202e", r"\xe2\x80\xae"),
    "isolate": ("\u2066".encode(), r"\u2066", r"\xe2\x81\xa6"),
    "Arabic letter mark": ("\u061c".encode(), r"\u061c", r"\xd8\x9c"),
    "zero width": ("\u200b".encode(), r"\u200b", r"\xe2\x80\x8b"),
    "byte order mark": ("\ufeff".encode(), r"\ufeff", r"\xef\xbb\xbf"),
    "line separator": ("\u2028".encode(), r"\u2028", r"\xe2\x80\xa8"),
    "no-break space": ("\xa0".encode(), r"\xa0", r"\xc2\xa0"),
    "tag": ("\U000e0041".encode(), r"\U000e0041", r"\xf3\xa0\x81\x81"),
    "marks": ("e\u0302\u0301".encode(), "e\u0302\u0301", r"e\xcc\x82\xcc\x81"),
    "too many marks": (
        "e\u0302\u0301\u0300\u20dd".encode(),
        "e\u0302\u0301" + r"\u0300\u20dd",
        r"e\xcc\x82\xcc\x81\xcc\x80\xe2\x83\x9d",
    ),
    "private use": ("\ue000".encode(), r"\ue000", r"\xee\x80\x80"),
}


@pytest.mark.parametrize(
    ("text", "utf8", "plain"), SHOWN.values(), ids=[name for name in SHOWN]
)
def test_bytes_are_shown_safely(text: bytes, utf8: str, plain: str) -> None:
    assert printable(text) == utf8
    assert printable(b"a" + text + b"b") == f"a{utf8}b"
    assert printable(text, ascii_only=True) == plain


@unwatched
def test_no_control_gets_through_in_any_bytes() -> None:
    tricky = [chr(code).encode() for code in (0x85, 0x9B, 0x202E, 0x2066, 0x61C)]
    for seed in range(700):
        r = random.Random(seed)
        text = b"".join(r.choice((r.randbytes(1), *tricky)) for _ in range(12))
        for ascii_only in (False, True):
            shown = printable(text, ascii_only=ascii_only)
            assert all(map(is_harmless, shown)), f"seed {seed}: {text!r}"
            assert not ascii_only or shown.isascii(), f"seed {seed}: {text!r}"


def is_harmless(char: str) -> bool:
    """No control, format, surrogate, private or unassigned character, and no odd space."""
    return char == " " or unicodedata.category(char)[0] not in "CZ"


# Of the planes where nothing is assigned, and of those of private use, the ends will do.
BLOCKS = sorted(
    {
        *range(0, 0x20000, 0x100),
        *range(0xE0000, 0xE0200, 0x100),
        *(0x10000 * plane + start for plane in range(17) for start in (0, 0xFF00)),
    }
)


@unwatched
def test_of_all_characters_only_the_printable_ones_are_shown_as_they_are() -> None:
    for start in BLOCKS:
        codes = [c for c in range(start, start + 0x100) if not 0xD800 <= c < 0xE000]
        shown = printable("".join(map(chr, codes)).encode())
        assert all(map(is_harmless, set(shown))), hex(start)
    for code in range(32, 127):
        assert printable(bytes([code])) == chr(code)


def test_what_is_shown_can_be_written_in_its_encoding() -> None:
    for seed in range(500):
        text = random.Random(seed).randbytes(9)
        assert printable(text).encode("utf-8"), f"seed {seed}"
        assert printable(text, ascii_only=True).encode("ascii"), f"seed {seed}"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (1, "1s"),
        (59, "59s"),
        (60, "1m"),
        (61, "1m1s"),
        (200, "3m20s"),
        (3599, "59m59s"),
        (3600, "1h"),
        (3605, "1h"),
        (3660, "1h1m"),
        (3725, "1h2m"),
        (86399, "23h59m"),
        (86400, "1d"),
        (86460, "1d"),
        (90000, "1d1h"),
        (5 * 86400 + 3 * 3600 + 61, "5d3h"),
        (1000 * 86400, "1000d"),
    ],
    ids=str,
)
def test_a_time_span_has_two_units_at_most(seconds: int, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.0, "0"),
        (10, "10"),
        (100.0, "100"),
        (1201 / 120, "10.01"),
        (1199 / 120, "9.99"),
        (15.2, "15.2"),
        (0.5, "0.5"),
        (0.05, "0.05"),
        (0.005, "0.01"),
        (0.004, "<0.01"),
        (1 / 86400, "<0.01"),
        (9.999, "10"),
        (-0.001, "0"),
        (-1.5, "-1.5"),
        (1234567.891, "1234567.89"),
    ],
    ids=str,
)
def test_a_decimal_has_two_digits_at_most(number: float, text: str) -> None:
    assert decimal(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.001, "<0.01"),
        (0.72, "0.72"),
        (144.5, "144.5"),
        (999.25, "999.25"),
        (999.5, "1.0k"),
        (1200, "1.2k"),
        (99_949, "99.9k"),
        (99_950, "100k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (35_000_000, "35.0M"),
        (2e9, "2.0G"),
        (3e12, "3.0T"),
        (123e12, "123T"),
    ],
    ids=str,
)
def test_a_short_number_fits_into_six_characters(number: float, text: str) -> None:
    assert short(number) == text
    assert len(text) <= 6


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567")],
    ids=str,
)
def test_a_count_has_its_thousands_apart(number: int, text: str) -> None:
    assert count(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (4_200_000, "4.2 MB"),
        (9_949, "9.9 kB"),
        (9_951, "10.0 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (10**9, "1.0 GB"),
        (10**12, "1.0 TB"),
        (10**15, "1.0 PB"),
        (10**18, "1.0 EB"),
        (10**21, "1000 EB"),
    ],
    ids=str,
)
def test_a_size_is_in_its_largest_unit(number: int, text: str) -> None:
    assert size(number) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (0.0001, "<0.1%"),
        (0.0004999, "<0.1%"),
        (0.0006, "0.1%"),
        (0.004, "0.4%"),
        (0.012, "1.2%"),
        (0.0994, "9.9%"),
        (0.0996, "10%"),
        (0.12, "12%"),
        (1, "100%"),
        (2.5, "250%"),
    ],
    ids=str,
)
def test_a_share_that_is_something_is_never_nothing(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "10",
        "1000000",
        "3.333",
        "0.001",
        "0.000000000001",
        "50000.3",
        "100000.1",
        "999999999999",
        "999999999999.999999999999",
    ],
)
def test_a_number_that_somebody_gave_is_written_as_it_was_given(text: str) -> None:
    assert exactly(Fraction(text)) == text
