"""Known: which ids there are in a Graph, as links look them up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sds2gen3.catalogue import Severity
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.model import Graph, NodeTable, Part


class Known:
    """The ids of each node's records, with where each stands. The server compares ids in lower case [233, 234]."""

    def __init__(self, graph: Graph, dictionary: Dictionary) -> None:
        self.graph = graph
        self.unread = any(d.code[0] == "R" and d.severity == Severity.ERROR for d in graph.dataset.findings)
        """Whether some sheet is missing or could not be read."""
        self._ids = {
            name: Ids(table, dictionary.nodes[name].key if name in dictionary.nodes else "submitter_id")
            for name, table in graph.nodes.items()
        }

    @cached_property
    def project_id(self) -> str | None:
        """What the server calls the project: program and code; None where the Graph does not say."""
        roots = self.graph.roots
        names = (roots.get("program", {}).get("name"), roots.get("project", {}).get("code"))
        return "-".join(map(str, names)) if all(isinstance(name, str) and name for name in names) else None

    def __getitem__(self, node: str) -> Ids:
        return self._ids.get(node) or Ids(NodeTable(node), "submitter_id")


class Ids:
    """The ids of one node type's records."""

    def __init__(self, table: NodeTable, key: str) -> None:
        self.table = table
        self.key = key

    @cached_property
    def exact(self) -> frozenset[str]:
        """The ids as they are written."""
        return frozenset(self.names)

    @cached_property
    def lower(self) -> dict[str, str]:
        """Lower case -> as written (the first of several)."""
        known: dict[str, str] = {}
        for name in self.names:
            known.setdefault(name.lower(), name)
        return known

    @cached_property
    def names(self) -> list[str]:
        """The ids of the records that have one, in their order."""
        columns = (part.columns.get(self.key, ()) for part in self.table.parts)
        return [name for column in columns for name in column if isinstance(name, str) and name]

    def __iter__(self) -> Iterator[tuple[Part, int, str]]:
        """Part, record number and id of every record that has one."""
        for part in self.table.parts:
            for number, name in enumerate(part.columns.get(self.key, ())):
                if isinstance(name, str) and name:
                    yield part, number, name
