"""Which columns of a node are asked for: the small language of --fields, the same in export, query and browse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sds2gen3.dictionary.types import Dictionary, Link, NodeType
from sds2gen3.errors import UsageError
from sds2gen3.nearest import did_you_mean

ALL = "_all"
LINKS = "links"
ID = "id"
"""The server's own id of a record, or of a link's target."""


@dataclass(frozen=True, slots=True)
class Column:
    """A property, or one key of what a link leads to; `many` for a link that leads to several."""

    name: str
    key: str | None = None
    many: bool = False

    @property
    def title(self) -> str:
        """As it is written in --fields and at the head of a table: `sex`, `cases.submitter_id`."""
        return self.name if self.key is None else f"{self.name}.{self.key}"


def columns(text: str | None, nodes: Sequence[NodeType], dictionary: Dictionary) -> dict[str, tuple[Column, ...]]:
    """The columns of each node for the text of --fields.

    `a`: this property, or this link by the key of its target; `cases.id`: a link by another key; `links`, `links.id`: every
    link; `_all`: everything, also what the server keeps for itself; `!a`: not this one, whatever else is said. Where
    nothing else is asked for: type, key, links, and every property that a record is sent with.
    Raises UsageError U672 for a name that none of the nodes has, U673 for an empty one.
    """
    words = [word.strip() for word in text.split(",")] if text is not None else []
    wanted, unwanted = (
        [word for word in words if word[:1] != "!"],
        [word[1:].strip() for word in words if word[:1] == "!"],
    )
    for word in (*wanted, *unwanted):
        _check(word, nodes, dictionary)
    found: dict[str, tuple[Column, ...]] = {}
    for node in nodes:
        taken = (
            [one for word in wanted for one in _meant(word, node, dictionary)] if wanted else usual(node, dictionary)
        )
        left_out = {one for word in unwanted for one in _meant(word, node, dictionary, every_key=True)}
        found[node.name] = tuple(one for one in dict.fromkeys(taken) if one not in left_out)
    return found


def usual(node: NodeType, dictionary: Dictionary) -> list[Column]:
    """What a record is sent with: its type, its key, its links by the keys of their targets, its own properties."""
    own = [name for name, one in node.properties.items() if not one.system and name not in ("type", node.key, ID)]
    return [Column("type"), Column(node.key), *_links(node, dictionary, None), *map(Column, own)]


def picked(record: Mapping[str, Any], chosen: Iterable[Column]) -> dict[str, Any]:
    """The chosen columns of a record as a commons exports it; a link as an object, or a list of them where it may lead to
    several. What the record does not have is left out.
    """
    found: dict[str, Any] = {}
    for column in chosen:
        if column.name not in record:
            continue
        if column.key is None:
            found[column.name] = record[column.name]
            continue
        values = targets(record, column)
        if not values:
            continue
        if column.many:
            for at, value in enumerate(values):
                _nth(found.setdefault(column.name, []), at)[column.key] = value
        else:
            found.setdefault(column.name, {})[column.key] = values[0]
    return found


def targets(record: Mapping[str, Any], column: Column) -> list[Any]:
    """What a link's targets have under the column's key, each target once."""
    value = record.get(column.name)
    listed = value if isinstance(value, list) else [value] if value else []
    objects = [one for one in listed if isinstance(one, dict)]
    by_id = {str(one.get("node_id", one.get(ID, at))): one for at, one in enumerate(objects)}
    return [one.get("node_id", one.get(ID)) if column.key == ID else one.get(column.key) for one in by_id.values()]


def _nth(items: list[dict[str, Any]], at: int) -> dict[str, Any]:
    while len(items) <= at:
        items.append({})
    return items[at]


def _check(word: str, nodes: Sequence[NodeType], dictionary: Dictionary) -> None:
    if not word:
        raise UsageError.of("U673", "--fields has an empty name.", hint="Write it as: a,!b,links.submitter_id,_all.")
    if word in (ALL, LINKS) or any(True for node in nodes for _ in _meant(word, node, dictionary)):
        return
    known = [name for node in nodes for name in names(node, dictionary)]
    where = f"The node '{nodes[0].name}' has" if len(nodes) == 1 else "None of the nodes has"
    hint = did_you_mean(word, known) or "'sds2gen3 dictionary show NODE' lists what a node has."
    raise UsageError.of("U672", f"{where} no property or link '{word}'.", hint=hint, value=word)


def names(node: NodeType, dictionary: Dictionary) -> list[str]:
    """Every name that --fields takes for the node."""
    keys = [f"{link.name}.{key}" for link in node.links.values() for key in _keys(link, dictionary)]
    return list(dict.fromkeys([*node.properties, ID, *node.links, *keys]))


def _meant(word: str, node: NodeType, dictionary: Dictionary, every_key: bool = False) -> Iterator[Column]:
    """The columns of a node that a word means; a link without key means its usual one, or all where it is left out."""
    name, dot, key = word.partition(".")
    if word == ALL:
        server = [one for one in dict.fromkeys((ID, *node.properties)) if one == ID or node.properties[one].system]
        yield from [*usual(node, dictionary), *map(Column, sorted(server)), *_links(node, dictionary, ID)]
    elif name == LINKS and name not in node.links:
        yield from _links(node, dictionary, key or None, every_key and not dot)
    elif name in node.links:
        link = node.links[name]
        allowed = _keys(link, dictionary)
        chosen = (key,) if dot else allowed if every_key else allowed[:1]
        yield from (Column(name, one, link.to_many) for one in chosen if one in allowed)
    elif not dot and (name in node.properties or name == ID):
        yield Column(name)


def _links(node: NodeType, dictionary: Dictionary, key: str | None, every_key: bool = False) -> Iterator[Column]:
    for link in node.links.values():
        allowed = _keys(link, dictionary)
        for one in allowed if every_key else (key or allowed[0],):
            if one in allowed:
                yield Column(link.name, one, link.to_many)


def _keys(link: Link, dictionary: Dictionary) -> tuple[str, str]:
    """The keys that an export tells of a link's target: its own, and the server's id."""
    target = dictionary.nodes.get(link.target)
    return (target.key if target is not None else "submitter_id", ID)
