"""The first and the newest second of finished logs, and the dates of a period of them."""

from collections import deque
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime

from monitor.errors import UsageError
from monitor.formats import MAX_LINE, reader_of
from monitor.inputs.bisection import newest_second
from monitor.inputs.checks import check_readable, is_pipe
from monitor.inputs.linestarts import whole_lines
from monitor.inputs.logfile import CHUNK, LogFile
from monitor.inputs.lookback import Lookback
from monitor.inputs.unreadable import explained
from monitor.periods import period_of
from monitor.settings import Settings
from monitor.streamtime import LONGEST_GAP, first_time

_TAIL = 2 * MAX_LINE // CHUNK
"""Chunks that hold the last lines of a log, even if one of them is overlong."""


def with_dates(settings: Settings) -> Settings:
    """Return the settings of a replay with the dates at which its period begins and ends.

    A length of time is counted back from the newest second of the logs. If no log has a hit, the
    period has no bounds. Raises UsageError for a pipe, because its newest second is not known.
    """
    bounds = settings.since, settings.until
    newest: int | None = 0
    if not all(each is None or isinstance(each, datetime) for each in bounds):
        newest = newest_of(settings.files, settings.format)
    if newest is None:
        return settings._replace(since=None, until=None)
    period = period_of(*bounds, newest, UTC if settings.utc else None)
    since, until = (
        None if second is None else datetime.fromtimestamp(second, UTC)
        for second in period
    )
    return settings._replace(since=since, until=until)


def newest_of(paths: Sequence[str], form: str) -> int | None:
    """Return the newest second of some logs; None if they have no hit.

    To find it in a compressed file, the whole file is read. Because of that a compressed file is read
    only if it begins after the newest second so far.
    """
    newest: int | None = None
    compressed: list[tuple[int, str]] = []
    for path in paths:
        check_readable(path)
        if is_pipe(path):
            raise UsageError(
                "--since and --until need dates here, such as 2026-11-23T22:41, "
                "because the end of a pipe is not known"
            )
        with explained(path), closing(LogFile(path)) as file:
            if file.is_compressed:
                compressed.append((first_of(file, form) or 0, path))
            else:
                newest = _later(newest, _newest_in(file, form))
    for first, path in sorted(compressed, reverse=True):
        if newest is None or first > newest:
            with explained(path), closing(LogFile(path)) as file:
                newest = _later(newest, _newest_in(file, form))
    return newest


def first_of(file: LogFile, form: str) -> int | None:
    """Return the first second of a log; None if there is no hit in its first block."""
    data = file.read(0)
    lines = data[: data.rfind(b"\n") + 1]
    epochs = reader_of(form).read(lines).epochs if lines else []
    return first_time(epochs, more=False) if epochs else None


def _newest_in(file: LogFile, form: str) -> int | None:
    """Return the newest second of a log, by the rules of a replay."""
    if not file.is_compressed:
        size = file.size or 0
        lookback = Lookback(file.pread, size, form)
        return newest_second(file.pread, size, lookback.reader_at, LONGEST_GAP)
    chunks, offset = deque[bytes](maxlen=_TAIL), 0
    reader = reader_of(form)
    with suppress(OSError):  # the replay reports the damage
        while data := file.read(offset):
            chunks.append(data)
            reader.carried.note(whole_lines(data, at_start=offset == 0))
            offset += len(data)
    tail = b"".join(chunks)

    def read(offset: int, size: int) -> bytes:
        return tail[offset : offset + size]

    return newest_second(read, len(tail), lambda offset: reader, LONGEST_GAP)


def _later(first: int | None, second: int | None) -> int | None:
    return max((each for each in (first, second) if each is not None), default=None)
