"""A workbook of one sheet, row by row: texts are text cells, so that nothing is calculated, and the bytes are always the same."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO, Any, BinaryIO
from xml.sax.saxutils import escape

from sds2gen3.errors import DataError
from sds2gen3.write.exported.cells import plain

MOST_ROWS, MOST_COLUMNS, LONGEST = 1_048_576, 16_384, 32_767
_EXACT = 10**15
"""A spreadsheet keeps fifteen digits of a number."""
_TIME = (1980, 1, 1, 0, 0, 0)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff]"
_NOT_XML = re.compile(f"{_CONTROL}|_(?=x[0-9A-Fa-f]{{4}}(?:_|{_CONTROL}))")
"""Such an underscore may end one escape and begin the next, or be followed by a character whose escape begins with one."""
_NO_TITLE = re.compile(r"[\[\]:*?/\\']")


def write_xlsx(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], file: BinaryIO) -> None:
    """Write the sheet; numbers, true and false are such cells, a list is its JSON. Raises DataError U675 for what does not fit."""
    if len(header) > MOST_COLUMNS:
        raise DataError.of("U675", f"'{name}' has {len(header):,} columns; a sheet has {MOST_COLUMNS:,}.")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for part, content in _parts(_NO_TITLE.sub("_", name)[:31]).items():
            book.writestr(_info(part), _HEAD + content)
        with book.open(_info("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            _write_sheet(name, header, rows, sheet)


def _write_sheet(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], sheet: IO[bytes]) -> None:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    views = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{views}<sheetData>'.encode())
    sheet.write(_row([_text(title, 2) for title in header]))
    for number, row in enumerate(rows, 2):
        if number > MOST_ROWS:
            raise DataError.of("U675", f"'{name}' has more records than the {MOST_ROWS - 1:,} that a sheet holds.")
        sheet.write(_row([_cell(value, title) for value, title in zip(row, header, strict=True)]))
    sheet.write(b"</sheetData></worksheet>")


def _row(cells: Sequence[str]) -> bytes:
    # Cells without a reference stand one after the other.
    return f"<row>{''.join(cells)}</row>".encode()


def _cell(value: Any, title: str) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < _EXACT):
        return f"<c><v>{value!r}</v></c>"
    text = plain(value, texts_only=True)
    if len(text.encode("utf-16-le")) // 2 > LONGEST:
        raise DataError.of("U675", f"'{title}' has a text of {len(text):,} letters; a cell holds {LONGEST:,}.")
    return _text(text, 1)


def _text(text: str, style: int) -> str:
    escaped = escape(_NOT_XML.sub(_escaped, text))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escaped}</t></is></c>'


def _escaped(match: re.Match[str]) -> str:
    """`_x0001_` for a character that XML cannot hold; so `_x005F_` for the underscore of a text that looks like one."""
    return f"_x{ord(match.group()):04X}_"


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _parts(title: str) -> dict[str, str]:
    """All but the sheet. Style 1 marks a text that must not be taken for a formula when it is edited; 2 is the header."""
    over = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("styles", "styles"))
    )
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    plain_font, fill, border = "<font/>", '<fill><patternFill patternType="none"/></fill>', "<border/>"
    grey = '<fill><patternFill patternType="gray125"/></fill>'
    formats = (
        '<xf/><xf numFmtId="49" quotePrefix="1" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyFont="1"/>'
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{over}</Types>',
        "_rels/.rels": f'{relations}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{escape(title, {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"{relations}"
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="2">{plain_font}<font><b/></font></fonts>'
        f'<fills count="2">{fill}{grey}</fills><borders count="1">{border}</borders>'
        f'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }
