"""What a commons holds of one dataset, read from its exports."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

from sds2gen3.commons.project import Project
from sds2gen3.commons.records import Key, fingerprint, targets_of, values_of
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.errors import UnreachableError

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Held:
    """A record in the commons: its properties, its links by lower-case ids, and the server's ids of what it links to."""

    node: str
    submitter_id: str
    id: str
    values: Mapping[str, Any]
    links: Mapping[str, frozenset[str]]
    targets: frozenset[str]

    @property
    def key(self) -> Key:
        return self.node, self.submitter_id.lower()

    def hash_of(self, names: Collection[str]) -> str:
        """The `content_hash` of what the commons has under these names, to be compared with that of what was sent."""
        values = {name: self.values[name] for name in names if name in self.values}
        return fingerprint(self.submitter_id, values, {name: self.links[name] for name in names if name in self.links})


@dataclass
class Holdings:
    """The records of one dataset by node and lower-case id, parents first; `foreign` are records of others under its ids.

    `others` counts the records of the project that do not belong to the dataset; `strangers` those of them that nobody
    knows here.
    """

    nodes: dict[str, dict[str, Held]] = field(default_factory=dict)
    foreign: dict[Key, Held] = field(default_factory=dict)
    others: int = 0
    strangers: int = 0

    def get(self, key: Key) -> Held | None:
        return self.nodes.get(key[0], {}).get(key[1])

    def __iter__(self) -> Iterator[Held]:
        for found in self.nodes.values():
            yield from found.values()


def read_holdings(
    project: Project, dictionary: Dictionary, ours: Mapping[str, frozenset[str]], known: Container[Key] = ()
) -> Holdings:
    """Everything that the commons holds of the dataset whose lower-case ids are `ours`, by node.

    A record belongs to the dataset if its links lead to one of ours that stands directly below the project (the
    experiment). Those of others are counted, not kept; `known` are the keys of those that are no strangers. Raises as
    `Project.export`.
    """
    holdings = Holdings()
    members: set[str] = set()
    for name in dictionary.order:
        node = dictionary.nodes[name]
        found = read_node(project, node)
        wanted = ours.get(name, frozenset())
        inside = members_of(found, node, wanted, members)
        holdings.nodes[name] = {one.submitter_id.lower(): one for one in found if one.id in inside}
        for one in found:
            if one.id not in inside:
                holdings.others += 1
                holdings.strangers += one.key not in known
                if one.submitter_id.lower() in wanted:
                    holdings.foreign[one.key] = one
    return holdings


def read_node(project: Project, node: NodeType, wanted: frozenset[str] | None = None) -> list[Held]:
    """All records of a node (or those with the lower-case ids `wanted`), read again from the start if the stream breaks."""
    for left in reversed(range(_TRIES)):
        try:
            return _merged(project.export(node.name), node, wanted)
        except UnreachableError as error:
            if not left or error.diagnostics[0].code != "U610":
                raise
            project.client.patience.wait(
                project.client.patience.first, f"{node.name}: the commons broke off its export"
            )
    raise AssertionError("the last try returns or raises")


def _merged(records: Iterable[Mapping[str, Any]], node: NodeType, wanted: frozenset[str] | None) -> list[Held]:
    """The records, each once: one that links to several may come in pieces, each with some of its links."""
    found: dict[str, Held] = {}
    for record in records:
        name = record.get("submitter_id")
        key = name if isinstance(name, str) else ""
        if wanted is not None and key.lower() not in wanted:
            continue
        held = _held(record, node, key)
        if (known := found.get(held.id)) is not None:
            links = {link: known.links[link] | held.links[link] for link in held.links}
            held = Held(held.node, key, held.id, held.values, links, known.targets | held.targets)
        found[held.id] = held
    return list(found.values())


def _held(record: Mapping[str, Any], node: NodeType, name: str) -> Held:
    given = [link for link in node.links.values() if link.name in record]
    links = {**dict.fromkeys(node.links, _NOTHING), **{link.name: targets_of(record, link) for link in given}}
    targets = {
        str(target.get("node_id") or target.get("id"))
        for link in given
        for target in _as_list(record[link.name])
        if isinstance(target, dict)
    }
    return Held(node.name, name, str(record.get("id")), values_of(record, node), links, frozenset(targets))


_NOTHING: frozenset[str] = frozenset()


class Linked(Protocol):
    """What is known of a record to tell where it belongs."""

    @property
    def id(self) -> str: ...
    @property
    def submitter_id(self) -> str: ...
    @property
    def targets(self) -> Set[str]: ...


def members_of(
    found: Sequence[Linked], node: NodeType, wanted: frozenset[str], members: set[str], unlinked: bool = True
) -> set[str]:
    """The ids of those that belong to the dataset; `members` are those of the nodes above, and grows.

    `wanted` are lower-case ids: they count for records directly below the project, and for those without any link
    (if `unlinked`).
    """
    top = any(link.target == "project" for link in node.links.values())
    inside = {one.id for one in found if one.targets & members or (top and one.submitter_id.lower() in wanted)}
    if unlinked:
        inside |= {one.id for one in found if not one.targets and one.submitter_id.lower() in wanted}
    if any(link.target == node.name for link in node.links.values()):
        before = -1
        while before != len(inside):
            before = len(inside)
            inside |= {one.id for one in found if one.targets & inside}
    members |= inside
    return inside


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
