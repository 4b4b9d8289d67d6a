"""SVG: a picture as one file that needs nothing else, light and dark, readable by programs that read aloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from sds2gen3.drawing import look
from sds2gen3.drawing.layout import Box, Layout, Line, Point, lay_out
from sds2gen3.drawing.lettering import width
from sds2gen3.drawing.picture import Edge, Node, Picture

MARGIN = 12.0
ROW = 22.0  # of the legend
NARROWEST = 360.0


def svg(picture: Picture, name: str = "sds2gen3-graph", inline: bool = False) -> str:
    """The document, in pure ASCII. `name` is the class that its styles hold to; `inline`: for HTML, without XML's head."""
    layout = lay_out(picture)
    legend, height = _legend(picture, max(layout.width, NARROWEST), layout.height + 30)
    wide, tall = max(layout.width, NARROWEST) + 2 * MARGIN, height + 2 * MARGIN
    space = "" if inline else ' xmlns="http://www.w3.org/2000/svg"'
    head = (
        f'<svg{space} class="{name}" viewBox="{_n(-MARGIN)} {_n(-MARGIN)} {_n(wide)} {_n(tall)}" '
        f'width="{_n(wide)}" height="{_n(tall)}" role="img" aria-labelledby="{name}-t {name}-d">'
    )
    parts = [
        head,
        f'<title id="{name}-t">{_safe(picture.title)}</title><desc id="{name}-d">{_safe(described(picture))}</desc>',
        f"<style>{look.style(name)}</style>",
        "" if inline else _background(name, wide, tall),
        *_drawing(layout, picture),
        *legend,
        "</svg>",
    ]
    text = "\n".join(part for part in parts if part).encode("ascii", "xmlcharrefreplace").decode("ascii") + "\n"
    return text if inline else f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


def described(picture: Picture) -> str:
    """The picture in a sentence, for those who do not see it."""
    told = f"{len(picture.nodes)} nodes and {len(picture.edges)} links, parents above their children."
    bad = [node.name for node in picture.nodes if node.errors]
    return f"{told} Nodes with errors: {', '.join(bad)}." if bad else told


def _background(name: str, wide: float, tall: float) -> str:
    rectangle = f'<rect class="bg" x="{_n(-MARGIN)}" y="{_n(-MARGIN)}" width="{_n(wide)}" height="{_n(tall)}"/>'
    dark = f"@media screen and (prefers-color-scheme:dark){{.{name} .bg{{fill:#14181d}}}}"
    return f"<style>.{name} .bg{{fill:#fff}}{dark}</style>{rectangle}"


def _drawing(layout: Layout, picture: Picture) -> Iterator[str]:
    kinds = look.classes(node.category for node in picture.nodes)
    to_itself = {edge.child: edge for edge in picture.edges if edge.child == edge.parent}
    for line in layout.lines:
        yield _line(line)
    yield from _multiplicities(layout.lines)  # above all lines, so that none runs through a text
    for box in layout.boxes:
        yield _box(box, kinds[box.node.category], to_itself.get(box.node.name))


def _line(line: Line) -> str:
    edge = line.edge
    kind = "l" if edge.required else "l opt"
    ends = f'data-c="{_safe(edge.child)}" data-p="{_safe(edge.parent)}"'
    return f'<path class="{kind}" {ends} d="{_path(line.points)}"><title>{_safe(_told(edge))}</title></path>'


def _told(edge: Edge) -> str:
    link = f" as '{edge.name}'" if edge.name else ""
    need = "required" if edge.required else "optional"
    return f"{edge.child} to {edge.parent}{link}: {edge.multiplicity.replace('_', ' ') or 'any number'}, {need}"


def _path(points: Sequence[Point]) -> str:
    steps = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        if x == to_x:
            steps.append(f"V{_n(to_y)}")
        else:
            half = (to_y - y) / 2
            steps.append(f"C{_n(x)} {_n(y + half)} {_n(to_x)} {_n(to_y - half)} {_n(to_x)} {_n(to_y)}")
    return "".join(steps)


def _multiplicities(lines: Sequence[Line]) -> Iterator[str]:
    """`n:1` beside the end at the child: how many of these belong to how many of those. Lines may end together."""
    told: dict[Point, list[str]] = {}
    for line in lines:
        end = max(line.points[0], line.points[-1], key=lambda point: point[1])
        told.setdefault(end, []).append(short_multiplicity(line.edge.multiplicity))
    for (x, y), texts in told.items():
        if text := ", ".join(sorted({text for text in texts if text})):
            yield f'<text class="m" x="{_n(x + 4)}" y="{_n(y - 5)}">{_safe(text)}</text>'


def short_multiplicity(multiplicity: str) -> str:
    """`many_to_one` as `n:1`; anything else as it is."""
    child, to, parent = multiplicity.partition("_to_")
    sides = {"many": "n", "one": "1"}
    return f"{sides[child]}:{sides[parent]}" if to and child in sides and parent in sides else multiplicity


def _box(box: Box, kind: str, to_itself: Edge | None) -> str:
    node = box.node
    marks = (" bad" if node.errors else "") + (" none" if node.records == 0 and not node.errors else "")
    x, y, wide, tall = map(_n, (box.x, box.y, box.width, box.height))
    texts = "".join(
        f'<text class="{_class(at, node)}" x="{_n(box.x + 15)}" y="{_n(box.y + 19 + 15 * at)}">{_safe(text)}</text>'
        for at, text in enumerate(box.lines)
    )
    loop = ""
    if to_itself is not None:
        right, middle = box.x + box.width, box.y + box.height / 2
        curve = f"M{_n(right)} {_n(middle - 9)}c18 -6 18 24 0 18"
        loop = f'<path class="l{"" if to_itself.required else " opt"}" d="{curve}"><title>{_safe(_told(to_itself))}</title></path>'
    return (
        f'<g class="node {kind}{marks}" data-n="{_safe(node.name)}"><title>{_safe(_tip(node))}</title>{loop}'
        f'<rect class="b" x="{x}" y="{y}" width="{wide}" height="{tall}" rx="5"/>'
        f'<rect class="s" x="{x}" y="{_n(box.y + 5)}" width="5" height="{_n(box.height - 10)}"/>{texts}</g>'
    )


def _class(at: int, node: Node) -> str:
    return "n" if at == 0 else "c e" if at == 2 and node.errors else "c"


def _tip(node: Node) -> str:
    records = "" if node.records is None else f": {node.records:,} records, {node.errors:,} errors"
    return f"{node.name} ({node.category or 'no category'}){records}"


def _legend(picture: Picture, room: float, y: float) -> tuple[list[str], float]:
    """The categories with their colours and what lines and numbers mean, in as many rows as it takes; and its end."""
    kinds = look.classes(node.category for node in picture.nodes)
    entries = [
        (
            f'<g class="{kinds[category]}"><rect class="b" x="{{x}}" y="{{top}}" width="14" height="14" rx="3"/></g>',
            category,
        )
        for category in sorted({node.category for node in picture.nodes})
    ]
    line = '<path class="{kind}" d="M{{x}} {{middle}}h16"/>'
    if any(edge.required for edge in picture.edges):
        entries.append((line.format(kind="l"), "required link"))
    if not all(edge.required for edge in picture.edges):
        entries.append((line.format(kind="l opt"), "optional link"))
    if picture.edges:
        entries.append(("", "n:1 = many children to one parent"))
    parts, x = [], 0.0
    for mark, text in entries:
        label = text.replace("_", " ") or "no category"
        wide = (22 if mark else 0) + width(label, 12) + 22
        if x and x + wide > room:
            x, y = 0.0, y + ROW
        parts.append(mark.format(x=_n(x), top=_n(y - 11), middle=_n(y - 4)))
        parts.append(f'<text class="g" x="{_n(x + (22 if mark else 0))}" y="{_n(y)}">{_safe(label)}</text>')
        x += wide
    return parts, y


def _safe(text: str) -> str:
    """Text for XML: escaped, and without the characters that XML cannot hold."""
    return escape("".join(c if c.isprintable() else " " for c in text))


def _n(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".") if number % 1 else str(int(number))
