"""The text of metrics, taken apart as a scraper does it."""

import re

_SERIES = re.compile(r'(\w+)\{((?:\w+="(?:[^"\\\n]|\\["\\n])*",?)*)\} (\S+)')
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def samples_of(text: str, log: str | None = None) -> dict[str, float]:
    """Return the value of each series, which is written without `accesslog_` and its log.

    Every line is right: a comment, or a series with a log and a number.
    """
    samples: dict[str, float] = {}
    for row in text.splitlines():
        if row.startswith(("# HELP ", "# TYPE ")):
            continue
        match = _SERIES.fullmatch(row)
        assert match, row
        (first, name), *labels = _LABEL.findall(match[2])
        assert first == "log", row
        assert log is None or name == log, row
        inner = ",".join(value for _, value in labels)
        series = match[1].removeprefix("accesslog_") + (f"{{{inner}}}" if inner else "")
        assert series not in samples, series
        samples[series] = float(match[3])
    return samples


def counters_of(samples: dict[str, float]) -> dict[str, float]:
    """Return what may never go down."""
    ends = ("_total", "_bucket", "_sum", "_count")
    return {
        series: value
        for series, value in samples.items()
        if series.partition("{")[0].endswith(ends) and not series.startswith("process_")
    }
