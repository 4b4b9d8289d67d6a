"""Deleting records from a commons, children first, at most 100 in a request (contract section 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sds2gen3.commons.client import stopped
from sds2gen3.commons.held import Held, read_holdings
from sds2gen3.commons.ledger import Ledger
from sds2gen3.commons.project import MOST_IDS, Project
from sds2gen3.commons.replies import Cause, Reply, sentence
from sds2gen3.commons.send import STOPS, Stopped
from sds2gen3.diagnostics import finding
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import SdsError
from sds2gen3.model import Graph, Receipt


@dataclass(frozen=True)
class Withdrawal:
    """What is deleted, children before parents. Everything that hangs below the dataset is in it, so nothing blocks it."""

    records: tuple[Held, ...]

    def as_dict(self) -> dict[str, Any]:
        counts: dict[str, int] = {}
        for one in self.records:
            counts[one.node] = counts.get(one.node, 0) + 1
        listed = [{"type": one.node, "submitter_id": one.submitter_id} for one in self.records]
        return {"v": 1, "nodes": counts, "records": listed}


def plan_withdrawal(graph: Graph, dictionary: Dictionary, project: Project, only_there: bool = False) -> Withdrawal:
    """Every record of the commons whose links lead to this dataset's experiment, also those that only the commons has.

    `only_there`: these alone, but for what a record of the Graph still hangs on in the commons.
    """
    ours = {
        name: frozenset(str(one).lower() for part in table.parts for one in part.columns["submitter_id"])
        for name, table in graph.nodes.items()
    }
    records = children_first(read_holdings(project, dictionary, ours), dictionary)
    if not only_there:
        return Withdrawal(tuple(records))
    needed: set[str] = set()
    gone = []
    for one in records:  # children first: whatever is kept keeps what it hangs on
        if one.submitter_id.lower() in ours.get(one.node, ()) or one.id in needed:
            needed |= one.targets
        else:
            gone.append(one)
    return Withdrawal(tuple(gone))


def children_first(records: Iterator[Held] | Sequence[Held] | Any, dictionary: Dictionary) -> list[Held]:
    """The records in the order in which they can be deleted one by one; within a node, those that others link to last."""
    by_node: dict[str, list[Held]] = {}
    for one in records:
        by_node.setdefault(one.node, []).append(one)
    ordered: list[Held] = []
    for name in reversed(dictionary.order):
        ordered += _within(by_node.get(name, []))
    return ordered


def _within(records: list[Held]) -> list[Held]:
    """Leaves first, where records of a node link to each other."""
    waiting = {one.id: one for one in records}
    ordered: list[Held] = []
    while waiting:
        linked_to = {target for one in waiting.values() for target in one.targets}
        leaves = [one for one in waiting.values() if one.id not in linked_to] or list(waiting.values())
        ordered += leaves
        for one in leaves:
            del waiting[one.id]
    return ordered


def delete(
    records: Sequence[Held],
    project: Project,
    ledger: Ledger | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Receipt]:
    """Delete the records in this order, and tell of each what became of it. Raises Stopped when nothing more can be done.

    A record that is gone already counts as deleted; one that cannot be deleted leaves those above it in place.
    """
    todo = [list(records[start : start + MOST_IDS]) for start in range(0, len(records), MOST_IDS)][::-1]
    blocked: set[str] = set()
    while todo:
        group = todo.pop()
        if stop():
            todo.append(group)
            break
        kept = [one for one in group if one.id in blocked]
        blocked.update(target for one in kept for target in one.targets)
        yield from (_failed(one, "something below it could not be deleted") for one in kept)
        group = [one for one in group if one.id not in blocked]
        if not group:
            continue
        try:
            reply = _deleted(group, project)
        except SdsError as error:
            raise Stopped(error) from error
        if reply.cause in STOPS:
            raise Stopped(stopped(project.client, reply))
        if reply.ok:
            receipts = [
                Receipt(one.node, one.submitter_id, "deleted", id=one.id, transaction=reply.transaction)
                for one in group
            ]
            if ledger is not None:
                ledger.add(receipts)
            yield from receipts
        elif len(group) > 1:
            half = (len(group) + 1) // 2
            todo += [group[half:], group[:half]]
        else:
            blocked.update(group[0].targets)
            yield _failed(group[0], reply.words)
    yield from (Receipt(one.node, one.submitter_id, "not sent", id=one.id) for group in reversed(todo) for one in group)


def _deleted(group: list[Held], project: Project) -> Reply:
    """The reply to the deletion of those that are still there, asked for again where that helps."""
    patience = project.client.patience
    wanted = {one.id for one in group}
    reply = Reply(200, Cause.DONE)
    for pause in (*patience.pauses(), None):
        reply = project.delete(sorted(wanted))
        gone = any(error.type == "NOT_FOUND" for entity in reply.entities for error in entity.errors)
        if reply.cause not in (Cause.LOST, Cause.FAULT, Cause.RACE) and not gone:
            return reply
        if pause is not None:
            patience.wait(pause, f"deleting: {reply.gist}", reply.words)
        wanted = _still_there(wanted, group, project)
        if not wanted:
            return Reply(200, Cause.DONE, transaction=reply.transaction)
    return reply


def _still_there(wanted: set[str], group: list[Held], project: Project) -> set[str]:
    nodes = {one.node for one in group if one.id in wanted}
    return wanted & {str(record.get("id")) for node in sorted(nodes) for record in project.export(node)}


def _failed(one: Held, words: str) -> Receipt:
    message = sentence(f"The commons did not delete the {one.node} '{one.submitter_id}': {words}")
    return Receipt(one.node, one.submitter_id, "failed", id=one.id, findings=(finding("U638", message, node=one.node),))
