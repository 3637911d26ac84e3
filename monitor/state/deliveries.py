"""The alerts that wait for their hook. A delivery that is done has no row.

The rows are written in the transaction that stores their alerts, and again when a hook has ended.
"""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress

from monitor.hooks import Delivery
from monitor.state.database import unpack
from monitor.state.rows import fits


def create_deliveries(connection: sqlite3.Connection) -> None:
    """Make the table of the deliveries if it is missing."""
    connection.execute(
        """
        CREATE TABLE IF NOT EXISTS deliveries (
            id INTEGER PRIMARY KEY,      -- in the order of the alerts
            at INTEGER NOT NULL,         -- the second of the alert
            queued REAL NOT NULL,        -- by the machine's clock
            tries INTEGER NOT NULL,
            value TEXT NOT NULL          -- JSON
        )
        """
    )


def write_deliveries(
    connection: sqlite3.Connection, deliveries: Iterable[Delivery]
) -> None:
    """Write the deliveries that are not done in place of those before."""
    connection.execute("DELETE FROM deliveries")
    connection.executemany(
        "INSERT INTO deliveries (at, queued, tries, value) VALUES (?, ?, ?, ?)",
        [
            (each.at, each.queued, each.tries, json.dumps(each.fields))
            for each in deliveries
        ],
    )


def read_deliveries(connection: sqlite3.Connection) -> list[Delivery]:
    """Return the deliveries that are not done, oldest first. Damaged rows are left out."""
    rows = connection.execute(
        """
        SELECT at, queued, tries, value FROM deliveries
        WHERE typeof(at) = 'integer' AND typeof(queued) = 'real'
        AND typeof(tries) = 'integer' AND tries >= 0 ORDER BY id
        """
    )
    deliveries = []
    for at, queued, tries, value in rows:
        with suppress(sqlite3.DatabaseError):
            fields = unpack(value)
            if fits(fields) and "rule" in fields:
                deliveries.append(Delivery(fields, at, queued, tries))
    return deliveries
