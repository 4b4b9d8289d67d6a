"""The output folder as a whole: which files it has, and that there is either all of it or nothing new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import DataError, UsageError
from sds2gen3.model import Graph, NodeTable
from sds2gen3.validate import unsendable
from sds2gen3.write.folder import replacing
from sds2gen3.write.json_records import as_json, as_jsonl
from sds2gen3.write.provenance import provenance
from sds2gen3.write.summary import summary
from sds2gen3.write.swap import settling
from sds2gen3.write.tsv import as_tsv
from sds2gen3.write.tsv_findings import tsv_findings
from sds2gen3.write.unmapped import unmapped

_BUFFER = 1 << 20

Writer = Callable[[NodeTable, Dictionary | None], Iterator[bytes]]

FORMS: dict[str, Writer] = {"json": as_json, "jsonl": as_jsonl, "tsv": as_tsv}


def write(
    graph: Graph,
    folder: str | Path,
    as_: str = "json",
    dictionary: Dictionary | None = None,
    report: Report | None = None,
) -> list[Path]:
    """Write the Graph into the folder and return the files, in the order in which they were written.

    `nodes/NN_<node>.json` (or .jsonl, .tsv) in submission order, `provenance.jsonl`, `unmapped.jsonl` and `report.json`.
    The folder appears complete or not at all; one that was written before is replaced. Same Graph, same bytes.
    TSV needs the dictionary; `report` adds what was found to report.json.
    Raises UsageError C930-C935 for a folder or form that cannot be, DataError for values that the form cannot carry.
    """
    if as_ not in FORMS:
        raise UsageError.of("C933", f"Records are not written as '{as_}'.", value=as_)
    target = Path(folder)
    _refuse(graph, as_, dictionary)
    names: list[Path] = []
    with replacing(target, graph.dataset.root) as partial, settling() as settle:
        for path in _files(graph, partial, as_, dictionary, report):
            settle(path)
            names.append(path.relative_to(partial))
    return [target / name for name in names]


def _refuse(graph: Graph, as_: str, dictionary: Dictionary | None) -> None:
    """Raise for what the form cannot carry, before anything is written."""
    found: list[Diagnostic] = [d for table in graph.nodes.values() for d in unsendable.check(table)]
    if as_ == "tsv":
        if dictionary is None:
            raise UsageError.of("C934", "TSV cannot be written without the dictionary.")
        found.extend(d for d in tsv_findings(graph, dictionary) if d.severity.label == "error")
    if found:
        raise DataError(*found)


def _files(
    graph: Graph, partial: Path, as_: str, dictionary: Dictionary | None, report: Report | None
) -> Iterator[Path]:
    nodes: dict[str, str] = {}
    (partial / "nodes").mkdir()
    for number, (node, table) in enumerate(graph.nodes.items(), 1):
        nodes[node] = f"nodes/{number:02}_{node}.{as_}"
        yield _stream(partial / nodes[node], FORMS[as_](table, dictionary))
    yield _stream(partial / "provenance.jsonl", provenance(graph))
    yield _stream(partial / "unmapped.jsonl", unmapped(graph))
    yield _stream(partial / "report.json", [summary(graph, nodes, dictionary, report)])


def _stream(path: Path, pieces: Iterator[bytes] | list[bytes]) -> Path:
    with path.open("wb", buffering=_BUFFER) as file:
        file.writelines(pieces)
    return path
