"""Merged cells over the data of a sheet (SDS-F14): only the first cell of a range has its value, whatever Excel shows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.place import Place
from sds2gen3.sheets.grid import Grid, Merged
from sds2gen3.sheets.tables.outcome import SheetRead
from sds2gen3.sheets.tables.values import is_blank

_SHOWN, _PLACES = 3, 500


def check_merged(grid: Grid, read: SheetRead, head: int | None) -> SheetRead:
    """The sheet with its ranges of merged cells that hide cells of records or headers, and one finding for them.

    `head` is the sheet row of the headers, None in column-wise sheets.
    """
    tables = [(table, sorted(table.rows)) for same in read.tables.values() for table in same if table.pointer is None]
    merged = tuple(one for one in grid.merged if _says_something(grid, one) and _hides(one, tables, head))
    if not merged:
        return read
    names = ", ".join(str(one) for one in merged[:_SHOWN])
    more = f" and {len(merged) - _SHOWN:,} other ranges" if len(merged) > _SHOWN else ""
    message = f"Cells are merged over the data ({names}{more}): only the first cell of a range has its value."
    places = [grid.place(one.top, one.left) for one in merged[:_PLACES]]
    told = finding("R163", message, places[0], value=str(merged[0]), related=places[1:])
    return replace(read, findings=[*read.findings, told], merged=merged)


def blame_merged(findings: Sequence[Diagnostic], reads: Iterable[SheetRead]) -> list[Diagnostic]:
    """The findings; those that a value is missing in a merged cell advise to unmerge it, and hang on that it is merged (R163)."""
    merged = {(read.place.file, read.place.sheet): read.merged for read in reads if read.merged}
    if not merged:
        return list(findings)
    found = [_blamed(one, merged) for one in findings]
    hidden: dict[tuple[str, str | None], list[Place]] = {}
    for one, before in zip(found, findings, strict=True):
        if one is not before and one.place is not None:
            hidden.setdefault((one.place.file, one.place.sheet), []).extend((one.place, *one.related))
    return [_with_hidden(one, hidden) for one in found]


def _with_hidden(one: Diagnostic, hidden: Mapping[tuple[str, str | None], Sequence[Place]]) -> Diagnostic:
    """The finding of the merged cells names those that seem empty because of them."""
    cells = hidden.get((one.place.file, one.place.sheet), ()) if one.code == "R163" and one.place else ()
    return replace(one, related=tuple(dict.fromkeys((*one.related, *cells)))) if cells else one


def _blamed(one: Diagnostic, merged: Mapping[tuple[str, str | None], Sequence[Merged]]) -> Diagnostic:
    place = one.place
    if one.code not in ("S201", "S208", "S227") or place is None or place.row is None or place.column is None:
        return one
    ranges = merged.get((place.file, place.sheet), ())
    over = next((each for each in ranges if each.hides(place.row, place.column)), None)
    return replace(one, hint=f"Unmerge {over} and fill each cell.") if over else one


def _says_something(grid: Grid, one: Merged) -> bool:
    index = one.top - grid.first_row
    row = grid.rows[index] if 0 <= index < len(grid.rows) else []
    return len(row) >= one.left and not is_blank(row[one.left - 1])


def _hides(one: Merged, tables: Sequence[tuple[Table, list[int]]], head: int | None) -> bool:
    """Whether a cell of the range other than its first is a header, or is of a field and a record."""
    for table, records in tables:
        down, across = (one.top, one.bottom), (one.left, one.right)
        if table.transposed:
            down, across = across, down
        first = (one.left, one.top) if table.transposed else (one.top, one.left)
        fields = [position for position in table.headers.values() if across[0] <= position <= across[1]]
        rows = records[bisect_left(records, down[0]) :][:2]
        rows = [row for row in rows if row <= down[1]]
        if head is not None and down[0] <= head <= down[1]:
            rows.append(head)
            fields += range(across[0] + 1, across[1] + 1)
        if any((row, field) != first for row in rows for field in fields):
            return True
    return False
