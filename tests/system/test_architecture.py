"""The rooms that the map in monitor/__init__.py promises, and the house rules that count."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

import monitor

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "monitor"
MAP = monitor.__doc__ or ""
GROUND = re.findall(r"^(\w+)\.py ", MAP, re.MULTILINE)
ROOMS = re.findall(r"^(\w+)/ ", MAP, re.MULTILINE)
PURE = re.findall(r"^(\w+)/ ", MAP.partition("-- shell")[0], re.MULTILINE)
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.stem != "__init__")
EFFECTS = {
    *("os", "io", "sys", "time", "sqlite3", "logging", "argparse", "select"),
    *("signal", "socket", "subprocess", "threading", "shutil", "tempfile", "random"),
}
LONGEST_FUNCTION = 40
LONGEST_MODULE = 460


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def room_of(path: Path) -> str | None:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) == 2 else None


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Return what a file imports, as `monitor.room.file` and the like."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
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


def test_the_map_lists_every_room_and_the_doors_every_file() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert folders - {"__pycache__"} == set(ROOMS)
    listed = {*GROUND, *(f"{room}.{name}" for room in ROOMS for name in files_of(room))}
    assert listed == set(map(name_of, MODULES))
    assert set(PURE) < set(ROOMS)


@pytest.mark.parametrize(
    "path", [*MODULES, *PACKAGE.glob("*/__init__.py")], ids=name_of
)
def test_a_file_imports_only_by_doors_and_only_from_above(path: Path) -> None:
    imported = {name for name in imports_of(path) if name.split(".")[0] == "monitor"}
    assert imported <= may_import(path)


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
    for path in (ROOT / "tests").rglob("*.py"):
        assert "tests" not in {name.split(".")[0] for name in imports_of(path)}, path


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_opens_with_its_promise(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_and_modules_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_what_is_public_says_what_it_does(path: Path) -> None:
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
            assert ast.get_docstring(node), node.name
