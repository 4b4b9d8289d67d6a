"""One record with what it links to and what links to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from sds2gen3.commons.project import Project
from sds2gen3.commons.query import ask, built
from sds2gen3.commons.reading.kept import kept_of
from sds2gen3.commons.replies import content_of
from sds2gen3.dictionary.columns import ID, Column
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.errors import DataError, UsageError


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A record at the other end of a link: `link` is how it is called from here."""

    link: str
    node: str
    submitter_id: str
    id: str


@dataclass(frozen=True)
class Whole:
    """A record: its properties as the commons exports them with what the server keeps, what it links to, and what links to it."""

    node: str
    submitter_id: str
    properties: dict[str, Any]
    above: tuple[Neighbour, ...]
    below: tuple[Neighbour, ...]


def one_record(project: Project, dictionary: Dictionary, node: NodeType, name: str) -> Whole:
    """The record with this submitter_id or server id. Raises DataError U674 where there is none, and as `ask`."""
    id_ = _id(project, dictionary, node, name)
    record = _exported(project, node, id_)
    below = {
        other.links[link].backref: other.name
        for other in dictionary.nodes.values()
        for link in other.links
        if other.links[link].target == node.name and other.name in dictionary.order
    }
    above = {link.name: link.target for link in node.links.values()}
    links = {**above, **below}
    asked = [Column(link, key) for link, target in links.items() for key in (ID, dictionary.nodes[target].key)]
    rows = ask(project.client, dictionary, built(node.name, [Column(ID), *asked], {ID: id_}))[node.name]
    found = {
        link: tuple(
            Neighbour(link, target, str(one.get(dictionary.nodes[target].key)), str(one.get(ID)))
            for one in sorted(rows[0].get(link) or (), key=lambda one: str(one.get(dictionary.nodes[target].key)))
        )
        for link, target in links.items()
    }
    own = {key: value for key, value in record.items() if key not in node.links and value is not None}
    properties = {**own, **kept_of(project, dictionary, node, id_)}
    return Whole(
        node.name,
        str(record.get(node.key)),
        properties,
        tuple(one for link in above for one in found[link]),
        tuple(one for link in below for one in found[link]),
    )


def _id(project: Project, dictionary: Dictionary, node: NodeType, name: str) -> str:
    """The server's id. A submitter_id is looked for as it is written first, then in any letter case."""
    columns = [Column(ID), Column(node.key)]
    for argument in (node.key, "quick_search"):
        arguments = {"project_id": [project.project_id], argument: name}
        found = ask(project.client, dictionary, built(node.name, columns, arguments))[node.name]
        ids = [row[ID] for row in found if name.lower() in (str(row[ID]).lower(), str(row.get(node.key)).lower())]
        if ids:
            return str(ids[0])
    message = f"The project '{project.code}' has no {node.name} '{name}'."
    hint = f"'sds2gen3 browse {project.code} {node.name}' lists those that it has."
    raise DataError.of("U674", message, hint=hint, value=name)


def _exported(project: Project, node: NodeType, id_: str) -> dict[str, Any]:
    """The record from the export, which keeps lists and numbers as they are, unlike GraphQL [A08, A41]."""
    address = project.client.address(project.program, project.code, "export", ids=id_, format="json")
    with project.client.read("GET", address) as response:
        try:
            found = orjson.loads(content_of(response))
        except orjson.JSONDecodeError:
            found = None
    if not isinstance(found, list) or not found or not isinstance(found[0], dict):
        raise UsageError.of("U611", f"{project.client.endpoint} does not answer as a Gen3 commons: no record.")
    return found[0]
