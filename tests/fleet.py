"""Three monitors, Prometheus and Alertmanager, as the README tells to run them, ten times as fast.

    python tests/fleet.py

The traffic of three logs is above the threshold of the fleet, and below it without one of them. The
fleet's alert must fire, go on firing while a monitor is dead, and resolve when the traffic ends. The
receiver must get each message once. Programs from PATH: promtool, prometheus, alertmanager.
"""

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep, time
from typing import Any

ROOT = Path(__file__).parents[1]
RULES, UNIT_TEST = "accesslog.rules.yml", "accesslog.test.yml"
NAMES = ("a", "b", "c")
ALERT = "FleetHighTraffic"
FASTER = 10
RATE = 12  # lines a second of each log: 36 are above 30, and 24 are below
FORMAT = '%h %l %u %t "%r" %>s %b %D'
WINDOW = 12  # seconds, for the two minutes of the rules
STEP = 0.25
DEAD = 4.0  # seconds; the rules look back for six
PATIENCE = 40.0  # seconds for each thing to happen


def program(*names: str) -> str:
    """Return the path of a program, which distributions name differently."""
    for name in names:
        if path := shutil.which(name):
            return path
    sys.exit(
        f"fleet: no {names[0]} in PATH: apt-get install prometheus prometheus-alertmanager"
    )


def block(name: str) -> str:
    """Return a file that the README shows, the lines after the one that names it."""
    readme = (ROOT / "README.md").read_text()
    match = re.search(rf"`{re.escape(name)}`[^\n]*:\n\n((?:    .*\n|\n)+)", readme)
    assert match, f"the README does not show {name}"
    return re.sub(r"^    ", "", match[1], flags=re.MULTILINE).strip() + "\n"


def faster(text: str) -> str:
    """Return rules or a configuration with all times a tenth as long."""

    def tenth(match: re.Match[str]) -> str:
        seconds = int(match[1]) * (60 if match[2] == "m" else 1)
        assert seconds % FASTER == 0, match[0]
        return f"{seconds // FASTER}s"

    return re.sub(r"\b(\d+)([sm])\b", tenth, text)


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def get(url: str) -> str:
    """Return the text of a page; empty while nobody answers."""
    with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())
    return ""


def query(prometheus: str, text: str) -> list[Any]:
    """Return the series that Prometheus answers, [] while it does not answer."""
    words = urllib.parse.urlencode({"query": text})
    answer = get(f"{prometheus}/api/v1/query?{words}")
    result: list[Any] = json.loads(answer)["data"]["result"] if answer else []
    return result


def configure(folder: Path, targets: list[str], alertmanager: str, url: str) -> None:
    """Write the files of the README into a folder, for these monitors and a receiver's URL."""
    shutil.copytree(ROOT / "tests" / "prometheus", folder, dirs_exist_ok=True)
    rules = folder / RULES
    rules.write_text(faster(rules.read_text()))
    names = ", ".join(f"'{target}'" for target in targets)
    text = re.sub(r"(?<=- targets: )\[.*\]", f"[{names}]", block("prometheus.yml"))
    text = text.replace("localhost:9093", address(alertmanager))
    (folder / "prometheus.yml").write_text(faster(text))
    text = re.sub(r"http://localhost:\d+/", url, block("alertmanager.yml"))
    (folder / "alertmanager.yml").write_text(faster(text))
    check("promtool", "check", "config", folder / "prometheus.yml")


def prometheus(url: str) -> list[str]:
    """Return the command that starts Prometheus in a configured folder."""
    return [
        program("prometheus"),
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=series",
        f"--web.listen-address={address(url)}",
    ]


def alertmanager(url: str) -> list[str]:
    """Return the command that starts Alertmanager in a configured folder."""
    return [
        program("alertmanager", "prometheus-alertmanager"),
        "--config.file=alertmanager.yml",
        "--storage.path=alerts",
        "--cluster.listen-address=",
        f"--web.listen-address={address(url)}",
    ]


def address(url: str) -> str:
    """Return the host and the port of a URL."""
    return url.partition("//")[2].strip("/")


class Receiver:
    """A webhook that remembers the state of each alert of each message, and hands it to `note`."""

    def __init__(
        self, port: int = 0, note: Callable[[str, str], None] = lambda *_: None
    ) -> None:
        self.got: list[tuple[str, str]] = []
        got = self.got

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                for each in json.loads(body)["alerts"]:
                    got.append((each["labels"]["alertname"], each["status"]))
                    note(*got[-1])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        self.server = HTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def states(self) -> list[str]:
        """Return the messages about the fleet's alert, in their order."""
        return [status for name, status in self.got if name == ALERT]


class Fleet:
    """The monitors with their logs, and what asks Prometheus about them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.ports = {name: free_port() for name in NAMES}
        self.prometheus = f"http://127.0.0.1:{free_port()}"
        self.alertmanager = f"http://127.0.0.1:{free_port()}"
        self.receiver = Receiver()
        self.monitors: dict[str, subprocess.Popen[bytes]] = {}
        self.written = dict.fromkeys(NAMES, 0)

    def run(self, *words: str | Path) -> subprocess.Popen[bytes]:
        """Start a program, which is killed at the end."""
        log = (self.folder / f"{Path(words[0]).name}.out").open("ab")
        process = subprocess.Popen(words, cwd=self.folder, stdout=log, stderr=log)
        log.close()
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    def start_monitor(self, name: str) -> None:
        """Start the monitor of a log, with a state of its own."""
        words = ["-q", "-w", str(WINDOW), "--state", f"{name}.db", "--format", FORMAT]
        words += ["--metrics", str(self.ports[name]), f"{name}.log"]
        self.monitors[name] = self.run(sys.executable, ROOT / "main.py", *words)

    def start(self) -> None:
        """Start all programs, with the files of the README."""
        for name in NAMES:
            (self.folder / f"{name}.log").touch()
            self.start_monitor(name)
        targets = [f"127.0.0.1:{port}" for port in self.ports.values()]
        configure(self.folder, targets, self.alertmanager, self.receiver.url)
        self.run(*prometheus(self.prometheus))
        self.run(*alertmanager(self.alertmanager))

    def write(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Write traffic for some seconds, or until something is true; return whether it is."""
        end = monotonic() + seconds
        while monotonic() < end:
            at = datetime.fromtimestamp(time(), UTC).strftime("%d/%b/%Y:%H:%M:%S")
            line = f'192.0.2.7 - - [{at} +0000] "GET /a HTTP/1.1" 200 10 4000\n'
            for name in NAMES:
                number = round(RATE * STEP)
                with (self.folder / f"{name}.log").open("a") as log:
                    log.write(line * number)
                self.written[name] += number
            if until():
                return True
            sleep(STEP)
        return until()

    def value(self, text: str) -> float | None:
        """Return the first value of a query of Prometheus, None if there is none."""
        result = query(self.prometheus, text)
        return float(result[0]["value"][1]) if result else None

    def metrics(self, name: str) -> str:
        """Return what a monitor serves."""
        return get(f"http://127.0.0.1:{self.ports[name]}/metrics")


def check(tool: str, *words: str | Path, given: str | None = None) -> None:
    """Run a tool that must be satisfied."""
    run = subprocess.run(
        [program(tool), *words],
        input=given,
        cwd=ROOT / "tests" / "prometheus",
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    said = run.stdout + run.stderr
    must(run.returncode == 0, f"{tool} {' '.join(map(str, words[:2]))}", said)


def check_dashboard(fleet: Fleet) -> None:
    """Ask Prometheus all that the dashboard of Grafana asks."""
    board = json.loads((ROOT / "tests" / "prometheus" / "dashboard.json").read_text())
    for panel in board["panels"]:
        for target in panel["targets"]:
            query = target["expr"].replace("$__rate_interval", "6s")
            query = query.replace("$site", ".*").replace('code=~"5.."', 'code="200"')
            value = fleet.value(query)
            must(value is not None, f"{panel['title']}: {value}", query)


BEGAN = monotonic()


def must(is_so: bool, what: str, details: object = "") -> None:
    """Print what was seen; end the program if it is not so."""
    print(
        f"fleet: {monotonic() - BEGAN:5.1f}s {'ok' if is_so else 'FAILED'}: {what}",
        flush=True,
    )
    if not is_so:
        sys.exit(f"fleet: {details}")


def until(is_so: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait until something is true, or for some seconds; return whether it is."""
    end = monotonic() + seconds
    while monotonic() < end and not is_so():
        sleep(STEP)
    return is_so()


def play(fleet: Fleet) -> None:
    """See the alert fire, hold and resolve."""
    states = fleet.receiver.states
    fleet.start()
    must(
        until(lambda: fleet.value("sum(up)") == len(NAMES)), "all monitors are scraped"
    )
    must(
        until(lambda: bool(get(f"{fleet.alertmanager}/-/ready"))),
        "alertmanager is ready",
    )
    must(fleet.write(PATIENCE, lambda: bool(states())), "the fleet's alert fires")
    fleet.write(2)
    check("promtool", "check", "metrics", given=fleet.metrics("a"))
    check_dashboard(fleet)
    fleet.monitors["b"].kill()
    fleet.write(DEAD)
    must(fleet.value("sum(up)") == len(NAMES) - 1, "one monitor is dead")
    rate = fleet.value("sum(accesslog_window_requests / accesslog_window_seconds)")
    must(rate is not None and rate < 30, f"the others alone see {rate}/s")
    must(states() == ["firing"], "the alert goes on firing", states())
    fleet.start_monitor("b")
    fleet.write(6)
    must(fleet.value("sum(up)") == len(NAMES), "the monitor is back")
    must(states() == ["firing"], "the alert goes on firing", states())
    must(until(lambda: len(states()) > 1), "the traffic ends, and the alert resolves")
    until(lambda: len(states()) > 2, 3)
    must(states() == ["firing", "resolved"], "the receiver got each once", states())
    must(
        fleet.value("sum(resets(accesslog_requests_total[2m]))") == 0,
        "no count went back",
    )
    counted = {
        name: fleet.value(f'accesslog_requests_total{{log="{name}.log"}}')
        for name in NAMES
    }
    must(counted == fleet.written, f"all lines are counted: {fleet.written}", counted)


@contextmanager
def fleet_in(folder: Path) -> Iterator[Fleet]:
    """Make a fleet, and show what its programs printed if it fails."""
    with ExitStack() as stack:
        try:
            yield Fleet(folder, stack)
        except BaseException:
            for path in sorted(folder.glob("*.out")):
                print(f"--- {path.name}\n{path.read_text()[-2000:]}")
            raise


def main() -> None:
    """Check the rules, then run the fleet."""
    check("promtool", "check", "rules", RULES)
    check("promtool", "test", "rules", UNIT_TEST)
    with TemporaryDirectory() as folder, fleet_in(Path(folder)) as fleet:
        play(fleet)


if __name__ == "__main__":
    main()
