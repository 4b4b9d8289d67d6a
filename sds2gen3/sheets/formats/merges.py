"""Merged cells of a sheet: Excel keeps a value for the first cell of each range alone, and lists the ranges after the rows."""

from __future__ import annotations

import re
from itertools import islice

from sds2gen3.sheets.formats.hyperlinks import column_number
from sds2gen3.sheets.grid import Merged

MAX_MERGED = 10_000  # ranges of one sheet; more than anyone makes by hand

_RANGE = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s[^>]{0,200}?ref\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})[\"']"
)


def merged_ranges(block: bytes) -> tuple[Merged, ...]:
    """The merged ranges in the part of the sheet's XML that follows the rows, the first of very many."""
    if b"mergeCell" not in block:
        return ()
    found = (_merged(match) for match in islice(_RANGE.finditer(block), MAX_MERGED))
    return tuple(sorted({range_ for range_ in found if range_.top <= range_.bottom and range_.left <= range_.right}))


def _merged(match: re.Match[bytes]) -> Merged:
    left, top, right, bottom = (group.decode() for group in match.groups())
    return Merged(int(top), column_number(left), int(bottom), column_number(right))
