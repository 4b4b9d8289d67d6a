"""Dry runs committed or closed, and projects moved from state to state (contract sections 5 and 10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from sds2gen3.sandbox.access import CREATE, DELETE, RELEASE, UPDATE
from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.http import Call, Refusal, answer
from sds2gen3.sandbox.logs import SUCCEEDED, Log
from sds2gen3.sandbox.upload import Purpose

Handler = Callable[[Commons, Call], Response]


def commit(commons: Commons, call: Call) -> Response:
    """Send what was sent in the dry run again, as a new transaction [404-408, 412, 415, 416]."""
    project = commons.known_project(call)
    user = commons.allowed(call, CREATE, UPDATE, DELETE, RELEASE, "review", "submit")
    log = _log(commons, call, "with id:")
    if log.state != SUCCEEDED:
        raise Refusal(400, f"Unable to commit transaction log in state {log.state}.")
    if log.closed:
        raise Refusal(400, "Unable to commit closed transaction log.")
    if log.committed_by is not None:
        raise Refusal(400, f"This transaction_log was committed already by transaction '{log.committed_by}'.")
    if not log.dry_run:
        raise Refusal(400, f"Cannot submit transaction_log '{log.id}', not a dry_run.")
    if log.project_id != call.project_id:
        raise Refusal(400, f"Cannot submit transaction_log '{log.id}', in project {call.project_id}.")
    commons.require_state(project, call, "open")
    purpose = Purpose(call.program, call.project, log.role, False, user)
    document = {"name": None, "doc_format": "json", "doc_size": len(str(log.canonical))}
    transaction = commons.uploads.run(purpose, log.canonical, document)
    commons.logs.committed(log.id, transaction.id)
    return answer(transaction.answer(), transaction.status)


def close(commons: Commons, call: Call) -> Response:
    """Close a dry run, so that nobody can commit it [410, 411, 413, 414]."""
    commons.known_project(call)
    commons.allowed(call, UPDATE)
    log = _log(commons, call, "with id")
    if log.closed:
        raise Refusal(400, "This transaction log is already closed.")
    if not log.dry_run:
        raise Refusal(400, "This transaction log is not a dry run. Closing it would have no effect.")
    if log.committed_by is not None:
        told = f"This transaction log has already been committed by transaction {log.committed_by}."
        raise Refusal(400, told)
    commons.logs.close(log.id)
    return answer({"code": 200, "message": "Closed transaction.", "transaction_id": log.id})


def _log(commons: Commons, call: Call, how: str) -> Log:
    number = int(call.path["transaction"])
    log = commons.logs.get(number)
    if log is None:
        raise Refusal(404, f"Unable to find transaction_log {how} {number} for project {call.project_id}")
    return log


def move(role: str, state: str, required: str, dry_run: bool) -> Handler:
    """The handler that moves a project from one state to another: review and open [872-887]."""

    def handle(commons: Commons, call: Call) -> Response:
        project = commons.known_project(call)
        user = commons.allowed(call, RELEASE)
        commons.require_state(project, call, required)
        number = commons.logs.open(call.program, call.project, role, dry_run)
        if dry_run:
            message = f"Dry run successful. Would have successfully transitioned project state to '{state}'"
        else:
            message = f"Successfully transitioned project state to '{state}'"
            project.props["state"] = state
            commons.store.update(project, [project.props["code"]])
        body = _told(number, message)
        commons.logs.keep(number, [], {"name": None, "doc_format": "N/A", "doc_size": 0})
        commons.logs.end(number, SUCCEEDED, user, body)
        return answer(body)

    return handle


def submit(commons: Commons, call: Call) -> Response:
    """Broken in this version of the server: 500 from the right state too [873, 885]."""
    project = commons.known_project(call)
    commons.allowed(call, RELEASE)
    commons.require_state(project, call, "review")
    raise Refusal(500, "internal server error")


def release(commons: Commons, call: Call) -> Response:
    """Never possible, because nothing can be submitted first [874, 893]."""
    project = commons.known_project(call)
    commons.allowed(call, RELEASE)
    commons.require_state(project, call, "open", "review", "submitted", "processing")
    number = commons.logs.open(call.program, call.project, "release")
    message = "Project is not releasable. Project must be submitted at least once first."
    body = _told(number, "Release transaction failed.", {"message": message})
    return answer(body, 400)


def _told(number: int, message: str, *errors: dict[str, Any]) -> dict[str, Any]:
    return {
        "transaction_id": number,
        "success": not errors,
        "code": 400 if errors else 200,
        "message": message,
        "entities": [],
        "entity_error_count": 0,
        "transactional_errors": list(errors),
        "transactional_error_count": len(errors),
    }
