"""Nested lists made whole: asked for with `first: 0` where the query does not say how many, counted, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql.language import (
    ArgumentNode,
    FieldNode,
    InlineFragmentNode,
    IntValueNode,
    NameNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from sds2gen3.commons.query.names import Field, Names
from sds2gen3.commons.query.trees import changed

OURS = "sds2gen3_"
"""How the names begin that are added to a query, and taken out of its answer."""

_PAGING = frozenset(("first", "last", "offset"))
_NOT_COUNTED = _PAGING | {"order_by_asc", "order_by_desc"}


@dataclass(frozen=True, slots=True)
class Short:
    """A list that holds fewer than the server counts."""

    path: str
    counted: int
    given: int


def widened(selection: SelectionSetNode, type_: str, names: Names, variables: Mapping[str, Any]) -> SelectionSetNode:
    """The selection with every list below it whole and counted."""
    known = names.fields(type_) or {}
    found: list[SelectionNode] = []
    for one in selection.selections:
        if isinstance(one, InlineFragmentNode):
            condition = one.type_condition.name.value if one.type_condition else type_
            found.append(changed(one, selection_set=widened(one.selection_set, condition, names, variables)))
        elif isinstance(one, FieldNode):
            found += _field(one, known.get(one.name.value), names, variables)
    return SelectionSetNode(selections=tuple(found))


def _field(node: FieldNode, field: Field | None, names: Names, variables: Mapping[str, Any]) -> Iterator[FieldNode]:
    if field is None or field.type is None or node.selection_set is None:
        yield node
        return
    new = changed(node, selection_set=widened(node.selection_set, field.type, names, variables))
    if field.many and number(node, "first", variables) is None and number(node, "last", variables) is None:
        kept = (one for one in node.arguments or () if one.name.value not in ("first", "last"))
        new = changed(new, arguments=(*kept, whole_number("first", 0)))
        if field.count is not None:
            yield counting(node, field.count, f"{OURS}of_{key_of(node)}")
    yield new


def shorts(data: Any, path: str = "") -> Iterator[Short]:
    """The lists of an answer that are shorter than they were counted; the counts are taken out of it."""
    if isinstance(data, list):
        for item in data:
            yield from shorts(item, path)
    elif isinstance(data, dict):
        for name in [name for name in data if name.startswith(f"{OURS}of_")]:
            counted, key = data.pop(name), name.removeprefix(f"{OURS}of_")
            given = len(data.get(key) or ())
            if isinstance(counted, int) and given < counted:
                yield Short(f"{path}.{key}".lstrip("."), counted, given)
        for name, value in data.items():
            yield from shorts(value, f"{path}.{name}")


def arranged(data: Any, selection: SelectionSetNode | None) -> Any:
    """The answer with its values in the order in which they are asked for: servers put them into another one."""
    if selection is None:
        return data
    if isinstance(data, list):
        return [arranged(item, selection) for item in data]
    if not isinstance(data, dict):
        return data
    asked = dict(_asked(selection))
    return {
        key: arranged(data[key], asked[key]) if key in asked else data[key] for key in {**asked, **data} if key in data
    }


def _asked(selection: SelectionSetNode) -> Iterator[tuple[str, SelectionSetNode | None]]:
    """The names in the answer with what is asked below them; of a name that is there twice, all."""
    found: dict[str, SelectionSetNode | None] = {}
    for one in selection.selections:
        if isinstance(one, InlineFragmentNode) and one.selection_set is not None:
            pairs = list(_asked(one.selection_set))
        else:
            pairs = [(key_of(one), one.selection_set)] if isinstance(one, FieldNode) else []
        for key, below in pairs:
            known = found.get(key)
            if known is not None and below is not None:
                below = SelectionSetNode(selections=(*known.selections, *below.selections))
            found[key] = below
    yield from found.items()


def key_of(node: FieldNode) -> str:
    """Under which name the answer holds the field."""
    return node.alias.value if node.alias is not None else node.name.value


def counting(node: FieldNode, count: str, alias: str) -> FieldNode:
    """The field that counts what another one lists, with the same conditions."""
    kept = tuple(one for one in node.arguments or () if one.name.value not in _NOT_COUNTED)
    return FieldNode(
        name=NameNode(value=count), alias=NameNode(value=alias), arguments=kept, directives=node.directives
    )


def number(node: FieldNode, name: str, variables: Mapping[str, Any]) -> int | None:
    """The value of a whole-number argument, of its variable where it is one; None where it is not said."""
    value: ValueNode | None = next((one.value for one in node.arguments or () if one.name.value == name), None)
    if isinstance(value, VariableNode):
        given = variables.get(value.name.value)
        return given if isinstance(given, int) and not isinstance(given, bool) else None
    return int(value.value) if isinstance(value, IntValueNode) else None


def whole_number(name: str, value: int) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=IntValueNode(value=str(value)))
