"""Records that are their own ancestors: a sample derived from itself, or from one derived from it."""

from __future__ import annotations

from collections.abc import Iterator

from sds2gen3.circles import circles
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Link, NodeType
from sds2gen3.model import Part
from sds2gen3.validate.known import Ids
from sds2gen3.validate.naming import cell, noun
from sds2gen3.validate.targets import ids_of
from sds2gen3.validate.words import shown


def check(node: NodeType, ids: Ids) -> Iterator[Diagnostic]:
    """One L509 per circle in the links from a node to itself, with the cells of all its records."""
    own = [link for link in node.links.values() if link.target == node.name]
    if not own:
        return
    where: dict[str, tuple[Part, int]] = {}
    parents: dict[str, list[str]] = {}
    for part, number, name in ids:
        where.setdefault(name.lower(), (part, number))
        parents.setdefault(name.lower(), []).extend(_parents(part, number, own))
    for circle in circles({name: [p for p in above if p in where] for name, above in parents.items()}):
        yield _finding(node, own, circle, where)


def _parents(part: Part, number: int, links: list[Link]) -> list[str]:
    columns = ((link, part.columns[link.name]) for link in links if link.name in part.columns)
    return [name.lower() for link, column in columns for name in ids_of(column[number], link) or ()]


def _finding(node: NodeType, links: list[Link], circle: list[str], where: dict[str, tuple[Part, int]]) -> Diagnostic:
    places = []
    names = []
    for name in circle:
        part, number = where[name]
        property = next((link.name for link in links if ids_of(part.columns.get(link.name, [])[number], link)), None)
        place = cell(part, number, property)
        if place is not None:
            places.append(place)
        names.append(str(part.columns[node.key][number]))
    what = noun(where[circle[0]][0], node.name)
    way = " -> ".join(shown(name) for name in [*names, names[0]])
    message = (
        f"This {what} is derived from itself: {way}."
        if len(names) > 1
        else f"The {what} {shown(names[0])} is derived from itself."
    )
    return finding("L509", message, places[0] if places else None, node=node.name, related=places[1:])
