r"""A value of `--format` -> the string in it. The value may be a whole directive of a configuration.

Sources: Apache httpd (`LogFormat "STRING" NAME`, `CustomLog PATH "STRING" env=...`; a backslash at the
end of a line continues it), nginx (`log_format NAME escape=json 'PART' "PART";`; `\"`, `\'`, `\\`, `\t`,
`\n` and `\r` in quotes). Apache's `\"` and `\t` also stand in a string without its directive, and are
left as they are.
"""

import re

from monitor.errors import UsageError
from monitor.formatnames import string_named
from monitor.logformats import DIRECTIVE

_word = re.compile(
    r"""\s*+(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|([^\s"';]++)|;)""", re.DOTALL
)
_escape = re.compile(r"""\\(["'\\tnr])""")
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r"}
_BEFORE = {"logformat": 0, "log_format": 1}
"""The number of words between the word of a directive and its string; 1 for a path."""


def string_in(value: str) -> str:
    """Return the string in a value of `--format`. Raises UsageError if there is none."""
    directive = DIRECTIVE.match(value)
    if directive is None:
        return value
    name = directive[1].lower()
    lines = re.sub(r"\\\r?\n", "", value[directive.end() :])
    words = _words(lines)[_BEFORE.get(name, 1) :]
    if name == "log_format":
        words = [
            "".join(_unescape(word) for word in words if not word.startswith("escape="))
        ]
    if not words or not words[0]:
        raise UsageError(f"--format: no string stands behind {directive[1]}")
    return string_named(words[0])


def _words(text: str) -> list[str]:
    """Return the words up to a semicolon; a word in quotes may hold spaces."""
    words = []
    place = 0
    while (match := _word.match(text, place)) and match[0].lstrip() != ";":
        words.append(match[1] or match[2] or match[3] or "")
        place = match.end()
    return words


def _unescape(word: str) -> str:
    return _escape.sub(lambda match: _ESCAPED.get(match[1], match[1]), word)
