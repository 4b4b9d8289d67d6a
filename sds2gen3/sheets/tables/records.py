"""The rows of a column-wise sheet to Tables: its own record, and one Table for each group of rows that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import LeftOut, Table
from sds2gen3.place import Place
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.layouts.facts import Group, Join, SheetLayout
from sds2gen3.sheets.layouts.graded import GRADES
from sds2gen3.sheets.tables.headers import Column
from sds2gen3.sheets.tables.leftovers import Leftovers

VERSION_FIELD = "metadata_version"


@dataclass(frozen=True)
class Fields:
    """The rows of a sheet by field: `values[field]` holds one plain value for each of the value columns `across`."""

    grid: Grid
    layout: SheetLayout
    leftovers: Leftovers
    columns: Mapping[str, Column]
    values: Mapping[str, list[Any]]
    across: Sequence[int]

    def place(self, name: str, index: int) -> Place:
        return self.grid.place(self.columns[name].position, self.across[index])

    def record(self, names: Iterable[str], index: int) -> dict[str, Any]:
        """What the value column has for those fields, without the empty cells."""
        return {n: self.values[n][index] for n in names if self.values[n][index] is not None}

    def table(self, name: str, noun: str, columns: dict[str, list[Any]], rows: list[int], **more: Any) -> Table:
        """A Table of those columns, with the headers and labels of their rows."""
        headers = {n: self.columns[n].position for n in columns if n in self.columns}
        return Table(
            name,
            self.grid.file,
            self.grid.sheet,
            columns,
            rows,
            **{
                "headers": headers,
                "labels": {n: self.columns[n].label for n in headers},
                "noun": noun,
                "transposed": True,
                "user_columns": tuple(n for n in headers if self.columns[n].own),
                "splits": {n: split for n in columns if (split := self.layout.field(n).split)},
                **more,
            },
        )


@dataclass
class Made:
    """Tables by name, with the cells that are in none and what is to be said."""

    tables: dict[str, list[Table]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)


def make_tables(fields: Fields) -> Made:
    """The sheet's own Table first, then its groups in the declared order; a group without any row of its own has none."""
    made = Made()
    facts = fields.layout.facts
    grouped = {name for group in facts.groups.values() for name in (*group.fields, *(j.identifier for j in group.join))}
    own = [name for name in fields.columns if name not in grouped]
    if facts.record == "column":
        _per_column(made, fields, fields.layout.kind, facts.noun, own, None)
    else:
        _single(made, fields, fields.layout.kind, facts.noun, own, may_be_template=facts.key is None)
    for name, group in facts.groups.items():
        _group(made, fields, name, group)
    return made


def _group(made: Made, fields: Fields, name: str, group: Group) -> None:
    names = [n for n in group.fields if n in fields.columns]
    joins = [join for join in group.join if join.identifier in fields.columns]
    taken: set[str] = set()
    if group.key not in names:  # the rows that go with a join belong to it only where the group has no key row
        taken = {n for join in joins for n in join.with_}
    rest = [n for n in names if n not in taken]
    if rest and group.record == "single":
        _single(made, fields, name, group.noun, rest, may_be_template=True)
    elif rest:
        _per_column(made, fields, name, group.noun, rest, None if group.optional_key else group.key)
    for join in joins:
        _joined(made, fields, name, group, join, [n for n in join.with_ if n in taken and n in names])


def _single(made: Made, fields: Fields, name: str, noun: str, names: list[str], *, may_be_template: bool) -> None:
    """One record; a field with several value cells holds a list, and `items` tells their columns."""
    columns: dict[str, list[Any]] = {}
    items: dict[str, list[int]] = {}
    filled = {n: [i for i, v in enumerate(fields.values[n]) if v is not None] for n in names}
    cells = {(n, i) for n, where in filled.items() for i in where}
    if may_be_template and cells and all(fields.leftovers.is_prefilled({n: fields.values[n][i]}) for n, i in cells):
        _drop(made, fields, sorted(cells), noun)
        filled = {n: [] for n in names}
    if not any(filled.values()):
        made.tables.setdefault(name, []).append(fields.table(name, noun, {n: [] for n in names}, []))
        return
    for n, where in filled.items():
        where = filled[n] = _once(made, fields, n, where)
        values = [fields.values[n][i] for i in where]
        several = len(values) > 1 or (fields.layout.field(n).list and values)
        columns[n] = [values] if several else [values[0] if values else None]
        if several or (where and where[0] != 0):
            items[n] = [fields.across[i] for i in where]
        if len(values) > 1:
            made.findings += _too_many(fields, n, where)
    table = fields.table(name, noun, columns, [fields.across[0]], items=items)
    made.tables.setdefault(name, []).append(table)


def _too_many(fields: Fields, name: str, where: list[int]) -> list[Diagnostic]:
    """Several values in a field of one; the user's own rows may have as many as they like, and the version is judged later."""
    column = fields.columns[name]
    if fields.layout.field(name).list or column.own or name == VERSION_FIELD:
        return []
    places = [fields.place(name, i) for i in where]
    message = f"'{column.label}' has {len(where)} values, but takes one."
    severity = fields.layout.field(name).severity
    grade = GRADES[severity] if severity else None
    value = fields.values[name][where[1]]
    return [finding("S225", message, places[1], value=value, severity=grade, related=[places[0], *places[2:]])]


def _once(made: Made, fields: Fields, name: str, where: list[int]) -> list[int]:
    """The value columns of a field; of a field of one, what only repeats the first value, in any case, is left out."""
    if len(where) < 2 or fields.layout.field(name).list or fields.columns[name].own:
        return where
    values = [fields.values[name][i] for i in where]
    if len({str(value).strip().casefold() for value in values}) > 1:
        return where
    places = [fields.place(name, i) for i in where[1:]]
    made.left_out += [LeftOut(place, value, "repeats a value") for place, value in zip(places, values[1:], strict=True)]
    message = f"'{fields.columns[name].label}' says '{values[0]}' {len(where)} times; it was read once."
    made.findings.append(
        finding("S225", message, places[0], value=values[1], severity=Severity.INFO, related=places[1:])
    )
    return where[:1]


def _per_column(made: Made, fields: Fields, name: str, noun: str, names: list[str], key: str | None) -> None:
    """One record for each value column that holds something of the user's."""
    kept: list[int] = []
    for index in range(len(fields.across)):
        record = fields.record(names, index)
        if not record:
            continue
        if key not in record and fields.leftovers.is_prefilled(record):
            _drop(made, fields, [(n, index) for n in record], noun)
            continue
        if key is not None and key not in record:
            made.findings.append(_without_key(fields, key, record, noun, index))
        kept.append(index)
    columns = {n: [fields.values[n][i] for i in kept] for n in names}
    table = fields.table(name, noun, columns, [fields.across[i] for i in kept])
    made.tables.setdefault(name, []).append(table)


def _without_key(fields: Fields, key: str, record: dict[str, Any], noun: str, index: int) -> Diagnostic:
    label = fields.columns[key].label if key in fields.columns else key.replace("_", " ")
    place = fields.place(key if key in fields.columns else next(iter(record)), index)
    message = f"This {noun} has no '{label}'."
    return finding("S227", message, place, hint=fields.layout.field(key).hint)


def _drop(made: Made, fields: Fields, cells: list[tuple[str, int]], noun: str) -> None:
    """Cells that the template came with and that nothing of the user's goes with."""
    places = [fields.place(n, i) for n, i in cells]
    left = zip(places, cells, strict=True)
    made.left_out += [LeftOut(place, fields.values[n][i], "template text") for place, (n, i) in left]
    message = f"These values came with the template and make no {noun}; they were left out."
    made.findings.append(finding("S222", message, places[0], related=places[1:]))


def _joined(made: Made, fields: Fields, name: str, group: Group, join: Join, beside: list[str]) -> None:
    """A further Table of the group from a row of its own (SDS 1.x): constants say what the row means."""
    kept = [i for i, value in enumerate(fields.values[join.identifier]) if value is not None]
    for n in beside:
        for i, value in enumerate(fields.values[n]):
            if value is not None and i not in kept:
                place = fields.place(n, i)
                made.left_out.append(LeftOut(place, value, "describes an empty cell"))
                message = f"'{value}' describes a link, but there is none in its column."
                made.findings.append(finding("S226", message, place, value=value))
    key = group.key or join.identifier
    columns = {key: [fields.values[join.identifier][i] for i in kept]}
    columns |= {n: [fields.values[n][i] for i in kept] for n in beside}
    columns |= {n: [constant] * len(kept) for n, constant in {**join.always, "sds_field": join.identifier}.items()}
    row = fields.columns[join.identifier]
    headers = {key: row.position} | {n: fields.columns[n].position for n in beside}
    labels = {key: row.label} | {n: fields.columns[n].label for n in beside}
    rows = [fields.across[i] for i in kept]
    table = fields.table(name, group.noun, columns, rows, headers=headers, labels=labels, user_columns=())
    made.tables.setdefault(name, []).append(table)
