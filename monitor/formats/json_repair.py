r"""Lines that are almost JSON -> JSON.

A user writes the braces and quotes of such a line into `log_format` or `LogFormat`, and the server puts
its values between them. Sources: nginx ngx_http_log_module (`escape=default` writes `\xHH`, a variable
without a value is empty or `-`, several upstreams are a list), Apache mod_log_config (`\xhh`, `\v`).

All repetitions are possessive. Because of that the time is linear in the length of a line.
"""

import json
import re

_escape = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.?))", re.DOTALL)
_STRING = r'"(?:[^"\\]++|\\.)*+'
_part = re.compile(
    rf'({_STRING}"\s*+:\s*+)(?![\s"\[{{])([^",}}]*+(?:,(?!\s*+["}}])[^",}}]*+)*+)'
    rf'|{_STRING}(?:"|\\?\Z)|(,)(?=\s*+[\]}}])',
    re.DOTALL,
)
_scalar = re.compile(r"-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][+-]?\d++)?|true|false|null")


def repaired(text: str) -> str:
    r"""Return a text that is no JSON with its usual faults repaired.

    `\xHH` becomes its byte. A value without quotes that is no JSON becomes a string, up to a comma
    before the next key or to the end of the object. A comma before a closing bracket is dropped.
    """
    return _part.sub(_repaired_part, _escape.sub(_repaired_escape, text)).rstrip(
        ", \t\r"
    )


def _repaired_escape(escape: re.Match[str]) -> str:
    code, letter = escape.groups()
    if code:
        # A byte that is no ASCII has this code when it cannot be decoded (surrogateescape).
        return rf"\u00{code}" if code < "8" else rf"\udc{code}"
    if letter == "v":
        return r"\u000b"
    return escape[0] if letter in '"\\/bfnrtu' else rf"\\{letter}"


def _repaired_part(part: re.Match[str]) -> str:
    key, value, comma = part.groups()
    if comma:
        return ""
    if key is None or _scalar.fullmatch(value.strip()):
        return part[0]
    return key + json.dumps(value.strip())
