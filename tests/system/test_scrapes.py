"""The real program while it is scraped."""

import re
import signal
import sys
from concurrent.futures import Future
from pathlib import Path
from urllib.request import urlopen

from support.exposed import samples_of
from support.program import PATIENCE, START, append, line_at, started
from support.stories import beforehand


@beforehand
def following_that_is_scraped(folder: Path) -> tuple[int, dict[str, float]]:
    """Follow a log until it was scraped; return the exit code and the samples."""
    log = folder / "access.log"
    append(log, line_at(START))
    words = ["--metrics", "0", "--state", folder / "state", log]
    strict = [sys.executable, "-W", "error"]
    with started("-q", *words, python=strict) as program:
        program.wait_for("/metrics\n", stderr=True)
        (url,) = re.findall(r"http://127\S+", program.notices)
        with urlopen(url, timeout=PATIENCE) as answer:
            samples = samples_of(answer.read().decode(), str(log))
        program.send(signal.SIGTERM)
        return program.end().code, samples


def test_the_program_answers_while_it_sleeps_and_ends_in_order(
    stories: dict[object, Future[tuple[int, dict[str, float]]]],
) -> None:
    code, samples = stories[following_that_is_scraped].result()
    (readable,) = (v for k, v in samples.items() if k.startswith("log_readable{"))
    assert (code, readable) == (0, 1)
    assert samples["process_resident_memory_bytes"] > 1 << 20
