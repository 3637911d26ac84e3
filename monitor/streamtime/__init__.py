"""Hits of several sources -> one stream time, the log's own.

clock.py         timestamps -> moves of one clock
merge.py         several sources -> one, in order of time
"""

from monitor.streamtime.clock import (
    FAR,
    JUMP,
    LONGEST_GAP,
    NEAR,
    Clock,
    Placement,
    Setback,
    moves_of,
)
from monitor.streamtime.merge import Merge

__all__ = [
    "FAR",
    "JUMP",
    "LONGEST_GAP",
    "NEAR",
    "Clock",
    "Merge",
    "Placement",
    "Setback",
    "moves_of",
]
