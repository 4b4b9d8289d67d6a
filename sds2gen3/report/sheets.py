"""The cells of a dataset's sheets, read once more for a report that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from sds2gen3.diagnostics import Report
from sds2gen3.errors import UsageError
from sds2gen3.resources import Declarations
from sds2gen3.sheets.files.locate import locate
from sds2gen3.sheets.formats.content import read_content
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.layouts.layout import Layouts

Sheets = Mapping[tuple[str, str | None], Grid]


def sheets(path: Path, report: Report, declarations: Declarations | None = None) -> Sheets:
    """(file, sheet) -> Grid for the files that the report has findings in. Files that cannot be read are left out."""
    wanted = {place.file for d in report for place in (*((d.place,) if d.place else ()), *d.related)}
    try:
        sources = locate(path).sources
    except UsageError:  # it was moved meanwhile
        return {}
    layouts = Layouts(declarations or Declarations.standard())
    grids: Iterable[Grid] = (
        grid
        for source in sources
        if source.path in wanted
        for grid in read_content(
            source, frozenset(layouts.sheet(source.kind).keys) if source.kind in layouts.kinds else frozenset()
        ).grids
    )
    return {(grid.file, grid.sheet): grid for grid in grids}
