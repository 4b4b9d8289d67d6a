"""A look at an old .xls before it is read: how large a rectangle its cells span, and which cells are errors.

The reader sets up the whole rectangle in memory and shows error cells as empty, as for .xlsx. Layout of the container: [MS-CFB]
section 2; of the records: [MS-XLS] section 2.4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from sds2gen3.sheets.formats.cells import MOSTLY_EMPTY, ROOMY
from sds2gen3.sheets.formats.package import Refused

MAX_COLUMNS = 256  # times 65,536 rows: where this format ends

ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}

_END = 0xFFFFFFFA  # sector numbers from here on mean 'no sector'
_SMALL = 4096  # streams below this lie in small sectors, which together are a stream of their own
_TINY = 64  # bytes of a small sector
_BEGIN, _FORMULA, _ERROR = 0x0809, 0x0006, 0x0205
_CELLS = {_FORMULA, _ERROR, 0x0203, 0x0204, 0x027E, 0x00BD, 0x00FD, 0x00D6}
_MULTIPLE_NUMBERS = 0x00BD


@dataclass(frozen=True, slots=True)
class ErrorCell:
    row: int
    column: int
    text: str


def look_into_xls(data: bytes) -> list[ErrorCell]:
    """The cells that show an error. Raises Refused for a workbook that cannot be read safely, struct.error for a broken one."""
    errors: list[ErrorCell] = []
    cells, rows, columns = 0, 0, 0  # of the sheet that is being looked at
    for kind, body in _records(_workbook_stream(data)):
        if kind == _BEGIN:
            _refuse_nothing(cells, rows * columns)
            cells, rows, columns = 0, 0, 0
        if kind not in _CELLS or len(body) < 6:
            continue
        row, column = struct.unpack_from("<HH", body)
        last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MULTIPLE_NUMBERS else column
        if max(column, last) >= MAX_COLUMNS:
            raise Refused("it has a cell beyond column IV, where this old format ends")
        cells, rows, columns = cells + last - column + 1, max(rows, row + 1), max(columns, last + 1)
        text = _error_text(kind, body)
        if text:
            errors.append(ErrorCell(row + 1, column + 1, text))
    _refuse_nothing(cells, rows * columns)
    return errors


def _refuse_nothing(cells: int, rectangle: int) -> None:
    if rectangle > ROOMY and rectangle > MOSTLY_EMPTY * cells:
        raise Refused("its cells lie too far apart: nearly all of the table would be empty")


def _error_text(kind: int, body: bytes) -> str | None:
    if kind == _ERROR and len(body) >= 8 and body[7]:
        return ERROR_TEXTS.get(body[6], "#N/A")
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return ERROR_TEXTS.get(body[8], "#N/A")
    return None


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _workbook_stream(data: bytes) -> bytes:
    """The stream that holds the workbook, put together from the container's sectors."""
    shift, directory = struct.unpack_from("<H", data, 30)[0], struct.unpack_from("<I", data, 48)[0]
    if shift not in (9, 12):
        raise Refused("its container is damaged")
    size = 1 << shift
    table = _sector_table(data, size)
    entries = b"".join(_sectors(data, directory, table, size))
    for at in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(0, length - 2)].decode("utf-16-le", "replace").lower()
        if name in ("workbook", "book") and entries[at + 66] == 2:
            start, stream_size = struct.unpack_from("<II", entries, at + 116)
            if stream_size < _SMALL:
                return _small_stream(data, entries, start, table, size)[:stream_size]
            return b"".join(_sectors(data, start, table, size))[:stream_size]
    raise Refused("it holds no workbook")


def _small_stream(data: bytes, entries: bytes, start: int, table: list[int], size: int) -> bytes:
    """A stream of small sectors: the first entry of the directory holds them all, a table of their own their order."""
    first = struct.unpack_from("<I", data, 60)[0]
    order = b"".join(_sectors(data, first, table, size))
    following = list(struct.unpack(f"<{len(order) // 4}I", order[: len(order) // 4 * 4]))
    held = b"".join(_sectors(data, struct.unpack_from("<I", entries, 116)[0], table, size))
    # Sector 0 of the container stands behind its header, one sector long; the small ones begin at once.
    return b"".join(_sectors(bytes(_TINY) + held, start, following, _TINY))


def _sector_table(data: bytes, size: int) -> list[int]:
    """For each sector the number of the one that follows it."""
    listed = list(struct.unpack_from("<109I", data, 76))
    extra, left = struct.unpack_from("<II", data, 68)
    while extra < _END and left:
        sector = struct.unpack_from(f"<{size // 4}I", data, (extra + 1) * size)
        listed += sector[:-1]
        extra, left = sector[-1], left - 1
        if len(listed) * size > len(data) + 2 * size * 128:
            raise Refused("its container is damaged")
    table: list[int] = []
    for number in listed:
        if number < _END:
            table += struct.unpack_from(f"<{size // 4}I", data, (number + 1) * size)
    return table


def _sectors(data: bytes, start: int, table: list[int], size: int) -> Iterator[bytes]:
    seen = 0
    while start < _END and start < len(table):
        yield data[(start + 1) * size : (start + 2) * size]
        start, seen = table[start], seen + 1
        if seen > len(table):
            raise Refused("its container is damaged")
