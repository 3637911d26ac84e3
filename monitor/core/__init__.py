"""The one door of the pure half: bytes and the time go in, events come out.

events.py        what the core has to say
ledger.py        which report a line belongs to
notices.py       what is said about a log besides its traffic
digest.py        lines read elsewhere -> what they do to a pipeline
pipeline.py      feed, drain, tick, finish -> events
"""

from monitor.core.digest import MANY, Digest, Digester
from monitor.core.events import Event, Notice, Report, Summary
from monitor.core.pipeline import Pipeline

__all__ = [
    "MANY",
    "Digest",
    "Digester",
    "Event",
    "Notice",
    "Pipeline",
    "Report",
    "Summary",
]
