"""The whole way for tests: read, convert and validate a dataset; and the shared material that tests read."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sds2gen3 import (
    Dataset,
    Dictionary,
    Graph,
    Mapping,
    Report,
    convert,
    load_dictionary,
    load_mapping,
    read_dataset,
    validate,
)
from sds2gen3.diagnostics import Diagnostic

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
SERVED = SHARED / "gen3_contract/exchanges/_dictionary_all.json"
"""The 12 LABOURS dictionary as its commons serves it."""


@dataclass(frozen=True)
class Run:
    """A dataset's whole way, with the report as a user sees it."""

    dataset: Dataset
    graph: Graph
    report: Report

    def at(self, cell: str) -> list[Diagnostic]:
        """The findings at a cell, e.g. 'subjects.xlsx!E2'."""
        return [d for d in self.report if cell in map(str, filter(None, (d.place, *d.related)))]

    def codes(self, cell: str | None = None) -> set[str]:
        """The codes found, anywhere or at a cell."""
        return {d.code for d in (self.report if cell is None else self.at(cell))}

    def errors(self, cell: str) -> list[str]:
        """The messages of the errors at a cell."""
        return [d.message for d in self.at(cell) if d.severity.label == "error"]

    def records(self, node: str) -> list[dict[str, Any]]:
        """The records of a node, none where it has none."""
        return list(self.graph.nodes[node].records()) if node in self.graph.nodes else []

    def unmapped(self) -> dict[str, str]:
        """Cell -> reason of everything that is in no record."""
        return {str(cell.place): cell.reason for cell in self.graph.left_out()}


@cache
def declared(mapping: str, dictionary: str) -> tuple[Mapping, Dictionary]:
    """The mapping and the dictionary, each loaded once for all tests."""
    return load_mapping(mapping), load_dictionary(dictionary)


def run(folder: Path, mapping: str = "sds", dictionary: str | Path = "sds", **needs: str) -> Run:
    """Read, convert and validate a dataset folder."""
    rules, nodes = declared(mapping, str(dictionary))
    dataset = read_dataset(folder)
    graph = convert(dataset, rules, nodes, **needs)
    report = Report([*dataset.findings, *graph.findings, *validate(graph, nodes)]).first_causes()
    return Run(dataset, graph, report)


def copied(folder: Path, to: Path) -> Path:
    """A writable copy of a (read-only) shared dataset folder."""
    target = to / folder.name
    shutil.copytree(folder, target, copy_function=shutil.copyfile)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target
