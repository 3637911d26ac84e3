"""Counts by the second -> a window -> crossings of a limit by each rule.

window.py        the sums of the last seconds, by name of what is counted
rules.py         the table of the rules, one row each
measures.py      columns -> the counts that the rules ask for
alert.py         an alert: the event of a rule that fires or has recovered
sides.py         on which side of its limit a count is
peak.py          the count of a firing alert that was farthest beyond the limit
state.py         a rule and the sums of its window -> firing or recovered
clients.py       the states of the rule of clients
flapping.py      alerts that fire too often
judging.py       all rules of a run, judged side by side

    Measures.of(columns, start, stop)  -> the names of counts, with the numbers of each second
    Window.add(second, name, number); Window.advance(second)  -> seconds at which sums change
    Judging.evaluate(window)           -> an Alert for each crossing
    Judging.readings(sums)             -> the present value of each rule
"""

from monitor.alerts.alert import FIRING, Alert, Cause
from monitor.alerts.flapping import FIRES_OFTEN
from monitor.alerts.judging import Judging, RuleReading
from monitor.alerts.measures import ALL_HITS, Asked
from monitor.alerts.rules import HITS, RULES, Rule
from monitor.alerts.window import Window

__all__ = [
    "ALL_HITS",
    "FIRES_OFTEN",
    "FIRING",
    "HITS",
    "RULES",
    "Alert",
    "Asked",
    "Cause",
    "Judging",
    "Rule",
    "RuleReading",
    "Window",
]
