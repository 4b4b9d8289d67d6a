"""Ranks: in which row of the picture each node stands, so that links go down and no row gets too wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def ranks(
    names: Sequence[str], parents: Mapping[str, Sequence[str]], widths: Mapping[str, float], room: float
) -> dict[str, int]:
    """The row of each name, 0 on top: below all of its parents, in the first row that has room left for it.

    `parents` must be free of circles (see `uncircled`). A name that is wider than the room gets a row of its own.
    """
    depth = _depth(names, parents)
    height = _depth(names, _turned(names, parents))
    taken: dict[int, float] = {}
    found: dict[str, int] = {}
    # Nodes with much below them come first: leaves are moved down, so that what hangs on the others stays near them.
    for name in sorted(names, key=lambda one: (depth[one], -height[one], one)):
        rank = max((found[parent] + 1 for parent in parents[name]), default=0)
        while taken.get(rank, 0.0) and taken[rank] + widths[name] > room:
            rank += 1
        taken[rank] = taken.get(rank, 0.0) + widths[name]
        found[name] = rank
    return _closed(found)


def uncircled(names: Sequence[str], parents: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The parents without the links that close a circle (those to itself among them); always the same ones."""
    kept: dict[str, list[str]] = {name: [] for name in names}
    state: dict[str, int] = {}  # 1: on the way, 2: done
    for start in names:
        if start in state:
            continue
        state[start] = 1
        way = [(start, iter(parents[start]))]
        while way:
            name, rest = way[-1]
            parent = next(rest, None)
            if parent is None:
                state[name] = 2
                way.pop()
                continue
            if state.get(parent) == 1:
                continue
            if parent not in kept[name]:
                kept[name].append(parent)
            if parent not in state:
                state[parent] = 1
                way.append((parent, iter(parents[parent])))
    return kept


def _depth(names: Sequence[str], parents: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The length of the longest way up from each name."""
    waiting = {name: len(parents[name]) for name in names}
    children = _turned(names, parents)
    depth = dict.fromkeys(names, 0)
    ready = [name for name in names if not waiting[name]]
    while ready:
        name = ready.pop()
        for child in children[name]:
            depth[child] = max(depth[child], depth[name] + 1)
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return depth


def _turned(names: Sequence[str], parents: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {name: [] for name in names}
    for name in names:
        for parent in parents[name]:
            children[parent].append(name)
    return children


def _closed(found: Mapping[str, int]) -> dict[str, int]:
    """The ranks without empty rows between them."""
    rows = {rank: at for at, rank in enumerate(sorted(set(found.values())))}
    return {name: rows[rank] for name, rank in found.items()}
