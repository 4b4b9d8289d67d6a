"""A record as it is compared: its properties, and its links as the ids of their targets in lower case."""

from __future__ import annotations

import hashlib
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


def content_hash(record: Mapping[str, Any]) -> str:
    """A fingerprint of what a record says; empty properties and the order of properties do not count."""
    said = {name: value for name, value in record.items() if value is not None and value is not OMIT}
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
