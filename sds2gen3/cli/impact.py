"""What a change of the dictionary does to records that exist: those that the old one accepts and the new one does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.model import Graph
from sds2gen3.place import Place
from sds2gen3.validate import validate
from sds2gen3.write import reread

_EXAMPLES = 3
_NO_WORD = "D442"  # not one of the agreed words: each word that breaks is a cause of its own
_UNKNOWN = "D448"  # a property that the dictionary does not know is told once for all the records that have it


@dataclass
class Cause:
    """One reason why records break, with how many, and some of them."""

    node: str
    code: str
    property: str | None
    message: str
    hint: str
    records: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Impact:
    """The records of a folder: how many of each node there are, break, and were wrong already."""

    records: dict[str, int]
    broken: dict[str, int]
    before: dict[str, int]
    causes: list[Cause]

    def as_dict(self) -> dict[str, Any]:
        return {
            "records": self.records,
            "broken": self.broken,
            "already_wrong": self.before,
            "causes": [vars(cause) for cause in self.causes],
        }


def impact(folder: Path, old: Dictionary, new: Dictionary) -> Impact:
    """What becomes of the records in a folder that `convert` or `export` wrote. Raises UsageError C936."""
    graph, _ = reread(folder, old, provenance=False)
    names = _names(graph)
    wrong = {key for d in _errors(graph, old) for key in _keys(d, graph, names)}
    causes: dict[tuple[str, str, str | None, str], Cause] = {}
    broken: set[tuple[str, str]] = set()
    for d in _errors(graph, new):
        word = str(d.value) if d.code == _NO_WORD else ""
        for node, name in sorted(_keys(d, graph, names) - wrong):
            broken.add((node, name))
            kind = (node, d.code, d.property, word)
            cause = causes.setdefault(kind, Cause(node, d.code, d.property, d.message, d.hint))
            cause.records += 1
            if len(cause.examples) < _EXAMPLES:
                cause.examples.append(name)
    records = {name: len(table) for name, table in graph.nodes.items()}
    counts = {name: sum(node == name for node, _ in broken) for name in records}
    before = {name: sum(node == name for node, _ in wrong) for name in records}
    return Impact(records, counts, before, sorted(causes.values(), key=lambda one: (-one.records, one.node, one.code)))


def _errors(graph: Graph, dictionary: Dictionary) -> Iterator[Diagnostic]:
    return (d for d in validate(graph, dictionary) if d.severity == Severity.ERROR)


def _names(graph: Graph) -> dict[str | tuple[str, str], list[tuple[str, str]]]:
    """The records of each node, and the record at each place in the folder's files."""
    found: dict[str | tuple[str, str], list[tuple[str, str]]] = {}
    for node, table in graph.nodes.items():
        for part in table.parts:
            for number, record in enumerate(part.records()):
                key = (node, str(record.get("submitter_id")))
                found.setdefault(node, []).append(key)
                place = part.place(number)
                if place is not None:
                    found[_spot(place)] = [key]
    return found


def _keys(
    d: Diagnostic, graph: Graph, names: dict[str | tuple[str, str], list[tuple[str, str]]]
) -> set[tuple[str, str]]:
    """The records that a finding is about: those that have an unknown property, those at its places, or all of its node."""
    if d.code == _UNKNOWN and d.node is not None and d.property is not None:
        records = graph.nodes[d.node].records()
        return {(d.node, str(one.get("submitter_id"))) for one in records if d.property in one}
    places = [one for one in (d.place, *d.related) if one is not None]
    found = {key for place in places for key in names.get(_spot(place), ())}
    return found or set(names.get(d.node or "", ()))


def _spot(place: Place) -> tuple[str, str]:
    """A place in the folder's files as file and number of the record."""
    return place.file, str(place.row) if place.pointer is None else place.pointer.split("/")[1]
