"""One sheet of a workbook as a DataFrame, cell by cell as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sds2gen3.errors import DataError, UsageError
from sds2gen3.nearest import did_you_mean
from sds2gen3.place import Place
from sds2gen3.sheets.files.locate import Source
from sds2gen3.sheets.formats.content import read_content
from sds2gen3.sheets.grid import CellError, Grid, UncachedFormula

if TYPE_CHECKING:
    import pandas


def read_sheet(path: Path, sheet: str | int | None) -> pandas.DataFrame:
    """See `Gen3Convertor.read_excel`."""
    import pandas

    grid = _grid(path, sheet)
    header, *rows = grid.rows or [[]]
    width = max(map(len, grid.rows), default=0)
    names = _names([*header, *[None] * (width - len(header))])
    cells = [[_value(cell) for cell in row] + [None] * (width - len(row)) for row in rows]
    return pandas.DataFrame(cells, columns=pandas.Index(names, dtype=object), dtype=object)


def _grid(path: Path, sheet: str | int | None) -> Grid:
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise DataError.of("R122", f"'{path.as_posix()}' cannot be read: {reason}.", Place(path.name)) from error
    content = read_content(Source("sheet", path.name, size, path.read_bytes))
    if not content.grids:
        what = content.findings or [DataError.of("R127", "This file holds no sheet.", Place(path.name)).diagnostics[0]]
        raise DataError(*what)
    names = [grid.sheet or "" for grid in content.grids]
    if sheet is None or isinstance(sheet, int):
        number = sheet or 0
        if 0 <= number < len(names):
            return content.grids[number]
    elif sheet in names:
        return content.grids[names.index(sheet)]
    hint = did_you_mean(str(sheet), names) or f"It has: {', '.join(names)}."
    raise UsageError.of("C902", f"'{path.name}' has no sheet '{sheet}'.", Place(path.name), hint=hint, value=sheet)


def _names(header: Sequence[Any]) -> list[str]:
    """The headers as typed; the second of a name is called name.1, a column without one 'Unnamed: n', as pandas does."""
    found: list[str] = []
    for at, cell in enumerate(header):
        name = str(cell) if cell is not None else f"Unnamed: {at}"
        number = 0
        while (unique := f"{name}.{number}" if number else name) in found:
            number += 1
        found.append(unique)
    return found


def _value(cell: Any) -> Any:
    """An error of Excel (#N/A) and a formula that was never calculated are no values."""
    return None if isinstance(cell, CellError | UncachedFormula) else cell
