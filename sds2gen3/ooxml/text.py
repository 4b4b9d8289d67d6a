"""Text that goes into a workbook or a CSV: what XML cannot hold is shown escaped, what Excel would run is made harmless."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

CELL_LIMIT = 32_767  # characters that Excel keeps in a cell

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA = re.compile(r"\s*[=+\-@|%]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_PREFIXED = re.compile(r"<(/?)(?=[A-Za-z])")


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet could take for a formula; plain numbers stay as they are."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def shown(text: str) -> str:
    """The text without characters that XML cannot hold (they are shown as \\x07), cut where Excel would cut it."""
    legal = _ILLEGAL.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)
    return legal if len(legal) <= CELL_LIMIT else f"{legal[: CELL_LIMIT - 3]}..."


def xml_text(text: str) -> str:
    """The text as XML content of a workbook; a literal `_x0041_`, which stands for A there, is kept literal."""
    return escape(_ESCAPED.sub("_x005F_", shown(text)))


def qualified(xml: str, prefix: str) -> bytes:
    """Our XML with the namespace prefix that the part gives to its own elements ('' for none)."""
    return (_PREFIXED.sub(rf"<\1{prefix}:", xml) if prefix else xml).encode()
