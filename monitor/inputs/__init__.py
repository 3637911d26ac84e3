"""Logs -> arrivals of bytes.

arrivals.py      what an input hands on, and what an input is
rotation.py      files as opened, files as they are -> what happened; no disk
linestarts.py    where lines begin in a file; no disk
backfill.py      the end of a log -> the window before the start, by bisection; no disk
logfile.py       an open log: plain, compressed, a pipe, standard input
cursor.py        a file and how far it is read
siblings.py      the rotated files in the folder of a log
openfiles.py     the open files behind one path
rotated.py       the rotated files: which are known, which were missed
sought.py        the files of a saved state, found again
reader.py        the open files, read whatever happens to them
tail.py          one path that is written to, through its rotations
stdin.py         standard input as a log that is followed
follow.py        several logs, followed at once
workers.py       processes that work side by side
segments.py      a large file, counted by several processes
replay.py        finished logs, read once
"""

from monitor.inputs.arrivals import Arrival, Data, End, Segment, UpToDate
from monitor.inputs.follow import Followed
from monitor.inputs.logfile import (
    NO_STDIN,
    STDIN,
    check_readable,
    different,
    file_at,
)
from monitor.inputs.replay import Replay

__all__ = [
    "NO_STDIN",
    "STDIN",
    "Arrival",
    "Data",
    "End",
    "Followed",
    "Replay",
    "Segment",
    "UpToDate",
    "check_readable",
    "different",
    "file_at",
]
