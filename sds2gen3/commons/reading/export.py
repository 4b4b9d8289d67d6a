"""Export: the records of a project by node, chosen and in a fixed order, a node at a time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sds2gen3.commons.held import members_of
from sds2gen3.commons.project import Project
from sds2gen3.commons.reading.kept import UPDATED, kept, not_exported
from sds2gen3.commons.reading.spool import Entry, Spool, spooled
from sds2gen3.commons.reading.where import Period, conditions, doubts
from sds2gen3.dictionary.columns import ALL, LINKS, Column, columns, picked
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.errors import DataError, UsageError
from sds2gen3.nearest import did_you_mean

_SHOWN = 10


@dataclass(frozen=True)
class Wanted:
    """What is asked for. No `nodes` means all that have records; `limit` and `offset` count in each node.

    `dataset` is the submitter_id of a record directly below the project: it and all whose links lead to it. `ids` are
    submitter_ids or the server's ids.
    """

    nodes: tuple[str, ...] = ()
    fields: str | None = None
    where: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    dataset: str | None = None
    ids: tuple[str, ...] | None = None
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True)
class Selected:
    """The chosen records of one node. `records()` reads them from disk, as long as the next node is not asked for.

    `total` is how many there would be without `limit` and `offset`.
    """

    node: NodeType
    columns: tuple[Column, ...]
    total: int
    _spool: Spool = field(repr=False)
    _entries: Sequence[Entry] = field(repr=False)
    _kept: dict[str, dict[str, Any]] = field(repr=False)

    def __len__(self) -> int:
        return len(self._entries)

    def records(self) -> Iterator[dict[str, Any]]:
        """Each record with its columns, in their order; what it does not have is left out."""
        for entry in self._entries:
            yield picked({**self._spool.record(entry), **self._kept.get(entry.id, {})}, self.columns)


def select(project: Project, dictionary: Dictionary, wanted: Wanted) -> Iterator[Selected]:
    """What is wanted, parents first. A node without chosen records comes only where it was named.

    Raises UsageError U671-U673 before anything is read; DataError U674 at the end, for ids that are nowhere, U677 for a
    dataset that is not there; and as `spooled`.
    """
    nodes = _nodes(wanted, dictionary)
    selection = _Selection(project, dictionary, wanted, nodes)
    folder = tempfile.mkdtemp(prefix="sds2gen3-")
    try:
        yield from selection.all(Path(folder))
    finally:  # also where nobody reads on to the end: TemporaryDirectory would complain of that
        shutil.rmtree(folder, ignore_errors=True)


def told_of(wanted: Wanted, dictionary: Dictionary) -> tuple[str, ...]:
    """What to say of its conditions, which may not compare as they are meant to. Raises UsageError U672, U673."""
    return doubts(wanted.where, _nodes(wanted, dictionary), dictionary)


def _nodes(wanted: Wanted, dictionary: Dictionary) -> list[NodeType]:
    """The nodes that are named, else all, in submission order. Raises UsageError U672 for one that is not there."""
    for name in wanted.nodes:
        if name not in dictionary.order:
            hint = did_you_mean(name, dictionary.order) or f"It has: {', '.join(dictionary.order)}."
            raise UsageError.of("U672", f"The commons has no node '{name}' with records.", hint=hint, value=name)
    return [dictionary.nodes[name] for name in dictionary.order if not wanted.nodes or name in wanted.nodes]


class _Selection:
    def __init__(self, project: Project, dictionary: Dictionary, wanted: Wanted, nodes: list[NodeType]) -> None:
        self._project, self._dictionary, self._wanted = project, dictionary, wanted
        self._columns = columns(wanted.fields, nodes, dictionary)
        self._conditions = conditions(wanted.where, nodes, dictionary)
        self._period = Period.of(wanted.since, wanted.until)
        self._ids = {one.lower() for one in wanted.ids} if wanted.ids is not None else None
        self._found: set[str] = set()
        self._members: set[str] = set()

    def all(self, folder: Path) -> Iterator[Selected]:
        # A dataset is known by its links: what stands above the nodes that are wanted must be read too.
        order = [name for name in self._dictionary.order if name in self._columns or self._wanted.dataset is not None]
        there = self._project.counts(order)
        for name in order:
            if there[name] or name in self._wanted.nodes:
                with spooled(self._project, self._dictionary.nodes[name], folder) as spool:
                    entries = self._among(spool)
                    if name in self._columns:
                        selected = self._selected(spool, entries)
                        if selected or name in self._wanted.nodes:
                            yield selected
        self._check_all_found()

    def _among(self, spool: Spool) -> list[Entry]:
        """The records of the dataset, and those that are named."""
        entries = spool.entries()
        if self._wanted.dataset is not None:
            inside = members_of(entries, spool.node, frozenset([self._wanted.dataset.lower()]), self._members, False)
            entries = [one for one in entries if one.id in inside]
        if self._ids is not None:
            named = [(one, {one.id.lower(), one.submitter_id.lower()} & self._ids) for one in entries]
            self._found |= {name for _, names in named for name in names}
            entries = [one for one, names in named if names]
        return entries

    def _selected(self, spool: Spool, entries: list[Entry]) -> Selected:
        node, wanted = spool.node, self._wanted
        looked_at = [one.name for condition in self._conditions for one in condition.columns[node.name]]
        asked = [one.name for one in self._columns[node.name]]
        names = not_exported([*looked_at, *asked, *([UPDATED] if self._period else [])], node)
        extra = kept(self._project, self._dictionary, node, names) if names and entries else {}
        if self._conditions or self._period:
            entries = [one for one in entries if self._meets(spool, one, extra.get(one.id, {}))]
        chosen = entries[wanted.offset :][: wanted.limit]
        return Selected(node, self._occurring(spool, names), len(entries), spool, chosen, extra)

    def _meets(self, spool: Spool, entry: Entry, extra: dict[str, Any]) -> bool:
        record = {**spool.record(entry), **extra} if self._conditions else extra
        met = all(condition.meets(record, spool.node) for condition in self._conditions)
        return met and (not self._period or self._period.holds(record.get(UPDATED)))

    def _occurring(self, spool: Spool, kept_names: list[str]) -> tuple[Column, ...]:
        """Columns that were named are there also where no record has them; of all the others those that occur."""
        words = (self._wanted.fields or "").split(",")
        named = {word.strip().partition(".")[0] for word in words} - {ALL, LINKS, ""}
        there = {*spool.names, *kept_names, *named, "type", spool.node.key}
        return tuple(one for one in self._columns[spool.node.name] if one.name in there)

    def _check_all_found(self) -> None:
        if self._wanted.dataset is not None and not self._members:
            message = f"The project '{self._project.code}' has no dataset '{self._wanted.dataset}'."
            hint = f"'sds2gen3 browse {self._project.code}' shows what it has."
            raise DataError.of("U677", message, hint=hint, value=self._wanted.dataset)
        missing = sorted((self._ids or set()) - self._found)
        if missing:
            listed = ", ".join(f"'{one}'" for one in missing[:_SHOWN])
            more = f" and {len(missing) - _SHOWN:,} more" if len(missing) > _SHOWN else ""
            raise DataError.of("U674", f"There are no records with these ids: {listed}{more}.", value=missing[0])
