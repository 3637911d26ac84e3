"""Rankings of names -> rows of a report."""

from collections.abc import Callable

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
from monitor.units import count, percent, short, size

_MOST_METHODS = 14  # more cannot fit in a row of 80 columns
_LEAST = 3  # rows of the table that are never taken away
_FAILING = 3  # rows of failing URLs
_WIDEST = (
    120  # columns of the table; in wider rows, numbers stand too far from their name
)
_NUMBERS = 38  # columns of the numbers in the table


def ranking_parts(values: Values, style: Style) -> list[Part]:
    """Return the rows of all rankings of a report."""
    parts = []
    for statistic in STATISTICS:
        render = _RANKINGS.get(statistic.name, _names)
        ranked = values.rankings[statistic.name]
        parts.append(render(style, statistic.name, ranked, values))
    return parts


def _share(name: str, hits: int, values: Values) -> str:
    """Write a name with its hits and their share of all hits."""
    return f"{name} {count(hits)} ({percent(share(hits, values.hits))})"


def _names(style: Style, label: str, ranked: Ranked, values: Values) -> Part:
    """Write the largest names with their shares in one row, as many as fit."""
    parts = [_share(style.name(row.name, 39), row.hits, values) for row in ranked.rows]
    return fixed(labelled(label, parts, style.width)) if parts else fixed()


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
        parts = [
            f"{name} {short(classes[name])} ({percent(share(classes[name], values.hits))})"
            for name in names
        ]
    return fixed(labelled(label, parts, style.width))


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


def _table(style: Style, label: str, ranked: Ranked, values: Values) -> Part:
    """Write the table of a ranking with bytes and errors. It has fewer rows where room is short."""
    width = min(style.width, _WIDEST) - _NUMBERS
    title = f"{label.removesuffix('s'):<{width}}{'hits':>10}{'share':>8}{'bytes':>11}{'errors':>9}"

    def rows(number: int) -> list[str]:
        listed = ranked.rows[:number]
        named = [(style.name(row.name, width - 1), row) for row in listed]
        if more := ranked.held - len(listed):
            named.append((f"({more} more)", _rest_of(ranked, listed)))
        if ranked.other:
            named.append((style.name(ranked.other.name, width - 1), ranked.other))
        lines = [pad(name, width) + _numbers(row, values) for name, row in named]
        return [title, *lines]

    most = len(ranked.rows[: style.top])
    return Part(most, min(_LEAST, most), rows)


def _failing(style: Style, label: str, ranked: Ranked, values: Values) -> Part:
    """Write the most frequent failing URLs, each with its status in a row."""
    lines = []
    for row in ranked.rows[:_FAILING]:
        status, url = row.name[:3].decode(), row.name[4:]
        hits = f" {count(row.hits)} ({percent(share(row.hits, values.hits))})"
        room = style.width - LABEL - len(f"{status} {hits}")
        lines.append(
            labelled(label, [f"{status} {style.name(url, room)}{hits}"], style.width)
        )
    return fixed(*lines)


_RANKINGS: dict[str, Callable[[Style, str, Ranked, Values], Part]] = {
    "status": _statuses,
    "methods": _methods,
    "sections": _table,
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
    """Write the numbers of a row of the table in 38 columns."""
    sent, errors = row.also
    part = percent(share(row.hits, values.hits))
    return f"{cell(row.hits, 10)}{part:>8}{size(sent):>11}{cell(errors, 9)}"
