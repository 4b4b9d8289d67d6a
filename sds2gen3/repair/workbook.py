"""The repairs of one workbook, made in its XML: everything else in it stays as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sds2gen3.ooxml.markup import tree
from sds2gen3.ooxml.package import Parts
from sds2gen3.ooxml.sheet import Sheet
from sds2gen3.ooxml.styles import Look, Styles
from sds2gen3.repair.fix import Fix

ISO = Look(number=r"yyyy\-mm\-dd")
_SHARED = re.compile(rb"<(?:\w+:)?v>\s*(\d+)\s*</")
_TYPE = re.compile(rb"\st\s*=\s*[\"'](\w+)[\"']")
_BUILT_IN = {14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "m/d/yy h:mm"}
_ISO_SHOWN = re.compile(r"(\[[^\]]*\])*yyyy\\?-mm\\?-dd([;@].*)?", re.I)


def mend_workbook(parts: Parts, styles: Styles, fixes: Sequence[Fix]) -> list[Fix]:
    """Make the repairs. Gives them as they were made: formulas and formatted texts are left alone, and only offered."""
    made: list[Fix] = []
    rich = _rich_strings(parts)
    for name in dict.fromkeys(fix.sheet for fix in fixes):
        part = parts.sheet(name)
        here = [fix for fix in fixes if fix.sheet == name]
        if part is None:
            made += [replace(fix, applied=False) for fix in here]
            continue
        sheet = Sheet(parts.xml(part.path), {fix.row for fix in here})
        texts: dict[tuple[int, int], str] = {}
        for fix in here:
            if fix.rule == "date format":
                made += _show_as_iso(sheet, styles, fix)
            elif _is_plain_text(sheet.cell(fix.row, fix.column), rich):
                texts[fix.row, fix.column] = fix.after
                made.append(fix)
            else:
                made.append(replace(fix, applied=False))
        for (row, column), text in texts.items():
            sheet.write(row, column, text)
        if any(fix.applied for fix in made if fix.sheet == name):
            parts[part.path] = sheet.apply()
    return made


def _show_as_iso(sheet: Sheet, styles: Styles, fix: Fix) -> list[Fix]:
    """Only how the date is shown changes; one that is shown so already needs nothing."""
    key, code = styles.number_format(sheet.style(fix.row, fix.column))
    if _ISO_SHOWN.fullmatch(code) or sheet.cell(fix.row, fix.column) is None:
        return []
    sheet.restyle(fix.row, fix.column, lambda old: styles.format(old, ISO))
    return [replace(fix, before=code or _BUILT_IN.get(key, f"date format {key}"), after="yyyy-mm-dd")]


def _is_plain_text(cell: bytes | None, rich: frozenset[int]) -> bool:
    """Whether a cell holds a text and nothing that would be lost: no formula, no letters formatted one by one."""
    if cell is None or re.search(rb"<(?:\w+:)?f[\s/>]", cell):
        return False
    head = cell[: cell.index(b">")]
    kind = found[1] if (found := _TYPE.search(head)) else b""
    if kind == b"inlineStr":
        return not re.search(rb"<(?:\w+:)?(r|rPh|phoneticPr)[\s/>]", cell)
    shared = _SHARED.search(cell)
    return kind == b"s" and shared is not None and int(shared[1]) not in rich


def _rich_strings(parts: Parts) -> frozenset[int]:
    """The numbers of the shared strings that are formatted in parts, or have a pronunciation."""
    name = next(iter(parts.related(parts.workbook, "sharedStrings").values()), None)
    data = parts.xml(name) if name else b""
    if not re.search(rb"<(?:\w+:)?(r|rPh|phoneticPr)[\s/>]", data):
        return frozenset()
    items = tree(data).all("si")
    return frozenset(n for n, item in enumerate(items) if any(child.local != "t" for child in item.children))
