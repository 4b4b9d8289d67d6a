"""Rows of SDS tables as they are put together, from one record or from several that were made from the same row."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sds2gen3.model import Table
from sds2gen3.restore.identity import natural
from sds2gen3.sheets.layouts.facts import LABEL, SheetLayout, header_key
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.tables.headers import own_field


@dataclass
class Row:
    """A row: the file it is of, what it is sorted by, its values by field, and those of the lab's own columns by header."""

    file: str
    order: tuple[Any, ...]
    values: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)

    def put(self, name: str, value: Any) -> bool:
        """Set a value; False where there is another one already. A list of one says the same as its item."""
        known = self.values.setdefault(name, value)
        return known is value or _listed(known) == _listed(value)


@dataclass
class Rows:
    """All rows, by table and by what names them."""

    layouts: Layouts
    kind_of: Mapping[str, str]
    found: dict[str, dict[Hashable, Row]] = field(default_factory=dict)

    def row(self, table: str, key: Hashable, file: str, name: str) -> Row:
        """The row of that key, a new one at its first time."""
        rows = self.found.setdefault(table, {})
        if key not in rows:
            rows[key] = Row(file, natural(name))
        return rows[key]

    def tables(self) -> Iterator[Table]:
        """The Tables, a file at a time, its rows in natural order."""
        for name, rows in self.found.items():
            by_file: dict[str, list[Row]] = {}
            for row in rows.values():
                if row.values or row.own:
                    by_file.setdefault(row.file, []).append(row)
            for file, some in sorted(by_file.items()):
                yield self._table(name, file, sorted(some, key=lambda row: row.order))

    def _table(self, name: str, file: str, rows: list[Row]) -> Table:
        layout = self.layouts.sheet(self.kind_of[name])
        own = {label: _own_field(label, layout) for row in rows for label in row.own}
        declared = [f.removeprefix(LABEL) for f in layout.facts.fields] + ["sds_field"]
        present = {f for row in rows for f in row.values}
        order = [f for f in declared if f in present] + sorted(present - set(declared))
        columns = {f: [_shaped(row.values.get(f), f, name, layout) for row in rows] for f in dict.fromkeys(order)}
        for label, own_name in own.items():
            columns.setdefault(own_name, [None] * len(rows))
            for at, row in enumerate(rows):
                if row.own.get(label) is not None:
                    columns[own_name][at] = row.own[label]
        used = tuple(dict.fromkeys(f for f in own.values() if f not in layout.facts.fields))
        strangers = tuple(f for f in columns if f not in layout.facts.fields and f != "sds_field" and f not in used)
        return Table(
            name,
            file,
            None,
            columns,
            range(2, len(rows) + 2),
            {},
            labels={f: label for label, f in own.items()},
            noun=layout.facts.noun,
            transposed=layout.transposed,
            user_columns=(*used, *strangers),
            splits={f: split for f in columns if (split := layout.field(f).split)},
        )


def _listed(value: Any) -> list[tuple[type, Any]]:
    return [(type(one), one) for one in (value if isinstance(value, list) else [value])]


def kinds_by_table(layouts: Layouts) -> dict[str, str]:
    """The kind of sheet that each table comes from: contributors -> dataset_description."""
    return {name: kind for kind in layouts.kinds for name, _ in layouts.sheet(kind).tables}


def single(table: str, layout: SheetLayout) -> bool:
    """Whether the table has one record, whose lists stand in several cells."""
    group = layout.facts.groups.get(table)
    return layout.transposed and (layout.facts.record if group is None else group.record) == "single"


def _shaped(value: Any, name: str, table: str, layout: SheetLayout) -> Any:
    """A list where the sheet gives a list, a single value where it gives that."""
    if isinstance(value, list) and not value:
        return None
    if single(table, layout):
        if layout.field(name).list:
            return value if isinstance(value, list) or value is None else [value]
        return value[0] if isinstance(value, list) and len(value) == 1 else value
    return value


def _own_field(label: str, layout: SheetLayout) -> str:
    """The field that the reader would take the header for."""
    name = layout.keys.get(header_key(label), "")
    return name.removeprefix(LABEL) if name else own_field(label, layout)
