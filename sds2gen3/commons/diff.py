"""What we have against what the commons has: new, changed, same, only there (contract section 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from sds2gen3.commons.held import Held, Holdings, read_holdings
from sds2gen3.commons.project import Project
from sds2gen3.commons.records import Item, Key, is_value, items, same_value, targets_of
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Dictionary, Link, NodeType
from sds2gen3.model import Graph
from sds2gen3.place import Place
from sds2gen3.validate.naming import label
from sds2gen3.validate.targets import is_required
from sds2gen3.validate.words import shown


class Standing(Enum):
    """How a record of ours stands to the commons."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REMAKE = "must be deleted and made again"
    FOREIGN = "of another dataset"


@dataclass(frozen=True, slots=True)
class Change:
    """One property or link that differs; a link's targets are listed in order. None: not there, or to be cleared."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A record of ours with its standing. `held` is the commons' own, `unlink` the optional links to be emptied first."""

    item: Item
    record: Mapping[str, Any]
    standing: Standing
    changes: tuple[Change, ...] = ()
    held: Held | None = None
    unlink: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()

    @property
    def unsaid(self) -> list[str]:
        """The properties and links that the commons has values of, and of which our record says nothing: they stay."""
        if self.held is None or self.standing is Standing.FOREIGN:
            return []
        speaks = self.item.part.speaks_of
        links = [name for name, targets in self.held.links.items() if targets and not speaks(name)]
        return [name for name in (*self.held.values, *links) if name not in self.record]

    def as_dict(self) -> dict[str, Any]:
        changes = [
            {"name": one.name, "before": one.before, "after": one.after, "place": _spelt(self.item.place(one.name))}
            for one in self.changes
        ]
        return {
            "type": self.item.node,
            "submitter_id": self.item.submitter_id,
            "standing": self.standing.value,
            "changes": changes,
            "place": _spelt(self.item.place()),
        }


def _spelt(place: Place | None) -> str | None:
    return str(place) if place else None


@dataclass(frozen=True)
class Diff:
    """All differences by node, parents first. `only_there` are records of the dataset that the commons alone has.

    `others` counts records of the project that belong to no part of this dataset, `strangers` those of them that are not
    known otherwise (see `compare`).
    """

    nodes: Mapping[str, tuple[Difference, ...]]
    only_there: Mapping[str, tuple[Held, ...]] = field(default_factory=dict)
    others: int = 0
    strangers: int = 0

    @property
    def findings(self) -> list[Diagnostic]:
        """U640 for what must be made again, U641 for what cannot be emptied, U642 for ids that another dataset uses."""
        return [finding for one in self for finding in one.findings]

    def __iter__(self) -> Iterator[Difference]:
        for differences in self.nodes.values():
            yield from differences

    def count(self, standing: Standing, node: str | None = None) -> int:
        return sum(one.standing is standing for one in (self if node is None else self.nodes.get(node, ())))

    def unsaid(self) -> dict[str, dict[str, int]]:
        """How many records of each node have which properties and links in the commons only: ours do not speak of them."""
        found: dict[str, dict[str, int]] = {}
        for node, differences in self.nodes.items():
            counts = Counter(name for one in differences for name in one.unsaid)
            if counts:
                found[node] = dict(sorted(counts.items()))
        return found

    def as_dict(self) -> dict[str, Any]:
        """The stable JSON form; records that are the same are only counted."""
        names = dict.fromkeys((*self.nodes, *self.only_there))
        counts = {
            name: {
                **{standing.value: self.count(standing, name) for standing in Standing},
                "only there": len(self.only_there.get(name, ())),
            }
            for name in names
        }
        return {
            "v": 1,
            "nodes": counts,
            "records": [one.as_dict() for one in self if one.standing is not Standing.SAME],
            "only_there": [
                {"type": one.node, "submitter_id": one.submitter_id}
                for held in self.only_there.values()
                for one in held
            ],
            "unsaid": self.unsaid(),
            "others": self.others,
        }


def all_new(graph: Graph) -> Diff:
    """The Diff against nothing: what a submission without a look at the commons would send."""
    return Diff({
        name: tuple(Difference(item, record, Standing.NEW) for item, record in items(table))
        for name, table in graph.nodes.items()
    })  # fmt: skip


def compare(graph: Graph, dictionary: Dictionary, project: Project, known: Container[Key] = ()) -> Diff:
    """The Diff of the Graph and what the commons holds of its dataset. Raises as `Project.export`.

    `known` are the keys of records that this ledger wrote, whichever dataset they are of.
    """
    ours = {
        name: frozenset(str(one).lower() for part in table.parts for one in part.columns["submitter_id"])
        for name, table in graph.nodes.items()
    }
    holdings = read_holdings(project, dictionary, ours, known)
    found = {
        name: _of_node(graph, dictionary.nodes[name], holdings) for name in dictionary.order if name in graph.nodes
    }
    only_there = {
        name: tuple(one for key, one in held.items() if key not in ours.get(name, ()))
        for name, held in holdings.nodes.items()
    }
    nodes = _with_descendants(found, holdings)
    only_there = {name: held for name, held in only_there.items() if held}
    return Diff(nodes, only_there, holdings.others, holdings.strangers)


def _of_node(graph: Graph, node: NodeType, holdings: Holdings) -> list[Difference]:
    found = (_difference(item, record, node, holdings) for item, record in items(graph.nodes[node.name]))
    told = ((one, tuple(_findings(one, node))) for one in found)
    return [replace(one, findings=findings) if findings else one for one, findings in told]


def _difference(item: Item, record: Mapping[str, Any], node: NodeType, holdings: Holdings) -> Difference:
    held = holdings.get(item.key)
    if held is None:
        foreign = holdings.foreign.get(item.key)
        return Difference(item, record, Standing.FOREIGN if foreign else Standing.NEW, held=foreign)
    changes = [*_named(item, held), *_values(record, held, node)]
    standing, unlink = Standing.CHANGED, []
    for link in node.links.values():
        before, after = held.links.get(link.name, frozenset()), targets_of(record, link)
        if before == after or not item.part.speaks_of(link.name):
            continue
        changes.append(Change(link.name, sorted(before) or None, sorted(after) or None))
        if before <= after:
            continue
        if _is_firm(link, node):
            standing = Standing.REMAKE
        else:
            unlink.append(link.name)
    return Difference(item, record, standing if changes else Standing.SAME, tuple(changes), held, tuple(unlink))


def _named(item: Item, held: Held) -> Iterator[Change]:
    """An id in another letter case is the same record, and a PUT rewrites it [234, 235]."""
    if held.submitter_id != item.submitter_id:
        yield Change("submitter_id", held.submitter_id, item.submitter_id)


def _values(record: Mapping[str, Any], held: Held, node: NodeType) -> Iterator[Change]:
    """Properties that differ. One that the record does not carry keeps its value; None clears it [204-207]."""
    for name, after in record.items():
        before = held.values.get(name)
        if after is before or same_value(after, before) or not is_value(name, node):
            continue
        if after is not None or not _is_stuck(name, node):
            yield Change(name, before, after)


def _is_stuck(name: str, node: NodeType) -> bool:
    """Whether the property refuses null, so that it can be changed but never emptied."""
    return name in node.properties and not node.properties[name].nullable


def _is_firm(link: Link, node: NodeType) -> bool:
    """Whether a target cannot be taken away by an update: of required links, and of groups that ask for one of several."""
    return is_required(link, node) or any(link.name in group.links for group in node.groups)


def _with_descendants(found: Mapping[str, list[Difference]], holdings: Holdings) -> dict[str, tuple[Difference, ...]]:
    """What hangs below a record that is made again must be made again too."""
    below = descendants(
        {one.held.id for each in found.values() for one in each if _is_remade(one) and one.held}, holdings
    )
    return {
        name: tuple(
            replace(one, standing=Standing.REMAKE) if one.held is not None and one.held.id in below else one
            for one in differences
        )
        for name, differences in found.items()
    }


def _is_remade(one: Difference) -> bool:
    return one.standing is Standing.REMAKE


def descendants(ids: set[str], holdings: Holdings) -> dict[str, Held]:
    """Everything of the dataset below the records with these server ids, by server id."""
    children: dict[str, list[Held]] = {}
    for one in holdings:
        for target in one.targets:
            children.setdefault(target, []).append(one)
    found: dict[str, Held] = {}
    todo = list(ids)
    while todo:
        for child in children.get(todo.pop(), ()):
            if child.id not in found and child.id not in ids:
                found[child.id] = child
                todo.append(child.id)
    return found


def _findings(one: Difference, node: NodeType) -> Iterator[Diagnostic]:
    item = one.item
    if one.standing is Standing.FOREIGN:
        message = f"The commons has a {item.node} {shown(item.submitter_id)} that belongs to another dataset."
        yield finding("U642", message, item.place("submitter_id"), value=item.submitter_id, node=item.node)
        return
    for change in one.changes if one.standing is Standing.REMAKE else ():
        link = node.links.get(change.name)
        if link is not None and _is_firm(link, node) and set(change.before or ()) - set(change.after or ()):
            title = label(item.part, change.name)
            name, before, after = shown(item.submitter_id), _listed(change.before), _listed(change.after)
            message = f"{name} is linked to {before} there, and to {after} here."
            hint = f"It must be deleted and made again, with all that belongs to it: use --recreate, or undo '{title}'."
            yield finding("U640", message, item.place(change.name), hint=hint, node=item.node, property=change.name)
    for stuck in _stuck(one, node):
        message = f"'{label(item.part, stuck)}' cannot be emptied: the commons keeps what it has."
        yield finding("U641", message, item.place(stuck), node=item.node, property=stuck)


def _stuck(one: Difference, node: NodeType) -> list[str]:
    """The properties that are empty here, filled there, and cannot be cleared."""
    if one.held is None:
        return []
    empty = [name for name, value in one.record.items() if value is None and name in one.held.values]
    return [name for name in empty if _is_stuck(name, node)]


def _listed(names: Any) -> str:
    return ", ".join(shown(name) for name in names) if names else "nothing"
