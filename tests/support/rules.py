"""The limits of the house, each a function from a file to the list of its violations."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES, CLASS_LINES = 250, 400, 30, 150
PUBLIC_METHODS, PARAMETERS, DOOR_NAMES = 10, 5, 12
PUBLIC = {"_replace", "_asdict", "_fields", "_make", "_exit"}
"""Names of named tuples and of `os` that are public in spite of their underscore."""

OWN = {"self", "cls", "other"}
"""Objects whose private attributes a method may use."""

RIDDLE = re.compile(
    r"\b(that one|those that|of them|whoever|what is|the others|the one|of those)\b"
)
TABLE = re.compile(
    r"^(?:@|\w+ = )(pytest\.mark\.parametrize\(.*?\))(?:  #[^\n]*)?\n(?=@|def |\n\n)",
    re.MULTILINE | re.DOTALL,
)
"""The rows of a test, up to the next line that begins with a decorator or a function."""

INDENTED_IMPORT = re.compile(r"^ +(from|import) ", re.MULTILINE)
WEAK_VERB = re.compile(r"(Give|Tell|Say)s?\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = (ast.Module, ast.ClassDef, ast.FunctionDef)


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree_of(path)))


def functions_of(path: Path) -> Iterator[Function]:
    return (each for each in nodes_of(path) if isinstance(each, Function))


def classes_of(path: Path) -> Iterator[ast.ClassDef]:
    return (each for each in nodes_of(path) if isinstance(each, ast.ClassDef))


def lines_of(node: ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def line_count(path: Path) -> int:
    return len(text_of(path).splitlines())


def long_file(path: Path) -> list[str]:
    most = TEST_FILE_LINES if "tests" in path.parts else FILE_LINES
    return [f"{line_count(path)} lines"] if line_count(path) > most else []


def long_functions(path: Path) -> list[str]:
    functions = functions_of(path)
    return [each.name for each in functions if lines_of(each) > FUNCTION_LINES]


def long_classes(path: Path) -> list[str]:
    return [each.name for each in classes_of(path) if lines_of(each) > CLASS_LINES]


def wide_classes(path: Path) -> list[str]:
    return [
        each.name
        for each in classes_of(path)
        if sum(
            isinstance(child, Function) and child.name[0] != "_" for child in each.body
        )
        > PUBLIC_METHODS
    ]


def wide_doors(path: Path) -> list[str]:
    """Return the names that a door hands on, if they are too many."""
    for node in tree_of(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names if len(names) > DOOR_NAMES else []
    return []


def many_parameters(path: Path) -> list[str]:
    return [
        each.name
        for each in functions_of(path)
        if len(parameters_of(each)) > PARAMETERS
    ]


def parameters_of(function: Function) -> list[str]:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    starred = [each for each in (given.vararg, given.kwarg) if each]
    return [each.arg for each in (*named, *starred) if each.arg not in ("self", "cls")]


def type_checking(path: Path) -> list[str]:
    return ["TYPE_CHECKING"] * ("TYPE_CHECKING" in text_of(path))


def late_imports(path: Path) -> list[str]:
    """Return the modules that are imported inside functions."""
    found: dict[str, None] = {}
    if not INDENTED_IMPORT.search(text_of(path)):
        return []
    for function in functions_of(path):
        for node in ast.walk(function):
            if isinstance(node, ast.ImportFrom):
                found[node.module or "."] = None
            elif isinstance(node, ast.Import):
                found |= dict.fromkeys(alias.name for alias in node.names)
    return list(found)


def private_access(path: Path) -> list[str]:
    """Return the private attributes that are used of another object."""
    return [
        ast.unparse(node)
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute)
        and node.attr[0] == "_"
        and not node.attr.startswith("__")
        and node.attr not in PUBLIC
        and not (isinstance(node.value, ast.Name) and node.value.id in OWN)
        and ast.unparse(node.value) != "super()"
    ]


def riddles(path: Path) -> list[str]:
    words = " ".join(text_of(path).lower().split())
    return RIDDLE.findall(words)


def weak_verbs(path: Path) -> list[str]:
    """Return the docstrings that begin with Give, Tell or Say."""
    docstrings = [
        ast.get_docstring(node) or ""
        for node in nodes_of(path)
        if isinstance(node, Documented)
    ]
    return [each for each in docstrings if WEAK_VERB.match(each)]


def rows_without_id(path: Path) -> list[str]:
    """Return the rows of parametrized tests that pytest could only number.

    Only the tables are parsed, because the parsing of all tests takes more than a second.
    """
    found: list[str] = []
    for table in TABLE.findall(text_of(path)):
        call = ast.parse(table, mode="eval").body
        assert isinstance(call, ast.Call)
        if all(keyword.arg != "ids" for keyword in call.keywords):
            rows = call.args[1]
            cells = rows.elts if isinstance(rows, ast.List | ast.Tuple) else [rows]
            found += [ast.unparse(each) for each in cells if not has_id(each)]
    return found


def has_id(row: ast.expr) -> bool:
    """Return whether a row names itself, or consists of texts, numbers and names."""
    if isinstance(row, ast.Tuple):
        return all(map(has_id, row.elts))
    if not isinstance(row, ast.Call):
        return not isinstance(row, ast.List | ast.Dict | ast.Set | ast.Lambda)
    if ast.unparse(row.func) == "pytest.param":
        return any(keyword.arg == "id" for keyword in row.keywords)
    return ast.unparse(row.func) in ("range", "sorted", "list")


def undocumented(path: Path) -> list[str]:
    """Return the public names without a docstring; the module counts too."""
    nodes = [
        node
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
    ]
    module = [] if ast.get_docstring(tree_of(path)) else ["module"]
    return module + [each.name for each in nodes if not ast.get_docstring(each)]


CODE_RULES: dict[str, Callable[[Path], list[str]]] = {
    "file length": long_file,
    "function length": long_functions,
    "class length": long_classes,
    "public methods": wide_classes,
    "door names": wide_doors,
    "parameters": many_parameters,
    "TYPE_CHECKING": type_checking,
    "private access": private_access,
    "docstrings": undocumented,
    "docstring verbs": weak_verbs,
}
TEST_RULES: dict[str, Callable[[Path], list[str]]] = {
    "test file length": long_file,
    "row ids": rows_without_id,
}
