"""The order in which nodes are submitted: parents first, always the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from heapq import heapify, heappop, heappush

from sds2gen3.dictionary.types import NodeType

_ROOTS = ("program", "project")
_FAR = 1_000_000


def submission_order(nodes: Mapping[str, NodeType]) -> tuple[str, ...]:
    """All nodes that are submitted, parents first; of several the nearest to project first, then by alphabet.

    program, project and internal nodes are left out. A link of a node to itself does not count. In a circle of links
    (see `cycles`) the nearest to project goes first.
    """
    parents = _parents(nodes)
    children: dict[str, list[str]] = {name: [] for name in parents}
    for name, above in parents.items():
        for parent in above:
            children[parent].append(name)
    far = distances(nodes)
    waiting = {name: len(above) for name, above in parents.items()}
    ready = [(far.get(name, _FAR), name) for name, count in waiting.items() if count == 0]
    heapify(ready)
    order: list[str] = []
    while waiting:
        name = heappop(ready)[1] if ready else min(waiting, key=lambda one: (far.get(one, _FAR), one))
        if waiting.pop(name, None) is None:
            continue
        order.append(name)
        for child in children[name]:
            if child in waiting:
                waiting[child] -= 1
                if waiting[child] == 0:
                    heappush(ready, (far.get(child, _FAR), child))
    return tuple(order)


def distances(nodes: Mapping[str, NodeType]) -> dict[str, int]:
    """How many links each node is away from project at least; nodes from which no link leads there are missing."""
    children: dict[str, list[str]] = {}
    for name, node in nodes.items():
        for link in node.links.values():
            children.setdefault(link.target, []).append(name)
    found = {"project": 0}
    queue = deque(["project"])
    while queue:
        name = queue.popleft()
        for child in children.get(name, ()):
            if child not in found:
                found[child] = found[name] + 1
                queue.append(child)
    return found


def cycles(nodes: Mapping[str, NodeType]) -> list[tuple[str, ...]]:
    """Sets of nodes that are each other's ancestors, so that none of them can go first; each in alphabetical order."""
    parents = _parents(nodes)
    above = {name: _ancestors(name, parents) for name in _entangled(parents)}
    found = {tuple(sorted(other for other in seen if name in above.get(other, ()))) for name, seen in above.items()}
    return sorted(circle for circle in found if circle)


def _parents(nodes: Mapping[str, NodeType]) -> dict[str, set[str]]:
    """The parents of each submitted node among the submitted nodes."""
    names = {name for name, node in nodes.items() if name not in _ROOTS and not node.internal}
    return {
        name: {link.target for link in nodes[name].links.values() if link.target in names and link.target != name}
        for name in sorted(names)
    }


def _entangled(parents: Mapping[str, set[str]]) -> set[str]:
    """What is left when nodes without parents are taken away, again and again: circles and what hangs below them."""
    left = dict(parents)
    while free := [name for name, above in left.items() if not above & left.keys()]:
        for name in free:
            del left[name]
    return set(left)


def _ancestors(name: str, parents: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(parents[name])
    while todo:
        parent = todo.pop()
        if parent not in seen:
            seen.add(parent)
            todo.extend(parents[parent])
    return seen
