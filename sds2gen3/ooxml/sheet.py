"""Sheet: the XML of one worksheet in which some cells are to change; the others are not even looked at twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from sds2gen3.ooxml.markup import Edits, Node, finish, node_at, parser, prefix_of
from sds2gen3.ooxml.text import qualified, xml_text
from sds2gen3.place import column_letter
from sds2gen3.sheets.formats.hyperlinks import column_number

ORDER = (  # of the elements after the cells, as the format has it
    *("sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations"),
    *("hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF"),
    *("drawingHF", "picture", "oleObjects", "AlternateContent", "controls", "webPublishItems", "tableParts", "extLst"),
)
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})$")
_SELECTED = re.compile(rb"(<(?:\w+:)?sheetView\b[^>]*?)\s+tabSelected\s*=\s*(?:\"[^\"]*\"|'[^']*')")


@dataclass
class Columns:
    """A range of columns with a width (in characters) and a format of their own."""

    first: int
    last: int
    width: float | None
    style: int


@dataclass
class _Scan:
    """What one pass over the sheet finds: rows and cells only where they are wanted."""

    root: Node | None = None
    parts: list[Node] = field(default_factory=list)
    starts: list[tuple[int, int]] = field(default_factory=list)  # of each row: its number, its byte
    rows: dict[int, Node] = field(default_factory=dict)
    cells: dict[int, dict[int, Node]] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    columns: list[Columns] = field(default_factory=list)


class Sheet:
    """A worksheet's XML. `wanted` are the rows in which cells may be changed. `apply()` gives the changed XML."""

    def __init__(self, data: bytes, wanted: Collection[int] = ()) -> None:
        self._data = data
        self._scan = _scan(data, frozenset(wanted))
        if self._scan.root is None:
            raise ValueError("a sheet without content")
        self._edits = Edits(data)
        self._prefix = prefix_of(self._scan.root)
        self._added: dict[int, dict[int, int]] = {}
        self._styles: dict[tuple[int, int], int] = {}

    def cell(self, row: int, column: int) -> bytes | None:
        """The XML of a cell, None where there is none."""
        node = self._scan.cells.get(row, {}).get(column)
        return None if node is None else self._data[node.start : node.end]

    def style(self, row: int, column: int) -> int:
        """The number of the cell's format; a cell that is not there shows its row's or its column's."""
        if (row, column) in self._styles:
            return self._styles[row, column]
        node = self._scan.cells.get(row, {}).get(column)
        if node is not None:
            return int(node.get("s") or 0)
        line = self._scan.rows.get(row)
        if line is not None and line.get("customFormat") in ("1", "true"):
            return int(line.get("s") or 0)
        return next((c.style for c in self._scan.columns if c.first <= column <= c.last), 0)

    def restyle(self, row: int, column: int, change: Callable[[int], int]) -> None:
        """Give a cell another format; a cell that is not there is made."""
        new = change(self.style(row, column))
        self._styles[row, column] = new
        node = self._scan.cells.get(row, {}).get(column)
        if node is None:
            self._added.setdefault(row, {})[column] = new
        else:
            self._edits.attribute(node, "s", str(new))

    def write(self, row: int, column: int, text: str) -> None:
        """Put a text into a cell that is there, in place of all that it holds."""
        node = self._scan.cells[row][column]
        xml = _text_cell(row, column, self.style(row, column), text)
        self._edits.replace(node.start, node.end, qualified(xml, self._prefix))

    def child(self, local: str) -> Node | None:
        """An element beside the cells, such as legacyDrawing."""
        return next((node for node in self._scan.parts if node.local == local), None)

    def add_child(self, local: str, xml: str) -> None:
        """Add such an element where the format wants it."""
        rank = ORDER.index(local)
        later = [n for n in self._scan.parts if n.local in ORDER and ORDER.index(n.local) > rank]
        root = self._scan.root
        assert root is not None
        self._edits.insert(later[0].start if later else root.tail, qualified(xml, self._prefix))

    def set_link(self, node: Node, key: str) -> None:
        """Let an element beside the cells lead to another part."""
        name = next(name for name in node.attributes if name.rpartition(":")[2] == "id")
        self._edits.attribute(node, name, key)

    def width(self, column: int) -> int:
        """A column's width in pixels."""
        found = next((c.width for c in self._scan.columns if c.first <= column <= c.last and c.width is not None), None)
        return 64 if found is None else int(found * 7 + 5)

    def height(self, row: int) -> int:
        """A row's height in pixels."""
        return int(self._scan.heights.get(row, 15.0) * 4 / 3)

    def apply(self) -> bytes:
        """The sheet with all changes."""
        starts = dict(self._scan.starts)
        lost = {row: cells for row, cells in self._added.items() if row not in starts}
        for row, cells in self._added.items():
            if row in starts:
                self._add_cells(row, cells)
        self._add_rows(lost)
        self._added = {}
        return self._edits.apply()

    def _add_cells(self, row: int, cells: dict[int, int]) -> None:
        line, there = self._scan.rows[row], self._scan.cells.get(row, {})
        self._edits.attribute(line, "spans", None)  # a mere help for readers, and no longer true
        for column, style in sorted(cells.items()):
            xml = qualified(_empty_cell(row, column, style), self._prefix)
            after = [node.start for at, node in sorted(there.items()) if at > column]
            if after:
                self._edits.insert(after[0], xml)
            else:
                self._edits.append(line, xml)

    def _add_rows(self, rows: dict[int, dict[int, int]]) -> None:
        data = self.child("sheetData")
        for row, cells in sorted(rows.items()):
            inside = "".join(_empty_cell(row, column, style) for column, style in sorted(cells.items()))
            xml = qualified(f'<row r="{row}">{inside}</row>', self._prefix)
            after = next((start for number, start in self._scan.starts if number > row), None)
            if after is not None:
                self._edits.insert(after, xml)
            elif data is not None:
                self._edits.append(data, xml)


def unselected(data: bytes) -> bytes:
    """The sheet's XML without the mark that it is selected: with two selected sheets, Excel would edit both at once."""
    end = data.find(b"sheetData")
    end = len(data) if end < 0 else end
    return _SELECTED.sub(rb"\1", data[:end]) + data[end:]


def _empty_cell(row: int, column: int, style: int) -> str:
    return f'<c r="{column_letter(column)}{row}" s="{style}"/>'


def _text_cell(row: int, column: int, style: int, text: str) -> str:
    where, content = f"{column_letter(column)}{row}", xml_text(text)
    return f'<c r="{where}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{content}</t></is></c>'


def _scan(data: bytes, wanted: frozenset[int]) -> _Scan:
    """One pass over the sheet. Rows and cells that do not say where they stand follow the one before."""
    found, reader, stack = _Scan(), parser(), list[Node | None]()
    depth = row = column = 0
    cells: dict[int, Node] | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, row, column, cells
        depth += 1
        if depth > 4:
            return
        node = None
        if depth <= 2:
            node = node_at(data, reader.CurrentByteIndex, tag, attributes)
            if depth == 1:
                found.root = node
            else:
                found.parts.append(node)
        elif depth == 3:
            cells = None
            if tag.endswith("row"):
                row, column = int(attributes.get("r", row + 1)), 0
                found.starts.append((row, reader.CurrentByteIndex))
                if "ht" in attributes:
                    found.heights[row] = float(attributes["ht"])
                if row in wanted:
                    node = found.rows[row] = node_at(data, reader.CurrentByteIndex, tag, attributes)
                    cells = found.cells.setdefault(row, {})
            elif tag.endswith("col"):
                found.columns.append(_columns(attributes))
        elif cells is not None:
            reference = _REFERENCE.match(attributes.get("r", ""))
            column = column_number(reference[1]) if reference else column + 1
            node = cells[column] = node_at(data, reader.CurrentByteIndex, tag, attributes)
        stack.append(node)

    def end(_: str) -> None:
        nonlocal depth
        if depth <= 4 and (node := stack.pop()) is not None:
            finish(node, data, reader.CurrentByteIndex)
        depth -= 1

    reader.StartElementHandler, reader.EndElementHandler = start, end
    reader.Parse(data, True)
    return found


def _columns(attributes: dict[str, str]) -> Columns:
    width = attributes.get("width")
    first = int(attributes.get("min", 1))
    return Columns(
        first, int(attributes.get("max", first)), float(width) if width else None, int(attributes.get("style", 0))
    )
