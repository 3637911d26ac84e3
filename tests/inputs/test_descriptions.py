"""At the start of following, each log is described: its format, its size, the age of its last line."""

import gzip
import os
from pathlib import Path

import pytest
from support.carrying import header, w3c_line
from support.timelines import START, line, log

from monitor.inputs.descriptions import descriptions
from monitor.units import size

COMMON = line(0).replace(b' "-" "-"', b"")
LATER = START + 70


def descriptions_at(folder: Path, *names: str, form: str = "auto") -> list[str]:
    """Describe logs of a folder 70 seconds after their second 0, without the folder's name."""
    paths = [name if name == "-" else str(folder / name) for name in names]
    found = descriptions(paths, form, lambda: LATER + 0.9)
    return [each.replace(f"{folder}/", "") for each in found]


LOGS: dict[str, tuple[bytes, str, str]] = {
    "combined": (log([0, 3]), "auto", "combined, 150 B, last line 1m7s ago"),
    "common": (COMMON, "auto", "common, 67 B, last line 1m10s ago"),
    "w3c": (
        header("few") + w3c_line("few", 0) * 2000,
        "auto",
        "w3c, 92.2 kB, last line 1m10s ago",
    ),
    "vhost_combined": (
        b"www.example.com:443 " + line(0),
        "auto",
        "vhost_combined, 95 B, last line 1m10s ago",
    ),
    "most lines": (
        COMMON + log([0, 0]),
        "auto",
        "combined, 217 B, last line 1m10s ago",
    ),
    "lines out of order": (log([3, 0]), "auto", "combined, 150 B, last line 1m7s ago"),
    "only lines of a relative": (
        line(0).replace(b'"GET', b'5 "GET'),
        "auto",
        "like common, 77 B, last line 1m10s ago",
    ),
    "a named format": (COMMON, "combined", "combined, 67 B, last line 1m10s ago"),
    "a named format that does not fit": (b"what?\n", "common", "common, 6 B"),
    "empty": (b"", "auto", "format not known yet, 0 B"),
    "no line that can be read": (b"what?\n", "auto", "format not known yet, 6 B"),
    "an error log": (
        b"what?\n2026/03/01 12:34:56 [error] 1#1: *2 open() failed\n",
        *("auto", "an error log of nginx, 56 B"),
    ),
    "messages of a program": (
        b'{"level":"info","ts":1772368496,"msg":"started"}\n',
        *("auto", "format not known yet, 49 B"),
    ),
    "an unfinished line": (line(0)[:-1], "auto", "format not known yet, 74 B"),
    "and a line before it": (
        log([0, 70])[:-1],
        "auto",
        "combined, 149 B, last line 1m10s ago",
    ),
    "of this second": (line(70), "auto", "combined, 75 B, last line 0s ago"),
    "another clock": (
        line(3670),
        "auto",
        "combined, 75 B, last line 1h ahead of this machine's clock",
    ),
}


@pytest.mark.parametrize(("data", "form", "due"), LOGS.values(), ids=LOGS)
def test_a_log_is_described(tmp_path: Path, data: bytes, form: str, due: str) -> None:
    (tmp_path / "a.log").write_bytes(data)
    assert descriptions_at(tmp_path, "a.log", form=form) == [f"a.log ({due})"]


def test_a_large_log_is_described_by_its_last_lines(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(COMMON * 3000 + log([5] * 3000))
    assert descriptions_at(tmp_path, "a.log") == [
        "a.log (combined, 426 kB, last line 1m5s ago)"
    ]


def test_pipes_and_compressed_files_are_described_without_reading_them(
    tmp_path: Path,
) -> None:
    os.mkfifo(tmp_path / "pipe")
    content = gzip.compress(line(0))
    (tmp_path / "a.gz").write_bytes(content)
    assert descriptions_at(tmp_path, "-", "pipe", "a.gz") == [
        "standard input (format not known yet)",
        "pipe (format not known yet)",
        f"a.gz (format not known yet, {size(len(content))})",
    ]


def test_a_missing_log_is_left_out(tmp_path: Path) -> None:
    assert descriptions_at(tmp_path, "a.log") == []


def test_from_six_logs_on_one_description_is_for_all(tmp_path: Path) -> None:
    names = list("abcdef")
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(COMMON if name in "af" else line(number))
    assert len(descriptions_at(tmp_path, *names[:5])) == 5
    assert descriptions_at(tmp_path, *names) == [
        "6 logs (4 combined, 2 common, 434 B, last line 1m6s ago)"
    ]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    assert descriptions_at(tmp_path, *names) == ["6 logs (format not known yet, 0 B)"]
