"""Tables as the cells of one sheet: a list of values for each field, down its column or along its row."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sds2gen3.mapping.transforms import as_text
from sds2gen3.model import Table
from sds2gen3.patterns import splitter
from sds2gen3.restore.rows import single
from sds2gen3.sheets.layouts.facts import LABEL, Group, Join, SheetLayout

Cells = dict[str, list[Any]]
_SEPARATORS = (" ", ", ", "; ", "\n", ",", ";", "|")


def cells_of(tables: Sequence[Table], layout: SheetLayout, official: Container[str]) -> Cells:
    """The cells of the sheet's tables by field; `official` are the fields that the version of the sheet has."""
    cells: Cells = {}
    done: dict[str, int] = {}
    for table in tables:
        group = layout.facts.groups.get(table.name)
        if single(table.name, layout):
            _add_single(cells, table, layout, official)
        elif group is not None and group.join:
            _add_joined(cells, table, group, layout, official)
        else:
            start = done.get(table.name, 0)
            for name in filled(table):
                line = cells.setdefault(column_of(name, official), [])
                line += [None] * (start - len(line))
                line += [_one_cell(value, name, layout) for value in table.columns[name]]
            done[table.name] = start + len(table)
    return cells


def column_of(name: str, official: Container[str]) -> str:
    """The field under whose header the values stand: also one that the version has as a heading over one's own columns."""
    return name if name in official or LABEL + name not in official else LABEL + name


def filled(table: Table) -> Iterator[str]:
    """The fields of the table that hold anything, but for constants of the layout."""
    for name, values in table.columns.items():
        if name != "sds_field" and any(value not in (None, []) for value in values):
            yield name


def joined(value: Any, split: str | None) -> Any:
    """One cell for the value: the items of a list with a separator between them that tells them apart again."""
    if not isinstance(value, list):
        return value
    items = [item for item in value if item is not None]
    if len(items) <= 1:
        return items[0] if items else None
    texts = [as_text(item) for item in items]
    if split is None:
        return ", ".join(texts)
    apart = _splitter(split).split
    fitting = (one for one in _SEPARATORS if [part.strip() for part in apart(one.join(texts))] == texts)
    return next(fitting, ", ").join(texts)


def _one_cell(value: Any, name: str, layout: SheetLayout) -> Any:
    facts = layout.field(name)
    if isinstance(value, bool) and facts.answers is not None:
        return facts.answers[not value]
    return joined(value, facts.split)


@cache
def _splitter(split: str) -> Any:
    return splitter(split)


def _add_single(cells: Cells, table: Table, layout: SheetLayout, official: Container[str]) -> None:
    """The single record: a list stands in several cells of its row."""
    for name in filled(table):
        for value in table.columns[name]:
            listed = value if isinstance(value, list) else [value]
            several = [_one_cell(one, name, layout) for one in listed if one is not None]
            cells.setdefault(column_of(name, official), []).extend(several)


def _add_joined(cells: Cells, table: Table, group: Group, layout: SheetLayout, official: Container[str]) -> None:
    """Records of a group that has rows of its own for some of its meanings (SDS 1.x): each goes to its row."""
    names = list(filled(table))
    rows = [{n: _one_cell(table.columns[n][number], n, layout) for n in names} for number in range(len(table))]
    records = [{name: value for name, value in row.items() if value is not None} for row in rows]
    said = table.columns.get("sds_field", [None] * len(table))
    for record, join in zip(records, _joins(records, said, group, official), strict=True):
        along: Iterable[str] = group.fields
        if join is not None:
            along = (join.identifier, *join.with_)
            record[join.identifier] = record.pop(str(group.key))
        at = max((len(cells.get(column_of(name, official), ())) for name in along), default=0)
        for name, value in record.items():
            if name in along:
                line = cells.setdefault(column_of(name, official), [])
                line += [None] * (at - len(line))
                line.append(value)


def _joins(
    records: Sequence[dict[str, Any]], said: Sequence[Any], group: Group, official: Container[str]
) -> list[Join | None]:
    """The row of its own for each record, where the version has such rows: the one that it came from, else the one that says
    all that it says. If a record says more than any of them can, none but those that came from there go there.
    """
    rows = {join.identifier: join for join in group.join if join.identifier in official}
    if group.key in official or not rows:
        return [None] * len(records)
    found = [rows.get(one) or _fitting(record, rows.values(), group) for record, one in zip(records, said, strict=True)]
    if None in found:
        return [rows.get(one) if group.key in record else None for record, one in zip(records, said, strict=True)]
    return found


def _fitting(record: dict[str, Any], rows: Iterable[Join], group: Group) -> Join | None:
    for join in rows:
        meant = all(record.get(name) == value for name, value in join.always.items())
        if group.key in record and meant and record.keys() <= {group.key, *join.always, *join.with_}:
            return join
    return None
