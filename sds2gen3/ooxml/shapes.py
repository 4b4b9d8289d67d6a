"""Shapes: the drawing (VML) that says how large the box of a comment is. Old, but without it Excel shows no comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from sds2gen3.ooxml.sheet import Sheet

WIDE, LINE, MOST_LINES = 300, 16, 24  # pixels of a box, of one of its lines, and lines of the highest box
CHARACTERS = 46  # in a line of the box

_NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_TYPE = (
    f'<v:shapetype {_NAMESPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_END = re.compile(rb"</(?:\w+:)?xml\s*>\s*$")
_NUMBER = re.compile(rb"_x0000_s(\d+)")
_SHAPE = re.compile(rb"<(\w+:)?shape\b.*?</(\w+:)?shape>", re.S)
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)([\d\s,]+)(</(?:\w+:)?Anchor>)")
_ROW, _COLUMN = (re.compile(rb"<(?:\w+:)?%s>(\d+)<" % name) for name in (b"Row", b"Column"))


def new_shapes(sheet: Sheet, texts: Mapping[tuple[int, int], list[str]], block: int) -> bytes:
    """A drawing with a box for each cell, as large as its text; the shapes are numbered from 1024 times `block` on."""
    blocks = ",".join(str(block + n) for n in range(len(texts) // 1024 + 1))
    head = f'<xml {_NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>'
    return (head + _TYPE + "".join(_shapes(sheet, texts, block * 1024 + 1)) + "</xml>").encode()


def add_shapes(
    data: bytes,
    sheet: Sheet,
    texts: Mapping[tuple[int, int], list[str]],
    longer: Mapping[tuple[int, int], list[str]],
) -> bytes:
    """The drawing with further boxes; those in `longer` get more room for the lines that were added."""
    data = _SHAPE.sub(lambda match: _grown(match[0], sheet, longer), data)
    end = _END.search(data)
    if end is None or not texts:
        return data
    start = 1 + max((int(number) for number in _NUMBER.findall(data)), default=1024)
    kind = "" if b'id="_x0000_t202"' in data else _TYPE
    return data[: end.start()] + (kind + "".join(_shapes(sheet, texts, start))).encode() + data[end.start() :]


def without_shapes(data: bytes, cells: Collection[tuple[int, int]]) -> bytes:
    """The drawing without the boxes of these cells."""

    def kept(match: re.Match[bytes]) -> bytes:
        return b"" if _cell(match[0]) in cells else match[0]

    return _SHAPE.sub(kept, data)


def _cell(shape: bytes) -> tuple[int, int] | None:
    """The cell that a box belongs to."""
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else None


def _shapes(sheet: Sheet, texts: Mapping[tuple[int, int], list[str]], first: int) -> Iterable[str]:
    for number, ((row, column), lines) in enumerate(sorted(texts.items()), first):
        anchor = _anchor(sheet, row, column, _height(lines))
        yield (
            f'<v:shape {_NAMESPACES} id="_x0000_s{number}" type="#_x0000_t202" '
            f'style="position:absolute;width:{WIDE * 0.75:g}pt;height:{_height(lines) * 0.75:g}pt;visibility:hidden" '
            'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
            '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
            '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
            '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
            f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
        )


def _height(lines: list[str]) -> int:
    count = sum(1 + len(line) // CHARACTERS for line in lines) + 1
    return min(count, MOST_LINES) * LINE


def _anchor(sheet: Sheet, row: int, column: int, height: int) -> str:
    """Left, top, right and bottom of a box right of the cell, each as a column or row and the pixels in it."""
    top = max(row - 2, 0)
    right, x = _along(column, 15 + WIDE, sheet.width)
    bottom, y = _along(top, 10 + height, sheet.height)
    return f"{column}, 15, {top}, 10, {right}, {x}, {bottom}, {y}"


def _along(start: int, pixels: int, size: Callable[[int], int]) -> tuple[int, int]:
    """Where one comes to that goes so many pixels on from the 0-based column or row `start`."""
    while pixels > size(start + 1):
        pixels -= size(start + 1) or 1
        start += 1
    return start, pixels


def _grown(shape: bytes, sheet: Sheet, longer: Mapping[tuple[int, int], list[str]]) -> bytes:
    """The shape, higher by the lines that its comment got."""
    cell, anchor = _cell(shape), _ANCHOR.search(shape)
    lines = longer.get(cell) if cell else None
    if lines is None or anchor is None or len(sides := anchor[2].split(b",")) != 8:
        return shape
    bottom, y = _along(int(sides[6]), int(sides[7]) + _height(lines), sheet.height)
    new = b",".join([*sides[:6], b" %d" % bottom, b" %d" % y])
    return shape[: anchor.start(2)] + new + shape[anchor.end(2) :]
