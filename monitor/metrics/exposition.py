"""Families of samples -> text that Prometheus reads.

Source: Prometheus, Exposition formats, text format 0.0.4. There is no OpenMetrics, because nothing
here has exemplars, and `promtool check metrics` judges this format.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"

_IN_LABEL = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Sample(NamedTuple):
    """A value with its labels. The name of a series is that of its family and a suffix."""

    value: float
    labels: Mapping[str, str] = {}
    suffix: str = ""


def family_text(
    name: str,
    kind: str,
    words: str,
    samples: Iterable[Sample],
    labels: Mapping[str, str],
) -> str:
    """Return the text of the samples of one name. Without a sample there is no text.

    Every sample also has `labels`.
    """
    lines = []
    for sample in samples:
        pairs = ",".join(
            f'{label}="{value.translate(_IN_LABEL)}"'
            for label, value in {**labels, **sample.labels}.items()
        )
        lines.append(f"{name}{sample.suffix}{{{pairs}}} {sample.value}\n")
    head = f"# HELP {name} {words}\n# TYPE {name} {kind}\n" if lines else ""
    return head + "".join(lines)
