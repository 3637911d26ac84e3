"""Monitors the HTTP traffic of a machine by following its access logs: see README.md."""

import sys

if sys.hexversion < 0x030B0000:
    sys.stderr.write(
        "monitor: this needs Python 3.11 or later, and this is "
        + sys.version.split()[0]
        + ": run it with python3.11\n"
    )
    sys.exit(2)

try:
    from monitor.cli import main

    if __name__ == "__main__":
        sys.exit(main())
except KeyboardInterrupt:  # before the program listens for it
    sys.exit(130)
