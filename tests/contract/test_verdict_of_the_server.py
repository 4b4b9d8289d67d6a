"""Our verdict on what was really sent to a Gen3 server, against the answers that it gave (captured exchanges)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import dataset

from sds2gen3.catalogue import Severity
from sds2gen3.dictionary import load
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.model import OMIT, Graph, NodeTable, Part
from sds2gen3.validate import validate
from sds2gen3.validate.judge import judge

SCHEMA = [
    *map(str, range(600, 607)),
    "644",
    "645",
    "649",
    "675",
    *map(str, range(9700, 9720)),
    "222",
    "226",
    "227",
    "704",
]
SCHEMA += ["674", "906", "917", "7136", "7137"]
LINKS = ["221", "222", "226", "227", "228", "229", "230", "231", "232", "236", "237", "607", "651", "652", "673", "674"]
LINKS += ["702", "703", "704", "900", "901", "905", "906", "907", "908", "915", "960", "961", "962", "963"]
SYSTEM = [*map(str, range(611, 615)), "621", "661", "662", *map(str, range(668, 673)), "676", "705"]
IDS = ["608", "646", "647", "648", *map(str, range(7100, 7118)), *map(str, range(7130, 7135)), "7139", "7141"]

SPOILT = {
    "610": "ids that differ only in case: the server says 200 and writes nothing",
    "950": "a project link by the wrong key: linked to the only project",
    "951": "a mistyped link key: linked to the only experiment",
    "952": "an empty link key: linked to the only experiment",
    "955": "a null submitter_id: overwrites the only sample",
}
"""What the server accepts but spoils: there we refuse more (promise 4)."""

TOLERATED = {
    "221": "the record is in the commons already, under another parent",
    "905": "an empty list, where the commons holds the link already",
    "7111": "a compressible id of 3,000 bytes; whether a database takes more than 2,600 depends on the text",
    "7135": "an integer of 31 digits, which JSON libraries other than the server's cannot carry",
}

PARENTS = {
    "experiment": ["exp-1", "exp-2", "exp-x", "only"],
    "case": ["sub-1", "sub-2", "sub-w1", "sub-w2"],
    "sample": ["sam-1", "sam-2", "sam-ok"],
}

Exchange = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def exchanges(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue("shared")
    return folder / "gen3_contract/exchanges"


@pytest.fixture(scope="module")
def dictionary(exchanges: Path) -> Dictionary:
    """The 12 LABOURS dictionary with the nodes that were added to try the server's limits."""
    return load(exchanges / "_dictionary_all_extended.json")


@pytest.fixture(scope="module")
def exchange(exchanges: Path) -> Exchange:
    def read(number: str) -> dict[str, Any]:
        found = list(exchanges.glob(f"{number}-*.json"))
        assert len(found) == 1, number
        document: dict[str, Any] = json.loads(found[0].read_text(encoding="utf-8"))
        return document

    return read


def sent(document: dict[str, Any]) -> list[dict[str, Any]]:
    body = document["request"]["body"]
    if isinstance(body, str):
        body = json.loads(body)
    return body if isinstance(body, list) else [body]


@pytest.mark.parametrize("number", SCHEMA)
def test_schema_validation_finds_the_same_keys(number: str, exchange: Exchange, dictionary: Dictionary) -> None:
    document = exchange(number)
    for record, entity in zip(sent(document), document["response"]["body"]["entities"], strict=True):
        faults = judge(dictionary.nodes[record["type"]].schema).faults(record)
        expected = sorted(".".join(error["keys"]) for error in entity["errors"])
        assert sorted(fault.key for fault in faults) == expected
        assert bool(faults) is not entity["valid"]


@pytest.mark.parametrize("number", sorted({*SCHEMA, *LINKS, *IDS, *SYSTEM} - set(TOLERATED)))
def test_what_the_server_refuses_is_refused_and_nothing_else(
    number: str, exchange: Exchange, dictionary: Dictionary
) -> None:
    document = exchange(number)
    report = validate(graph(sent(document), dictionary), dictionary)
    errors = [d for d in report if d.severity == Severity.ERROR]
    about = {node_of(record, dictionary) for record in sent(document)}
    refused = [d for d in errors if d.node in about]
    assert bool(refused) is not document["response"]["body"]["success"], refused


@pytest.mark.parametrize("number", SPOILT)
def test_what_the_server_accepts_but_spoils_is_refused(number: str, exchange: Exchange, dictionary: Dictionary) -> None:
    document = exchange(number)
    assert document["response"]["body"]["success"]
    report = validate(graph(sent(document), dictionary), dictionary)
    assert report.errors, SPOILT[number]


def test_a_target_of_a_one_to_many_link_has_one_child(exchange: Exchange, dictionary: Dictionary) -> None:
    both = [*sent(exchange("963")), *sent(exchange("964"))]
    assert [d.code for d in validate(graph(both, dictionary), dictionary) if d.node == "x_o2m"] == ["L506"]


def graph(records: list[dict[str, Any]], dictionary: Dictionary) -> Graph:
    """The records, below parents that the server had at that time."""
    nodes: dict[str, list[dict[str, Any]]] = {}
    for node, ids in PARENTS.items():
        if node not in {node_of(record, dictionary) for record in records}:
            nodes[node] = [{"type": node, "submitter_id": name} for name in ids]
    for record in records:
        nodes.setdefault(node_of(record, dictionary), []).append(record)
    order = [name for name in dictionary.order if name in nodes]
    tables = {name: NodeTable(name, (part(nodes[name]),)) for name in order}
    project = {"type": "project", "code": "proj1", "dbgap_accession_number": "p"}
    return Graph(dataset(), tables, {"program": {"type": "program", "name": "sds"}, "project": project})


def node_of(record: dict[str, Any], dictionary: Dictionary) -> str:
    """The node of a record; records of no node stand among the cases."""
    return record["type"] if record.get("type") in dictionary.nodes else "case"


def part(records: list[dict[str, Any]]) -> Part:
    names = dict.fromkeys(name for record in records for name in record)
    return Part({name: [record.get(name, OMIT) for record in records] for name in names}, ragged=True)
