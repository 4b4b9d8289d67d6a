"""Grid: one sheet as it was read, before anyone knows what it means. Readers make it, `reader` turns it into Tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, overload

from sds2gen3.place import Place, column_letter

MARK = "Written by sds2gen3"
"""How the first cell begins of the sheets that sds2gen3 itself adds to a workbook: they hold no data of the dataset."""


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value that Excel shows in a cell, such as #N/A; `text` is what it shows."""

    text: str


@dataclass(frozen=True, slots=True)
class UncachedFormula:
    """A formula whose result was never stored (the file was written by a program, not by Excel)."""

    text: str


class Merged(NamedTuple):
    """A range of merged cells, 1-based; only its first cell holds a value."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{column_letter(self.left)}{self.top}:{column_letter(self.right)}{self.bottom}"

    def hides(self, row: int, column: int) -> bool:
        """Whether the cell lies in the range and is not its first."""
        inside = self.top <= row <= self.bottom and self.left <= column <= self.right
        return inside and (row, column) != (self.top, self.left)


class Columns(Sequence[list[Any]]):
    """The rows of a sheet that are kept as columns, all of one length: 100,000 rows are used column by column anyway.

    To be read like the list of the rows, each without the empty cells at its end.
    """

    __hash__ = None  # type: ignore[assignment]  # like a list

    def __init__(self, columns: Sequence[Sequence[Any]]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @overload
    def __getitem__(self, at: int) -> list[Any]: ...

    @overload
    def __getitem__(self, at: slice) -> list[list[Any]]: ...

    def __getitem__(self, at: int | slice) -> list[Any] | list[list[Any]]:
        if isinstance(at, slice):
            return [self[index] for index in range(*at.indices(len(self)))]
        if at >= len(self):
            raise IndexError(at)  # by which whoever goes through the rows knows the end
        row = [column[at] for column in self.columns]
        while row and row[-1] is None:
            row.pop()
        return row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __repr__(self) -> str:
        return repr(list(self))


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet: `rows[0]` is sheet row `first_row`, each row starts at sheet column 1, rows may be ragged.

    A cell is str, int, float, bool, datetime.datetime | date | time | timedelta, CellError, UncachedFormula, or None (empty).
    Text is exactly as typed (line ends are \\n); numbers that are whole are int. `links[(row, column)]` are hyperlink targets,
    `merged` the ranges of merged cells (of an .xlsx or .xls), `saved` is the day on which an .xlsx says it was last saved.
    """

    file: str
    sheet: str | None
    rows: Sequence[list[Any]]
    first_row: int = 1
    visible: bool = True
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[Merged, ...] = ()
    saved: dt.date | None = None

    @property
    def ours(self) -> bool:
        """Whether sds2gen3 has written this sheet: the findings in an annotated copy, the repairs in a mended one."""
        first = self.rows[0][0] if self.rows and self.rows[0] else None
        return isinstance(first, str) and first.startswith(f"{MARK}:")

    def place(self, row: int, column: int | None = None) -> Place:
        """The place of a cell (or row) by sheet row and column numbers."""
        return Place(self.file, self.sheet, row=row, column=column)
