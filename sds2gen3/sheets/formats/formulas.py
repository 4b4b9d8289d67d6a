"""Formulas of a sheet, from its XML: which have a result, and what a HYPERLINK formula links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from sds2gen3.sheets.formats.hyperlinks import cells_of

_HYPERLINK = re.compile(
    r"^=?\s*(?:_xlfn\.)?HYPERLINK\(\s*\"((?:[^\"]|\"\")*)\"\s*(?:[,;]\s*(\"((?:[^\"]|\"\")*)\"|[^()]*)\s*)?\)\s*$",
    re.I,
)
_REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]{1,3}\d{1,7})[\"']")
_TEXT = re.compile(rb"(?:^|\s)t\s*=\s*[\"']str[\"']")


def _pattern(p: bytes) -> re.Pattern[bytes]:
    """A cell with a formula: its attributes, the formula, and its end where no result comes before."""
    no_result = rb"(\s*(?:<" + p + rb"v\s*/>|<" + p + rb"v\s*>\s*</" + p + rb"v>)?\s*</" + p + rb"c>)?"
    formula = rb"<" + p + rb"f\b[^>]*+>(?:([^<]*+)</" + p + rb"f>)?"
    return re.compile(rb"<" + p + rb"c(?:\s([^>]*+))?>\s*+" + formula + no_result)


_CELL = _pattern(b"")
_PREFIXED_CELL = _pattern(rb"(?:[\w.-]+:)?")  # some programs write namespace prefixes; this takes several times longer


@dataclass(frozen=True, slots=True)
class Formula:
    cell: tuple[int, int] | None  # None where the cell does not say where it stands
    text: str
    has_result: bool


def formulas(block: bytes) -> Iterator[Formula]:
    """The formulas in a block of sheet XML. One whose result is the empty text is written as text (`t="str"`), and has a result."""
    for match in (_PREFIXED_CELL if b":f" in block else _CELL).finditer(block):
        attributes = match[1] or b""
        has_result = not match[3] or _TEXT.search(attributes) is not None
        yield Formula(reference(attributes), unescape((match[2] or b"").decode("utf-8", "replace")), has_result)


def reference(attributes: bytes) -> tuple[int, int] | None:
    """The (row, column) that a cell says it stands in, None where it says nothing."""
    said = _REFERENCE.search(attributes)
    cells = cells_of(said[1].decode()) if said else []
    return cells[0] if cells else None


def hyperlink(formula: str) -> tuple[str, str | None] | None:
    """(target, label) of `=HYPERLINK("target","label")`; the label is None unless it is written out; None for other formulas."""
    match = _HYPERLINK.match(formula)
    if not match:
        return None
    label = match[1] if match[2] is None else match[3]
    return match[1].replace('""', '"'), label.replace('""', '"') if label is not None else None
