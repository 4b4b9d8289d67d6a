"""Reach: how far down a sheet says that it goes, by its declared dimension and its formatted rows (SDS-F13).

Other programs believe it: a dataset_description of 20 rows that goes to row 1,048,576 takes some of them minutes to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.grid import Grid

FAR = 10_000  # rows below the last one with data; the official templates are formatted to row 1,000, which harms nobody

_DIMENSION = re.compile(
    rb"<(?:[\w.-]+:)?dimension\s[^>]{0,200}?ref\s*=\s*[\"'][^\"':]{0,12}:\$?[A-Za-z]{1,3}\$?(\d{1,7})[\"']"
)
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\s[^>]{0,200}?\br\s*=\s*[\"'](\d{1,7})")
_HEAD = 4096  # bytes in which the dimension stands, before the views and the widths of columns


def reach(first: bytes, last: bytes) -> int:
    """The last row by the sheet's XML: `first` is its first block, `last` the one that begins with the last row; else 0."""
    declared, row = _DIMENSION.search(first, 0, _HEAD), _ROW.match(last)
    return max(int(found[1]) if found else 0 for found in (declared, row))


def told_far(grids: Iterable[Grid], reaches: Mapping[str, int]) -> Iterator[Diagnostic]:
    """A note for each sheet that goes far beyond its data. What is there is read all the same, and costs nothing here."""
    for grid in grids:
        end, last = reaches.get(str(grid.sheet), 0), grid.first_row + len(grid.rows) - 1
        if grid.rows and end - last >= FAR:
            yield far(grid, f"The sheet goes down to row {end:,}")


def far(grid: Grid, how: str) -> Diagnostic:
    """The note about a sheet of which `how` tells that it goes on and on."""
    last = grid.first_row + len(grid.rows) - 1
    message = f"{how}, but the last row with data is row {last:,}."
    return finding("R164", message, Place(grid.file, grid.sheet), hint=f"Delete the rows below row {last:,}, and save.")
