"""Each source is split and parsed by itself, and keeps what its next lines need."""

from support.carrying import header, w3c_line
from support.timelines import START, line

from monitor.core.sources import Sources

FEW, OTHER = w3c_line("few", 0), w3c_line("same number", 1)


def sources_of(*names: str) -> Sources:
    sources = Sources("auto")
    for name in names:
        sources.begin(name, at_start=True)
    return sources


def test_the_directives_of_a_source_count_for_this_source_only() -> None:
    sources = sources_of("a", "b", "c")
    sources.read("a", header("few"))
    sources.read("b", header("same number"))
    for _ in range(3):
        assert sources.read("a", FEW).epochs == [START]
        assert sources.read("b", OTHER).epochs == [START + 1]
        assert sources.read("a", OTHER).epochs == []
        assert sources.read("c", FEW).epochs == []


def test_a_source_keeps_a_partial_line_and_what_it_carries() -> None:
    sources = sources_of("a")
    assert sources.kept("b") == (0, None)
    sources.read("a", header("few") + FEW[:9])
    kept = sources.kept("a")
    assert kept.partial == 9
    other = sources_of()
    other.begin("a", at_start=False, carried=kept.carried)
    assert other.kept("a") == (0, kept.carried)
    assert other.read("a", FEW).epochs == [START]
    assert other.carried("a") == kept.carried


def test_a_source_that_has_begun_does_not_begin_again() -> None:
    sources = sources_of("a")
    sources.read("a", header("few") + FEW[:9])
    kept = sources.kept("a")
    sources.begin("a", at_start=False, mid_line=True, carried={})
    assert sources.kept("a") == kept
    assert sources.read("a", FEW[9:]).epochs == [START]


def test_only_a_source_that_goes_on_keeps_something_after_its_end() -> None:
    for goes_on in (False, True):
        sources = sources_of("a")
        sources.read("a", header("few") + line(0)[:9])
        kept = sources.kept("a")
        sources.end("a", complete=False, goes_on=goes_on)
        assert sources.kept("a") == (kept if goes_on else (0, None))
        assert sources.are_ended != goes_on


def test_the_last_line_of_a_complete_source_needs_no_newline() -> None:
    sources = sources_of("a")
    assert sources.read("a", header("few") + FEW[:-2]).epochs == []
    assert sources.end("a", complete=True, goes_on=False).epochs == [START]


def test_lines_of_a_worker_leave_behind_what_they_carry() -> None:
    sources, other = sources_of("a"), sources_of("a")
    other.read("a", header("few"))
    sources.pass_by("a", other.carried("a"))
    assert sources.read("a", FEW).epochs == [START]
