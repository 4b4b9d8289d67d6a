"""Pictures of datasets: the nodes of the dictionary with the records that were made and the errors that they have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sds2gen3.drawing import Picture, pictured
from sds2gen3.validate.by_node import errors_by_node

if TYPE_CHECKING:
    from sds2gen3.diagnostics import Diagnostic
    from sds2gen3.dictionary.types import Dictionary
    from sds2gen3.model import Graph


def of_graph(graph: Graph, dictionary: Dictionary, found: Iterable[Diagnostic]) -> Picture:
    """The picture of a dataset's records, with the errors that were found in what they are made from."""
    records = {name: len(table) for name, table in graph.nodes.items()} | dict.fromkeys(graph.roots, 1)
    return pictured(dictionary, records, errors_by_node(graph, found), graph.dataset.name)
