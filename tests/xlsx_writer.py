"""Writes .xlsx files as Excel saves them (shared strings, styles, cached formula results), the same bytes for the same cells.

Used by make_samples.py and by bench/generate.py: several times faster than openpyxl, and nothing in the file depends on
the clock, the user or the machine.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

CHUNK = 2000  # rows that are joined before they go into the archive
EPOCH = dt.datetime(1899, 12, 30)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is more than its value: a fill, bold or wrapped text, a link, a formula, an error value such as #N/A.

    A formula without value is one whose result was never stored.
    """

    value: Any = None
    fill: str | None = None
    bold: bool = False
    wrap: bool = False
    link: str | None = None
    formula: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of plain values or Cells (a blank row is an empty sequence), column widths, rows frozen at the top."""

    name: str
    rows: Iterable[Sequence[Any]]
    widths: Sequence[float] = ()
    frozen: int = 0


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Writes the sheets to `path`, streaming rows; a text is stored once however often it occurs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    strings = _Strings()
    styles = _Styles()
    with zipfile.ZipFile(path, "w") as archive:
        for number, sheet in enumerate(sheets, 1):
            links = _write_sheet(archive, f"xl/worksheets/sheet{number}.xml", sheet, strings, styles)
            if links:
                _put(archive, f"xl/worksheets/_rels/sheet{number}.xml.rels", _link_relations(links))
        _put(archive, "xl/sharedStrings.xml", strings.xml())
        _put(archive, "xl/styles.xml", styles.xml())
        _put(archive, "xl/workbook.xml", _workbook([sheet.name for sheet in sheets]))
        _put(archive, "xl/_rels/workbook.xml.rels", _workbook_relations(len(sheets)))
        _put(archive, "docProps/core.xml", _CORE)
        _put(archive, "_rels/.rels", _ROOT_RELATIONS)
        _put(archive, "[Content_Types].xml", _content_types(len(sheets)))


def column_letters(number: int) -> str:
    """1 -> 'A', 27 -> 'AA'."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass
class _Strings:
    index: dict[str, int] = field(default_factory=dict)
    uses: int = 0

    def number(self, text: str) -> int:
        self.uses += 1
        return self.index.setdefault(text, len(self.index))

    def xml(self) -> Iterator[str]:
        yield f'{HEAD}<sst xmlns="{MAIN}" count="{self.uses}" uniqueCount="{len(self.index)}">'
        for text in self.index:
            yield f'<si><t xml:space="preserve">{escape(text)}</t></si>'
        yield "</sst>"


@dataclass
class _Styles:
    """Cell formats in order of first use; 0 is the plain one, 1 a date, 2 a date with time."""

    index: dict[tuple[str | None, bool, bool, int], int] = field(
        default_factory=lambda: {(None, False, False, 0): 0, (None, False, False, 14): 1, (None, False, False, 22): 2}
    )

    def number(self, cell: Cell, value: Any) -> int:
        form = 22 if isinstance(value, dt.datetime) else 14 if isinstance(value, dt.date) else 0
        return self.index.setdefault((cell.fill, cell.bold, cell.wrap, form), len(self.index))

    def xml(self) -> Iterator[str]:
        fills = list(dict.fromkeys(fill for fill, *_ in self.index if fill))
        yield f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="12"/><name val="Calibri"/></font>'
        yield '<font><b/><sz val="12"/><name val="Calibri"/></font></fonts>'
        yield f'<fills count="{len(fills) + 2}"><fill><patternFill patternType="none"/></fill>'
        yield '<fill><patternFill patternType="gray125"/></fill>'
        for fill in fills:
            yield f'<fill><patternFill patternType="solid"><fgColor rgb="{fill}"/></patternFill></fill>'
        yield '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        yield f'<cellXfs count="{len(self.index)}">'
        for fill, bold, wrap, form in self.index:
            paint = fills.index(fill) + 2 if fill else 0
            inside = '<alignment wrapText="1" vertical="top"/>' if wrap else ""
            yield f'<xf numFmtId="{form}" fontId="{int(bold)}" fillId="{paint}" borderId="0" xfId="0" '
            yield f'applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">{inside}</xf>'
        yield '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'


def _write_sheet(
    archive: zipfile.ZipFile, name: str, sheet: Sheet, strings: _Strings, styles: _Styles
) -> list[tuple[str, str]]:
    """Writes one sheet and returns its links as (cell, target)."""
    links: list[tuple[str, str]] = []
    letters = [column_letters(number) for number in range(1, 200)]
    with archive.open(_entry(name), "w") as stream:
        stream.write(_sheet_head(sheet).encode())
        lines: list[str] = []
        for number, row in enumerate(sheet.rows, 1):
            cells = _row_cells(row, str(number), letters, strings, styles, links)
            if cells:
                lines.append(f'<row r="{number}">{cells}</row>')
            if len(lines) == CHUNK:
                stream.write("".join(lines).encode())
                lines.clear()
        stream.write("".join(lines).encode())
        stream.write(f"</sheetData>{_link_elements(links)}</worksheet>".encode())
    return links


def _sheet_head(sheet: Sheet) -> str:
    pane = (
        f'<pane ySplit="{sheet.frozen}" topLeftCell="A{sheet.frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        if sheet.frozen
        else ""
    )
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, 1)
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView>'
        f"</sheetViews>{f'<cols>{columns}</cols>' if columns else ''}<sheetData>"
    )


def _row_cells(
    row: Sequence[Any],
    number: str,
    letters: Sequence[str],
    strings: _Strings,
    styles: _Styles,
    links: list[tuple[str, str]],
) -> str:
    parts = []
    for letter, value in zip(letters, row, strict=False):
        if value is None:
            continue
        if isinstance(value, str):
            parts.append(f'<c r="{letter}{number}" t="s"><v>{strings.number(value)}</v></c>')
        elif isinstance(value, Cell):
            parts.append(_rich_cell(value, letter + number, strings, styles))
            if value.link:
                links.append((letter + number, value.link))
        else:
            parts.append(_number_cell(value, letter + number))
    return "".join(parts)


def _number_cell(value: Any, where: str, style: int | None = None) -> str:
    if isinstance(value, bool):
        return f'<c r="{where}" s="{style or 0}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.date):
        exact = isinstance(value, dt.datetime)
        form = style if style is not None else 2 if exact else 1
        return f'<c r="{where}" s="{form}"><v>{_serial(value)}</v></c>'
    return f'<c r="{where}" s="{style or 0}"><v>{value!r}</v></c>'


def _serial(value: dt.date) -> float | int:
    if isinstance(value, dt.datetime):
        return (value - EPOCH) / dt.timedelta(days=1)
    return (value - EPOCH.date()).days


def _rich_cell(cell: Cell, where: str, strings: _Strings, styles: _Styles) -> str:
    style = styles.number(cell, cell.value)
    if cell.error is not None:
        formula = f"<f>{escape(cell.formula)}</f>" if cell.formula else ""
        return f'<c r="{where}" s="{style}" t="e">{formula}<v>{cell.error}</v></c>'
    if cell.formula is not None:
        cached = f"<v>{escape(str(cell.value))}</v>" if cell.value is not None else ""
        kind = ' t="str"' if cached else ""
        return f'<c r="{where}" s="{style}"{kind}><f>{escape(cell.formula)}</f>{cached}</c>'
    if cell.value is None:
        return f'<c r="{where}" s="{style}"/>'
    if isinstance(cell.value, str):
        return f'<c r="{where}" s="{style}" t="s"><v>{strings.number(cell.value)}</v></c>'
    return _number_cell(cell.value, where, style)


def _link_elements(links: Sequence[tuple[str, str]]) -> str:
    inside = "".join(f'<hyperlink ref="{where}" r:id="rId{n}"/>' for n, (where, _) in enumerate(links, 1))
    return f"<hyperlinks>{inside}</hyperlinks>" if links else ""


def _link_relations(links: Sequence[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/hyperlink" Target={quoteattr(target)} TargetMode="External"/>'
        for n, (_, target) in enumerate(links, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def _workbook(names: Sequence[str]) -> str:
    inside = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{inside}</sheets></workbook>'


def _workbook_relations(sheets: int) -> str:
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, sheets + 1)]
    targets += [("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def _content_types(sheets: int) -> str:
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("/xl/workbook.xml", f"{base}.sheet.main+xml"), ("/xl/sharedStrings.xml", f"{base}.sharedStrings+xml")]
    parts += [("/xl/styles.xml", f"{base}.styles+xml")]
    parts += [(f"/xl/worksheets/sheet{n}.xml", f"{base}.worksheet+xml") for n in range(1, sheets + 1)]
    parts += [("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")]
    inside = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts)
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inside}</Types>'
    )


_ROOT_RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_CORE = (
    f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dcterms:created xsi:type="dcterms:W3CDTF">2024-01-01T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">2026-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>'
)


def _put(archive: zipfile.ZipFile, name: str, content: str | Iterable[str]) -> None:
    with archive.open(_entry(name), "w") as stream:
        stream.write((content if isinstance(content, str) else "".join(content)).encode())


def _entry(name: str) -> zipfile.ZipInfo:
    """An archive member with a fixed date and origin, so that the same cells give the same bytes."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
