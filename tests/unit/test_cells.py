"""How cells are listed in a report."""

from __future__ import annotations

import pytest

from sds2gen3.place import Place
from sds2gen3.report.cells import counted, listed, ranges


def cells(*positions: tuple[int | None, int | None]) -> list[Place]:
    return [Place("subjects.xlsx", "Sheet1", row=row, column=column) for row, column in positions]


@pytest.mark.parametrize(
    ("places", "text"),
    [
        (cells((4, 1)), "A4"),
        (cells((9, 1), (4, 1), (7, 1), (8, 1)), "A4, A7-A9"),
        (cells((3, 4), (3, 5), (3, 6)), "D3-F3"),
        (cells((4, 1), (4, 1)), "A4"),
        (cells((3, None), (4, None), (6, None)), "rows 3-4, row 6"),
        (cells((None, 5), (None, 6)), "columns E-F"),
        (cells((None, 27)), "column AA"),
        ([Place("sds/case.yaml", line=7), Place("sds/case.yaml", line=8)], "line 7, line 8"),
        ([Place("manifest.json", pointer="/0/name")], "#/0/name"),
        ([Place("samples.xlsx")], ""),
        ([], ""),
    ],
)
def test_neighbours_are_joined(places: list[Place], text: str) -> None:
    assert listed(places, 0) == text


def test_rows_or_columns_whichever_is_shorter() -> None:
    block = cells(*((row, column) for row in (3, 4, 5) for column in (1, 2)))
    assert [text for text, _ in ranges(block)] == ["A3-A5", "B3-B5"]


def test_a_row_and_a_cell_are_never_joined() -> None:
    assert listed(cells((3, None), (3, 1)), 0) == "row 3, A3"


def test_what_the_limit_hides_is_counted_in_cells() -> None:
    places = cells((1, 1), (3, 1), (5, 1), (6, 1), (7, 1))
    assert listed(places, 2) == "A1, A3 and 3 more"


@pytest.mark.parametrize(
    ("places", "text"),
    [
        (cells((4, 1)), "1 cell"),
        (cells((4, 1), (5, 1), (5, 1)), "2 cells"),
        (cells((4, None), (5, None)), "2 rows"),
        (cells((4, None), (5, 1)), "2 places"),
    ],
)
def test_places_are_counted_by_kind(places: list[Place], text: str) -> None:
    assert counted(places) == text
