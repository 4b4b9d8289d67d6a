"""Links: from link objects to records, and the graph's rules on what came of it (contract sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sds2gen3.sandbox.entities import Entity, lookup, skeleton_keys
from sds2gen3.sandbox.schemas import Schemas, Shape
from sds2gen3.sandbox.store import Record, Store


class Linking:
    """Makes and checks the links of one project's entities."""

    def __init__(self, store: Store, schemas: Schemas, program: str, project: str) -> None:
        self._store = store
        self._schemas = schemas
        self._project = project
        self._project_id = f"{program}-{project}"

    def make(self, entity: Entity) -> None:
        """Resolve every link object of the document and link the record to what it names."""
        if entity.shape is None or entity.record is None:
            return
        for name, link in entity.shape.links.items():
            given = entity.doc.get(name)
            target = self._schemas.get(link.get("target_type"))
            if given and target is not None:
                for one in [given] if isinstance(given, dict) else given:
                    self._make_one(entity, entity.record, name, target, one)

    def _make_one(self, entity: Entity, record: Record, name: str, target: Shape, given: dict[str, Any]) -> None:
        id_ = given.get("id")
        keys = skeleton_keys(target, given, self._project_id)
        found = lookup(self._store, target, id_, keys)
        for parent in found if target.name == "project" else ():
            code = parent.props.get("code")
            if code != self._project:
                message = f"Cannot link entity to project {code} under {self._project} endpoint"
                entity.error(message, kind="INVALID_PERMISSIONS")
        if len(found) > 1:
            entity.error(f"More than one link destination found for {name}", [name], "INVALID_LINK")
        elif not found:
            told = [dict(zip(target.keys, keys, strict=True))] if target.keys else []
            by_id = f", id='{id_}'" if id_ else ""
            message = f"No link destination found for {name}{by_id}, unique_keys='{told}'"
            entity.error(message, [name], "INVALID_LINK")
        else:
            parent = found[0]
            if parent.project_id is not None and parent.project_id != self._project_id:
                message = f"Relationship to {parent.type} {parent.id} in project {parent.project_id} not allowed"
                entity.error(message, kind="INVALID_LINK")
            self._store.link(record, name, parent)


def check_links(entity: Entity, store: Store) -> None:
    """Record what the graph's rules object to: required links, multiplicity, groups."""
    if entity.shape is None or entity.record is None:
        return
    links = entity.shape.served.get("links")
    for link in links if isinstance(links, list) else ():
        if "name" in link:
            _check_link(entity, entity.record, link, store)
        elif "subgroup" in link:
            _check_group(entity, entity.record, link, store)


def _check_link(entity: Entity, record: Record, link: Mapping[str, Any], store: Store) -> int:
    """Check one link; the number of its targets comes back."""
    name, multiplicity = str(link["name"]), str(link.get("multiplicity"))
    targets = store.parents(record, name)
    if len(targets) > 1 and multiplicity in ("many_to_one", "one_to_one"):
        entity.error(f"'{name}' link has to be {multiplicity}", [name])
    for target in targets if multiplicity in ("one_to_many", "one_to_one") else ():
        if store.count_children(target, record.type, name) > 1:
            taken = f"target node {target.type} already has {link.get('backref')}"
            entity.error(f"'{name}' link has to be {multiplicity}, {taken}", [name])
    if not targets and link.get("required") is True:
        entity.error(f"Entity is missing required link to {name}", [name])
    return len(targets)


def _check_group(entity: Entity, record: Record, group: Mapping[str, Any], store: Store) -> None:
    names = [str(link["name"]) for link in group["subgroup"] if "name" in link]
    given = [link for link in group["subgroup"] if "name" in link and _check_link(entity, record, link, store)]
    if group.get("required") is True and not given:
        told = ", ".join([*names[:-2], " or ".join(names[-2:])])
        entity.error(f"Entity is missing a required link to {told}", names)
    if group.get("exclusive") is True and len(given) > 1:
        entity.error(f"Links to {names} are exclusive.  More than one was provided.", names)
