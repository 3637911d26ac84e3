"""A suggestion of a threshold -> text, and the fields of JSON."""

from typing import Any

from monitor.outputs.layout import WIDTH
from monitor.outputs.style import Style, instant
from monitor.stats import share
from monitor.thresholds import DAY, Suggestion, Trial
from monitor.units import count, duration, exactly, many, percent, rate, span

_TITLES = ("threshold", "alerts", "a day", "firing", "of time", "longest")
_WIDTHS = (11, 10, 10, 11, 10, 11)


def suggestion_lines(suggestion: Suggestion, style: Style) -> list[str]:
    """Return a table with a row for each threshold, and the line to type."""
    start, end, chosen = suggestion.start, suggestion.end, suggestion.chosen
    title = f"== thresholds for {style.span(start, end)} "
    median, high, highest = (f"{rate(each)}/s" for each in suggestion.averages)
    average = f"average  median {median}  99% {high}  highest {highest}"
    room = "" if suggestion.seconds >= DAY else "; a log of a day or more says more"
    how_often = many(chosen.alerts, "alert") if chosen.alerts else "no alert"
    advice = f"advice   {exactly(chosen.threshold)}/s: {how_often}"
    return [
        style.paint(title.ljust(WIDTH - 2, "="), "bold"),
        f"{average}, over {duration(suggestion.window)}",
        _row(_TITLES),
        *(_row(_cells(each, suggestion)) for each in suggestion.trials),
        f"{advice}{room}",
        f"  {suggestion.command}",
    ]


def _row(cells: tuple[str, ...]) -> str:
    return "".join(
        f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)
    )


def _cells(trial: Trial, suggestion: Suggestion) -> tuple[str, ...]:
    is_present = trial.threshold == suggestion.present
    days = suggestion.seconds / DAY
    return (
        f"{'now ' * is_present}{exactly(trial.threshold)}/s",
        count(trial.alerts),
        f"{trial.alerts / days:.1f}" if days >= 1 else "-",
        span(trial.seconds),
        percent(share(trial.seconds, suggestion.seconds)),
        span(trial.longest),
    )


def suggestion_fields(suggestion: Suggestion) -> dict[str, Any]:
    """Return the fields of JSON: seconds, and hits per second."""
    averages = map(float, suggestion.averages)
    return {
        "type": "suggestion",
        "start": instant(suggestion.start),
        "end": instant(suggestion.end),
        "seconds": suggestion.seconds,
        "window": suggestion.window,
        "average": dict(zip(("p50", "p99", "max"), averages, strict=True)),
        "thresholds": list(map(_fields, suggestion.trials)),
        "suggested": float(suggestion.chosen.threshold),
        "command": suggestion.command,
    }


def _fields(trial: Trial) -> dict[str, Any]:
    return {
        "threshold": float(trial.threshold),
        "alerts": trial.alerts,
        "firing": trial.seconds,
        "longest": trial.longest,
    }
