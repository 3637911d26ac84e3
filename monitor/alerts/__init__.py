"""Seconds -> a window -> crossings of a threshold.

window.py        the sums of the last seconds, by name of what is counted
rules.py         the kinds of alerts, one row each
state.py         a rule and the sums of its window -> firing or recovered

    Window.add(second, name, number); Window.advance(second)  -> seconds at which sums change
    AlertState.evaluate(second, sums)                         -> an Alert on a crossing, or None
"""

from monitor.alerts.rules import HITS, RULES, Rule
from monitor.alerts.state import FIRING, Alert, AlertState, Cause
from monitor.alerts.window import Window

__all__ = [
    "FIRING",
    "HITS",
    "RULES",
    "Alert",
    "AlertState",
    "Cause",
    "Rule",
    "Window",
]
