"""The layering that the map in monitor/__init__.py promises, and the house rules that count."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import monitor

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "monitor"
MODULES = sorted(path for path in PACKAGE.glob("*.py") if path.stem != "__init__")
MAP = monitor.__doc__ or ""
ORDER = re.findall(r"^ *(\w+)\.py ", MAP, re.MULTILINE)
CORE = re.findall(r"^ *(\w+)\.py ", MAP.partition("-- thin shell")[0], re.MULTILINE)
EFFECTS = {
    *("os", "io", "sys", "time", "sqlite3", "logging", "argparse", "select"),
    *("signal", "socket", "subprocess", "threading", "shutil", "tempfile", "random"),
}
LONGEST_FUNCTION = 40
LONGEST_MODULE = 460


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports_of(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def monitor_imports_of(path: Path) -> set[str]:
    parts = [name.split(".") for name in imports_of(path)]
    return {each[1] for each in parts if each[0] == "monitor" and len(each) > 1}


def test_the_map_lists_every_module_once() -> None:
    assert sorted(ORDER) == [path.stem for path in MODULES]
    assert CORE
    assert set(CORE) < set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_only_what_stands_above_it(path: Path) -> None:
    above = set(ORDER[: ORDER.index(path.stem)])
    imported = {name for name in monitor_imports_of(path) if name in ORDER}
    assert imported <= above


@pytest.mark.parametrize("name", CORE)
def test_the_core_does_no_input_or_output(name: str) -> None:
    tops = {each.split(".")[0] for each in imports_of(PACKAGE / f"{name}.py")}
    assert not tops & EFFECTS


def test_only_the_standard_library_is_imported() -> None:
    import sys

    allowed = sys.stdlib_module_names | {"monitor"}
    for path in [*MODULES, ROOT / "main.py", ROOT / "log" / "loggenerator.py"]:
        tops = {name.split(".")[0] for name in imports_of(path)}
        assert tops <= allowed, path


def test_what_helps_tests_has_one_name() -> None:
    """Under two names it would be two modules."""
    for path in Path(__file__).parent.glob("*.py"):
        assert "tests" not in {name.split(".")[0] for name in imports_of(path)}, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_opens_with_its_promise(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_functions_and_modules_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_what_is_public_says_what_it_does(path: Path) -> None:
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
            assert ast.get_docstring(node), node.name
