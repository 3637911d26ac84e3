"""The state that survives the program: offsets of files, window, alerts and reports.

places.py        where the state of some logs is, and whose a state is
files.py         the files of a state: whose they are, and the lock of their only writer
kinds.py         the kinds of values in a stored state, and the check of a value
schema_parts.py  the shape of alerts, of the files of logs and of the counts for metrics
schema.py        the shape of the stored state, checked when it is read
rows.py          the stored alerts and reports: what the history reads
database.py      the SQLite file: its tables, its damage, its values
deliveries.py    the alerts that wait for their hook
hours.py         the sums of the stored reports by hour
store.py         writes a batch in one transaction; reads the state of the last run
checkpoint.py    decides when to save, and collects new alerts and reports
episodes.py      stored alerts -> episodes, from an alert to its recovery
history.py       prints the stored alerts and reports

    Checkpointer.load()           -> the state of the last run
    Checkpointer.emit(event)      collects an alert or a report
    Checkpointer.save(state, ...) writes a batch
"""

from monitor.state.checkpoint import Checkpointer
from monitor.state.history import read_history
from monitor.state.places import absolute, default_path
from monitor.state.store import Store

__all__ = ["Checkpointer", "Store", "absolute", "default_path", "read_history"]
