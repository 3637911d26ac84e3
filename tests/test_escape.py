"""No byte that a client sends reaches the terminal as a control."""

import random
import unicodedata

import pytest

from monitor.escape import original, printable

# Bytes, how they are shown in UTF-8, and in plain ASCII.
SHOWN = {
    "plain": (b"/a b~", "/a b~", "/a b~"),
    "letters": ("/é/日本".encode(), "/é/日本", r"/\xc3\xa9/\xe6\x97\xa5\xe6\x9c\xac"),
    "escape": (b"\x1b[31m", r"\x1b[31m", r"\x1b[31m"),
    "C0": (b"\x00\x07\x08\t\n\r\x1f", *[r"\x00\x07\x08\x09\x0a\x0d\x1f"] * 2),
    "DEL": (b"\x7f", r"\x7f", r"\x7f"),
    "C1 as UTF-8": (b"\xc2\x9b31m", r"\u009b31m", r"\xc2\x9b31m"),
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
    "no-break space": ("\xa0".encode(), r"\u00a0", r"\xc2\xa0"),
    "a backslash": (rb"a\b", r"a\\b", r"a\\b"),
    "what looks like an escape": (rb"\x1b[2J", r"\\x1b[2J", r"\\x1b[2J"),
    "a backslash before an escape": (b"\\\x1b\\", r"\\\x1b\\", r"\\\x1b\\"),
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


def test_no_control_gets_through_in_any_bytes() -> None:
    tricky = [chr(code).encode() for code in (0x85, 0x9B, 0x202E, 0x2066, 0x61C)]
    for seed in range(300):
        r = random.Random(seed)
        text = b"".join(r.choice((r.randbytes(1), *tricky)) for _ in range(12))
        for ascii_only in (False, True):
            shown = printable(text, ascii_only=ascii_only)
            assert all(map(is_harmless, shown)), f"seed {seed}: {text!r}"
            assert not ascii_only or shown.isascii(), f"seed {seed}: {text!r}"


def test_the_bytes_can_be_restored_from_what_is_shown() -> None:
    pieces = [b"\\", b"x1b", b"u202e", b"/", b"\x1b", b"\x9b", "\x9b\u202eé".encode()]
    for seed in range(300):
        text = b"".join(random.Random(seed).choices(pieces, k=12))
        for ascii_only in (False, True):
            shown = printable(text, ascii_only=ascii_only)
            assert original(shown) == text, f"seed {seed}: {shown}"


@pytest.mark.parametrize(
    "shown",
    [r"\q", r"\x", r"\xg0", r"\u12", r"\U99999999", r"\U00110000", r"\ud800", "\\"],
    ids=str,
)
def test_any_text_has_bytes_that_can_be_shown(shown: str) -> None:
    assert all(map(is_harmless, printable(original(shown))))


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


@pytest.mark.usefixtures("untraced")
def test_of_all_characters_only_the_printable_ones_are_shown_as_they_are() -> None:
    for start in BLOCKS:
        codes = [c for c in range(start, start + 0x100) if not 0xD800 <= c < 0xE000]
        shown = printable("".join(map(chr, codes)).encode())
        assert all(map(is_harmless, set(shown))), hex(start)
    for code in set(range(32, 127)) - {ord("\\")}:
        assert printable(bytes([code])) == chr(code)


def test_what_is_shown_can_be_written_in_its_encoding() -> None:
    for seed in range(200):
        text = random.Random(seed).randbytes(9)
        assert printable(text).encode("utf-8"), f"seed {seed}"
        assert printable(text, ascii_only=True).encode("ascii"), f"seed {seed}"
