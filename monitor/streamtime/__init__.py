"""Hits of several sources -> steps of one stream time, the log's own.

trust.py         decides whether a far timestamp ends a gap or is a mistake
setback.py       decides whether the log's clock was set back
steps.py         the steps of the clock, and a fast path from timestamps to steps
stamps.py        timestamps -> steps, hit by hit
clock.py         timestamps and silence -> steps and the present second
offsets.py       decides whether the clock of one of several logs differs
merge.py         several sources -> one, in order of time

    Merge.push(source, columns, more); Merge.take()  -> sources and columns in order of time
    Clock.advance(epochs, mono)                      -> steps: Start, Hits, Advance, SetBack
    Clock.go_on(mono)                                -> the present second of a silent log
"""

from monitor.streamtime.clock import Clock
from monitor.streamtime.merge import Merge
from monitor.streamtime.offsets import Offsets
from monitor.streamtime.steps import (
    Advance,
    Hits,
    SetBack,
    Start,
    Step,
    counted_by,
    plain_steps,
)
from monitor.streamtime.trust import LONGEST_GAP, first_time

__all__ = [
    "LONGEST_GAP",
    "Advance",
    "Clock",
    "Hits",
    "Merge",
    "Offsets",
    "SetBack",
    "Start",
    "Step",
    "counted_by",
    "first_time",
    "plain_steps",
]
