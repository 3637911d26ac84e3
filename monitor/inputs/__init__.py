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

from monitor.inputs.arrivals import Arrival, Data, End, Input, Segment, UpToDate
from monitor.inputs.follow import Followed, Unread
from monitor.inputs.logfile import STDIN, check_readable, second_names
from monitor.inputs.replay import Replay

__all__ = [
    "STDIN",
    "Arrival",
    "Data",
    "End",
    "Followed",
    "Input",
    "Replay",
    "Segment",
    "Unread",
    "UpToDate",
    "check_readable",
    "second_names",
]
