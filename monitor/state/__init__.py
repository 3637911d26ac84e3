"""What survives the program: positions, window, alerts and reports.

schema.py        the shape of the stored state, checked when it is read
database.py      the SQLite file: its tables, its owner, its lock, its flaws
store.py         batches, written in one transaction, and the state of the last run
checkpoint.py    when to save, and what
history.py       the stored alerts and reports, for people
"""

from monitor.state.checkpoint import Checkpointer
from monitor.state.history import read_history
from monitor.state.store import Store, absolute, default_path

__all__ = ["Checkpointer", "Store", "absolute", "default_path", "read_history"]
