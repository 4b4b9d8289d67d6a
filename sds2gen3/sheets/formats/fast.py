"""The fast reader (calamine): for workbooks that the scan found nothing wrong with, and for .xls."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from typing import Any

import python_calamine as calamine

from sds2gen3.sheets.formats.cells import EXACT, ROOMY, exact, make_column_grid, make_grid, plain
from sds2gen3.sheets.formats.merges import MAX_MERGED
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.formats.scan import Scan
from sds2gen3.sheets.grid import CellError, Grid, Merged

_MIDNIGHT = datetime.time()
_TEXT, _TRUTH, _NUMBERS = {str}, {bool}, {float}
_AT_ONCE = 200  # rows that are looked at column by column


class Doubtful(Exception):
    """The fast reader gave midnight without a date: it says so for negative numbers (-777) in date cells, too."""


@dataclass(frozen=True)
class Opened:
    """A workbook and its first worksheet as calamine has parsed them, which it does outside of Python's lock."""

    workbook: calamine.CalamineWorkbook
    first: tuple[str, calamine.CalamineSheet] | None

    @classmethod
    def of(cls, data: bytes, seen: Scan) -> Opened:
        """Only of what the scan has seen. calamine raises errors of many types."""
        workbook = _open(data)
        known = (one.name for one in workbook.sheets_metadata if _is_sheet(one) and one.name in seen.links)
        name = next(known, None)
        return cls(workbook, None if name is None else (name, workbook.get_sheet_by_name(name)))


def read_fast(
    data: bytes,
    file: str,
    seen: Scan | None = None,
    *,
    trust: bool = False,
    line_ends: bool = False,
    opened: Opened | None = None,
) -> list[Grid]:
    """The worksheets of a workbook, hidden ones too; `line_ends` are kept where they are asked for.

    Raises Doubtful unless `trust`, Refused for a sheet that the scan did not see; calamine raises errors of many types.
    """
    workbook = opened.workbook if opened else _open(data)
    parsed = dict([opened.first]) if opened and opened.first else {}
    grids = []
    for meta in filter(_is_sheet, workbook.sheets_metadata):
        if seen and meta.name not in seen.links:
            raise Refused(f"its sheet '{meta.name}' is hidden from a first look")
        sheet = parsed.pop(meta.name, None) or workbook.get_sheet_by_name(meta.name)
        visible = meta.visible == calamine.SheetVisibleEnum.Visible
        links = seen.links.get(meta.name) if seen else None
        cells: dict[tuple[int, int], str | CellError] = {}
        if seen:
            cells = {**seen.labels.get(meta.name, {}), **seen.errors.get(meta.name, {})}
        value = exact if line_ends else plain
        blocks = _blocks(sheet, value if trust else partial(_doubting, value))
        top = sheet.start[0] + 1 if sheet.start else 1
        if _is_roomy(sheet, cells):
            columns = _columns(blocks)
            for (row, column), shown in cells.items():
                columns[column - 1][row - top] = shown or None
            grid = make_column_grid(file, meta.name, columns, top, visible, links)
        else:
            rows = _rows(blocks)
            if cells:
                top, rows = 1, _with_cells(chain(([] for _ in range(1, top)), rows), cells)
            grid = make_grid(file, meta.name, rows, top, visible, links)
        grids.append(grid if seen else replace(grid, merged=_merged(sheet)))
    return grids


def _open(data: bytes) -> calamine.CalamineWorkbook:
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))


def _is_sheet(meta: calamine.SheetMetadata) -> bool:
    return meta.typ == calamine.SheetTypeEnum.WorkSheet


def _merged(sheet: calamine.CalamineSheet) -> tuple[Merged, ...]:
    """The merged ranges of an .xls; those of an .xlsx come from the scan, for both readers."""
    ranges = islice(sheet.merged_cell_ranges or (), MAX_MERGED)
    return tuple(sorted(Merged(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges))


def _is_roomy(sheet: calamine.CalamineSheet, cells: Iterable[tuple[int, int]]) -> bool:
    """Whether the table from column 1 to the last cell may be kept by column, and all of these cells lie in it."""
    if sheet.start is None or sheet.end is None:
        return False
    (top, _), (bottom, right) = sheet.start, sheet.end
    inside = all(top < row <= bottom + 1 and column <= right + 1 for row, column in cells)
    return inside and (bottom - top + 1) * (right + 1) <= ROOMY


def _blocks(sheet: calamine.CalamineSheet, value: Callable[[Any], Any]) -> Iterator[list[Sequence[Any]]]:
    """The columns from sheet column 1 of some rows at a time, from the first row with data."""
    if sheet.start is None:
        return
    top, left = sheet.start
    rows = islice(sheet.iter_rows(), top, None)
    while some := list(islice(rows, _AT_ONCE)):
        before = [(None,) * len(some)] * left
        yield [*before, *(_column(column, value) for column in zip(*some, strict=True))]


def _columns(blocks: Iterable[list[Sequence[Any]]]) -> list[list[Any]]:
    columns: list[list[Any]] = []
    for block in blocks:
        columns = columns or [[] for _ in block]
        for column, more in zip(columns, block, strict=True):
            column.extend(more)
    return columns


def _rows(blocks: Iterable[list[Sequence[Any]]]) -> Iterator[list[Any]]:
    for block in blocks:
        yield from map(list, zip(*block, strict=True))


def _column(values: tuple[Any, ...], value: Callable[[Any], Any]) -> Sequence[Any]:
    """The values of some cells of one column; most are all text or all empty, and need no call each."""
    kinds = set(map(type, values))
    if kinds == _TEXT and "\r" not in "".join(values):
        if not any(values):
            return (None,) * len(values)
        return values if all(values) else [text or None for text in values]
    if kinds == _NUMBERS:
        return [int(one) if one.is_integer() and -EXACT < one < EXACT else one for one in values]
    return values if kinds == _TRUTH else [value(one) for one in values]


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
