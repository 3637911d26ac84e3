"""Monitor the HTTP traffic of a machine by following its access logs. See README.md."""

import sys

if sys.hexversion < 0x030B0000:
    sys.stderr.write(
        "monitor: this needs Python 3.11 or later, and this is "
        + sys.version.split()[0]
        + ": run it with python3.11\n"
    )
    sys.exit(2)

try:
    if __name__ == "__main__":
        from monitor.app import main

        sys.exit(main())
except KeyboardInterrupt:  # while the program is being loaded
    sys.exit(130)
except (ImportError, MemoryError) as error:
    reason = str(error) or "out of memory"
    sys.exit("monitor: this Python cannot load all modules that are needed: " + reason)
