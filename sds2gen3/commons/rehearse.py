"""The server's own dry run (`--ask-server`): its verdict on every record, and nothing written (contract section 5)."""

from __future__ import annotations

from collections.abc import Iterator

from sds2gen3.commons import blame
from sds2gen3.commons.client import stopped
from sds2gen3.commons.diff import all_new
from sds2gen3.commons.plan import MAX_BYTES, Chunk, Sending, make_plan
from sds2gen3.commons.project import Project
from sds2gen3.commons.records import Key
from sds2gen3.commons.replies import Cause, Reply
from sds2gen3.commons.send import STOPS, at_fault, diagnosis
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import UnreachableError
from sds2gen3.model import Graph


def rehearse(
    graph: Graph, dictionary: Dictionary, project: Project, max_bytes: int = MAX_BYTES
) -> Iterator[Diagnostic]:
    """The server's complaints about the Graph, at its cells; none means that it would take every record.

    Nothing is kept between dry runs, so each request carries the ancestors of its records; there are as few requests as the
    size allows. Raises UnreachableError U604, U610, U620 and UsageError U621, U622.
    """
    plan = make_plan(all_new(graph), dictionary, chunk_size=1)
    sendings = {one.item.key: one for chunk in plan.chunks for one in chunk.sendings}
    told: set[Key] = set()
    for pack in _packs(sendings, max_bytes):
        yield from _asked(pack, sendings, dictionary, project, told)


def _packs(sendings: dict[Key, Sending], most: int) -> Iterator[list[Key]]:
    """Groups of records that fit into one request together with their ancestors."""
    pack: dict[Key, None] = {}
    size = 2
    for key in sendings:
        wanted = [one for one in with_ancestors([key], sendings) if one not in pack]
        more = sum(len(sendings[one].body) + 1 for one in wanted)
        if pack and size + more > most:
            yield list(pack)
            pack, size = {}, 2
            wanted = with_ancestors([key], sendings)
            more = sum(len(sendings[one].body) + 1 for one in wanted)
        pack.update(dict.fromkeys(wanted))
        size += more
    if pack:
        yield list(pack)


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
            patience.wait(pause, f"dry run: {reply.words.rstrip('.')}")
    raise UnreachableError.of("U610", f"{project.client.endpoint} cannot be reached: {reply.message}.")
