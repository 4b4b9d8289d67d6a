"""Before the first byte: the commons must judge by the same dictionary as we did."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from sds2gen3.catalogue import Severity
from sds2gen3.commons.client import Client
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dictionary import Dictionary, from_json
from sds2gen3.dictionary.changes import changes
from sds2gen3.dictionary.types import NodeType
from sds2gen3.errors import DataError, UsageError
from sds2gen3.model import Graph, NodeTable
from sds2gen3.validate import ids, links, unsendable
from sds2gen3.validate.known import Known

_SHOWN = 10


def served_dictionary(client: Client) -> Dictionary:
    """The dictionary that the commons serves (`--dictionary commons`)."""
    return from_json(client.dictionary(), client.endpoint)


def check_dictionary(dictionary: Dictionary, client: Client) -> None:
    """Raises UsageError U623, with what differs, where the commons has another dictionary than ours."""
    found = [one.sentence.rstrip(".") for one in changes(dictionary, served_dictionary(client))]
    if found:
        more = f" (and {len(found) - _SHOWN} more)" if len(found) > _SHOWN else ""
        message = (
            f"{client.endpoint} has another dictionary than '{dictionary.name}': {'; '.join(found[:_SHOWN])}{more}."
        )
        raise UsageError.of("U623", message, value=dictionary.name)


def check_graph(graph: Graph, dictionary: Dictionary) -> None:
    """What would be left out silently, or spoil what is there; `validate` tells the rest.

    Raises UsageError U625 for records of nodes that the dictionary does not have, and DataError with the findings on ids
    (L520-L523, L501, L502 of links) and on what cannot be written as JSON (D451, D452, D456).
    """
    strange = sorted(set(graph.nodes) - set(dictionary.order))
    if strange:
        names = ", ".join(f"'{name}'" for name in strange)
        raise UsageError.of("U625", f"The dictionary '{dictionary.name}' has no node {names}.")
    known = Known(graph, dictionary)
    found = [one for name in graph.nodes for one in _spoiling(dictionary.nodes[name], known)]
    if found:
        raise DataError(*found)


def _spoiling(node: NodeType, known: Known) -> Iterator[Diagnostic]:
    table = known[node.name].table
    yield from (one for one in ids.check(node, known[node.name]) if one.severity == Severity.ERROR)
    yield from (one for one in links.check(node, known, frozenset()) if one.code in ("L501", "L502"))
    for one in unsendable.check(table):
        # A value with NUL can be sent; the server fails on its record alone, which is told then (U634).
        if one.code != "D451" or one.property == node.key or not _is_encodable(table, str(one.property)):
            yield one


def _is_encodable(table: NodeTable, property: str) -> bool:
    try:
        for part in table.parts:
            orjson.dumps(part.distinct(property) if property in part.columns else [])
    except TypeError:
        return False
    return True
