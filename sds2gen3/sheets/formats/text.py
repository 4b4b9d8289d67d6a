"""Text: a CSV or TSV file becomes one Grid. All values are text exactly as typed; line ends are \\n (rule SDS-F11)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Set
from itertools import chain, repeat
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.formats.cells import make_grid
from sds2gen3.sheets.formats.decode import decode
from sds2gen3.sheets.formats.delimiter import NAMES, choose_delimiter, declared_delimiter
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.formats.reach import FAR, far
from sds2gen3.sheets.grid import Grid

MAX_LINE = 16 << 20  # characters; the csv module makes all cells of a line at once
MAX_CELLS = 8_000_000  # 650,000 rows of 12
LONGEST_FIELD = 2**31 - 1  # the csv module's own limit of 131,072 characters is below what a cell may hold

_END = "\0"  # stands alone in the last row unless a quote is still open there; the text itself holds none any more


def read_text(data: bytes, file: str, known_keys: Set[str] = frozenset()) -> tuple[Grid, list[Diagnostic]]:
    """The Grid of a delimited text, rows numbered as a spreadsheet would show them. Text is decoded and split by content.

    `known_keys` are header names (lower case, letters and digits only) that tell which delimiter is the right one.
    Raises Refused for lines or cells without end.
    """
    text, findings = decode(data, file)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter, text = declared_delimiter(text)
    usual = "\t" if file.lower().endswith(".tsv") else ","
    if delimiter is None:
        delimiter = choose_delimiter(text, usual, known_keys)
    if delimiter != usual and file.lower().endswith((".csv", ".tsv")):
        message = (
            f"The cells of this file are separated by {NAMES[delimiter]}, not by {NAMES[usual]}; it is read that way."
        )
        findings.append(finding("R132", message, Place(file, row=1)))
    rows, open_row, blank = _rows(text, delimiter)
    if open_row:
        message = f"A quotation mark opens in row {open_row} and never closes; from there each line is read as one row."
        findings.append(finding("R134", message, Place(file, row=open_row)))
    grid = make_grid(file, None, rows)
    if rows and blank >= FAR:
        findings.append(far(grid, f"{blank:,} blank rows stand at the end of the file"))
    return grid, findings


def _rows(text: str, delimiter: str) -> tuple[list[list[Any]], int, int]:
    """The rows, the row in which a quote opens that never closes (0 where all do), and how many blank rows end the text."""
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        reader = csv.reader(chain(_lines(text), [_END]), delimiter=delimiter)
        rows: list[list[Any]] = []
        empty = lines = cells = 0
        for record in reader:
            cells += max(2, len(record))  # an empty line is a row, too
            if cells > MAX_CELLS:
                raise Refused(f"it holds more than {MAX_CELLS:,} cells")
            if not any(record):
                empty += 1  # kept as a number: a sheet saved with millions of empty rows costs nothing
            elif record == [_END]:
                return rows, 0, empty
            elif record[-1].endswith(_END):
                break
            else:
                rows.extend(repeat([], empty))
                rows.append([value or None for value in record])
                empty = 0
            lines = reader.line_num
        rows.extend(repeat([], empty))
        rest = csv.reader(text.split("\n")[lines:], delimiter=delimiter, quoting=csv.QUOTE_NONE)
        return rows + [[value or None for value in record] for record in rest], len(rows) + 1, 0
    finally:
        csv.field_size_limit(limit)


def _lines(text: str) -> Iterator[str]:
    """The lines one by one: io.StringIO would take four times the room of the text."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        if end - start > MAX_LINE:
            raise Refused(f"one of its lines has more than {MAX_LINE >> 20} million characters")
        yield text[start:end]
        start = end
