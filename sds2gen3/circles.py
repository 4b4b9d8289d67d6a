"""Circles in who descends from whom: things that are their own ancestors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def circles(parents: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Each circle in name -> parents, one after the other taken out, until none is left.

    Linear: the way up from a name is gone on with after a circle, not begun anew.
    """
    above = {name: [one for one in reversed(given) if one in parents] for name, given in parents.items()}
    left = _Left(above)
    for start in parents:
        way: list[str] = []
        steps: dict[str, int] = {}
        name = start
        while start in left.count:
            if name not in steps:
                steps[name] = len(way)
                way.append(name)
                name = left.first_parent(name)
                continue
            circle = way[steps[name] :]
            yield circle
            left.take(circle)
            while way and way[-1] not in left.count:
                del steps[way.pop()]
            name = left.first_parent(way[-1]) if way else start


class _Left:
    """The names that are in a circle or below one; `count` is how many of its parents are."""

    def __init__(self, above: dict[str, list[str]]) -> None:
        self._above = above
        self._children: dict[str, list[str]] = {}
        for name, parents in above.items():
            for parent in parents:
                self._children.setdefault(parent, []).append(name)
        self.count = {name: len(parents) for name, parents in above.items()}
        self.take([name for name, number in self.count.items() if not number])

    def take(self, names: list[str]) -> None:
        """Take the names away, and whatever then has no parent left."""
        gone = list(names)
        while gone:
            name = gone.pop()
            if self.count.pop(name, None) is None:
                continue
            for child in self._children.get(name, ()):
                if child in self.count:
                    self.count[child] -= 1
                    if not self.count[child]:
                        gone.append(child)

    def first_parent(self, name: str) -> str:
        """The first parent that is left; every name that is left has one."""
        parents = self._above[name]
        while parents[-1] not in self.count:
            parents.pop()
        return parents[-1]
