"""Layout: where each box stands and where each line runs. Parents above children; no box on another, no line through one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sds2gen3.drawing.lanes import Lanes, laid
from sds2gen3.drawing.lettering import shortened, width
from sds2gen3.drawing.ordering import ordered
from sds2gen3.drawing.picture import Edge, Node, Picture
from sds2gen3.drawing.positions import centres
from sds2gen3.drawing.ranks import ranks, uncircled

ROOM = 1240.0  # pixels that the boxes of one row may take
GAP = 22.0  # between neighbours in a row
LANE = 10.0  # that a line takes where it passes a row, with the free space on both sides
BETWEEN = 58.0  # between rows
PORT = 26.0  # between two lines that end at one box: room for 'n:1'
LINE = 15.0
PADDING = 12.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A node's box, by its upper left corner; `lines` is what is written in it, the name first."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A link as the points it runs through, from the parent's lower edge to the child's upper edge.

    Between two points of one column it is straight, else a curve. In a circle of links one goes up.
    """

    edge: Edge
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Layout:
    """Everything in its place, within `width` x `height`."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def lay_out(picture: Picture) -> Layout:
    """The layout of a picture; the same picture gives the same layout. A link of a node to itself has no line.

    What hangs together is laid out for itself, and the parts are put side by side.
    """
    edges = [edge for edge in picture.edges if edge.child != edge.parent]
    parts = []
    for names in _connected([node.name for node in picture.nodes], edges):
        nodes = [node for node in picture.nodes if node.name in names]
        parts.append(_part(nodes, [edge for edge in edges if edge.child in names], picture.counted))
    return _shelved(sorted(parts, key=lambda part: -len(part.boxes)))


def told(node: Node, counted: bool) -> tuple[str, ...]:
    """What stands in a node's box: its name, its category, and in the picture of a dataset its records and errors."""
    texts = [shortened(node.name), shortened(node.category.replace("_", " ") or "no category")]
    if counted:
        records = f"{node.records:,} record{'' if node.records == 1 else 's'}" if node.records else "no records"
        errors = f" \u00b7 {node.errors:,} error{'' if node.errors == 1 else 's'}" if node.errors else ""
        texts.append(records + errors)
    return tuple(texts)


def _connected(names: Sequence[str], edges: Iterable[Edge]) -> list[set[str]]:
    """The sets of nodes that hang together, in the order of their first."""
    near: dict[str, list[str]] = {name: [] for name in names}
    for edge in edges:
        near[edge.child].append(edge.parent)
        near[edge.parent].append(edge.child)
    found: list[set[str]] = []
    seen: set[str] = set()
    for name in names:
        if name in seen:
            continue
        part, todo = {name}, [name]
        while todo:
            for other in near[todo.pop()]:
                if other not in part:
                    part.add(other)
                    todo.append(other)
        seen |= part
        found.append(part)
    return found


def _shelved(parts: Sequence[Layout]) -> Layout:
    """The parts side by side, the next shelf below where a shelf is full."""
    room = max([ROOM, *(part.width for part in parts)])
    boxes: list[Box] = []
    lines: list[Line] = []
    x = y = right = bottom = 0.0
    for part in parts:
        if x and x + part.width > room:
            x, y = 0.0, bottom + BETWEEN / 2
        boxes += (replace(box, x=box.x + x, y=box.y + y) for box in part.boxes)
        lines += (replace(line, points=tuple((px + x, py + y) for px, py in line.points)) for line in part.lines)
        right, bottom = max(right, x + part.width), max(bottom, y + part.height)
        x += part.width + GAP
    return Layout(tuple(boxes), tuple(lines), right, bottom)


def _part(nodes: Sequence[Node], edges: Sequence[Edge], counted: bool) -> Layout:
    lines = {node.name: told(node, counted) for node in nodes}
    parents: dict[str, list[str]] = {name: [] for name in lines}
    for edge in edges:
        parents[edge.child].append(edge.parent)
    parents = uncircled(list(lines), parents)
    widths = {name: _width(text, len(parents[name])) for name, text in lines.items()}
    rank = ranks(list(lines), parents, {name: wide + GAP for name, wide in widths.items()}, ROOM)
    lanes = laid(list(lines), parents, rank)
    rows = ordered(lanes.rows, lanes.above, lanes.below)
    rooms = {name: wide + GAP for name, wide in widths.items()} | dict.fromkeys(lanes.row, LANE)
    centre = centres(rows, (lanes.above, lanes.below), rooms, dict.fromkeys(lanes.row, 4.0))
    tall = max(2 * PADDING - 6 + LINE * len(text) for text in lines.values())
    boxes = {
        node.name: Box(
            node,
            float(round(centre[node.name] - widths[node.name] / 2)),
            rank[node.name] * (tall + BETWEEN),
            widths[node.name],
            tall,
            lines[node.name],
        )
        for node in nodes
    }
    right = max(centre[name] + rooms[name] / 2 for name in rooms)
    bottom = max(box.y + tall for box in boxes.values())
    return Layout(tuple(boxes.values()), _lines(edges, lanes, boxes, centre, tall), float(round(right) + 1), bottom)


def _width(lines: Sequence[str], ports: int) -> float:
    texts = max(width(lines[0], 13, bold=True), *(width(text, 11, bold=True) for text in lines[1:]))
    return float(round(max(texts + 2 * PADDING + 6, min(ports, 8) * PORT + 2 * PADDING, 92)))


def _lines(
    edges: Sequence[Edge], lanes: Lanes, boxes: Mapping[str, Box], centre: Mapping[str, float], tall: float
) -> tuple[Line, ...]:
    ways = [_way(edge, lanes, boxes, centre, tall) for edge in edges]
    ports = _ports(edges, ways, lanes, boxes)
    return tuple(
        Line(edge, (*way[:-1], port) if way[0][1] < way[-1][1] else tuple(way))
        for edge, way, port in zip(edges, ways, ports, strict=True)
    )


def _way(edge: Edge, lanes: Lanes, boxes: Mapping[str, Box], centre: Mapping[str, float], tall: float) -> list[Point]:
    """The points from parent to child along the lanes; a link that closes a circle goes straight up to its child."""
    parent, child = boxes[edge.parent], boxes[edge.child]
    points = [(round(centre[edge.parent], 1), parent.y + tall)]
    if parent.y > child.y:
        return [(round(centre[edge.parent], 1), parent.y), (round(centre[edge.child], 1), child.y + tall)]
    for lane in lanes.routes.get((edge.parent, edge.child), ()):
        x, y = round(centre[lane], 1), lanes.row[lane] * (tall + BETWEEN)
        points += [(x, y), (x, y + tall)]
    return [*points, (round(centre[edge.child], 1), child.y)]


def _ports(
    edges: Sequence[Edge], ways: Sequence[Sequence[Point]], lanes: Lanes, boxes: Mapping[str, Box]
) -> list[Point]:
    """Where each line ends at its child: side by side, in the order in which they come in; gathered ones together."""
    coming: dict[str, dict[tuple[Point, int], list[int]]] = {}
    for at, (edge, way) in enumerate(zip(edges, ways, strict=True)):
        together = (edge.parent, edge.child) in lanes.gathered and len(way) > 2
        coming.setdefault(edge.child, {}).setdefault((way[-2], -1 if together else at), []).append(at)
    ports: dict[int, Point] = {}
    for child, groups in coming.items():
        box = boxes[child]
        step = min(PORT, (box.width - 2 * PADDING) / len(groups))
        first = box.x + box.width / 2 - step * (len(groups) - 1) / 2
        for position, key in enumerate(sorted(groups)):
            ports.update(dict.fromkeys(groups[key], (round(first + position * step, 1), box.y)))
    return [ports[at] for at in range(len(edges))]
