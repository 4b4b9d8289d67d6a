"""DELETE of records by id: all or nothing, and nothing that others depend on (contract section 7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from sds2gen3.sandbox.access import DELETE
from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.entities import Entity
from sds2gen3.sandbox.http import Call, answer
from sds2gen3.sandbox.links import check_links
from sds2gen3.sandbox.logs import FAILED, SUCCEEDED
from sds2gen3.sandbox.records import is_async, refuse_async
from sds2gen3.sandbox.store import Record

_DEPENDED_ON = (
    "Unable to delete entity because at least {} other(s) directly or indirectly depend on it. You can only delete this "
    "entity by deleting its dependents prior to, or during the same transaction as this one."
)
_STATES = (None, "validated", "error", "invalid", "uploading", "uploaded")


def delete_records(dry_run: bool) -> Callable[[Commons, Call], Response]:
    """The handler for `DELETE …/entities/<ids>` and its dry run."""

    def handle(commons: Commons, call: Call) -> Response:
        project = commons.known_project(call)
        user = commons.allowed(call, DELETE)
        later = is_async(call)
        commons.require_state(project, call, "open")
        if later:
            refuse_async(commons, call, "delete")
        number = commons.logs.open(call.program, call.project, "delete", dry_run)
        body = _delete(commons, call, number, dry_run)
        commons.logs.keep(number, [], {"name": None, "doc_format": "N/A", "doc_size": 0})
        commons.logs.end(number, SUCCEEDED if body["success"] else FAILED, user, body)
        return answer(body, body["code"])

    return handle


def _delete(commons: Commons, call: Call, number: int, dry_run: bool) -> dict[str, Any]:
    ids = str(call.path["ids"]).split(",")
    found = commons.store.find(ids=ids, projects=[call.project_id])
    entities = [_entity(commons, record) for record in found]
    known = {record.id for record in found}
    entities += [_missing(one) for one in ids if one not in known]
    dependents: dict[str, str] = {}
    whole = all(entity.valid for entity in entities)
    with commons.store.transaction():
        if whole:
            dependents = _try(commons, entities, found)
            whole = all(entity.valid for entity in entities)
    if whole and not dry_run:
        with commons.store.transaction():
            for record in found:
                commons.store.delete(record)
            commons.store.commit()
    return _told(number, entities, dependents, dry_run)


def _entity(commons: Commons, record: Record) -> Entity:
    return Entity(shape=commons.schemas.shapes[record.type], id=record.id, action="delete", record=record)


def _missing(id_: str) -> Entity:
    entity = Entity(action="delete")
    entity.error("Entity not found.", ["id"], "NOT_FOUND", id=id_)
    return entity


def _try(commons: Commons, entities: list[Entity], records: list[Record]) -> dict[str, str]:
    """Delete them for a trial, and record on each which others cannot stay without it; those come back, id and type."""
    below = {record.id: commons.store.children(record) for record in records}
    for record in records:
        commons.store.delete(record)
    all_dependents: dict[str, str] = {}
    for entity, record in zip(entities, records, strict=True):
        state = record.props.get("state")
        if state not in _STATES:
            message = f"Unable to delete entity because it is in state '{state}'."
            entity.error(message, ["state"], "INVALID_PERMISSIONS")
        dependents = _dependents(commons, below[record.id])
        if dependents:
            told = [{"id": id_, "type": type_} for id_, type_ in dependents.items()]
            entity.error(_DEPENDED_ON.format(len(dependents)), kind="INVALID_LINK", dependents=told)
            all_dependents |= dependents
    return all_dependents


def _dependents(commons: Commons, children: list[Record]) -> dict[str, str]:
    """The first chain of records that lack a link now: the server looks no further than that [7220, 7221]."""
    for child in children:
        if not commons.store.find(child.type, [child.id]):
            continue
        entity = _entity(commons, child)
        check_links(entity, commons.store)
        if not entity.valid:
            below = commons.store.children(child)
            commons.store.delete(child)
            return {child.id: child.type, **_dependents(commons, below)}
    return {}


def _told(number: int, entities: list[Entity], dependents: dict[str, str], dry_run: bool) -> dict[str, Any]:
    bad = sum(not entity.valid for entity in entities)
    count = len(entities)
    done = (
        f"Dry run successful. Would have deleted {count} entities"
        if dry_run
        else f"Successfully deleted {count} entities"
    )
    return {
        "transaction_id": number,
        "success": not bad,
        "code": 400 if bad else 200,
        "message": "Deletion transaction failed." if bad else done,
        "entities": [entity.answer() for entity in entities],
        "entity_error_count": bad,
        "transactional_errors": [],
        "transactional_error_count": 0,
        "deleted_entity_count": 0 if bad else count,
        "dependent_ids": ",".join(dependents),
    }
