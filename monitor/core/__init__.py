"""Bytes and the time -> events. This is the door of the pure half of the program.

events.py        the events: reports, alerts, notices, the summary
observed.py      how long the logs were read in the open interval
intervals.py     the bounds of intervals; the open interval, which becomes a report
legibility.py    numbers the unparsed lines in a row of each log
unparsed.py      unparsed lines in a row at the present place of the stream
gaps.py          the times without data of each log, and the messages about them
outage.py        logs without data: none, some or all logs
diagnostics.py   notices about a log: its clock, unparsed lines, what it does not log
causes.py        the last hits, and the causes of an alert
warnings.py      notices about the rules of alerts
past.py          the hits of logs from before the start
alerting.py      counts by the second -> alerts; the latest alerts, which reports repeat
totals.py        counts of the whole time of a state, for metrics
chosen.py        the hits that are counted
counting.py      columns and steps of the clock -> values that can be counted
sources.py       the splitter and the reader of each source
partial.py       lines of a worker -> counts that a pipeline can add
intake.py        bytes of sources -> columns in order of time
reporting.py     intervals, alerts and the logs -> reports
results.py       counted values -> reports, alerts and notices
stepping.py      moves the clock, by columns or with the time, and counts
farcounts.py     what the rules count of hits far from stream time
clocks.py        followed logs with different clocks
gauges.py        the present state of the alerts and the logs
pipeline.py      intake, clock, counting and results, put together

    Pipeline.intake.feed(source, data)  takes bytes of a source
    Pipeline.advance(mono, outage)      -> the events up to now
    Pipeline.finish()                   -> the last events and the summary
"""

from monitor.core.events import Event, NoData, Notice, Report, Summary
from monitor.core.intake import Source
from monitor.core.outage import Failure, Outage
from monitor.core.partial import PartialCount, PartialCounter
from monitor.core.pipeline import Pipeline, renamed

__all__ = [
    "Event",
    "Failure",
    "NoData",
    "Notice",
    "Outage",
    "PartialCount",
    "PartialCounter",
    "Pipeline",
    "Report",
    "Source",
    "Summary",
    "renamed",
]
