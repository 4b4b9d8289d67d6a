"""What reading one sheet gives: its Tables, the cells that are in none, and what is to be said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import LeftOut, LeftOutCells, MadeCells, Table
from sds2gen3.place import Place
from sds2gen3.sheets.grid import Columns, Grid, Merged
from sds2gen3.sheets.layouts.facts import SheetLayout
from sds2gen3.sheets.tables.values import is_blank


class LeftSheet(MadeCells):
    """The non-empty cells of a sheet of which nothing was read. There may be millions, so that each is made when asked for."""

    def __init__(self, grid: Grid, reason: str) -> None:
        self._grid = grid
        self.reason = reason

    def __iter__(self) -> Iterator[LeftOut]:
        grid = self._grid
        for index, row in enumerate(grid.rows):
            yield from leave_row(grid, grid.first_row + index, row, self.reason)

    def __len__(self) -> int:
        rows = self._grid.rows
        lines = rows.columns if isinstance(rows, Columns) else rows
        return sum(len(line) - line.count(None) - sum(type(c) is str and is_blank(c) for c in line) for line in lines)


@dataclass(frozen=True)
class SheetRead:
    """One metadata file as it was read.

    `tables` by name; `headers` are the headers as typed, by which a version shows; `missing` tells where a field that
    has no record would be filled in; `merged` are the merged ranges that hide some of its cells; `twin` says that
    the dataset has the sheet twice, so that the records may be in the file that was not read; `saved` is the day on which
    its workbook was last saved, None where the file does not say it.
    """

    kind: str
    place: Place
    tables: Mapping[str, list[Table]] = field(default_factory=dict)
    left: list[LeftOut] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    headers: tuple[str, ...] = ()
    first_value: int | None = None
    merged: tuple[Merged, ...] = ()
    twin: bool = False
    saved: dt.date | None = None
    sheets: list[LeftSheet] = field(default_factory=list)

    @property
    def left_out(self) -> LeftOutCells:
        """Every cell that is in no Table: those `left` one by one, and those of whole `sheets`."""
        return LeftOutCells([self.left, *self.sheets])

    def missing(self, table: Table | None, name: str) -> Place:
        """Where the field would be filled in if it has no record yet: its first value cell, else the sheet."""
        if table is None or name not in table.headers:
            return self.place
        if table.transposed:
            return Place(table.file, table.sheet, row=table.headers[name], column=self.first_value)
        return table.header_place(name)


def leave_row(grid: Grid, row: int, cells: list[Any], reason: str) -> list[LeftOut]:
    """The non-empty cells of sheet row `row`, with the reason why they are in no Table."""
    return [LeftOut(grid.place(row, c), v, reason) for c, v in enumerate(cells, 1) if not is_blank(v)]


def above(grid: Grid, at: int) -> tuple[list[LeftOut], list[Diagnostic]]:
    """The cells over the headers (a title, a logo's text), which no Table holds."""
    left = [cell for i in range(at) for cell in leave_row(grid, grid.first_row + i, grid.rows[i], "above the headers")]
    if not left:
        return [], []
    message = f"The headers are in row {grid.first_row + at}; the text above them was not read."
    return left, [finding("R153", message, left[0].place)]


def unreadable(grid: Grid, layout: SheetLayout) -> SheetRead:
    """A sheet without a single known header: nothing of it can be read."""
    place = Place(grid.file, grid.sheet)
    message = f"No header of the SDS for a {layout.facts.noun} sheet was found."
    return SheetRead(
        layout.kind, place, findings=[finding("R151", message, place)], sheets=[LeftSheet(grid, "no known header")]
    )
