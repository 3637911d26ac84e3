"""A compressed file or an archive is recognized by its first bytes."""

import bz2
import gzip
import lzma

import pytest

from monitor.compressions import FIRST, compression_of

LINE = b'203.0.113.5 - - [23/Nov/2026:22:48:03 +0000] "GET /a/b HTTP/1.1" 200 7\n'

KINDS = {
    "gzip": (gzip.compress(LINE), "gzip"),
    "bzip2": (bz2.compress(LINE), "bzip2"),
    "nothing, by bzip2": (bz2.compress(b""), "bzip2"),
    "xz": (lzma.compress(LINE), "xz"),
    "lzma": (lzma.compress(LINE, lzma.FORMAT_ALONE), "lzma"),
    "zstd": (bytes.fromhex("28b52ffd0488550200"), "zstd"),
    "a skippable frame of zstd": (bytes.fromhex("502a4d180400000000000000"), "zstd"),
    "lz4": (bytes.fromhex("04224d186440a7"), "lz4"),
    "old lz4": (bytes.fromhex("02214c18").replace(b"L", b"M"), "lz4"),
    "compress": (bytes.fromhex("1f9d9032"), "compress"),
    "lzip": (b"LZIP\x01\x14", "lzip"),
    "zip": (b"PK\x03\x04\x14\0\0\0", "zip"),
    "7z": (bytes.fromhex("377abcaf271c0004"), "7z"),
    "rar": (b"Rar!\x1a\x07\x01\0", "rar"),
    "tar": (b"access.log".ljust(257, b"\0") + b"ustar  \0", "tar"),
}
LOGS = {
    "nothing": b"",
    "a line": LINE,
    "a byte order mark": b"\xef\xbb\xbf" + LINE,
    "a hole before a line": b"\0" * 400 + LINE,
    "nothing but a hole": b"\0" * FIRST,
    "a hostile request": LINE.replace(b"GET /a/b", b"\x16\x03\x01\x02\0\x01"),
    "colours": b"\x1b[32m203.0.113.5\x1b[0m " + LINE,
    "Latin-1": LINE.replace(b"/a/b", bytes(range(160, 256))),
    "a host called BZh9": b"BZh9.example.net:443 " + LINE,
    "a host called PK": b"PK " + LINE,
    "a date in brackets": b"[23/Nov/2026:22:48:03 +0000] GET /\n",
    "JSON": b'{"ts":1795474083.1,"status":200}\n',
}


@pytest.mark.parametrize(("first", "kind"), KINDS.values(), ids=KINDS)
def test_a_compression_is_recognized(first: bytes, kind: str) -> None:
    assert compression_of(first[:FIRST]) == kind


@pytest.mark.parametrize("first", LOGS.values(), ids=LOGS)
def test_a_log_is_not_compressed(first: bytes) -> None:
    assert compression_of(first[:FIRST]) is None
