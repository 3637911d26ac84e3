"""Every way to give up, each with one line that says what to do next.

Bad data is counted, never raised. An error here is about the surroundings: a file, an option, an
output. A bug is no such error and crashes.
"""


class MonitorError(Exception):
    """The program cannot go on. The user reads the message; `exit_code` is the status."""

    exit_code = 1


class UsageError(MonitorError):
    """The command line is wrong; the message says what to write instead."""

    exit_code = 2


class OutputGone(MonitorError):
    """The reader of standard output went away (`| head`). This is a normal end without a notice."""


class ReadError(MonitorError):
    """A finished log cannot be read to its end. The lines before are reported first."""


class StoreError(MonitorError):
    """The state cannot be read or written. Following goes on from memory."""
