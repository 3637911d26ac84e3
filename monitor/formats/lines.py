r"""Bytes -> blocks of complete lines. A block always ends with a newline.

Invariants, for every way of cutting the same bytes into reads:

- Only `\n` ends a line. A partial line is held back until its newline comes.
- A line longer than MAX_LINE bytes becomes one `Overlong`, and is never in memory as a whole. A
  carriage return before the newline is no part of the line.
- A UTF-8 byte order mark at the start of a file is dropped.
- NUL bytes at the start of a line are dropped. A writer without O_APPEND leaves such a hole after
  its file was truncated.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_LINE = 1 << 20
"""Bytes of the longest line that is parsed, without its newline and a carriage return before it."""

SAMPLE = 200
"""Bytes of an overlong line that stay as a sample."""

_PIECE = 1 << 18
_BOM = b"\xef\xbb\xbf"
_leading_nuls = re.compile(rb"^\0++", re.MULTILINE)


class Overlong(NamedTuple):
    """A line longer than MAX_LINE; `sample` is its beginning."""

    sample: bytes


class LineSplitter:
    """Cuts the bytes of one file into blocks of complete lines.

    `at_start`: the first byte that is fed is the first byte of the file. `mid_line`: the first byte
    that is fed is in a line that was counted already; the rest of this line is skipped.
    """

    def __init__(self, at_start: bool = True, mid_line: bool = False) -> None:
        self._skipping = mid_line
        self._partial: list[bytes] = []
        self._length = (
            0  # of the partial line, with the bytes that are no longer in memory
        )
        self._bom_possible = at_start

    def feed(self, data: bytes) -> Iterator[bytes | Overlong]:
        """Yield the lines that `data` completes, as blocks and overlong lines in file order."""
        if self._bom_possible:
            data = self._without_bom(data)
        if len(data) <= _PIECE:
            yield from self._feed_piece(data)
            return
        for start in range(0, len(data), _PIECE):
            yield from self._feed_piece(data[start : start + _PIECE])

    def end(self) -> Iterator[bytes | Overlong]:
        """Yield the last line, which has no newline, because the input has ended for good."""
        if self._length:
            yield from self._feed_piece(b"\n")

    @property
    def held(self) -> int:
        """Bytes of the partial line that waits for its newline."""
        return self._length

    def _without_bom(self, data: bytes) -> bytes:
        """Drop the byte order mark; hold the first bytes back while they may be a part of it."""
        data = b"".join((*self._partial, data))
        self._partial, self._length = [], 0
        if len(data) < len(_BOM) and _BOM.startswith(data):
            self._partial, self._length = [data], len(data)
            return b""
        self._bom_possible = False
        return data.removeprefix(_BOM)

    def _feed_piece(self, piece: bytes) -> Iterator[bytes | Overlong]:
        if self._skipping:
            _, newline, piece = piece.partition(b"\n")
            self._skipping = not newline
        cut = piece.rfind(b"\n") + 1
        if not cut:
            self._hold(piece)
            return
        first = piece.find(b"\n") + 1
        if self._is_overlong(piece[:first]):
            yield Overlong(b"".join((*self._partial, piece[:first]))[:SAMPLE])
            block = piece[first:cut]
        else:
            block = b"".join((*self._partial, memoryview(piece)[:cut]))
        self._partial, self._length = [], 0
        if block:
            yield _leading_nuls.sub(b"", block) if b"\0" in block else block
        self._hold(piece[cut:])

    def _is_overlong(self, rest: bytes) -> bool:
        """Return whether the partial line is too long with its rest, which ends with a newline."""
        length = self._length + len(rest) - 1
        if length != MAX_LINE + 1:
            return length > MAX_LINE
        return not b"".join((*self._partial, rest)).endswith(b"\r\n")

    def _hold(self, rest: bytes) -> None:
        if not self._length:
            rest = rest.lstrip(b"\0")
        if not rest:
            return
        self._length += len(rest)
        self._partial.append(rest)
        if self._length > MAX_LINE + 1:
            self._partial = [b"".join(self._partial)[:SAMPLE]]
        elif len(self._partial) > 64:  # a file that grows byte by byte
            self._partial = [b"".join(self._partial)]
