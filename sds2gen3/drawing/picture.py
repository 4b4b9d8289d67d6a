"""Picture: what is to be drawn. Nodes with their records and errors, and the links from child to parent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sds2gen3.dictionary.types import Dictionary


@dataclass(frozen=True, slots=True)
class Node:
    """A node. `records` is None in the picture of a dictionary; `errors` is how many errors its records have."""

    name: str
    category: str = ""
    records: int | None = None
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """A link, drawn from the parent down to the child; `multiplicity` is read child_to_parent."""

    child: str
    parent: str
    name: str = ""
    multiplicity: str = ""
    required: bool = False


@dataclass(frozen=True)
class Picture:
    """Nodes and links in a fixed order. A link whose ends are not both there is left out by `pictured`."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether it is of a dataset, so that nodes have counts."""
        return any(node.records is not None for node in self.nodes)

    def completed(self) -> Picture:
        """Only the nodes that have records (or errors), with the links among them."""
        kept = {node.name for node in self.nodes if node.records or node.errors}
        nodes = tuple(node for node in self.nodes if node.name in kept)
        return replace(self, nodes=nodes, edges=_among(self.edges, kept))

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, from which `from_dict` makes the same picture."""
        return {
            "title": self.title,
            "nodes": [asdict(node) for node in self.nodes],
            "edges": [asdict(edge) for edge in self.edges],
        }


def pictured(
    dictionary: Dictionary,
    records: Mapping[str, int] | None = None,
    errors: Mapping[str, int] | None = None,
    title: str = "",
) -> Picture:
    """The picture of a dictionary, with the records and errors of a dataset by node where they are given.

    Nodes that are built into every commons (root, data_release) are left out. Nodes are in submission order, after
    program and project.
    """
    order = [name for name in dictionary.nodes if name not in dictionary.order] + list(dictionary.order)
    shown = [dictionary.nodes[name] for name in order if not dictionary.nodes[name].internal]
    nodes = tuple(
        Node(
            node.name,
            node.category,
            None if records is None else records.get(node.name, 0),
            (errors or {}).get(node.name, 0),
        )
        for node in shown
    )
    edges = [
        Edge(node.name, link.target, link.name, link.multiplicity, link.required)
        for node in shown
        for link in node.links.values()
    ]
    return Picture(title or dictionary.name, nodes, _among(edges, {node.name for node in shown}))


def from_dict(document: Mapping[str, Any]) -> Picture:
    """The picture that `as_dict` gave. Raises KeyError, TypeError or ValueError for anything else."""
    nodes = tuple(Node(**node) for node in document["nodes"])
    edges = tuple(Edge(**edge) for edge in document["edges"])
    texts = [document["title"], *(text for node in nodes for text in (node.name, node.category))]
    texts += [text for edge in edges for text in (edge.child, edge.parent, edge.name, edge.multiplicity)]
    numbers = [number for node in nodes for number in (node.records or 0, node.errors)]
    names = {node.name for node in nodes if isinstance(node.name, str)}
    if len(names) < len(nodes) or not all(isinstance(text, str) for text in texts):
        raise ValueError("a node without a name of its own, or a name that is no text")
    if not all(isinstance(number, int) for number in numbers):
        raise ValueError("a count that is no number")
    return Picture(document["title"], nodes, _among(edges, names))


def _among(edges: Iterable[Edge], names: set[str]) -> tuple[Edge, ...]:
    return tuple(edge for edge in edges if edge.child in names and edge.parent in names)
