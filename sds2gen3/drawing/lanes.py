"""Lanes: how links that run over several rows pass the rows between, together wherever they can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MANY = 5  # parents from which on the links to a node are gathered before it


@dataclass
class Lanes:
    """The rows with their lanes. `above[x]` and `below[x]` are what a node or lane is tied to in the rows next to it.

    `routes[parent, child]` are the lanes of a link, from above. All links that share a lane have the parent in common, or
    (those of `gathered`) the child: so a line that parts or joins always belongs to one node.
    """

    rows: list[list[str]]
    above: dict[str, list[str]]
    below: dict[str, list[str]]
    routes: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    gathered: set[tuple[str, str]] = field(default_factory=set)


def laid(names: Sequence[str], parents: Mapping[str, Sequence[str]], rank: Mapping[str, int]) -> Lanes:
    """The lanes for all links; `parents` is free of circles and `rank` puts each parent above its children."""
    rows: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for name in names:
        rows[rank[name]].append(name)
    lanes = Lanes(rows, {name: [] for name in names}, {name: [] for name in names})
    children = Counter(parent for name in names for parent in parents[name])
    for child in names:
        for parent in parents[child]:
            gather = len(parents[child]) >= MANY and len(parents[child]) > children[parent]
            if gather:
                lanes.gathered.add((parent, child))
            _route(lanes, parent, child, rank, gather)
    return lanes


def _route(lanes: Lanes, parent: str, child: str, rank: Mapping[str, int], gather: bool) -> None:
    owner = f"{child}\r" if gather else f"{parent}\n"
    while any(f"{owner}{row}" in rank for row in range(rank[parent] + 1, rank[child])):
        owner += "\n"  # a node that is called like a lane
    route = [f"{owner}{row}" for row in range(rank[parent] + 1, rank[child])]
    lanes.routes[parent, child] = route
    for lane, row in zip(route, range(rank[parent] + 1, rank[child]), strict=True):
        if lane not in lanes.above:
            lanes.rows[row].append(lane)
            lanes.above[lane], lanes.below[lane] = [], []
            lanes.row[lane] = row
    for upper, lower in zip([parent, *route], [*route, child], strict=True):
        if lower not in lanes.below[upper]:
            lanes.below[upper].append(lower)
            lanes.above[lower].append(upper)
