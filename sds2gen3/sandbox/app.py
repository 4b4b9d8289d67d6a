"""The WSGI application: a request comes in, a fault may befall it, a handler answers, the front has the last word."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Request, Response

from sds2gen3.sandbox.bodies import documents
from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.faults import Fault, Faults
from sds2gen3.sandbox.http import (
    Call,
    ConnectionCut,
    Refusal,
    answer,
    generic,
    gunicorn_page,
    not_allowed,
    too_large,
)
from sds2gen3.sandbox.logs import ERRORED
from sds2gen3.sandbox.records import send
from sds2gen3.sandbox.routes import routes
from sds2gen3.sandbox.tokens import page
from sds2gen3.sandbox.upload import SORRY, Purpose

_LONGEST_LINE = 4_094
_COUNTED_LINE = 8_192
"""gunicorn reads no further to say how long the line is [7234]."""
_UNABLE = "Unable to write to database, please try again"
_NOT_FOUND = (
    "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try "
    "again."
)


class App:
    """A WSGI callable. Requests are handled one after the other, each while it holds the `lock`."""

    def __init__(self, commons: Commons, faults: Faults) -> None:
        self._commons = commons
        self._faults = faults
        self._routes = routes()
        self.lock = threading.RLock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._respond(request)
        except ConnectionCut:
            _hang_up(environ)
            raise
        return response(environ, start)

    def _respond(self, request: Request) -> Response:
        if self._faults.dead:
            raise ConnectionCut
        line = f"{request.method} {request.environ.get('REQUEST_URI') or request.full_path} HTTP/1.1"
        if len(line) > _LONGEST_LINE:
            text = f"Request Line is too large ({min(len(line), _COUNTED_LINE)} &gt; {_LONGEST_LINE})"
            return gunicorn_page(400, "Bad Request", text)
        if not _is_login(request.path) and self._faults.of_size(request.content_length or 0):
            return too_large()
        started = time.monotonic()
        with self.lock:
            response = self._handle(request)
        self._take_time(request, started)
        if request.path.startswith("/api/") and response.status_code >= 500:
            return generic(response.status_code)
        return response

    def _handle(self, request: Request) -> Response:
        adapter = self._routes.bind("localhost", path_info=request.path, default_method=request.method)
        try:
            handler, path = adapter.match()
            call = Call(request, path)
            return self._befall(handler, call)
        except Refusal as refusal:
            return _refused(refusal)
        except MethodNotAllowed:
            return _refused(not_allowed())
        except HTTPException:
            return _refused(Refusal(404, _NOT_FOUND))

    def _befall(self, handler: Any, call: Call) -> Response:
        """Handle the call, unless or until a fault that is due befalls it."""
        if _is_login(call.route):
            fault = self._faults.next("token")
            return page(int(fault.value or 500), "Internal Server Error") if fault else handler(self._commons, call)
        fault = self._faults.next("any")
        if fault is not None and fault.kind == "rate-limit":
            return _slow_down(fault)
        if fault is not None:
            self._commons.tokens.expire(call.request.headers.get("Authorization", "").partition(" ")[2])
        fault = self._faults.next("write") if handler is send else None
        return self._fail(fault, handler, call) if fault else handler(self._commons, call)

    def _fail(self, fault: Fault, handler: Any, call: Call) -> Response:
        kind = fault.kind
        if kind == "too-large":
            return too_large()
        if kind == "service-failure":
            return generic(int(fault.value or 502))
        if kind == "timeout-lost":
            return generic(504)
        if kind in ("cut", "die"):
            self._faults.dead = kind == "die"
            raise ConnectionCut
        if kind == "false-success":
            call.request.environ["sandbox.undo"] = True
        if kind in ("deadlock", "write-failed", "worker-killed"):
            return self._undone(fault, call)
        response: Response = handler(self._commons, call)
        if kind == "timeout-written":
            return generic(504)
        if kind == "cut-written":
            raise ConnectionCut
        if kind == "race":
            return _lost_race(response)
        if kind == "cut-body":
            response.response = _half(response.get_data(), call.request.environ)
        return response

    def _undone(self, fault: Fault, call: Call) -> Response:
        """The write is tried and taken back; the log stays PENDING or says ERRORED."""
        purpose, docs, document = self._purpose(call)
        transaction = self._commons.uploads.run(purpose, docs, document, undo=True)
        if fault.kind == "worker-killed":
            return gunicorn_page(500, "Internal Server Error")
        if fault.kind == "deadlock":
            # Those that the database had not been asked about yet say nothing [C03].
            reached = len(transaction.entities) // 2 if fault.value is None else int(fault.value)
            for entity in transaction.entities[reached:]:
                entity.action = entity.id = None
        transaction.errors.append(SORRY if fault.kind == "deadlock" else _UNABLE)
        self._commons.logs.end(transaction.id, ERRORED, purpose.submitter, transaction.answer())
        return answer(transaction.answer(), transaction.status)

    def _purpose(self, call: Call) -> tuple[Purpose, Any, dict[str, Any]]:
        project = self._commons.known_project(call)
        create = call.request.method == "POST"
        user = self._commons.allowed(call, *(("create",) if create else ("create", "update")))
        self._commons.require_state(project, call, "open")
        docs, document = documents(call, self._commons.schemas)
        return Purpose(call.program, call.project, "create" if create else "update", False, user), docs, document

    def _take_time(self, request: Request, started: float) -> None:
        """Make a write take as long as the latency says, the work itself included."""
        seconds = self._faults.seconds_per_record()
        if seconds and request.method in ("PUT", "POST") and request.is_json:
            body = request.get_json(silent=True)
            records = len(body) if isinstance(body, list) else 1
            time.sleep(max(0.0, seconds * records - (time.monotonic() - started)))


def _refused(refusal: Refusal) -> Response:
    return answer(refusal.body, refusal.status)


def _is_login(path: str) -> bool:
    """Whether this is the token endpoint: faults of the submission service do not befall it."""
    return "/access_token" in path


def _slow_down(fault: Fault) -> Response:
    seconds = str(int(fault.value or 1))
    headers = {"Retry-After": seconds, "X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0"}
    response = answer({"message": "Too Many Requests"}, 429)
    response.headers.extend({**headers, "X-RateLimit-Reset": seconds})
    return response


def _lost_race(response: Response) -> Response:
    """What the loser is told whose new records were written by another request at the same time [C01, C02]."""
    told = json.loads(response.get_data())
    if not told.get("success"):
        return response
    for entity in told["entities"]:
        keys = entity["unique_keys"][0] if entity["unique_keys"] else {}
        message = f"{entity['type']} with {keys} already exists in the DB"
        entity.update(valid=False, errors=[{"message": message, "keys": list(keys), "type": "ERROR"}])
    count = len(told["entities"])
    aborted = f"Transaction aborted due to {count} invalid {'entities' if count > 1 else 'entity'}."
    told |= {"success": False, "code": 400, "message": aborted, "entity_error_count": count}
    return answer({**told, "created_entity_count": 0, "updated_entity_count": 0}, 400)


def _half(body: bytes, environ: dict[str, Any]) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    _hang_up(environ)
    raise ConnectionCut


def _hang_up(environ: dict[str, Any]) -> None:
    """Close the socket under the answer, where there is one."""
    socket = environ.get("werkzeug.socket")
    if socket is not None:
        socket.shutdown(2)
