"""Laws of reading: whatever a sheet holds, each filled cell is in one Table cell or left out, and reading never fails."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cell_accounts import filled_cells, unaccounted
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_makers import LAYOUTS

from sds2gen3.model import Dataset
from sds2gen3.place import Place
from sds2gen3.sheets.grid import CellError, Grid, UncachedFormula
from sds2gen3.sheets.reader import check_rules, read_grids
from sds2gen3.sheets.tables.values import clean_values, is_blank

CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "",
            " ",
            "x",
            " sub-1 ",
            "sub-1",
            "sam-1",
            "Yes",
            "\u200b",
            "\u00a0\ufeff",
            "N/A",
            "PrincipalInvestigator",
            "HasProtocol",
            "1, 2",
        ]
    ),
    st.text(max_size=4),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.just(CellError("#N/A")),
    st.just(UncachedFormula("=A1")),
)


def headers(kind: str) -> st.SearchStrategy[Any]:
    official = [
        header
        for version in ("1.2.3", "2.0.0", "3.0.2")
        for header, _ in LAYOUTS.version_sheet(version, kind).headers.values()
    ]
    return st.one_of(st.sampled_from(official), CELLS)


@st.composite
def row_wise(draw: st.DrawFn, kind: str) -> Grid:
    width = draw(st.integers(1, 6))
    head = draw(st.lists(headers(kind), min_size=width, max_size=width))
    rows = draw(st.lists(st.one_of(st.lists(CELLS, max_size=width + 1), st.just(head)), max_size=6))
    above = draw(st.lists(st.lists(CELLS, max_size=3), max_size=1))
    return Grid(f"{kind}.xlsx", "Sheet1", [*above, head, *rows], first_row=draw(st.integers(1, 3)))


@st.composite
def column_wise(draw: st.DrawFn, kind: str) -> Grid:
    head = ["Metadata element", "Description", "Example", "Value", "Value 2", None]
    start = draw(st.sampled_from([[head], [], [head[:1] + head[3:]]]))
    rows = [[draw(headers(kind)), *draw(st.lists(CELLS, max_size=6))] for _ in range(draw(st.integers(1, 10)))]
    return Grid(f"{kind}.csv", None, [*start, *rows], first_row=draw(st.integers(1, 3)))


SHEETS = [(kind, column_wise(kind) if LAYOUTS.sheet(kind).transposed else row_wise(kind)) for kind in LAYOUTS.kinds]


@pytest.mark.parametrize(("kind", "sheets"), SHEETS, ids=[kind for kind, _ in SHEETS])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_cell_is_lost_invented_or_counted_twice(
    kind: str, sheets: st.SearchStrategy[Grid], data: st.DataObject
) -> None:
    grid = data.draw(sheets)
    read = read_grids([grid], LAYOUTS.sheet(kind), LAYOUTS)
    if read is None:
        assert filled_cells([grid]) == set()
        return
    assert unaccounted(Dataset("", "", "", read.tables, read.left_out), filled_cells([grid])) == {}
    for version in ("1.2.3", "2.1.0", "3.0.2"):
        for finding in check_rules([read], {kind}, version, LAYOUTS):
            assert finding.message.endswith(".")
            assert finding.place is not None


@given(st.lists(CELLS, max_size=8), st.sampled_from(["text", "id", "path", "date", "count"]))
def test_plain_values_are_plain_and_stay_what_they_are(cells: list[Any], kind: str) -> None:
    def clean(values: list[Any]) -> list[Any]:
        return clean_values(values, kind, "x", lambda index: Place("a.xlsx", None, index + 1, 1)).values

    once = clean(cells)
    assert clean(once) == once
    for cell, value in zip(cells, once, strict=True):
        assert value is None or type(value) in (str, int, float, bool)
        if isinstance(cell, CellError | UncachedFormula) or is_blank(cell):
            assert value is None
        if isinstance(cell, str) and value is not None and kind == "text":
            assert value == cell.strip()
        if isinstance(cell, dt.time) and value is not None:
            assert dt.time.fromisoformat(value) == cell
