"""Records from a file, and from the commons those that they hang below, as one Graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from sds2gen3.commons import Project
from sds2gen3.commons.reading.spool import spooled
from sds2gen3.commons.records import Key, parents_of
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.errors import UsageError
from sds2gen3.model import OMIT, Dataset, Graph, NodeTable, Part
from sds2gen3.place import Place
from sds2gen3.validate.targets import key_of
from sds2gen3.write.tsv_read import read_tsv

Record = dict[str, Any]


def read_records(path: Path, dictionary: Dictionary) -> list[Record]:
    """The records in a file of JSON (one, a list, or a list below "data"), JSON Lines or TSV. Raises UsageError C936."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error.strerror or "it cannot be opened") from error
    try:
        found = _parsed(content, path.suffix.lower(), dictionary)
    except ValueError as error:
        reason = "it is not valid JSON" if isinstance(error, orjson.JSONDecodeError) else str(error)
        raise _unusable(path, reason) from error
    listed = found.get("data", [found]) if isinstance(found, dict) else found
    if not isinstance(listed, list) or not listed or not all(_is_record(one) for one in listed):
        raise _unusable(path, "it holds no records, each with its 'type' and 'submitter_id'")
    return listed


def graph_of(records: Sequence[Record], path: Path, project: Project, dictionary: Dictionary) -> Graph:
    """The Graph of the records of the file and of all in the project that they hang below, so that no link is open.

    What is in neither stays an open link, which `validate` tells.
    """
    ours: dict[str, list[Record]] = {}
    known: dict[str, list[Mapping[str, str]]] = {}
    for number, record in enumerate(records):
        name = str(record["type"])
        ours.setdefault(name, []).append(record)
        known.setdefault(name, []).append(_places(record, path, number))
    above = _above(ours, project, dictionary)
    order = [
        *(name for name in dictionary.order if name in ours or name in above),
        *(ours.keys() - {*dictionary.order}),
    ]
    nodes = {
        name: NodeTable(
            name, tuple(filter(len, (_part(above.get(name, ())), _part(ours.get(name, ()), known.get(name, ())))))
        )
        for name in order
    }
    names = {"program": project.program, "project": project.code}
    return Graph(Dataset(str(path), path.stem, "", {}), nodes, needs=names)


def _parsed(content: bytes, suffix: str, dictionary: Dictionary) -> Any:
    if suffix == ".jsonl":
        return [orjson.loads(line) for line in content.splitlines() if line.strip()]
    if suffix != ".tsv":
        return orjson.loads(content)
    lines = [line.split(b"\t") for line in content.removeprefix(b"\xef\xbb\xbf").splitlines()[:2]]
    titles = [title.lstrip(b"*") for title in lines[0]] if len(lines) == 2 else []
    name = lines[1][titles.index(b"type")].decode("utf-8", "replace") if b"type" in titles else ""
    if name not in dictionary.nodes:
        raise ValueError(f"the commons has no node '{name}'")
    return read_tsv(content, dictionary.nodes[name])


def _is_record(one: Any) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(name), str) for name in ("type", "submitter_id"))


def _above(ours: Mapping[str, Sequence[Record]], project: Project, dictionary: Dictionary) -> dict[str, list[Record]]:
    """The records of the project that ours link to, and those that these link to, node by node from the bottom."""
    have: set[Key] = {(name, record["submitter_id"].lower()) for name, each in ours.items() for record in each}
    wanted: set[Key] = set()
    for name in ours.keys() & dictionary.nodes.keys():
        wanted |= _parents(ours[name], dictionary.nodes[name])
    found: dict[str, list[Record]] = {}
    for name in reversed(dictionary.order):
        node = dictionary.nodes[name]
        if not any(key[0] == name for key in wanted - have):
            continue
        with spooled(project, node) as spool:
            there = {(name, entry.submitter_id.lower()): entry for entry in spool.entries()}
            while todo := (wanted - have) & there.keys():  # more than once where a node links to itself
                taken = [_sendable(spool.record(there[key]), node, dictionary) for key in sorted(todo)]
                found.setdefault(name, []).extend(taken)
                have |= todo
                wanted |= _parents(taken, node)
    return found


def _parents(records: Iterable[Record], node: NodeType) -> set[Key]:
    return {key for record in records for key in parents_of(record, node)}


def _sendable(record: Record, node: NodeType, dictionary: Dictionary) -> Record:
    """A record of the commons without what the server keeps for itself."""
    kept = {name: value for name, value in record.items() if name in ("type", node.key) or _is_own(name, node)}
    for name in node.links.keys() & record.keys():
        key = key_of(node.links[name])
        targets = [{key: one[key]} for one in record[name] if isinstance(one, dict) and key in one]
        kept[name] = targets if node.links[name].to_many else targets[0] if targets else None
    return kept


def _is_own(name: str, node: NodeType) -> bool:
    return name in node.properties and not node.properties[name].system and name != "id"


def _part(records: Sequence[Record], known: Sequence[Mapping[str, str]] = ()) -> Part:
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: [record.get(name, OMIT) for record in records] for name in names}
    return Part(columns, ragged=True, known=known)


def _places(record: Record, path: Path, number: int) -> dict[str, str]:
    """Where the values stand: their JSON pointers, the row of a TSV."""
    if path.suffix.lower() == ".tsv":
        return dict.fromkeys(record, f"{path.name}!A{number + 2}")
    return {name: f"{path.name}#/{number}/{name}" for name in record}


def _unusable(path: Path, why: str) -> Exception:
    return UsageError.of("C936", f"The records cannot be read from '{path.as_posix()}': {why}.", Place(path.name))
