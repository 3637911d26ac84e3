"""Request times are in the reports of logs that have them, however the logs are read."""

import json
import math
import random

import pytest
from support.timelines import (
    SETTINGS,
    Events,
    line,
    random_cut,
    random_settings,
    random_traffic,
    replay,
)

from monitor.core.pipeline import Pipeline
from monitor.settings import Settings
from monitor.stats import Values

pytestmark = pytest.mark.usefixtures("untraced")

FORMAT = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D'
TIMED = SETTINGS._replace(format=FORMAT)


def some_times(r: random.Random, number: int = 200) -> list[tuple[str, int | None]]:
    """Return sections, and microseconds that differ by section; a tenth is not logged."""
    typical = {"/fast": 3, "/slow": 14}
    sections = r.choices(list(typical), k=number)
    return [
        (each, None if r.random() < 0.1 else int(r.lognormvariate(typical[each], 1)))
        for each in sections
    ]


def log_of(seconds: list[int], times: list[tuple[str, int | None]]) -> bytes:
    hits = zip(seconds, times, strict=True)
    return b"".join(
        line(second, section)[:-1]
        + b" %b\n" % (b"-" if number is None else b"%d" % number)
        for second, (section, number) in hits
    )


def check(values: Values, times: list[tuple[str, int | None]]) -> None:
    """Compare the quantiles of a run with the exact quantiles."""
    latency = values.spreads["latency"]
    assert latency.highest == [b"/slow", b"/fast"]
    for name in (None, "/fast", "/slow"):
        numbers = sorted(
            number / 1e6
            for section, number in times
            if number is not None and name in (None, section)
        )
        found = latency.names[name.encode()] if name else latency.whole
        assert found.number == len(numbers)
        for percent, text in ((50, "p50"), (95, "p95"), (99, "p99")):
            exact = numbers[math.ceil(len(numbers) * percent / 100) - 1]
            near = pytest.approx(exact, rel=0.01, abs=1e-6)
            assert found.percentiles[text] == near, (name, text)


def test_the_quantiles_of_a_run_are_within_a_hundredth_of_the_exact_ones() -> None:
    for seed in range(4):
        r = random.Random(seed)
        times = some_times(r)
        data = log_of(sorted(random_traffic(r, len(times))), times)
        check(replay(data, TIMED).summary.values, times)


def test_the_quantiles_do_not_depend_on_the_reads() -> None:
    for seed in range(4):
        r = random.Random(seed)
        settings = random_settings(r)._replace(format=FORMAT)
        times = some_times(r)
        data = log_of(random_traffic(r, len(times)), times)
        whole = [report.values for report in replay(data, settings).reports]
        cut = [
            report.values for report in replay(random_cut(r, data), settings).reports
        ]
        assert cut == whole, f"seed {seed}"


def test_a_run_goes_on_with_the_request_times_before_it() -> None:
    for seed in range(4):
        r = random.Random(seed)
        times = some_times(r)
        data = log_of(sorted(random_traffic(r, len(times), late=0)), times)
        settings = Settings(format=FORMAT, once=True, interval=3600)
        place = data.index(b"\n", len(data) // 2) + 1
        first, second = Pipeline(settings), Pipeline(settings)
        first.intake.feed("log", data[:place], more=True)
        assert not list(first.advance())
        second.restore(json.loads(json.dumps(first.snapshot())), away=0.0, mono=0.0)
        second.intake.feed("log", data[place:], at_start=False, more=True)
        list(second.advance())
        (report,) = Events(second.finish()).reports
        check(report.values, times)


def test_a_log_without_request_times_has_none() -> None:
    assert not replay(line(0) * 9).summary.values.spreads
