"""The GraphQL schema of a dictionary: one type and two root fields for each node, links both ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
)

from sds2gen3.sandbox.graph.log_fields import log_arguments, log_type, resolve_count, resolve_logs
from sds2gen3.sandbox.graph.selection import (
    DEFAULT_FIRST,
    any_type,
    count,
    data_records,
    neighbours,
    of_type,
    page,
    project_id,
    property_value,
)
from sds2gen3.sandbox.schemas import Schemas, Shape
from sds2gen3.sandbox.store import Record

_SCALARS: Mapping[type, GraphQLScalarType] = {bool: GraphQLBoolean, float: GraphQLFloat, int: GraphQLFloat}
_STRINGS = GraphQLList(GraphQLString)
_OF_ANY_NODE = ("id", "submitter_id", "type", "project_id", "created_datetime", "updated_datetime")
_NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
Resolver = Callable[..., Any]


@dataclass(frozen=True)
class Seen:
    """A record as a GraphQL object. One found through `node` shows only what all nodes have [A15]."""

    record: Record
    bare: bool = False


@lru_cache(maxsize=4)
def build(schemas: Schemas) -> GraphQLSchema:
    """The schema; it takes some 20 ms for the SDS dictionary."""
    return _Builder(schemas).schema()


class _Builder:
    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._node = GraphQLInterfaceType(
            "Node",
            {name: GraphQLField(GraphQLID if name == "id" else GraphQLString) for name in _OF_ANY_NODE},
            resolve_type=lambda seen, *_: seen.record.type,
        )
        self._path = GraphQLInputObjectType("WithPathToInput", self._path_fields())
        self._arguments = {name: self._node_arguments(shape) for name, shape in schemas.shapes.items()}
        self._types = {name: self._type(shape) for name, shape in schemas.shapes.items()}

    def schema(self) -> GraphQLSchema:
        logs = {
            "transaction_log": GraphQLField(GraphQLList(log_type()), log_arguments(), resolve_logs),
            "_transaction_log_count": GraphQLField(GraphQLInt, log_arguments(), resolve_count),
        }
        fields = self._root_fields()
        viewer = GraphQLField(GraphQLObjectType("viewer", fields), resolve=lambda *_: {})
        root = GraphQLObjectType("Root", {**logs, **fields, "viewer": viewer})
        return GraphQLSchema(root, types=list(self._types.values()))

    def _root_fields(self) -> dict[str, GraphQLField]:
        fields = {"node": GraphQLField(GraphQLList(self._node), _interface_arguments(), _resolve_node)}
        for name, shape in self._schemas.shapes.items():
            arguments = self._arguments[name]
            fields[name] = GraphQLField(GraphQLList(self._types[name]), arguments, _resolve_type(shape))
            fields[f"_{name}_count"] = GraphQLField(GraphQLInt, arguments, _resolve_type_count(shape))
        return {**fields, "datanode": self._data_field(), "_node_type": self._node_type_field()}

    def _type(self, shape: Shape) -> GraphQLObjectType:
        return GraphQLObjectType(shape.name, lambda: self._fields(shape), interfaces=[self._node])

    def _fields(self, shape: Shape) -> dict[str, GraphQLField]:
        fields = {name: GraphQLField(_kind(shape, name), resolve=_property) for name in _OF_ANY_NODE}
        own = sorted(set(shape.types) - set(_OF_ANY_NODE))
        fields |= {name: GraphQLField(_kind(shape, name), resolve=_property) for name in own}
        edges = {name: edge for name, edge in shape.edges.items() if edge.other in self._types}
        for name, edge in edges.items():
            target, arguments = self._types[edge.other], self._arguments[edge.other]
            fields[name] = GraphQLField(GraphQLList(target), arguments, _resolve_link)
        for name, edge in edges.items():
            fields[f"_{name}_count"] = GraphQLField(GraphQLInt, self._arguments[edge.other], _resolve_link_count)
        logs = GraphQLList(log_type())
        fields["_transaction_logs_count"] = GraphQLField(GraphQLInt, log_arguments(), resolve_count)
        fields["_transaction_logs"] = GraphQLField(logs, log_arguments(), resolve_logs)
        arguments = _interface_arguments()
        arguments.pop("of_type")
        fields["_links"] = GraphQLField(GraphQLList(self._node), arguments, _resolve_links)
        return fields

    def _node_arguments(self, shape: Shape) -> dict[str, GraphQLArgument]:
        paths = GraphQLList(self._path)
        found = _base_arguments()
        found |= {name: GraphQLArgument(_STRINGS) for name in ("with_links", "with_links_any", "without_links")}
        found |= {name: GraphQLArgument(paths) for name in ("with_path_to", "with_path_to_any", "without_path_to")}
        found |= {name: GraphQLArgument(_list_of(_kind(shape, name))) for name in shape.types}
        if shape.name == "project":
            found["project_id"] = GraphQLArgument(_STRINGS)
        fields = {name: GraphQLInputField(_kind(shape, name)) for name in ("id", *shape.types)}
        unwanted = GraphQLInputObjectType(f"NotPropertiesInput_{shape.name}", fields)
        return {**found, "not": GraphQLArgument(GraphQLList(unwanted))}

    def _path_fields(self) -> dict[str, GraphQLInputField]:
        shapes = self._schemas.shapes.values()
        fields = {name: GraphQLInputField(_kind(shape, name)) for shape in shapes for name in shape.types}
        required = GraphQLInputField(GraphQLNonNull(GraphQLString))
        return {**fields, "id": GraphQLInputField(GraphQLString), "type": required}

    def _data_field(self) -> GraphQLField:
        shapes = [shape for shape in self._schemas.shapes.values() if shape.is_file]
        kinds = {name: _kind(shape, name) for shape in shapes for name in shape.types}
        kinds |= {"id": GraphQLString, "type": GraphQLString}
        data = GraphQLObjectType("DataNode", {name: GraphQLField(kinds[name], resolve=_property) for name in kinds})
        arguments = {**_base_arguments(), **{name: GraphQLArgument(kind) for name, kind in kinds.items()}}
        arguments |= {"of_type": GraphQLArgument(_STRINGS), "project_id": GraphQLArgument(GraphQLString)}
        return GraphQLField(GraphQLList(data), arguments, _resolve_data)

    def _node_type_field(self) -> GraphQLField:
        """The dictionary itself; everything in it is told as text, as Python writes it [A42]."""
        keys = {key for shape in self._schemas.shapes.values() for key in shape.served if _NAME.fullmatch(key)}
        fields = {key: GraphQLField(GraphQLString, resolve=_resolve_key(key)) for key in sorted(keys)}
        arguments = {key: GraphQLArgument(GraphQLString) for key in sorted(keys)}
        arguments |= {name: GraphQLArgument(GraphQLString) for name in ("order_by_asc", "order_by_desc")}
        arguments["first"] = GraphQLArgument(GraphQLInt)
        shapes = list(self._schemas.shapes.values())

        def resolve(_: Any, info: GraphQLResolveInfo[Any], **args: Any) -> list[Mapping[str, Any]]:
            asked = {key: value for key, value in args.items() if key in keys}
            found = [one.served for one in shapes if all(str(one.served.get(key)) in asked[key] for key in asked)]
            for key, back in (("order_by_asc", False), ("order_by_desc", True)):
                if key in args:
                    found = sorted(found, key=lambda one: str(one.get(args[key])), reverse=back)
            first = args.get("first", DEFAULT_FIRST)
            return found[:first] if first > 0 else found

        return GraphQLField(GraphQLList(GraphQLObjectType("NodeType", fields)), arguments, resolve)


def _kind(shape: Shape, name: str) -> Any:
    if name == "id":
        return GraphQLID
    kind = shape.types.get(name, str)
    return _STRINGS if kind is list else _SCALARS.get(kind, GraphQLString)


def _list_of(kind: Any) -> Any:
    return kind if isinstance(kind, GraphQLList) else GraphQLList(kind)


def _base_arguments() -> dict[str, GraphQLArgument]:
    texts = ("id", "submitter_id", "quick_search", "order_by_asc", "order_by_desc")
    times = ("created_before", "created_after", "updated_before", "updated_after")
    found = {name: GraphQLArgument(GraphQLString) for name in (*texts, *times)}
    found |= {name: GraphQLArgument(GraphQLInt) for name in ("first", "offset")}
    return {**found, "ids": GraphQLArgument(_STRINGS)}


def _interface_arguments() -> dict[str, GraphQLArgument]:
    own = {"of_type": GraphQLArgument(_STRINGS), "project_id": GraphQLArgument(GraphQLString)}
    return {**_base_arguments(), **own, "category": GraphQLArgument(GraphQLString)}


def _property(seen: Seen, info: GraphQLResolveInfo[Any]) -> Any:
    """A property; items of a list and a list in place of a text come as text [A08, A41]."""
    name, record = info.field_name, seen.record
    if name in ("id", "type"):
        return record.id if name == "id" else record.type
    if seen.bare and name not in _OF_ANY_NODE:
        return None
    if name == "project_id" and record.type == "project":
        return project_id(info.context, record)
    value = property_value(record, name)
    if isinstance(info.return_type, GraphQLList):
        return [str(item) for item in value] if isinstance(value, list) else value
    return str(value) if info.return_type is GraphQLString and value is not None else value


def _resolve_type(shape: Shape) -> Resolver:
    return lambda _, info, **args: [Seen(one) for one in page(of_type(info.context, shape, args), args)]


def _resolve_type_count(shape: Shape) -> Resolver:
    return lambda _, info, **args: count(info.context, shape, args)


def _resolve_link(seen: Seen, info: GraphQLResolveInfo[Any], **args: Any) -> list[Seen]:
    found = neighbours(info.context, seen.record, info.field_name)
    shape = info.context.shape(info.context.shape(seen.record.type).edges[info.field_name].other)
    return [Seen(one) for one in page(of_type(info.context, shape, args, found), args)]


def _resolve_link_count(seen: Seen, info: GraphQLResolveInfo[Any], **args: Any) -> int:
    link = info.field_name.removeprefix("_").removesuffix("_count")
    shape = info.context.shape(info.context.shape(seen.record.type).edges[link].other)
    return count(info.context, shape, args, neighbours(info.context, seen.record, link))


def _resolve_links(seen: Seen, info: GraphQLResolveInfo[Any], **args: Any) -> list[Seen]:
    edges = info.context.shape(seen.record.type).edges
    around = [one for name in edges for one in neighbours(info.context, seen.record, name)]
    return [Seen(one, bare=True) for one in page(around, args)]


def _resolve_node(_: Any, info: GraphQLResolveInfo[Any], **args: Any) -> list[Seen]:
    return [Seen(one, bare=True) for one in any_type(info.context, args)]


def _resolve_data(_: Any, info: GraphQLResolveInfo[Any], **args: Any) -> list[Seen]:
    return [Seen(one) for one in data_records(info.context, args)]


def _resolve_key(key: str) -> Resolver:
    return lambda schema, _: str(schema[key]) if schema.get(key) is not None else None
