"""What a source carries from its lines to the lines after them.

A line says itself what it is. There are two exceptions: the last `#` directives of its source say
what its values are (header.py), and a line of a container may be the end of several parts (wrappers.py).
A reader that begins in the middle of a source therefore needs what the source carries there.
"""

from collections.abc import Mapping

from monitor.formats.header import Header
from monitor.formats.wrappers import Parts

Snapshot = Mapping[str, Mapping[str, str]]
"""What a source carries, as a value that JSON can hold."""


class Carried:
    """The last directives of a source, and its unfinished lines."""

    def __init__(self) -> None:
        self.header = Header()
        self.parts = Parts()

    def note(self, lines: bytes) -> None:
        """Remember the directives in some whole lines."""
        place = 0 if lines.startswith(b"#") else lines.find(b"\n#") + 1
        while lines.startswith(b"#", place):
            end = lines.find(b"\n", place)
            self.header.note(lines[place:end])
            place = lines.find(b"\n#", end) + 1 or len(lines)

    def snapshot(self) -> Snapshot:
        """Return what the source carries."""
        return {"header": self.header.snapshot(), "parts": self.parts.snapshot()}

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot; an empty one has nothing."""
        self.header.restore(snapshot.get("header", {}))
        self.parts = Parts.restored(dict(snapshot.get("parts", {})))
