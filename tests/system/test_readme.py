"""The README is true: its options are the parser's, its commands run, its output is real."""

import json
import re
import shlex
from concurrent.futures import Future
from pathlib import Path

import pytest
from support import rules
from support.program import ROOT
from support.stories import COMMANDS, README, examples, first_command

import monitor
from monitor.app import measuring
from monitor.app.arguments import read_settings
from monitor.app.follow import FAR_BEHIND
from monitor.core import totals
from monitor.formatnames import ROWS
from monitor.formats import LONGEST_NAME, MAX_LINE
from monitor.inputs import replay, rotation, segments
from monitor.metrics import connection, http, server
from monitor.options import OPTIONS
from monitor.outputs.layout import HEIGHT
from monitor.settings import Settings
from monitor.state import checkpoint, store
from monitor.stats import RUN_ROOM, STATISTICS, cardinality, tally
from monitor.streamtime import setback, trust

MONITOR = [
    words
    for command in COMMANDS
    for words in re.findall(r"python3 (?:\S+/)?main\.py ([^|;&]*)", command)
]
CONFIG = README.partition("`shop.toml`:\n")[2].partition("\nThe unit")[0]
TESTS = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
ROOMS = re.findall(r"^\w+/ ", monitor.__doc__ or "", re.MULTILINE)
TO_ADD = re.findall(
    r"^\| (.*) \| (.*) \| (.*) \|$",
    README.partition("| to add |")[2].partition("\n\n")[0],
    re.MULTILINE,
)


def test_the_option_table_is_the_parser() -> None:
    rows = dict(re.findall(r"^\| `(-[^`]*)` \| (.*) \|$", README, re.MULTILINE))
    assert rows == {option.usage: option.meaning for option in OPTIONS}


@pytest.mark.parametrize("words", MONITOR, ids=str)
def test_every_command_line_of_the_program_is_right(words: str, tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text(CONFIG)
    words = re.sub(r"/etc/access-log-monitor/\S+(?=\.toml)", f"{tmp_path}/shop", words)
    words = words.replace(" --print-config", "").replace("access.log*", "access.log")
    settings = read_settings(shlex.split(words))
    assert bool(settings.config) == (settings.threshold == 50)


def test_the_command_of_icinga_is_right(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text(CONFIG)
    (command,) = re.findall(r"^      command = (\[.*\])$", README, re.MULTILINE)
    *words, config = json.loads(command)[2:]
    config = config.replace("/etc/access-log-monitor/$access_log$", f"{tmp_path}/shop")
    assert read_settings([*words, config]).check


def test_there_are_commands_to_test() -> None:
    assert len(MONITOR) > 10
    assert len(COMMANDS) > 10


def test_every_test_that_is_named_is_a_file() -> None:
    named = re.findall(r"\btest_\w+", README)
    assert len(named) > 30
    assert set(named) <= TESTS


def test_every_room_is_in_the_map() -> None:
    assert re.findall(r"^\| `(\w+/)` \|", README, re.MULTILINE) == [
        each.strip() for each in ROOMS
    ]


@pytest.mark.parametrize(
    ("what", "files", "names"), TO_ADD, ids=[what for what, *_ in TO_ADD]
)
def test_what_to_add_is_at_home_in_the_files_to_open(
    what: str, files: str, names: str
) -> None:
    paths = re.findall(r"`([\w/]+\.py)`", files + names)
    assert paths, what
    folders = [
        ROOT if path.startswith("tests/") else ROOT / "monitor" for path in paths
    ]
    files_to_open = map(Path.joinpath, folders, paths)
    text = "".join(path.read_text() for path in files_to_open)
    for name in re.findall(r"`([A-Z]\w+)`", names):
        assert re.search(rf"\b{name}\b", text), name


def test_the_sentences_are_plain() -> None:
    assert len(rules.RIDDLE.findall(README)) <= 3 * len(README.splitlines()) / 1000


(METHODS_LISTED,) = (each.listed for each in STATISTICS if each.name == "methods")
PROMISED: list[tuple[float, float, str]] = [
    (trust.FAR, 86_400, "hit more than a day behind or far ahead"),
    (trust.JUMP, 600, "More than ten minutes ahead is far"),
    (trust.LONGEST_GAP, 364 * 86_400, "at most 364 days ahead"),
    (setback.SPAN, 60, "after a minute of log time"),
    (setback.STEP, 10, "with less than a hit in ten seconds"),
    (cardinality.MOST, 65_536, "They are exact up to 65,536 names"),
    (tally.REPORT_ROOM, 32_768, "Up to 32,768 different ones"),
    (RUN_ROOM, 65_536, "and 65,536 in the summary of a run"),
    (LONGEST_NAME, 512, "cut after 512 bytes"),
    (MAX_LINE, 1 << 20, "lines longer than 1 MiB"),
    (Settings().alerts, 10, "repeats the latest 10 of these messages"),
    (HEIGHT, 23, "at most 23 rows"),
    (METHODS_LISTED, 200, "The 200 most frequent methods are listed"),
    (checkpoint.EVERY, 10, "and every 10 seconds (while it catches up"),
    (rotation.ABANDONED, 86_400, "else after a day without a line"),
    (rotation.GONE, 1, "after one second without it the log is gone"),
    (rotation.QUIET, 60, "closes it after 60 seconds without a line"),
    (store.KEPT_REPORTS, 30 * 86_400, "the reports of 30 days"),
    (checkpoint.STORED, 100, "list the 100 largest sections"),
    (server.MOST, 8, "at most 8 at once"),
    (connection.PATIENCE, 5, "sends no request within 5 seconds"),
    (connection.PATIENCE, 5, "does not read for 5 seconds"),
    (http.LARGEST, 8 << 10, "or more than 8 KiB"),
    (measuring.FRESH, 1, "the last save is older than a second"),
    (totals.CODES, 60, "`other` beyond 60 different ones"),
    (totals.LONGEST_SECTION, 128, "A section of at most 128 bytes"),
    (FAR_BEHIND, 32 << 20, "more than 32 MiB are left to read"),
    (replay.WORTH_IT, 16 << 20, "a file of 16 MiB or more"),
    (segments.SEGMENT, 2 << 20, "take segments of 2 MiB"),
]


@pytest.mark.parametrize(
    ("number", "due", "words"), PROMISED, ids=[words for *_, words in PROMISED]
)
def test_a_number_that_is_promised_is_the_one_that_is_used(
    number: float, due: float, words: str
) -> None:
    assert number == due
    assert words in " ".join(README.split())


def test_there_is_one_test_command() -> None:
    (command,) = re.findall(r"^    (python3 -m venv .*)$", README, re.MULTILINE)
    assert "pip install -q -r requirements.txt && python tests/all.py" in command


def test_the_output_shown_is_what_the_commands_print(
    stories: dict[object, Future[dict[str, str]]],
) -> None:
    sample = README.partition("## What it looks like")[2].partition("\nThe line")[0]
    *_, command = re.findall(r"^    \$ python3 (.*)$", sample, re.MULTILINE)
    shown = re.sub("(?m)^    ", "", sample.split(command + "\n")[1]).strip()
    printed = re.sub("(?m)[ ]+$", "", stories[examples].result()[command])
    assert shown
    assert shown in printed


def test_the_first_command_shows_a_report_and_ctrl_c_ends_both(
    stories: dict[object, Future[str]],
) -> None:
    rest = stories[first_command].result()
    assert "== summary" in rest
    assert "loggenerator: wrote" in rest


def test_the_table_of_formats_has_every_name() -> None:
    table = README.partition("| format | written by |")[2].partition("\n\n")[0]
    cells = "".join(row.split("|")[1] for row in table.split("\n")[2:])
    assert sorted(re.findall(r"`([^`]+)`", cells)) == sorted(ROWS)
