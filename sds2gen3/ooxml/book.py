"""Book: the list of sheets of a workbook, and a sheet of ours put before or after them."""

from __future__ import annotations

import re
from itertools import islice
from xml.sax.saxutils import quoteattr

from sds2gen3.ooxml.markup import Edits, Node, prefix_of, tree
from sds2gen3.ooxml.package import SPREADSHEET, Parts
from sds2gen3.ooxml.sheet import unselected
from sds2gen3.ooxml.text import qualified, xml_text
from sds2gen3.sheets.formats.package import SheetPart
from sds2gen3.sheets.grid import MARK

_AFTER_NAMES = (  # what follows definedNames in workbook.xml
    *("calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing"),
    *("fileRecoveryPr", "webPublishObjects", "extLst"),
)
LONGEST = 31  # characters of a sheet's name

_FILTER = "_xlnm._FilterDatabase"
_FIRST = re.compile(rb"<(?:\w+:)?c(\s[^>]*)(?<!/)>(.*?)</(?:\w+:)?c\s*>", re.S)
_VALUE = re.compile(rb"<(?:\w+:)?v\s*>(\d+)<")
_SHARED = re.compile(rb"<(?:\w+:)?si\b.*?</(?:\w+:)?si\s*>", re.S)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")


def free_name(parts: Parts, wanted: str) -> str:
    """The wanted name of a sheet, or `wanted (2)` where it is taken."""
    taken = {sheet.name.casefold() for sheet in parts.sheets}
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted[: LONGEST - 5]} ({number})"
    return name


def put_sheet(parts: Parts, wanted: str, xml: bytes, filtered: str = "", first: bool = False) -> None:
    """Add a sheet of ours, in the place of the one that an earlier run added, if there is one. See `add_sheet`."""
    for at, sheet in enumerate(parts.sheets):
        if _numbered(sheet.name, wanted) and _is_ours(parts, sheet):
            _replace_sheet(parts, at, xml, filtered, first)
            return
    add_sheet(parts, free_name(parts, wanted), xml, filtered, first)


def _numbered(name: str, wanted: str) -> bool:
    """Whether `free_name` may have given the name."""
    return name == wanted or re.fullmatch(rf"{re.escape(wanted[: LONGEST - 5])} \(\d+\)", name) is not None


def _is_ours(parts: Parts, sheet: SheetPart) -> bool:
    """Whether the sheet's first cell says so, also where another program has moved its text to the shared ones."""
    cell = _FIRST.search(parts.xml(sheet.path)) if sheet.path else None
    if cell is None:
        return False
    text = cell[2]
    if re.search(rb"\st\s*=\s*[\"']s[\"']", cell[1]):
        number = int((_VALUE.search(text) or (b"", b"0"))[1])
        shared = next(iter(parts.related(parts.workbook, "sharedStrings").values()), None)
        items = _SHARED.finditer(parts.xml(shared)) if shared else iter(())
        found = next(islice(items, number, None), None)
        text = found[0] if found else b""
    return b"".join(_TEXT.findall(text)).startswith(f"{MARK}:".encode())


def _replace_sheet(parts: Parts, at: int, xml: bytes, filtered: str, opened: bool) -> None:
    sheet = parts.sheets[at]
    parts.unrelate(sheet.path)  # what another program has added to the list, such as settings of a printer
    data = parts.xml(parts.workbook)
    book, edits = tree(data), Edits(data)
    if opened:
        _open_at(parts, book, edits, at)
    names = book.find("definedNames")
    earlier = [
        node
        for node in (names.children if names else ())
        if node.get("localSheetId") == str(at) and node.get("name") == _FILTER
    ]
    for node in earlier:
        edits.replace(node.start, node.end, b"")
    if filtered:
        _name_filter(book, names, edits, sheet.name, at, filtered, prefix_of(book))
    parts[parts.workbook] = edits.apply()
    parts[sheet.path] = xml


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
        _open_at(parts, book, edits, 0)
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


def _open_at(parts: Parts, book: Node, edits: Edits, at: int) -> None:
    """Let the workbook open at a sheet."""
    views, sheets = book.find("bookViews"), book.find("sheets")
    if views is None and sheets is not None and at:
        view = f'<bookViews><workbookView activeTab="{at}"/></bookViews>'
        edits.insert(sheets.start, qualified(view, prefix_of(book)))
    for node in views.children if views else ():
        if node.get("activeTab") is not None or at:
            edits.attribute(node, "activeTab", str(at))
        if node.get("firstSheet") is not None:
            edits.attribute(node, "firstSheet", "0")
    for sheet in parts.sheets:
        parts[sheet.path] = unselected(parts.xml(sheet.path))


def _name_filter(book: Node, names: Node | None, edits: Edits, sheet: str, at: int, filtered: str, prefix: str) -> None:
    first, last = (
        f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}" for cell in filtered.split(":")
    )
    text = xml_text(location(sheet, f"{first}:{last}"))
    xml = f'<definedName name="{_FILTER}" localSheetId="{at}" hidden="1">{text}</definedName>'
    if names is not None:
        edits.append(names, qualified(xml, prefix))
        return
    later = [node.start for node in book.children if node.local in _AFTER_NAMES]
    edits.insert(later[0] if later else book.tail, qualified(f"<definedNames>{xml}</definedNames>", prefix))
