"""A record as it is compared: its properties, and its links as the ids of their targets in lower case."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from sds2gen3.dictionary.types import Link, NodeType
from sds2gen3.model import OMIT, NodeTable, Part
from sds2gen3.place import Place
from sds2gen3.validate.targets import ids_of

Key = tuple[str, str]
"""A record's name as the server compares it: node and submitter_id in lower case [234]."""


@dataclass(frozen=True, slots=True)
class Item:
    """A record of a Graph: number `number` of its Part."""

    node: str
    submitter_id: str
    part: Part
    number: int

    @property
    def key(self) -> Key:
        return self.node, self.submitter_id.lower()

    def place(self, property: str | None = None, item: int | None = None) -> Place | None:
        """The cell of a property, or where the record stands."""
        if property is not None:
            try:
                place = self.part.place(self.number, property, item)
            except IndexError:
                place = self.part.place(self.number, property)
            if place is not None:
                return place
        return self.part.place(self.number)


def items(table: NodeTable) -> Iterator[tuple[Item, dict[str, Any]]]:
    """Every record of a node, in its fixed order, with where it comes from."""
    for part in table.parts:
        for number, record in enumerate(part.records()):
            yield Item(table.node, str(record["submitter_id"]), part, number), record


def values_of(record: Mapping[str, Any], node: NodeType) -> dict[str, Any]:
    """The properties alone: without links, id, type and what the server keeps for itself."""
    others = {*node.links, *node.system_properties, *_NAMES}
    return {name: value for name, value in record.items() if name not in others}


def is_value(name: str, node: NodeType) -> bool:
    """Whether a name of a record is that of a property, as `values_of` gives them."""
    return name not in node.links and name not in node.system_properties and name not in _NAMES


_NAMES = ("type", "submitter_id")


def targets_of(record: Mapping[str, Any], link: Link) -> frozenset[str]:
    """The targets of a link by their ids in lower case. A target that is there twice, in the export too, counts once."""
    return frozenset(name.lower() for name in ids_of(record.get(link.name), link) or ())


def parents_of(record: Mapping[str, Any], node: NodeType) -> Iterator[Key]:
    """The records that a record links to, without its project."""
    for link in node.links.values():
        if link.target != "project":
            for name in sorted(targets_of(record, link)):
                yield link.target, name


def same_value(ours: Any, theirs: Any) -> bool:
    """Whether two values are the same to the server: 3 and 3.0 are, true and 1 are not; the order of a list counts."""
    if isinstance(ours, str):
        return bool(ours == theirs)  # most values are texts
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same_value, ours, theirs))
    return bool(ours == theirs)


def carried(record: Mapping[str, Any], node: NodeType) -> tuple[str, ...]:
    """The properties and links that a record speaks of, but for the link to its project."""
    links = node.links
    return tuple(
        name
        for name, value in record.items()
        if value is not OMIT and (is_value(name, node) or (name in links and links[name].target != "project"))
    )


def content_hash(record: Mapping[str, Any], node: NodeType) -> str:
    """A fingerprint of what a record says, the same for the same content whether it is ours or was read from a commons.

    Empty properties, the order of properties and of a link's targets, system properties and the project do not count.
    """
    names = carried(record, node)
    values = {name: record[name] for name in names if name not in node.links}
    links = {name: targets_of(record, node.links[name]) for name in names if name in node.links}
    return fingerprint(str(record.get("submitter_id")), values, links)


def fingerprint(name: str, values: Mapping[str, Any], links: Mapping[str, frozenset[str]]) -> str:
    """The `content_hash` of a record with this id, these values and these targets."""
    said: dict[str, Any] = {key: _plain(value) for key, value in values.items() if value is not None}
    said.update((link, sorted(targets)) for link, targets in links.items() if targets)
    said["submitter_id"] = name
    try:
        content = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    except (
        TypeError
    ):  # an integer beyond 64 bits, or half of a pair of characters: nothing of ours, but it may be there
        content = json.dumps(said, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()[:32]


_EXACT = 2.0**53  # a whole number up to this is the same as integer and as floating point number


def _plain(value: Any) -> Any:
    """Numbers as the server compares them: 3.0 is 3."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return int(value) if abs(value) <= _EXACT and value.is_integer() else value
    if isinstance(value, list):
        return list(map(_plain, value))
    return {key: _plain(one) for key, one in value.items()} if isinstance(value, dict) else value
