"""What an earlier run of ours left in a workbook taken out again, so that its copy can be marked anew."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import unescape
from xml.sax.saxutils import escape

from sds2gen3.ooxml.comments import Cell
from sds2gen3.ooxml.markup import Edits, Node, tree, with_attributes
from sds2gen3.ooxml.package import Parts
from sds2gen3.ooxml.shapes import without_shapes
from sds2gen3.ooxml.styles import Look, Styles
from sds2gen3.sheets.formats.hyperlinks import cells_of

_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*>")
_STYLE = re.compile(rb"\ss\s*=\s*[\"'](\d+)[\"']")
_BARE = Look(
    fill='<fill><patternFill patternType="none"/></fill>',
    border="<border><left/><right/><top/><bottom/><diagonal/></border>",
)


def unmark(parts: Parts, looks: Collection[Look], ours: re.Pattern[str]) -> dict[str, frozenset[Cell]]:
    """Take away colours that are like `looks`, and what of the comments matches `ours`.

    Comments with nothing else in them go, whoever is said to be their author: not every program keeps that. What people
    wrote stays. Gives by sheet part the cells of comments that got shorter, whose boxes have room.
    """
    shorter = {sheet.path: _forget(parts, sheet.path, ours) for sheet in parts.sheets}
    styles = Styles(parts)
    before = styles.before(looks)
    if before:
        numbers = {old: styles.format(old, _BARE) if plain is None else plain for old, plain in before.items()}
        for sheet in parts.sheets:
            parts[sheet.path] = _restyled(parts.xml(sheet.path), numbers)
        styles.save()
    return shorter


def _restyled(data: bytes, numbers: dict[int, int]) -> bytes:
    def changed(match: re.Match[bytes]) -> bytes:
        style = _STYLE.search(match[0])
        new = numbers.get(int(style[1])) if style else None
        return match[0] if new is None else with_attributes(match[0], {"s": str(new)})

    return _CELL.sub(changed, data)


def _forget(parts: Parts, part: str, ours: re.Pattern[str]) -> frozenset[Cell]:
    """Take our words out of the comments of a sheet."""
    name = next(iter(parts.related(part, "comments").values()), None)
    if name is None:
        return frozenset()
    data = parts.xml(name)
    root, edits = tree(data), Edits(data)
    comments = root.find("commentList")
    gone: set[Cell] = set()
    shorter: set[Cell] = set()
    for comment in comments.children if comments else ():
        texts = list(_texts(comment))
        whole = "".join(unescape(_inside(text, data)) for _, text in texts)
        left = ours.sub("", whole)
        if left == whole:
            continue
        cells = cells_of(comment.get("ref") or "")[:1]
        if not left.strip():
            edits.replace(comment.start, comment.end, b"")
            gone.update(cells)
        else:
            _shorten(texts, whole, data, edits, ours)
            shorter.update(cells)
    parts[name] = edits.apply()
    for drawing in parts.related(part, "vmlDrawing").values() if gone else ():
        parts[drawing] = without_shapes(parts[drawing], gone)
    return frozenset(shorter)


def _texts(comment: Node) -> Iterator[tuple[Node, Node]]:
    """The pieces of a comment's text in order: what to take away where nothing of a piece is left, and the piece itself."""
    for node in (comment.find("text") or comment).children:
        if node.local == "t":
            yield node, node
        elif node.local == "r":
            yield from ((node, text) for text in node.all("t"))


def _inside(node: Node, data: bytes) -> str:
    return data[node.head_end : node.tail].decode("utf-8", "replace") if not node.closed else ""


def _shorten(texts: list[tuple[Node, Node]], whole: str, data: bytes, edits: Edits, ours: re.Pattern[str]) -> None:
    """Leave of each piece what is not ours."""
    taken = bytearray(len(whole))
    for match in ours.finditer(whole):
        taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    at = 0
    for outer, text in texts:
        piece = unescape(_inside(text, data))
        kept = "".join(sign for sign, ours_too in zip(piece, taken[at:], strict=False) if not ours_too)
        at += len(piece)
        if not kept:
            edits.replace(outer.start, outer.end, b"")
        elif kept != piece:
            edits.replace(text.head_end, text.tail, escape(kept).encode())
