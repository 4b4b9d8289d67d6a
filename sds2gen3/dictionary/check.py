"""Is a dictionary sound? What a commons would stumble over, each with its place (codes D401 to D429)."""

from __future__ import annotations

from collections.abc import Iterator

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.check_links import check_links, ways_back
from sds2gen3.dictionary.check_schemas import check_schema
from sds2gen3.dictionary.order import cycles, distances
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.place import Place


def check(dictionary: Dictionary) -> list[Diagnostic]:
    """What is wrong with the dictionary: what loading found, then node by node, then the whole.

    Internal nodes come with the server and are not looked at. A sound dictionary gives an empty list.
    """
    found = list(dictionary.findings)
    ways = ways_back(dictionary.nodes)
    for node in dictionary.nodes.values():
        if not node.internal:
            found += check_schema(node)
            found += check_links(node, dictionary.nodes, ways)
    found += _roots(dictionary)
    found += _circles(dictionary)
    found += _alone(dictionary)
    return found


def _roots(dictionary: Dictionary) -> Iterator[Diagnostic]:
    for name in ("program", "project"):
        if name not in dictionary.nodes:
            message = f"The dictionary '{dictionary.name}' has no node '{name}'."
            yield finding("D424", message, Place(dictionary.name), value=name)


def _circles(dictionary: Dictionary) -> Iterator[Diagnostic]:
    """Circles of links, each told once at its first node; an error where optional links left out do not open it."""
    for circle in cycles(dictionary.nodes):
        nodes = [dictionary.nodes[name] for name in circle]
        must = cycles({node.name: _only_required(node) for node in nodes})
        yield finding(
            "D414",
            f"These nodes link to each other in a circle: {', '.join(circle)}.",
            nodes[0].place("links"),
            severity=Severity.ERROR if must else None,
            node=circle[0],
            related=[node.place("links") for node in nodes[1:]],
        )


def _only_required(node: NodeType) -> NodeType:
    required = {name: link for name, link in node.links.items() if link.required}
    return NodeType(
        node.name, node.title, node.category, "", {}, required, (), frozenset(), (), frozenset(), {}, home=node.home
    )


def _alone(dictionary: Dictionary) -> Iterator[Diagnostic]:
    reached = distances(dictionary.nodes)
    for name in dictionary.order:
        if name not in reached:
            node = dictionary.nodes[name]
            yield finding("D425", f"No link leads from '{name}' to project.", node.place("links"), node=name)
