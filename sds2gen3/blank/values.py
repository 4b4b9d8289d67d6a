"""A value into a cell so that it is read back as it is: a text is text, whatever it begins with or holds."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from sds2gen3.ooxml.text import CELL_LIMIT

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell

_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
_CALCULATED = ("=", "+", "-", "@", "'")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_HALF = re.compile("[\ud800-\udfff]")


def put(cell: Cell | MergedCell, value: Any) -> None:
    """Set the cell. A number of more digits than Excel keeps is text; a text that is too long is cut where Excel would."""
    if isinstance(value, bool | int) and abs(value) < _EXACT:
        cell.value = value
        return
    if isinstance(value, float) and math.isfinite(value):
        _set(cell, repr(value), "n")  # openpyxl itself writes sixteen digits, and some numbers need one more
        return
    text = _fitting(str(value))
    _set(cell, _HALF.sub("\ufffd", _NOT_XML.sub(_escaped, text)), "s")
    if text.startswith(_CALCULATED):
        cell.quotePrefix = True  # Excel keeps it a text when somebody edits it


def _set(cell: Cell | MergedCell, text: str, kind: str) -> None:
    """Past openpyxl's own setter, which makes a formula of '=1+1' and an error of '#N/A', and cuts by the escaped length."""
    cell._value = text  # type: ignore[union-attr]
    cell.data_type = kind


def _fitting(text: str) -> str:
    """As much of the text as a cell holds; Excel counts in UTF-16."""
    if len(text) * 2 <= CELL_LIMIT:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: CELL_LIMIT * 2]
    return units.decode("utf-16-le", "ignore") if len(units) == CELL_LIMIT * 2 else text


def _escaped(match: re.Match[str]) -> str:
    """`_x0001_` for a character that XML cannot hold; the same for the underscore of a text that looks like one."""
    found = match.group()
    return f"_x{ord(found):04X}_" if len(found) == 1 else f"_x005F{found}"
