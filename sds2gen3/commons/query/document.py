"""The text of a query as one operation with its fragments put in place, and the variables that go with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSyntaxError, OperationType, parse, value_from_ast_untyped
from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeNode,
    print_ast,
)

from sds2gen3.commons.query.trees import changed
from sds2gen3.errors import UsageError
from sds2gen3.nearest import did_you_mean

_TEXTS = ("String", "ID")


@dataclass(frozen=True)
class Query:
    """One operation without named fragments, and the values of its variables."""

    operation: OperationDefinitionNode
    variables: Mapping[str, Any]

    @property
    def selections(self) -> Sequence[SelectionNode]:
        return self.operation.selection_set.selections


def read_query(text: str, variables: Mapping[str, Any] | None = None) -> Query:
    """The one query of a document. Raises UsageError U680 for what is none, U682 for variables that do not fit it."""
    try:
        document = parse(text, no_location=True)
    except GraphQLSyntaxError as error:
        line, column = error.locations[0] if error.locations else (1, 1)
        what = error.message.removeprefix("Syntax Error: ").rstrip(".").replace('"', "'")
        raise UsageError.of("U680", f"Line {line}, column {column} of the query: {what}.") from error
    except RecursionError as error:
        raise UsageError.of("U680", "The query is nested too deeply.") from error
    operation = _operation(document)
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    whole = changed(operation, selection_set=_expanded(operation.selection_set, fragments, ()))
    given = dict(variables or {})
    _check_variables(whole, given)
    return Query(whole, {**_defaults(whole), **given})


def text_of(operation: OperationDefinitionNode) -> str:
    """The operation as it is sent."""
    return print_ast(operation)


def variable(text: str, query: str) -> tuple[str, Any]:
    """Name and value of `name=value`: JSON, or plain text where the query wants one. Raises UsageError U682."""
    name, equals, value = text.partition("=")
    name = name.strip().removeprefix("$")
    if not (name and equals):
        raise UsageError.of("U682", f"--var {text} does not say NAME=VALUE.", value=text)
    kind = _declared(query).get(name)
    try:
        read = json.loads(value)
    except ValueError:
        read = value
    return name, value if kind in _TEXTS and not isinstance(read, (str, list, type(None))) else read


def _operation(document: DocumentNode) -> OperationDefinitionNode:
    found = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(found) != 1:
        raise UsageError.of("U680", f"There are {len(found)} queries in it, where one is sent.")
    if found[0].operation is not OperationType.QUERY:
        raise UsageError.of("U680", f"It is a {found[0].operation.value}: a commons is only asked this way.")
    return found[0]


def _expanded(
    selection: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], within: tuple[str, ...]
) -> SelectionSetNode:
    """The selection with what named fragments stand for in their places."""
    found: list[SelectionNode] = []
    for one in selection.selections:
        if isinstance(one, FragmentSpreadNode):
            name = one.name.value
            if name in within or name not in fragments:
                what = "holds itself" if name in within else "is not there"
                hint = did_you_mean(name, fragments)
                raise UsageError.of("U680", f"The fragment '{name}' {what}.", hint=hint, value=name)
            inner = _expanded(fragments[name].selection_set, fragments, (*within, name))
            condition = fragments[name].type_condition
            found.append(InlineFragmentNode(type_condition=condition, directives=one.directives, selection_set=inner))
            continue
        if isinstance(one, FieldNode | InlineFragmentNode) and one.selection_set is not None:
            found.append(changed(one, selection_set=_expanded(one.selection_set, fragments, within)))
        else:
            found.append(one)
    return SelectionSetNode(selections=tuple(found))


def _check_variables(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> None:
    declared = {one.variable.name.value: one for one in operation.variable_definitions or ()}
    for name in given:
        if name not in declared:
            hint = did_you_mean(name, declared)
            raise UsageError.of("U682", f"The query has no variable '{name}'.", hint=hint, value=name)
    for name, definition in declared.items():
        if (
            isinstance(definition.type, NonNullTypeNode)
            and definition.default_value is None
            and given.get(name) is None
        ):
            raise UsageError.of("U682", f"The query needs a value for '{name}'.", value=name)


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """The values of variables that are not given, where the query has one."""
    declared = operation.variable_definitions or ()
    return {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in declared
        if one.default_value is not None
    }


def _declared(query: str) -> dict[str, str]:
    """The innermost type of each variable; nothing for a query that cannot be read, which is told later."""
    try:
        operation = _operation(parse(query, no_location=True))
    except (GraphQLSyntaxError, RecursionError, UsageError):
        return {}
    return {one.variable.name.value: _innermost(one.type) for one in operation.variable_definitions or ()}


def _innermost(kind: TypeNode) -> str:
    while isinstance(kind, (ListTypeNode, NonNullTypeNode)):
        kind = kind.type
    return kind.name.value if isinstance(kind, NamedTypeNode) else ""
