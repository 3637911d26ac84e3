"""The values and the limits of alert rules as words."""

from fractions import Fraction

from monitor.alerts import Alert, Rule
from monitor.escape import printable
from monitor.outputs.style import Style
from monitor.units import bytes_per_second, duration, exactly, percentage, rate

LONGEST = 40  # columns of a name in a row of a report


def value_words(value: Fraction, limit: Fraction, unit: str) -> str:
    """Return a value in its unit, with as many digits as show on which side of the limit it is."""
    if unit == "%":
        return f"{percentage(value, limit)}%"
    if unit == "bytes/s":
        return bytes_per_second(value, limit)
    return f"{rate(value, limit)}/s" if unit == "hits/s" else exactly(value)


def limit_words(rule: Rule) -> str:
    """Return the limit of a rule, as an alert that fires names it."""
    kind, threshold = rule.kind, rule.threshold
    if rule.seconds is not None:
        return f"p{exactly(100 - threshold)}"
    if kind.unit == "%":
        return f"at most {exactly(threshold)}%"
    if kind.unit == "bytes/s":
        return f"threshold {bytes_per_second(threshold)}"
    if kind.unit == "hits/s":
        return f"threshold {exactly(threshold)}/s"
    return f"at least {exactly(threshold)} in {duration(rule.window)}"


def measured_words(alert: Alert) -> list[str]:
    """Return what was measured at an alert: its value, and what the value is about."""
    rule, window = alert.rule, duration(alert.rule.window)
    value = value_words(alert.value, alert.limit, alert.unit)
    if rule.seconds is not None:
        return [f"{value} of {alert.hits} over {exactly(rule.seconds)} s"]
    if alert.unit == "%":
        return [f"{value} of {alert.hits} over {window}"]
    return [] if alert.unit == "hits" else [f"{value} over {window}"]


def course_words(alert: Alert) -> list[str]:
    """Return how long an alert lasted, and its peak."""
    peak = value_words(alert.peak_value, alert.limit, alert.unit)
    name = "peak" if alert.rule.kind.above else "lowest"
    return [f"lasted {duration(alert.lasted)}", f"{name} {peak}"]


def title(rule: Rule, style: Style, *, is_short: bool = False) -> str:
    """Return the name of a rule in messages: `High traffic of /api`."""
    subject = printable(rule.subject, ascii_only=style.ascii_only)
    if is_short:
        subject = style.name(rule.subject, LONGEST)
    level = "High" if rule.kind.above else "Low"
    return f"{level} {rule.kind.noun.format(subject)}"
