"""Book: the list of sheets of a workbook, and a sheet of ours put before or after them."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from sds2gen3.ooxml.markup import Edits, Node, prefix_of, tree
from sds2gen3.ooxml.package import SPREADSHEET, Parts
from sds2gen3.ooxml.sheet import unselected
from sds2gen3.ooxml.text import qualified, xml_text

_AFTER_NAMES = (  # what follows definedNames in workbook.xml
    *("calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing"),
    *("fileRecoveryPr", "webPublishObjects", "extLst"),
)
LONGEST = 31  # characters of a sheet's name


def free_name(parts: Parts, wanted: str) -> str:
    """The wanted name of a sheet, or `wanted (2)` where it is taken."""
    taken = {sheet.name.casefold() for sheet in parts.sheets}
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted[: LONGEST - 5]} ({number})"
    return name


def add_sheet(parts: Parts, name: str, xml: bytes, filtered: str = "", first: bool = False) -> None:
    """Add a sheet with that XML, as the last one or as the `first`, which then is the one that Excel opens.

    `filtered` is the range of its filter, which Excel also wants to have as a hidden name.
    """
    part = parts.add("xl/worksheets/sheet{}.xml", xml, f"{SPREADSHEET}.worksheet+xml")
    key = parts.relate(parts.workbook, "worksheet", part)
    data = parts.xml(parts.workbook)
    book, edits = tree(data), Edits(data)
    prefix = prefix_of(book)
    sheets = book.find("sheets")
    if sheets is None:
        raise ValueError("a workbook without a list of sheets")
    number = 1 + max((int(node.get("sheetId") or 0) for node in sheets.children), default=0)
    relations = f'xmlns:r="{parts.relation_types}"'
    entry = qualified(f'<sheet {relations} name={quoteattr(name)} sheetId="{number}" r:id="{key}"/>', prefix)
    if first and not sheets.closed:
        edits.insert(sheets.head_end, entry)
        _open_at_first(parts, book, edits)
    else:
        edits.append(sheets, entry)
    names = book.find("definedNames")
    if first and names is not None:
        for node in names.children:
            if (at := node.get("localSheetId")) is not None:
                edits.attribute(node, "localSheetId", str(int(at) + 1))
    if filtered:
        _name_filter(book, names, edits, name, 0 if first else len(sheets.children), filtered, prefix)
    parts[parts.workbook] = edits.apply()


def location(sheet: str, cell: str) -> str:
    """A place in the workbook, as links and names write it."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"


def _open_at_first(parts: Parts, book: Node, edits: Edits) -> None:
    views = book.find("bookViews")
    for view in views.children if views else ():
        for attribute in ("activeTab", "firstSheet"):
            if view.get(attribute) is not None:
                edits.attribute(view, attribute, "0")
    for sheet in parts.sheets:
        parts[sheet.path] = unselected(parts.xml(sheet.path))


def _name_filter(book: Node, names: Node | None, edits: Edits, sheet: str, at: int, filtered: str, prefix: str) -> None:
    first, last = (
        f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}" for cell in filtered.split(":")
    )
    text = xml_text(location(sheet, f"{first}:{last}"))
    xml = f'<definedName name="_xlnm._FilterDatabase" localSheetId="{at}" hidden="1">{text}</definedName>'
    if names is not None:
        edits.append(names, qualified(xml, prefix))
        return
    later = [node.start for node in book.children if node.local in _AFTER_NAMES]
    edits.insert(later[0] if later else book.tail, qualified(f"<definedNames>{xml}</definedNames>", prefix))
