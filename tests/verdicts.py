"""The two judges of the test of equal verdicts: the commons (a sandbox with the parents in it) and `validate`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builders import dataset, table
from odd_values import DEEPER, OTHER_PROJECT, PROGRAM, PROJECT
from verdict_corpus import Case, Corpus, Record

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dictionary.types import NodeType
from sds2gen3.model import OMIT, Graph, NodeTable, Part
from sds2gen3.sandbox import Sandbox
from sds2gen3.validate import validate

ROOTS: Mapping[str, Record] = {
    "program": {"type": "program", "name": PROGRAM, "dbgap_accession_number": PROGRAM},
    "project": {"type": "project", "code": PROJECT, "name": PROJECT, "dbgap_accession_number": PROJECT},
}

Mark = tuple[str, str]
"""What a verdict is about: ('record', property), ('link', its name), ('id', ''), or ('body', '') for what no commons
could take whatever it is; a group of links has no name."""

Verdict = frozenset[Mark]
"""Empty for a record that is accepted."""


@dataclass(frozen=True)
class Said:
    """The answer to a case: a verdict on each record, and the server's own words."""

    verdicts: tuple[Verdict, ...]
    words: tuple[str, ...]
    spoilt: bool = False


class Commons:
    """A sandbox that judges by dry runs, so that no case is there for the next one."""

    def __init__(self, corpus: Corpus, source: Any, lonely: bool) -> None:
        self._nodes = corpus.dictionary.nodes
        self._sandbox = Sandbox(source)
        self._sandbox.ensure(PROGRAM, PROJECT)
        if not lonely:
            self._sandbox.ensure(PROGRAM, OTHER_PROJECT)
        self._session = self._sandbox.session("admin")
        self._path = f"{self._sandbox.url}/v0/submission/{PROGRAM}/{PROJECT}"
        for records in corpus.parents.values():
            self._put(self._path, records[:1] if lonely else records)
            if not lonely:
                other = f'"code": "{PROJECT}"', f'"code": "{OTHER_PROJECT}"'
                self._put(
                    self._path.replace(f"/{PROJECT}", f"/{OTHER_PROJECT}"),
                    json.loads(json.dumps(records).replace(*other)),
                )

    def _put(self, path: str, records: Sequence[Record]) -> None:
        answer = self._session.put(path, json=records)
        assert answer.ok, answer.text

    def judge(self, case: Case) -> Said:
        """What the commons says about the records of a case, sent in one request."""
        answer = self._session.put(f"{self._path}/_dry_run", data=text_of(case.records)).json()
        if "entities" not in answer:  # not even read
            return Said((frozenset({("body", "")}),) * len(case.records), (answer["message"],))
        words = [f"{each['type']} {each['keys']} {each['message']}" for e in answer["entities"] for each in e["errors"]]
        whole = [_words(error) for error in answer["transactional_errors"]]
        marks = frozenset(filter(None, map(_of_whole, whole)))
        entities = [frozenset(self._of_entity(one, case)) for one in answer["entities"]]
        if not entities:
            entities = [frozenset()] * len(case.records)
        spoilt = answer["success"] and len(case.records) > 1 and self._state(answer["transaction_id"]) != "SUCCEEDED"
        return Said(tuple(one | marks for one in entities), (*words, *whole), spoilt)

    def _state(self, transaction: int) -> str:
        query = {"query": f"{{ transaction_log(id: {transaction}) {{ state }} }}"}
        answer = self._session.post(f"{self._sandbox.url}/v0/submission/graphql", json=query).json()
        return str(answer["data"]["transaction_log"][0]["state"])

    def _of_entity(self, entity: Mapping[str, Any], case: Case) -> Iterator[Mark]:
        node = self._nodes[entity["type"] or case.node]
        for error in entity["errors"]:
            yield from _of_error(error, node, case.records)


def _of_error(error: Mapping[str, Any], node: NodeType, records: Sequence[Record]) -> Iterator[Mark]:
    message, keys = error["message"], error["keys"]
    if message.startswith("Additional properties"):
        known = node.schema["properties"]
        yield from (("record", name) for record in records for name in record if name not in known)
    elif error["type"] == "NOT_UNIQUE" or "already exists" in message:
        yield ("id", "") if f"'{PROGRAM}-{PROJECT}'" in message else ("record", "project_id")
    elif message.startswith("Cannot link entity to project"):
        yield from (("link", link.name) for link in node.links.values() if link.target == "project")
    elif message.startswith("Relationship to"):
        yield from (("link", link.name) for link in node.links.values() if link.target == message.split()[2])
    elif not keys:
        assert message.endswith("is a required property"), message
        yield about(message.split("'")[1], node)
    elif len(keys) > 1:
        yield "link", ""
    else:
        yield about(keys[0].partition(".")[0], node)


def about(name: str, node: NodeType) -> Mark:
    """The mark of a verdict on a property."""
    if name == node.key:
        return "id", ""
    return ("link" if name in node.links else "record"), name


def _words(error: Any) -> str:
    return error if isinstance(error, str) else f"{error.get('type', '')} {error['message']}"


def _of_whole(words: str) -> Mark | None:
    if "Internal server error" in words:
        return "body", ""
    if "Unable to parse entity" in words:
        return "record", "type"
    return ("id", "") if "Entity is not unique" in words else None


def text_of(records: Sequence[Record]) -> str:
    """The records as JSON, also what JSON libraries do not write: NaN, and values nested too deep for them."""
    text = json.dumps([{k: "<deeper>" if v is DEEPER else v for k, v in record.items()} for record in records])
    return text.replace('"<deeper>"', "[" * 5_000 + "]" * 5_000)


class Ours:
    """`validate` as a judge of cases, each below the parents that the commons has."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def judge(self, case: Case) -> tuple[list[Verdict], list[Diagnostic]]:
        """The verdict on each record of a case, and the findings that they are made of."""
        return self.verdicts(case.node, case.records, case.lonely)

    def verdicts(self, name: str, records: Sequence[Record], lonely: bool) -> tuple[list[Verdict], list[Diagnostic]]:
        """The verdict on each record of a node."""
        node = self._corpus.dictionary.nodes[name]
        report = validate(self._graph(name, records, lonely), self._corpus.dictionary)
        errors = [one for one in report if one.severity == Severity.ERROR]
        strange = [one for one in errors if one.node != name]
        assert not strange, strange
        first = len(self._parents(name, lonely))
        found: list[set[Mark]] = [set() for _ in range(first + len(records))]
        for one in errors:
            for row in _rows(one, len(found)):
                found[row].add(_mark(one, node))
        return [frozenset(marks) for marks in found[first:]], errors

    def _parents(self, name: str, lonely: bool) -> list[Record]:
        return self._corpus.parents.get(name, [])[: 1 if lonely else 2]

    def _graph(self, name: str, records: Sequence[Record], lonely: bool) -> Graph:
        wanted = {name, *self._above(name)}
        tables = {}
        for one in self._corpus.dictionary.order:
            if one in wanted:
                own = [*self._parents(one, lonely), *(records if one == name else ())]
                tables[one] = NodeTable(one, (part(one, own),))
        return Graph(dataset(), tables, ROOTS)

    def _above(self, name: str) -> Iterator[str]:
        for link in self._corpus.dictionary.nodes[name].links.values():
            if link.target not in ("project", name):
                yield link.target
                yield from self._above(link.target)


def part(name: str, records: Iterable[Record]) -> Part:
    """The records as those of a sheet: record n in row n + 2, a column for each property."""
    rows = list(records)
    names = dict.fromkeys(key for record in rows for key in record) or {"type": None}
    columns = {key: [record.get(key, OMIT) for record in rows] for key in names}
    sheet = table(name, columns)
    return Part(columns, sheet, range(len(rows)), {key: (key,) for key in names}, ragged=True)


def _rows(one: Diagnostic, count: int) -> list[int]:
    places = [place for place in (one.place, *one.related) if place is not None]
    rows = [place.row - 2 for place in places if place.row is not None]
    return rows or list(range(count))


_LINKS, _IDS, _BODIES = ("L50",), ("L52",), ("D451", "D452", "D456")


def _mark(one: Diagnostic, node: NodeType) -> Mark:
    if one.code.startswith(_BODIES):
        return "body", ""
    if one.code.startswith(_IDS):
        return "id", ""
    if one.code.startswith(_LINKS):
        return "link", one.property or ""
    return about(one.property or "", node)
