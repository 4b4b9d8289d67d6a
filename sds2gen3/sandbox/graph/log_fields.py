"""`transaction_log`: what became of each transaction, and the answer that was given [A21-A25]."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLString,
)

from sds2gen3.sandbox.graph.selection import DEFAULT_FIRST, Asker
from sds2gen3.sandbox.logs import SUCCEEDED, Log

_STRINGS = GraphQLList(GraphQLString)
_UPLOADS = ("create", "update")


def log_arguments() -> dict[str, GraphQLArgument]:
    texts = ("type", "project", "program", "order_by_asc", "order_by_desc", "state")
    found = {name: GraphQLArgument(GraphQLString) for name in texts}
    found |= {name: GraphQLArgument(GraphQLID) for name in ("id", "quick_search", "committed_by")}
    found |= {name: GraphQLArgument(_STRINGS) for name in ("project_id", "related_cases", "entities")}
    found |= {name: GraphQLArgument(GraphQLInt) for name in ("first", "last", "offset")}
    return found | {name: GraphQLArgument(GraphQLBoolean) for name in ("is_dry_run", "closed", "committable")}


@cache
def log_type() -> GraphQLObjectType:
    """The type TransactionLog and what is in it."""
    error = _object("TransactionResponseError", texts=("message", "type"), lists={"keys": _STRINGS})
    entity = _object(
        "TransactionResponseEntity",
        texts=("action", "type", "id", "unique_keys", "warnings"),
        flags=("valid",),
        lists={"errors": GraphQLList(error)},
    )
    counts = ("entity_error_count", "transactional_error_count", "code", "transactional_errors")
    response = _object(
        "TransactionResponse",
        texts=("message",),
        ids=("transaction_id",),
        numbers=(*counts, "created_entity_count", "updated_entity_count", "released_entity_count"),
        flags=("success",),
        lists={"entities": GraphQLList(entity)},
    )
    document = _object(
        "TransactionDocument",
        texts=("doc_format", "doc", "name", "response_json"),
        ids=("id", "transaction_id"),
        numbers=("doc_size",),
        lists={"response": response},
    )
    props = ("action", "old_props", "new_props")
    snapshot = _object("TransactionSnapshot", texts=props, numbers=("transaction_id",), ids=("id",))
    case = _object("TransactionResponseEntityRelatedCases", texts=("id", "submitter_id"))
    return _object(
        "TransactionLog",
        texts=(
            *("state", "type", "submitter", "role", "program", "project"),
            *("created_datetime", "canonical_json", "project_id"),
        ),
        ids=("id", "committed_by", "quick_search"),
        flags=("is_dry_run", "closed"),
        lists={
            "snapshots": GraphQLList(snapshot),
            "documents": GraphQLList(document),
            "related_cases": GraphQLList(case),
        },
    )


def resolve_logs(source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> list[dict[str, Any]]:
    """The newest first where `last` is said, else the oldest first; 10 where neither `first` nor `last` is."""
    found = _select(source, info.context, args)
    if "last" in args:
        found = found[::-1][: args["last"]]
    else:
        first = args.get("first", DEFAULT_FIRST)
        found = found[:first] if first > 0 else found
    return [_told(log) for log in found[max(args.get("offset") or 0, 0) :]]


def resolve_count(source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> int:
    return len(_select(source, info.context, args))


def _select(source: Any, asker: Asker, args: Mapping[str, Any]) -> list[Log]:
    found = [log for log in _candidates(asker, args) if log.project_id in asker.readable and _meets(log, args)]
    record = getattr(source, "record", None)
    if record is not None:
        found = [log for log in found if any(entity["id"] == record.id for entity in _entities(log))]
    for key, back in (("order_by_asc", False), ("order_by_desc", True)):
        if args.get(key):
            found.sort(key=lambda log: (getattr(log, str(args[key]), ""), log.id), reverse=back)
    return found


def _candidates(asker: Asker, args: Mapping[str, Any]) -> list[Log]:
    """All logs, or the one whose id is asked for: a client asks for each of its transactions."""
    if args.get("id") is None:
        return asker.commons.logs.all()
    log = asker.commons.logs.get(str(args["id"]))
    return [log] if log is not None else []


def _meets(log: Log, args: Mapping[str, Any]) -> bool:
    told = {**_told(log), "quick_search": str(log.id)}
    same = ("id", "quick_search", "type", "state", "project", "program", "committed_by", "is_dry_run", "closed")
    if any(told[key] != args[key] for key in same if args.get(key) is not None):
        return False
    if args.get("project_id") is not None and log.project_id not in args["project_id"]:
        return False
    if args.get("entities") is not None and not {entity["id"] for entity in _entities(log)} & set(args["entities"]):
        return False
    committable = log.dry_run and log.state == SUCCEEDED and not log.closed and log.committed_by is None
    return args.get("committable") in (None, committable)


def _entities(log: Log) -> list[dict[str, Any]]:
    response = (log.document or {}).get("response") or {}
    found: list[dict[str, Any]] = response.get("entities", []) if response.get("success") else []
    return found


def _told(log: Log) -> dict[str, Any]:
    """The fields of a log; what takes reading it is a function, which GraphQL calls where the field is asked for."""
    return {
        "id": str(log.id),
        "is_dry_run": log.dry_run,
        "closed": log.closed,
        "committed_by": str(log.committed_by) if log.committed_by is not None else None,
        "state": log.state,
        "type": "upload" if log.role in _UPLOADS else log.role,
        "submitter": log.submitter,
        "role": log.role,
        "program": log.program,
        "project": log.project,
        "project_id": log.project_id,
        "created_datetime": log.created,
        "canonical_json": lambda _: str(log.canonical),
        "related_cases": [],
        "snapshots": lambda _: [{**entity, "transaction_id": log.id} for entity in _entities(log)],
        "documents": lambda _: [_document(log)] if log.document is not None else [],
    }


def _document(log: Log) -> dict[str, Any]:
    document = log.document or {}
    response = document.get("response")
    told = {**document, "id": str(log.id), "transaction_id": str(log.id), "response_json": json.dumps(response)}
    if response is not None:
        entities = [{**one, "unique_keys": json.dumps(one["unique_keys"])} for one in response["entities"]]
        told["response"] = {**response, "entities": entities, "transactional_errors": None}
    return told


def _object(
    name: str,
    texts: tuple[str, ...] = (),
    numbers: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
    ids: tuple[str, ...] = (),
    lists: Mapping[str, Any] | None = None,
) -> GraphQLObjectType:
    kinds: dict[str, Any] = {**dict.fromkeys(texts, GraphQLString), **dict.fromkeys(numbers, GraphQLInt)}
    kinds |= {**dict.fromkeys(flags, GraphQLBoolean), **dict.fromkeys(ids, GraphQLID), **(lists or {})}
    return GraphQLObjectType(name, {key: GraphQLField(kind) for key, kind in kinds.items()})
