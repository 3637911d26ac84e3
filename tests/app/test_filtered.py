"""Runs with --only have a state and a history of their own, and one notice about a key that is lacking."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.place import (
    OPTIONS,
    Monitor,
    Place,
    crossings,
    objects_of,
    of,
    place_beside_others,
)
from support.timelines import line, traffic

pytestmark = pytest.mark.usefixtures("untraced")

ONLY = ("--only", "section=/a", "--only", "status!=404")


def lines(*seconds: int) -> bytes:
    """Return a hit of each section and status in each second. Only one is chosen."""
    return b"".join(
        line(second, path, status)
        for second in seconds
        for path in ("/a", "/b")
        for status in (200, 404)
    )


def test_runs_of_once_add_up_to_one_replay(place: Place) -> None:
    seconds = traffic("0-20:1 30-40:3 90:1")
    for start in range(0, len(seconds), 7):
        place.append(lines(*seconds[start : start + 7]))
        place.once(*ONLY)
    stored = place.history()
    place.folder.joinpath("whole").write_bytes(lines(*seconds))
    _, out, _ = place.program(
        *("--replay", *OPTIONS, *ONLY), str(place.folder / "whole")
    )
    whole = objects_of(out)
    assert crossings(of(stored, "alert")) == crossings(whole) != []
    reports = of(stored, "report")
    assert sum(each["hits"] for each in reports) == len(seconds)
    assert sum(each["ignored"] for each in reports) == 3 * len(seconds)
    assert whole[-1]["hits"] == len(seconds)
    named = ["section=/a", "status!=404"]
    assert all(each["only"] == named for each in reports + of(whole, "alert"))


def test_a_state_that_is_named_belongs_to_one_filter(place: Place) -> None:
    place.append(lines(0))
    place.once(*ONLY)
    for words, counts in ((), "section=/a"), (("--only", "status=404"), "section=/a"):
        code, out, err = place.run("--once", *OPTIONS, *words)
        assert (code, out) == (1, "")
        assert f"counts --only {counts} --only status!=404; give another" in err
    assert place.once("--only", "status!=404", "--only", "section=/a")[0]["lines"] == 0


def test_a_followed_log_with_a_filter_is_introduced_with_it(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    place.append(lines(0))

    def look(monitor: Monitor) -> Iterator[None]:
        yield from monitor.until("following")
        yield

    objects = place.follow(look, *ONLY)
    (first, *_) = of(objects, "notice")
    words = "alert above 1/s over 10s, only section=/a, status!=404"
    assert first["message"].endswith(words)


def test_a_followed_log_begins_with_its_chosen_hits_in_the_window(
    tmp_path: Path,
) -> None:
    place = place_beside_others(tmp_path)
    place.append(lines(*traffic("0:3 5:4")))

    def look(monitor: Monitor) -> Iterator[None]:
        yield from monitor.until('"type":"report"')
        place.append(lines(6, 6))
        yield from monitor.until('"hits":2')

    objects = place.follow(look, *ONLY)
    windows = {report["window"]["hits"] for report in of(objects, "report")}
    assert max(windows) == 9 and not of(objects, "alert")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            ("--by", "host"), "no host in the first 20 hits, for --by host", id="by"
        ),
        pytest.param(
            ("--only", "host=a", "--only", "host!=b", "--by", "host+section"),
            "no host in the first 20 hits, for --by host+section, --only host",
            id="both",
        ),
        pytest.param(("--by", "client", "--only", "path=/a"), "", id="nothing"),
        pytest.param(("--by", "agent"), "no agent in the first 20 hits", id="agent"),
    ],
)
def test_a_key_that_a_log_lacks_is_one_notice(
    place: Place, words: tuple[str, ...], message: str
) -> None:
    whole = place.folder / "whole"
    whole.write_bytes(lines(*range(30)))
    code, _, err = place.program("--replay", "-q", *words, str(whole))
    assert code == 0
    assert err.count("no ") == bool(message)
    assert message in err


def test_a_short_log_is_judged_at_its_end(place: Place) -> None:
    whole = place.folder / "whole"
    whole.write_bytes(line(0))
    _, _, err = place.program("--replay", "-q", "--only", "host=a", str(whole))
    assert "no host in the first 1 hit, for --only host" in err


def test_a_host_is_read_where_it_is_asked_for(place: Place) -> None:
    whole = place.folder / "whole"
    names = [b"a.example:443", b"b.example:80", b"b.example:80"]
    whole.write_bytes(b"".join(name + b" " + line(0) for name in names * 9))
    _, out, err = place.program("--replay", *OPTIONS, "--by", "host", str(whole))
    table = objects_of(out)[-1]["table"]
    assert [(row["name"], row["hits"]) for row in table] == [
        *(("b.example", 18), ("a.example", 9)),
    ]
    only = ("--only", "host=a.*")
    _, out, _ = place.program("--replay", *OPTIONS, *only, str(whole))
    assert objects_of(out)[-1]["hits"] == 9 and not err
