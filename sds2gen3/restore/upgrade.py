"""A dataset of one SDS version as one of another: concepts go where the other version has them, and nothing is left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sds2gen3.convert.links import references
from sds2gen3.model import Dataset, Table
from sds2gen3.restore.rows import kinds_by_table
from sds2gen3.sheets.layouts.facts import SheetLayout
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.moves import Move, Sheetless
from sds2gen3.sheets.layouts.versions import Version

VERSION_FIELD = "metadata_version"


@dataclass(frozen=True, slots=True)
class Moved:
    """How many values of a table went from one field to another (of `to_table`, where that is another; or were `copied`)."""

    table: str
    field: str
    to: str
    values: int
    to_table: str = ""
    copied: bool = False


@dataclass(frozen=True)
class Upgraded:
    """The dataset as one of the other version, and what was moved."""

    dataset: Dataset
    moved: tuple[Moved, ...] = ()


@dataclass
class _Work:
    layouts: Layouts
    target: Version
    source: str
    kinds: Mapping[str, str]
    moved: list[Moved] = field(default_factory=list)

    def has(self, name: str, kind: str) -> bool:
        """Whether the new version has the field."""
        return name in self.layouts.version_sheet(self.target.name, kind).headers

    def had(self, name: str, kind: str) -> bool:
        """Whether the old version has it."""
        known = self.source in self.layouts.versions
        return known and name in self.layouts.version_sheet(self.source, kind).headers


def upgrade(dataset: Dataset, version: str, layouts: Layouts) -> Upgraded:
    """The tables as the version has them. Fields keep their meaning and get its headers when they are written; a field that
    it does not have keeps its own; what `sds/sheets` declares to stand elsewhere is moved.
    """
    work = _Work(layouts, layouts.version(version), dataset.version, kinds_by_table(layouts))
    tables = {name: [_moved(table, work) for table in same] for name, same in dataset.tables.items()}
    for kind in dict.fromkeys(work.kinds.values()):
        _copied(tables, kind, work)
    for name in list(tables):
        if work.kinds[name] not in work.target.files:
            _rehoused(tables, name, layouts.sheet(work.kinds[name]), work)
    described = [_stated(table, work) for table in tables.get("dataset_description", ())]
    if described:
        tables["dataset_description"] = described
    kept = {name: same for name, same in tables.items() if same}
    return Upgraded(replace(dataset, tables=kept, version=version), tuple(work.moved))


def _stated(table: Table, work: _Work) -> Table:
    """The table with the new version in it; SDS 1.0 has no cell for it."""
    columns = {name: values for name, values in table.columns.items() if name != VERSION_FIELD}
    if work.has(VERSION_FIELD, "dataset_description"):
        columns[VERSION_FIELD] = [work.target.name] * len(table)
    return replace(table, columns=columns)


def _moved(table: Table, work: _Work) -> Table:
    layout = work.layouts.sheet(work.kinds[table.name])
    for move in layout.facts.moves:
        if layout.group_of.get(move.field, layout.kind) != table.name:
            continue
        if move.table is not None:
            continue
        if move.words:
            table = _reworded(table, move, layout, work)
        elif move.word is not None:
            table = _as_word(table, move, layout, work)
        else:
            table = _to_field(table, move, layout, work)
    group = layout.facts.groups.get(table.name)
    if group is not None and group.join and work.has(str(group.key), layout.kind):
        # One row for all relations: that some had a row of their own is said by the relation now.
        return replace(table, columns={name: values for name, values in table.columns.items() if name != "sds_field"})
    return table


def _to_field(table: Table, move: Move, layout: SheetLayout, work: _Work) -> Table:
    """The values to the other field, in records where that is blank."""
    here, there = move.field, str(move.to)
    if work.has(here, layout.kind):
        if not move.back or _any(table.columns.get(here)):
            return table
        here, there = there, here
        if there in table.columns or work.had(there, layout.kind):  # then each of them means itself
            return table
    elif not work.has(there, layout.kind):
        return table
    old, new = table.columns.get(here, [None] * len(table)), table.columns.get(there, [None] * len(table))
    pairs = [(None, a) if b is None and a is not None else (a, b) for a, b in zip(old, new, strict=True)]
    count = sum(a is not None and b is None for a, b in zip(old, new, strict=True))
    if not count:
        return table
    work.moved.append(Moved(table.name, here, there, count))
    return _with(table, {here: [a for a, _ in pairs], there: [b for _, b in pairs]})


def _as_word(table: Table, move: Move, layout: SheetLayout, work: _Work) -> Table:
    """A yes becomes a word of the other field; a no is said by its absence."""
    name, to, word = move.field, str(move.to), str(move.word)
    if work.has(name, layout.kind) or not _any(table.columns.get(name)):
        return table
    roles = list(table.columns.get(to, [None] * len(table)))
    left = list(table.columns[name])
    split = layout.field(to).split
    for row, value in enumerate(left):
        text = str(value).strip().casefold()
        if text in ("true", "yes", "y", "1"):
            said = _listed(roles[row], split)
            roles[row] = said if word in said else [*said, word]
            left[row] = None
        elif text in ("false", "no", "n", "0"):
            left[row] = None
    count = sum(value is None and before is not None for value, before in zip(left, table.columns[name], strict=True))
    if count:
        work.moved.append(Moved(table.name, name, to, count))
    return _with(table, {name: left, to: roles})


def _reworded(table: Table, move: Move, layout: SheetLayout, work: _Work) -> Table:
    """Words that the other version spells otherwise."""
    listed = work.target.vocabularies.get(layout.kind, {}).get(move.field)
    known = work.target.words.get(listed.list, ()) if listed is not None else ()
    spelt = {**{new: old for old, new in move.words.items()}, **move.words}
    change = {word: other for word, other in spelt.items() if word not in known and other in known}
    values = table.columns.get(move.field)
    if not change or not values:
        return table
    split = layout.field(move.field).split
    changed = []
    for value in values:
        words = _listed(value, split)
        new = [change.get(word, word) for word in words]
        changed.append(value if new == words else new if len(new) > 1 else new[0])
    count = sum(a is not b for a, b in zip(values, changed, strict=True))
    if count:
        work.moved.append(Moved(table.name, move.field, move.field, count))
    return _with(table, {move.field: changed})


def _copied(tables: dict[str, list[Table]], kind: str, work: _Work) -> None:
    """Values that the new version wants in a second sheet as well, where that one says nothing of them yet."""
    for move in work.layouts.sheet(kind).facts.moves:
        there, to = move.table or "", str(move.to)
        other = work.kinds.get(there, "")
        home = next(iter(tables.get(other, ())), None)
        if home is None or tables.get(there) or work.had(to, other) or not work.has(to, other):
            continue
        found = [value for table in tables.get(kind, ()) for value in table.columns.get(move.field, ())]
        said = [value for value in found if value is not None and str(value).casefold() not in work.target.nothing]
        values = list(dict.fromkeys(said))
        if values:
            rows = range(2, len(values) + 2)
            facts = work.layouts.sheet(other)
            noun = facts.facts.groups[there].noun if there in facts.facts.groups else facts.facts.noun
            made = Table(there, home.file, None, {to: values}, rows, {}, noun=noun, transposed=facts.transposed)
            tables[there] = [made]
            work.moved.append(Moved(kind, move.field, to, len(values), there, copied=True))


def _rehoused(tables: dict[str, list[Table]], name: str, layout: SheetLayout, work: _Work) -> None:
    """Records of a sheet that the version does not have, to the tables that it has for them; what has no field stays."""
    for way in layout.facts.sheetless:
        kind = work.kinds.get(way.table)
        if kind is None or kind not in work.target.files:
            continue
        tables[name] = [_rehouse(table, way, tables, kind, work) for table in tables[name]]
    tables[name] = [table for table in tables[name] if any(map(_any, table.columns.values()))]


def _rehouse(table: Table, way: Sheetless, tables: dict[str, list[Table]], kind: str, work: _Work) -> Table:
    chosen = [row for row in range(len(table)) if _reads(table, row, way.where)]
    fields = {old: new for old, new in way.fields.items() if old in table.columns}
    if not chosen or not fields:
        return table
    columns = {new: [table.columns[old][row] for row in chosen] for old, new in fields.items()}
    file = f"{table.folder}/{kind}.xlsx" if table.folder else f"{kind}.xlsx"
    target = work.layouts.sheet(kind)
    made = Table(
        way.table,
        file,
        None,
        columns,
        range(2, len(chosen) + 2),
        {},
        noun=target.facts.noun,
        transposed=target.transposed,
    )
    tables.setdefault(way.table, []).append(made)
    for old, new in fields.items():
        count = sum(value is not None for value in columns[new])
        if count:
            work.moved.append(Moved(table.name, old, new, count, way.table))
    rest = [name for name in table.columns if name not in {*fields, *way.where}]
    gone = {row for row in chosen if all(table.columns[name][row] is None for name in rest)}
    kept = [row for row in range(len(table)) if row not in gone]
    return _only(table, kept)


def _reads(table: Table, row: int, where: Mapping[str, str]) -> bool:
    return all(
        str(table.columns.get(name, [None] * len(table))[row] or "").strip().casefold() == text.casefold()
        for name, text in where.items()
    )


def _only(table: Table, rows: Sequence[int]) -> Table:
    columns = {name: [values[row] for row in rows] for name, values in table.columns.items()}
    return replace(table, columns=columns, rows=[table.rows[row] for row in rows])


def _with(table: Table, columns: Mapping[str, list[Any]]) -> Table:
    """The table with new columns, those that are blank now left out."""
    merged = {**table.columns, **columns}
    kept = {name: values for name, values in merged.items() if name not in columns or _any(values)}
    return replace(table, columns=kept)


def _any(values: Sequence[Any] | None) -> bool:
    return any(value not in (None, []) for value in values or ())


def _listed(value: Any, split: str | None) -> list[Any]:
    return list(value) if isinstance(value, list) else references(value, split)
