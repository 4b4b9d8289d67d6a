"""Ids: there, storable, and each one's own, compared as the server compares them (contract sections 3.1, 3.4, 3.5, 3.11)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import NodeType
from sds2gen3.model import OMIT, Part
from sds2gen3.place import Place
from sds2gen3.validate.known import Ids, Known
from sds2gen3.validate.naming import cell, noun, typed
from sds2gen3.validate.words import shown

LONGEST = 2600
"""Bytes of an id in UTF-8: the database's index takes no more of an incompressible text [7112, 7130, 7131]."""

_MOST_CELLS = 500  # how many cells an info finding lists


def check(node: NodeType, ids: Ids) -> Iterator[Diagnostic]:
    """The findings L520-L523 of all records of a node."""
    for part in ids.table.parts:
        yield from _unusable(node, part)
    yield from _shared(node, ids)


def between(known: Known, nodes: list[str]) -> Iterator[Diagnostic]:
    """L524, once for each two kinds of records that share ids; the commons allows that [678]."""
    for first, second in combinations(nodes, 2):
        common = known[first].exact & known[second].exact
        if common:
            places = {name: cell(p, n, known[second].key) for p, n, name in known[second] if name in common}
            cells = [place for place in places.values() if place is not None]
            one, other = _noun(known[first], first), _noun(known[second], second)
            several = f"{len(common)} ids are those" if len(common) > 1 else f"{shown(min(common))} is the id"
            message = f"{several} of {one} records and of {other} records."
            place = cells[0] if cells else None
            yield finding("L524", message, place, node=second, related=cells[1:_MOST_CELLS])


def _unusable(node: NodeType, part: Part) -> Iterator[Diagnostic]:
    key = node.key
    name = noun(part, node.name)
    column: list[Any] = part.columns.get(key) or [OMIT] * len(part)
    if set(map(type, column)) == {str} and "" not in column and max(map(len, column)) <= LONGEST // 4:
        return
    for number, value in enumerate(column):
        if isinstance(value, str) and value and (len(value) <= LONGEST // 4 or _bytes(value) <= LONGEST):
            continue
        place = cell(part, number, key)
        if value is None or value is OMIT or value == "":
            yield finding("L520", f"This {name} has no id.", place, node=node.name, property=key)
        elif not isinstance(value, str):
            message = f"The id of this {name} is {shown(value)}, but it must be text."
            yield finding("L521", message, place, value=value, node=node.name, property=key)
        else:
            message = f"The id {shown(value)} has {_bytes(value):,} bytes; {LONGEST:,} is the most the commons takes."
            yield finding("L521", message, place, value=value, node=node.name, property=key)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _shared(node: NodeType, ids: Ids) -> Iterator[Diagnostic]:
    """The same id twice, in the same spelling or in another; only those are looked at closely."""
    names = list(map(str.lower, ids.names))
    if len(set(names)) == len(names):
        return
    seen: set[str] = set()
    twice = {name for name in names if name in seen or seen.add(name)}  # type: ignore[func-returns-value]
    groups: dict[str, list[tuple[Part, int, str]]] = {}
    for part, number, name in ids:
        if name.lower() in twice:
            groups.setdefault(name.lower(), []).append((part, number, name))
    for group in groups.values():
        yield _same(node, group)


def _same(node: NodeType, group: list[tuple[Part, int, str]]) -> Diagnostic:
    """One finding for all records of an id: at the second, since the first had the right to it, with the others."""
    places = [cell(part, number, node.key) for part, number, _ in group]
    name, what = group[1][2], noun(group[1][0], node.name)
    spellings = list(dict.fromkeys(typed(part, number, node.key, one) for part, number, one in group))
    others: list[Place] = [place for place in (places[0], *places[2:]) if place is not None]
    if len({one for _, _, one in group}) == 1:
        code, message = "L522", f"The id {shown(spellings[0])} is given to {len(group)} {what} records."
    else:
        code = "L523"
        message = (
            f"The ids {' and '.join(map(shown, spellings))} of {what} records differ only in upper and lower case."
        )
    return finding(code, message, places[1], value=name, node=node.name, property=node.key, related=others)


def _noun(ids: Ids, node: str) -> str:
    return noun(ids.table.parts[0] if ids.table.parts else None, node)
