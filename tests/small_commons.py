"""The smallest honest double of a commons for the client's tests: it upserts, merges, adds links, exports, deletes, logs.

It checks nothing but links, so that a test sees what the client sends. Faults are put in front of it: see `Fault`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from commons_graphs import DICTIONARY, SERVED
from stub_commons import Answer, Clock, Stub, token

from sds2gen3.commons.client import Client, connect
from sds2gen3.commons.credentials import parse
from sds2gen3.commons.diff import Diff, compare
from sds2gen3.commons.project import Project
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.model import Graph

GENERIC = {"error": "service failure - try again later"}
Fault = Callable[["SmallCommons", list[dict[str, Any]]], Answer | Exception | None]
"""Called with the records of each PUT; an answer (or exception) given back is what the client gets."""


class SmallCommons:
    """`records[node, lower id]` are the stored records, links as sets of lower ids; `puts` the bodies that arrived."""

    def __init__(self, dictionary: Dictionary, served: bytes = b"{}", state: str = "open") -> None:
        self.dictionary = dictionary
        self.served = served
        self.state = state
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.logs: dict[int, str] = {}
        self.puts: list[list[dict[str, Any]]] = []
        self.deleted: list[list[str]] = []
        self.faults: list[Fault] = []
        self.away = False
        self.clock = Clock()
        self.stub = Stub(self.answer)

    def client(self, **patience: Any) -> Client:
        credentials = parse(token(at=self.clock.time, life=10**8), "stdin")
        return connect(credentials, adapter=self.stub, patience=self.clock.patience(**patience))

    def answer(self, request: requests.PreparedRequest) -> Answer:
        if self.away:
            raise requests.ConnectionError
        parts = urlsplit(request.url or "")
        steps = [unquote(step) for step in str(parts.path).removeprefix("/api/v0/submission").strip("/").split("/")]
        if request.method == "PUT":
            return self.put(json.loads(request.body or b""), dry="_dry_run" in steps)
        if request.method == "DELETE":
            return self.delete(steps[-1].split(","))
        if steps[-1] == "export":
            return Answer(200, {"data": self.export(parse_qs(str(parts.query))["node_label"][0])})
        if steps[-1] == "graphql":
            return self.graphql(json.loads(request.body or b"")["query"])
        if steps[0] == "_dictionary":
            return Answer(200, self.served)
        return Answer(200, {"links": ["/v0/submission/prog" if steps == [""] else "/v0/submission/prog/proj"]})

    def put(self, body: list[dict[str, Any]], dry: bool = False) -> Answer:
        self.puts.append(body)
        for fault in list(self.faults):
            answer = fault(self, body)
            if isinstance(answer, Exception):
                raise answer
            if answer is not None:
                return answer
        return self.store(body)

    def store(self, body: list[dict[str, Any]]) -> Answer:
        """What the server does with a PUT; atomic."""
        number = len(self.logs) + 1
        names = Counter(record["submitter_id"] for record in body)
        twice = [{"type": "NOT_UNIQUE", "message": f"Entity is not unique, {one}"} for one in names if names[one] > 1]
        entities = [self.entity(record, {self.key(one) for one in body}) for record in body]
        errors = sum(not one["valid"] for one in entities) + len(twice)
        self.logs[number] = "FAILED" if errors else "SUCCEEDED"
        if not errors:
            for record in body:
                self.merge(record)
        answer = {"success": not errors, "transaction_id": number, "entities": entities, "transactional_errors": twice}
        return Answer(400 if errors else 200, answer)

    def key(self, record: dict[str, Any]) -> tuple[str, str]:
        return record["type"], record["submitter_id"].lower()

    def entity(self, record: dict[str, Any], sent: set[tuple[str, str]]) -> dict[str, Any]:
        node = self.dictionary.nodes[record["type"]]
        errors = []
        for link in node.links.values():
            there = self.records.get(self.key(record), {}).get(link.name, set())
            wanted = self.targets(record.get(link.name), link.target)
            missing = {one for one in wanted if (link.target, one) not in self.records.keys() | sent}
            if missing and link.target != "project":
                errors.append(
                    {"type": "INVALID_LINK", "keys": [link.name], "message": f"No link destination {missing}"}
                )
            if len(wanted | there) > 1 and not link.to_many:
                errors.append({"type": "INVALID_LINK", "keys": [link.name], "message": "has to be many_to_one"})
        return {
            "type": record["type"],
            "valid": not errors,
            "errors": errors,
            "action": "update" if self.key(record) in self.records else "create",
            "id": self.id(self.key(record)),
            "unique_keys": [{"project_id": "prog-proj", "submitter_id": record["submitter_id"]}],
        }

    def merge(self, record: dict[str, Any]) -> None:
        node = self.dictionary.nodes[record["type"]]
        stored = self.records.setdefault(self.key(record), {})
        for name, value in record.items():
            if name in node.links and value is not None:
                stored[name] = stored.get(name, set()) | self.targets(value, node.links[name].target)
            elif value is None:
                stored.pop(name, None)
            else:
                stored[name] = value

    def targets(self, value: Any, target: str) -> set[str]:
        key = "code" if target == "project" else "submitter_id"
        return {one[key].lower() for one in (value if isinstance(value, list) else [value] if value else [])}

    def id(self, key: tuple[str, str]) -> str:
        return f"id-{key[0]}-{key[1]}"

    def export(self, node: str) -> list[dict[str, Any]]:
        links = self.dictionary.nodes[node].links
        found = []
        for key, record in sorted(self.records.items(), key=lambda one: one[0]):
            if key[0] == node:
                shown = {name: value for name, value in record.items() if name not in links}
                for name, link in links.items():
                    word = "code" if link.target == "project" else "submitter_id"
                    ids = sorted(record.get(name, ()))
                    shown[name] = [{"node_id": self.id((link.target, one)), word: one} for one in [*ids, *ids[:1]]]
                found.append({**shown, "id": self.id(key), "project_id": "prog-proj"})
        return found

    def delete(self, ids: list[str]) -> Answer:
        self.deleted.append(ids)
        keys = {self.id(key): key for key in self.records}
        entities: list[dict[str, Any]] = []
        for id in ids:
            below = [
                key for key, one in self.records.items() if self.id(key) not in ids and self.links_to(key, one, id)
            ]
            if id not in keys:
                entities.append({"errors": [{"type": "NOT_FOUND", "keys": ["id"], "message": "Entity not found."}]})
            elif below:
                entities.append({"errors": [{"type": "INVALID_LINK", "keys": [], "message": f"depends {below}"}]})
        if not entities:
            for id in ids:
                del self.records[keys[id]]
        return Answer(400 if entities else 200, {"success": not entities, "transaction_id": 1, "entities": entities})

    def links_to(self, key: tuple[str, str], record: dict[str, Any], id: str) -> bool:
        links = self.dictionary.nodes[key[0]].links.values()
        return any(self.id((link.target, one)) == id for link in links for one in record.get(link.name, ()))

    def graphql(self, query: str) -> Answer:
        if "transaction_log" in query:
            asked = [int(found) for found in re.findall(r"id: (\d+)", query)]
            return Answer(200, {"data": {f"t{number}": [{"state": self.logs[number]}] for number in asked}})
        return Answer(200, {"data": {"project": [{"state": self.state}]}})


def once(fault: Fault) -> Fault:
    """The fault, the first time only."""

    def first(commons: SmallCommons, body: list[dict[str, Any]]) -> Answer | Exception | None:
        commons.faults.remove(first)
        return fault(commons, body)

    return first


def commons_with(*graphs: Graph) -> SmallCommons:
    """A commons that holds these Graphs."""
    commons = SmallCommons(DICTIONARY, SERVED)
    for one in graphs:
        for node in one.nodes.values():
            commons.store(list(node.records()))
    return commons


def diff(there: Graph | SmallCommons, here: Graph) -> Diff:
    """What `here` differs in from what is `there`."""
    commons = there if isinstance(there, SmallCommons) else commons_with(there)
    return compare(here, DICTIONARY, Project(commons.client(), "prog", "proj"))
