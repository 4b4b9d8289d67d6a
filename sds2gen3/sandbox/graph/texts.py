"""Errors of GraphQL in the words of the server's older library [A26-A30]."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSyntaxError,
)
from graphql.language import print_ast
from rapidfuzz.distance import OSA


def text(error: GraphQLError, schema: GraphQLSchema) -> str:
    """The message; errors of resolvers keep their own."""
    if isinstance(error, GraphQLSyntaxError):
        return _syntax(error)
    node = error.nodes[0] if error.nodes else None
    if unknown := re.match(r"Cannot query field '(\w+)' on type '(\w+)'", error.message):
        name, type_ = unknown.groups()
        return f'Cannot query field "{name}" on type "{type_}".' + _meant(name, _fields(schema, type_))
    if unknown := re.match(r"Unknown argument '(\w+)' on field '(\w+)\.(\w+)'", error.message):
        name, type_, field = unknown.groups()
        known = _fields(schema, type_).get(field)
        message = f'Unknown argument "{name}" on field "{field}" of type "{type_}".'
        return message + _meant(name, known.args if known else {})
    if " cannot represent " in error.message and node is not None:
        return _wrong_value(error)
    return error.message


def _syntax(error: GraphQLError) -> str:
    """With the line and a mark below the place."""
    if error.source is None or not error.locations:
        return error.message
    place = error.locations[0]
    what = error.message.removeprefix("Syntax Error: ").removesuffix(".").replace("<EOF>", "EOF")
    lines = error.source.body.splitlines() or [""]
    head = f"{place.line}: "
    mark = " " * (len(head) + place.column - 1) + "^"
    return f"Syntax Error GraphQL ({place.line}:{place.column}) {what}\n\n{head}{lines[place.line - 1]}\n{mark}\n"


def _fields(schema: GraphQLSchema, type_: str) -> Mapping[str, GraphQLField]:
    found = schema.get_type(type_)
    return found.fields if isinstance(found, (GraphQLObjectType, GraphQLInterfaceType)) else {}


def _meant(name: str, known: Iterable[str]) -> str:
    """The names that differ in half of their letters at most: the older library is generous with them."""
    far = {one: OSA.distance(name, one) for one in known}
    near = [one for one in far if far[one] <= max(len(name) / 2, len(one) / 2, 1)]
    quoted = [f'"{one}"' for one in sorted(near, key=lambda one: far[one])[:5]]
    if not quoted:
        return ""
    return f" Did you mean {', '.join(quoted[:-1])}{' or ' if len(quoted) > 1 else ''}{quoted[-1]}?"


def _wrong_value(error: GraphQLError) -> str:
    kind, _, _ = error.message.partition(" cannot represent ")
    value = print_ast(error.nodes[0]) if error.nodes else ""
    place = next(iter(error.positions or [0]))
    before = error.source.body[:place] if error.source else ""
    argument = re.search(r"(\w+)\s*:\s*$", before)
    name = argument.group(1) if argument else ""
    return f'Argument "{name}" has invalid value {value}.\nExpected type "{kind}", found {value}.'
