"""A workbook of elements - SDS header on the left, property on the right, a sheet for each SDS sheet - read cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.errors import UsageError
from sds2gen3.nearest import nearest
from sds2gen3.place import Place
from sds2gen3.sheets.files.locate import Source
from sds2gen3.sheets.formats.content import read_content
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.layouts.facts import LABEL, SheetLayout, header_key
from sds2gen3.sheets.layouts.layout import Layouts, version_order

_ELEMENT = "element"
_TARGET = re.compile(r"(?:gen3[ _]?element[ _]?|v)(\d+(?:[._]\d+)*)", re.IGNORECASE)
_NEAR = 80


@dataclass(frozen=True, slots=True)
class Element:
    """An SDS field of a sheet and the property that it becomes, None where the workbook gives it none; and its cell."""

    kind: str
    field: str
    property: str | None
    place: Place


def read_elements(path: Path, layouts: Layouts) -> tuple[list[Element], list[Diagnostic]]:
    """The elements of all sheets in their order, and a finding M331 for each cell that names no field of the SDS.

    Of several columns of properties, that of the highest version counts. Raises UsageError M330 for a workbook that
    cannot be read, or in which no sheet has a column 'element' and one of properties ('gen3_element_2.0.0').
    """
    elements: list[Element] = []
    findings: list[Diagnostic] = []
    for grid in _grids(path):
        columns = _columns(grid)
        place = Place(grid.file, grid.sheet)
        kind = _kind(grid.sheet, layouts)
        if columns is None:
            findings.append(finding("M331", f"The sheet '{grid.sheet}' has no column of properties.", place))
        elif kind is None:
            findings.append(finding("M331", f"SDS has no sheet called '{grid.sheet}'.", place, value=grid.sheet))
        else:
            for one in _elements(grid, kind, columns, layouts.sheet(kind)):
                (elements if isinstance(one, Element) else findings).append(one)  # type: ignore[arg-type]
    if not elements:
        raise UsageError.of("M330", f"'{path.name}' names no field of the SDS with its property.", Place(path.name))
    return elements, findings


def _grids(path: Path) -> Sequence[Grid]:
    try:
        size = path.stat().st_size
    except OSError as error:
        message = f"'{path.as_posix()}' cannot be opened: {error.strerror}."
        raise UsageError.of("M330", message, Place(path.name)) from error
    content = read_content(Source("element_mapping", path.name, size, path.read_bytes))
    if not content.grids:
        raise UsageError(*content.findings, finding("M330", "It is no workbook of elements.", Place(path.name)))
    return content.grids


def _columns(grid: Grid) -> tuple[int, int] | None:
    """The positions of the elements and of their properties; None where the first row does not name both."""
    header = [_text(cell) for cell in grid.rows[0]] if grid.rows else []
    element = next((at for at, text in enumerate(header) if text.casefold() == _ELEMENT), None)
    versions = [(version_order(found[1]), -at) for at, text in enumerate(header) if (found := _TARGET.fullmatch(text))]
    return None if element is None or not versions else (element, -max(versions)[1])


def _kind(title: str | None, layouts: Layouts) -> str | None:
    return next((kind for kind in layouts.kinds if header_key(kind) == header_key(title or "")), None)


def _elements(grid: Grid, kind: str, columns: tuple[int, int], layout: SheetLayout) -> Iterator[Element | Diagnostic]:
    element, target = columns
    for number, row in enumerate(grid.rows[1:], grid.first_row + 1):
        label, wanted = (_text(row[at]) if at < len(row) else "" for at in columns)
        if not label:
            if wanted:
                message = f"'{wanted}' has no element of the SDS beside it."
                yield finding("M331", message, grid.place(number, target + 1), value=wanted)
            continue
        field = layout.keys.get(header_key(label))
        if field is None:
            near = nearest(header_key(label), layout.keys, _NEAR)
            hint = f"Did you mean '{layout.keys[near].replace('_', ' ')}'?" if near else ""
            message = f"'{label}' is no field of {kind} in any SDS version."
            yield finding("M331", message, grid.place(number, element + 1), value=label, hint=hint)
        elif field.startswith(LABEL) or layout.facts.fields[field].label:
            if wanted:
                message = f"'{label}' is a heading over the user's own columns, so it has no value for '{wanted}'."
                place = grid.place(number, element + 1)
                yield finding("M331", message, place, value=label, severity=Severity.INFO)
        else:
            yield Element(kind, field, wanted or None, grid.place(number, target + 1))


def _text(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())
