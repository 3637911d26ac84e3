"""Run all tests, a share of the files on each core, and note which lines of the code they run.

    python tests/all.py [ARGUMENTS OF PYTEST]

The first core prints while it runs, the others when they have ended. `coverage report` shows what
was run. The exit code is 1 if a test failed, or if a core had no test to run.
"""

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE, Popen

COVERAGE = [sys.executable, "-m", "coverage"]
PYTEST = [*COVERAGE, "run", "--parallel-mode", "--source=.", "-m", "pytest"]


def shares(cores: int) -> list[list[str]]:
    """Deal the files evenly by bytes. Those of tests/system share runs and stay together."""
    sizes = Counter[str]()
    for path in Path("tests").rglob("test_*.py"):
        is_shared = path.parent.name == "system"
        sizes[str(path.parent if is_shared else path)] += path.stat().st_size
    dealt: list[list[str]] = [[] for _ in range(cores)]
    for name, _ in sizes.most_common():
        min(dealt, key=lambda share: sum(sizes[each] for each in share)).append(name)
    return dealt


def run(commands: list[list[str]]) -> list[int]:
    """Run commands side by side, print what each prints, and return their exit codes."""
    parts = [
        Popen(words, stdout=PIPE if core else None)
        for core, words in enumerate(commands)
    ]
    with ThreadPoolExecutor(len(parts)) as pool:
        for output, _ in pool.map(Popen.communicate, parts):
            print((output or b"").decode(), end="", flush=True)
    return [part.returncode for part in parts]


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    subprocess.run([*COVERAGE, "erase"], check=True)
    cores = os.cpu_count() or 1
    codes = run([[*PYTEST, *sys.argv[1:], *share] for share in shares(cores)])
    subprocess.run([*COVERAGE, "combine", "-q"], check=True)
    sys.exit(f"{sum(map(bool, codes))} of {cores} cores failed" if any(codes) else 0)
