"""The sums of a window -> thresholds, and how often each would have fired.

record.py        the sum of each judged second of a replay
candidates.py    thresholds that are worth a trial, by how the averages are spread
trials.py        one threshold, judged at all seconds of a record
suggestion.py    all trials, and the threshold to use

    Record.note(second, hits, is_complete)   takes the judged seconds in order of time
    suggest(record, settings, period)        -> a Suggestion; None without a hit
"""

from monitor.thresholds.record import Record
from monitor.thresholds.suggestion import DAY, Suggestion, suggest
from monitor.thresholds.trials import Trial

__all__ = ["DAY", "Record", "Suggestion", "Trial", "suggest"]
