"""The style of the output, and the messages of alerts in it."""

from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from monitor.alerts import FIRING, Alert
from monitor.core import NoData
from monitor.escape import encoded, printable
from monitor.outputs.layout import fit
from monitor.units import duration, exactly, percent, rate

_COLORS = {"red": "31", "green": "32", "bold": "1"}

_LONGEST = 40  # columns of a name in the message of an alert


class Style(NamedTuple):
    """The style of the output. `top` is the number of sections to list; None: all sections.

    Without `utc` times are in the machine's zone.
    """

    utc: bool = False
    color: bool = False
    ascii_only: bool = False
    top: int | None = None

    def time(self, second: int) -> str:
        """Write a time with its offset from UTC."""
        moment = datetime.fromtimestamp(second, UTC)
        return str(moment if self.utc else moment.astimezone())

    def paint(self, text: str, color: str) -> str:
        """Colour a text."""
        return f"\x1b[{_COLORS[color]}m{text}\x1b[0m" if self.color else text

    def name(self, text: bytes, width: int) -> str:
        """Write a name from a log in at most `width` columns."""
        return fit(printable(text, ascii_only=self.ascii_only), width)


@lru_cache(maxsize=256)  # fast path: every report repeats the last alerts
def alert_message(alert: Alert, style: Style) -> str:
    """Return the line of an alert. Programs may rely on the text before the parenthesis."""
    kind, window = alert.rule.kind, alert.rule.window
    name = f"{'High' if kind.above else 'Low'} {kind.noun}"
    average = f"{_rate(alert, alert.hits)} over {duration(window)}"
    late = ", seen late" if alert.seen_late else ""
    if alert.state == FIRING:
        threshold = exactly(alert.rule.threshold)
        return (
            f"{name} generated an alert - {kind.unit} = {alert.hits}, "
            f"triggered at {style.time(alert.at)} "
            f"({average}, threshold {threshold}/s{late}{_causes(alert, style)})"
        )
    lasted = duration(max(0, alert.at - alert.since))
    return (
        f"{name} alert recovered - {kind.unit} = {alert.hits}, "
        f"recovered at {style.time(alert.at)} "
        f"({average}, lasted {lasted}, peak {_rate(alert, alert.peak)}{late})"
    )


def _causes(alert: Alert, style: Style) -> str:
    """Write the causes of an alert behind a semicolon; nothing if it has none."""
    names = (
        f"{style.name(cause.name, _LONGEST)} {percent(cause.share)}"
        for cause in alert.causes
    )
    return "; " * bool(alert.causes) + ", ".join(names)


def _rate(alert: Alert, hits: int) -> str:
    rule = alert.rule
    return f"{rate(Fraction(hits, rule.window), rule.threshold)}/s"


def no_data_message(event: NoData, style: Style) -> str:
    """Return the line of a log that has no data, or has data again.

    The file and the reason of the event are printable already.
    """
    if event.has_ended:
        lasted = duration(max(0, event.at - event.since))
        return (
            f"Data from {event.name} again at {style.time(event.at)} (after {lasted})"
        )
    return f"No data from {event.name} since {style.time(event.since)} - {event.reason}"


def shown(event: NoData, style: Style) -> NoData:
    """Return an event with a printable file and a printable reason."""
    file, reason = (
        printable(encoded(text), ascii_only=style.ascii_only)
        for text in (event.file, event.reason)
    )
    return event._replace(file=file, reason=reason)


def no_data_line(event: NoData, style: Style) -> str:
    """Return the line of a printable event in its colour."""
    color = "green" if event.has_ended else "red"
    return style.paint(no_data_message(event, style), color)


def alert_line(alert: Alert, style: Style) -> str:
    """Return the line of an alert in its colour."""
    color = "red" if alert.state == FIRING else "green"
    return style.paint(alert_message(alert, style), color)
