"""The state that survives the program: offsets of files, window, alerts and reports.

schema.py        the shape of the stored state, checked when it is read
database.py      the SQLite file: its tables, its lock, its damage
store.py         writes a batch in one transaction; reads the state of the last run
checkpoint.py    decides when to save, and collects new alerts and reports
history.py       prints the stored alerts and reports

    Checkpointer.load()           -> the state of the last run
    Checkpointer.emit(event)      collects an alert or a report
    Checkpointer.save(state, ...) writes a batch
"""

from monitor.state.checkpoint import Checkpointer
from monitor.state.history import read_history
from monitor.state.store import Store, absolute, default_path

__all__ = ["Checkpointer", "Store", "absolute", "default_path", "read_history"]
