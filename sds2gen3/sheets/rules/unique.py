"""Ids that must not repeat, where a record's own name would not tell: sample ids are unique in the dataset since SDS 2."""

from __future__ import annotations

from collections.abc import Iterator

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Version
from sds2gen3.sheets.tables.outcome import SheetRead


def check_unique(read: SheetRead, version: Version, layouts: Layouts) -> Iterator[Diagnostic]:
    """A finding for each id of the sheet that stands under several subjects, with all its cells (SDS-E02).

    The same id under the same subject makes two records of one name, which a later stage tells.
    """
    for name in layouts.version_sheet(version.name, read.kind).unique:
        for table in read.tables.get(read.kind, ()):
            if name in table.columns and "subject_id" in table.columns:
                yield from _repeated(table, name)


def _repeated(table: Table, name: str) -> Iterator[Diagnostic]:
    rows: dict[str, list[int]] = {}
    for record, value in enumerate(table.columns[name]):
        if value is not None:
            rows.setdefault(str(value), []).append(record)
    subjects = table.columns["subject_id"]
    for text, records in rows.items():
        if len({str(subjects[record]) for record in records}) > 1:
            places = [table.place(record, name) for record in records]
            label = table.labels.get(name, name).strip()
            message = f"The {label} '{text}' is given to {len(records)} {table.noun}s."
            yield finding("L532", message, places[0], value=text, related=places[1:])
