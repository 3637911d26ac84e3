"""Recognizes a compressed file or an archive by its first bytes.

The magic numbers are those of file(1). Some are given at length, because their first bytes alone can
begin a line of text.
"""

import re

FIRST = 512
"""The first bytes of a file by which its compression is recognized."""

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
_compression = re.compile(
    b"|".join(b"(%s)" % each for each in _COMPRESSIONS.values()), re.DOTALL
)  # its n-th group belongs to the n-th compression


def compression_of(first: bytes) -> str | None:
    """Return the name of a compression or archive by the first bytes of a file, or None."""
    found = _compression.match(first)
    return list(_COMPRESSIONS)[(found.lastindex or 1) - 1] if found else None
