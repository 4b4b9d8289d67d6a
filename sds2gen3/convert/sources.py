"""Where a rule's values come from: a Table's fields, what every table offers, and the mapping's needs, under one name each."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sds2gen3.mapping.rules import NodeRule
from sds2gen3.model import Dataset, Table
from sds2gen3.place import Place


@dataclass(frozen=True)
class Source:
    """One Table as one rule sees it. `told` are the cells whose references the sheets' own rules have found wrong."""

    rule: NodeRule
    table: Table
    dataset: Dataset
    needs: MappingOf[str, str]
    told: AbstractSet[Place] = frozenset()

    def column(self, name: str) -> list[Any] | None:
        """The values of a field, an offer of every table (`rules.TABLE_FIELDS`) or a need; None where there is none."""
        if name in self.table.columns:
            return self.table.columns[name]
        constant = self._constant(name)
        if constant is not None:
            return [constant] * len(self.table)
        return list(self._numbers()) if name == "record_number" else None

    def _numbers(self) -> range:
        """1, 2, 3 ... A JSON file of id -> record gives one table for each record: they are numbered through."""
        before = 0
        if self.table.pointer is not None:
            for other in self.dataset.tables[self.table.name]:
                if other is self.table:
                    break
                before += len(other) if other.file == self.table.file else 0
        return range(before + 1, before + len(self.table) + 1)

    def first_filled(self, names: tuple[str, ...]) -> str:
        """The first of the names whose column holds anything; the first that is there, else the first, where none does."""
        columns = {name: self.column(name) for name in names}
        for name, column in columns.items():
            if column is not None and column.count(None) < len(column):
                return name
        return next((name for name, column in columns.items() if column is not None), names[0])

    def _constant(self, name: str) -> str | None:
        if name == "table_folder":
            return self.table.folder
        if name == "table_file":
            return self.table.file
        return self.dataset.version if name == "sds_version" else self.needs.get(name)

    @property
    def free_user_columns(self) -> list[str]:
        """The user's own columns that no other property of the rule takes, in the sheet's order."""
        return [name for name in self.table.user_columns if name not in self.rule.fields]
