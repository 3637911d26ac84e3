"""Logs -> arrivals: bytes of a source, its end, notices.

arrivals.py      the kinds of arrivals, and the protocol of an input
-- decisions: pure functions; no disk --
rotation.py      what happened to a log, by facts about files
copies.py        which file is a copy of which
linestarts.py    finds the beginnings of lines in a file
lookback.py      what a source carries into the middle of a file
bisection.py     finds a period and the last seconds of a file, by bisection on its timestamps
-- a file: its bytes, or why there are none --
unreadable.py    why a file cannot be read, and what to do about it
compressed.py    compressed files, read as their content
logfile.py       an open log: plain, compressed, a pipe, standard input
names.py         which names are those of rotated files; no disk
cursor.py        a file and its offset
patterns.py      quoted patterns of paths: which logs match, and which are new
checks.py        the paths of the command line, before a log is read
-- rotation: a file of a log is open, closed, unfinished, or missed; a search finds out which --
folders.py       which files are there: the listings of folders
siblings.py      what a rotated file looks like: its first and last bytes
positions.py     how far the unfinished files were read, as values
openfiles.py     the current file of a log, and rotated files that may still be written
closed.py        rotated files of which nothing is left to read
unfinished.py    files that were read in part, and must be found again
missed.py        rotated files of which nothing was read
search.py        searches for unfinished and missed files, and repeats the search
renamed.py       files of a saved state that have the name of another log now
-- following logs that grow --
absence.py       why and since when a log cannot be read
reader.py        reads the open files of a log in order, and switches to the new file
tail.py          follows one path through its rotations
dated.py         notices that a dated log has stopped and a newer one grows
stdin.py         follows standard input
follow.py        follows several logs at once
descriptions.py  what is followed, in words: the format, the size, the age of the last line
-- replaying finished logs --
bounds.py        the first and the newest second of logs, for a period counted back from it
workers.py       processes that work side by side
segments.py      counts a large file by several processes
replay.py        reads logs once, in order of their times

    class Input(Protocol):
        def poll(self, now: float, wants: Wants) -> Iterator[Arrival]: ...
        busy: bool; ended: bool
"""

from monitor.inputs.arrivals import Arrival, Data, End, Input, Segment, UpToDate
from monitor.inputs.checks import check_logs
from monitor.inputs.descriptions import descriptions
from monitor.inputs.follow import Followed, Unread
from monitor.inputs.replay import Replay

__all__ = [
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
