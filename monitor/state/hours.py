"""The sums of the stored reports by hour, for the usual rates (usual.py).

A month of reports is 259,200 rows, and a month of hours 720. The sums are written in the transaction
that writes the reports, and deleted when the reports are.
"""

import sqlite3
from collections.abc import Sequence

from monitor.state.database import Fields
from monitor.usual import HOUR, OBSERVED, hour_of


def create_hours(connection: sqlite3.Connection) -> None:
    """Make the table of the hours if it is missing."""
    connection.execute(
        """
        CREATE TABLE IF NOT EXISTS hours (
            hour INTEGER PRIMARY KEY,    -- since 1970
            hits INTEGER NOT NULL,
            seconds INTEGER NOT NULL     -- that were observed
        )
        """
    )


def add_to_hours(
    connection: sqlite3.Connection, reports: Sequence[tuple[int, int, Fields]]
) -> None:
    """Add reports to the sums of their hours. A report stands after its start and its end."""
    connection.executemany(
        """
        INSERT INTO hours VALUES (?, ?, ?) ON CONFLICT (hour)
        DO UPDATE SET hits = hits + excluded.hits, seconds = seconds + excluded.seconds
        """,
        [
            (hour, report["hits"], report["seconds"])
            for start, end, report in reports
            if (hour := hour_of(start, end)) is not None
        ],
    )


def delete_hours(connection: sqlite3.Connection, before: int) -> None:
    """Delete the hours that ended before a second."""
    connection.execute("DELETE FROM hours WHERE hour < ?", (before // HOUR,))


def hourly_rates(connection: sqlite3.Connection) -> dict[int, float]:
    """Return the hits per second of each hour of which enough was observed.

    Rows that no report can have made are left out.
    """
    rows = connection.execute(
        """
        SELECT hour, hits, seconds FROM hours
        WHERE typeof(hits) = 'integer' AND hits >= 0
        AND typeof(seconds) = 'integer' AND seconds >= ?
        """,
        (OBSERVED,),
    )
    return {hour: hits / seconds for hour, hits, seconds in rows}
