"""Hits of several sources -> steps of one stream time, the log's own.

trust.py         is a timestamp that is far ahead the end of a gap, or a mistake?
setback.py       has the log's clock been set back?
steps.py         what timestamps do to the clock, and the hits in between
stamps.py        timestamps -> steps
clock.py         timestamps and silence -> steps and the present second
merge.py         several sources -> one, in order of time
"""

from monitor.streamtime.clock import Clock
from monitor.streamtime.merge import Merge
from monitor.streamtime.steps import (
    Advance,
    Hits,
    SetBack,
    Start,
    Step,
    plain_steps,
    used,
)
from monitor.streamtime.trust import JUMP, LONGEST_GAP, first_time

__all__ = [
    "JUMP",
    "LONGEST_GAP",
    "Advance",
    "Clock",
    "Hits",
    "Merge",
    "SetBack",
    "Start",
    "Step",
    "first_time",
    "plain_steps",
    "used",
]
