"""One line -> a hit, and many lines -> a table of hits.

A parser of lines defines the meaning of each line of its format. A shape parses whole blocks, which
is a fast path. It agrees with the parser of lines on each line that it takes.
"""

from typing import Any, NamedTuple, Protocol


class Hit(NamedTuple):
    """A line that is a hit, as the columns of columns.py.

    epoch    seconds since 1970-01-01 UTC
    head     the method, a space, and the section of the requested URL (requests.py)
    rest     what follows the section in the URL, without the query
    status   three digits, or `-` when the server sent no answer
    size     bytes of the answer; None if the line does not log them
    seconds  how long the request took; None if the line does not log it
    host     the virtual host as it was sent, perhaps with a port

    `client`, `host`, `agent` and `referrer` are `-` if the line does not log them.
    """

    epoch: int
    client: bytes
    head: bytes
    rest: bytes
    status: bytes
    size: int | None
    seconds: float | None = None
    host: bytes = b"-"
    agent: bytes = b"-"
    referrer: bytes = b"-"


Taken = Hit | str | None
"""A line as a parser took it: a hit, IGNORED, why the line is unparsed, or None: another format.

The other formats are tried, too, if a line is unparsed.
"""


class Table(NamedTuple):
    """The lines of a block: their number, one list for each column of Hit, and the odd lines.

    An odd line is one that the shape does not take. It is in `odd` by its place, where the columns
    have any value.
    """

    lines: int
    columns: dict[str, list[Any]]
    odd: dict[int, bytes]


class Shape(Protocol):
    """Parses the lines of a block that have one shape, such as one format string."""

    def parse(self, block: bytes) -> Table | None:
        """Parse a block, which ends with a newline; None: it must be parsed line by line."""


class LineFormat(Protocol):
    """A format of log lines. It has the name of its row."""

    name: str

    def take(self, line: bytes) -> Taken:
        """Parse one line, which has no newline and no carriage return at its end."""

    def shape_of(self, line: bytes) -> Shape | None:
        """Return the shape of a line that `take` took; None if blocks have no fast path."""
