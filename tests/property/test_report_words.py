"""Whatever users write, a report shows it without harm and without loss."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.place import Place
from sds2gen3.report import FORMATS, Look
from sds2gen3.report.cells import listed, ranges
from sds2gen3.report.words import visible

ANY_TEXT = st.text(st.characters(codec=None, categories=None))
CELLS = st.lists(st.builds(Place, st.just("s.xlsx"), st.none(), st.integers(1, 9), st.integers(1, 9)))


@given(ANY_TEXT)
def test_nothing_that_steers_a_terminal_gets_through(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown


@given(ANY_TEXT, ANY_TEXT, st.sampled_from(sorted(FORMATS)), st.integers(1, 200))
def test_no_message_or_value_stops_a_report(message: str, hint: str, name: str, width: int) -> None:
    finding = Diagnostic("S202", Severity.ERROR, message, hint, Place("s.xlsx", message, 3, 1), message)
    shown = FORMATS[name]([Report([finding])], Look(width=width, color=False))
    assert "S202" in shown
    assert shown.replace("\n", "").isprintable()


@given(CELLS)
def test_every_cell_is_in_exactly_one_range(places: list[Place]) -> None:
    assert sum(count for _, count in ranges(places)) == len(set(places))


@given(CELLS, st.integers(1, 5))
def test_what_is_not_shown_is_counted(places: list[Place], limit: int) -> None:
    entries = ranges(places)
    hidden = sum(count for _, count in entries[limit:])
    assert listed(places, limit).endswith(f" and {hidden} more") is (hidden > 0)
