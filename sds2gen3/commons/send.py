"""Sending: one chunk after the other, again where that helps, in halves where it does not, and never twice unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sds2gen3.commons import blame
from sds2gen3.commons.client import stopped
from sds2gen3.commons.diff import Standing
from sds2gen3.commons.plan import Chunk, Sending
from sds2gen3.commons.project import Project
from sds2gen3.commons.records import Key, carried, content_hash
from sds2gen3.commons.replies import Cause, Entity, Reply
from sds2gen3.commons.verify import read_back
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.errors import SdsError
from sds2gen3.model import Action, Receipt

_TRIES_OF_MANY = 2  # a chunk that fails twice is halved, which is one more try of its records
_LOOKS = 3  # after a lost answer: the write may go on behind a gateway that has given up [B03, B04]
STOPS = (Cause.LOGIN, Cause.FORBIDDEN, Cause.MISSING, Cause.CLOSED)


class Stopped(Exception):
    """Nothing more can be sent; `error` says why. What was settled before has been handed out."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass
class Sender:
    """Sends the chunks of one project. `failed` are the records that did not arrive: nothing below them is sent."""

    project: Project
    dictionary: Dictionary
    stop: Callable[[], bool] = lambda: False
    failed: set[Key] = field(default_factory=set)

    def send(self, chunk: Chunk) -> Iterator[tuple[Sending, Receipt]]:
        """What became of each record of the chunk, as soon as it is known. Raises Stopped."""
        node = self.dictionary.nodes[chunk.node]
        todo = [list(chunk.sendings)]
        while todo:
            if self.stop():
                yield from self.unsent(one for each in reversed(todo) for one in each)
                return
            group = []
            for one in todo.pop():
                parent = next((key for key in one.parents if key in self.failed), None)
                if parent is None:
                    group.append(one)
                else:
                    yield one, self._fail(one, "held back", blame.held_back(one.item, parent[1]))
            if not group:
                continue
            try:
                done, rest, reply = self._deliver(group, chunk.name, node)
            except SdsError as error:
                yield from ((one, self._fail(one, "failed", blame.unanswered(one.item))) for one in group)
                yield from self.unsent(one for each in reversed(todo) for one in each)
                raise Stopped(error) from error
            yield from done
            if rest:
                yield from self._settle(rest, reply, node, todo)

    def unsent(self, sendings: Iterable[Sending]) -> Iterator[tuple[Sending, Receipt]]:
        """The receipts of records that were never sent."""
        return ((one, self._fail(one, "not sent")) for one in sendings)

    def _deliver(
        self, group: list[Sending], name: str, node: NodeType
    ) -> tuple[list[tuple[Sending, Receipt]], list[Sending], Reply]:
        """Send until the group is accepted or trying again does not help: the accepted, the others, and the last reply."""
        done: list[tuple[Sending, Receipt]] = []
        patience = self.project.client.patience
        tries = patience.tries if len(group) == 1 else _TRIES_OF_MANY
        pauses = patience.pauses()
        for attempt in range(tries):
            reply = self.project.put(Chunk(node.name, 0, tuple(group)).body, name=name)
            if reply.ok:
                return done + _accepted(group, node, reply), [], reply
            if reply.cause is Cause.LOST:
                missing = self._look(group, node, reply)
                done += [(one, _receipt(one, node, None, None)) for one in group if one.item.key not in missing]
                group = [one for one in group if one.item.key in missing]
                if not group:
                    break
            elif reply.cause not in (Cause.RACE, Cause.FAULT) or attempt == tries - 1:
                break
            else:
                patience.wait(next(pauses, patience.longest), f"{name}: {reply.gist}", reply.words)
        return done, group, reply

    def _look(self, group: list[Sending], node: NodeType, reply: Reply) -> set[Key]:
        """Which records are not in the commons after an answer was lost. Raises UnreachableError when it is away."""
        patience = self.project.client.patience
        missing: set[Key] = {one.item.key for one in group}
        for number in range(_LOOKS):
            pause = min(patience.first * 2**number, patience.longest)
            patience.wait(pause, f"{node.name}: {reply.gist}; looking what arrived", reply.message)
            missing = set(read_back(self.project, node, group))
            if not missing:
                break
        return missing

    def _settle(
        self, group: list[Sending], reply: Reply, node: NodeType, todo: list[list[Sending]]
    ) -> Iterator[tuple[Sending, Receipt]]:
        """What to do with records that were not accepted: blame those that are at fault, try the others again."""
        if reply.cause in STOPS:
            yield from self.unsent([*group, *(one for each in reversed(todo) for one in each)])
            raise Stopped(stopped(self.project.client, reply))
        blamed = at_fault(group, reply) if reply.cause is Cause.REFUSED else {}
        if blamed:
            for key, entity in blamed.items():
                one = next(one for one in group if one.item.key == key)
                findings = blame.blame(entity, one.item, node)
                yield one, self._fail(one, "failed", *findings, said=tuple(error.message for error in entity.errors))
            todo.append([one for one in group if one.item.key not in blamed])
        elif len(group) > 1:
            half = (len(group) + 1) // 2
            todo += [group[half:], group[:half]]
        else:
            yield group[0], self._fail(group[0], "failed", diagnosis(group[0], reply), said=(reply.words,))

    def _fail(self, one: Sending, action: Action, *findings: Diagnostic, said: tuple[str, ...] = ()) -> Receipt:
        self.failed.add(one.item.key)
        hash = content_hash(one.record, self.dictionary.nodes[one.item.node])
        return Receipt(one.item.node, one.item.submitter_id, action, hash, findings=findings, said=said)


def _accepted(group: Sequence[Sending], node: NodeType, reply: Reply) -> list[tuple[Sending, Receipt]]:
    """The receipts of a success; the answer stands in the order of the request."""
    entities: Sequence[Entity | None] = reply.entities if len(reply.entities) == len(group) else [None] * len(group)
    pairs = zip(group, entities, strict=True)
    return [(one, _receipt(one, node, entity, reply.transaction)) for one, entity in pairs]


def _receipt(one: Sending, node: NodeType, entity: Entity | None, transaction: int | None) -> Receipt:
    action: Action = "updated" if one.standing is Standing.CHANGED else "created"
    if entity is not None and entity.action in ("create", "update"):
        action = "created" if entity.action == "create" else "updated"
    id = entity.id if entity is not None else None
    hash, says = content_hash(one.record, node), carried(one.record, node)
    return Receipt(one.item.node, one.item.submitter_id, action, hash, id, transaction, carries=says)


def at_fault(group: Sequence[Sending], reply: Reply) -> dict[Key, Entity]:
    """The records that the server finds fault with. One that another writer was faster with is not at fault."""
    by_key = {one.item.key: one for one in group}
    blamed = {}
    for position, entity in enumerate(reply.entities):
        if entity.valid or all(blame.RACE in error.message for error in entity.errors):
            continue
        key = (entity.type, (entity.submitter_id or "").lower())
        if len(reply.entities) == len(group):
            key = group[position].item.key
        if key in by_key:
            blamed[key] = entity
    return blamed


def diagnosis(one: Sending, reply: Reply) -> Diagnostic:
    if reply.cause is Cause.TOO_LARGE:
        return blame.too_large(one.item, len(one.body))
    if reply.cause is Cause.REFUSED:
        return blame.refused(one.item, reply.words)
    return blame.failing(one.item)
