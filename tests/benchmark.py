"""Speed as ratios: this program, a line-by-line loop, mawk and its peers, in turn on one log.

    python tests/benchmark.py [--lines 2000000] [--rounds 3]
    python tests/benchmark.py --growth      time and memory from 1 to 10 million lines, and names
                                            that clients make up (memory: on Linux)
    python tests/benchmark.py --start       what it takes to start
    python tests/benchmark.py --live        what a monitor that follows costs (live.py)

The log is generated. Each round runs all commands in turn, as whole processes, and the median of
the rounds' ratios counts, so a machine that others use tells nearly the same ratios. Where several
processors take part, the time on the wall is what counts; processor time tells what it took.
"""

import argparse
import contextlib
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOOP = "line-by-line loop, one regex"
LITTLE, ALL = "mawk: section, status, second, bytes", "mawk: all that a report needs"
SAME = "mawk: the same reports, -i {}"

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

MAWK_ALL = r"""
{
    split($7, path, "/"); section = "/" path[2]; sub(/\?.*/, "", section)
    hits[section]++; bytes[section] += $10; sum += $10; status[$9]++; second[$4]++
    clients[$1]++; methods[substr($6, 2)]++
    if ($9 >= 400) { errors[section]++; failing[$9 " " $7]++ }
}
END {
    for (name in hits) print name, hits[name], bytes[name], errors[name]
    for (name in status) print name, status[name]
    for (name in methods) print name, methods[name]
    for (name in failing) if (failing[name] > most) most = failing[name]
    for (name in clients) different++
    for (name in second) seconds++
    print seconds, sum, different, most
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


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds on the wall and of processors."""

    wall: float
    cpu: float


def cost_of(command: list[str]) -> Cost:
    """Run a command, and say what it took. Raises CalledProcessError when it fails."""
    watcher = [sys.executable, __file__, "--cost", *command]
    printed = subprocess.run(watcher, capture_output=True, check=True).stdout
    return Cost(*map(float, printed.split()))


def print_cost(command: list[str]) -> None:
    """Be the parent of a command, so that what it takes can be told from all else."""
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, check=True)
    wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(wall, used.ru_utime + used.ru_stime)


def replay_of(log: str, *words: str) -> list[str]:
    """Give the command that replays a log."""
    return [sys.executable, str(ROOT / "main.py"), "--replay", *words, log]


def same_reports(log: str, interval: int) -> list[str]:
    """Give the command that lets mawk tell what this program does."""
    script = str(ROOT / "tests" / "reports.awk")
    return ["mawk", "-v", f"interval={interval}", "-f", script, log]


def contestants(log: str, folder: str) -> dict[str, list[str]]:
    """Give the commands to compare by name; the first is the baseline."""
    loop = [sys.executable, __file__, "--loop", log]
    commands = {
        LOOP: loop,
        "--replay --jobs 1": replay_of(log, "--jobs", "1"),
        "--replay --jobs 1 -i 3600": replay_of(log, "--jobs", "1", "-i", "3600"),
        "--replay": replay_of(log),
        "--replay -i 3600": replay_of(log, "-i", "3600"),
        LITTLE: ["mawk", MAWK, log],
        ALL: ["mawk", MAWK_ALL, log],
        SAME.format(10): same_reports(log, 10),
        SAME.format(3600): same_reports(log, 3600),
        "goaccess": ["goaccess", log, "--log-format=COMBINED", "--no-progress"]
        + ["-o", f"{folder}/report.json"],
        "lnav": ["lnav", "-n", "-c", ":quit", log],
        "ngxtop": ["ngxtop", "-l", log, "-f", "combined", "--no-follow"],
        "wc -l": ["wc", "-l", log],
    }
    return {
        name: command for name, command in commands.items() if shutil.which(command[0])
    }


def compare(lines: int, rounds: int, folder: str) -> None:
    """Run all contestants in turn and print the table."""
    log = write_log(folder, lines)
    commands = contestants(log, folder)
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            costs[name].append(cost_of(command))
    print(f"{lines:,} lines, {os.cpu_count()} processors, median of {rounds} rounds")
    heads = ("x loop", "x little", "x all", "x same")
    print(f"{'':<38}{'lines/s':>12}" + "".join(f"{head:>10}" for head in heads))
    for name, measured in costs.items():
        speed = lines / statistics.median(cost.wall for cost in measured)
        same = SAME.format(3600 if name.endswith("3600") else 10)
        ratios = [
            _ratio(costs.get(other), measured) for other in (LOOP, LITTLE, ALL, same)
        ]
        print(f"{name:<38}{speed:>12,.0f}" + "".join(f"{each:>10}" for each in ratios))


def _ratio(others: list[Cost] | None, measured: list[Cost]) -> str:
    """Give the median of the rounds' ratios: how much quicker than another, on the wall."""
    if others is None:
        return "-"
    pairs = zip(others, measured, strict=True)
    ratios = [other.wall / own.wall for other, own in pairs]
    return f"{statistics.median(ratios):.2f}"


def print_growth(folder: str) -> None:
    """Print time and memory for 1, 2, 5 and 10 million lines, and for names made up."""
    print(f"{'':<38}{'lines/s':>12}{'MiB, all processes':>22}")
    made: list[tuple[str, Callable[[str, int], str], int]] = [
        *(("ordinary", write_log, millions) for millions in (1, 2, 5, 10)),
        *(("names made up", write_hostile_log, millions) for millions in (1, 10)),
    ]
    for name, write, millions in made:
        lines = millions * 1_000_000
        log = write(folder, lines)
        for jobs in ("1", str(os.cpu_count())):
            wall, most = memory_of(replay_of(log, "--jobs", jobs))
            told = f"{millions} million, {name}, --jobs {jobs}"
            print(f"{told:<38}{lines / wall:>12,.0f}{most / (1 << 20):>22.0f}")


def memory_of(command: list[str]) -> tuple[float, int]:
    """Run a command: give the seconds it took, and the most bytes it and its children had.

    What processes share counts once (Pss). Needs the /proc of Linux, and elsewhere gives 0.
    """
    start, most = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(map(memory_now, family_of(process.pid))))
            time.sleep(0.05)
    return time.perf_counter() - start, most


def family_of(pid: int) -> list[int]:
    """Give a process and all below it."""
    pids = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                pids += family_of(int(child))
    return pids


def memory_now(pid: int) -> int:
    """Give the bytes that a process has, its share of those it shares; 0 when it has ended."""
    with contextlib.suppress(OSError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return sum(
            1024 * int(n) for n in re.findall(r"^Pss: +(\d+)", rollup, re.MULTILINE)
        )
    return 0


def write_log(folder: str, lines: int) -> str:
    """Generate ordinary traffic."""
    sys.path.insert(0, str(ROOT))
    from log import loggenerator

    path = f"{folder}/access.log"
    Path(path).unlink(missing_ok=True)  # else the lines are added to those there
    loggenerator.write_log(path, lines=lines, seed=1, start=1_760_000_000, rate=1000)
    return path


def write_hostile_log(folder: str, lines: int) -> str:
    """Generate traffic whose clients and sections hardly ever come again."""
    path, chance = f"{folder}/hostile.log", random.Random(1)
    with open(path, "w", encoding="ascii") as log:
        for number in range(lines):
            client = ".".join(map(str, chance.randbytes(4)))
            at = datetime.fromtimestamp(1_760_000_000 + number // 1000, UTC)
            section = chance.randrange(lines // 2)
            log.write(
                f"{client} - - [{at:%d/%b/%Y:%H:%M:%S +0000}] "
                f'"GET /s{section}/x HTTP/1.1" 200 {number % 9999} "-" "curl/8"\n'
            )
    return path


def print_starts(rounds: int) -> None:
    """Print what it takes to start, beside a program that does nothing."""
    both = "monitor.app"
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "--help": [sys.executable, str(ROOT / "main.py"), "--help"],
        "import for a replay": [sys.executable, "-c", f"import monitor.inputs, {both}"],
        "import to follow": [sys.executable, "-c", f"import monitor.state, {both}"],
        "--replay of nothing": replay_of("/dev/null"),
        "to follow nothing": [sys.executable, str(ROOT / "main.py"), "--no-state", "-"],
    }
    os.chdir(ROOT)
    print(f"{'processor time in ms':<24}{'as it is':>12}{'python -S':>12}")
    for name, (python, *words) in commands.items():
        ways = [python, *words], [python, "-S", *words]  # without the site's packages
        costs = [[cost_of(way).cpu for _ in range(rounds)] for way in ways]
        usual, bare = (1000 * statistics.median(each) for each in costs)
        print(f"{name:<24}{usual:>12.0f}{bare:>12.0f}")


def main() -> None:
    """Measure what is asked for."""
    if sys.argv[1:2] == ["--cost"]:
        print_cost(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    for name in ("--growth", "--start", "--live"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("--loop", metavar="LOG", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.loop:
        line_loop(options.loop)
        return
    with tempfile.TemporaryDirectory() as folder:
        if options.live:
            from live import print_costs

            print_costs(Path(folder))
        elif options.growth:
            print_growth(folder)
        elif options.start:
            print_starts(rounds=15)
        else:
            compare(options.lines, options.rounds, folder)


if __name__ == "__main__":
    main()
