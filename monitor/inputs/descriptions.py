"""A followed log in words: its format, its size, and the age of its last line."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import NamedTuple

from monitor.inputs.bisection import newest_second
from monitor.inputs.checks import different, is_pipe
from monitor.inputs.linestarts import PROBE, last_line_start, whole_lines
from monitor.inputs.logfile import LogFile
from monitor.inputs.lookback import Lookback
from monitor.inputs.patterns import all_logs
from monitor.logformats import is_string
from monitor.settings import STDIN_PATHS
from monitor.units import duration, many, size

MANY = 6
"""Logs from which one description is for all logs."""

_UNKNOWN = "not known yet"
_GIVEN = "as --format says"


class _Log(NamedTuple):
    """A log: its name, its format, its size, and the second of its last line, if they are known."""

    name: str
    format: str = _UNKNOWN
    size: int | None = None
    newest: int | None = None


def descriptions(
    paths: Sequence[str], form: str, clock: Callable[[], float]
) -> list[str]:
    """Return a description of each log, or one of all logs if there are many.

    `form` is the format of the logs, or `auto`. `clock` returns the machine's time. A log that
    cannot be opened is left out.
    """
    found = [
        _log_at(path, form) for path in different(all_logs(paths, may_be_missing=True))
    ]
    logs = [each for each in found if each is not None]
    now = int(clock())
    if len(logs) >= MANY:
        return [_description(many(len(logs), "log"), logs, now)]
    return [_description(each.name, [each], now) for each in logs]


def _log_at(path: str, form: str) -> _Log | None:
    """Look at a log; return None if it cannot be opened. A pipe is not opened."""
    known = _UNKNOWN if form == "auto" else _GIVEN if is_string(form) else form
    try:
        if path in STDIN_PATHS:
            return _Log("standard input", known)
        if is_pipe(path):
            return _Log(path, known)
        with closing(LogFile(path)) as file:
            if file.size is None:  # the end of a compressed file is far
                return _Log(path, known, file.stamp()[0])
            return _with_last_lines(_Log(path, known, file.size), file, form)
    except OSError:
        return None


def _with_last_lines(log: _Log, file: LogFile, form: str) -> _Log:
    read = file.pread
    end = last_line_start(read, log.size or 0)
    reader_at = Lookback(read, end, form).reader_at
    log = log._replace(newest=newest_second(read, end, reader_at))
    if form != "auto":
        return log
    start = max(0, end - PROBE)
    lines = whole_lines(read(start, end - start), at_start=start == 0)
    return log._replace(format=reader_at(start).format_of(lines) or _UNKNOWN)


def _description(name: str, logs: Sequence[_Log], now: int) -> str:
    parts = [_formats(logs)]
    sizes = [each.size for each in logs if each.size is not None]
    if sizes:
        parts.append(size(sum(sizes)))
    if newest := max(each.newest or 0 for each in logs):
        parts.append(_age(now - newest))
    return f"{name} ({', '.join(parts)})"


def _formats(logs: Sequence[_Log]) -> str:
    """Write the formats of logs: `combined`, or `4 combined, 2 common`."""
    numbers = Counter(each.format for each in logs)
    if len(numbers) > 1:
        return ", ".join(f"{number} {name}" for name, number in numbers.most_common())
    (name,) = numbers
    return f"format {name}" if name == _UNKNOWN else name


def _age(seconds: int) -> str:
    """Write how old the last line is, by its time."""
    if seconds < 0:
        return f"last line {duration(-seconds)} ahead of this machine's clock"
    return f"last line {duration(seconds)} ago"
