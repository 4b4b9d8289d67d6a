"""The plan: what is sent, in which order and in which chunks. It is made without any network, from a Diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from sds2gen3.commons.diff import Diff, Difference, Standing
from sds2gen3.commons.records import Item, Key, parents_of
from sds2gen3.dictionary.types import Dictionary, NodeType

CHUNK_SIZE = 100
MAX_BYTES = 1_000_000
"""Measured: 100 records a request cost little more than 1,000 and fail in small parts; a front may refuse above 1 MB [B02]."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A record on its way: what is sent of it (`body` is its JSON), and the records that must be there before it."""

    item: Item
    record: Mapping[str, Any]
    body: bytes
    parents: tuple[Key, ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Chunk:
    """The records of one request. `unlinks` says that it only empties links, for the next chunk to set them anew."""

    node: str
    number: int
    sendings: tuple[Sending, ...]
    unlinks: bool = False

    @property
    def body(self) -> bytes:
        return b"[" + b",".join(one.body for one in self.sendings) + b"]"

    @property
    def name(self) -> str:
        """How the chunk is called in files and in the server's log."""
        return f"{self.node} {self.number:03}{' unlink' if self.unlinks else ''}"


@dataclass(frozen=True)
class Plan:
    """All chunks, parents first. `remade` are deleted first, children before parents; `blocked` are never sent."""

    chunks: tuple[Chunk, ...]
    remade: tuple[Difference, ...] = ()
    blocked: tuple[Difference, ...] = ()

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """A file name and the very bytes of each request, in the order of sending."""
        for position, chunk in enumerate(self.chunks, 1):
            yield f"{position:04}_{chunk.name.replace(' ', '_')}.json", chunk.body

    def as_dict(self) -> dict[str, Any]:
        """Order, counts and chunks, in plain JSON values."""
        nodes: dict[str, dict[str, int]] = {}
        for chunk in self.chunks:
            count = nodes.setdefault(chunk.node, {"records": 0, "chunks": 0, "bytes": 0})
            count["records"] += 0 if chunk.unlinks else len(chunk.sendings)
            count["chunks"] += 1
            count["bytes"] += len(chunk.body)
        return {"v": 1, "nodes": nodes, "made_again": len(self.remade), "blocked": len(self.blocked)}


def make_plan(
    diff: Diff,
    dictionary: Dictionary,
    chunk_size: int = CHUNK_SIZE,
    max_bytes: int = MAX_BYTES,
    recreate: bool = False,
) -> Plan:
    """The Plan that makes the commons equal to our side of the Diff: new and changed records only.

    Records that must be made again are in it with `recreate` only, else they are `blocked`, as those of other datasets are.
    """
    chunks: list[Chunk] = []
    for name in dictionary.order:
        node = dictionary.nodes[name]
        wanted = [(one, _outgoing(one, node)) for one in diff.nodes.get(name, ()) if _is_sent(one, recreate)]
        ordered = _parents_first(wanted, node)
        unlinks = [
            _sending(one, node, _unlinking(one, sent)) for one, sent in ordered if one.unlink and not _is_again(one)
        ]
        sendings = [_sending(one, node, sent) for one, sent in ordered]
        for group, empties in ((unlinks, True), (sendings, False)):
            for number, part in enumerate(_cut(group, chunk_size, max_bytes), 1):
                chunks.append(Chunk(name, number, tuple(part), empties))
    remade = tuple(one for one in diff if recreate and _is_again(one))
    blocked = tuple(one for one in diff if one.standing is Standing.FOREIGN or (_is_again(one) and not recreate))
    return Plan(tuple(chunks), remade, blocked)


def _is_again(one: Difference) -> bool:
    return one.standing is Standing.REMAKE


def _is_sent(one: Difference, recreate: bool) -> bool:
    return one.standing in (Standing.NEW, Standing.CHANGED) or (recreate and _is_again(one))


def _outgoing(one: Difference, node: NodeType) -> dict[str, Any]:
    """The whole record, since required properties must be sent each time [203]; null only for what must be cleared."""
    cleared = {change.name for change in one.changes if change.after is None and change.name not in node.links}
    if _is_again(one):
        cleared = set()
    record = {
        name: value
        for name, value in one.record.items()
        if name not in node.system_properties and (value is not None or name in cleared)
    }
    return {**record, **_kept(one, node)} if _is_again(one) and one.held is not None else record


def _kept(one: Difference, node: NodeType) -> dict[str, Any]:
    """What an update would have left in place: the values and links of which our record does not speak."""
    assert one.held is not None
    values = {name: value for name, value in one.held.values.items() if name in node.properties}
    links: dict[str, Any] = {}
    for link in node.links.values():
        targets = [{"submitter_id": name} for name in sorted(one.held.links.get(link.name, ()))]
        if targets and link.target != "project" and not one.item.part.speaks_of(link.name):
            links[link.name] = targets if link.to_many else targets[0]
    return {name: value for name, value in (values | links).items() if name not in one.record}


def _unlinking(one: Difference, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The record with null for the links to be emptied: a link is added, never replaced [902, 917-921]."""
    kept = {name: value for name, value in sent.items() if name not in one.unlink}
    return {**kept, **dict.fromkeys(one.unlink)}


def _sending(one: Difference, node: NodeType, record: dict[str, Any]) -> Sending:
    return Sending(one.item, record, orjson.dumps(record), tuple(parents_of(record, node)), one.standing)


_Pair = tuple[Difference, dict[str, Any]]


def _parents_first(pairs: Sequence[_Pair], node: NodeType) -> list[_Pair]:
    """The order of the Graph, but in a node that links to itself no record before the one it links to."""
    if not any(link.target == node.name for link in node.links.values()):
        return list(pairs)
    by_key = {pair[0].item.key: pair for pair in pairs}
    placed: dict[Key, _Pair] = {}
    for pair in pairs:
        path = [pair]
        open_keys: set[Key] = set()
        while path:
            one, sent = path[-1]
            open_keys.add(one.item.key)
            above = [key for key in parents_of(sent, node) if key in by_key]
            missing = next((key for key in above if key not in placed and key not in open_keys), None)
            if missing is not None:
                path.append(by_key[missing])
            else:
                placed.setdefault(one.item.key, path.pop())
    return list(placed.values())


def _cut(sendings: Iterable[Sending], size: int, most: int) -> Iterator[list[Sending]]:
    """Groups of at most `size` records and `most` bytes; a record that is larger goes alone."""
    group: list[Sending] = []
    length = 2
    for one in sendings:
        if group and (len(group) >= size or length + len(one.body) + 1 > most):
            yield group
            group, length = [], 2
        group.append(one)
        length += len(one.body) + 1
    if group:
        yield group
