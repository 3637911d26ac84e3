"""Families of samples -> text that Prometheus reads.

Source: Prometheus, Exposition formats, text format 0.0.4. There is no OpenMetrics, because nothing
here has exemplars, and `promtool check metrics` judges this format.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"

_IN_LABEL = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Sample(NamedTuple):
    """A value with its labels. The name of a series is that of its family and a suffix."""

    value: float
    labels: Mapping[str, str] = {}
    suffix: str = ""


class Family(NamedTuple):
    """Samples of one name. `words` are the same in all runs, because two files may be merged."""

    name: str
    kind: str
    words: str
    samples: Iterable[Sample]


def text_of(families: Iterable[Family], labels: Mapping[str, str]) -> str:
    """Return the text of families. Every sample also has `labels`. Empty families are left out."""
    return "".join(line for family in families for line in _lines_of(family, labels))


def _lines_of(family: Family, labels: Mapping[str, str]) -> Iterator[str]:
    samples = list(family.samples)
    if samples:
        yield f"# HELP {family.name} {family.words}\n"
        yield f"# TYPE {family.name} {family.kind}\n"
    for sample in samples:
        pairs = ",".join(
            f'{name}="{value.translate(_IN_LABEL)}"'
            for name, value in {**labels, **sample.labels}.items()
        )
        yield f"{family.name}{sample.suffix}{{{pairs}}} {sample.value}\n"
