"""One record on its way into the commons: what was sent, what it becomes, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sds2gen3.sandbox.schemas import Schemas, Shape
from sds2gen3.sandbox.store import Record, Store

UNCATEGORIZED = "ERROR"
SPECIAL = ("type", "id", "created_datetime", "updated_datetime")
_UUID = re.compile(r"^[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$")


class ServerError(Exception):
    """What the real server cannot do either: it answers that something unexpected went wrong."""


@dataclass
class Entity:
    """`record` is its node once there is one; `old_props` what that held before."""

    doc: dict[str, Any] = field(default_factory=dict)
    shape: Shape | None = None
    id: str | None = None
    action: str | None = None
    keys: tuple[Any, ...] = ()
    record: Record | None = None
    old_props: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def type(self) -> str | None:
        return self.shape.name if self.shape else None

    @property
    def valid(self) -> bool:
        return not self.errors

    def error(self, message: str, keys: Iterable[str] = (), kind: str = UNCATEGORIZED, **more: Any) -> None:
        self.errors.append({"message": message, "keys": list(keys), "type": kind, **more})

    def answer(self) -> dict[str, Any]:
        """The entity's part of the transaction's answer."""
        names = self.shape.keys if self.shape else ()
        values = record_keys(self.shape, self.record) if self.shape and self.record else self.keys
        return {
            "valid": self.valid,
            "action": self.action,
            "type": self.type,
            "id": self.id,
            "errors": self.errors,
            "warnings": self.warnings,
            "unique_keys": [dict(zip(names, values, strict=True))] if names else [],
        }


def parse(doc: Any, schemas: Schemas, project_id: str, role: str) -> Entity | str:
    """The entity that a document describes, or why there is none (a transactional error)."""
    if not isinstance(doc, dict):
        entity = Entity()
        kind = type(doc).__name__
        entity.error(f"Entity document must be an object, not a {kind}", kind="INVALID_VALUE")
        return entity
    plain = {key.lstrip("*"): value for key, value in doc.items()}
    shape = schemas.get(plain.get("type"))
    if shape is None:
        return f'Unable to parse entity. Details: [400] - Node type "{plain.get("type")}" not found in dictionary'
    entity = Entity(plain, shape, keys=skeleton_keys(shape, plain, project_id))
    if not shape.owned:
        message = f"{shape.name} is not an entity that can be upload via the project endpoint."
        entity.error(message, ["id"], "INVALID_TYPE")
        return entity
    entity.id = plain.get("id")
    if role == "create" and entity.id and not _UUID.match(str(entity.id)):
        entity.error("Cannot create entity with custom id that is not a UUID.", ["id"], "INVALID_VALUE")
    return entity


def skeleton_keys(shape: Shape, doc: dict[str, Any], project_id: str) -> tuple[Any, ...]:
    """The secondary keys as they stand in a document; a value of the wrong type counts as none [7132]."""
    given = {"project_id": project_id, **doc} if shape.owned else doc
    return tuple(_typed(given.get(key), shape.types.get(key, str)) for key in shape.keys)


def record_keys(shape: Shape, record: Record) -> tuple[Any, ...]:
    return tuple(record.project_id if key == "project_id" else record.props.get(key) for key in shape.keys)


def lookup(store: Store, shape: Shape, id_: str | None, keys: tuple[Any, ...]) -> list[Record]:
    """The records with this id and these keys; a key that is missing or empty drops the whole filter (section 3.5)."""
    if id_ is None and not keys:
        return []
    return store.find(shape.name, [id_] if id_ is not None else None, keys if keys and all(keys) else None, limit=1000)


class Instantiation:
    """Makes records of entities: new ones, or merged into those that are there (role `update`)."""

    def __init__(self, store: Store, project_id: str, role: str) -> None:
        self._store = store
        self._project_id = project_id
        self._role = role

    def __call__(self, entity: Entity) -> None:
        """Set the entity's record and action, or record why it cannot be."""
        shape = entity.shape
        if shape is None:
            return
        if shape.is_file:
            raise ServerError
        record = self._create(entity, shape) if self._role == "create" else self._merge(entity, shape)
        if record is not None:
            entity.record = record
            self._set_properties(entity, shape, record)

    def _create(self, entity: Entity, shape: Shape) -> Record | None:
        entity.id = entity.id or str(uuid4())
        if lookup(self._store, shape, entity.id, entity.keys):
            message = "Cannot create entity that already exists. Try updating entity (PUT instead of POST)"
            entity.error(message, ["id"], "NOT_UNIQUE")
            return None
        for key, value in shape.defaults.items():
            if entity.doc.get(key) is None:
                entity.doc[key] = value
        entity.action = "create"
        return Record(shape.name, entity.id, self._project_id, {"project_id": self._project_id})

    def _merge(self, entity: Entity, shape: Shape) -> Record | None:
        found = lookup(self._store, shape, entity.id, entity.keys)
        if not found:
            return self._create(entity, shape)
        if len(found) > 1:
            keys = (entity.keys,) if entity.keys else ()
            entity.error(f"Entity is not unique, multiple entities found with {keys}", kind="NOT_UNIQUE")
            return None
        record = found[0]
        entity.old_props = dict(record.props)
        if record.project_id != self._project_id:
            message = f"Entity is owned by project {record.project_id}, not {self._project_id}"
            entity.error(message, kind="INVALID_PERMISSIONS")
        self._merge_links(entity, shape, record)
        record.props.setdefault("state", "validated")
        for key in shape.defaults:
            self._keep_system_property(entity, key, record.props.get(key))
        entity.id, entity.action = record.id, "update"
        return record

    def _keep_system_property(self, entity: Entity, key: str, kept: Any) -> None:
        given = entity.doc.get(key)
        if given and given != kept:
            message = f"Property '{key}' ({given}) is a system property and will be ignored."
            entity.warnings.append({"message": message, "keys": [key], "type": "INVALID_PROPERTY"})
        entity.doc[key] = kept

    def _merge_links(self, entity: Entity, shape: Shape, record: Record) -> None:
        """Links that are there already are added to those sent; null takes all of a link away (section 3.3)."""
        for name in shape.links:
            given = entity.doc.get(name, [])
            if given is None:
                self._store.unlink(record, name)
                continue
            sent = [given] if isinstance(given, dict) else list(given)
            ids = {one.get("id") for one in sent}
            for parent in self._store.parents(record, name):
                if parent.id not in ids and not any(_names(parent, one) for one in sent):
                    sent.append({"id": parent.id})
            entity.doc[name] = sent
            if not sent:
                entity.doc.pop(name)

    def _set_properties(self, entity: Entity, shape: Shape, record: Record) -> None:
        record.project_id = self._project_id
        record.props["project_id"] = self._project_id
        for key, value in entity.doc.items():
            if key in SPECIAL or key in shape.links:
                continue
            if key not in shape.types:
                message = f"Key '{key}' is not a valid property for type '{shape.name}'."
                entity.error(message, [key], "INVALID_PROPERTY")
            elif key not in shape.system:
                record.props[key] = value
            elif record.props.get(key) is None:
                record.props[key] = shape.defaults.get(key)
            elif record.props[key] != value:
                message = (
                    f"Key '{key}' is a system property and cannot be updated from '{record.props[key]}' to '{value}'"
                )
                entity.error(message, [key], "INVALID_PERMISSIONS")
        record.props = {key: value for key, value in record.props.items() if value is not None}


def _names(parent: Record, link: dict[str, Any]) -> bool:
    """Whether the link object gives this very parent by its key, letter by letter."""
    key = "submitter_id" if parent.project_id is not None else "code" if parent.type == "project" else "name"
    owner = link.get("project_id", parent.project_id)
    return link.get(key) is not None and link[key] == parent.props.get(key) and owner == parent.project_id


def _typed(value: Any, kind: type) -> Any:
    return value if isinstance(value, kind) else None
