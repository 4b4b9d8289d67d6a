"""Spool: the export of a node, kept on disk while it is put in order, so that memory holds the names of its records only."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sds2gen3.commons.project import Project
from sds2gen3.dictionary.types import NodeType
from sds2gen3.errors import UnreachableError

_TRIES = 3


@dataclass(slots=True)
class Entry:
    """A record on disk: its names, the server's ids of what it links to, and where its pieces stand."""

    submitter_id: str
    id: str
    targets: set[str] = field(default_factory=set)
    pieces: list[tuple[int, int]] = field(default_factory=list)


class Spool:
    """All records of one node, once each, by submitter_id and then the server's id. `names` are the properties that occur."""

    def __init__(self, node: NodeType, file: BinaryIO) -> None:
        self.node = node
        self.names: set[str] = set()
        self._file = file
        self._entries: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def add(self, record: Mapping[str, Any]) -> None:
        """Keep a record, or a further piece of one: a record that links to several may come in pieces."""
        id_ = str(record.get("id"))
        entry = self._entries.setdefault(id_, Entry(str(record.get(self.node.key) or ""), id_))
        for link in self.node.links:
            value = record.get(link) or ()
            entry.targets |= {str(one.get("node_id")) for one in value if isinstance(one, dict)}
        self.names |= record.keys()
        content = json.dumps(record).encode()
        entry.pieces.append((self._file.tell(), len(content)))
        self._file.write(content)

    def entries(self) -> list[Entry]:
        """In their order, which does not depend on that of the server."""
        return sorted(self._entries.values(), key=lambda one: (one.submitter_id, one.id))

    def record(self, entry: Entry) -> dict[str, Any]:
        """The record as the commons exported it, with the links of all its pieces."""
        whole: dict[str, Any] = {}
        for start, length in entry.pieces:
            self._file.seek(start)
            piece = json.loads(self._file.read(length))
            for link in self.node.links.keys() & piece.keys() & whole.keys():
                piece[link] = [*whole[link], *(one for one in piece[link] if one not in whole[link])]
            whole |= piece
        return whole

    def records(self) -> Iterator[dict[str, Any]]:
        return (self.record(entry) for entry in self.entries())


def spooled(project: Project, node: NodeType, folder: Path | None = None) -> Spool:
    """Every record of the node, read again from the start where the stream breaks or some are missing; to be closed.

    Raises UnreachableError U610 where it keeps breaking off, U670 where the commons counts others than it gives.
    """
    counted = given = 0
    for left in reversed(range(_TRIES)):
        spool = Spool(node, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115  # the Spool closes it
        try:
            for record in project.export(node.name):
                spool.add(record)
        except UnreachableError as error:
            spool.close()
            if not left or error.diagnostics[0].code != "U610":
                raise
            project.client.patience.wait(project.client.patience.first, error.diagnostics[0].message.rstrip("."))
            continue
        counted, given = project.counts([node.name])[node.name], len(spool)
        if counted == given:
            return spool
        spool.close()
    message = f"{project.client.endpoint} counts {counted:,} records of '{node.name}', and gave {given:,}."
    raise UnreachableError.of("U670", message, node=node.name)
