"""The counts that dataset_description gives, against the rows of the sheets (SDS-D05)."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.sheets.layouts.anchors import DESCRIPTION
from sds2gen3.sheets.layouts.between import Count
from sds2gen3.sheets.rules.between.sheets import Sheets, words


def check_counts(sheets: Sheets) -> Iterator[Diagnostic]:
    """A finding for each count that is not the number of different ids in its sheet.

    Nothing is said of a count that is no whole number, and of a sheet that is missing, has no rows or no column of ids:
    others tell that. Ids of populations may be counted or not. Ids that are missing or repeat are told by themselves.
    """
    for name, count in sheets.version.counts.items():
        if count.sheet in sheets.twins:
            continue
        tables = sheets.tables(count.sheet)
        key_there = all(sheets.key(count.sheet) in table.headers for table in tables)
        for described in sheets.tables(DESCRIPTION):
            said = whole(described.columns[name][0]) if name in described.headers and len(described) else None
            if said is not None and any(map(len, tables)) and key_there and said not in _counted(sheets, count):
                yield _differs(sheets, described, name, said, count, tables)


def whole(value: Any) -> int | None:
    """The number in a cell that holds a whole number, as a number or as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdecimal() else None


def _counted(sheets: Sheets, count: Count) -> set[int]:
    """The numbers that are right: of all ids, of those that are no populations, and of rows where ids are amiss."""
    ids = _ids(sheets, count)
    alone = {one for one in ids if count.apart is None or not fnmatchcase(one[1].casefold(), count.apart)}
    rows = sum(map(len, sheets.tables(count.sheet)))
    return {len(ids), len(alone), rows}


def _ids(sheets: Sheets, count: Count) -> set[tuple[str, str]]:
    """The different ids of the sheet, each with that under which it is unique."""
    owner = sheets.asked(count.sheet).within.get(sheets.key(count.sheet), "")
    return {(" ".join(words(table, owner, record)), text) for table, record, text in sheets.ids(count.sheet)}


def _differs(sheets: Sheets, described: Table, name: str, said: int, count: Count, tables: list[Table]) -> Diagnostic:
    label = described.labels.get(name, name.replace("_", " ")).strip()
    number = len(_ids(sheets, count)) or sum(map(len, tables))
    lists = " and ".join(f"{table.file} lists {len(table):,}{_rows(table)}" for table in tables if len(table))
    message = f"'{label}' is {said}, but {lists}."
    noun = f"{sheets.noun(count.sheet)}s"
    hint = f"Write {number}, or list all {noun} and no others in {tables[0].file}."
    related = [table.header_place(sheets.key(count.sheet)) for table in tables]
    place = described.place(0, name)
    return finding("L540", message, place, value=said, hint=hint, related=related, severity=count.grade)


def _rows(table: Table) -> str:
    if table.pointer is not None:
        return ""
    first, last = table.rows[0], table.rows[-1]
    return f" (row {first})" if first == last else f" (rows {first} to {last})"
