"""The command line and the commands.

timer.py         the loops: poll, feed, tick, show, sleep
watch.py         a run over logs that are written to, with its state
session.py       one run: the parts, wired for what was asked
help.py          the help and the version
arguments.py     the words of the command line -> settings
cli.py           the program: settings, the run, errors -> one line
"""

from monitor.app.cli import main

__all__ = ["main"]
