"""Recognizes by its first bytes a file that holds no lines of an access log.

The magic numbers are those of file(1). Some are given at length, because their first bytes alone can
begin a line of text.
"""

import re

FIRST = 512
"""The first bytes of a file by which its kind is recognized."""

_COMPRESSIONS = {
    "gzip": rb"\x1f\x8b",
    "bzip2": rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)",
    "xz": rb"\xfd7zXZ\0",
    "zstd": rb"(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)",
    "lz4": rb"[\x02\x04][\x21\x22]\x4d\x18",
    "compress": rb"\x1f\x9d",
    "lzma": rb"\x5d\0\0.{10}\0",
    "lzip": rb"LZIP\x01",
    "zip": rb"PK(?:\x03\x04|\x05\x06)",
    "7z": rb"7z\xbc\xaf\x27\x1c",
    "rar": rb"Rar!\x1a\x07",
    "tar": rb".{257}ustar",
}
_OTHERS = {
    "UTF-16 text": rb"\xff\xfe|\xfe\xff|(?:[^\0\n]\0){8}|(?:\0[^\0\n]){8}",
    "a systemd journal": rb"LPKSHHRH",
    "an SQLite database": rb"SQLite format 3\0",
    "an error log": (
        rb"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\w+\] \d+#\d+: "  # nginx
        rb"|\[\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4}\] \["  # Apache
    ),
}


def _compiled(kinds: dict[str, bytes]) -> re.Pattern[bytes]:
    """Compile the patterns of a table into one. Its n-th group belongs to the n-th kind."""
    return re.compile(b"|".join(b"(%s)" % each for each in kinds.values()), re.DOTALL)


_compression, _other = _compiled(_COMPRESSIONS), _compiled(_OTHERS)
_control = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def compression_of(first: bytes) -> str | None:
    """Return the name of a compression or archive by the first bytes of a file, or None."""
    found = _compression.match(first)
    return list(_COMPRESSIONS)[(found.lastindex or 1) - 1] if found else None


def kind_of(first: bytes) -> str | None:
    """Return what a file is by its first bytes; None if it may be an access log.

    A tenth of control characters is binary data. NUL bytes at the start are a hole, which a writer
    without O_APPEND leaves in a log that was truncated.
    """
    if compression := compression_of(first):
        return compression
    if found := _other.match(first):
        return list(_OTHERS)[(found.lastindex or 1) - 1]
    text = first.lstrip(b"\0")
    is_binary = 10 * len(_control.findall(text)) > len(text) or b"\0\0\0" in text
    return "binary data" if is_binary else None
