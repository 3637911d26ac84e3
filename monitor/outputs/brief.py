"""Events -> one row a report, as vmstat writes them: the readable form of a day.

The heading names the logs, the day and the columns. It is repeated every 20 rows and on a new day.
"""

from collections.abc import Callable
from typing import NamedTuple

from monitor.core import Event, Report, Summary
from monitor.outputs.heads import ruled
from monitor.outputs.layout import cell
from monitor.outputs.style import Style
from monitor.outputs.text import Text
from monitor.stats import share
from monitor.units import duration, exactly, percent, short, size

EVERY = 20
"""Rows under one heading."""


class Brief:
    """Renders a report as one row, and other events as text does. It remembers the heading."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._text = Text(style)
        self._day = ""
        self._rows = 0

    def render(self, event: Event) -> str:
        """Return the lines of an event."""
        if not isinstance(event, Report):
            return self._text.render(event)
        return self._heading(event) + _row(event, self._style) + "\n"

    def _heading(self, report: Report) -> str:
        """Return the heading if it is due before the row of a report."""
        moment = _moment(report)
        day = self._style.day(moment) if moment else "no line with a time"
        is_new = day != self._day and not _is_of_a_day(report)
        is_due = is_new or self._rows == EVERY
        if self._day and (isinstance(report, Summary) or not is_due):
            self._rows += 1
            return ""
        self._day, self._rows = day, 1
        rule, title = report.window.rule, f"== {day}"
        more = f"  threshold {exactly(rule.threshold)}/s over {duration(rule.window)}"
        names = "".join(f"{each.title:{each.format}}" for each in _COLUMNS)
        return f"{ruled(title, report, self._style, more)}\n{names} top {report.values.by}\n"


def _moment(report: Report) -> int:
    """Return the beginning of a report; of an open one, and where no hit had a time, the present."""
    if report.start is None or report.is_open:
        return report.until
    return report.start


def _is_of_a_day(report: Report) -> bool:
    """Return whether a report is of a day or more. Its row then shows the day."""
    return (report.end or 0) - (report.start or 0) >= 86_400


class _Column(NamedTuple):
    """A column: its title, the alignment and width of its cells, and the text of a report in it."""

    title: str
    format: str
    text: Callable[[Report, Style], str]


def _time(report: Report, style: Style) -> str:
    if isinstance(report, Summary):
        return "total"
    if _is_of_a_day(report):
        return style.day(_moment(report))[5:10]
    return style.clock(_moment(report), _moment(report))


def _state(report: Report, style: Style) -> str:
    if report.no_data:
        return "NO DATA"
    if report.window.firing:
        return "HIGH"
    return "ALERT" if _is_firing(report) else "ok"


def _is_firing(report: Report) -> bool:
    return report.window.firing or any(each.firing for each in report.rules)


_COLUMNS = (
    _Column("time", "<8", _time),
    _Column("hits", ">9", lambda report, style: cell(report.values.hits, 9)),
    _Column("hits/s", ">8", lambda report, style: short(report.rate)),
    _Column("clients", ">8", lambda report, style: _of(report, "clients", _clients)),
    _Column("bytes", ">9", lambda report, style: _of(report, "bytes", size)),
    _Column("errors", ">7", lambda report, style: percent(_errors(report))),
    _Column("average", ">8", lambda report, style: short(report.window.rate)),
    _Column(" state", "<8", lambda report, style: " " + _state(report, style)),
)
"""The columns before the top section."""


def _of(report: Report, name: str, write: Callable[[int], str]) -> str:
    """Write a number of a report; `-` if no line logs it."""
    number = report.values.numbers.get(name)
    return "-" if number is None else write(number)


def _clients(number: int) -> str:
    return cell(number, 8)


def _errors(report: Report) -> float:
    return share(report.values.errors, report.values.hits)


def _row(report: Report, style: Style) -> str:
    """Return the row of a report. A state that needs attention has a colour."""
    *cells, state = (f"{each.text(report, style):{each.format}}" for each in _COLUMNS)
    width = style.width - sum(map(len, cells)) - len(state) - 1
    if report.no_data or _is_firing(report):
        state = style.paint(state, "red")
    return f"{''.join(cells)}{state} {_top_name(report, style, width)}".rstrip()


def _top_name(report: Report, style: Style, width: int) -> str:
    """Return the first name of the table, and its share."""
    values = report.values
    rows = values.table.rows
    if not rows or not values.has_table:
        return ""
    part = f" {percent(share(rows[0].hits, values.hits))}"
    return style.name(rows[0].name, width - len(part)) + part
