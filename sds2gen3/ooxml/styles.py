"""Styles: new cell formats beside those that the workbook has. Existing ones are never changed, since other cells use them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sds2gen3.ooxml.markup import Edits, Node, prefix_of, tree, with_attributes
from sds2gen3.ooxml.package import HEAD, SPREADSHEET, Parts
from sds2gen3.ooxml.text import qualified

MOST = 60_000  # cell formats; Excel ends at 65,490

_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles")
_ALWAYS = {  # what must stand first in a section that is not there
    "fonts": ('<font><sz val="11"/><name val="Calibri"/></font>',),
    "fills": (
        '<fill><patternFill patternType="none"/></fill>',
        '<fill><patternFill patternType="gray125"/></fill>',
    ),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellStyleXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
}


_COLOUR = re.compile(r'<fgColor rgb="(\w+)"')
_SIDE = re.compile(r'<left style="(\w+)"')


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be different in a cell's format, as elements of the stylesheet; '' leaves it as it is."""

    fill: str = ""
    border: str = ""
    font: str = ""
    number: str = ""
    wrap: bool = False
    as_typed: bool = False  # Excel then takes the cell for text even when it is typed in again


def solid(color: str) -> str:
    """A fill of one colour, given as RRGGBB."""
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{color}"/><bgColor indexed="64"/></patternFill></fill>'
    )


def box(style: str, color: str) -> str:
    """A border around the cell."""
    sides = "".join(
        f'<{side} style="{style}"><color rgb="FF{color}"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    return f"<border>{sides}<diagonal/></border>"


class Styles:
    """The cell formats of a workbook. `save()` writes the new ones into it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._part = next(iter(parts.related(parts.workbook, "styles").values()), "") or _new_part(parts)
        self._data = parts.xml(self._part)
        self._root = tree(self._data)
        self._sections = {node.local: node for node in self._root.children}
        self._new: dict[str, list[bytes]] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._made: dict[tuple[int, Look], int] = {}

    def format(self, old: int, look: Look) -> int:
        """The number of a format that is as `old`, but for the look."""
        key = (old, look)
        if key not in self._made:
            if self._count("cellXfs") >= MOST:
                key = (0, look)
            self._made[key] = self._made.get(key) or self._add("cellXfs", self._xf(key[0], look))
        return self._made[key]

    def number_format(self, number: int) -> tuple[int, str]:
        """Id and code of the number format that a cell format has; the code is '' for those that every program knows."""
        formats = self._sections.get("cellXfs")
        xf = formats.children[number] if formats and number < len(formats.children) else None
        key = int((xf.get("numFmtId") if xf else None) or 0)
        codes = self._sections["numFmts"].all("numFmt") if "numFmts" in self._sections else ()
        return key, next((node.get("formatCode") or "" for node in codes if node.get("numFmtId") == str(key)), "")

    def before(self, looks: Collection[Look]) -> dict[int, int | None]:
        """The cell formats with the fill and border of one of `looks`, each with the format that it was made from.

        That is the one alike but for fill and border, and of several the plainest; None where the workbook has none.
        """
        ours = {(_found(_COLOUR, look.fill), _found(_SIDE, look.border)) for look in looks}
        fills = [_at(node, ("patternFill", "fgColor"), "rgb") for node in self._children("fills")]
        borders = [_at(node, ("left",), "style") for node in self._children("borders")]
        looked: dict[int, tuple[object, ...]] = {}
        others: dict[tuple[object, ...], list[tuple[bool, int]]] = {}
        for number, xf in enumerate(self._children("cellXfs")):
            fill, border = int(xf.get("fillId") or 0), int(xf.get("borderId") or 0)
            rest = *(xf.get(name) for name in ("numFmtId", "fontId", "xfId", "quotePrefix")), self._inside(xf)
            if (fills[fill : fill + 1], borders[border : border + 1]) in [([a], [b]) for a, b in ours]:
                looked[number] = rest
            else:
                others.setdefault(rest, []).append((fill > 0 or border > 0, number))
        return {number: min(others[rest])[1] if rest in others else None for number, rest in looked.items()}

    def _children(self, section: str) -> list[Node]:
        return self._sections[section].children if section in self._sections else []

    def _inside(self, node: Node) -> bytes:
        return self._data[node.head_end : node.tail]

    def save(self) -> None:
        """Write the new formats into the workbook."""
        edits = Edits(self._data)
        for section, new in self._new.items():
            node = self._sections.get(section)
            count = str(self._count(section))
            if node is not None:
                edits.append(node, b"".join(new))
                edits.attribute(node, "count", count)
            else:
                body = b"".join([*(self._own(x) for x in _ALWAYS.get(section, ())), *new])
                head, tail = self._own(f'<{section} count="{count}">'), self._own(f"</{section}>")
                edits.insert(self._place(section), head + body + tail)
        self._parts[self._part] = edits.apply()

    def _xf(self, old: int, look: Look) -> bytes:
        changes: dict[str, str | None] = {}
        for kind, section, xml in (
            ("fill", "fills", look.fill),
            ("border", "borders", look.border),
            ("font", "fonts", look.font),
        ):
            if xml:
                changes |= {f"{kind}Id": str(self._once(section, xml)), f"apply{kind.title()}": "1"}
        if look.number:
            changes |= {"numFmtId": str(self._number(look.number)), "applyNumberFormat": "1"}
        if look.as_typed:
            changes["quotePrefix"] = "1"
        formats = self._sections.get("cellXfs")
        xf = formats.children[old] if formats and old < len(formats.children) else None
        if xf is None or look.wrap:
            inside = '<alignment vertical="top" wrapText="1"/>' if look.wrap else ""
            head = self._own('<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">')
            return with_attributes(head, changes) + self._own(f"{inside}</xf>")
        return with_attributes(self._data[xf.start : xf.head_end], changes) + self._data[xf.head_end : xf.end]

    def _once(self, section: str, xml: str) -> int:
        if (section, xml) not in self._numbers:
            self._numbers[section, xml] = self._add(section, self._own(xml))
        return self._numbers[section, xml]

    def _number(self, code: str) -> int:
        if ("numFmts", code) not in self._numbers:
            formats = self._sections.get("numFmts")
            taken = [int(node.get("numFmtId") or 0) for node in (formats.children if formats else ())]
            key = max([163, *taken]) + 1 + len(self._new.get("numFmts", ()))
            self._add("numFmts", self._own(f'<numFmt numFmtId="{key}" formatCode="{code}"/>'))
            self._numbers["numFmts", code] = key
        return self._numbers["numFmts", code]

    def _add(self, section: str, xml: bytes) -> int:
        number = self._count(section)
        self._new.setdefault(section, []).append(xml)
        return number

    def _count(self, section: str) -> int:
        node = self._sections.get(section)
        before = len(node.children) if node is not None else len(_ALWAYS.get(section, ()))
        return before + len(self._new.get(section, ()))

    def _place(self, section: str) -> int:
        """Where a section that is not there belongs: the order of sections is fixed."""
        later = _ORDER[_ORDER.index(section) + 1 :]
        following = [node for node in self._root.children if node.local in later or node.local not in _ORDER]
        return following[0].start if following else self._root.tail

    def _own(self, xml: str) -> bytes:
        return qualified(xml, prefix_of(self._root))


def _new_part(parts: Parts) -> str:
    sections = "".join(f'<{name} count="{len(xml)}">{"".join(xml)}</{name}>' for name, xml in _ALWAYS.items())
    content = f'{HEAD}<styleSheet xmlns="{parts.main}">{sections}</styleSheet>'
    name = parts.add("xl/styles{}.xml", content.encode(), f"{SPREADSHEET}.styles+xml")
    parts.relate(parts.workbook, "styles", name)
    return name


def _found(pattern: re.Pattern[str], xml: str) -> str | None:
    found = pattern.search(xml)
    return found[1] if found else None


def _at(node: Node, path: tuple[str, ...], name: str) -> str | None:
    """An attribute of an element further in."""
    inner: Node | None = node
    for local in path:
        inner = inner.find(local) if inner is not None else None
    return inner.get(name) if inner is not None else None
