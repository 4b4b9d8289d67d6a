"""Hyperlinks of a sheet: their targets stand apart from the cells, after the rows and in the relations of the sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from sds2gen3.sheets.formats.package import Refused

Links = dict[tuple[int, int], str]

MAX_LINKS = 1_000_000  # cells with a link in one sheet
MAX_LINKED = 1000  # cells of one link; a link over a whole column says nothing about its cells

_P = rb"(?:[\w.-]+:)?"
_TAG = re.compile(rb"<" + _P + rb"hyperlink\s([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_RANGE = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?$")


def tag_links(block: bytes, relations: Mapping[str, str]) -> Links:
    """The links in the part of the sheet's XML that follows the rows. Links to a place in the workbook are not links.

    Raises Refused for links without end.
    """
    links: Links = {}
    total = 0
    for tag in _TAG.findall(block):
        values = {name: unescape(a or b) for name, a, b in _ATTRIBUTE.findall(tag.decode("utf-8", "replace"))}
        link = next((value for name, value in values.items() if name.endswith(":id")), None)
        target = relations.get(link, "") if link else ""
        if not target or target.startswith("#"):
            continue
        if values.get("location"):
            target += "#" + values["location"]
        cells = cells_of(values.get("ref", ""))
        total += len(cells)
        if total > MAX_LINKS:
            raise Refused(f"more than {MAX_LINKS:,} of its cells have a link")
        links.update(dict.fromkeys(cells, target))
    return links


def cells_of(reference: str) -> list[tuple[int, int]]:
    """The (row, column) of each cell of `B5` or `B5:C7`; none of what is no reference, or of a very large one."""
    match = _RANGE.match(reference)
    if not match:
        return []
    top, left = int(match[2]), column_number(match[1])
    bottom, right = (int(match[4]), column_number(match[3])) if match[3] else (top, left)
    if (bottom - top + 1) * (right - left + 1) > MAX_LINKED:
        return []
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def column_number(letters: str) -> int:
    """The 1-based number of a column's letters: 'A' -> 1, 'AA' -> 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
