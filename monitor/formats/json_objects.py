"""A line -> the JSON object in it, or why there is none.

Sources: RFC 8259; Caddy `log` (its console encoder writes a time, a level, a logger and a message before
the object, with tabs between).
"""

import json
import re
from typing import Any

from monitor.formats.json_repair import repaired

Object = dict[str, Any]

_decode = json.JSONDecoder(strict=False).raw_decode  # control characters are allowed
_EXPORT = "it is a part of an export in JSON; jq -c '.[]' writes one line a request"
_opening = re.compile(r'\{[ \t]*+(?:"|\}[ \t]*+$)')
_part_of_export = re.compile(
    r'[ \t]*+(?:[\[\]{}]{1,2},?+[ \t]*+$|"[^"\\]{1,99}+"[ \t]?+:[ \t]|\[[ \t]*+\{)'
)
_console = re.compile(
    r"(\d{4}[/-]\d\d[/-]\d\d[T ][\d:.,]{8,18}+(?:Z|[+-]\d\d:?\d\d)?)\t(?:\x1b\[\d{1,3}m)?"
    r"(DEBUG|INFO|WARN|ERROR|DPANIC|PANIC|FATAL)(?:\x1b\[0m)?\t(.*)",
    re.DOTALL,
)


def object_of(text: str) -> Object | str | None:
    """Return the object of a line, why it has none, or None for a line that is no JSON."""
    if text[:1] != "{":
        return _object_behind(text)
    try:
        found: Object
        found, end = _decode(text)
    except RecursionError:
        return "its JSON is nested too deep"
    except ValueError:
        return _repaired_object(text)
    if end != len(text) and text[end:].strip(", \t\r"):
        return f"more text follows its JSON object at byte {_byte(text, end)}"
    return found


def _object_behind(text: str) -> Object | str | None:
    """Return the object of a line that begins with something else."""
    stripped = text.lstrip(" \t")
    if _opening.match(stripped):
        return object_of(stripped)
    console = _console.match(text)
    if console:
        return _console_object(*console.groups())
    return _EXPORT if _part_of_export.match(text) else None


def _console_object(time: str, level: str, rest: str) -> Object | str | None:
    words, brace, inner = rest.partition("\t{")
    found = object_of(brace[1:] + inner) if brace else {}
    if not isinstance(found, dict):
        return found
    logger, tab, message = words.partition("\t")
    named = {"logger": logger, "msg": message} if tab else {"msg": logger}
    return {"ts": time, "level": level.lower(), **named, **found}


def _repaired_object(text: str) -> Object | str | None:
    """Return the object of a line that is almost JSON."""
    if not _opening.match(text):
        return _EXPORT if _part_of_export.match(text) else None
    better = repaired(text)
    try:
        found: Object
        found, end = _decode(better)
    except RecursionError:
        return "its JSON is nested too deep"
    except json.JSONDecodeError as error:
        place = error.pos
    except ValueError:
        return "a number in its JSON is too long"
    else:
        if end == len(better):
            return found
        place = end
    if not text.rstrip(" \t\r").endswith("}"):
        return "its JSON object has no end"
    return f"its JSON is damaged at about byte {_byte(better, place)}"


def _byte(text: str, place: int) -> int:
    """Return the byte at a place of a text, counted from 1."""
    return len(text[:place].encode("utf-8", "surrogateescape")) + 1
