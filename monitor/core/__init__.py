"""The one door of the pure half: bytes and the time go in, events come out.

events.py        what the core has to say
intervals.py     which report a line belongs to
diagnostics.py   notices about a log's clock, and about a log that cannot be read
counting.py      columns and steps of the clock -> what is counted of them
partial.py       lines read by a worker -> what they do to a pipeline
pipeline.py      feed, drain, tick, finish -> events
"""

from monitor.core.events import Event, Notice, Report, Summary
from monitor.core.partial import PartialCount, PartialCounter
from monitor.core.pipeline import Pipeline

__all__ = [
    "Event",
    "Notice",
    "PartialCount",
    "PartialCounter",
    "Pipeline",
    "Report",
    "Summary",
]
