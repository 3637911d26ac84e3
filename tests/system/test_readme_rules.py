"""The alerts that the README shows for the rules are what its command prints."""

import re
from concurrent.futures import Future

from support.stories import README, examples

SECTION = README.partition("## Alert rules")[2].partition("\n## ")[0]


def test_the_alerts_shown_are_what_the_command_prints(
    stories: dict[object, Future[dict[str, str]]],
) -> None:
    (command,) = re.findall(r"^    \$ python3 (.*)$", SECTION, re.MULTILINE)
    shown = re.findall(r"^    (High .*)$", SECTION, re.MULTILINE)
    assert len(shown) > 3
    assert stories[examples].result()[command].splitlines() == shown
