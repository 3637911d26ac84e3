"""The stored alerts and reports as text or JSON, newest first, a page at a time."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from monitor.errors import UsageError
from monitor.options import PER_PAGE, Settings
from monitor.outputs import Style, stored_line
from monitor.state.database import Fields
from monitor.state.store import History, absolute
from monitor.units import many

_ALL = 1 << 31  # times the highest page, it is a number that SQLite can hold
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

Ask = Callable[[int | None, int, int], tuple[int, Iterator[Fields]]]


def since_of(text: str | None, now: float, *, utc: bool = False) -> int | None:
    """Read the beginning of a period, in seconds since 1970: `12h`, `2d`, or an ISO time.

    A time without an offset is of this machine's zone, or UTC. Raises UsageError for anything else.
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,9})([smhdw])", text, re.ASCII)
    if match:
        return int(now) - int(match[1]) * _UNITS[match[2]]
    try:
        moment = datetime.fromisoformat(text)
        if utc and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int(moment.timestamp())
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"--since: give a span such as 12h or 2d, or a time such as "
            f"2026-11-23T22:00, not {text!r}"
        ) from error


def read_history(
    settings: Settings, path: str, now: float, style: Style
) -> Iterator[str]:
    """Give what is to be printed of the history in the database at `path`, line by line."""
    since = since_of(settings.since, now, utc=style.utc)
    with closing(History(path, absolute(settings.files))) as history:
        yield from _listed("alerts", history.alerts, settings, since, style)
        if settings.reports:
            yield from _listed("reports", history.reports, settings, since, style)


def _listed(
    kind: str, ask: Ask, settings: Settings, since: int | None, style: Style
) -> Iterator[str]:
    is_json = settings.output == "json"
    size = settings.per_page or (_ALL if is_json else PER_PAGE)
    number, rows = ask(since, size, (settings.page - 1) * size)
    pages = max(1, -(-number // size))
    if is_json:
        for row in rows:
            yield json.dumps(row, separators=(",", ":")) + "\n"
        yield _json_title(kind, number, settings.page, pages) + "\n"
    else:
        place = f"page {settings.page} of {pages}, newest first"
        if settings.page > pages:
            place = f"there is no page {settings.page}, the last is {pages}"
        yield f"{many(number, kind.removesuffix('s'))}, {place}\n"
        for row in rows:
            yield stored_line(row, style) + "\n"


def _json_title(kind: str, number: int, page: int, pages: int) -> str:
    fields: dict[str, Any] = {"type": "history", "of": kind, "total": number}
    return json.dumps({**fields, "page": page, "pages": pages}, separators=(",", ":"))
