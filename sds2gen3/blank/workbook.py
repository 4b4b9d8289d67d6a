"""A sheet as an .xlsx, blank or with values: the same sheet gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sds2gen3.blank.sheet import BlankField, BlankSheet
from sds2gen3.blank.values import put
from sds2gen3.ooxml.package import HEAD, PACKAGE, Parts
from sds2gen3.place import column_letter
from sds2gen3.sheets.grid import MARK

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

COLOURS = {"key": "9CC2E5", "required": "A8D08D", "optional": "FFD965", "section": "B2B2B2", "uncoloured": ""}
"""The colours of the official templates (SPEC section 5)."""

FORMATS = {"id": "@", "path": "@", "url": "@", "doi": "@", "orcid": "@", "rrid": "@", "date": "yyyy-mm-dd"}
"""Number formats: Excel must not take an id for a number or a date."""

VALUES = ("Value", "Value 2", "Value 3")
LISTS = "lists"
LAST_ROW, LAST_COLUMN = 10_000, 26  # as far as drop-down lists reach
NAMES_WIDTH, TEXT_WIDTH = 34.0, 70.0
INLINE = 255  # characters of a list that Excel takes within the drop-down itself

_CORE = (
    f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>sds2gen3</dc:creator></cp:coreProperties>'
)


def workbook(blank: BlankSheet, cells: Mapping[str, Sequence[Any]] | None = None) -> bytes:
    """The workbook; `cells[field]` are the field's values, down its column or along its row."""
    import openpyxl
    from openpyxl.worksheet.properties import PageSetupProperties

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = blank.tab
    if blank.transposed:
        _in_rows(sheet, blank, cells or {})
    else:
        _in_columns(sheet, blank, cells or {})
    _drop_downs(book, sheet, blank)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    buffer = io.BytesIO()
    book.save(buffer)
    parts = Parts(buffer.getvalue())
    parts["docProps/core.xml"] = _CORE.encode()  # openpyxl's says when it was written
    return parts.pack()


def _in_columns(sheet: Worksheet, blank: BlankSheet, cells: Mapping[str, Sequence[Any]]) -> None:
    """Fields in columns, records in rows."""
    for column, field in enumerate(blank.fields, 1):
        _name(sheet.cell(1, column), field)
        dimension = sheet.column_dimensions[column_letter(column)]
        dimension.width = max(14.0, min(len(field.header) + 4.0, 40.0))
        if field.kind in FORMATS:
            dimension.number_format = FORMATS[field.kind]
        for row, value in enumerate(cells.get(field.name, ()), 2):
            if value is not None:
                cell = sheet.cell(row, column)
                cell.number_format = FORMATS.get(field.kind, "General")
                put(cell, value)
    sheet.freeze_panes = "B2"


def _in_rows(sheet: Worksheet, blank: BlankSheet, cells: Mapping[str, Sequence[Any]]) -> None:
    """Fields in rows, values in the columns beside them; the template's own description stands between."""
    from openpyxl.styles import Alignment

    described = any(field.description for field in blank.fields)
    several = max(map(len, cells.values()), default=0)
    values = [*VALUES, *(f"Value {number}" for number in range(len(VALUES) + 1, several + 1))]
    headings = [blank.corner, *([blank.beside] if described else []), *values]
    first = len(headings) - len(values) + 1
    for column, heading in enumerate(headings, 1):
        _paint(sheet.cell(1, column, heading), COLOURS["key"])
        sheet.column_dimensions[column_letter(column)].width = NAMES_WIDTH
    if described:
        sheet.column_dimensions["B"].width = TEXT_WIDTH
    for row, field in enumerate(blank.fields, 2):
        _name(sheet.cell(row, 1), field)
        sheet.row_dimensions[row].height = _height(field, cells.get(field.name, ()))
        if field.description:
            sheet.cell(row, 2, field.description).alignment = Alignment(wrap_text=True, vertical="top")
        if field.colour == "section":
            for column in range(2, len(headings) + 1):
                _paint(sheet.cell(row, column), COLOURS["section"])
            continue
        for column in range(first, len(headings) + 1):
            cell = sheet.cell(row, column)
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
            cell.number_format = FORMATS.get(field.kind, "General")
        if field.value:
            cell = sheet.cell(row, first, field.value)
            cell.number_format = "@"
        for column, value in enumerate(cells.get(field.name, ()), first):
            if value is not None:
                put(sheet.cell(row, column), value)
    sheet.freeze_panes = "B2"


def _height(field: BlankField, values: Sequence[Any]) -> float:
    """The points that a row needs for its wrapped texts; a whole page of text is read in the comment."""
    lines = max([_lines(field.description, TEXT_WIDTH), *(_lines(str(value), NAMES_WIDTH) for value in values)])
    return min(15.0 * max(lines, 1 + int(len(field.header) * 1.2 / NAMES_WIDTH)), 120.0)


def _lines(text: str, width: float) -> int:
    return sum(1 + int(len(line) * 1.1 / width) for line in text.split("\n"))


def _name(cell: Cell | MergedCell, field: BlankField) -> None:
    """The cell with the field's header: in the colour of its class, with the help as comment."""
    from openpyxl.comments import Comment

    cell.value = field.header
    cell.data_type = "s"
    _paint(cell, COLOURS[field.colour])
    if field.help:
        lines = sum(1 + len(line) // 46 for line in field.help.split("\n"))
        cell.comment = Comment(field.help, "sds2gen3", height=min(20 + 16 * lines, 500), width=320)


def _paint(cell: Cell | MergedCell, colour: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(name="Calibri", size=11, bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if colour:
        cell.fill = PatternFill("solid", fgColor=f"FF{colour}")


def _drop_downs(book: Workbook, sheet: Worksheet, blank: BlankSheet) -> None:
    """A drop-down list for each field with words; a long list stands in a hidden sheet, as Excel asks."""
    from openpyxl.worksheet.datavalidation import DataValidation

    described = any(field.description for field in blank.fields)
    long: list[BlankField] = []
    for at, field in enumerate(blank.fields, 1):
        if not field.words:
            continue
        inline = ",".join(field.words)
        if len(inline) <= INLINE and not any("," in word or '"' in word for word in field.words):
            source = f'"{inline}"'
        else:
            long.append(field)
            letter = column_letter(len(long))
            source = f"{LISTS}!${letter}$3:${letter}${len(field.words) + 2}"
        drop = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=field.strict)
        drop.error, drop.errorTitle = "Choose a word of the list.", field.header.strip()[:32]
        letter = column_letter(at)
        first, last = column_letter(3 if described else 2), column_letter(LAST_COLUMN)
        drop.add(f"{first}{at + 1}:{last}{at + 1}" if blank.transposed else f"{letter}2:{letter}{LAST_ROW}")
        sheet.add_data_validation(drop)
    if long:
        _lists(book, long)


def _lists(book: Workbook, fields: list[BlankField]) -> None:
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    sheet["A1"] = f"{MARK}: the words of the drop-down lists"
    for column, field in enumerate(fields, 1):
        for row, text in enumerate((field.header.strip(), *field.words), 2):
            sheet.cell(row, column, text)
