"""Two columns (or rows) of one meaning: merged where nothing differs, else the second is left out with an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import LeftOut
from sds2gen3.place import Place
from sds2gen3.sheets.tables.headers import Column
from sds2gen3.sheets.tables.values import all_blank, is_blank


@dataclass(frozen=True)
class Lines:
    """The cells of each column of a sheet, or of each row of a transposed one, and where they are.

    `cells[position]` are those beside or below the header at `position`; `across` are their row (or column) numbers.
    """

    file: str
    sheet: str | None
    transposed: bool
    cells: Mapping[int, Sequence[Any]]
    across: Sequence[int]
    header: int

    def place(self, position: int, index: int) -> Place:
        return self._place(position, self.across[index])

    def header_place(self, position: int) -> Place:
        return self._place(position, self.header)

    def leave(self, position: int, reason: str) -> list[LeftOut]:
        """The non-empty cells of a line, as left out for that reason."""
        return [
            LeftOut(self.place(position, i), v, reason) for i, v in enumerate(self.cells[position]) if not is_blank(v)
        ]

    def _place(self, along: int, across: int) -> Place:
        row, column = (along, across) if self.transposed else (across, along)
        return Place(self.file, self.sheet, row, column)


def settle_twins(columns: Sequence[Column], lines: Lines) -> tuple[list[Column], list[LeftOut], list[Diagnostic]]:
    """One Column per field. Of two, the first that holds values stays; a second is left out, with an error if it differs."""
    kept: dict[str, Column] = {}
    left: list[LeftOut] = []
    findings: list[Diagnostic] = []
    for column in columns:
        first = kept.get(column.field)
        if first is None:
            kept[column.field] = column
            continue
        mine, other = lines.cells[first.position], lines.cells[column.position]
        if all_blank(mine):
            kept[column.field], column, first = column, first, column
        same = all(is_blank(b) or a == b for a, b in zip(mine, other, strict=True)) or all_blank(mine)
        findings.append(_finding(first, column, same, lines))
        left += lines.leave(column.position, "repeats another header" if same else "another header means the same")
    return sorted(kept.values(), key=lambda column: column.position), left, findings


def _finding(first: Column, second: Column, same: bool, lines: Lines) -> Diagnostic:
    places = lines.header_place(first.position), lines.header_place(second.position)
    which = f"'{first.label}' ({places[0].cell}) and '{second.label}' ({places[1].cell})"
    if same:
        return finding(
            "S211", f"{which} mean the same and do not differ; one was left out.", places[1], related=[places[0]]
        )
    message = f"{which} mean the same but hold different values; only the first was read."
    return finding("S210", message, places[1], related=[places[0]])
