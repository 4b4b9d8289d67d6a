"""Which path and method goes to which handler (contract section 1)."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from sds2gen3.sandbox import committing, projects, records, templates
from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.deleting import delete_records
from sds2gen3.sandbox.export import export
from sds2gen3.sandbox.graph import endpoints
from sds2gen3.sandbox.http import Call
from sds2gen3.sandbox.tokens import give_access_token

Handler = Callable[[Commons, Call], Response]

_PROJECT = "/<program>/<project>"
_WHERE = ("/v0/submission", "/submission")
_BOTH = ("PUT", "POST")
_ALL = ("PUT", "POST", "PATCH")


def _token(commons: Commons, call: Call) -> Response:
    return give_access_token(call, commons.tokens)


_SUBMISSION: tuple[tuple[str, tuple[str, ...], Handler], ...] = (
    ("/", ("GET",), projects.list_programs),
    ("/", _ALL, projects.put_program),
    ("/graphql", ("GET", "POST", "PUT", "PATCH", "DELETE"), endpoints.graphql),
    ("/getschema", ("GET",), endpoints.get_schema),
    ("/_dictionary", ("GET",), templates.dictionary),
    ("/_dictionary/<entry>", ("GET",), templates.dictionary_entry),
    ("/template", ("GET",), templates.templates),
    ("/template/<node>", ("GET",), templates.template),
    ("/<program>", ("GET",), projects.list_projects),
    ("/<program>", _ALL, projects.put_project),
    ("/<program>", ("DELETE",), projects.delete_program),
    (_PROJECT, _BOTH, records.send),
    (_PROJECT, ("DELETE",), projects.delete_project),
    (f"{_PROJECT}/_dry_run", _BOTH, records.try_out),
    (f"{_PROJECT}/bulk", _BOTH, records.send_bulk),
    (f"{_PROJECT}/bulk/_dry_run", _BOTH, records.send_bulk),
    (f"{_PROJECT}/_dictionary", ("GET",), templates.dictionary),
    (f"{_PROJECT}/_dictionary/<entry>", ("GET",), templates.dictionary_entry),
    (f"{_PROJECT}/template", ("GET",), templates.templates),
    (f"{_PROJECT}/template/<node>", ("GET",), templates.template),
    (f"{_PROJECT}/entities/<ids>", ("GET",), records.read_records),
    (f"{_PROJECT}/entities/<ids>", ("DELETE",), delete_records(dry_run=False)),
    (f"{_PROJECT}/entities/_dry_run/<ids>", ("DELETE",), delete_records(dry_run=True)),
    (f"{_PROJECT}/export", ("GET", "POST"), export),
    (f"{_PROJECT}/transactions/<int:transaction>/commit", _BOTH, committing.commit),
    (f"{_PROJECT}/transactions/<int:transaction>/close", _BOTH, committing.close),
    (f"{_PROJECT}/review", _BOTH, committing.move("review", "review", "open", dry_run=False)),
    (f"{_PROJECT}/review/_dry_run", _BOTH, committing.move("review", "review", "open", dry_run=True)),
    (f"{_PROJECT}/open", _BOTH, committing.move("open", "open", "review", dry_run=False)),
    (f"{_PROJECT}/open/_dry_run", _BOTH, committing.move("open", "open", "review", dry_run=True)),
    (f"{_PROJECT}/submit", _BOTH, committing.submit),
    (f"{_PROJECT}/release", _BOTH, committing.release),
)
_OTHER: tuple[tuple[str, tuple[str, ...], Handler], ...] = (
    ("/user/credentials/cdis/access_token", ("POST",), _token),
    ("/user/credentials/api/access_token", ("POST",), _token),
    ("/v0/datasets", ("GET",), endpoints.datasets),
)


def routes() -> Map:
    """The map of all paths, with and without '/api', under '/v0/submission' and '/submission'."""
    found = [(f"{where}{path}", methods, handler) for path, methods, handler in _SUBMISSION for where in _WHERE]
    found += _OTHER
    rules = [
        Rule(front + path, methods=methods, endpoint=handler)
        for path, methods, handler in found
        for front in ("", "/api")
    ]
    return Map(rules, strict_slashes=False, merge_slashes=False)
