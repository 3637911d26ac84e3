"""The rooms that the map in monitor/__init__.py promises, and the house rules that count."""

import ast
import re
import sys
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from support import rules
from support.rules import tree_of

import monitor

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "monitor"
MAP = monitor.__doc__ or ""
GROUND = re.findall(r"^(\w+)\.py ", MAP, re.MULTILINE)
ROOMS = re.findall(r"^(\w+)/ ", MAP, re.MULTILINE)
PURE = re.findall(r"^(\w+)/ ", MAP.partition("-- shell")[0], re.MULTILINE)
PYTHON = sorted(PACKAGE.rglob("*.py"))
MODULES = [path for path in PYTHON if path.stem != "__init__"]
EFFECTS = {
    *("os", "io", "sys", "time", "sqlite3", "logging", "argparse", "select"),
    *("signal", "socket", "subprocess", "threading", "shutil", "tempfile", "random"),
}
TESTS = sorted((ROOT / "tests").rglob("*.py"))

LATE_IMPORTS: dict[str, dict[str, str]] = {
    "only": {"ipaddress": "few runs choose clients by their network"},
    "app.config": {"tomllib": "few runs read options from a file"},
    "app.saving": {"monitor.app.measuring": "few runs have metrics"},
    "outputs.outputs": {
        "monitor.outputs.systemd": "few runs are services, and socket loads for long",
    },
    "hooks.hook": {"monitor.hooks.process": "only a hook needs subprocess"},
    "inputs.segments": {
        "monitor.inputs.workers": "multiprocessing loads as long as all of the inputs",
    },
}
# The limits are in support/rules.py. These files break one, and are to be reworked.
TO_BE_REWORKED: dict[str, str] = {}


def name_of(path: Path) -> str:
    base = PACKAGE if PACKAGE in path.parents else ROOT
    return ".".join(path.relative_to(base).with_suffix("").parts)


def room_of(path: Path) -> str | None:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) == 2 else None


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Return what a file imports, as `monitor.room.file` and the like."""
    names: set[str] = set()
    for node in rules.nodes_of(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return frozenset(names)


@cache
def files_of(room: str) -> list[str]:
    """Return the files of a room in the order in which its door lists them."""
    door = ast.get_docstring(tree_of(PACKAGE / room / "__init__.py")) or ""
    return re.findall(r"^(\w+)\.py ", door, re.MULTILINE)


def may_import(path: Path) -> set[str]:
    """Return all that a file may import of the program: ground, doors above, files above."""
    room = room_of(path)
    if room is None:
        names = {f"monitor.{each}" for each in GROUND[: GROUND.index(path.stem)]}
        return {"monitor", *names}
    files = files_of(room)
    is_door = path.stem == "__init__"
    above = files if is_door else files[: files.index(path.stem)]
    return {
        "monitor",
        *([f"monitor.{room}"] if is_door else []),
        *(f"monitor.{each}" for each in GROUND),
        *(f"monitor.{each}" for each in ROOMS[: ROOMS.index(room)]),
        *(f"monitor.{room}.{each}" for each in above),
    }


def held_to(rule: str, paths: list[Path]) -> list[Path]:
    """Return the files that must keep a rule today."""
    others = TO_BE_REWORKED.get(rule, "").split()
    return [path for path in paths if name_of(path) not in others]


def test_the_map_lists_every_room_and_the_doors_every_file() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert folders - {"__pycache__"} == set(ROOMS)
    listed = {*GROUND, *(f"{room}.{name}" for room in ROOMS for name in files_of(room))}
    assert listed == set(map(name_of, MODULES))
    assert set(PURE) < set(ROOMS)


def test_the_top_level_has_three_folders() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    hidden = {name for name in folders if name.startswith((".", "__"))}
    assert folders - hidden == {"monitor", "log", "tests"}


def test_a_file_imports_only_by_doors_and_only_from_above() -> None:
    for path in [*MODULES, *PACKAGE.glob("*/__init__.py")]:
        found = {name for name in imports_of(path) if name.split(".")[0] == "monitor"}
        assert found <= may_import(path), path


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_only_hands_on(room: str) -> None:
    docstring, *body = tree_of(PACKAGE / room / "__init__.py").body
    assert isinstance(docstring, ast.Expr)
    *imports, handed_on = body
    assert all(isinstance(node, ast.ImportFrom) for node in imports)
    assert isinstance(handed_on, ast.Assign)
    names = {alias.name for node in imports for alias in getattr(node, "names", ())}
    assert names == set(ast.literal_eval(handed_on.value))


@pytest.mark.parametrize("room", PURE)
def test_the_pure_rooms_do_no_input_or_output(room: str) -> None:
    for name in files_of(room):
        tops = {
            each.split(".")[0] for each in imports_of(PACKAGE / room / f"{name}.py")
        }
        assert not tops & EFFECTS, name


def test_only_the_standard_library_is_imported() -> None:
    allowed = sys.stdlib_module_names | {"monitor"}
    for path in [*MODULES, ROOT / "main.py", ROOT / "log" / "loggenerator.py"]:
        tops = {name.split(".")[0] for name in imports_of(path)}
        assert tops <= allowed, path


def test_what_helps_tests_has_one_name() -> None:
    """Under two names it would be two modules."""
    for path in TESTS:
        text = rules.text_of(path)
        assert not re.search(r"^\s*(from|import) tests\b", text, re.MULTILINE), path


def test_a_file_of_tests_has_a_name_of_its_own() -> None:
    """The folders are no packages. Because of that pytest would take two such files for one."""
    names = [path.name for path in TESTS if path.name.startswith("test_")]
    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize("rule", rules.CODE_RULES)
def test_the_code_keeps_the_limits(rule: str) -> None:
    for path in held_to(rule, PYTHON):
        assert rules.CODE_RULES[rule](path) == [], path


@pytest.mark.parametrize("rule", rules.TEST_RULES)
def test_the_tests_keep_their_limits(rule: str) -> None:
    for path in held_to(rule, TESTS):
        assert rules.TEST_RULES[rule](path) == [], path


def test_a_function_imports_only_for_a_reason_that_is_named() -> None:
    for path in PYTHON:
        named = LATE_IMPORTS.get(name_of(path), {})
        assert set(rules.late_imports(path)) <= set(named), path


def test_the_sentences_are_plain() -> None:
    paths = held_to("plain sentences", PYTHON)
    found = {name_of(path): rules.riddles(path) for path in paths}
    lines = sum(map(rules.line_count, paths))
    assert len(list(chain(*found.values()))) <= 3 * lines / 1000, found


def test_there_are_at_most_two_lines_of_test_for_a_line_of_code() -> None:
    code = [*PYTHON, ROOT / "main.py", ROOT / "log" / "loggenerator.py"]
    lines = sum(map(rules.line_count, code))
    assert sum(map(rules.line_count, TESTS)) <= 2.2 * lines
