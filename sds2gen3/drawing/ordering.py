"""The order of the things in each row, so that few links cross: barycenters, down and up, and the best order is kept."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise

SWEEPS = 12

Rows = list[list[str]]


def ordered(
    rows: Sequence[Sequence[str]], above: Mapping[str, Sequence[str]], below: Mapping[str, Sequence[str]]
) -> Rows:
    """The rows in a new order. `above[x]` are the things in the row over x that it is tied to, `below[x]` those under it."""
    best: Rows = [list(row) for row in rows]
    fewest = crossings(best, below)
    now = [list(row) for row in best]
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        for at in range(1, len(now)) if down else range(len(now) - 2, -1, -1):
            fixed = now[at - 1] if down else now[at + 1]
            now[at] = _by_barycenter(now[at], fixed, above if down else below)
        count = crossings(now, below)
        if count < fewest:
            best, fewest = [list(row) for row in now], count
    return best


def crossings(rows: Sequence[Sequence[str]], below: Mapping[str, Sequence[str]]) -> int:
    """How many pairs of lines between neighbouring rows cross."""
    total = 0
    for upper, lower in pairwise(rows):
        at = {name: position for position, name in enumerate(lower)}
        seen: list[int] = []
        for name in upper:
            ends = sorted(at[other] for other in below[name])
            total += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _by_barycenter(row: Sequence[str], fixed: Sequence[str], ties: Mapping[str, Sequence[str]]) -> list[str]:
    """The row sorted by the mean position of what each thing is tied to; what is tied to nothing keeps its place."""
    at = {name: position for position, name in enumerate(fixed)}
    middle = {
        name: sum(at[other] for other in ties[name]) / len(ties[name]) if ties[name] else float(position)
        for position, name in enumerate(row)
    }
    return sorted(row, key=lambda name: middle[name])
