"""The rules for Prometheus ask for metrics that there are. `promtool` runs them in tests/fleet.py."""

import json
import re
from pathlib import Path

import pytest

from monitor.metrics.families import FAMILIES

FOLDER = Path(__file__).parents[1] / "prometheus"
README = (FOLDER.parents[1] / "README.md").read_text()
NAMES = {f"accesslog_{row.name}": row.kind for row in FAMILIES}
FILES = [*sorted(FOLDER.glob("*.yml")), FOLDER / "dashboard.json"]
RULES = FOLDER / "accesslog.rules.yml"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_metrics_of_the_rules_are_there(path: Path) -> None:
    text = re.sub(r"site:\w+:\w+", "", path.read_text())
    named = set(re.findall(r"\baccesslog_\w+?(?=_bucket\b|\b)", text))
    assert len(named) > 3
    assert named <= NAMES.keys()


def test_the_rules_are_in_the_table_of_the_readme() -> None:
    alerts = re.findall(r"- alert: (\w+)", RULES.read_text())
    table = README.partition("### Many machines")[2].partition("\n## ")[0]
    assert alerts == re.findall(r"^\| `(\w+)` \| ", table, re.MULTILINE)


def test_every_metric_is_in_the_readme() -> None:
    section = README.partition("## Metrics")[2].partition("\n## ")[0]
    assert [name for name in NAMES if f"`{name}`" not in section] == []


def test_the_dashboard_is_short() -> None:
    text = (FOLDER / "dashboard.json").read_text()
    assert len(text.splitlines()) < 150
    ids = [panel["id"] for panel in json.loads(text)["panels"]]
    assert len(set(ids)) == len(ids)


def test_only_counters_are_asked_for_their_rate() -> None:
    rated = re.findall(r"\brate\((\w+)", RULES.read_text())
    assert {NAMES[name] for name in rated} == {"counter"}
