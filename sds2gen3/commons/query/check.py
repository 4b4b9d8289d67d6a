"""Whether a query names only what the commons has, asked of the dictionary before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql.language import FieldNode, InlineFragmentNode, SelectionSetNode

from sds2gen3.commons.query.document import Query
from sds2gen3.commons.query.names import ROOT, Field, Names
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.errors import UsageError
from sds2gen3.nearest import did_you_mean


def check_query(query: Query, names: Names) -> None:
    """Raises UsageError U681, one finding for each name that is not there, with the nearest that is."""
    found = list(dict.fromkeys(_of_selection(query.operation.selection_set, ROOT, "", names)))
    if found:
        raise UsageError(*found)


def _of_selection(selection: SelectionSetNode, type_: str, path: str, names: Names) -> Iterator[Diagnostic]:
    known = names.fields(type_)
    for one in selection.selections:
        if isinstance(one, InlineFragmentNode):
            inner = one.type_condition.name.value if one.type_condition else type_
            yield from _of_selection(one.selection_set, inner, path, names)
        elif isinstance(one, FieldNode) and known is not None:
            yield from _of_field(one, type_, path, known, names)


def _of_field(node: FieldNode, type_: str, path: str, known: Mapping[str, Field], names: Names) -> Iterator[Diagnostic]:
    name = node.name.value
    field = known.get(name)
    where = f"{path}.{name}" if path else name
    if field is None:
        # Servers have more of the fields that begin so than are known here.
        if not name.startswith("_") or name.endswith("_count"):
            owner = f"The node '{type_}' has no property or link" if path else "The commons has no node"
            yield finding("U681", f"{owner} '{name}'.", hint=did_you_mean(name, known), value=name)
        return
    for argument in node.arguments or ():
        given = argument.name.value
        if field.arguments is not None and given not in field.arguments:
            hint = did_you_mean(given, field.arguments)
            yield finding("U681", f"'{where}' takes no argument '{given}'.", hint=hint, value=given)
    if field.type is None and node.selection_set is not None:
        yield finding("U681", f"'{where}' is a value: nothing can be asked of it.", value=name)
    elif field.type is not None and node.selection_set is None:
        yield finding("U681", f"It is not said what is asked of '{where}'.", hint=f"Write {name} {{ id }}.", value=name)
    elif field.type is not None and node.selection_set is not None:
        yield from _of_selection(node.selection_set, field.type, where, names)
