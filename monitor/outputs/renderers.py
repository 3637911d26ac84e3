"""The kinds of --output. To add one, write a class with `render` in a file, and a row here."""

from collections.abc import Callable

from monitor.outputs.base import Renderer
from monitor.outputs.brief import Brief
from monitor.outputs.json_lines import Json
from monitor.outputs.style import Style
from monitor.outputs.text import Text

RENDERERS: dict[str, Callable[[Style], Renderer]] = {
    "text": Text,
    "brief": Brief,
    "json": Json,
}
"""The kinds of --output by name."""
