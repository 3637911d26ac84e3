"""The style of the output: times, colours and names as text."""

from datetime import UTC, datetime
from typing import NamedTuple

from monitor.escape import printable
from monitor.outputs.layout import HEIGHT, WIDTH, fit, fit_end

_COLORS = {"red": "31", "green": "32", "yellow": "33", "bold": "1"}


def instant(second: int | None) -> str | None:
    """Write a time for JSON, in UTC (RFC 3339)."""
    if second is None:
        return None
    return datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z")


class Style(NamedTuple):
    """The style of the output. `top` is the number of sections to list; None: all sections.

    Without `utc` times are in the machine's zone. A report has `width` columns and at most `height`
    rows. `files` and `only` are the logs and the parts of --only that an alert names in JSON. With
    them the alerts of several monitors can be told apart in one file.
    """

    utc: bool = False
    color: bool = False
    ascii_only: bool = False
    top: int | None = None
    width: int = WIDTH
    height: int = HEIGHT
    files: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    def time(self, second: int) -> str:
        """Write a time with its offset from UTC."""
        return str(self._moment(second))

    def clock(self, second: int, present: int) -> str:
        """Write a time of the present day as `22:41:22`, of another day as `11-22 22:41`."""
        moment, now = self._moment(second), self._moment(present)
        is_today = moment.date() == now.date()
        return f"{moment:%H:%M:%S}" if is_today else f"{moment:%m-%d %H:%M}"

    def day(self, second: int) -> str:
        """Write the day of a time, with the offset from UTC."""
        time = self.time(second)
        return time[:10] + time[19:]

    def span(self, start: int, end: int) -> str:
        """Write a span of time; a day or more with both dates."""
        first, last = self._moment(start), self._moment(end)
        if end - start >= 86_400:
            return f"{first.replace(tzinfo=None)} to {last}"
        if first.utcoffset() != last.utcoffset():
            return f"{first}-{last.timetz()}"
        return f"{first.replace(tzinfo=None)}-{last.timetz()}"

    def _moment(self, second: int) -> datetime:
        moment = datetime.fromtimestamp(second, UTC)
        return moment if self.utc else moment.astimezone()

    def paint(self, text: str, color: str) -> str:
        """Colour a text."""
        return f"\x1b[{_COLORS[color]}m{text}\x1b[0m" if self.color else text

    def name(self, text: bytes | str, width: int) -> str:
        """Write a name from a log or a message in at most `width` columns."""
        return fit(printable(text, ascii_only=self.ascii_only), width)

    def path(self, path: str, width: int) -> str:
        """Write a path in at most `width` columns, of a long path its end."""
        return fit_end(printable(path, ascii_only=self.ascii_only), width)
