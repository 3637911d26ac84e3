"""Logs -> arrivals: bytes of a source, its end, notices.

arrivals.py      the kinds of arrivals, and the protocol of an input
rotation.py      decides from facts about files what happened to a log; no disk
linestarts.py    finds the beginnings of lines in a file; no disk
bisection.py     finds times in a file, by bisection on its timestamps; no disk
backfill.py      the hits of a log's last seconds; no disk
descriptors.py   whether as many files can be open as the logs need
unreadable.py    why a file cannot be read, and what to do about it
compressed.py    compressed files, read as their content
logfile.py       an open log: plain, compressed, a pipe, standard input
ends.py          the first and the newest second of finished logs
cursor.py        a file and its offset
names.py         the names of rotated files; no disk
folder.py        the listings of folders, shared by all logs
places.py        the places in which the rotated files of a log may be
openfiles.py     the open files of one path
knownfiles.py    the rotated files that need no reading
lost.py          the files that were read in part, found again
missed.py        the rotated files that were missed between two polls
search.py        searches for lost and missed files, and repeats the search
reader.py        reads the open files of a path and handles truncation and failures
pathreader.py    reads the files of a path in order, and switches to the new file
tail.py          follows one path through its rotations
newer.py         notices that a newer file grows beside a dated one
stdin.py         follows standard input
follow.py        follows several logs at once
descriptions.py  a followed log in words: its format, its size, the age of its last line
workers.py       processes that work side by side
segments.py      counts a large file by several processes
replay.py        reads finished logs once

    class Input(Protocol):
        def poll(self, now: float, wants: Wants) -> Iterator[Arrival]: ...
        busy: bool; ended: bool
"""

from monitor.inputs.arrivals import Arrival, Data, End, Input, Segment, UpToDate
from monitor.inputs.descriptions import descriptions
from monitor.inputs.follow import Followed, Unread
from monitor.inputs.logfile import STDIN, check_logs
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
    "check_logs",
    "descriptions",
]
