"""The sheet of a version for given tables: its official fields, and after them those that hold something besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sds2gen3.blank.helps import Helps
from sds2gen3.blank.sheet import BlankField, BlankSheet, blank_sheet
from sds2gen3.model import Table
from sds2gen3.restore.cells import Cells, cells_of, column_of
from sds2gen3.sheets.layouts.facts import LABEL, SheetLayout, header_key
from sds2gen3.sheets.layouts.layout import Layouts


def sheet_for(
    kind: str, version: str, tables: Sequence[Table], layouts: Layouts, helps: Callable[[str], Helps]
) -> tuple[BlankSheet, Cells]:
    """The version's sheet of that kind (the nearest version's, where it has none) with all that is filled, and its cells.

    `helps` gives the template texts of a version.
    """
    nearest = nearest_version(kind, version, layouts)
    blank = blank_sheet(kind, layouts.version(nearest), layouts, helps(nearest))
    layout = layouts.sheet(kind)
    cells = cells_of(tables, layout, frozenset(field.name for field in blank.fields))
    official = {field.name: replace(field, value="") for field in blank.fields}
    extra = [
        BlankField(
            name, header_of(name, tables, nearest, layout, layouts), "uncoloured", facts.kind, "", facts.hint, (), False
        )
        for name in cells
        if name not in official
        for facts in [layout.field(name)]
    ]
    return replace(blank, fields=(*official.values(), *extra)), cells


def nearest_version(kind: str, version: str, layouts: Layouts) -> str:
    """The version itself, else the last before it that has such a sheet, else the first after it."""
    at = layouts.versions.index(version)
    order = [*reversed(layouts.versions[: at + 1]), *layouts.versions[at + 1 :]]
    return next((one for one in order if layouts.version_sheet(one, kind).headers), version)


def header_of(name: str, tables: Sequence[Table], version: str, layout: SheetLayout, layouts: Layouts) -> str:
    """The header of a field that the version does not have: as it was typed, as the nearest version has it, else its name."""
    for table in tables:
        typed = table.labels.get(name) if name in table.columns else None
        if typed and (name in table.user_columns or reads_as(typed, layout) == name):
            return typed
    at = layouts.versions.index(version)
    for other in [*reversed(layouts.versions[:at]), *layouts.versions[at + 1 :]]:
        headers = layouts.version_sheet(other, layout.kind).headers
        if (column := column_of(name, headers)) in headers:
            return headers[column][0].strip()  # without the indentation of the other template
    same = [one for one in layout.field(name).spellings if header_key(one) == header_key(name)]
    return next(iter(same), name.replace("_", " "))


def reads_as(header: str, layout: SheetLayout) -> str:
    """The field that the reader takes the header for, '' for one of the lab's own."""
    return layout.keys.get(header_key(header), "").removeprefix(LABEL)
