"""Workbooks made of raw XML and raw records, for what no program would write: hostile, broken and odd files."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sds2gen3.sheets.files.locate import Source

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def raw_xlsx(rows: str, *, after: str = "", before: str = "", parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """An .xlsx of one sheet 'S' with this XML as its rows, before and after them, and further (or other) parts."""
    sheet = f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return zipped({**_frame(), "xl/worksheets/sheet1.xml": sheet, **(parts or {})})


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip of these members, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def relations(*entries: tuple[str, str, str]) -> str:
    """A relations part: (id, type, target); targets with a scheme are external."""
    external = ' TargetMode="External"'
    lines = (
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"{external if ":" in target else ""}/>'
        for key, kind, target in entries
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _frame() -> dict[str, str]:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "styles", "styles.xml")
        ),
        "xl/styles.xml": styles,
    }


def raw_xls(cells: Sequence[tuple[int, int, Any]], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """An .xls (BIFF8) of one sheet 'S' with these (row, column, value); an exception's text as value is an error cell.

    `merged` are ranges of merged cells: top, left, bottom, right.
    """
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, column, value in cells:
        head = struct.pack("<HHH", row - 1, column - 1, 0)
        if isinstance(value, str):
            sheet += _record(0x0204, head + struct.pack("<HB", len(value), 0) + value.encode("latin-1"))
        elif isinstance(value, BaseException):
            sheet += _record(0x0205, head + bytes((0x2A, 1)))
        else:
            sheet += _record(0x0203, head + struct.pack("<d", value))
    if merged:
        ranges = [struct.pack("<HHHH", top - 1, bottom - 1, left - 1, right - 1) for top, left, bottom, right in merged]
        sheet += _record(0x00E5, struct.pack("<H", len(ranges)) + b"".join(ranges))
    sheet += _record(0x000A)
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(0x0042, b"\xb0\x04")
    name = b"\x01\x00S"
    bound = len(start) + 4 + 6 + len(name) + 4
    start += _record(0x0085, struct.pack("<IBB", bound, 0, 0) + name) + _record(0x000A)
    return container("Workbook", start + sheet)


def container(name: str, stream: bytes) -> bytes:
    """An OLE file (512-byte sectors) with one stream of this name."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    assert len(table) <= 128, "one sector of the table is enough for a test"
    table += [0xFFFFFFFF] * (128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHHHIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE)
    head += struct.pack("<I", 0) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    entries = _directory_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _directory_entry(name, 2, 2, len(stream))
    return head + struct.pack("<128I", *table) + entries.ljust(512, b"\0") + stream


def _directory_entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    links = struct.pack("<BBIII", kind, 1, none, none, child)
    return text.ljust(64, b"\0") + struct.pack("<H", len(text)) + links + bytes(36) + struct.pack("<IQ", start, size)


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def source(data: bytes, path: str = "subjects.xlsx", kind: str = "subjects") -> Source:
    """A Source that holds these bytes."""
    return Source(kind, path, len(data), lambda: data)


def file_source(path: Path) -> Source:
    """A Source that is a file on disk."""
    return Source(path.stem, path.name, path.stat().st_size, path.read_bytes)
