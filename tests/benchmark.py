"""Speed as ratios: this program, a line-by-line loop and mawk, in turn on one generated log.

    python tests/benchmark.py [--lines 1000000] [--rounds 5]
    python tests/benchmark.py --live        what a monitor that follows costs (live.py)

Times are whole processes, user and system, so a machine that others use tells the same ratios;
each round runs all of them, and the median of the rounds' ratios counts.
"""

import argparse
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent

MAWK = r"""
{
    split($7, path, "/"); section = "/" path[2]; sub(/\?.*/, "", section)
    hits[section]++; status[$9]++; second[$4]++; sum += $10
}
END {
    for (name in hits) print name, hits[name]
    for (name in status) print name, status[name]
    for (name in second) seconds++
    print seconds, sum
}
"""

LINE = re.compile(
    rb'^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (/[^/? "]*)[^"]*" (\d{3}) (\d+|-)'
)


def line_loop(path: str) -> None:
    """Count what a report needs the plain way: one regex a line."""
    counters: list[Counter[bytes]] = [Counter() for _ in range(7)]
    clients, seconds, methods, sections, statuses, sizes, errors = counters
    with open(path, "rb") as log:
        for line in log:
            match = LINE.match(line)
            if match is None:
                continue
            client, second, method, section, status, size = match.groups()
            clients[client] += 1
            seconds[second] += 1
            methods[method] += 1
            sections[section] += 1
            statuses[status] += 1
            if size != b"-":
                sizes[section] += int(size)
            if status >= b"4":
                errors[section] += 1
    print(sections.most_common(10), len(clients), sum(sizes.values()))


def contestants(log: str) -> dict[str, list[str]]:
    """Give the commands to compare by name; the first is the baseline."""
    main = [sys.executable, str(ROOT / "main.py"), "--replay"]
    commands = {
        "line-by-line loop, one regex": [sys.executable, __file__, "--loop", log],
        "this program, --replay": [*main, log],
        "this program, -i 3600 -o json": [*main, "-i", "3600", "-o", "json", log],
    }
    if shutil.which("mawk"):
        commands["mawk: section, status, second, bytes"] = ["mawk", MAWK, log]
    return commands


def seconds_of(command: list[str]) -> float:
    """Run a command; give its processor time in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(log: str, lines: int, rounds: int) -> None:
    """Run all contestants in turn and print the table."""
    commands = contestants(log)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(seconds_of(command))
    baseline = next(iter(times.values()))
    print(f"{lines:,} lines, median of {rounds} rounds")
    print(f"{'':<40}{'lines/s':>12}{'speed against the loop':>26}")
    for name, measured in times.items():
        ratios = [a / b for a, b in zip(baseline, measured, strict=True)]
        speed = lines / statistics.median(measured)
        print(f"{name:<40}{speed:>12,.0f}{statistics.median(ratios):>25.2f}x")


def main() -> None:
    """Make a log and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--loop", metavar="LOG", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.loop:
        line_loop(options.loop)
        return
    if options.live:
        from live import print_costs

        with tempfile.TemporaryDirectory() as folder:
            print_costs(Path(folder))
        return
    sys.path.insert(0, str(ROOT))
    from log import loggenerator

    with tempfile.TemporaryDirectory() as folder:
        log = str(Path(folder) / "access.log")
        loggenerator.write_log(
            log, lines=options.lines, seed=1, start=1_760_000_000, rate=1000
        )
        compare(log, options.lines, options.rounds)


if __name__ == "__main__":
    main()
