"""The whole validation: node by node, each kind of check in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, Report, finding
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.model import Graph
from sds2gen3.place import Place
from sds2gen3.validate import cycles, ids, links, records, reserved, roots, unsendable
from sds2gen3.validate.known import Known
from sds2gen3.validate.naming import sheet

_NEVER_SENT = frozenset(("program", "project"))


def validate(graph: Graph, dictionary: Dictionary) -> Report:
    """What the commons would refuse or spoil, and why; no errors means that it accepts every record.

    `summary["validated"]` counts, for each node, its `records` and the `errors` found in them. The Graph's own findings
    are not repeated. Raises nothing: whatever the data are like, they give findings.
    """
    known = Known(graph, dictionary)
    earlier = (*graph.dataset.findings, *graph.findings)
    errors = (d for d in earlier if d.severity == Severity.ERROR)
    told = frozenset(place for d in errors for place in (d.place, *d.related) if place is not None)
    found = [*roots.check(graph, dictionary), *_all_nodes(graph, dictionary, known, told)]
    refused = Counter(d.node for d in found if d.severity == Severity.ERROR)
    counts = {node: {"records": len(table), "errors": refused[node]} for node, table in graph.nodes.items()}
    return Report(found, {"validated": counts})


def _all_nodes(graph: Graph, dictionary: Dictionary, known: Known, told: frozenset[Place]) -> Iterator[Diagnostic]:
    for name, table in graph.nodes.items():
        node = dictionary.nodes.get(name)
        if node is None or node.internal or name in _NEVER_SENT:
            yield _unknown(graph, dictionary, name)
            continue
        yield from unsendable.check(table)
        yield from records.check(table, node)
        yield from reserved.check(node, known)
        yield from ids.check(node, known[name])
        yield from links.check(node, known, told)
        yield from cycles.check(node, known[name])
    yield from ids.between(known, [name for name in graph.nodes if name in dictionary.nodes])


def _unknown(graph: Graph, dictionary: Dictionary, name: str) -> Diagnostic:
    table = graph.nodes[name]
    reason = (
        f"The commons makes the records of '{name}' itself."
        if name in dictionary.nodes
        else f"The dictionary '{dictionary.name}' has no node '{name}'."
    )
    return finding("D453", reason, sheet(table.parts[0]) if table.parts else None, node=name)
