"""Seconds -> a window -> crossings of a threshold.

window.py        the hits of the last seconds, as a sum that slides
state.py         a rule, a number and a time -> a state, and an alert when it changes
"""

from monitor.alerts.state import FIRING, Alert, AlertState, Rule
from monitor.alerts.window import Window

__all__ = [
    "FIRING",
    "Alert",
    "AlertState",
    "Rule",
    "Window",
]
