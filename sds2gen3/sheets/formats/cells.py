"""Cells: one value for one cell, whichever reader it came from, and the Grid of a sheet."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from itertools import repeat, takewhile
from typing import Any

from sds2gen3.place import Place
from sds2gen3.sheets.formats.hyperlinks import Links
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.grid import Columns, Grid

ROOMY = 7_020_000  # cells, A1:ZZ10000, about 170 MB: up to here empty space is not worth a thought
MOSTLY_EMPTY = 20  # above that, one cell in 20 must be filled
MAX_RECTANGLE = 50_000_000  # cells in memory at once, about 1.5 GB in the fast reader

EXACT = 2.0**53  # above, a float no longer tells one whole number from the next
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MIDNIGHT = datetime.time()
_NOTHING: list[Any] = []  # every empty row of every sheet; nobody changes the rows of a Grid


def plain(value: Any) -> Any:
    """The value as a Grid holds it: whole numbers int, midnight datetimes date, text with \\n line ends, '' None."""
    kind = type(value)
    if kind is str:
        return plain_text(value) if "\r" in value else value or None
    if kind is float:
        return int(value) if value.is_integer() and -EXACT < value < EXACT else value
    if kind is int:
        return value if -EXACT < value < EXACT else float(value)
    if kind is datetime.datetime:
        # A date cell is a datetime at midnight; Excel knows no other dates, and the two readers differ in which they give.
        return value.date() if value.time() == _MIDNIGHT else value
    return value


def exact(value: Any) -> Any:
    """As `plain`, of a workbook that records were exported to: a text with the line ends that it was written with."""
    return (value or None) if type(value) is str else plain(value)


def plain_text(text: str) -> str | None:
    return text.replace("\r\n", "\n").replace("\r", "\n") or None


def unescape(text: str) -> str:
    """`_x000D_` and the like, which the format writes for characters that XML cannot hold."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # half a character would make the whole text invalid


def make_grid(
    file: str,
    sheet: str | None,
    rows: Iterable[list[Any]],
    first_row: int = 1,
    visible: bool = True,
    links: Links | None = None,
) -> Grid:
    """The Grid of a sheet without the empty rows around its data and the empty cells at the end of its rows.

    A template formatted down to row 1,000,000 so takes no more room than its text. Raises Refused for a few cells so far
    apart that the table between them would fill the memory: what comes after makes columns of the rows.
    """
    kept: list[list[Any]] = []
    empty = filled_rows = width = 0
    checked = ROOMY
    for row in rows:
        while row and row[-1] is None:
            row.pop()
        if not row:
            empty += 1
            continue
        if kept:
            kept.extend(repeat(_NOTHING, empty))
        else:
            first_row += empty
        empty = 0
        kept.append(row)
        filled_rows += 1
        width = max(width, len(row))
        if filled_rows * width > checked:
            _refuse_nothing(kept, filled_rows, width, first_row)
            checked = 2 * filled_rows * width
    if filled_rows * width > ROOMY:
        _refuse_nothing(kept, filled_rows, width, first_row)
    return Grid(file, sheet, kept, first_row if kept else 1, visible, links or {})


def make_column_grid(
    file: str,
    sheet: str | None,
    columns: list[list[Any]],
    first_row: int = 1,
    visible: bool = True,
    links: Links | None = None,
) -> Grid:
    """`make_grid` of columns that are all of one length and together no larger than ROOMY."""
    while columns and _is_empty(columns[-1]):
        columns.pop()
    if not columns:
        return Grid(file, sheet, [], 1, visible, links or {})
    height = len(columns[0])
    top = min(_leading(column) for column in columns)
    end = height - min(_leading(reversed(column)) for column in columns)
    if end - top < height:
        columns = [column[top:end] for column in columns]
    return Grid(file, sheet, Columns(columns), first_row + top, visible, links or {})


def _is_empty(column: Sequence[Any]) -> bool:
    return column.count(None) == len(column)


def _leading(column: Iterable[Any]) -> int:
    """How many empty cells the column begins with."""
    return sum(1 for _ in takewhile(lambda cell: cell is None, column))


def _refuse_nothing(rows: list[list[Any]], filled_rows: int, width: int, first_row: int) -> None:
    filled = sum(len(row) - row.count(None) for row in rows)
    if filled * MOSTLY_EMPTY < filled_rows * width or filled_rows * width > MAX_RECTANGLE:
        far = next(index for index, row in enumerate(rows) if len(row) == width)
        last = Place("", row=first_row + far, column=width).cell
        raise Refused(f"its cells lie too far apart, one of them at {last}: nearly all of the table would be empty")
