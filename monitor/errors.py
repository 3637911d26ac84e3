"""Every way the program gives up, each with one line that says what to do next.

Bad data is counted, never raised. Only bad surroundings (a file, an option, an output) end up
here; a bug is none of these and is left to crash.
"""


class MonitorError(Exception):
    """Cannot go on: the message is the one line the user reads, `exit_code` the status."""

    exit_code = 1


class UsageError(MonitorError):
    """The command line is wrong; the message says what to write instead."""

    exit_code = 2


class OutputGone(MonitorError):
    """The reader of standard output went away (`| head`): a normal end, nothing to say."""


class ReadError(MonitorError):
    """A finished log cannot be read to its end; what was counted of it is told first."""


class StoreError(MonitorError):
    """The state cannot be kept or read; following goes on from memory without it."""
