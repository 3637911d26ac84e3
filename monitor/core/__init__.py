"""The one door of the pure half: bytes and the time go in, events come out.

events.py        what the core has to say
intervals.py     which report a line belongs to
outage.py        logs that cannot be read: none, some or all of them
diagnostics.py   notices about a log's clock, and about a log that cannot be read
alerting.py      hits by the second -> alerts
counting.py      columns and steps of the clock -> values that can be counted
partial.py       lines read by a worker -> what they do to a pipeline
intake.py        bytes of sources -> columns in order of time
results.py       counted values -> reports, alerts and notices
pipeline.py      what was fed, and the time -> events
"""

from monitor.core.events import Event, Notice, Report, Summary
from monitor.core.outage import Outage
from monitor.core.partial import PartialCount, PartialCounter
from monitor.core.pipeline import Pipeline

__all__ = [
    "Event",
    "Notice",
    "Outage",
    "PartialCount",
    "PartialCounter",
    "Pipeline",
    "Report",
    "Summary",
]
