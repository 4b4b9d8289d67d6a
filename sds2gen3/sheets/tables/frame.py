"""Where the names and the values of a column-wise sheet are (dataset_description, submission ...)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sds2gen3.nearest import nearest
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.layouts.facts import SheetLayout, header_key
from sds2gen3.sheets.tables.headers import SEARCHED_ROWS, header_text

_VALUE = re.compile(r"values?(\d*|n)")
_FIRST = frozenset({"value", "values", "value1"})
_NEARLY = 75  # of 100: two letters swapped in 'value'
_EXPLAINING = frozenset({"description", "descriptions", "example", "examples", "definition", "definitions"})


@dataclass(frozen=True)
class Frame:
    """Sheet columns and rows, 1-based: the names' column, the heading row (`head`, an index or None), the value columns."""

    names: int
    head: int | None
    values: range
    named: bool  # whether a heading says Value, or Value and a number
    meant: str | None = None  # what stands over the first value column instead of Value, '' for nothing

    def name(self, row: list[object]) -> str:
        return header_text(row[self.names - 1]) if len(row) >= self.names else ""


def find_frame(grid: Grid, layout: SheetLayout) -> Frame | None:
    """The sheet's frame, None where no field's name is found. All columns from the first 'Value' on hold values, named or not."""
    width = max(map(len, grid.rows), default=0)
    known = [_names_in(grid, column, layout) for column in range(min(width, 3))]
    if not any(known):
        return None
    names = known.index(max(known))
    corners = {header_key(text) for text in layout.facts.corner}
    for index, row in enumerate(grid.rows[:SEARCHED_ROWS]):
        keys = [header_key(header_text(cell)) for cell in row]
        own = keys[names] if len(keys) > names else ""
        values = [i for i, key in enumerate(keys) if i > names and _VALUE.fullmatch(key)]
        if own in corners or values:
            first = values[0] if values else _after_explanations(keys, names)
            meant = None
            if own in corners and (not values or keys[first] not in _FIRST):
                first, meant = _meant(grid, index, keys, names, first)
            return Frame(names + 1, index, range(first + 1, max(width, first + 1) + 1), first in values, meant)
        if own in layout.keys:
            break
    return Frame(names + 1, None, range(names + 2, max(width, names + 2) + 1), False)


def _names_in(grid: Grid, column: int, layout: SheetLayout) -> int:
    cells = [row[column] for row in grid.rows if len(row) > column]
    return len({key for cell in cells if (key := header_key(header_text(cell))) in layout.keys})


def _meant(grid: Grid, head: int, keys: list[str], names: int, first: int) -> tuple[int, str | None]:
    """The first value column where no heading says just Value, and what its heading says instead; None for any other word.

    That is the column between the explanations and Value 2, if its heading is blank or nearly Value and values are below it.
    """
    at = _after_explanations(keys, names)
    key = keys[at] if at < len(keys) else ""
    filled = any(len(row) > at and header_text(row[at]) for row in grid.rows[head + 1 :])
    if at > first or not filled or (key and _VALUE.fullmatch(key) is None and nearest(key, ["value"], _NEARLY) is None):
        return first, None
    return at, header_text(grid.rows[head][at]) if key else ""


def _after_explanations(keys: list[str], names: int) -> int:
    explaining = [i for i, key in enumerate(keys) if key in _EXPLAINING]
    return max(explaining, default=names) + 1
