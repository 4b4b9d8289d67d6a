"""The captured exchanges of the real server, in the order in which they were made, sent to a sandbox and compared."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import requests

from sds2gen3.sandbox import Sandbox

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+(\+00:00)?")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_LEFT_OUT = re.compile(r"\.\.\. (-?\d+) more left out of this capture \.\.\.")
_COUNTED = ("transaction_id", "committed_by")
"""Numbers that depend on what was sent between the captures."""


@dataclass(frozen=True)
class Exchange:
    """One captured request with its response; `number` is what the contract quotes, `name` the whole file name."""

    name: str
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    when: float

    @property
    def number(self) -> str:
        head, _, rest = self.name.partition("-")
        return f"{head}-{rest[-2:]}" if head.startswith("C") else head


def load(folder: Path) -> list[Exchange]:
    """All exchanges in the order in which they were made: by the second of the answer, then by number."""
    found: list[Exchange] = []
    for path in sorted(folder.glob("*.json"), key=lambda path: path.stem.partition("-")[0]):
        if path.name.startswith("_"):
            continue
        data = json.loads(path.read_text(encoding="utf-8"))
        response = data["response"]
        date = response.get("headers", {}).get("Date")
        when = parsedate_to_datetime(date).timestamp() if date else found[-1].when
        found.append(Exchange(path.stem, data.get("request", {}), response, when))
    return sorted(found, key=lambda one: (one.when, one.number))


@dataclass
class Replay:
    """A sandbox that the exchanges are sent to, and which of its ids stands for which of the real server's."""

    sandbox: Sandbox
    exchanges: Mapping[str, Exchange]
    tokens: Mapping[str, Callable[[Sandbox], str | None]]
    of_its_own: Mapping[str, tuple[str, ...]]
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.session = self.sandbox.session()
        self.token = {user: self.sandbox.token(user) for user in ("admin", "writer", "reader", "nobody")}

    def put(self, path: str, body: Any) -> dict[str, Any]:
        """Something that was done between the captures; returns the answer."""
        answer: dict[str, Any] = self.ask("PUT", path, body).json()
        return answer

    def ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"bearer {self.token['admin']}"}
        url = f"{self.sandbox.url}/v0/submission/{path}"
        answer = self.session.request(method, url, json=body, headers=headers)
        assert answer.ok, answer.text
        return answer

    def send(self, exchange: Exchange, body: Any = None) -> requests.Response:
        """Send the request as it was captured, with the sandbox's own ids and tokens; `body` in place of its own."""
        request = exchange.request or _as_of(exchange, self.token["admin"])
        headers = {name: value for name, value in request["headers"].items() if name != "Authorization"}
        token = self._authorization(exchange, request)
        if token is not None:
            headers["Authorization"] = token
        given = request.get("body") if body is None else body
        content = given if isinstance(given, str) or given is None else json.dumps(given)
        data = self._own_ids(content).encode(_encoding(exchange)) if content is not None else None
        url = self.sandbox.url + self._own_ids(request["path"])
        query = {key: self._own_ids(str(value)) for key, value in (request.get("query") or {}).items()}
        asked = requests.Request(request["method"], url, headers=headers, params=query, data=data).prepare()
        if "Content-Type" not in headers:
            asked.headers.pop("Content-Type", None)
        return self.session.send(asked, stream=True)

    def compare(self, exchange: Exchange, answer: requests.Response) -> list[str]:
        """What differs: status, content type, body."""
        real = exchange.response
        found = []
        status = real.get("status", real["body"].get("code") if isinstance(real["body"], dict) else None)
        if answer.status_code != status:
            found.append(f"status {answer.status_code} instead of {status}: {_shown(answer)[:300]}")
            return found
        kind = real.get("headers", {}).get("Content-Type")
        if kind and answer.headers.get("Content-Type") != kind:
            found.append(f"Content-Type {answer.headers.get('Content-Type')} instead of {kind}")
        return found + list(self._bodies(exchange, answer))

    def _bodies(self, exchange: Exchange, answer: requests.Response) -> Iterator[str]:
        wanted, given = exchange.response["body"], _body(answer)
        if isinstance(wanted, str) and wanted.startswith("<binary"):
            if answer.content[:2] != b"\x1f\x8b":
                yield "body is no gzip file"
            return
        self._learn(wanted, given)
        if exchange.number == "A50":
            yield from schema_differences(wanted, given)
            return
        own = self.of_its_own.get(exchange.number, ())
        yield from differences(plain(wanted, own), plain(given, own), unordered(exchange))

    def _learn(self, real: Any, own: Any) -> None:
        """Pair the ids of the answer with ours, wherever they stand at the same place or under the same key."""
        if isinstance(real, dict) and isinstance(own, dict):
            for key in real.keys() & own.keys():
                self._learn(real[key], own[key])
        elif isinstance(real, list) and isinstance(own, list):
            for one, other in _pairs(real, own):
                self._learn(one, other)
        elif isinstance(real, str) and isinstance(own, str) and plain(real) == plain(own):
            for one, other in zip(UUID.findall(real), UUID.findall(own), strict=True):
                self.ids.setdefault(one, other)

    def _own_ids(self, text: str) -> str:
        return UUID.sub(lambda match: self.ids.get(match.group(), match.group()), text)

    def _authorization(self, exchange: Exchange, request: Mapping[str, Any]) -> str | None:
        given = request["headers"].get("Authorization")
        if exchange.number in self.tokens:
            return self.tokens[exchange.number](self.sandbox)
        user = re.search(r"access token of user '(\w+)'", given or "")
        return f"bearer {self.token[user.group(1)]}" if user else given


def _as_of(exchange: Exchange, token: str) -> dict[str, Any]:
    """The request of a capture that holds the answer only: a PUT into the project that it tells of."""
    program, _, project = exchange.response["body"]["entities"][0]["unique_keys"][0]["project_id"].partition("-")
    headers = {"Content-Type": "application/json", "Authorization": f"bearer {token}"}
    return {"method": "PUT", "path": f"/v0/submission/{program}/{project}", "headers": headers}


def _encoding(exchange: Exchange) -> str:
    return "latin-1" if "latin1" in exchange.name else "utf-8"


def _shown(answer: requests.Response) -> str:
    body = _body(answer)
    return body if isinstance(body, str) else json.dumps(body)


def _body(answer: requests.Response) -> Any:
    try:
        text = answer.content.decode("utf-8", "replace")
    except requests.exceptions.ChunkedEncodingError:
        return "<stream broken: Response ended prematurely>"
    try:
        return json.loads(text)
    except ValueError:
        return text


def _pairs(real: list[Any], own: list[Any]) -> Iterator[tuple[Any, Any]]:
    """The items of two lists, records by their names: their order goes by random ids."""
    mine = {_record_name(item): item for item in own}
    for number, item in enumerate(real):
        name = _record_name(item)
        if name is None and number < len(own):
            yield item, own[number]
        elif name is not None and name in mine:
            yield item, mine[name]


def _record_name(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    inner = item.get("properties", item)
    named = [inner.get(key) for key in ("type", "submitter_id", "unique_keys", "code") if inner.get(key)]
    return json.dumps(named) if named else None


def unordered(exchange: Exchange) -> bool:
    """Whether the server answers in no order of its own: by random id, or as the database likes."""
    path, body = exchange.request.get("path", ""), exchange.request.get("body") or {}
    query = body.get("query", "") if isinstance(body, dict) else ""
    words = ("/export", "/entities/", "_dictionary", "/template", "/datasets")
    return any(word in path for word in words) or ("graphql" in path and "order_by" not in query)


def plain(value: Any, own: tuple[str, ...] = ()) -> Any:
    """The value without what differs from server to server: ids, times, numbers of transactions, and the keys `own`."""
    if isinstance(value, dict):
        return {
            name: "<own>" if name in (*_COUNTED, *own) and item else plain(item, own) for name, item in value.items()
        }
    if isinstance(value, list):
        return [plain(item, own) for item in value]
    if isinstance(value, str):
        if value.startswith("[{'"):
            return literal_eval(value)
        return _TOKEN.sub("<JWT>", _TIME.sub("<time>", UUID.sub("<uuid>", value)))
    return value


def differences(wanted: Any, given: Any, loose: bool, where: str = "") -> Iterator[str]:
    """Where the values differ; lists of objects in any order where `loose`, captured in part where some are left out."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        for name in sorted(wanted.keys() | given.keys()):
            if name not in wanted or name not in given:
                yield f"{where}.{name} is {'missing' if name in wanted else 'too much'}"
            else:
                yield from differences(wanted[name], given[name], loose, f"{where}.{name}")
    elif isinstance(wanted, list) and isinstance(given, list):
        yield from _lists(wanted, given, loose, where)
    elif loose and isinstance(wanted, str) and isinstance(given, str):
        if sorted(wanted.splitlines()) != sorted(given.splitlines()):
            yield f"{where}: {given!r} instead of {wanted!r}"
    elif wanted != given or type(wanted) is not type(given):
        yield f"{where}: {given!r} instead of {wanted!r}"


def _lists(wanted: list[Any], given: list[Any], loose: bool, where: str) -> Iterator[str]:
    left_out = _LEFT_OUT.fullmatch(wanted[-1]) if wanted and isinstance(wanted[-1], str) else None
    if left_out:
        wanted = wanted[:-1]
        if len(given) != len(wanted) + int(left_out.group(1)):
            yield f"{where}: {len(given)} items instead of {len(wanted) + int(left_out.group(1))}"
        if loose:
            lost = [item for item in wanted if item not in given]
            yield from (f"{where}: {item!r} is missing" for item in lost)
            return
        given = given[: len(wanted)]
    if len(wanted) != len(given):
        yield f"{where}: {len(given)} items instead of {len(wanted)}: {given!r} instead of {wanted!r}"[:1500]
        return
    if loose:
        wanted, given = (sorted(items, key=lambda item: json.dumps(item, sort_keys=True)) for items in (wanted, given))
    for number, (one, other) in enumerate(zip(wanted, given, strict=True)):
        yield from differences(one, other, loose, f"{where}[{number}]")


def schema_differences(wanted: Any, given: Any) -> Iterator[str]:
    """What differs in the types that the capture holds: names of fields, their types, names and types of arguments.

    Descriptions, directives and defaults are the library's, which is another one.
    """
    own = {type_["name"]: type_ for type_ in given["data"]["__schema"]["types"]}
    for type_ in wanted["data"]["__schema"]["types"]:
        if isinstance(type_, dict) and type_["kind"] == "OBJECT":
            fields = {field["name"]: field for field in (own.get(type_["name"]) or {}).get("fields") or ()}
            for field in type_["fields"]:
                if isinstance(field, dict) and _signature(field) != _signature(fields.get(field["name"])):
                    yield f"{type_['name']}.{field['name']}: {_signature(fields.get(field['name']))} for {_signature(field)}"


def _signature(field: Mapping[str, Any] | None) -> Any:
    if field is None:
        return None
    arguments = sorted((one["name"], _named(one["type"])) for one in field["args"] if isinstance(one, dict))
    return _named(field["type"]), arguments


def _named(type_: Mapping[str, Any]) -> str:
    return str(type_["name"] or f"[{_named(type_['ofType'])}]")
