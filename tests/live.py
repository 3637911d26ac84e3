"""What a monitor that follows costs: idle, busy, until a hit is counted, and at its start.

    python tests/benchmark.py --live

Processor time is the kernel's own count of each process, so what else runs changes little.
"""

import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

MAIN = Path(__file__).parent.parent / "main.py"
IDLE_SECONDS, BUSY_SECONDS, SAMPLES = 30, 20, 40
GIGANTIC = 10 * 10**9
RULES = {
    "max-error-rate": "5",
    "min-traffic": "5",
    "section-threshold": "/section1=5000",
    "max-latency": "p95=0.5",
    "client-threshold": "5000",
    "max-bandwidth": "50M",
    "hysteresis": "10",
    "remind": "1h",
}


@contextmanager
def following(log: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Follow a log with its state beside it, as a user would."""
    state = ["--state", str(log.with_suffix(".db"))]
    command = [sys.executable, str(MAIN), *state, *words, str(log)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line(second: float) -> bytes:
    """Make a combined line."""
    at = datetime.fromtimestamp(second, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    request = f"GET /section{int(second) % 20}/page?id={int(second * 1000)} HTTP/1.1"
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
    words = f'10.0.{int(second) % 50}.7 - - [{at}] "{request}" 200 1234 "-" "{agent}"'
    return f"{words} rt=0.045\n".encode()


def cpu_of(process: subprocess.Popen[bytes]) -> float:
    """Return the processor time of a process in seconds."""
    return int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[0]) / 1e9


def share(
    process: subprocess.Popen[bytes],
    log: Path,
    rate: int,
    seconds: int,
    scrape: Callable[[], object] = lambda: None,
) -> float:
    """Return the share of one processor while `rate` lines are written, and a scrape, each second."""
    before, began = cpu_of(process), time.monotonic()
    with log.open("ab", buffering=0) as file:
        for tenth in range(10 * seconds):
            if rate:
                file.write(line(time.time()) * (rate // 10))
            if tenth % 10 == 9:
                scrape()
            time.sleep(max(0.0, began + (tenth + 1) / 10 - time.monotonic()))
    return (cpu_of(process) - before) / (time.monotonic() - began)


def everything(log: Path) -> float:
    """Return the share of one processor with all rules, a hook, and both kinds of metrics."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    options = [word for name, value in RULES.items() for word in (f"--{name}", value)]
    file = str(log.with_suffix(".prom"))
    integrations = ["--metrics", port, "--metrics-file", file, "--exec", "true"]

    def scrape() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert b"accesslog_window_requests" in answer.read()

    with following(log, *options, *integrations) as process:
        assert process.stdout
        os.set_blocking(process.stdout.fileno(), False)
        time.sleep(3)
        return share(process, log, 1000, BUSY_SECONDS, scrape)


def delays(log: Path) -> list[float]:
    """Return the seconds from the writing of a hit to what it makes the monitor say.

    Each hit is two seconds after the last, so it ends a second with a hit, which is an alert.
    """
    rng, second, measured = random.Random(1), int(time.time()), []
    with following(log, "-q", "-t", "0", "-w", "1") as process:
        time.sleep(2)
        assert process.stdout
        for number in range(SAMPLES):
            second += 2
            with log.open("ab", buffering=0) as file:
                file.write(line(second))
            began = time.monotonic()
            if number:
                assert b"High traffic generated" in process.stdout.readline()
                measured.append(time.monotonic() - began)
                assert b"recovered" in process.stdout.readline()
            time.sleep(rng.uniform(0.1, 0.5))
    return measured


def start(log: Path) -> tuple[float, float]:
    """Return the seconds, and the megabytes read, until a log of 10 GB is followed."""
    now = int(time.time())
    with log.open("wb") as file:
        file.write(b"".join(map(line, range(now - 9000, now - 8000))))
        file.truncate(GIGANTIC)  # a hole: it takes no room on the disk
        file.seek(GIGANTIC)
        file.write(b"\n")
        for second in range(now - 300, now):
            file.write(line(second) * 100)
    began, path = time.monotonic(), log.with_suffix(".db")
    with following(log) as process:
        while not has_state(path):
            time.sleep(0.01)
        seconds = time.monotonic() - began
        counts = Path(f"/proc/{process.pid}/io").read_text().split()
    log.unlink()
    return seconds, int(counts[1]) / 1e6


def has_state(path: Path) -> bool:
    """Return whether a monitor has begun: it saves at once where it stands."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection,
    ):
        (rows,) = connection.execute("SELECT count(*) FROM state").fetchone()
        return bool(rows)
    return False


def print_costs(folder: Path) -> None:
    """Measure all, and print the numbers that the README lists."""
    log = folder / "live.log"
    log.write_bytes(line(time.time()))
    with following(log) as process:
        assert process.stdout
        os.set_blocking(process.stdout.fileno(), False)
        time.sleep(3)
        idle = share(process, log, 0, IDLE_SECONDS)
        busy = share(process, log, 1000, BUSY_SECONDS)
    print(f"| idle, {IDLE_SECONDS} s | {idle:.2%} of a core |")
    print(f"| 1,000 lines/s written | {busy:.1%} of a core |")
    log = folder / "everything.log"
    log.write_bytes(line(time.time()))
    whole = everything(log)
    print(f"| the same with all rules, a hook and metrics | {whole:.1%} of a core |")
    quick = folder / "delay.log"
    quick.touch()
    measured = delays(quick)
    middle, worst = statistics.median(measured), max(measured)
    print(f"| from a hit to its alert | {middle:.2f} s, at most {worst:.2f} s |")
    seconds, read = start(folder / "gigantic.log")
    print(
        f"| start on a log of 10 GB, 100 lines/s | {seconds:.2f} s, {read:.1f} MB read |"
    )
