"""`type`, `project_id` and `id`: what the server reads before it looks at the schema (contract sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import NodeType
from sds2gen3.model import OMIT, Part
from sds2gen3.validate.known import Known
from sds2gen3.validate.naming import cell, sheet
from sds2gen3.validate.words import shown


def check(node: NodeType, known: Known) -> Iterator[Diagnostic]:
    """D453 for records of another type, D457 for those of another project and for ids of the server's own given twice.

    What the node's schema refuses is left to `records`.
    """
    parts = known[node.name].table.parts
    for part in parts:
        yield from _types(node, part)
        yield from _projects(node, part, known.project_id)
    yield from _ids(node, parts)


def _types(node: NodeType, part: Part) -> Iterator[Diagnostic]:
    """The server judges a record by the type that it names, and not at all where there is no such node [611-614, 621]."""
    if "type" not in part.columns:
        if "type" not in node.required:
            message = f"The records of '{node.name}' do not say what they are."
            yield finding("D453", message, sheet(part), hint="Add 'type'.", node=node.name, property="type")
        return
    if part.distinct("type") == [node.name] and not part.ragged:
        return
    for number, value in enumerate(part.columns["type"]):
        if value == node.name or _is_refused(node, "type", value):
            continue
        what = "does not say what it is" if value is OMIT or value is None else f"says that it is {shown(value)}"
        message = f"This record {what}, but stands among those of '{node.name}'."
        place = cell(part, number, "type")
        yield finding("D453", message, place, hint=f"Write '{node.name}'.", node=node.name, property="type")


def _projects(node: NodeType, part: Part, project_id: str | None) -> Iterator[Diagnostic]:
    """The project's own id may be given [668], any other may not [669]; without one the server takes any record."""
    if "project_id" not in node.properties or "project_id" not in part.columns:
        return
    for number, value in enumerate(part.columns["project_id"]):
        if value is OMIT or (isinstance(value, str) and value and value == (project_id or value)):
            continue
        if _is_refused(node, "project_id", value):
            continue
        submitted = f"submitted to {shown(project_id)}" if project_id else "that is none"
        message = f"This record says that it is in the project {shown(value)}, but is {submitted}."
        if value is None or value == "":
            message = "This record has an empty 'project_id', so that the server takes it for any of its kind."
        place = cell(part, number, "project_id")
        yield finding("D457", message, place, value=value, node=node.name, property="project_id")


def _ids(node: NodeType, parts: Any) -> Iterator[Diagnostic]:
    """Of two new records with one id the server says that all went well, and stores neither, as for a rename [666]."""
    groups: dict[str, list[tuple[Part, int]]] = {}
    for part in parts:
        for number, value in enumerate(part.columns.get("id", ()) if "id" in node.properties else ()):
            if isinstance(value, str) and value:
                groups.setdefault(value, []).append((part, number))
    for value, group in groups.items():
        if len(group) > 1:
            places = [place for part, number in group if (place := cell(part, number, "id")) is not None]
            message = f"The 'id' {shown(value)} is given to {len(group)} records."
            yield finding(
                "D457",
                message,
                next(iter(places), None),
                value=value,
                node=node.name,
                property="id",
                related=places[1:],
            )


def _is_refused(node: NodeType, name: str, value: Any) -> bool:
    """Whether the schema objects already."""
    from sds2gen3.validate import oracle

    if value is OMIT:
        return name in node.required
    properties = node.schema.get("properties")
    rule = properties.get(name) if isinstance(properties, Mapping) else None
    return isinstance(rule, Mapping) and not oracle.is_valid(rule, value)
