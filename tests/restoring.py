"""The way back for tests: records of a Graph to workbooks of SDS, and how they compare with the dataset they came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import declared
from sheet_makers import LAYOUTS

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import Dataset, Graph
from sds2gen3.restore.compare import Comparison, compare
from sds2gen3.restore.tables import Restored, restore
from sds2gen3.restore.upgrade import Upgraded, upgrade
from sds2gen3.restore.workbooks import Note, Written, write_sds

NEWEST = LAYOUTS.versions[-1]


def records_of(graph: Graph) -> dict[str, list[dict[str, Any]]]:
    """The records by node."""
    return {node: list(table.records()) for node, table in graph.nodes.items()}


def restored(
    records: Mapping[str, list[dict[str, Any]]],
    needs: Mapping[str, str],
    mapping: str = "sds",
    dictionary: str | Path = "sds",
) -> Restored:
    """The tables that the records were made from."""
    rules, nodes = declared(mapping, str(dictionary))
    return restore(records, rules, nodes, LAYOUTS, needs)


def written(dataset: Dataset, version: str, folder: Path, findings: list[Diagnostic] | None = None) -> Written:
    """The dataset's workbooks in the folder."""
    return write_sds(dataset, version, folder, LAYOUTS, lambda _: Note("heading", findings or [], {}))


def back_and_forth(dataset: Dataset, graph: Graph, folder: Path) -> Comparison:
    """The dataset compared with what comes back of its records, through workbooks."""
    found = restored(records_of(graph), graph.needs)
    again = written(found.dataset, found.version or NEWEST, folder).dataset
    return compare(dataset, again, LAYOUTS)


def upgraded(dataset: Dataset, version: str = NEWEST) -> Upgraded:
    """The dataset as one of another version."""
    return upgrade(dataset, version, LAYOUTS)


def counted(comparison: Comparison, what: str) -> dict[tuple[str, str], int]:
    """How many cells of each field are 'respelt', 'lost' or 'added'."""
    return dict(Counter((one.table, one.field) for one in getattr(comparison, what)))
