"""The endpoints of peregrine: queries, the schema, counts per project."""

from __future__ import annotations

import json
from typing import Any

from graphql import get_introspection_query, graphql_sync
from werkzeug.wrappers import Response

from sds2gen3.sandbox.bodies import parse_json
from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.graph.schema import build
from sds2gen3.sandbox.graph.selection import Asker
from sds2gen3.sandbox.graph.texts import text
from sds2gen3.sandbox.http import Call, answer, not_allowed


def graphql(commons: Commons, call: Call) -> Response:
    """`POST …/graphql`: 200 with data, or 400 where anything went wrong, with what there is and texts [A00-A53]."""
    if call.request.method != "POST":
        raise not_allowed()
    user = commons.lister(call)
    payload = parse_json(call.request.get_data(as_text=True))
    query = payload.get("query") if isinstance(payload, dict) else None
    if not isinstance(query, str):
        return answer({"data": None, "errors": ["The query must be a string"]}, 400)
    asker = Asker(commons, tuple(commons.readable(user)))
    variables = _variables(payload.get("variables"))
    schema = build(commons.schemas)
    result = graphql_sync(schema, query, context_value=asker, variable_values=variables)
    if result.errors:
        return answer({"data": result.data, "errors": [text(error, schema) for error in result.errors]}, 400)
    return answer({"data": result.data})


def _variables(given: Any) -> dict[str, Any]:
    """As an object, or as its JSON text, which some clients send [A37, A38]."""
    read = json.loads(given) if isinstance(given, str) and given else given
    return read if isinstance(read, dict) else {}


def get_schema(commons: Commons, call: Call) -> Response:
    """`GET …/getschema`: the answer to the introspection query; no token is asked for [A50]."""
    result = graphql_sync(build(commons.schemas), get_introspection_query())
    return answer({"data": result.data})


def datasets(commons: Commons, call: Call) -> Response:
    """`GET /v0/datasets?nodes=a,b`: how many records each project has of some nodes [A54]."""
    user = commons.lister(call)
    nodes = [one for one in call.request.args.get("nodes", "").split(",") if one]
    counts = {
        project: {node: commons.store.count(node, projects=[project]) for node in nodes}
        for project in commons.readable(user)
    }
    return answer(counts)
