"""The rows of a sheet that are kept as columns read like the list of rows that they stand for."""

from __future__ import annotations

import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.sheets.formats.cells import make_column_grid, make_grid
from sds2gen3.sheets.grid import Columns

TABLES = st.integers(0, 4).flatmap(
    lambda width: st.lists(st.lists(st.sampled_from([None, None, "a", 1]), min_size=width, max_size=width), max_size=6)
)


def columns_of(table: list[list[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*table, strict=True)]


@given(TABLES, st.integers(1, 3))
def test_a_grid_is_the_same_by_column_and_by_row(table: list[list[Any]], first_row: int) -> None:
    by_column = make_column_grid("x.xlsx", "Sheet1", columns_of(table), first_row)
    assert by_column == make_grid("x.xlsx", "Sheet1", [list(row) for row in table], first_row)


@given(TABLES.filter(bool), st.slices(6))
def test_rows_are_had_by_number_by_slice_and_one_after_another(table: list[list[Any]], some: slice) -> None:
    rows = Columns(columns_of(table)) if table[0] else Columns([])
    plain = list(rows)
    assert rows[some] == plain[some]
    assert [rows[index] for index in range(len(rows))] == plain
    assert all(not row or row[-1] is not None for row in rows)
    assert pickle.loads(pickle.dumps(rows)) == plain
    assert bool(rows) == bool(plain)
    assert repr(rows) == repr(plain)
