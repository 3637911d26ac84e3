"""The real program while it is scraped."""

import re
import signal
import sys
from pathlib import Path
from urllib.request import urlopen

from support.exposed import samples_of
from support.program import PATIENCE, append, line_at, started

NOW = 1795474080


def test_the_program_answers_while_it_sleeps_and_ends_in_order(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    append(log, line_at(NOW))
    words = ["--metrics", "0", "--state", tmp_path / "state", log]
    strict = [sys.executable, "-W", "error"]
    with started("-q", *words, python=strict) as program:
        program.wait_for("/metrics\n", stderr=True)
        (url,) = re.findall(r"http://127\S+", program.notices)
        with urlopen(url, timeout=PATIENCE) as answer:
            samples = samples_of(answer.read().decode(), str(log))
        program.send(signal.SIGTERM)
        ended = program.end()
    assert ended.code == 0
    assert samples[f"log_readable{{{log}}}"] == 1
    assert samples["process_resident_memory_bytes"] > 1 << 20
