"""Circles in who descends from whom: things that are their own ancestors."""

from __future__ import annotations

from collections.abc import Iterator


def circles(parents: dict[str, list[str]]) -> Iterator[list[str]]:
    """Each circle in name -> parents, until none is left; `parents` is used up. Linear where there is none."""
    _peel(parents)
    while parents:
        path: dict[str, None] = {}
        name = next(iter(parents))
        while name not in path:
            path[name] = None
            name = parents[name][0]
        names = list(path)
        circle = names[names.index(name) :]
        yield circle
        for name in circle:
            del parents[name]
        _peel(parents)


def _peel(parents: dict[str, list[str]]) -> None:
    """Take away, again and again, what has no parent left: what remains is in a circle or below one."""
    children: dict[str, list[str]] = {}
    for name, above in parents.items():
        parents[name] = [parent for parent in above if parent in parents]
        for parent in parents[name]:
            children.setdefault(parent, []).append(name)
    free = [name for name, above in parents.items() if not above]
    left = {name: len(above) for name, above in parents.items()}
    while free:
        name = free.pop()
        del parents[name]
        for child in children.get(name, ()):
            left[child] -= 1
            if not left[child]:
                free.append(child)
    for name, above in parents.items():
        parents[name] = [parent for parent in above if parent in parents]
