"""A node's links: complete, leading somewhere, with a property each and a way back of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.nodes import entries
from sds2gen3.dictionary.types import Link, NodeType
from sds2gen3.place import Place

MULTIPLICITIES = ("one_to_one", "one_to_many", "many_to_one", "many_to_many")
_SEARCHED = 2_000  # nodes; to look for a near name among more takes longer than it helps
_BUILT_IN = ("root", "data_release")
_KEYS = {"name": str, "target_type": str, "backref": str, "label": str, "multiplicity": str, "required": bool}


WaysBack = Mapping[tuple[str, str], list[tuple[NodeType, Link]]]
"""(target, backref) -> the links that use it, in the order of the nodes."""


def ways_back(nodes: Mapping[str, NodeType]) -> WaysBack:
    """The backrefs of a whole dictionary, gathered once."""
    found: dict[tuple[str, str], list[tuple[NodeType, Link]]] = {}
    for node in nodes.values():
        for link in node.links.values():
            found.setdefault((link.target, link.backref), []).append((node, link))
    return found


def check_links(node: NodeType, nodes: Mapping[str, NodeType], ways: WaysBack) -> Iterator[Diagnostic]:
    """The findings about the links of one node; `nodes` are all nodes of the dictionary, `ways` their ways back."""
    for number, entry in enumerate(entries(node.schema.get("links"))):
        yield from _incomplete(node, number, entry)
    for link in node.links.values():
        yield from _property(node, link)
        yield from _target(node, link, nodes)
        yield from _way_back(node, link, nodes, ways)
    yield from _twice(node)


def _incomplete(node: NodeType, number: int, entry: Mapping[str, Any]) -> Iterator[Diagnostic]:
    shown = entry.get("name") or f"number {number + 1}"
    lacking = [key for key, kind in _KEYS.items() if not isinstance(entry.get(key), kind) or entry[key] == ""]
    if lacking:
        message = f"The link '{shown}' of '{node.name}' has no usable {', '.join(lacking)}."
        yield finding("D413", message, node.place("links"), node=node.name)
    multiplicity = entry.get("multiplicity")
    if isinstance(multiplicity, str) and multiplicity not in MULTIPLICITIES:
        message = f"The link '{shown}' of '{node.name}' has the multiplicity '{multiplicity}', which there is not."
        yield finding(
            "D413",
            message,
            node.place("links"),
            hint=f"Use one of: {', '.join(MULTIPLICITIES)}.",
            value=multiplicity,
            node=node.name,
        )


def _property(node: NodeType, link: Link) -> Iterator[Diagnostic]:
    properties = node.schema.get("properties")
    if not isinstance(properties, dict) or link.name not in properties:
        kind = "to_many" if link.to_many else "to_one"
        message = f"The link '{link.name}' of '{node.name}' has no property of that name."
        hint = f'Add under properties: {link.name}: {{$ref: "_definitions.yaml#/{kind}"}}.'
        yield finding("D409", message, _at(node, link), hint=hint, node=node.name, property=link.name)
    if link.required and link.name not in node.required:
        message = f"'{node.name}' requires the link '{link.name}', but does not name it in 'required'."
        yield finding("D410", message, node.place("required"), node=node.name, property=link.name)


def _target(node: NodeType, link: Link, nodes: Mapping[str, NodeType]) -> Iterator[Diagnostic]:
    if link.target and link.target not in nodes and link.target not in _BUILT_IN:
        near = get_close_matches(link.target, nodes, n=1) if len(nodes) <= _SEARCHED else []
        message = f"The link '{link.name}' of '{node.name}' leads to '{link.target}', which is no node."
        hint = f"Did you mean '{near[0]}'?" if near else ""
        yield finding("D411", message, _at(node, link), hint=hint, value=link.target, node=node.name)


def _way_back(node: NodeType, link: Link, nodes: Mapping[str, NodeType], ways: WaysBack) -> Iterator[Diagnostic]:
    """The backref becomes a name on the target, beside its properties, links and the other ways back."""
    target = nodes.get(link.target)
    if target is None or not link.backref:
        return
    message = f"The link '{link.name}' of '{node.name}' uses the backref '{link.backref}', but '{target.name}' has "
    properties = target.schema.get("properties")
    if isinstance(properties, dict) and link.backref in properties:
        what = "link" if link.backref in target.links else "property"
        message += f"a {what} of that name."
        yield finding("D412", message, _at(node, link), value=link.backref, node=node.name)
    others = [
        (other, one)
        for other, one in ways[link.target, link.backref]
        if (other.name, one.name) < (node.name, link.name)
    ]
    if others:
        other, one = others[0]
        message += f"it already from the link '{one.name}' of '{other.name}'."
        related = [_at(other, one)]
        yield finding("D412", message, _at(node, link), value=link.backref, node=node.name, related=related)


def _twice(node: NodeType) -> Iterator[Diagnostic]:
    by_target: dict[str, list[str]] = {}
    for link in node.links.values():
        by_target.setdefault(link.target, []).append(link.name)
    for target, names in by_target.items():
        if target == node.name:
            message = f"'{node.name}' links to itself by '{names[0]}'."
            yield finding("D426", message, _at(node, node.links[names[0]]), node=node.name, property=names[0])
        if len(names) > 1:
            message = f"'{node.name}' links to '{target}' by {' and '.join(repr(name) for name in names)}."
            yield finding("D426", message, _at(node, node.links[names[1]]), node=node.name, property=names[1])


def _at(node: NodeType, link: Link) -> Place:
    """The link's own entry, found by its name; a group's entry where it stands in a group."""
    links = node.schema.get("links")
    for number, entry in enumerate(links if isinstance(links, list) else ()):
        if any(one.get("name") == link.name for one in entries([entry])):
            return node.place("links", number)
    return node.place("links")
