"""Follows logs with a clock of its own, and reads the lines of what arrives."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.core import Notice
from monitor.formats.lines import LineSplitter, Overlong
from monitor.inputs.arrivals import Arrival, Carried, Data, End, Source
from monitor.inputs.follow import Followed

POLL = 0.2


def always(source: Source) -> bool:
    """Want more of every source."""
    return True


class Follower:
    """Logs that are followed; `lines` are all that were read, each with its source.

    They are followed from their ends, `from_start`, or from where a `state` says.
    """

    def __init__(
        self,
        *paths: Path,
        from_start: bool = False,
        state: dict[str, Any] | None = None,
    ) -> None:
        self.now = 1000.0
        self.reported: list[str] = []
        self.lines: list[tuple[Source, str]] = []
        self._paths = [str(path) for path in paths]
        self._ended: set[Source] = set()
        self._go_on(state)
        if from_start:
            self.logs.begin(self.now)
        elif state is None:
            self.logs.start("auto", 120, self.now)

    def _go_on(self, state: dict[str, Any] | None) -> None:
        self.logs = Followed(self._paths)
        self._splitters: dict[Source, LineSplitter] = {}
        self._carried: dict[Source, Carried | None] = {}
        if state is not None:
            self.logs.resume(state, self.now)

    def poll(self, seconds: float = POLL) -> list[str]:
        """Let time pass; return the lines that were completed meanwhile."""
        self.now += seconds
        done = len(self.lines)
        for _ in range(100):
            self.step()
            if not self.logs.busy:
                break
        return [line for _, line in self.lines[done:]]

    def step(self) -> None:
        """Poll once, although there may be more to read."""
        for arrival in self.logs.poll(self.now, always):
            self._take(arrival)

    def end(self) -> list[str]:
        """End the files as a run of --once does; return the last lines that have no newline."""
        done = len(self.lines)
        for end in self.logs.end():
            self._take(end)
        return [line for _, line in self.lines[done:]]

    def save(self) -> dict[str, Any]:
        """Return the state as the next run reads it."""
        state: dict[str, Any] = json.loads(json.dumps(self.logs.snapshot(self._kept)))
        return state

    def kill(self, state: dict[str, Any], lines: int) -> None:
        """Be killed and started again: what was read after the state was saved was not counted."""
        del self.lines[lines:]
        self._go_on(state)

    def notices(self) -> list[str]:
        """Return the notices since the last question."""
        reported, self.reported = self.reported, []
        return reported

    def files_of(self, log: Path) -> list[dict[str, Any]]:
        """Return what the state holds of the files of a log."""
        files: list[dict[str, Any]] = self.save()[str(log)]["files"]
        return files

    def no_data(self) -> str:
        """Return why no log can be read; empty if one can."""
        failures, number = self.logs.outage(self.now)
        reasons = [f"{log}: {each.reason}" for log, each in failures.items()]
        return "; ".join(reasons) if len(failures) == number else ""

    def partly(self) -> bool:
        """Return whether some of the logs cannot be read."""
        failures, number = self.logs.outage(self.now)
        lost = [each for each in failures.values() if each.was_open]
        return 0 < len(lost) and len(failures) < number

    def _kept(self, source: Source) -> tuple[int, Carried | None]:
        held = self._splitters[source].held if source in self._splitters else 0
        return held, self._carried.get(source)

    def _take(self, arrival: Arrival) -> None:
        if isinstance(arrival, Notice):
            self.reported.append(arrival.message)
            return
        source = arrival.source
        assert source not in self._ended, f"{arrival} came after the end of its source"
        if isinstance(arrival, Data):
            start = LineSplitter(arrival.at_start, arrival.mid_line)
            splitter = self._splitters.setdefault(source, start)
            self._carried.setdefault(source, arrival.carried)
            self._keep(source, splitter.feed(arrival.data))
        elif isinstance(arrival, End) and not arrival.goes_on:
            self._ended.add(source)
            splitter = self._splitters.pop(source, LineSplitter())
            self._keep(source, splitter.end() if arrival.complete else iter(()))

    def _keep(self, source: Source, blocks: Iterator[bytes | Overlong]) -> None:
        for block in blocks:
            text = "(overlong)" if isinstance(block, Overlong) else block.decode()
            self.lines += [(source, line) for line in text.splitlines()]
