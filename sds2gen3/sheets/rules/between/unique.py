"""Ids that must not repeat: in a sheet, in SDS 1.x under one subject (SDS-E02); ids that leave open whose they are (SDS-E21)."""

from __future__ import annotations

from collections.abc import Iterator

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Version
from sds2gen3.sheets.rules.between.sheets import at_all
from sds2gen3.sheets.tables.outcome import SheetRead


def check_unique(read: SheetRead, version: Version, layouts: Layouts) -> Iterator[Diagnostic]:
    """A finding for each id of the sheet that stands in several rows, with all its cells."""
    asked = layouts.version_sheet(version.name, read.kind)
    whose = layouts.sheet(read.kind).facts.owner
    for table in read.tables.get(read.kind, ()):
        for name in asked.unique:
            yield from _repeated(table, name, whose)
        for name, owner in asked.within.items():
            yield from _repeated_within(table, name, owner)


def _repeated(table: Table, name: str, owner: str | None) -> Iterator[Diagnostic]:
    """An id of several rows; where they are of several owners, that is what is wrong."""
    for text, records in _several(table, name).items():
        if owner and len(_owners(table, owner, records)) > 1:
            places = [table.place(record, name) for record in records]
            message = f"The {_label(table, name)} '{text}' is given to {len(records)} {table.noun}s."
            yield finding("L532", message, places[0], value=text, related=places[1:])
        else:
            yield _twice(table, name, text, records)


def _repeated_within(table: Table, name: str, owner: str) -> Iterator[Diagnostic]:
    """An id that repeats under one subject, or in rows some of which name no subject."""
    for text, records in _several(table, name).items():
        owners = _owners(table, owner, records)
        if None in owners:
            of = table.labels.get(owner, owner.replace("_", " ")).strip()
            message = f"The {_label(table, name)} '{text}' is given to {len(records)} {table.noun}s, and not each has a '{of}'."
            places = [table.place(record, name) for record in records]
            yield at_all("L548", message, [places[1], places[0], *places[2:]], text)
            continue
        for one in sorted(filter(None, owners)):
            same = [record for record in records if str(table.columns[owner][record]) == one]
            if len(same) > 1:
                yield _twice(table, name, text, same)


def _several(table: Table, name: str) -> dict[str, list[int]]:
    """The ids that stand in several rows, with the rows; of many ids, only those are looked at closely."""
    column = [value for value in table.columns.get(name, ()) if value is not None]
    if len(set(map(str, column))) == len(column):
        return {}
    rows: dict[str, list[int]] = {}
    for record, value in enumerate(table.columns[name]):
        if value is not None:
            rows.setdefault(str(value), []).append(record)
    return {text: records for text, records in rows.items() if len(records) > 1}


def _owners(table: Table, owner: str, records: list[int]) -> set[str | None]:
    column = table.columns.get(owner)
    values = [column[record] for record in records] if column is not None else [None]
    return {None if value is None else str(value) for value in values}


def _twice(table: Table, name: str, text: str, records: list[int]) -> Diagnostic:
    """At the second row, since the first had the right to it."""
    places = [table.place(record, name) for record in records]
    rows = "this row and in another" if len(records) == 2 else f"{len(records)} rows"
    message = f"The {_label(table, name)} '{text}' is in {rows}."
    return at_all("S290", message, [places[1], places[0], *places[2:]], text)


def _label(table: Table, name: str) -> str:
    return table.labels.get(name, name.replace("_", " ")).strip()
