"""What a source carries into the middle of a file. `read` is a parameter; no disk.

The `#` directives of a W3C Extended log stand at the beginning of the file, and come again wherever the
server was started again. Because of that the first PROBE and the last BACK bytes before an offset are
searched for them. Directives between these pieces are missed. If there are no directives in the first
and in the last PROBE bytes of a file, the file has none.
"""

from monitor.formats import Reader, reader_of
from monitor.inputs.arrivals import Carried
from monitor.inputs.linestarts import PROBE, Read, whole_lines

BACK = 1 << 20
"""Bytes before an offset that are searched for directives."""

_BOM = b"\xef\xbb\xbf"


class Lookback:
    """Makes a reader ready for the lines from any offset of a file of `end` bytes.

    `columns` are the optional columns that are needed.
    """

    def __init__(
        self, read: Read, end: int, form: str, columns: frozenset[str] = frozenset()
    ) -> None:
        self._read = read
        self._reader = reader_of(form, columns)
        last = max(0, end - PROBE)
        self._is_needed = _has_directives(self._first(end)) or _has_directives(
            read(last, end - last)
        )

    def reader_at(self, offset: int) -> Reader:
        """Return the reader for the lines from an offset on. It is the same reader for all offsets."""
        carried = self._reader.carried
        carried.restore({})
        if self._is_needed:
            carried.note(whole_lines(self._first(offset), at_start=True))
            start = max(0, offset - BACK)
            data = self._read(start, offset - start)
            carried.note(whole_lines(data, at_start=start == 0))
        return self._reader

    def carried(self) -> Carried:
        """Return what the source carries behind the lines that the reader read last."""
        return self._reader.carried.snapshot()

    def _first(self, end: int) -> bytes:
        return self._read(0, min(PROBE, end)).removeprefix(_BOM)


def _has_directives(data: bytes) -> bool:
    return data.startswith(b"#") or b"\n#" in data
