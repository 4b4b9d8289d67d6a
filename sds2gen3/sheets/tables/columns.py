"""A column-wise sheet (dataset_description, submission ...) to Tables: fields in rows, values in the columns beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import LeftOut
from sds2gen3.place import Place
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.layouts.facts import SECTION, SheetLayout, header_key
from sds2gen3.sheets.tables.frame import Frame, find_frame
from sds2gen3.sheets.tables.headers import Column, header_text, own_field, unknown_headers
from sds2gen3.sheets.tables.leftovers import Leftovers
from sds2gen3.sheets.tables.links import follow_links
from sds2gen3.sheets.tables.outcome import SheetRead, above, leave_row, unreadable
from sds2gen3.sheets.tables.records import Fields, make_tables
from sds2gen3.sheets.tables.twins import Lines, settle_twins
from sds2gen3.sheets.tables.values import clean_values, is_blank


def read_columns(grid: Grid, layout: SheetLayout, leftovers: Leftovers) -> SheetRead:
    """The sheet's Tables and every cell that is in none of them."""
    frame = find_frame(grid, layout)
    if frame is None:
        return unreadable(grid, layout)
    start = 0 if frame.head is None else frame.head + 1
    left, findings = above(grid, frame.head or 0)
    place = Place(grid.file, grid.sheet)
    if frame.head is not None:
        left += leave_row(grid, grid.first_row + frame.head, grid.rows[frame.head], "header")
    findings += _heading(grid, frame)
    columns: list[Column] = []
    for index in range(start, len(grid.rows)):
        column, gone, said = _line(grid, index, frame, layout, leftovers)
        columns += [column] if column else []
        left, findings = [*left, *gone], [*findings, *said]
    findings += [*_own_rows(columns, layout, grid, frame), *_edited(left, findings, frame, leftovers)]
    cells = {column.position: _value_cells(grid.rows[column.position - grid.first_row], frame) for column in columns}
    lines = Lines(grid.file, grid.sheet, True, cells, frame.values, frame.names)
    columns, gone, said = settle_twins(columns, lines)
    left, findings = [*left, *gone], [*findings, *said]
    values, gone, said = _values(columns, lines, layout, grid)
    left, findings = [*left, *gone], [*findings, *said]
    made = make_tables(Fields(grid, layout, leftovers, {c.field: c for c in columns}, values, frame.values))
    headings = tuple(frame.name(row).casefold() for row in grid.rows)
    return SheetRead(
        layout.kind,
        place,
        made.tables,
        [*left, *made.left_out],
        [*findings, *made.findings],
        headings,
        frame.values[0],
    )


def _heading(grid: Grid, frame: Frame) -> list[Diagnostic]:
    """What is to be said of the heading over the values: that it is misspelt, blank, or not there at all."""
    if frame.head is None or frame.meant is None:
        message = "No heading says which column holds the values."
        return [] if frame.named else [finding("R161", message, Place(grid.file, grid.sheet))]
    place = grid.place(grid.first_row + frame.head, frame.values[0])
    message = "The column of the values has no heading."
    hint = "Did you mean 'Value'?"
    if frame.named and frame.meant:
        message = f"There is no heading Value; '{frame.meant}' is the first column of values."
        hint = "Did you mean 'Value'? If its column was deleted, put it back."
    elif frame.meant:
        message = f"'{frame.meant}' is no heading of the SDS; its column was read as that of the values."
    others = any(header_key(header_text(cell)).startswith("value") for cell in grid.rows[frame.head])
    grade = Severity.ERROR if frame.meant or others else Severity.WARNING  # a sheet without any Value has one column
    return [finding("R161", message, place, hint=hint, value=frame.meant or None, severity=grade)]


def _value_cells(row: list[Any], frame: Frame) -> list[Any]:
    cells = row[frame.values[0] - 1 :]
    return [*cells, *[None] * (len(frame.values) - len(cells))]


def _line(
    grid: Grid, index: int, frame: Frame, layout: SheetLayout, leftovers: Leftovers
) -> tuple[Column | None, list[LeftOut], list[Diagnostic]]:
    """What one row is: a field (its Column), a section, the headings once more, or nothing. And the cells it does not give."""
    row, number = grid.rows[index], grid.first_row + index
    text = frame.name(row)
    key = header_key(text)
    name = layout.keys.get(key)
    if name is not None and name.startswith(SECTION):
        return None, *_section(grid, number, row, frame)
    if name is None and key in {header_key(corner) for corner in layout.facts.corner}:
        message = "This row repeats the headings and was left out."
        return None, leave_row(grid, number, row, "header"), [finding("R160", message, grid.place(number))]
    values = _value_cells(row, frame)
    blank = all(map(is_blank, values))
    if not key and blank:
        return None, leave_row(grid, number, row, "beside the table"), []
    column = Column(number, name or own_field(text, layout) or f"row_{number}", text, own=name is None)
    if not key:
        column = Column(number, f"row_{number}", text, own=True)
    left, findings = _explanations(grid, number, row, frame, column, blank, leftovers)
    if not key:
        findings.append(finding("S212", f"Row {number} holds values but has no name.", grid.place(number, frame.names)))
    return column, left, findings


def _section(grid: Grid, number: int, row: list[Any], frame: Frame) -> tuple[list[LeftOut], list[Diagnostic]]:
    """A section's row: it names the section, may repeat the headings (code_description 3.x), and holds no values."""
    headings = {header_key(header_text(cell)) for cell in grid.rows[frame.head]} if frame.head is not None else set()
    left = leave_row(grid, number, row, "section")
    findings = []
    for cell in left:
        column = cell.place.column or 0
        if column in frame.values and header_key(header_text(cell.value)) not in headings:
            message = f"'{cell.value}' stands beside the section '{frame.name(row)}' and was not read."
            findings.append(finding("S224", message, cell.place, value=str(cell.value)))
    return left, findings


def _explanations(
    grid: Grid, number: int, row: list[Any], frame: Frame, column: Column, blank: bool, leftovers: Leftovers
) -> tuple[list[LeftOut], list[Diagnostic]]:
    """The cells beside the values: the field's name, the template's own texts, and what was typed in the wrong column."""
    left: list[LeftOut] = []
    findings: list[Diagnostic] = []
    for position, value in enumerate(row[: frame.values[0] - 1], 1):
        if is_blank(value):
            continue
        place = grid.place(number, position)
        if position == frame.names:
            left.append(LeftOut(place, value, "header"))
        elif leftovers.explains(column.field, value):
            left.append(LeftOut(place, value, "template text"))
        else:
            left.append(LeftOut(place, value, "beside the values"))
            if blank and position > frame.names and leftovers.explained:
                message = f"'{column.label}' has no value, but there is text of yours beside it."
                empty = grid.place(number, frame.values[0])
                findings.append(finding("S223", message, place, value=str(value), related=[empty]))
    return left, findings


def _edited(
    left: Sequence[LeftOut], findings: Sequence[Diagnostic], frame: Frame, leftovers: Leftovers
) -> list[Diagnostic]:
    """One finding for the template's texts that were changed beside a value: perhaps the value was meant (SDS-D21)."""
    told = {one.place for one in findings if one.code == "S223"}
    cells = [one for one in left if one.reason == "beside the values" and one.place not in told]
    cells = [one for one in cells if (one.place.column or 0) > frame.names] if leftovers.explained else []
    if not cells:
        return []
    more = f", and so with {len(cells) - 1} more" if len(cells) > 1 else ""
    message = f"'{_short(cells[0].value)}' is not the template's text, but stands beside a value; only the value is read{more}."
    places = [one.place for one in cells]
    return [finding("S228", message, places[0], value=str(cells[0].value), related=places[1:])]


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _own_rows(columns: Sequence[Column], layout: SheetLayout, grid: Grid, frame: Frame) -> list[Diagnostic]:
    """A note on each row whose name SDS does not know."""
    present = {column.field for column in columns}
    missing = {key: name for key, name in layout.keys.items() if name not in present and not name.startswith("_")}
    own = [column for column in columns if column.own and header_key(column.label)]
    return unknown_headers(
        [(column.label, grid.place(column.position, frame.names)) for column in own], missing, layout
    )


def _values(
    columns: list[Column], lines: Lines, layout: SheetLayout, grid: Grid
) -> tuple[dict[str, list[Any]], list[LeftOut], list[Diagnostic]]:
    """The plain values of each field, and the cells that have none because Excel shows an error there."""
    values: dict[str, list[Any]] = {}
    left: list[LeftOut] = []
    findings: list[Diagnostic] = []
    for column in columns:
        kind = layout.field(column.field).kind

        def place(index: int, position: int = column.position) -> Place:
            return lines.place(position, index)

        raw, said = follow_links(lines.cells[column.position], kind, column.label, grid.links, place)
        clean = clean_values(raw, kind, column.label, place)
        values[column.field] = clean.values
        findings += [*said, *clean.findings]
        left += [LeftOut(place(i), raw[i], "no value in the cell") for i in clean.lost]
    return values, left, findings
