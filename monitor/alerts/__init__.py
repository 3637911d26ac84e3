"""Seconds -> a window -> crossings of a threshold.

window.py        counts of the last seconds by name, as sums that slide
rules.py         the rules, one row each
state.py         a rule, the sums and a time -> a state, and an alert when it changes
"""

from monitor.alerts.rules import HITS, RULES, Rule
from monitor.alerts.state import FIRING, Alert, AlertState
from monitor.alerts.window import Window

__all__ = [
    "FIRING",
    "HITS",
    "RULES",
    "Alert",
    "AlertState",
    "Rule",
    "Window",
]
