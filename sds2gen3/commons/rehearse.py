"""The server's own dry run (`--ask-server`): its verdict on every record, and nothing written (contract section 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sds2gen3.commons import blame
from sds2gen3.commons.client import stopped
from sds2gen3.commons.diff import all_new
from sds2gen3.commons.plan import MAX_BYTES, Chunk, Sending, make_plan
from sds2gen3.commons.project import Project
from sds2gen3.commons.records import Key
from sds2gen3.commons.replies import Cause, Reply
from sds2gen3.commons.send import STOPS, at_fault, diagnosis
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import UnreachableError
from sds2gen3.model import Graph
from sds2gen3.validate.words import shown

_SIDE_BY_SIDE = 8


def rehearse(
    graph: Graph, dictionary: Dictionary, project: Project, max_bytes: int = MAX_BYTES
) -> Iterator[Diagnostic]:
    """The server's complaints about the Graph, at its cells; no error means that it would take every record it was asked.

    Nothing is kept between dry runs, so each request carries the ancestors of its records; there are as few requests as the
    size allows. No request holds an id twice, in two nodes either: the server refuses that [608, 609]. U639 tells of
    records that cannot be tried out for that reason. Raises UnreachableError U604, U610, U620 and UsageError U621, U622.
    """
    plan = make_plan(all_new(graph), dictionary, chunk_size=1)
    sendings = {one.item.key: one for chunk in plan.chunks for one in chunk.sendings}
    chains = {key: with_ancestors([key], sendings) for key in sendings}
    twins = {key: chain for key, chain in chains.items() if len({name for _, name in chain}) < len(chain)}
    told: set[Key] = set()
    for pack in _packs({key: chain for key, chain in chains.items() if key not in twins}, sendings, max_bytes):
        yield from _asked(pack, sendings, dictionary, project, told)
    yield from _not_asked(twins, sendings)


@dataclass(eq=False)
class _Pack:
    """Records for one request; `names` are their ids in lower case, and each is the id of one of them only."""

    sendings: dict[Key, Sending]
    keys: dict[Key, None] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    size: int = 2

    def can_name(self, chain: list[Key]) -> bool:
        return all(key in self.keys or key[1] not in self.names for key in chain)

    def size_with(self, chain: list[Key]) -> int:
        return self.size + sum(len(self.sendings[key].body) + 1 for key in chain if key not in self.keys)

    def add(self, chain: list[Key]) -> None:
        self.size = self.size_with(chain)
        self.keys.update(dict.fromkeys(chain))
        self.names.update(name for _, name in chain)


def _packs(chains: dict[Key, list[Key]], sendings: dict[Key, Sending], most: int) -> Iterator[list[Key]]:
    """Groups of records that fit into one request together with their ancestors (`chains`), and have no id twice.

    Where an id is taken, a few packs are filled side by side: samples that are called like the subjects need two.
    """
    packs: list[_Pack] = []
    for chain in chains.values():
        pack = next((one for one in packs if one.can_name(chain)), None)
        done = pack if pack is not None and pack.size_with(chain) > most else None
        if pack is None and len(packs) == _SIDE_BY_SIDE:
            done = packs[0]
        if done is not None:
            packs.remove(done)
            yield list(done.keys)
        if pack is None or pack is done:
            pack = _Pack(sendings)
            packs.append(pack)
        pack.add(chain)
    yield from (list(pack.keys) for pack in packs)


def _not_asked(twins: dict[Key, list[Key]], sendings: dict[Key, Sending]) -> Iterator[Diagnostic]:
    """One finding for each node, at its first record that has the id of one that it belongs to."""
    for node, found in groupby(twins.items(), key=lambda one: one[0][0]):
        (key, chain), *others = found
        item = sendings[key].item
        twice = Counter(name for _, name in chain).most_common(1)[0][0]
        nodes = " and ".join(f"{one[0]} {shown(sendings[one].item.submitter_id)}" for one in chain if one[1] == twice)
        more = f" and {len(others)} more" if others else ""
        message = f"The commons was not asked about {node} {shown(item.submitter_id)}{more}: {nodes} have one id."
        yield finding("U639", message, item.place("submitter_id"), value=item.submitter_id, node=node)


def with_ancestors(keys: list[Key], sendings: dict[Key, Sending]) -> list[Key]:
    """The records with all that they hang on; their order within a request does not matter [220]."""
    found: dict[Key, None] = {}
    todo = keys[::-1]
    while todo:
        key = todo.pop()
        if key in sendings and key not in found:
            found[key] = None
            todo += sendings[key].parents
    return list(found)


def _asked(
    pack: list[Key], sendings: dict[Key, Sending], dictionary: Dictionary, project: Project, told: set[Key]
) -> Iterator[Diagnostic]:
    """The complaints about a pack; one about which the server says nothing exact is taken apart."""
    todo = [(pack, pack)]
    while todo:
        keys, meant = todo.pop()
        group = [sendings[key] for key in keys]
        reply = _dry_run(group, project)
        if reply.cause in STOPS:
            raise stopped(project.client, reply)
        if reply.ok:
            continue
        blamed = at_fault(group, reply)
        if blamed:
            for key, entity in blamed.items():
                if key not in told:
                    told.add(key)
                    yield from blame.blame(entity, sendings[key].item, dictionary.nodes[key[0]])
        elif len(meant) > 1:
            half = (len(meant) + 1) // 2
            todo += [(with_ancestors(part, sendings), part) for part in (meant[half:], meant[:half])]
        elif meant[0] not in told:
            told.add(meant[0])
            yield diagnosis(sendings[meant[0]], reply)


def _dry_run(group: list[Sending], project: Project) -> Reply:
    patience = project.client.patience
    for pause in (*patience.pauses(), None):
        reply = project.put(Chunk("", 0, tuple(group)).body, dry_run=True)
        if reply.cause not in (Cause.LOST, Cause.RACE) or (reply.status and pause is None):
            return reply
        if pause is not None:
            patience.wait(pause, f"dry run: {reply.gist}", reply.words)
    raise UnreachableError.of("U610", f"{project.client.endpoint} cannot be reached: {reply.message}.")
