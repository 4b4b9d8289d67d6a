"""How far to the right each thing in a row stands: near the middle of what it is tied to, never on its neighbour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

SWEEPS = 24


def centres(
    rows: Sequence[Sequence[str]],
    ties: Sequence[Mapping[str, Sequence[str]]],
    rooms: Mapping[str, float],
    heavy: Mapping[str, float],
) -> dict[str, float]:
    """The centre of each thing, 0 being the left edge of the picture. `ties` are those above and those below.

    `rooms` are the widths with the free space that each thing keeps around it. The heavier a thing, the more it decides
    where its row stands.
    """
    found: dict[str, float] = {}
    for row in rows:
        right = -sum(rooms[name] for name in row) / 2
        for name in row:
            found[name] = right + rooms[name] / 2
            right += rooms[name]
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else rows[::-1]:
            near = ties[0] if down else ties[1]
            wanted = [_middle(name, near, found) for name in row]
            weights = [heavy.get(name, 1.0) for name in row]
            found.update(zip(row, _apart(row, wanted, weights, rooms), strict=True))
    left = min((found[name] - rooms[name] / 2 for row in rows for name in row), default=0.0)
    return {name: centre - left for name, centre in found.items()}


def _middle(name: str, near: Mapping[str, Sequence[str]], found: Mapping[str, float]) -> float:
    others = near[name]
    return sum(found[other] for other in others) / len(others) if others else found[name]


def _apart(
    row: Sequence[str], wanted: Sequence[float], weights: Sequence[float], rooms: Mapping[str, float]
) -> list[float]:
    """The positions nearest to the wanted ones (least squares) at which neighbours keep their distance, in this order.

    Distances are taken off first; what is left must only not fall, which pooling neighbours that do gives exactly.
    """
    offsets = [0.0]
    for one, other in pairwise(row):
        offsets.append(offsets[-1] + (rooms[one] + rooms[other]) / 2)
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for want, offset, weight in zip(wanted, offsets, weights, strict=True):
        mean, total, count = want - offset, weight, 1
        while pools and pools[-1][0] > mean:
            before, heavier, members = pools.pop()
            mean = (mean * total + before * heavier) / (total + heavier)
            total, count = total + heavier, count + members
        pools.append((mean, total, count))
    flat = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=True)]
