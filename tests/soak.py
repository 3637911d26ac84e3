"""An hour of the whole stack, in which every part is killed again and again.

    python tests/soak.py [--minutes 60] [--seed 1] [--keep FOLDER]

A real nginx writes two logs for a client whose traffic goes up and down, log/loggenerator.py writes
a third. logrotate rotates them at random moments. Monitors follow them with rules, hooks, metrics
and states. Prometheus and Alertmanager have the files of the README, ten times as fast, and send
to a receiver. Each part is killed with SIGKILL at random moments and started again after a pause.
Monitors are also stopped, suspended, and killed while their hook or logrotate runs. A fourth monitor
is only suspended. The log of the generator is copied and truncated. The generator is suspended
meanwhile, because the lines that logrotate itself loses could not be counted.

In the end support/soaked.py compares what all parts saw. The exit code is 1 if something is wrong.
Programs from PATH: nginx, logrotate, promtool, prometheus, alertmanager.
"""

import argparse
import heapq
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep, strftime, time

import fleet
from support import soaked
from support.parts import Client, Part
from support.webserver import write_nginx, write_rotation

ROOT = Path(__file__).parents[1]
RULES = [
    *("-w", "20", "-t", "10", "--utc", "-o", "json", "--min-traffic", "10"),
    *("--max-error-rate", "20", "--min-hits", "20", "--section-threshold", "/api=4"),
]
MONITORS = {"web": "web", "api": "api", "shop": "shop", "steady": "web"}
"""The log of each monitor."""

SITES = ("web", "api", "shop")
NGINX = ("web", "api")
PHASES = (
    *((0.0, "/shop"), (2.0, "/shop"), (6.0, "/shop")),
    *((25.0, "/shop"), (8.0, "/api"), (20.0, "/err")),
)
"""Requests a second, and their section. Requests of /err fail."""

GENERATOR = ["--rate", "5", "--burst-every", "90", "--burst-length", "30"]
GENERATOR += ["--burst-rate", "30", "--utc"]
ROTATION = {
    "web": ("create", "compress", "delaycompress"),
    "api": (
        "dateext",
        "dateformat -%Y%m%d-%H%M%S",
        "create",
        "compress",
        "delaycompress",
    ),
    "shop": ("copytruncate", "compress"),
}
HOOK = (
    "read -r alert",
    'again=$(grep -c " $MONITOR_ID $MONITOR_STATE " "$1")',
    'echo "$(date +%s.%N) $$ $MONITOR_ID $MONITOR_STATE $alert" >> "$1"',
    "case $MONITOR_ID in",
    '*[01]) test "$again" != 0 || exit 75 ;;',  # another try after 10 seconds
    "*2) sleep 60 ;;",  # until SIGTERM
    "*3) trap '' TERM; sleep 60 ;;",  # until SIGKILL
    "*[456]) sleep 3 ;;",
    "*7) exit 1 ;;",
    "*) sleep 0.2 ;;",
    "esac",
)
SETTLING = 180.0  # seconds that the parts have in the end


class Soak:
    """All parts, the time table of what happens to them, and the dice."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = Random(seed)
        self.logs = {name: folder / name / "access.log" for name in SITES}
        self.ports = {name: fleet.free_port() for name in MONITORS}
        self.prometheus = f"http://127.0.0.1:{fleet.free_port()}"
        self.parts: dict[str, Part] = {}
        self.clients = {name: Client(fleet.free_port()) for name in NGINX}
        self.began, self.until = time(), 0.0
        self.actions = 0
        self.monitors, self.rules = MONITORS, RULES
        self._plan: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._rotating: dict[str, subprocess.Popen[bytes]] = {}
        self._at_hook: dict[str, tuple[int, Callable[[Part], None]]] = {}

    def start(self) -> None:
        """Write all files, and start all parts. The monitors begin with empty logs."""
        for path in self.logs.values():
            path.parent.mkdir()
            path.touch()
        self._add_writers()
        self._add_monitors()
        self._add_alerting()
        for name in MONITORS:
            self.parts[name].start()
        health = [f"http://127.0.0.1:{port}/healthz" for port in self.ports.values()]
        fleet.must(fleet.until(lambda: all(map(fleet.get, health))), "all monitors run")
        for part in self.parts.values():
            part.start()
        for client in self.clients.values():
            client.start()

    def _add(self, name: str, *words: str | Path) -> None:
        self.parts[name] = Part(name, words, self.folder)

    def _add_writers(self) -> None:
        servers = {self.logs[name]: each.port for name, each in self.clients.items()}
        path, pid = write_nginx(self.folder, servers)
        self._add("nginx", fleet.program("nginx"), "-p", self.folder, "-c", path)
        self.parts["nginx"].on_death = lambda: pid.unlink(missing_ok=True)
        for name, log in self.logs.items():
            write_rotation(self.folder / f"{name}.rotate", log, ROTATION[name], pid)
        generator = [sys.executable, str(ROOT / "log" / "loggenerator.py")]
        self._add("generator", *generator, *GENERATOR, self.logs["shop"])

    def _add_monitors(self) -> None:
        hook = self.folder / "hook"
        hook.write_text("\n".join(["#!/bin/sh", *HOOK, ""]))
        hook.chmod(0o755)
        program = [sys.executable, str(ROOT / "main.py"), *RULES]
        for name, log in MONITORS.items():
            (self.folder / f"{name}.runs").touch()
            words = ["--state", f"{name}.db", "--metrics", str(self.ports[name])]
            words += ["--exec", f"{hook} {name}.runs", "--exec-timeout", "6"]
            self._add(name, *program, *words, self.logs[log])

    def _add_alerting(self) -> None:
        manager, port = f"http://127.0.0.1:{fleet.free_port()}", fleet.free_port()
        targets = [f"127.0.0.1:{self.ports[name]}" for name in SITES]
        url = f"http://127.0.0.1:{port}/"
        fleet.configure(self.folder, targets, manager, url)
        fast = "--rules.alert.resend-delay=6s"
        self._add("prometheus", *fleet.prometheus(self.prometheus), fast)
        fast = "--data.maintenance-interval=1s"
        self._add("alertmanager", *fleet.alertmanager(manager), fast)
        self._add("receiver", sys.executable, __file__, "--receive", str(port))

    def play(self, minutes: float) -> None:
        """Let traffic come and go, and do something to a part every few seconds."""
        self.until = time() + 60 * minutes
        self.later(8.0, self._act)
        for client in self.clients.values():
            self._change(client)
        self.later(1.0, self._measure)
        while time() < self.until:
            self._step()

    def _step(self) -> None:
        while self._plan and self._plan[0][0] <= time():
            heapq.heappop(self._plan)[2]()
        for name, part in self.parts.items():
            if part.has_ended():
                self.later(self._pause(), part.start)
            before, act = self._at_hook.get(name, (0, None))
            if act and part.is_free and self._size(name) > before:
                del self._at_hook[name]
                act(part)
        for name, process in list(self._rotating.items()):
            if process.poll() is not None:
                del self._rotating[name]
                if name == "shop":
                    self.parts["generator"].freeze(False)
        sleep(0.02)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """Do something after some seconds."""
        heapq.heappush(self._plan, (time() + seconds, next(self._order), what))

    def say(self, words: str) -> None:
        """Print an action with its time."""
        self.actions += 1
        seconds = time() - self.began
        print(f"{strftime('%H:%M:%S')} {seconds:7.1f}s {words}", flush=True)

    def _pause(self) -> float:
        return self.random.choice((0.1, 1.0, 3.0, 6.0)) * self.random.uniform(0.5, 1.5)

    def _size(self, name: str) -> int:
        return (self.folder / f"{name}.runs").stat().st_size

    def _change(self, client: Client) -> None:
        client.rate, client.section = self.random.choice(PHASES)
        self.later(self.random.uniform(12, 40), lambda: self._change(client))

    def _measure(self) -> None:
        for name in MONITORS:
            self.parts[name].measure()
        self.later(5.0, self._measure)

    def _act(self) -> None:
        weights, actions = zip(*ACTIONS, strict=True)
        self.random.choices(actions, weights)[0](self)
        self.later(self.random.uniform(1, 9), self._act)

    def _kill(self, part: Part, words: str = "") -> None:
        """Kill a part for a while. A monitor is away for longer than its window now and then."""
        if part.is_free:
            is_long = part.name in MONITORS and self.random.random() < 0.1
            pause = self.random.uniform(20, 40) if is_long else self._pause()
            self.say(f"kill -9 {part.name}{words} for {pause:.1f} s")
            part.kill()
            self.later(pause, part.start)

    def monitor(self) -> Part:
        """Return a monitor that may be killed."""
        return self.parts[self.random.choice(SITES)]

    def kill_monitor(self) -> None:
        """Kill a monitor."""
        self._kill(self.monitor())

    def kill_at_hook(self) -> None:
        """Kill a monitor when its next hook has begun."""
        self._at_next_hook(lambda part: self._kill(part, " while its hook runs"))

    def kill_hook(self) -> None:
        """Kill the next hook of a monitor."""
        self._at_next_hook(self._kill_hook)

    def _at_next_hook(self, act: Callable[[Part], None]) -> None:
        name = self.monitor().name
        self._at_hook.setdefault(name, (self._size(name), act))

    def _kill_hook(self, part: Part) -> None:
        """Kill the process that wrote the last run of a hook, if it still runs."""
        runs = (self.folder / f"{part.name}.runs").read_text().splitlines()
        pid = int(runs[-1].split()[1])
        if pid in part.children():
            self.say(f"kill -9 the hook of {part.name}")
            os.kill(pid, signal.SIGKILL)

    def kill_at_rotation(self) -> None:
        """Kill a monitor while logrotate runs."""
        name = self.random.choice(SITES)
        self.rotate(name)
        kill = lambda: self._kill(self.parts[name], " at a rotation")
        self.later(self.random.uniform(0, 0.08), kill)

    def stop_monitor(self) -> None:
        """Stop a monitor with SIGTERM."""
        part = self.monitor()
        if part.is_free:
            self.say(f"kill -TERM {part.name}")
            part.stop()

    def suspend_monitor(self) -> None:
        """Suspend a monitor for some seconds, also the monitor that is never killed."""
        part = self.parts[self.random.choice(list(MONITORS))]
        seconds = self.random.uniform(0.5, 8)
        if part.is_free:
            self.say(f"kill -STOP {part.name} for {seconds:.1f} s")
            part.freeze(True)
            self.later(seconds, lambda: part.freeze(False))

    def rotate(self, name: str = "") -> None:
        """Rotate a log."""
        name = name or self.random.choice(SITES)
        if name in self._rotating:
            return
        self.say(f"logrotate {name}")
        if name == "shop":
            self.parts["generator"].freeze(True)
        words = [fleet.program("logrotate"), "-f", "-s", f"{name}.status"]
        with (self.folder / "logrotate.err").open("ab") as log:
            self._rotating[name] = subprocess.Popen(
                [*words, f"{name}.rotate"], cwd=self.folder, stderr=log, stdout=log
            )

    def kill_worker(self) -> None:
        """Kill a worker of nginx."""
        if workers := self.parts["nginx"].children():
            self.say("kill -9 a worker of nginx")
            os.kill(self.random.choice(workers), signal.SIGKILL)

    def kill_other(self) -> None:
        """Kill a part that is no monitor."""
        others = [part for name, part in self.parts.items() if name not in MONITORS]
        self._kill(self.random.choice(others))

    def settle(self) -> None:
        """End the traffic, let all parts run, and wait until all is counted and delivered."""
        self._plan = [each for each in self._plan if each[2] != self._act]
        self._at_hook.clear()
        for client in self.clients.values():
            client.is_over = True
        self.until = time() + 8
        while time() < self.until or self._rotating:
            self._step()
        self.parts["generator"].kill()
        self._plan = []
        for part in self.parts.values():
            part.freeze(False)
            if part.name != "generator":
                part.start()
        end = monotonic() + SETTLING
        while monotonic() < end and not soaked.is_settled(self):
            for _ in range(50):
                self._step()

    def end(self) -> None:
        """End the monitors with SIGTERM, then kill all other parts."""
        for name in MONITORS:
            self.parts[name].stop()
        end = monotonic() + SETTLING
        while monotonic() < end and any(self.parts[name].pid for name in MONITORS):
            for name in MONITORS:
                self.parts[name].has_ended()
            sleep(0.1)


ACTIONS: tuple[tuple[int, Callable[[Soak], None]], ...] = (
    (4, Soak.kill_monitor),
    (3, Soak.kill_at_hook),
    (3, Soak.kill_at_rotation),
    (2, Soak.stop_monitor),
    (3, Soak.suspend_monitor),
    (6, Soak.rotate),
    (2, Soak.kill_hook),
    (1, Soak.kill_worker),
    (3, Soak.kill_other),
)


def receive(port: int) -> None:
    """Append the messages of Alertmanager to a file, with their times."""

    def note(name: str, status: str) -> None:
        with Path("messages").open("a") as file:
            file.write(f"{time()} {name} {status}\n")

    fleet.Receiver(port, note)
    signal.pause()


def main() -> int:
    """Play and judge; the exit code is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for all files")
    parser.add_argument("--receive", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.receive:
        receive(options.receive)
    with TemporaryDirectory() as folder:
        soak = Soak((options.keep or Path(folder)).resolve(), options.seed)
        try:
            soak.start()
            soak.play(options.minutes)
            soak.settle()
            wrong = soaked.judge(soak)
        finally:
            for part in soak.parts.values():
                with suppress(ProcessLookupError):
                    part.kill()
    print("\n".join(wrong) or "nothing is wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
