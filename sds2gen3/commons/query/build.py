"""Queries made for the user, as trees and never as text: whatever stands in a value stays a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import OperationType
from graphql.language import (
    ArgumentNode,
    BooleanValueNode,
    FieldNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NameNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
)

from sds2gen3.commons.query.document import text_of
from sds2gen3.commons.query.trees import changed
from sds2gen3.dictionary.asked import refused
from sds2gen3.dictionary.columns import Column
from sds2gen3.dictionary.types import NodeType, Property
from sds2gen3.errors import UsageError
from sds2gen3.nearest import did_you_mean


def built(node: str, columns: Sequence[Column], arguments: Mapping[str, Any]) -> str:
    """The query for columns of a node's records; `arguments` are its conditions, `first` and `offset`."""
    asked: dict[str, list[str]] = {}
    for column in columns:
        asked.setdefault(column.name, [])
        if column.key is not None:
            asked[column.name].append(column.key)
    inner = [_field(name, [_field(key) for key in keys]) for name, keys in asked.items()]
    conditions = tuple(
        ArgumentNode(name=NameNode(value=name), value=literal(value)) for name, value in arguments.items()
    )
    top = changed(_field(node, inner), arguments=conditions)
    selection = SelectionSetNode(selections=(top,))
    return text_of(OperationDefinitionNode(operation=OperationType.QUERY, selection_set=selection)) + "\n"


def arguments_of(conditions: Sequence[str], node: NodeType) -> dict[str, Any]:
    """The arguments for `name=value`, each value in the type of its property; several of one name mean any of them.

    A value is all that stands after the =, blanks too.
    Raises UsageError U672 for a name that the node has not, U673 for what is no such condition, or one that none can meet.
    """
    found: dict[str, list[Any]] = {}
    for text in conditions:
        before, equals, value = text.partition("=")
        name = before.strip()
        if not equals or not name or name[-1] in "!<>":
            hint = "The server compares with = only; 'export --where' knows more."
            raise UsageError.of("U673", f"'--where {text}' is no NAME=VALUE.", hint=hint, value=text)
        if name not in node.properties:
            hint = did_you_mean(name, node.properties)
            raise UsageError.of("U672", f"The node '{node.name}' has no property '{name}'.", hint=hint, value=name)
        error = refused(node.properties[name], "=", value)
        if error is not None:
            raise error
        found.setdefault(name, []).append(_typed(value, node.properties[name]))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def _typed(text: str, property: Property) -> Any:
    """The value of an argument, which has the first type of the property: numbers are written so, all else as text."""
    kinds = property.schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) and kinds else kinds
    try:
        if kind in ("integer", "number"):
            return float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError as error:
        raise UsageError.of("U673", f"'{property.name}' is a number, not '{text}'.", value=text) from error
    return {"true": True, "false": False}.get(text.lower(), text) if kind == "boolean" else text


def literal(value: Any) -> ValueNode:
    """A plain value as GraphQL writes it."""
    if isinstance(value, bool):
        return BooleanValueNode(value=value)
    if isinstance(value, int):
        return IntValueNode(value=str(value))
    if isinstance(value, float):
        return FloatValueNode(value=repr(value))
    if isinstance(value, str):
        return StringValueNode(value=value)
    if isinstance(value, list):
        return ListValueNode(values=tuple(map(literal, value)))
    return NullValueNode()


def _field(name: str, inner: Sequence[FieldNode] = ()) -> FieldNode:
    selection = SelectionSetNode(selections=tuple(inner)) if inner else None
    return FieldNode(name=NameNode(value=name), arguments=(), directives=(), selection_set=selection)
