"""Judges a run of tests/soak.py: the logs on the disk against what all parts saw.

Each function prints what it found, and returns what is wrong.
"""

import gzip
import json
import re
import sqlite3
import subprocess
import sys
from bisect import bisect
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import localtime, strftime
from typing import Any

import fleet
from support.program import MAIN

Row = tuple[int, str, str, str, int, float]
"""A crossing: its second, rule, subject, state, hits and value."""

FILLED = 60  # seconds after the first hit, when each window is filled by both
FIRES, RESOLVES = 20, 50  # seconds from the rule of Prometheus to the message
GAP = 8  # seconds between two episodes of which each has its messages
RESTARTED = 30  # seconds after a kill of Alertmanager in which its messages may differ
LEAK = 8 << 20
COUNTED = ("lines", "hits", "unparsed", "bytes")
CLF = "%d/%b/%Y:%H:%M:%S %z"
ALARMING = re.compile(
    r"Traceback|from memory|damaged|set aside|moved aside|not counted|not run for|no data"
)


def judge(soak: Any) -> list[str]:
    """Return all that is wrong. The monitors end meanwhile."""
    wrong = scraped(soak) + messages(soak)
    for name in soak.monitors:
        soak.parts[name].measure()
    soak.end()
    for part in soak.parts.values():
        wrong += part.faults
    for name, log in soak.monitors.items():
        wrong += monitor(soak, name, soak.logs[log])
    wrong += resources(soak)
    deaths = {name: len(part.deaths) for name, part in soak.parts.items()}
    print(f"{soak.actions} actions; ends of runs: {deaths}")
    for name, client in soak.clients.items():
        print(f"{name}: {client.answered} requests answered, {client.unanswered} not")
    return wrong


def files_of(log: Path) -> list[Path]:
    """Return a log and its rotated files."""
    return sorted(log.parent.iterdir())


def lines_of(log: Path) -> list[bytes]:
    """Return the lines of a log and of its rotated files, in any order."""
    lines: list[bytes] = []
    for path in files_of(log):
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            lines += file
    return lines


def lines_in(log: Path) -> int:
    """Count the lines of a log and of its rotated files."""
    return len(lines_of(log))


def span_of(log: Path) -> tuple[int, int]:
    """Return the first and the last second of a log and of its rotated files."""
    found = {line.partition(b"[")[2].partition(b"]")[0] for line in lines_of(log)}
    times = [datetime.strptime(each.decode(), CLF) for each in found if each]
    return int(min(times).timestamp()), int(max(times).timestamp())


def is_settled(soak: Any) -> bool:
    """Return whether all lines are counted and scraped, and all hooks and messages came."""
    due = {name: lines_in(soak.logs[log]) for name, log in soak.monitors.items()}
    return (
        all(served(soak.ports[name]) == due[name] for name in due)
        and all(in_prometheus(soak, name) == due[name] for name in soak.logs)
        and not any(waiting(soak.folder / f"{name}.db") for name in due)
        and [each[2] for each in received(soak)][-1:] != ["firing"]
    )


def served(port: int) -> int:
    """Return the lines that a monitor serves."""
    text = fleet.get(f"http://127.0.0.1:{port}/metrics")
    return sum(map(int, re.findall(r"(?m)^accesslog_lines_total.* (\d+)$", text)))


def waiting(state: Path) -> int:
    """Count the alerts that wait for their hook."""
    with closing(sqlite3.connect(state)) as connection:
        (number,) = connection.execute("SELECT count(*) FROM deliveries").fetchone()
    return int(number)


def in_prometheus(soak: Any, name: str) -> int:
    """Return the lines of a monitor that Prometheus scraped last."""
    instance = f'accesslog_lines_total{{instance="127.0.0.1:{soak.ports[name]}"}}'
    series = fleet.query(soak.prometheus, instance)
    return sum(int(each["value"][1]) for each in series)


def scraped(soak: Any) -> list[str]:
    """Compare the counters of Prometheus with the lines, and look whether one went back."""
    wrong = []
    for name in soak.logs:
        lines, due = in_prometheus(soak, name), lines_in(soak.logs[name])
        print(f"{name}: Prometheus has {lines} lines of {due}")
        if lines != due:
            wrong.append(f"{name}: Prometheus has {lines} lines of {due}")
    text = fleet.get(f"{soak.prometheus}/api/v1/label/__name__/values")
    names = [each for each in json.loads(text)["data"] if re.match("accesslog", each)]
    names = [each for each in names if re.search("_(total|bucket|count|sum)$", each)]
    span = f"[{int(soak.until - soak.began) + 600}s]"
    resets = {
        name: sum(
            int(each["value"][1])
            for each in fleet.query(soak.prometheus, f"resets({name}{span})")
        )
        for name in names
    }
    print(f"counters: {len(resets)} families, {sum(resets.values())} resets")
    return wrong + [f"{name} went back" for name, number in resets.items() if number]


def received(soak: Any) -> list[tuple[float, str, str]]:
    """Return the messages about the fleet's alert: their times, and whether it fires."""
    path = soak.folder / "messages"
    rows = [each.split() for each in path.read_text().splitlines()]
    return [(float(at), name, state) for at, name, state in rows if name == fleet.ALERT]


def messages(soak: Any) -> list[str]:
    """Compare the messages with the seconds in which the alert of Prometheus was firing."""
    span = f"[{int(soak.until - soak.began) + 600}s]"
    alert = f'ALERTS{{alertname="{fleet.ALERT}",alertstate="firing"}}{span}'
    series = fleet.query(soak.prometheus, alert)
    seconds = sorted({float(at) for each in series for at, _ in each["values"]})
    episodes = len(starts_of(seconds, 1.5))
    got = received(soak)
    wrong, explained = [], 0
    kills = sorted(soak.parts["alertmanager"].deaths + soak.parts["receiver"].deaths)
    for (before, _, state), (at, _, again) in pairwise(got):
        if state == again:
            if bisect(kills, at) > bisect(kills, before):
                explained += 1
            else:
                wrong.append(
                    f"the receiver got {state} {clock(before)} and {clock(at)}"
                )
    wrong += disagreements(soak, seconds, got, kills)
    wrong += unnoticed(seconds, got, kills)
    counts = Counter(state for _, _, state in got)
    print(
        f"fleet: {episodes} episodes in Prometheus; received {dict(counts)},"
        f" {explained} again after a kill of Alertmanager or the receiver"
    )
    if counts["firing"] > episodes + explained:
        wrong.append("the receiver got more alerts than there were")
    return wrong


def starts_of(seconds: list[float], gap: float) -> list[float]:
    """Return the first second of each episode. There is a longer gap before it."""
    return [b for a, b in pairwise([0.0, *seconds]) if b - a > gap]


def unnoticed(
    seconds: list[float], got: list[tuple[float, str, str]], kills: list[float]
) -> list[str]:
    """Return the episodes without a message that they fire and a message that they are resolved.

    Alertmanager sends at most every six seconds. Episodes with short gaps are one, and the shortest
    ones may be over before the first message.
    """
    starts = starts_of(seconds, GAP)
    wrong = []
    for start, following in pairwise([*starts, float("inf")]):
        last = seconds[bisect(seconds, following - 1) - 1]
        before = [state for at, _, state in got if at < start][-1:]
        states = {state for at, _, state in got if start <= at < following}
        states |= set(before) & {"firing"}
        is_explained = bisect(kills, following) > bisect(kills, start - RESTARTED)
        if last - start >= 3 and len(states) < 2 and not is_explained:
            wrong.append(f"of the alert {clock(start)} to {clock(last)} came {states}")
    print(f"fleet: {len(starts)} episodes with gaps of more than {GAP} s")
    return wrong


def clock(at: float) -> str:
    """Return a time as the actions are printed."""
    return strftime("%H:%M:%S", localtime(at))


def disagreements(
    soak: Any,
    seconds: list[float],
    got: list[tuple[float, str, str]],
    kills: list[float],
) -> list[str]:
    """Return the times at which the last message is not what Prometheus has found for long.

    Alertmanager forgets its alerts and what it sent in the last second when it is killed. A state
    that began just before may therefore have no message until it changes.
    """
    forgotten = soak.parts["alertmanager"].deaths
    wrong, times = [], [at for at, _, _ in got]
    excused, starts = 0, starts_of(seconds, 1.5)
    for now in range(int(soak.began) + 60, int(soak.until)):
        last = bisect(times, now)
        fires = bool(last) and got[last - 1][2] == "firing"
        is_firing = bisect(seconds, now) > bisect(seconds, now - 1)
        is_steady = is_firing and bisect(starts, now) == bisect(starts, now - FIRES)
        is_quiet = bisect(seconds, now) == bisect(seconds, now - RESOLVES)
        if (is_steady and not fires) or (is_quiet and fires):
            changes = starts if is_steady else seconds
            since = changes[max(0, bisect(changes, now) - 1)] - 2
            is_forgotten = bisect(forgotten, now) > bisect(forgotten, since)
            if is_forgotten or bisect(kills, now) > bisect(kills, now - RESTARTED):
                excused += 1
            else:
                state = "fires" if fires else "is resolved"
                wrong.append(
                    f"{clock(now)} the receiver believes that the alert {state}"
                )
    print(f"fleet: {excused} s of disagreement after kills, {len(wrong)} s without")
    return wrong[:5]


def monitor(soak: Any, name: str, log: Path) -> list[str]:
    """Compare what a monitor stored, printed and ran with its log."""
    words = ["--history", "--reports", "-o", "json", "--state", f"{name}.db"]
    stored = objects(soak, *words, log)
    reports = [each for each in stored if each["type"] == "report"]
    replayed = objects(soak, "--replay", *soak.rules, *files_of(log))
    counted = {key: sum(each[key] for each in reports) for key in COUNTED}
    due = {key: replayed[-1][key] for key in COUNTED} | {"lines": lines_in(log)}
    late = sum(each["late"] for each in reports)
    print(f"{name}: counted {counted} in {len(files_of(log))} files, {late} hits late")
    wrong = [] if counted == due else [f"{name}: counted {counted} of {due}"]
    history = sorted((each for each in stored if each["type"] == "alert"), key=row_of)
    wrong += alerts(name, history, replayed, span_of(log))
    text = (soak.folder / f"{name}.out").read_text()
    wrong += printed(name, history, map(json.loads, text.splitlines()))
    wrong += hooks(soak, name, history)
    notices = (soak.folder / f"{name}.err").read_text().splitlines()
    kinds = Counter(
        re.sub(r"^.*?monitor: |[-\d.]*\d|/\S+/", "", each) for each in notices
    )
    print("\n".join(f"    {number:4} x {each}" for each, number in kinds.most_common()))
    bad = Counter(each[26:] for each in notices if ALARMING.search(each))
    return wrong + [f"{name} printed {number} x {each}" for each, number in bad.items()]


def objects(soak: Any, *words: str | Path) -> list[dict[str, Any]]:
    """Return what a finished run of the program prints as JSON."""
    run = subprocess.run(
        [sys.executable, MAIN, *words], cwd=soak.folder, capture_output=True, check=True
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def row_of(alert: dict[str, Any]) -> Row:
    """Return a crossing as a row that can be compared."""
    at = int(datetime.fromisoformat(alert["at"]).timestamp())
    names = ("rule", "subject", "state", "hits", "value")
    return (at, *(alert[name] for name in names))


def alerts(
    name: str,
    history: list[dict[str, Any]],
    replayed: list[dict[str, Any]],
    span: tuple[int, int],
) -> list[str]:
    """Compare the stored alerts with those of a replay, up to the last second of the log."""

    def rows(found: Iterable[dict[str, Any]]) -> list[Row]:
        crossings = (row_of(each) for each in found if each["type"] == "alert")
        return sorted(each for each in crossings if start <= each[0] < end)

    start, end = span[0] + FILLED, span[1]
    stored, due = rows(history), rows(replayed)
    late = sum(1 for each in history if each.get("seen_late"))
    print(
        f"{name}: {len(history)} crossings, {late} of them of gaps; {len(due)} compared"
    )
    wrong = [f"{name}: only stored: {each}" for each in diff(stored, due)]
    wrong += [f"{name}: only replayed: {each}" for each in diff(due, stored)]
    states: dict[tuple[str, str], str] = {}
    for _, rule, subject, state, *_ in map(row_of, history):
        if states.get((rule, subject), "recovered") == state:
            wrong.append(f"{name}: {rule} {subject} is twice {state}")
        states[rule, subject] = state
    return wrong


def diff(some: list[Row], others: list[Row]) -> list[Row]:
    """Return the rows that are not among others."""
    return sorted((Counter(some) - Counter(others)).elements())


def printed(
    name: str, history: list[dict[str, Any]], output: Iterable[dict[str, Any]]
) -> list[str]:
    """Compare the stored alerts with the printed ones."""
    shown = Counter(row_of(each)[:4] for each in output if each["type"] == "alert")
    stored = {row_of(each)[:4] for each in history}
    again = sum(shown.values()) - len(shown)
    print(f"{name}: {len(shown)} crossings printed, {again} of them again after a kill")
    return [f"{name}: printed or stored only: {each}" for each in stored ^ set(shown)]


def hooks(soak: Any, name: str, history: list[dict[str, Any]]) -> list[str]:
    """Compare the runs of the hook with the stored alerts."""
    rows = (soak.folder / f"{name}.runs").read_text().splitlines()
    began: dict[tuple[str, str], list[float]] = {}
    for at, _, alert_id, state, _ in (each.split(" ", 4) for each in rows):
        began.setdefault((alert_id, state), []).append(float(at))
    keys = [(each["id"], each["state"]) for each in history]
    wrong = [f"{name}: a hook for unknown {key}" for key in set(began) - set(keys)]
    missing = [each for each in history if (each["id"], each["state"]) not in began]
    merged = [each for each in missing if is_merged(each, history)]
    wrong += [f"{name}: no hook: {row_of(e)}" for e in missing if e not in merged]
    asked, deaths = 0, soak.parts[name].deaths
    killed = 0
    for key, times in began.items():
        for number, (before, at) in enumerate(pairwise(times)):
            if key[0][-1] in "01" and number == 0:
                asked += 1
            elif bisect(deaths, at) > bisect(deaths, before):
                killed += 1
            else:
                wrong.append(f"{name}: the hook ran {key} again for no reason")
    order = [keys.index(key) for key in began if key in keys]
    seconds = [row_of(history[place])[0] for place in order]
    wrong += [
        f"{name}: a hook of {b} came after {a}" for a, b in pairwise(seconds) if b < a
    ]
    print(
        f"{name}: {len(rows)} hooks for {len(began)} crossings, {asked} again after 75,"
        f" {killed} after a kill; {len(merged)} crossings of gaps without"
    )
    return wrong


def is_merged(alert: dict[str, Any], history: list[dict[str, Any]]) -> bool:
    """Return whether a crossing of a gap has a later one of the same rule, also of a gap."""
    row = row_of(alert)
    later = [
        each for each in history if row_of(each)[1:3] == row[1:3] and row_of(each) > row
    ]
    return bool(alert.get("seen_late") and later and later[0].get("seen_late"))


def resources(soak: Any) -> list[str]:
    """Look whether memory or descriptors grow, and print the shares of a processor."""
    wrong = []
    for name in soak.monitors:
        runs = [run for run in soak.parts[name].runs if run]
        cpu, age = (sum(run[-1][place] for run in runs) for place in (2, 1))
        usages = [usage for run in runs for usage in run]
        most = max(usage.memory for usage in usages) / 2**20, max(u[4] for u in usages)
        print(
            f"{name}: {len(runs)} runs, {cpu / age:.2%} of a processor,"
            f" at most {most[0]:.1f} MiB and {most[1]} descriptors"
        )
        longest = max(runs, key=len)
        third = len(longest) // 3
        if third < 5:
            continue
        first, last = longest[third // 3 : third], longest[-third:]
        for what, place, more in (("MiB", 3, LEAK), ("descriptors", 4, 4)):
            before, after = (median(u[place] for u in part) for part in (first, last))
            unit = 2**20 if place == 3 else 1
            print(
                f"{name}: {before / unit:.1f} {what}, later {after / unit:.1f}"
                f" in a run of {longest[-1].age:.0f} s"
            )
            if after > before + more:
                wrong.append(f"{name}: more {what}: {before}, later {after}")
    return wrong
