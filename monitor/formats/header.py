"""The last `#` directives of a source, which say what its lines hold.

Source: W3C Working Draft WD-logfile-960323 (`#Fields`, `#Date`, `#Start-Date`, `#Software`), and
`#GMT-Offset` of some servers. Zeek writes `#fields` without a colon. The directives may come again
in mid-file, and count for the lines after them.
"""

import re
from collections.abc import Mapping

from monitor.escape import bytes_of, text_of
from monitor.formats.directives import ISO
from monitor.formats.times import time_format
from monitor.formats.w3c_names import Order, order_of

_LONGEST = 1 << 14
"""Bytes after which a directive is cut. The names of all fields of CloudFront are 600 bytes."""

_directive = re.compile(
    rb"#[ \t]*+(fields|date|start-date|software|gmt-offset)(?::|[ \t])[ \t]*+(.*)",
    re.IGNORECASE | re.DOTALL,
)
_offset = re.compile(rb"([+-])(\d\d):?(\d\d)")
_SAME = {"start-date": "date"}


class Header:
    """Remembers the last directives of a source.

    order       the order of the values; None without a header
    has_commas  whether the names are parted by commas, as in logs of Exchange
    date        the second of `#Date`; None if there is none
    ahead       the seconds by which the times are ahead of UTC
    """

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}
        self.order: Order | None = None
        self.has_commas = False
        self.date: int | None = None
        self.ahead = 0

    def note(self, line: bytes) -> None:
        """Remember a directive. Any other line that begins with `#` changes nothing."""
        found = _directive.match(line)
        if found:
            name = found[1].decode().lower()
            self._values[_SAME.get(name, name)] = found[2].strip()[:_LONGEST]
            self._learn()

    def snapshot(self) -> dict[str, str]:
        """Return the directives as a value that JSON can hold."""
        return {name: text_of(value) for name, value in self._values.items()}

    def restore(self, snapshot: Mapping[str, str]) -> None:
        """Go on from the directives of a snapshot."""
        self._values = {name: bytes_of(text) for name, text in snapshot.items()}
        self._learn()

    def _learn(self) -> None:
        fields, software, date, offset = (
            self._values.get(name, b"")
            for name in ("fields", "software", "date", "gmt-offset")
        )
        self.order = order_of(fields, software) if fields else None
        self.has_commas = b"," in fields
        self.date = time_format(ISO).epochs[date.partition(b".")[0]]
        self.ahead = _seconds_of(offset)


def _seconds_of(offset: bytes) -> int:
    """Return the seconds of an offset such as `-0800`; 0 for any other text."""
    found = _offset.fullmatch(offset)
    if found is None:
        return 0
    seconds = int(found[2]) * 3600 + int(found[3]) * 60
    return -seconds if found[1] == b"-" else seconds
