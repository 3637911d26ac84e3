"""A file that is no access log is recognized by its first bytes."""

import bz2
import gzip
import lzma
import struct

import pytest

from monitor.kinds import FIRST, kind_of

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
    "UTF-16 with a mark": (LINE.decode().encode("utf-16"), "UTF-16 text"),
    "UTF-16, little end": (LINE.decode().encode("utf-16-le"), "UTF-16 text"),
    "UTF-16, big end": (LINE.decode().encode("utf-16-be"), "UTF-16 text"),
    "journal": (b"LPKSHHRH\0\0\0\0", "a systemd journal"),
    "SQLite": (b"SQLite format 3\0\x10\0\x01\x01", "an SQLite database"),
    "nginx's errors": (
        b"2026/11/23 22:48:03 [error] 31#31: *1 open() failed\n",
        "an error log",
    ),
    "Apache's errors": (
        b"[Mon Nov 23 22:48:03.123456 2026] [core:error] [pid 9] AH00082\n",
        "an error log",
    ),
    "a program": (b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\0>\0", "binary data"),
    "numbers": (struct.pack("<99I", *range(99)), "binary data"),
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
def test_a_file_of_another_kind_is_recognized(first: bytes, kind: str) -> None:
    assert kind_of(first[:FIRST]) == kind


@pytest.mark.parametrize("first", LOGS.values(), ids=LOGS)
def test_a_log_is_of_no_other_kind(first: bytes) -> None:
    assert kind_of(first[:FIRST]) is None
