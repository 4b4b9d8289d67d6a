"""Whether every filled cell of a dataset's sheets ends in a Table or in what was left out, and none in both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from sds2gen3.model import Dataset, Table
from sds2gen3.sheets.files.locate import locate
from sds2gen3.sheets.formats.content import read_content
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.tables.values import is_blank

Cell = tuple[str, str | None, int | None, int | None]


def filled_cells(grids: Iterable[Grid]) -> set[Cell]:
    """Where the grids hold something."""
    return {
        (grid.file, grid.sheet, grid.first_row + index, column)
        for grid in grids
        for index, row in enumerate(grid.rows)
        for column, value in enumerate(row, 1)
        if not is_blank(value)
    }


def grids_of(folder: Path) -> list[Grid]:
    """All sheets of all metadata files of a dataset; JSON has no cells."""
    return [grid for source in locate(folder).sources for grid in read_content(source).grids]


def table_cells(tables: Iterable[Table]) -> Iterator[Cell]:
    """The cells that the values of the Tables come from; constants of the layout come from none."""
    for table in tables:
        for field in table.headers:
            for record, value in enumerate(table.columns[field]):
                several = isinstance(value, list)
                for item in range(len(value) if several else int(value is not None)):
                    place = table.place(record, field, item)
                    yield place.file, place.sheet, place.row, place.column


def unaccounted(dataset: Dataset, cells: set[Cell]) -> dict[str, list[Cell]]:
    """Cells that are lost, invented, or counted more than once; empty when the account is right."""
    taken = Counter(table_cells(table for tables in dataset.tables.values() for table in tables))
    left = Counter((c.place.file, c.place.sheet, c.place.row, c.place.column) for c in dataset.left_out)
    counted = taken + left
    found = {
        "lost": sorted(cells - set(counted), key=str),
        "invented": sorted(set(counted) - cells, key=str),
        "twice": sorted((cell for cell, times in counted.items() if times > 1), key=str),
    }
    return {what: some for what, some in found.items() if some}
