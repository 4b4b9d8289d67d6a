"""Windows: the parts of a sheet that have findings, as a table with the sheet's own row numbers and column letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.place import column_letter
from sds2gen3.report.words import visible
from sds2gen3.sheets.grid import CellError, Grid, UncachedFormula

ROWS = 120  # with findings, drawn of one sheet
COLUMNS = 40  # drawn of one sheet before those far from any finding are left out
FIRST = 3  # columns that are always drawn: they say what a row is about
LONGEST = 160  # characters of a cell
AROUND = 1  # rows and columns drawn beside those with findings


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, row number or column letter, with its findings. `quiet`: in a column without any."""

    text: str
    found: tuple[Diagnostic, ...] = ()
    name: str = ""
    quiet: bool = False
    header: bool = False

    @property
    def severity(self) -> str:
        """The label of the worst finding, '' for none."""
        return max((d.severity for d in self.found), default=None).label if self.found else ""  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is drawn, or (`number` None) a gap of `skipped` rows that have no findings. `top`: of headers."""

    number: Cell | None
    cells: tuple[Cell, ...] = ()
    skipped: str = ""
    top: bool = False


@dataclass(frozen=True)
class Window:
    """The table. `columns` are None where columns are left out; `more` is how many rows with findings are not drawn."""

    columns: tuple[Cell | None, ...]
    rows: tuple[Row, ...]
    more: int = 0
    partial: bool = False


@dataclass
class _Marks:
    cells: dict[tuple[int, int], list[Diagnostic]] = field(default_factory=dict)
    rows: dict[int, list[Diagnostic]] = field(default_factory=dict)
    columns: dict[int, list[Diagnostic]] = field(default_factory=dict)


def window(
    found: Iterable[Diagnostic], file: str, sheet: str | None, grid: Grid | None, rows: int = ROWS
) -> Window | None:
    """The window on a sheet; None where no finding stands at a cell, row or column of it.

    Without a grid the findings' own values are shown. At most `rows` rows with findings are drawn.
    """
    marks = _marks(found, file, sheet)
    if not (marks.cells or marks.rows or marks.columns):
        return None
    cells = _known(marks) if grid is None else {grid.first_row + at: row for at, row in enumerate(grid.rows)}
    numbers = sorted({row for row, _ in marks.cells} | marks.rows.keys())
    drawn = numbers[:rows]
    top = _header(cells) if grid is not None else None
    shown = sorted({near for row in drawn for near in _near(row, cells)} | ({top} if top is not None else set()))
    columns = _columns(marks, cells, shown)
    loud = {column for row, column in marks.cells if row in set(drawn)} | marks.columns.keys()
    heads = tuple(None if c is None else _head(c, marks, loud) for c in columns)
    lines = tuple(_rows(shown, columns, cells, marks, loud, top))
    return Window(heads, lines, len(numbers) - len(drawn), grid is None)


def _marks(found: Iterable[Diagnostic], file: str, sheet: str | None) -> _Marks:
    marks = _Marks()
    for d in sorted(found, key=lambda one: -one.severity):
        for place in dict.fromkeys((*((d.place,) if d.place else ()), *d.related)):
            if place.file != file or place.sheet != sheet or place.pointer is not None:
                continue
            if place.row is not None and place.column is not None:
                marks.cells.setdefault((place.row, place.column), []).append(d)
            elif place.row is not None:
                marks.rows.setdefault(place.row, []).append(d)
            elif place.column is not None:
                marks.columns.setdefault(place.column, []).append(d)
    return marks


def _known(marks: _Marks) -> dict[int, Sequence[Any]]:
    """What the findings tell of the sheet: the values at their own cells."""
    cells: dict[int, list[Any]] = {}
    for (row, column), found in marks.cells.items():
        line = cells.setdefault(row, [])
        line.extend([None] * (column - len(line)))
        line[column - 1] = next(
            (d.value for d in found if d.place and d.place.row == row and d.value is not None), None
        )
    return dict(cells)


def _header(cells: Mapping[int, Sequence[Any]]) -> int | None:
    """The first row that holds anything: the headers of most sheets."""
    return next((row for row in sorted(cells) if any(cell is not None for cell in cells[row])), None)


def _near(row: int, cells: Mapping[int, Sequence[Any]]) -> Iterator[int]:
    yield row
    for near in range(row - AROUND, row + AROUND + 1):
        if near in cells:
            yield near


def _columns(marks: _Marks, cells: Mapping[int, Sequence[Any]], shown: Iterable[int]) -> list[int | None]:
    """The columns that are drawn, None where some are left out."""
    filled = {at for row in shown for at, value in enumerate(cells.get(row, ()), 1) if value is not None}
    marked = {column for _, column in marks.cells} | marks.columns.keys()
    every = sorted(filled | marked | {1})
    if len(every) > COLUMNS:
        near = {column + step for column in marked for step in range(-AROUND, AROUND + 1)}
        kept = [column for column in every if column <= FIRST or column in near]
        every = kept[: 2 * COLUMNS]
    found: list[int | None] = []
    for column in every:
        if found and found[-1] is not None and column > found[-1] + 1:
            found.append(None)
        found.append(column)
    return found


def _head(column: int, marks: _Marks, loud: set[int]) -> Cell:
    letter = column_letter(column)
    return Cell(letter, tuple(marks.columns.get(column, ())), letter, column not in loud and column > 1)


def _rows(
    shown: Sequence[int],
    columns: Sequence[int | None],
    cells: Mapping[int, Sequence[Any]],
    marks: _Marks,
    loud: set[int],
    top: int | None,
) -> Iterator[Row]:
    before = 0
    for row in shown:
        if row > before + 1:
            last = row - 1
            yield Row(None, (), f"row {last}" if last == before + 1 else f"rows {before + 1:,} to {last:,}")
        before = row
        values = cells.get(row, ())
        line = tuple(
            Cell("", quiet=True)
            if column is None
            else Cell(
                _text(values[column - 1]) if column <= len(values) else "",
                tuple(marks.cells.get((row, column), ())),
                f"{column_letter(column)}{row}",
                column not in loud and column > 1,
                row == top,
            )
            for column in columns
        )
        yield Row(Cell(str(row), tuple(marks.rows.get(row, ())), f"row-{row}"), line, top=row == top)


def _text(value: Any) -> str:
    """A cell's value as a curator knows it, on one line and not endless."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (CellError, UncachedFormula)):
        value = value.text
    if isinstance(value, dt.datetime):
        value = value.isoformat(" ")
    text = visible(str(value).replace("\n", " ").replace("\xa0", " "))
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def worst(found: Iterable[Diagnostic]) -> Severity | None:
    """The severity of the worst finding, None for none."""
    return max((d.severity for d in found), default=None)
