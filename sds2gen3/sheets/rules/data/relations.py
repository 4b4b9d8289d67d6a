"""Relations between files in a manifest: each leads to a file, and is said by both where both can say it (SDS-M08)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import Table
from sds2gen3.place import Place
from sds2gen3.sheets.files.inventory import Inventory, loosely
from sds2gen3.sheets.layouts.anchors import MANIFEST
from sds2gen3.sheets.rules.between.sheets import Sheets, at_all, few, words
from sds2gen3.sheets.rules.data.listed import Listed, Listings, resolve


@dataclass(frozen=True)
class _Told:
    """A row of a manifest that names another file in a field: the text, the path that it means, and its cell."""

    record: int
    text: str
    path: str
    place: Place


def check_relations(sheets: Sheets, listings: Listings, inventory: Inventory) -> Iterator[Diagnostic]:
    """A finding for each file that a relation leads to and that is not there, and for each relation that one side denies."""
    facts = sheets.layouts.sheet(MANIFEST).facts.fields
    relations = {name: field.inverse for name, field in facts.items() if field.file}
    if not any(name in one.table.headers for one in listings.all for name in relations):
        return
    rows = {path: (one, record) for one in listings.all for record, path in enumerate(one.paths) if path}
    for one in listings.all:
        for name, inverse in relations.items():
            told = list(_told(one.table, name))
            if not inventory.metadata_only:
                yield from few(_to_nothing(one, name, told, inventory))
            if inverse is not None:
                yield from few(_one_sided(one, name, inverse, told, rows))


def _told(table: Table, name: str) -> Iterator[_Told]:
    column = table.columns.get(name, ())
    for record, value in enumerate(column):
        if value is not None:
            for text in words(table, name, record):
                yield _Told(record, text, resolve(text, table.folder), table.place(record, name))


def _to_nothing(one: Listed, name: str, told: list[_Told], inventory: Inventory) -> Iterator[Diagnostic]:
    cells: dict[str, list[_Told]] = {}
    for each in told:
        there = loosely(each.path) in inventory.spelt or resolve(each.text, "") in inventory.files
        if not there and "://" not in each.text:
            cells.setdefault(each.text, []).append(each)
    for text, same in cells.items():
        message = f"'{_label(one.table, name)}' names '{text}', but there is no such file."
        yield at_all("L558", message, [each.place for each in same], text)


def _one_sided(
    one: Listed, name: str, inverse: str, told: list[_Told], rows: dict[str, tuple[Listed, int]]
) -> Iterator[Diagnostic]:
    """Relations to a file whose row could say the same from its side, but does not. Manifests without that column may not."""
    found: list[_Told] = []
    for each in told:
        other = rows.get(each.path)
        if other is None or inverse not in other[0].table.headers:
            continue
        table, record = other[0].table, other[1]
        back = {resolve(text, table.folder) for text in words(table, inverse, record)}
        if one.paths[each.record] not in back:
            found.append(each)
    for each in found:
        table, record = rows[each.path][0].table, rows[each.path][1]
        own, label = one.texts[each.record], _label(table, inverse)
        message = f"'{own}' names '{each.text}' at '{_label(one.table, name)}', but that does not name it at '{label}'."
        hint = f"Write '{own}' at '{label}' of '{each.text}' too, or correct this cell."
        yield at_all("L559", message, [each.place, table.place(record, inverse)], each.text, hint=hint)


def _label(table: Table, name: str) -> str:
    return table.labels.get(name, name.replace("_", " ")).strip()
