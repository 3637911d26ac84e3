"""Rankings of names and quantiles -> rows of a report."""

from collections.abc import Callable
from functools import partial

from monitor.outputs.layout import (
    LABEL,
    Part,
    cell,
    columns,
    fixed,
    labelled,
    pad,
)
from monitor.outputs.style import Style
from monitor.stats import STATISTICS, Ranked, RankedName, Values, share
from monitor.units import count, percent, short, short_time, size

_MOST_METHODS = 14  # more cannot fit in a row of 80 columns
_LEAST = 3  # rows of the table that are never taken away
_FAILING = 3  # rows of failing URLs
_HIGHEST = 9  # names with the highest quantiles; more cannot fit in a row of 80 columns
_WIDEST = (
    120  # columns of the table; in wider rows, numbers stand too far from their name
)
_HITS, _SHARE, _BYTES, _ERRORS = 10, 8, 11, 9  # columns of the numbers in the table
_KEPT_FAILING = 2  # rows of failing URLs that are never taken away


def ranking_parts(values: Values, style: Style) -> list[Part]:
    """Return the rows of all rankings and quantiles of a report."""
    parts = []
    for statistic in STATISTICS:
        if statistic.name == "sections":
            parts += quantile_parts(values, style)
            if values.has_table:
                parts.append(_table(style, values))
            continue
        if statistic.name in values.unlogged:
            continue
        render = _RANKINGS.get(statistic.name, _names)
        ranked = values.rankings[statistic.name]
        parts.append(render(style, statistic.name, ranked, values))
    return parts


def quantile_parts(values: Values, style: Style) -> list[Part]:
    """Return the rows of the quantiles: of all hits, and of the names with the highest ones.

    The names are left out where all other parts have their fewest rows.
    """
    parts = []
    for name, value in values.spreads.items():
        shown = [f"{p} {short_time(n)}" for p, n in value.whole.percentiles.items()]
        parts.append(fixed(labelled(name, shown, style.width)))
        highest = [
            f"{style.name(each, 39)} {short_time(value.names[each].p95)}"
            for each in value.highest[:_HIGHEST]
        ]
        row = labelled(value.title, ["p95", *highest], style.width)
        parts.append(Part(1, 0, partial(_first, row), rank=1))
    return parts


def _first(row: str, number: int) -> list[str]:
    return [row][:number]


def _share(
    name: str, hits: int, values: Values, write: Callable[[int], str] = count
) -> str:
    """Write a name with its hits and their share of all hits."""
    return f"{name} {write(hits)} ({percent(share(hits, values.hits))})"


def _names(style: Style, label: str, ranked: Ranked, values: Values) -> Part:
    """Write the largest names with their shares in one row, as many as fit."""
    if not ranked.rows:
        return fixed()
    parts = (_share(style.name(row.name, 39), row.hits, values) for row in ranked.rows)
    return fixed(labelled(label, parts, style.width))


_CLASSES = {**{digit: f"{digit}xx" for digit in "23451"}, "-": "-"}


def _statuses(style: Style, label: str, ranked: Ranked, values: Values) -> Part:
    """Write the hits of each class of status: `2xx`, `-` for no answer, `other`; all in one row.

    Where they do not fit as counts, they are written as `1.2M`.
    """
    classes: dict[str, int] = {}
    for row in ranked.rows:
        name = _CLASSES.get(row.name[:1].decode("ascii"), "other")
        classes[name] = classes.get(name, 0) + row.hits
    names = [name for name in (*_CLASSES.values(), "other") if name in classes]
    parts = [_share(name, classes[name], values) for name in names]
    if columns("  ".join(parts)) > style.width - LABEL:
        parts = [_share(name, classes[name], values, short) for name in names]
    parts = [_by_class(part, style) for part in parts]
    return fixed(labelled(label, parts, style.width))


def _by_class(text: str, style: Style) -> str:
    """Return a text that begins with a status in the colour of its class."""
    return style.paint(text, "yellow") if text.startswith("5") else text


def _methods(style: Style, label: str, ranked: Ranked, values: Values) -> Part:
    """Write as many methods as fit in one row, and the number and the hits of the others."""
    rows = [*ranked.rows, *([ranked.other] if ranked.other else [])]
    parts = [f"{style.name(row.name, 20)} {count(row.hits)}" for row in rows]
    for number in range(min(len(parts), _MOST_METHODS), 0, -1):
        rest = ranked.totals[0] - sum(row.hits for row in rows[:number])
        names = ranked.held + (ranked.other is not None) - number
        more = [f"({names} more) {count(rest)}"] if rest else []
        shown = [*parts[:number], *more]
        if columns("  ".join(shown)) <= style.width - LABEL:
            return fixed(labelled(label, shown, style.width))
    return fixed()


def _table(style: Style, values: Values) -> Part:
    """Write the table by a key with bytes and errors. It has fewer rows where room is short."""
    ranked = values.table
    numbers = _HITS + _SHARE + _BYTES * ("bytes" in values.numbers) + _ERRORS
    width = min(style.width, _WIDEST) - numbers
    sent = f"{'bytes':>{_BYTES}}" if "bytes" in values.numbers else ""
    title = (
        f"{values.by:<{width}}"
        f"{'hits':>{_HITS}}{'share':>{_SHARE}}{sent}{'errors':>{_ERRORS}}"
    )

    def line(name: str, row: RankedName) -> str:
        return pad(name, width) + _numbers(row, values)

    most = len(ranked.rows[: style.top])
    other = [ranked.other] if ranked.other else []
    lines, last = (
        [line(style.name(row.name, width - 1), row) for row in named]
        for named in (ranked.rows[:most], other)
    )

    def rows(number: int) -> list[str]:
        more = ranked.held - number
        rest = _rest_of(ranked, ranked.rows[:number])
        middle = [line(f"({more} more)", rest)] if more else []
        return [title, *lines[:number], *middle, *last]

    return Part(most, min(_LEAST, most), rows)


def _failing(style: Style, label: str, ranked: Ranked, values: Values) -> Part:
    """Write the most frequent failing URLs, each with its status in a row."""
    lines = []
    for row in ranked.rows[:_FAILING]:
        status, url = row.name[:3].decode(), row.name[4:]
        hits = f" {count(row.hits)} ({percent(share(row.hits, values.hits))})"
        room = style.width - LABEL - len(f"{status} {hits}")
        shown = f"{_by_class(status, style)} {style.name(url, room)}{hits}"
        lines.append(labelled(label, [shown], style.width))
    kept = min(_KEPT_FAILING, len(lines))
    return Part(len(lines), kept, lambda number: lines[:number], rank=2)


_RANKINGS: dict[str, Callable[[Style, str, Ranked, Values], Part]] = {
    "status": _statuses,
    "methods": _methods,
    "failing": _failing,
}
"""The functions of rankings that have their own layout. All others are a row of names."""


def _rest_of(ranked: Ranked, listed: list[RankedName]) -> RankedName:
    """Return the sums of the names that are neither listed nor dropped, without a name."""
    shown = [*listed, *([ranked.other] if ranked.other else [])]
    numbers = [(row.hits, *row.also) for row in shown]
    hits, *also = map(lambda total, *parts: total - sum(parts), ranked.totals, *numbers)
    return RankedName(b"", hits, tuple(also))


def _numbers(row: RankedName, values: Values) -> str:
    """Write the numbers of a row of the table. Bytes that are not logged have no column."""
    sent, errors = row.also
    part = percent(share(row.hits, values.hits))
    sizes = f"{size(sent):>{_BYTES}}" if "bytes" in values.numbers else ""
    return f"{cell(row.hits, _HITS)}{part:>{_SHARE}}{sizes}{cell(errors, _ERRORS)}"
