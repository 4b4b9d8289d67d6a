"""Cells that show an error (#N/A), from the XML of a sheet: the fast reader shows them as empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from sds2gen3.sheets.formats.formulas import reference
from sds2gen3.sheets.grid import CellError

_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")


def error_cells(block: bytes) -> Iterator[tuple[tuple[int, int] | None, CellError]]:
    """The cells of a block of sheet XML that show an error, each with its place; None for one that cannot be made out."""
    for match in _ERROR.finditer(block):
        start, end = block.rfind(b"<", 0, match.start()), block.find(b">", match.end())
        tag, rest = block[start:end], block[end : block.find(b"</c>", end)]
        value = _VALUE.search(rest)
        if b">" in block[start : match.start()]:
            continue  # not in a tag, but in the text of a cell
        known = tag.startswith(b"<c ") and value is not None
        place = reference(tag[2:]) if known else None
        yield place, CellError(unescape(value[1].decode("utf-8", "replace")) if value else "")
