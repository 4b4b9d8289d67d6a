"""Programs and projects: made, listed, deleted (contract section 1) [100-135, 7231-7242]."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from werkzeug.wrappers import Response

from sds2gen3.sandbox.bodies import single
from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.entities import Entity
from sds2gen3.sandbox.http import Call, Refusal, answer
from sds2gen3.sandbox.schemas import Shape
from sds2gen3.sandbox.store import Record
from sds2gen3.sandbox.upload import Purpose, Transaction

_PROGRAM_SEED = UUID("85b08c6a-56a6-4474-9c30-b65abfd214a8")
_PROJECT_SEED = UUID("249b4405-2c69-45d9-96bc-7410333d5d80")


def list_programs(commons: Commons, call: Call) -> Response:
    commons.lister(call)
    return answer({"links": [f"{call.base}/{one.props['name']}" for one in commons.store.find("program")]})


def list_projects(commons: Commons, call: Call) -> Response:
    program = commons.known_program(call)
    commons.lister(call)
    codes = [one.props["code"] for one in commons.projects(program)]
    return answer({"links": [f"{call.base}/{call.program}/{code}" for code in codes]})


def put_program(commons: Commons, call: Call) -> Response:
    """Upsert by name; nothing but the accession number is kept of an update, and no schema is asked [101-109]."""
    commons.admin(call, "program")
    doc = single(call, commons.schemas, "program")
    if doc.get("type") != "program":
        raise Refusal(400, f"Invalid type in key type='{doc.get('type')}'")
    name = doc.get("name")
    if not name:
        raise Refusal(400, "No program specified in key 'name'")
    record = commons.program(str(name))
    message = "Program is updated!" if record else "Program registered."
    record = record or _new("program", str(uuid5(_PROGRAM_SEED, str(name))), {"name": name})
    record.props["dbgap_accession_number"] = doc.get("dbgap_accession_number")
    _save(commons, record, [name])
    return answer({"id": record.id, "name": name, "message": message})


def put_project(commons: Commons, call: Call) -> Response:
    """Upsert by code, which is unique over all programs; the answer is a transaction's, 200 also when made [116-135]."""
    program = commons.known_program(call)
    user = commons.admin(call, "project")
    doc = single(call, commons.schemas, "project")
    if doc.get("type") and doc["type"] != "project":
        raise Refusal(400, f"Invalid post to program endpoint with type='{doc['type']}'")
    code = doc.get("code")
    if not code:
        raise Refusal(400, "No project specified in key 'code'")
    if not doc.get("dbgap_accession_number"):
        raise Refusal(400, "No dbgap_accession_number specified.")
    record = commons.project(call.program, str(code))
    action = "update" if record else "create"
    record = record or _new_project(commons, str(code))
    _set(record, {key: value for key, value in doc.items() if key not in ("type", "state", "released")}, commons)
    if action == "update":
        commons.require_state(record, call, "open")
    purpose = Purpose(call.program, str(code), "update", False, user)
    transaction = Transaction(purpose, commons.logs.open(call.program, str(code), "update"))
    _save(commons, record, [code])
    commons.store.link(record, "programs", program)
    shape = commons.schemas.shapes["project"]
    transaction.entities.append(Entity(shape=shape, id=record.id, action=action, record=record))
    return answer(transaction.answer(), transaction.status)


def delete_program(commons: Commons, call: Call) -> Response:
    program = commons.known_program(call)
    commons.admin(call, "program")
    if commons.projects(program):
        raise Refusal(400, _not_empty("program", call.program))
    commons.store.delete(program)
    return answer({}, 204)


def delete_project(commons: Commons, call: Call) -> Response:
    project = commons.known_project(call)
    commons.admin(call, "project")
    if commons.store.children(project):
        raise Refusal(400, _not_empty("project", call.project))
    commons.require_state(project, call, "open")
    commons.logs.open(call.program, call.project, "delete")
    commons.store.delete(project)
    return answer({}, 204)


def _not_empty(what: str, name: str) -> str:
    """The server's text, with the blanks of its source [7231]."""
    return f"ERROR: Can not delete the {what}.{' ' * 29}{what.capitalize()} {name} is not empty"


def _new(type_: str, id_: str, props: dict[str, Any]) -> Record:
    return Record(type_, id_, None, props, datetime.now(UTC).isoformat())


def _new_project(commons: Commons, code: str) -> Record:
    id_ = str(uuid5(_PROJECT_SEED, code))
    if commons.store.find("project", [id_]):
        raise Refusal(400, f"ERROR: Project {code} already exists in DB")
    return _new("project", id_, {"state": "open"})


def _set(record: Record, props: dict[str, Any], commons: Commons) -> None:
    """Set the properties of a project; a wrong type or word is more than the server can take [121, 122, 128, 129]."""
    shape = commons.schemas.shapes["project"]
    for key, value in props.items():
        if key not in shape.types:
            raise Refusal(400, f"ERROR: <Project({record.id})> has no property {key}")
        if not _fits(shape, key, value):
            raise Refusal(500, "internal server error")
        record.props[key] = value


def _fits(shape: Shape, key: str, value: Any) -> bool:
    enum = shape.served.get("properties", {}).get(key, {}).get("enum")
    return value is None or (isinstance(value, shape.types[key]) and (enum is None or value in enum))


def _save(commons: Commons, record: Record, keys: list[Any]) -> None:
    record.updated = datetime.now(UTC).isoformat()
    if commons.store.find(record.type, [record.id]):
        commons.store.update(record, keys)
    else:
        commons.store.insert(record, keys)
