"""What the server keeps for itself - state and times - which exports do not tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sds2gen3.commons.project import Project
from sds2gen3.commons.query import ask, built
from sds2gen3.dictionary.columns import ID, Column
from sds2gen3.dictionary.types import Dictionary, NodeType

UPDATED = "updated_datetime"
_EXPORTED = frozenset((ID, "project_id", "type"))


def not_exported(names: Iterable[str], node: NodeType) -> list[str]:
    """Those of the properties that an export leaves out."""
    return sorted(name for name in set(names) - _EXPORTED if name in node.properties and node.properties[name].system)


def kept(project: Project, dictionary: Dictionary, node: NodeType, names: list[str]) -> dict[str, dict[str, Any]]:
    """These properties of every record by the server's id. Raises as `ask`."""
    asked = [Column(ID), *map(Column, names)]
    answer = ask(project.client, dictionary, built(node.name, asked, {"project_id": [project.project_id]}))
    return {str(row[ID]): {name: row[name] for name in names if row.get(name) is not None} for row in answer[node.name]}


def kept_of(project: Project, dictionary: Dictionary, node: NodeType, id_: str) -> dict[str, Any]:
    """All that the server keeps of one record."""
    names = not_exported(node.properties, node)
    answer = ask(project.client, dictionary, built(node.name, [Column(ID), *map(Column, names)], {ID: id_}))
    return {name: row[name] for row in answer[node.name] for name in names if row.get(name) is not None}
