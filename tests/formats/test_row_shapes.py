"""The rows of the special formats: the values of their lines."""

import pytest
from support.examples import EXAMPLES, Example
from support.formatlines import TEXTS, Request, line_of
from support.rows import FORMS, OPTIONAL

from monitor.formatnames import ROWS


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_a_line_of_a_row_has_its_values(example: Example) -> None:
    assert FORMS[example.row].take(example.line.encode()) == example.hit


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_the_shape_of_a_row_agrees_with_its_parser(example: Example) -> None:
    line = example.line.encode()
    shape = FORMS[example.row].shape_of(line)
    table = shape.parse(b"#\n" + line + b"\n" + line + b"\n") if shape else None
    if table and 1 not in table.odd:
        found = {name: column[1] for name, column in table.columns.items()}
        assert found == {name: getattr(example.hit, name) for name in found}
        assert all(
            example.hit._asdict()[name] in (None, b"-")
            for name in OPTIONAL - set(found)
        )


USUAL = [name for name in TEXTS if name in ROWS or "," in name]


@pytest.mark.parametrize("name", USUAL)
def test_the_shape_takes_the_usual_line_of_a_row(name: str) -> None:
    row = name.partition(",")[0]
    line = line_of(name, Request())
    if ROWS[row].mark:
        shape = FORMS[row].shape_of(line)
        table = shape.parse(b"#\n" + line + b"\n") if shape else None
        assert table and 1 not in table.odd
