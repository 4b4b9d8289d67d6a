"""The endpoints for records: sent, tried out, read by id."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from sds2gen3.sandbox.access import CREATE, READ, UPDATE
from sds2gen3.sandbox.bodies import documents
from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.http import Call, Refusal, answer
from sds2gen3.sandbox.store import Record
from sds2gen3.sandbox.upload import Purpose


def send(commons: Commons, call: Call) -> Response:
    """`PUT` (upsert) or `POST` (insert only) of records."""
    return _send(commons, call, dry_run=False)


def try_out(commons: Commons, call: Call) -> Response:
    """The same as a dry run, which answers 200 whatever it finds [402, 403]."""
    return _send(commons, call, dry_run=True)


def _send(commons: Commons, call: Call, dry_run: bool) -> Response:
    project = commons.known_project(call)
    create = call.request.method == "POST"
    user = commons.allowed(call, *((CREATE,) if create else (CREATE, UPDATE)))
    docs, document = documents(call, commons.schemas)
    later = is_async(call)
    commons.require_state(project, call, "open")
    purpose = Purpose(call.program, call.project, "create" if create else "update", dry_run, user)
    if later:
        refuse_async(commons, call, purpose.role)
    transaction = commons.uploads.run(purpose, docs, document, undo=bool(call.request.environ.get("sandbox.undo")))
    return answer(transaction.answer(), transaction.status)


def send_bulk(commons: Commons, call: Call) -> Response:
    """Broken in this version of the server: always 500, and a log that stays PENDING [420-423]."""
    commons.known_project(call)
    commons.allowed(call, CREATE)
    commons.logs.open(call.program, call.project, "create" if call.request.method == "POST" else "update")
    raise Refusal(500, "internal server error")


def is_async(call: Call) -> bool:
    """What `?async=` asks for. Raises Refusal 400 for anything but true and false [501]."""
    given = call.request.args.get("async", "false").lower()
    if given not in ("true", "false"):
        raise Refusal(400, "Boolean value not one of [true, false]")
    return given == "true"


def refuse_async(commons: Commons, call: Call, role: str) -> None:
    """Broken in this version of the server: always 500, and a log that stays PENDING [500, 503]."""
    commons.logs.open(call.program, call.project, role)
    raise Refusal(500, "internal server error")


def read_records(commons: Commons, call: Call) -> Response:
    """`GET …/entities/<ids>`: null properties too; whose project they are in is not asked [7210-7216]."""
    commons.known_program(call)
    commons.allowed(call, READ)
    ids = str(call.path["ids"]).split(",")
    found = commons.store.find(ids=ids)
    missing = [one for one in dict.fromkeys(ids) if one not in {record.id for record in found}]
    if missing:
        raise Refusal(400, f"Not found: {', '.join(missing)}")
    return answer({"entities": [_told(commons, record) for record in found]})


def _told(commons: Commons, record: Record) -> dict[str, Any]:
    shape = commons.schemas.shapes[record.type]
    program, _, project = (record.project_id or "").partition("-")
    props: dict[str, Any] = {name: record.props.get(name) for name in shape.types}
    times = {"created_datetime": record.created, "updated_datetime": record.updated}
    props |= {
        **{name: time for name, time in times.items() if name in shape.types},
        "id": record.id,
        "type": record.type,
    }
    for name in shape.links:
        parents = commons.store.parents(record, name)
        if parents:
            props[name] = [{"id": one.id, "submitter_id": one.props.get("submitter_id")} for one in parents]
    return {"program": program or None, "project": project or None, "properties": props}
