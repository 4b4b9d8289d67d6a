"""Submission: compare, plan, send, verify, node by node, with a ledger. One receipt for each record, the last word on it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from sds2gen3.commons import blame
from sds2gen3.commons.accounts import told
from sds2gen3.commons.client import Client
from sds2gen3.commons.diff import Diff, Difference, Standing, compare
from sds2gen3.commons.held import Held
from sds2gen3.commons.ledger import Ledger
from sds2gen3.commons.plan import CHUNK_SIZE, Chunk, Plan, Sending, make_plan
from sds2gen3.commons.preflight import check_dictionary, check_graph, served_dictionary
from sds2gen3.commons.project import Project
from sds2gen3.commons.records import Key, carried, content_hash
from sds2gen3.commons.send import Sender, Stopped
from sds2gen3.commons.verify import Unlike, read_back
from sds2gen3.commons.withdraw import children_first, delete
from sds2gen3.commons.writer import only_writer
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import SdsError, UsageError
from sds2gen3.model import Action, Graph, Receipt
from sds2gen3.validate.words import shown

_FEW = 10


@dataclass(frozen=True)
class Choices:
    """How to submit.

    `among_others`: also into a project that holds records of others, and over records that the ledger does not know.
    `stop` ends it after a chunk. `seen` is called with the Diff before anything is sent. `run` is a name by which the
    ledger tells when the submission began and how it ended.
    """

    chunk_size: int = CHUNK_SIZE
    recreate: bool = False
    among_others: bool = False
    ledger: Path | None = None
    stop: Callable[[], bool] = lambda: False
    seen: Callable[[Diff], None] = lambda diff: None
    run: str | None = None


def submit(
    graph: Graph, client: Client, dictionary: Dictionary | None = None, choices: Choices | None = None
) -> Iterator[Receipt]:
    """Make the commons equal to the Graph, and tell of each record, once, what became of it.

    Only new and changed records are sent, parents first; each node is read back before the next one. Without a dictionary,
    that of the commons is taken. The Graph must have no errors (`validate`). Raises UsageError (U621-U625, U628, U643,
    U660, U661) and DataError (ids that cannot be sent) before anything is sent, and UnreachableError, after the receipts of
    all records, when it could not go on.
    """
    choices = choices or Choices()
    project = project_of(graph, client)
    project.check()
    if dictionary is None:
        dictionary = served_dictionary(client)
    else:
        check_dictionary(dictionary, client)
    check_graph(graph, dictionary)
    with ExitStack() as locks:
        ledger = None
        if choices.ledger is not None:
            ledger = locks.enter_context(Ledger(choices.ledger, client.endpoint, project.project_id))
        locks.enter_context(only_writer(project))
        known = ledger.known() if ledger is not None else {}
        diff = compare(graph, dictionary, project, known)
        doubts = () if choices.among_others else tuple(_doubts(diff, known, project, choices.recreate))
        if doubts:
            raise UsageError(*doubts)
        plan = make_plan(diff, dictionary, choices.chunk_size, recreate=choices.recreate)
        _refuse_blockers(plan, diff)
        choices.seen(diff)
        receipts = _Submission(project, dictionary, diff, plan, ledger, known, choices).run()
        if ledger is not None and choices.run is not None:
            sending = sum(one.standing is not Standing.SAME for one in diff)
            receipts = told(receipts, ledger.path, choices.run, sending, choices.stop)
        yield from receipts


def project_of(graph: Graph, client: Client) -> Project:
    """The project that the Graph is made for. Raises UsageError U626 where it names none."""
    return Project(client, *project_names(graph))


def project_names(graph: Graph) -> tuple[str, str]:
    """The program's name and the project's code. Raises UsageError U626 where the Graph has none."""
    program = graph.roots.get("program", {}).get("name") or graph.needs.get("program")
    code = graph.roots.get("project", {}).get("code") or graph.needs.get("project")
    if not program or not code:
        raise UsageError.of("U626", "The records name no program and project to submit to.")
    return str(program), str(code)


def _doubts(diff: Diff, known: Container[Key], project: Project, recreate: bool) -> Iterator[Diagnostic]:
    """Why this may be the wrong project (U624) or the name of another dataset (U628), where the ledger does not say else."""
    if diff.strangers:
        are = "record that is" if diff.strangers == 1 else "records that are"
        message = f"The project '{project.code}' holds {diff.strangers:,} {are} not of this dataset."
        yield finding("U624", message, value=project.code)
    written = (Standing.CHANGED, Standing.REMAKE) if recreate else (Standing.CHANGED,)
    over = [one.item for one in diff if one.standing in written and one.item.key not in known]
    if over:
        first = f"{over[0].node} {shown(over[0].submitter_id)}"
        what = f"the {first}" if len(over) == 1 else f"{len(over):,} records, such as the {first},"
        message = f"The commons has {what} with other content, which this ledger did not send."
        yield finding("U628", message, over[0].place(), value=over[0].submitter_id, node=over[0].node)


def _refuse_blockers(plan: Plan, diff: Diff) -> None:
    """What would have to be deleted for --recreate and could not be made again: nothing is deleted then."""
    doomed = {one.held.id for one in plan.remade if one.held is not None}
    below = [held for each in diff.only_there.values() for held in each if held.targets & doomed]
    if below:
        names = ", ".join(f"{held.node} '{held.submitter_id}'" for held in below[:5]) + (
            " ..." if len(below) > 5 else ""
        )
        has = (
            "record that only the commons has belongs"
            if len(below) == 1
            else "records that only the commons has belong"
        )
        message = f"{len(below):,} {has} to what must be deleted: {names}."
        raise UsageError.of("U643", message)


@dataclass
class _Submission:
    project: Project
    dictionary: Dictionary
    diff: Diff
    plan: Plan
    ledger: Ledger | None
    known: dict[Key, str]
    choices: Choices

    def run(self) -> Iterator[Receipt]:
        blocked = {one.item.key for one in self.plan.blocked}
        foreign = {one.item.key for one in self.plan.blocked if one.standing is Standing.FOREIGN}
        sender = Sender(self.project, self.dictionary, self.choices.stop, failed=foreign)
        ended: Exception | None = None
        try:
            yield from self._removed()
        except Stopped as stop:
            ended = stop.error
        chunks = {node: list(each) for node, each in groupby(self.plan.chunks, key=lambda chunk: chunk.node)}
        for node in self.diff.nodes:
            yield from self._untouched(self.diff.nodes[node], blocked)
            if ended is not None:
                left = [one for chunk in chunks.get(node, ()) if not chunk.unlinks for one in chunk.sendings]
                yield from (receipt for _, receipt in sender.unsent(left))
                continue
            settled: dict[Key, tuple[Sending, Receipt]] = {}
            try:
                self._send(chunks.get(node, []), sender, settled)
                self._verify(node, sender, settled)
            except Stopped as stop:
                ended = stop.error
                left = [one for chunk in chunks[node] for one in chunk.sendings if one.item.key not in settled]
                self._settle(sender.unsent({one.item.key: one for one in left}.values()), settled)
            yield from (receipt for _, receipt in settled.values())
        if ended is not None:
            raise ended

    def _removed(self) -> Iterator[Receipt]:
        """Delete what must be made again. Its new self has a receipt of its own."""
        doomed: list[Held] = [one.held for one in self.plan.remade if one.held is not None]
        for receipt in delete(children_first(doomed, self.dictionary), self.project, self.ledger, self.choices.stop):
            if receipt.action != "deleted":
                words = "; ".join(one.message for one in receipt.findings) or "The deletion was stopped."
                raise Stopped(UsageError.of("U644", words))
            yield receipt

    def _untouched(self, differences: Iterable[Difference], blocked: set[Key]) -> Iterator[Receipt]:
        """The receipts of records that are not sent: the same there, or not to be changed."""
        fresh = []
        for one in differences:
            node = self.dictionary.nodes[one.item.node]
            hash = content_hash(one.record, node)
            id = one.held.id if one.held is not None else None
            item = one.item
            if one.standing is Standing.SAME:
                receipt = Receipt(item.node, item.submitter_id, "same", hash, id, verified=True)
                if self.known.get(item.key) != hash:
                    says = tuple(name for name in carried(one.record, node) if one.record[name] is not None)
                    fresh.append(replace(receipt, carries=says))
                yield receipt
            elif item.key in blocked:
                action: Action = "failed" if one.findings else "held back"
                yield Receipt(item.node, item.submitter_id, action, hash, id, findings=one.findings)
        if self.ledger is not None and fresh:
            self.ledger.add(fresh)

    def _send(self, chunks: list[Chunk], sender: Sender, settled: dict[Key, tuple[Sending, Receipt]]) -> None:
        for chunk in chunks:
            open_ones = tuple(one for one in chunk.sendings if one.item.key not in settled)
            sent = sender.send(replace(chunk, sendings=open_ones))
            if chunk.unlinks:
                sent = (pair for pair in sent if pair[1].action not in ("created", "updated"))
            self._settle(sent, settled)

    def _settle(self, sent: Iterable[tuple[Sending, Receipt]], settled: dict[Key, tuple[Sending, Receipt]]) -> None:
        """Note what became of records, in the ledger too, also when it ends in the middle."""
        receipts = []
        try:
            for one, receipt in sent:
                settled[one.item.key] = (one, receipt)
                receipts.append(receipt)
        finally:
            if self.ledger is not None and receipts:
                self.ledger.add(receipts)

    def _verify(self, node: str, sender: Sender, settled: dict[Key, tuple[Sending, Receipt]]) -> None:
        """Read back what was accepted. What is not there is sent again in ever smaller parts; what fails alone has failed."""
        try:
            unlike = self._unlike(node, settled)
            for size in (self.choices.chunk_size, _FEW, 1):
                again = [settled[key][0] for key in unlike]
                for start in range(0, len(again), size):
                    self._settle(sender.send(Chunk(node, 0, tuple(again[start : start + size]))), settled)
                unlike = self._unlike(node, settled) if again else {}
            pending = self._pending(settled)
        except SdsError as error:
            raise Stopped(error) from error
        for key, (one, receipt) in settled.items():
            if receipt.action not in ("created", "updated"):
                continue
            if key in unlike:
                sender.failed.add(key)
                failed = replace(receipt, action="failed", findings=(blame.unlike(one.item, unlike[key]),))
                self._settle([(one, failed)], settled)
            else:
                findings = pending.get(receipt.transaction or 0, ())
                settled[key] = (one, replace(receipt, verified=True, findings=findings))

    def _unlike(self, node: str, settled: dict[Key, tuple[Sending, Receipt]]) -> Unlike:
        taken = [one for one, receipt in settled.values() if receipt.action in ("created", "updated")]
        return read_back(self.project, self.dictionary.nodes[node], taken)

    def _pending(self, settled: dict[Key, tuple[Sending, Receipt]]) -> dict[int, tuple[Diagnostic, ...]]:
        """A finding U651 for each transaction whose log does not say SUCCEEDED, although its records are there."""
        numbers = {receipt.transaction for _, receipt in settled.values() if receipt.transaction is not None}
        states = self.project.transaction_states(numbers) if numbers else {}
        return {
            number: (finding("U651", f"The log of the commons says {state} of transaction {number}, not SUCCEEDED."),)
            for number, state in states.items()
            if state != "SUCCEEDED"
        }
