"""Extent: how large a rectangle the cells of a sheet span, and how much of it is empty."""

from __future__ import annotations

import re

from sds2gen3.sheets.formats.cells import MAX_RECTANGLE, MOSTLY_EMPTY, ROOMY
from sds2gen3.sheets.formats.hyperlinks import column_number
from sds2gen3.sheets.formats.package import Refused

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # what Excel can hold

_ODD_IN_SMALL = re.compile(rb"<c(?! r=\"[A-Z](?:\d{1,5}+|[A-Z]\d{1,4}+)\")[\s/>]")
_ODD_IN_LARGE = re.compile(rb"<c(?! r=\"[A-Z](?:\d{1,6}+|[A-Z]\d{1,4}+)\")[\s/>]")
_PREFIXED = re.compile(rb":c[\s/>]")

_P = rb"(?:[\w.-]+:)?"
_FILLED = rb"c(?:\s([^>]*+))?(?<!/)>(?!\s*</)"  # not closed at once, and not empty
_FILLED_CELL = re.compile(rb"<" + _FILLED)
_FILLED_PREFIXED_CELL = re.compile(rb"<" + _P + _FILLED)
_ANY_CELL = re.compile(rb"<" + _P + rb"c[\s/>]")
_REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']", re.M)
_ROW = re.compile(rb"<" + _P + rb"row\b([^>]*)")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d+)")


def is_plain(block: bytes, small: bool) -> bool:
    """Whether every cell is written as Excel writes it, `<c r="A1"`, and stands within A1:Z99999 or A1:ZZ9999.

    So far the rectangle is not worth a thought. A large sheet may go to Z999999: it holds so many cells that the rectangle
    is at most a few times what it needs anyway. To be used on blocks that are not `prefixed`.
    """
    return (_ODD_IN_SMALL if small else _ODD_IN_LARGE).search(block) is None


def prefixed(block: bytes) -> bool:
    """Whether cells are written with a namespace prefix, `<x:c r="A1">`."""
    return _PREFIXED.search(block) is not None


class Extent:
    """Sums up the filled cells of a sheet, block by block; formatted empty cells count for nothing."""

    def __init__(self) -> None:
        self._cells = self._columns = self._rows = 0
        self._row_tags = self._row_number = self._unplaced = 0

    def add(self, block: bytes) -> None:
        """Take in a block of sheet XML. Raises Refused for a cell beyond what Excel can hold."""
        attributes = (_FILLED_PREFIXED_CELL if prefixed(block) else _FILLED_CELL).findall(block)
        lines = b"\n".join(attributes)
        if lines.count(b"\n") >= len(attributes):  # a line break within the marks of a cell
            lines = b"\n".join(a.replace(b"\n", b" ") for a in attributes)
        found = _REFERENCE.findall(lines)
        self._cells += len(attributes)
        if found:
            columns, rows = map(set, zip(*found, strict=True))  # of many thousand cells in few rows and columns
            self._columns = max(self._columns, *(column_number(letters[:8].decode()) for letters in columns))
            self._rows = max(self._rows, *(int(row[:9]) for row in rows))
        if len(attributes) > len(found):
            self._add_unplaced(attributes, block)
        if self._rows > MAX_ROWS or self._columns > MAX_COLUMNS:
            raise Refused("it has a cell beyond row 1,048,576 or column XFD, where Excel ends")

    def _add_unplaced(self, attributes: list[bytes], block: bytes) -> None:
        """Cells without a reference stand right of the one before, in the row below the one before: upper bounds."""
        if any(a.count(b'"') % 2 or a.count(b"'") % 2 for a in attributes):
            raise Refused("its cells are written so that they cannot be counted")  # a '>' within an attribute
        rows = _ROW.findall(block)
        numbers = _ROW_NUMBER.findall(b"".join(rows))
        self._unplaced = max(self._unplaced, *(len(_ANY_CELL.findall(row)) for row in _ROW.split(block)))
        self._row_tags += len(rows)
        self._row_number = max(self._row_number, max((int(number[:9]) for number in numbers), default=0))

    @property
    def span(self) -> tuple[int, int]:
        """The rows from 1 to the last filled cell, and the cells of the rectangle; upper bounds."""
        rows, columns = self._rows, self._columns
        if self._unplaced:
            rows, columns = max(rows, self._row_number) + self._row_tags, columns + self._unplaced
        return rows, rows * columns

    @property
    def sparse(self) -> bool:
        """Whether the rectangle from A1 to the last filled cell is too large for the fast reader, or nearly all empty."""
        _, rectangle = self.span
        return rectangle > MAX_RECTANGLE or (rectangle > ROOMY and rectangle > MOSTLY_EMPTY * self._cells)
