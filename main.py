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
    if __name__ == "__main__":
        from monitor.usage import told_at_once

        if not told_at_once(sys.argv[1:]):
            import os
            import signal

            # At once: what is raised while a module is loaded may be lost (importlib).
            ends = ((signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0))
            for number, status in ends:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    signal.signal(number, lambda *_, status=status: os._exit(status))

            from monitor.app import main  # late: the help need not wait for it

            sys.exit(main())
except KeyboardInterrupt:  # before the program listens, as those above
    sys.exit(130)
