"""The table of statistics: a row of it is all that a new statistic needs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import monitor
from monitor import stats
from monitor.stats import STATISTICS

ROWS = """STATISTICS = (
    Statistic("hosts", by="host", listed=2),
    Statistic("method_bytes", by="method", also=("bytes", "errors"), other=True),
"""

COUNT = """
import json
from monitor.formats import Columns
from monitor.stats import Tally

fields = {
    "client": [b"c"] * 4,
    "head": [b"GET /a", b"GET /b", b"PUT /a", b"GET /a"],
    "rest": [b""] * 4,
    "status": [b"200", b"404", b"200", b"200"],
    "size": [1, 2, 3, 4],
    "host": [b"x", b"y", b"y", b"z"],
}
tally = Tally()
tally.add_hits(Columns([0] * 4, fields))
other = Tally()
other.restore(json.loads(json.dumps(tally.snapshot())))
tally.add(other)
rankings = tally.values(9).rankings
names = ("hosts", "method_bytes")
print(json.dumps({name: [repr(row) for row in rankings[name].rows] for name in names}))
"""


def test_a_new_statistic_is_a_row_and_needs_no_other_change(tmp_path: Path) -> None:
    package = tmp_path / "monitor"
    package.mkdir()
    for each in Path(monitor.__file__).parent.iterdir():
        if each.name != "stats":
            (package / each.name).symlink_to(each)
    shutil.copytree(Path(stats.__file__).parent, package / "stats")
    table = package / "stats" / "statistics.py"
    text = table.read_text(encoding="utf-8")
    assert text.count("STATISTICS = (\n") == 1
    table.write_text(text.replace("STATISTICS = (\n", ROWS), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", COUNT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    assert json.loads(done.stdout) == {
        "hosts": [
            "RankedName(name=b'y', hits=4, also=())",
            "RankedName(name=b'x', hits=2, also=())",
        ],
        "method_bytes": [
            "RankedName(name=b'GET', hits=6, also=(14, 2))",
            "RankedName(name=b'PUT', hits=2, also=(6, 0))",
        ],
    }


def test_statistics_have_different_names() -> None:
    assert len({each.name for each in STATISTICS}) == len(STATISTICS)
