"""The fast reader (calamine): for workbooks that the scan found nothing wrong with, and for .xls."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Any

import python_calamine as calamine

from sds2gen3.sheets.formats.cells import exact, make_grid, plain
from sds2gen3.sheets.formats.merges import MAX_MERGED
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.formats.scan import Scan
from sds2gen3.sheets.grid import CellError, Grid, Merged

_MIDNIGHT = datetime.time()


class Doubtful(Exception):
    """The fast reader gave midnight without a date: it says so for negative numbers (-777) in date cells, too."""


def read_fast(
    data: bytes, file: str, seen: Scan | None = None, *, trust: bool = False, line_ends: bool = False
) -> list[Grid]:
    """The worksheets of a workbook, hidden ones too; `line_ends` are kept where they are asked for.

    Raises Doubtful unless `trust`, Refused for a sheet that the scan did not see; calamine raises errors of many types.
    """
    workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    grids = []
    for meta in workbook.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        if seen and meta.name not in seen.links:
            raise Refused(f"its sheet '{meta.name}' is hidden from a first look")
        sheet = workbook.get_sheet_by_name(meta.name)
        visible = meta.visible == calamine.SheetVisibleEnum.Visible
        links = seen.links.get(meta.name) if seen else None
        cells: dict[tuple[int, int], str | CellError] = {}
        if seen:
            cells = {**seen.labels.get(meta.name, {}), **seen.errors.get(meta.name, {})}
        value = exact if line_ends else plain
        rows = _rows(sheet, value if trust else partial(_doubting, value))
        top = sheet.start[0] + 1 if sheet.start else 1
        if cells:
            top, rows = 1, _with_cells(chain(([] for _ in range(1, top)), rows), cells)
        grid = make_grid(file, meta.name, rows, top, visible, links)
        grids.append(grid if seen else replace(grid, merged=_merged(sheet)))
    return grids


def _merged(sheet: calamine.CalamineSheet) -> tuple[Merged, ...]:
    """The merged ranges of an .xls; those of an .xlsx come from the scan, for both readers."""
    ranges = islice(sheet.merged_cell_ranges or (), MAX_MERGED)
    return tuple(sorted(Merged(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges))


def _rows(sheet: calamine.CalamineSheet, value: Callable[[Any], Any]) -> Iterator[list[Any]]:
    """Rows from the first with data, their cells from sheet column 1."""
    if sheet.start is None:
        return
    top, left = sheet.start
    before = [None] * left
    for values in islice(sheet.iter_rows(), top, None):
        row = [None if v == "" else v if type(v) is str and "\r" not in v else value(v) for v in values]
        yield before + row if left else row


def _doubting(made: Callable[[Any], Any], value: Any) -> Any:
    if type(value) is datetime.time and value == _MIDNIGHT:
        raise Doubtful
    return made(value)


def _with_cells(rows: Iterable[list[Any]], cells: Mapping[tuple[int, int], str | CellError]) -> Iterator[list[Any]]:
    """The rows from sheet row 1 with what those cells show, which this reader gives as empty."""
    last = max(row for row, _ in cells)
    by_row: dict[int, list[tuple[int, str | CellError]]] = {}
    for (row, column), shown in cells.items():
        by_row.setdefault(row, []).append((column, shown))
    number = 0
    for values in rows:
        number += 1
        yield _put(values, by_row.get(number, ()))
    while number < last:
        number += 1
        yield _put([], by_row.get(number, ()))


def _put(values: list[Any], cells: Iterable[tuple[int, str | CellError]]) -> list[Any]:
    for column, shown in cells:
        values.extend([None] * (column - len(values)))
        values[column - 1] = shown or None
    return values
