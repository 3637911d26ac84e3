"""What survives the program: positions, window, alerts and reports.

schema.py        the shape of the stored state, checked when it is read
database.py      the tables of a state, and whose a database is
store.py         what survives, written and read
keeper.py        when to save, and what
history.py       the stored alerts and reports, for people
"""

from monitor.state.history import read_history
from monitor.state.keeper import Keeper
from monitor.state.store import Batch, Store, absolute, default_path

__all__ = [
    "Batch",
    "Keeper",
    "Store",
    "absolute",
    "default_path",
    "read_history",
]
