"""Before the first byte: the commons must judge by the same dictionary as we did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sds2gen3.commons.client import Client
from sds2gen3.dictionary import Dictionary, from_json
from sds2gen3.dictionary.types import NodeType
from sds2gen3.errors import UsageError
from sds2gen3.model import Graph

_WORDS = frozenset(
    ("description", "term", "termDef", "title", "terms", "default", "example", "examples", "$schema", "id")
)
_SHOWN = 10


def served_dictionary(client: Client) -> Dictionary:
    """The dictionary that the commons serves (`--dictionary commons`)."""
    return from_json(client.dictionary(), client.endpoint)


def check_dictionary(dictionary: Dictionary, client: Client) -> None:
    """Raises UsageError U623, with what differs, where the commons has another dictionary than ours."""
    found = list(differences(dictionary, served_dictionary(client)))
    if found:
        more = f" (and {len(found) - _SHOWN} more)" if len(found) > _SHOWN else ""
        message = (
            f"{client.endpoint} has another dictionary than '{dictionary.name}': {'; '.join(found[:_SHOWN])}{more}."
        )
        raise UsageError.of("U623", message, value=dictionary.name)


def differences(ours: Dictionary, theirs: Dictionary) -> Iterator[str]:
    """What differs between two dictionaries, in short sentences; descriptions and terms do not count."""
    for name in sorted({*ours.order, *theirs.order}):
        if name not in theirs.nodes:
            yield f"the commons has no '{name}'"
        elif name not in ours.nodes:
            yield f"ours has no '{name}'"
        else:
            yield from _of_node(name, ours.nodes[name], theirs.nodes[name])


def _of_node(name: str, ours: NodeType, theirs: NodeType) -> Iterator[str]:
    for link in sorted({*ours.links, *theirs.links}):
        if ours.links.get(link) != theirs.links.get(link):
            yield f"the link '{link}' of '{name}' differs"
    if ours.required != theirs.required:
        lacking = ", ".join(f"'{one}'" for one in sorted(ours.required ^ theirs.required))
        yield f"'{name}' requires {lacking} in one of them only"
    own, other = _properties(ours), _properties(theirs)
    for property in sorted({*own, *other} - {*ours.links, *theirs.links}):
        if property not in other:
            yield f"the commons has no '{property}' in '{name}'"
        elif property not in own:
            yield f"ours has no '{property}' in '{name}'"
        elif own[property] != other[property]:
            yield f"'{property}' of '{name}' differs"
    if ours.groups != theirs.groups or _open(ours) != _open(theirs):
        yield f"'{name}' differs in what must go together"


def _properties(node: NodeType) -> dict[str, Any]:
    properties = node.schema.get("properties")
    return {name: _bare(one) for name, one in properties.items()} if isinstance(properties, Mapping) else {}


def _bare(schema: Any) -> Any:
    """A schema without its words, and with its types in order: that they are listed otherwise is no difference."""
    if isinstance(schema, Mapping):
        bare = {key: _bare(value) for key, value in schema.items() if key not in _WORDS}
        if isinstance(bare.get("type"), list):
            bare["type"] = sorted(map(str, bare["type"]))
        return bare
    return [_bare(one) for one in schema] if isinstance(schema, list) else schema


def _open(node: NodeType) -> bool:
    return node.schema.get("additionalProperties") is not False


def check_graph(graph: Graph, dictionary: Dictionary) -> None:
    """Raises UsageError U625 for records of nodes that the dictionary does not have: they would be left out silently."""
    strange = sorted(set(graph.nodes) - set(dictionary.order))
    if strange:
        names = ", ".join(f"'{name}'" for name in strange)
        raise UsageError.of("U625", f"The dictionary '{dictionary.name}' has no node {names}.")
