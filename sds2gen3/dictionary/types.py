"""What a Gen3 data dictionary says, as plain values: Dictionary, NodeType, Property, Link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.place import Place


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a node. `types` are the JSON types it takes (oneOf/anyOf united), `enum` the agreed words.

    Neither holds null: `nullable` says that an explicit null is accepted (so it can be cleared). A property without
    any type or enum has no `types`: it takes anything. `items` describes the items of an array.
    """

    name: str
    types: frozenset[str]
    enum: tuple[Any, ...] | None = None
    items: Property | None = None
    formats: frozenset[str] = frozenset()
    required: bool = False
    nullable: bool = True
    system: bool = False
    description: str = ""
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A link from a node to its parent. `multiplicity` is read child_to_parent; `to_many` means a list of parents.

    `required` is what the link itself says: the server asks for it even where it is not in the node's `required`.
    """

    name: str
    target: str
    backref: str
    label: str
    multiplicity: str
    required: bool

    @property
    def to_many(self) -> bool:
        return self.multiplicity.endswith("_to_many")


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links of which one at least (`required`), or one at most (`exclusive`), must be given."""

    links: tuple[str, ...]
    required: bool
    exclusive: bool


@dataclass(frozen=True)
class NodeType:
    """A node type. `properties` exclude links; `links` hold those of groups too; `key` is what names a record in its project.

    `schema` is the Draft 4 JSON Schema exactly as the server applies it: references resolved, null added to optional properties.
    """

    name: str
    title: str
    category: str
    description: str
    properties: Mapping[str, Property]
    links: Mapping[str, Link]
    groups: tuple[LinkGroup, ...]
    required: frozenset[str]
    unique_keys: tuple[tuple[str, ...], ...]
    system_properties: frozenset[str]
    schema: Mapping[str, Any]
    key: str = "submitter_id"
    home: Place = field(default=Place(""))
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, repr=False)

    @property
    def internal(self) -> bool:
        """Built into every commons (root, data_release): never submitted."""
        return self.category == "internal"

    def place(self, *keys: str | int) -> Place:
        """Where the dictionary says so, e.g. `place('properties', 'age')`: a line of the YAML file, or a JSON pointer."""
        if self.home.pointer is not None:
            steps = "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)
            return Place(self.home.file, pointer=self.home.pointer + steps)
        known = next((keys[:end] for end in range(len(keys), -1, -1) if keys[:end] in self.lines), None)
        return Place(self.home.file, line=self.lines[known] if known is not None else 1)


@dataclass(frozen=True)
class Dictionary:
    """A data dictionary: node types by name, and the order in which they must be submitted (parents first).

    `order` leaves out program, project and internal nodes. `source` says where it was read from.
    """

    name: str
    source: str
    nodes: Mapping[str, NodeType]
    order: tuple[str, ...]
    findings: tuple[Diagnostic, ...] = ()
