"""Which nodes the errors of a dataset are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import Graph, Part, Table
from sds2gen3.place import Place


def errors_by_node(graph: Graph, found: Iterable[Diagnostic]) -> dict[str, int]:
    """The number of errors of each node that has any. One that names no node counts for those made from where it stands."""
    sources = [(name, table) for name, node in graph.nodes.items() for table in _tables(node.parts)]
    errors: Counter[str] = Counter()
    for d in found:
        if d.severity != Severity.ERROR:
            continue
        if d.node is not None:
            errors[d.node] += 1
        elif d.place is not None:
            errors.update({name for name, table in sources if _of(d.place, table)})
    return dict(sorted(errors.items()))


def _tables(parts: Iterable[Part]) -> Iterator[Table]:
    seen: set[int] = set()
    for part in parts:
        table = part.table
        if table is not None and id(table) not in seen:
            seen.add(id(table))
            yield table


def _of(place: Place, table: Table) -> bool:
    """Whether the place is in the table: in its sheet and, where a sheet holds several tables, in one of its rows."""
    if (place.file, place.sheet) != (table.file, table.sheet):
        return False
    if place.row is None or not table.transposed:
        return True
    return place.row in table.headers.values()
