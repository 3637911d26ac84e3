"""Logs -> arrivals of bytes.

rotation.py      what was opened, what is there now -> what happened; no disk
files.py         files on a disk: plain, compressed, pipes
arrivals.py      what the readers of logs hand on
stdin.py         standard input as a log
backfill.py      the end of a log -> the window before the start, by bisection
tail.py          one path that is written to, through its rotations
tailer.py        several logs, followed at once
pool.py          processes that do tasks side by side
parts.py         a large file, read by several processes
replay.py        finished logs, read once
"""

from monitor.inputs.arrivals import CaughtUp, Data, Ended, Told
from monitor.inputs.files import (
    NO_STDIN,
    STDIN,
    LogFile,
    cannot_read,
    different,
    file_at,
)
from monitor.inputs.parts import Segment
from monitor.inputs.replay import Replay
from monitor.inputs.tailer import Tailer

__all__ = [
    "NO_STDIN",
    "STDIN",
    "CaughtUp",
    "Data",
    "Ended",
    "LogFile",
    "Replay",
    "Segment",
    "Tailer",
    "Told",
    "cannot_read",
    "different",
    "file_at",
]
