"""The careful reader (openpyxl, row by row): for error cells, formulas without a result, and sheets that are mostly nothing."""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sds2gen3.sheets.formats.cells import exact, make_grid, plain, unescape
from sds2gen3.sheets.formats.extent import MAX_ROWS
from sds2gen3.sheets.formats.formulas import hyperlink
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.formats.scan import Scan
from sds2gen3.sheets.grid import CellError, Grid, UncachedFormula

MAX_CELLS = 20_000_000  # empty ones included, which this reader makes one by one


def read_careful(data: bytes, file: str, seen: Scan, *, line_ends: bool = False) -> list[Grid]:
    """The worksheets of an .xlsx, hidden ones too; `line_ends` are kept where they are asked for.

    Raises Refused for sheets without end; openpyxl raises errors of many types.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which are not read
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = _formulas(data) if seen.uncached or any(seen.labels.values()) else {}
        grids = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what the file declares may be too small, and rows beyond would be lost
            rows = _rows(sheet, formulas.get(sheet.title, {}), book.epoch, exact if line_ends else plain)
            visible = sheet.sheet_state == "visible"
            grids.append(make_grid(file, sheet.title, rows, 1, visible, seen.links.get(sheet.title)))
        book.close()
    return grids


def _formulas(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """The formulas of each sheet by cell."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    found: dict[str, dict[tuple[int, int], str]] = {}
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        cells = found.setdefault(sheet.title, {})
        for number, row in _numbered(sheet):
            for column, cell in enumerate(row, 1):
                if cell.data_type == "f":
                    cells[number, column] = str(getattr(cell.value, "text", cell.value))
    book.close()
    return found


def _rows(
    sheet: Any, formulas: Mapping[tuple[int, int], str], epoch: datetime.datetime, made: Callable[[Any], Any]
) -> Iterator[list[Any]]:
    for number, cells in _numbered(sheet):
        row = [None if cell.value is None else _value(cell, epoch, made) for cell in cells]
        if formulas:
            for column, cell in enumerate(cells, 1):
                # A formula whose result is the empty text has a result, and its cell is of type 'str'.
                if cell.value is None and cell.data_type != "str" and (number, column) in formulas:
                    row[column - 1] = _uncached(formulas[number, column])
        yield row


def _numbered(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Each row with its number in the sheet."""
    cells = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells += len(row)
        if number > MAX_ROWS or cells > MAX_CELLS:
            raise Refused("it has more rows or cells than Excel can hold, nearly all of them empty")
        yield number, row


def _value(cell: Any, epoch: datetime.datetime, made: Callable[[Any], Any]) -> Any:
    value = cell.value
    if cell.data_type == "e":
        return CellError(str(value))
    if isinstance(value, str):
        return made(unescape(value))
    if isinstance(value, datetime.datetime) and value < epoch:
        # A negative number, such as the missing-value code -777, in a cell formatted as a date: no date, but a number.
        return plain((value - epoch) / datetime.timedelta(days=1))
    return plain(value)


def _uncached(formula: str) -> Any:
    """The label of a HYPERLINK formula is what Excel would show; other results cannot be known."""
    parsed = hyperlink(formula)
    return parsed[1] if parsed and parsed[1] is not None else UncachedFormula(formula)
