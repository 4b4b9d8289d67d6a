"""report.json: what is in the folder and what it was made from. No times, so that the same input gives the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from sds2gen3 import __version__
from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Report
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.model import Graph, NodeTable
from sds2gen3.validate.by_node import errors_by_node

NAME = "report.json"
MARKER = "sds2gen3"
"""The value of `made_by`, by which a folder is known as ours."""


def summary(graph: Graph, nodes: Mapping[str, str], dictionary: Dictionary | None, report: Report | None) -> bytes:
    """The JSON document. `nodes` are the files by node, relative to the folder."""
    document: dict[str, Any] = {
        "v": 1,
        "made_by": MARKER,
        "version": __version__,
        "dataset": {"name": graph.dataset.name, "sds_version": graph.dataset.version},
        "needs": dict(sorted(graph.needs.items())),
        "roots": {name: dict(record) for name, record in graph.roots.items()},
        "nodes": {node: _of_node(graph.nodes[node], file, dictionary) for node, file in nodes.items()},
    }
    if dictionary is not None:
        document["dictionary"] = {"name": dictionary.name}
    if report is not None:
        document |= _of_report(report)
        document["errors"] = errors_by_node(graph, report)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _of_node(table: NodeTable, file: str, dictionary: Dictionary | None) -> dict[str, Any]:
    """The file and its parts. `links` are those that the sheets of a part speak of: without a target, the cell is empty."""
    told: dict[str, Any] = {"file": file, "records": len(table)}
    if dictionary is not None and table.node in dictionary.nodes:
        links = dictionary.nodes[table.node].links
        told["parts"] = [
            {"records": len(part), "links": [name for name in links if part.speaks_of(name)]} for part in table.parts
        ]
    return told


def _of_report(report: Report) -> dict[str, Any]:
    codes = Counter(d.code for d in report)
    found: dict[str, Any] = {
        "findings": {severity.label: report.count(severity) for severity in reversed(Severity)},
        "codes": dict(sorted(codes.items())),
    }
    if "mapping" in report.summary:
        found["mapping"] = report.summary["mapping"]
    return found
