"""Left out cells: those of a whole sheet are made when they are asked for, and are those that were there."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.model import LeftOut, LeftOutCells, reasons
from sds2gen3.place import Place
from sds2gen3.sheets.formats.cells import make_column_grid
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.tables.outcome import LeftSheet
from sds2gen3.sheets.tables.values import is_blank

TABLES = st.lists(
    st.lists(st.sampled_from([None, "a", " ", "\u200b", 1, 0, False]), min_size=3, max_size=3), max_size=4
)


def cells_of(table: list[list[Any]]) -> list[tuple[int, int, Any]]:
    return [(r, c, v) for r, row in enumerate(table, 5) for c, v in enumerate(row, 1) if not is_blank(v)]


@given(TABLES, st.booleans())
def test_the_cells_of_a_sheet_that_hold_something_each_at_its_place(table: list[list[Any]], by_column: bool) -> None:
    columns = [list(column) for column in zip(*table, strict=True)]
    grid = make_column_grid("x.xlsx", "S", columns, 5) if by_column else Grid("x.xlsx", "S", table, 5)
    sheet = LeftSheet(grid, "another sheet")
    assert [(one.place.row, one.place.column, one.value) for one in sheet] == cells_of(table)
    assert len(sheet) == len(cells_of(table))
    assert list(sheet[1:]) == list(sheet)[1:]


@given(st.lists(TABLES, max_size=3))
def test_the_cells_of_several_sources_one_after_the_other(tables: list[list[list[Any]]]) -> None:
    single = [LeftOut(Place("y.xlsx"), 1, "header")]
    sheets = [LeftSheet(Grid("x.xlsx", "S", table, 5), "another sheet") for table in tables]
    together = LeftOutCells([single, *sheets])
    plain = [*single, *(cell for sheet in sheets for cell in sheet)]
    assert together == plain
    assert len(together) == len(plain)
    assert together[-1] == plain[-1]
    assert reasons(together) == Counter(cell.reason for cell in plain)
