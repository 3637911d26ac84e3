"""The messages of alerts and of logs without data."""

from monitor.alerts import FIRING, Alert
from monitor.core import NoData
from monitor.escape import printable
from monitor.outputs.layout import fit, joined
from monitor.outputs.rulewords import (
    LONGEST,
    course_words,
    limit_words,
    measured_words,
    title,
)
from monitor.outputs.style import Style
from monitor.units import duration, percent


def alert_message(alert: Alert, style: Style) -> str:
    """Return the line of an alert. Programs may rely on the text before the parenthesis."""
    is_firing = alert.state == FIRING
    details = measured_words(alert)
    details += [limit_words(alert.rule)] * (is_firing or not details)
    if not is_firing:
        details += course_words(alert)
    if alert.reminder:
        details.append(f"for {duration(alert.lasted)}")
    details += ["seen late"] * alert.seen_late
    causes = causes_of(alert, style)
    more = ", ".join(details) + "; " * bool(causes) + ", ".join(causes)
    words = _fixed_words(alert, title(alert.rule, style))
    at = alert.since if alert.reminder else alert.at
    return f"{words} {style.time(at)} ({more})"


def _fixed_words(alert: Alert, name: str) -> str:
    """Return the words of an alert up to its time, which programs may rely on."""
    if alert.reminder:
        crossing, verb = "alert", "still firing since"
    elif alert.state == FIRING:
        crossing, verb = "generated an alert", "triggered at"
    else:
        crossing, verb = "alert recovered", "recovered at"
    return f"{name} {crossing} - {alert.rule.kind.counted} = {alert.number}, {verb}"


def causes_of(alert: Alert, style: Style) -> list[str]:
    """Return the causes of an alert with their shares."""
    return [
        f"{style.name(cause.name, LONGEST)} {percent(cause.share)}"
        for cause in alert.causes
    ]


def repeated_line(alert: Alert, style: Style, present: int) -> str:
    """Return the message of an alert in one row, as reports repeat it, in its colour.

    It is indented, so that a search for lines that begin with the message finds each alert once.
    """
    words = _fixed_words(alert, title(alert.rule, style, is_short=True))
    text = f"  {words} {style.clock(alert.at, present)}"
    is_firing = alert.state == FIRING
    details = causes_of(alert, style) if is_firing else course_words(alert)
    more = joined(details, ", ", style.width - len(text) - len(" ()"))
    if more and not more.endswith("..."):
        text += f" ({more})"
    return _painted(fit(text, style.width), alert, style)


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
        printable(text, ascii_only=style.ascii_only)
        for text in (event.file, event.reason)
    )
    return event._replace(file=file, reason=reason)


def no_data_line(event: NoData, style: Style) -> str:
    """Return the line of an event in its colour."""
    color = "green" if event.has_ended else "red"
    return style.paint(no_data_message(shown(event, style), style), color)


def alert_line(alert: Alert, style: Style) -> str:
    """Return the line of an alert in its colour."""
    return _painted(alert_message(alert, style), alert, style)


def _painted(text: str, alert: Alert, style: Style) -> str:
    return style.paint(text, "red" if alert.state == FIRING else "green")
