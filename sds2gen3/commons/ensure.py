"""Program and project, made where they are not there yet and the commons lets us (contract section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sds2gen3.commons.client import Client, stopped
from sds2gen3.commons.project import Project
from sds2gen3.commons.replies import Cause, Reply, sentence
from sds2gen3.commons.send import STOPS
from sds2gen3.errors import UnreachableError, UsageError

_DROPPED = ("type", "programs", "state", "released")


def missing(project: Project) -> tuple[str, ...]:
    """What `ensure` would make of 'program' and 'project'; nothing is changed."""
    if project.program not in project.client.programs():
        return ("program", "project")
    return () if project.code in project.client.projects(project.program) else ("project",)


def ensure(project: Project, program_record: Mapping[str, Any], project_record: Mapping[str, Any]) -> tuple[str, ...]:
    """What was made of 'program' and 'project'; what is there already is left as it is.

    Raises UnreachableError U620 without the right to do it, UsageError U627 where the commons refuses it.
    """
    client, made = project.client, []
    if project.program not in client.programs():
        _make(client, "program", client.address(slash=True), {**program_record, "name": project.program})
        made.append("program")
    if project.code not in client.projects(project.program):
        # A project that names its program, or a property that the server keeps for itself, is refused [122].
        record = {name: value for name, value in project_record.items() if name not in _DROPPED}
        _make(client, "project", client.address(project.program), {**record, "code": project.code})
        made.append("project")
    return tuple(made)


def _make(client: Client, kind: str, address: str, record: Mapping[str, Any]) -> None:
    given = {name: value for name, value in record.items() if value is not None}
    phs = str(given.get("name" if kind == "program" else "code"))
    body = orjson.dumps({"dbgap_accession_number": phs, **given, "type": kind})
    reply = _patiently(client, address, body)
    if reply.cause in STOPS:
        raise stopped(client, reply)
    if reply.status != 200:
        message = sentence(f"The commons refused the {kind}: {reply.words}")
        if reply.cause is Cause.LOST and not reply.status:
            raise UnreachableError.of("U610", f"{client.endpoint} cannot be reached: {reply.message}.")
        raise UsageError.of("U627", message, node=kind)


def _patiently(client: Client, address: str, body: bytes) -> Reply:
    """The reply; both are upserts, so that one which got lost can be sent again."""
    for pause in client.patience.pauses():
        reply = client.write("PUT", address, body)
        if reply.cause is not Cause.LOST or reply.status in (200, 500):
            return reply
        client.patience.wait(pause, f"{client.endpoint}: {reply.gist}", reply.message)
    return client.write("PUT", address, body)
