"""Speed beside mawk that prints the same reports and alerts, on logs of several shapes.

    python tests/benchmark.py [--lines 500000] [--rounds 5] [--seed 1] [--traffic OPTIONS]
    python tests/benchmark.py --growth      time and memory from 1 to 10 million lines
    python tests/benchmark.py --start       processor time of a start
    python tests/benchmark.py --formats     each format beside combined
    python tests/benchmark.py --live        what a monitor that follows costs (live.py)

Each log is written by log/loggenerator.py. --traffic replaces the shapes by options of the
generator, as in --traffic "--shape shop --rate 20". A round runs every command once, in turn, as a
whole process. A ratio compares two commands of the same round, and the median of the rounds counts.
A ratio above 1 means that this program is faster.
"""

import argparse
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from live import print_costs
from support.formatlines import JSON, OTHERS, TEXTS, WRAPPERS, log_of, some_requests

ROOT = Path(__file__).parent.parent
MAIN = str(ROOT / "main.py")
ALL = str(os.cpu_count())
TRAFFIC = {
    "day": "--shape day",
    "shop": "--shape shop",
    "busy": "--shape busy",
    "scan": "--shape scan",
    "made-up names": "--shape scan --scan 1 --odd 0 --malformed 0 --clients 200000",
}
# Where Python may not write bytecode, each process compiles all modules again, and needs more memory.
ENVIRON = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
COLUMNS = [("1", 10), ("1", 3600), (ALL, 10), (ALL, 3600)]  # --jobs, --interval


# --- logs ---


def write_log(path: str, lines: int, seed: int, traffic: str) -> str:
    """Write a log with the generator; return its path."""
    Path(path).unlink(missing_ok=True)  # the generator would append to it
    generator = str(ROOT / "log" / "loggenerator.py")
    words = ["--lines", str(lines), "--seed", str(seed), *traffic.split(), path]
    quiet = subprocess.DEVNULL
    subprocess.run([sys.executable, generator, *words], stderr=quiet, check=True)
    return path


# --- commands ---


def replay(logs: list[str], jobs: str, interval: int = 10) -> list[str]:
    """Return the command that replays logs with this program."""
    options = ["--replay", "--jobs", jobs, "-i", str(interval)]
    return [sys.executable, MAIN, *options, *logs]


def mawk(log: str, interval: int) -> list[str]:
    """Return the command that prints the same reports and alerts with mawk."""
    script = str(ROOT / "tests" / "reports.awk")
    return ["mawk", "-v", f"interval={interval}", "-f", script, log]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a command that reads nothing and prints to nowhere."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, env=ENVIRON
    )


def seconds_of(command: list[str]) -> tuple[float, float]:
    """Return the seconds that a command takes, on the wall and of processors."""
    began = time.perf_counter()
    process = start(command)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return wall, used.ru_utime + used.ru_stime


def rounds_of(commands: Mapping[str, list[str]], rounds: int) -> dict[str, list[float]]:
    """Run all commands in turn, several times; return the seconds on the wall by name."""
    walls: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            walls[name].append(seconds_of(command)[0])
    return walls


def ratio(others: list[float], own: list[float]) -> float:
    """Return how many times faster the second is: the median over the rounds."""
    pairs = zip(others, own, strict=True)
    return statistics.median(other / mine for other, mine in pairs)


# --- memory ---


def peak_of(command: list[str]) -> float:
    """Run a command; return the most MiB that it and its children had at once.

    Memory that processes share counts once (Pss). Needs the /proc of Linux, returns 0 elsewhere.
    """
    most = 0
    with start(command) as process:
        while process.poll() is None:
            most = max(most, sum(map(memory_now, family_of(process.pid))))
            time.sleep(0.02)
    return most / (1 << 20)


def family_of(pid: int) -> list[int]:
    """Return a process and its descendants."""
    pids = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                pids += family_of(int(child))
    return pids


def memory_now(pid: int) -> int:
    """Return the bytes that a process has, 0 when it has ended."""
    with contextlib.suppress(OSError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        sizes = re.findall(r"^Pss: +(\d+)", rollup, re.MULTILINE)
        return 1024 * sum(map(int, sizes))
    return 0


# --- tables ---


def print_row(name: str, *cells: str) -> None:
    """Print a row of a Markdown table."""
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def print_head(*cells: str) -> None:
    """Print the head of a Markdown table."""
    print_row(*cells)
    print("|---" * len(cells) + "|")


def print_ratios(folder: str, options: argparse.Namespace) -> None:
    """Print the ratio to mawk and the memory for each shape."""
    jobs = [f"`--jobs {jobs} -i {interval}`" for jobs, interval in COLUMNS]
    print_head(f"{options.lines:,} lines", *jobs, "MiB, 1 job", f"MiB, {ALL} jobs")
    rows = {options.traffic: options.traffic} if options.traffic else TRAFFIC
    for name, traffic in rows.items():
        log = write_log(f"{folder}/log", options.lines, options.seed, traffic)
        commands = {f"mawk {interval}": mawk(log, interval) for interval in (10, 3600)}
        for number, interval in COLUMNS:
            commands[f"{number} {interval}"] = replay([log], number, interval)
        walls = rounds_of(commands, options.rounds)
        cells = [
            f"{ratio(walls[f'mawk {interval}'], walls[f'{number} {interval}']):.2f}"
            for number, interval in COLUMNS
        ]
        peaks = [f"{peak_of(replay([log], number)):.0f}" for number in ("1", ALL)]
        print_row(name, *cells, *peaks)


def print_two_formats(folder: str, options: argparse.Namespace) -> None:
    """Print how two logs of different formats compare with each of them alone."""
    lines, seed = options.lines // 2, options.seed
    logs = [
        write_log(f"{folder}/{name}", lines, seed, f"--shape day --format {name}")
        for name in ("combined", "vhost_combined")
    ]
    commands = {log: replay([log], "1") for log in logs}
    walls = rounds_of({**commands, "both": replay(logs, "1")}, options.rounds)
    alone = [sum(pair) for pair in zip(*(walls[log] for log in logs), strict=True)]
    print()
    print_head(f"two formats, {lines:,} lines each, `--jobs 1`", "lines/s")
    for log in logs:
        speed = lines / statistics.median(walls[log])
        print_row(os.path.basename(log), f"{speed:,.0f}")
    print_row(
        "both at once, x one after the other", f"{ratio(alone, walls['both']):.2f}"
    )


def print_formats(folder: str, options: argparse.Namespace) -> None:
    """Print the processor time for combined, as a share of the time for each other format."""
    combined = write_lines(f"{folder}/combined", "combined", options)
    print_head(f"{options.lines:,} lines, `--jobs 1`", "combined = 1", "at least", "")
    for form in (*TEXTS, *JSON, *WRAPPERS, *OTHERS):
        other = write_lines(f"{folder}/other", form, options)
        shares = [
            seconds_of(replay([combined], "1"))[1] / seconds_of(replay([other], "1"))[1]
            for _ in range(options.rounds)
        ]
        speed, least = statistics.median(shares), least_speed(form)
        print_row(
            form, f"{speed:.2f}", f"{least:.2f}", "" if speed >= least else "missed"
        )


def write_lines(path: str, form: str, options: argparse.Namespace) -> str:
    """Write a log of a format; return its path. Its first line is a hit, as a replay asks for."""
    lines = log_of(form, some_requests(options.seed, options.lines))
    Path(path).write_bytes(log_of("combined", some_requests(0, 1)) + lines)
    return path


def least_speed(form: str) -> float:
    """Return how fast a format has to be, where combined is 1."""
    is_json = form in JSON or WRAPPERS.get(form, "").startswith("{")
    is_slow = form in OTHERS or (is_json and form != "nginx json")
    return 0.1 if is_slow else 1 / 3


def print_growth(folder: str, options: argparse.Namespace) -> None:
    """Print time and memory for 1, 2, 5 and 10 million lines, and for made-up names."""
    print_head("million lines, jobs", "lines/s", "MiB, all processes")
    rows = [("busy", millions) for millions in (1, 2, 5, 10)]
    for name, millions in [*rows, ("made-up names", 1), ("made-up names", 10)]:
        lines = millions * 1_000_000
        log = write_log(f"{folder}/log", lines, options.seed, TRAFFIC[name])
        for jobs in ("1", ALL):
            wall = seconds_of(replay([log], jobs))[0]
            peak = peak_of(replay([log], jobs))
            print_row(
                f"{millions}, {name}, {jobs}", f"{lines / wall:,.0f}", f"{peak:.0f}"
            )


def print_starts(folder: str, options: argparse.Namespace) -> None:
    """Print the processor time of a start, beside a Python program that does nothing."""
    empty = Path(folder, "empty.log")
    empty.touch()
    commands = {
        "`python -c pass`": [sys.executable, "-c", "pass"],
        "a replay of nothing": replay([str(empty)], "1"),
        "following nothing": [sys.executable, MAIN, "--no-state", "-"],
    }
    print_head("processor time in ms", "as it is", "`python -S`")
    for name, (python, *words) in commands.items():
        cells = []
        for command in ([python, *words], [python, "-S", *words]):
            times = [seconds_of(command)[1] for _ in range(3 * options.rounds)]
            cells.append(f"{1000 * statistics.median(times):.0f}")
        print_row(name, *cells)


def main() -> None:
    """Measure what the options name."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--traffic", metavar="OPTIONS")
    for name in ("--formats", "--growth", "--start", "--live"):
        parser.add_argument(name, action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.live:
            print_costs(Path(folder))
        elif options.formats:
            print_formats(folder, options)
        elif options.growth:
            print_growth(folder, options)
        elif options.start:
            print_starts(folder, options)
        else:
            if not shutil.which("mawk"):
                parser.error("mawk is not installed")
            print_ratios(folder, options)
            print_two_formats(folder, options)


if __name__ == "__main__":
    main()
