"""Ask: a query in pages, so that the server's silent limit of 10 cuts nothing short (contract section 11, [A02])."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from graphql.language import (
    ArgumentNode,
    FieldNode,
    InlineFragmentNode,
    NameNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    Visitor,
    visit,
)

from sds2gen3.commons.client import Client, TooSlowError
from sds2gen3.commons.query.check import check_query
from sds2gen3.commons.query.document import Query, read_query, text_of
from sds2gen3.commons.query.names import ROOT, Field, Names
from sds2gen3.commons.query.trees import changed
from sds2gen3.commons.query.whole import OURS, arranged, counting, key_of, number, shorts, whole_number, widened
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import UnreachableError

PAGE = 1_000
_COUNT, _ID = f"{OURS}count", f"{OURS}id"
_SET = frozenset(("first", "offset"))
_ORDERS = frozenset(("order_by_asc", "order_by_desc"))


def ask(
    client: Client,
    dictionary: Dictionary,
    text: str,
    variables: Mapping[str, Any] | None = None,
    page: int = PAGE,
) -> dict[str, Any]:
    """The whole answer to a query: every list has all its records, unless the query itself says how many it wants.

    The lists at the top come in pages of `page` records, fewer where the commons does not answer in time; each is held
    against what the commons counts. Raises UsageError U680-U682 before anything is sent, U615 for what the commons
    refuses; UnreachableError U670 where something is missing, U683 where even one record takes too long.
    """
    query = read_query(text, variables)
    names = Names(dictionary)
    check_query(query, names)
    known = names.fields(ROOT) or {}
    paged: dict[str, Any] = {}
    rest: list[SelectionNode] = []
    asked = _merged(_top(query.selections))
    for one in asked:
        field = known.get(one.name.value) if isinstance(one, FieldNode) else None
        if isinstance(one, FieldNode) and field is not None and field.type in dictionary.nodes:
            paged |= _Pages(client, query, one, field, names, dictionary, page).all()
        else:
            rest.append(one)
    others = _others(client, query, rest, names) if rest else {}
    order = [key_of(one) for one in asked if isinstance(one, FieldNode)]
    answer = {**others, **paged}
    whole = {key: answer[key] for key in dict.fromkeys([*order, *answer]) if key in answer}
    return {**whole, **arranged(whole, query.operation.selection_set)}


def _top(selections: Sequence[SelectionNode]) -> Iterator[SelectionNode]:
    """The fields at the top, those of fragments too."""
    for one in selections:
        if isinstance(one, InlineFragmentNode) and not one.directives:
            yield from _top(one.selection_set.selections)
        else:
            yield one


def _merged(selections: Iterable[SelectionNode]) -> list[SelectionNode]:
    """Fields of one name in the answer as one field, as GraphQL merges them; in their order."""
    found: dict[str, SelectionNode] = {}
    for at, one in enumerate(selections):
        key = key_of(one) if isinstance(one, FieldNode) else f"... {at}"
        known = found.get(key)
        if isinstance(known, FieldNode) and isinstance(one, FieldNode) and known.selection_set and one.selection_set:
            both = (*known.selection_set.selections, *one.selection_set.selections)
            found[key] = changed(known, selection_set=SelectionSetNode(selections=both))
        else:
            found[key] = one
    return list(found.values())


class _Pages:
    """The records of one field at the top, page by page."""

    def __init__(
        self,
        client: Client,
        query: Query,
        node: FieldNode,
        field: Field,
        names: Names,
        dictionary: Dictionary,
        page: int,
    ) -> None:
        self._client, self._query, self._node, self._count = client, query, node, str(field.count)
        wanted = number(node, "first", query.variables)
        self._most = wanted if wanted is not None and wanted > 0 else None
        self._start = max(number(node, "offset", query.variables) or 0, 0)
        self._key, self._page = key_of(node), page
        assert node.selection_set is not None
        assert field.type is not None
        inner = widened(node.selection_set, field.type, names, query.variables)
        own = FieldNode(name=NameNode(value="id"), alias=NameNode(value=_ID), arguments=(), directives=())
        self._fields = SelectionSetNode(selections=(*inner.selections, own))
        self._arguments = [one for one in node.arguments or () if one.name.value not in _SET]
        key = dictionary.nodes[field.type].key
        if not any(one.name.value in _ORDERS for one in self._arguments):
            self._arguments.append(ArgumentNode(name=NameNode(value="order_by_asc"), value=StringValueNode(value=key)))

    def all(self) -> dict[str, Any]:
        """The records under their name in the answer; nothing where a directive leaves them out."""
        rows, counted = self._collect(self._page)
        if counted is None:
            return {}
        expected = (
            max(counted - self._start, 0) if self._most is None else min(self._most, max(counted - self._start, 0))
        )
        if len(rows) < expected:
            # Records of several projects may share their submitter_ids, and then be in two pages or in none.
            rows, _ = self._collect(max(expected, 1))
        if len(rows) < expected:
            raise _lacking(self._client, self._key, expected, len(rows))
        return {self._key: list(rows.values())}

    def _collect(self, size: int) -> tuple[dict[str, Any], int | None]:
        rows: dict[str, Any] = {}
        at, counted = self._start, None
        while True:
            left = size if self._most is None else min(size, self._start + self._most - at)
            try:
                data = self._one(left, at)
            except TooSlowError as error:
                if left == 1:
                    message = f"{self._client.endpoint} takes too long for a single record of '{self._key}'."
                    raise UnreachableError.of("U683", message) from error
                size = max(left // 2, 1)
                continue
            found = data.get(self._key)
            if not isinstance(found, list):
                return rows, counted
            counted = int(data.get(_COUNT) or 0)
            for row in found:
                rows.setdefault(str(row.pop(_ID, None)), row)
            at += len(found)
            if not found or at >= counted or (self._most is not None and at >= self._start + self._most):
                return rows, counted

    def _one(self, size: int, at: int) -> dict[str, Any]:
        paging = (whole_number("first", size), whole_number("offset", at))
        listed = changed(self._node, arguments=(*self._arguments, *paging), selection_set=self._fields)
        return _sent(self._client, self._query, [listed, counting(self._node, self._count, _COUNT)], patient=False)


def _others(client: Client, query: Query, selections: Sequence[SelectionNode], names: Names) -> dict[str, Any]:
    """What has no pages - counts, the log, records of any node - all at once."""
    whole = widened(SelectionSetNode(selections=tuple(selections)), ROOT, names, query.variables)
    return _sent(client, query, whole.selections)


def _sent(client: Client, query: Query, selections: Sequence[SelectionNode], patient: bool = True) -> dict[str, Any]:
    """The answer to these selections alone, with the variables that they use; every nested list is whole."""
    selection = SelectionSetNode(selections=tuple(selections))
    used = _Used()
    visit(selection, used)
    declared = query.operation.variable_definitions or ()
    definitions = tuple(one for one in declared if one.variable.name.value in used.names)
    operation = changed(query.operation, selection_set=selection, variable_definitions=definitions)
    given = {name: value for name, value in query.variables.items() if name in used.names}
    data = client.graphql(text_of(operation), given, patient=patient)
    for short in shorts(data):
        raise _lacking(client, short.path, short.counted, short.given)
    return data


def _lacking(client: Client, what: str, counted: int, given: int) -> Exception:
    message = f"{client.endpoint} counts {counted:,} records of '{what}', and gave {given:,}."
    return UnreachableError.of("U670", message, value=what)


class _Used(Visitor):
    """Collects the variables that are used."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)
