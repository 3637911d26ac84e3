"""Whole outputs, byte for byte; and a new statistic, which needs no change in an output.

The golden files hold the scenes below, each as text for a UTF-8 terminal, as text in ASCII with
colour, as rows of --output brief, and as JSON. After a change that is meant, write them anew, and read the difference:

    GOLDEN=write python -m pytest tests/outputs/test_golden.py
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.reports import (
    AT,
    BLIND,
    BUSY,
    NOTHING,
    SEEING,
    alerts_of,
    rendered,
    report_of,
    summary_of,
    values_of,
    window_of,
)
from support.timelines import line

from monitor.core import Event, Notice
from monitor.core.events import Missing
from monitor.outputs import Style

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
STYLES = {
    "utf8.txt": ("text", Style(utc=True, top=10)),
    "ascii.color.txt": ("text", Style(utc=True, ascii_only=True, color=True, top=3)),
    "brief.txt": ("brief", Style(utc=True)),
    "jsonl": ("json", Style(utc=True, ascii_only=True, top=3)),
}

HOSTILE = "/\x1b[2J\x1b]0;owned\x07\r\n\x9b\u202egnp.exe\u2066\u200b\x7f"
STRANGE = values_of(
    (("GET " + HOSTILE, HOSTILE, "404", 10, HOSTILE), 5),
    (("GET /" + "long" * 99, "/er" * 400, "503", 10**17, "f" * 300), 4),
    (("GET /" + "日本語" * 12, "/ページ" * 30, "404", 10, "客户" * 40), 3),
    ((b"GET /\xff\xfe\xc3", b"/\x80", "403", 10, b"\xe9t\xe9"), 2),
    (("GET /e\u0301\u0301te\u0301", "/" + "a\u0301" * 56, "410", 10, "naïve"), 1),
    (("M" * 56 + " /m", "", "200", 1, "::1"), 1),
    unparsed=1,
    sample=("its time does not exist", b"\x1b[31m\xff\xe2\x80\xae" + b"no" * 99),
)
ODD = values_of(
    (("GET /a", "", "200", 100, "::1"), 1_234_567),
    late=8144,
    misdated=3,
    unparsed=1_000_000,
    ignored=7,
    sample=("longer than 1 MiB", b"GET /" + b"a" * 51),
)
SCENES: dict[str, list[Event]] = {
    "busy": [
        report_of(
            BUSY,
            window=window_of(1476, True, *(index % 25 for index in range(56))),
            previous_rate=30.0,
            alerts=alerts_of(1),
        ),
        *alerts_of(2),
        Notice("access.log was rotated: following the new file", AT + 7),
    ],
    "many_alerts": [
        report_of(BUSY, alerts=alerts_of(10), earlier_alerts=1234, firings=622),
        summary_of(BUSY, end=AT + 300_000, seconds=299_999, alerts=alerts_of(10)),
    ],
    "no_hits": [report_of(NOTHING, previous_rate=4.0)],
    "no_data": [
        report_of(
            NOTHING,
            no_data=Missing(AT - 3, "access.log: No such file or directory"),
            window=window_of(1300, True, *(12.5,) * 56),
        ),
        BLIND,
        SEEING,
    ],
    "no_time": [
        summary_of(
            values_of(unparsed=3, sample=("no time in it", b"x")),
            start=None,
            end=None,
            seconds=0,
            no_data=Missing(None, "access.log: 20 of 20 lines cannot be read"),
        )
    ],
    "odd_lines": [report_of(ODD, previous_rate=0.001)],
    "strange_names": [
        report_of(
            STRANGE,
            no_data=Missing(AT, "/var/log/\x1b[2J\udcff.log: Input/output error"),
        ),
        Notice("/var/log/\x1b[2J\udcff.log was rotated: following the new file", AT),
    ],
}


@pytest.mark.parametrize("kind", STYLES)
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_reads_as_in_its_golden_file(scene: str, kind: str) -> None:
    path = GOLDEN / f"{scene}.{kind}"
    text = rendered(SCENES[scene], *STYLES[kind])
    if os.environ.get("GOLDEN") == "write":
        path.write_bytes(text.encode())
    assert text.encode() == path.read_bytes()


def test_every_golden_file_is_a_scene() -> None:
    files = {path.name for path in GOLDEN.glob("*.*") if path.name[0] != "."}
    assert files == {f"{scene}.{kind}" for scene in SCENES for kind in STYLES}
    assert files


# --- a new statistic ---

VERBS = '    Statistic("verbs", by="method", also=("errors",), listed=2),\n'
END_OF_TABLE = ')\n"""In the order in which reports show them."""'


REPLAY = """
from monitor.app import main
for output in ("text", "json"):
    main(["--replay", "-o", output, "access.log"])
"""


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of two replays by a copy of the program with one more row in STATISTICS."""
    folder = tmp_path_factory.mktemp("program")
    table = folder / "monitor" / "stats" / "statistics.py"
    table.parent.mkdir(parents=True)
    monitor = ROOT / "monitor"
    for path in (*monitor.glob("*"), *monitor.glob("stats/*.py")):
        if path.name not in (table.parent.name, table.name):
            (folder / path.relative_to(ROOT)).symlink_to(path)
    original = (ROOT / table.relative_to(folder)).read_text(encoding="utf-8")
    before, after = original.split(END_OF_TABLE)
    table.write_text(before + VERBS + END_OF_TABLE + after, encoding="utf-8")
    hits = [("GET", 200), ("GET", 404), ("GET", 500), ("POST", 200), ("PUT", 200)]
    texts = [line(0, "/a", status).replace(b"GET", m.encode()) for m, status in hits]
    texts.append(line(0, "/a").replace(b"GET", b"POST"))
    (folder / "access.log").write_bytes(b"".join(texts))
    run = subprocess.run(
        [sys.executable, "-c", REPLAY],
        cwd=folder,
        capture_output=True,
        check=True,
        timeout=30,
    )
    return run.stdout.decode().splitlines()


def test_a_new_row_of_statistics_is_a_row_of_names_in_the_text(
    replayed: list[str],
) -> None:
    """The report has it, and the summary."""
    assert replayed.count("verbs    GET 3 (50%)  POST 2 (33%)") == 2


def test_a_new_row_of_statistics_is_a_list_of_objects_in_json(
    replayed: list[str],
) -> None:
    objects = [json.loads(text) for text in replayed if text.startswith("{")]
    assert len(objects) == 2
    for fields in objects:
        assert fields["verbs"] == [
            {"method": "GET", "hits": 3, "errors": 2},
            {"method": "POST", "hits": 2, "errors": 0},
        ]
        assert fields["verbs_total"] == 3
