"""Numbers about this process, where the system has /proc. Source: proc(5)."""

import os
import time
from typing import NamedTuple


class Process(NamedTuple):
    """When a process started, in seconds since 1970, its seconds of CPU, and its bytes of memory."""

    started: float
    cpu: float
    memory: int


def this_process(proc: str = "/proc") -> Process | None:
    """Return the numbers of this process; None if the system does not have them."""
    try:
        with open(f"{proc}/self/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        with open(f"{proc}/stat", encoding="ascii", errors="replace") as file:
            (booted,) = (line.split()[1] for line in file if line.startswith("btime "))
        ticks, pages = int(fields[19]), int(fields[21])
    except (OSError, ValueError, IndexError):
        return None
    started = int(booted) + ticks / os.sysconf("SC_CLK_TCK")
    return Process(started, time.process_time(), pages * os.sysconf("SC_PAGE_SIZE"))
