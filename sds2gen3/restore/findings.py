"""What is to be said of a dataset that was written back: what it could not carry, and what a person has to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.mapping.rules import Mapping
from sds2gen3.model import Dataset, LeftOut, Table
from sds2gen3.place import Place
from sds2gen3.restore.cells import column_of, filled
from sds2gen3.restore.compare import FOLDER, Comparison, Difference
from sds2gen3.restore.rows import kinds_by_table
from sds2gen3.restore.sheet import nearest_version
from sds2gen3.restore.tables import Restored
from sds2gen3.restore.upgrade import Moved
from sds2gen3.sheets.layouts.facts import LABEL, SECTION
from sds2gen3.sheets.layouts.layout import Layouts

_MOST = 500  # cells that a finding lists; its message has the full count
TEMPLATE = frozenset({"header", "section", "template text", "repeats another header"})
"""Why a cell was left out that nobody needs to carry over: the new workbooks have their own."""


def of_restored(restored: Restored, mapping: Mapping, version: str, layouts: Layouts) -> Iterator[Diagnostic]:
    """What of the records is in no sheet, and what of the sheets is in no record."""
    for node, number in sorted(restored.strays.items()):
        message = (
            f"{_several(number, 'record')} of '{node}' {_are(number)} made by no rule of the mapping '{mapping.name}'."
        )
        yield finding("M341", message, node=node)
    for (node, name), number in sorted(restored.unplaced.items()):
        message = f"'{name}' of {_several(number, 'record')} of '{node}' is made from no field of a sheet."
        yield finding("M340", message, node=node, property=name)
    for (table, name, reason), number in sorted(restored.changed.items()):
        message = f"{_several(number, 'value')} of '{_words(name)}' ({table}) may have read otherwise: {reason}."
        yield finding("M342", message)
    for stated, file in sorted(restored.misplaced.items()):
        yield finding("M344", f"'{stated}' is no path of a sheet within a dataset.", Place(file), value=stated)
    yield from _not_carried(mapping, version, layouts)


def _not_carried(mapping: Mapping, version: str, layouts: Layouts) -> Iterator[Diagnostic]:
    """The fields of the version that the mapping has no property for, a table at a time."""
    for table, kind in kinds_by_table(layouts).items():
        layout = layouts.sheet(kind)
        rules = [rule for rule in mapping.rules if rule.source == table]
        carried = {name for rule in rules for name in rule.fields}
        carried |= {name for rule in rules for p in rule.properties for name in p.sources}
        carried |= {name for rule in mapping.rules for p in rule.properties if p.each == table for name in p.sources}
        own = [f for f in layouts.version_sheet(version, kind).headers if layout.group_of.get(f, kind) == table]
        missing = [f for f in own if not f.startswith((LABEL, SECTION)) and f not in carried]
        joined = layout.facts.groups[table].join if table in layout.facts.groups else ()
        if carried & {layout.facts.groups[table].key} if joined else False:
            missing = [f for f in missing if f not in {join.identifier for join in joined}]
        if not missing:
            continue
        reason = mapping.not_mapped.get(table, "the mapping has no property for them")
        if carried:
            names = ", ".join(f"'{_words(name)}'" for name in missing)
            yield finding("M343", f"Not in the records of '{table}': {names}: {reason}.", Place(f"{kind}.xlsx"))
        else:
            message = f"No record holds '{table}' ({_several(len(missing), 'field')}): {reason}."
            yield finding("M343", message, Place(f"{kind}.xlsx"))


def of_written(comparison: Comparison) -> Iterator[Diagnostic]:
    """Cells that did not come back from the workbooks as they were to be written."""
    by_field: dict[tuple[str, str], list[Difference]] = {}
    for one in (*comparison.lost, *comparison.added):
        if one.field != FOLDER:
            by_field.setdefault((one.table, one.field), []).append(one)
    for (table, name), some in sorted(by_field.items()):
        first = some[0]
        message = f"{_several(len(some), 'value')} of '{_words(name)}' ({table}) did not come back from the workbook."
        shown = str(first.value)
        places = [one.place for one in some if one.place is not None]
        value = shown if len(shown) <= 80 else f"{shown[:77]}..."
        yield finding("S297", message, places[0] if places else None, value=value, related=places[1:])


def of_upgrade(
    before: Dataset, again: Dataset, moved: Iterable[Moved], version: str, layouts: Layouts
) -> Iterator[Diagnostic]:
    """What the new version asks a person to look at; places are those of the new workbooks, but for cells not in them."""
    for one in moved:
        yield _told(one, again)
    yield from _foreign(again, version, layouts)
    yield from _renamed(before, version, layouts)
    yield from _unread(before.left_out)


def _told(one: Moved, again: Dataset) -> Diagnostic:
    table = again.table(one.to_table or one.table)
    place = table.header_place(one.to) if table is not None and one.to in table.headers else None
    if one.copied:
        said = f"{_several(one.values, 'value')} of '{_words(one.field)}' ({one.table})"
        message = f"{said} {_are(one.values)} now in '{one.to_table}' as well."
    elif one.field == one.to:
        message = (
            f"{_several(one.values, 'value')} of '{_words(one.to)}' {_are(one.values)} spelt as this version spells it."
        )
    else:
        message = (
            f"{_several(one.values, 'value')} of '{_words(one.field)}' {_are(one.values)} now in '{_words(one.to)}'."
        )
    return finding("S295", message, place)


def _foreign(again: Dataset, version: str, layouts: Layouts) -> Iterator[Diagnostic]:
    """Sheets and fields that the version does not have."""
    kinds = kinds_by_table(layouts)
    files = layouts.version(version).files
    gone: dict[str, int] = {}
    for name, tables in again.tables.items():
        kind = kinds[name]
        headers = layouts.version_sheet(nearest_version(kind, version, layouts), kind).headers
        for table in tables:
            if kind not in files:
                gone[table.file] = max(gone.get(table.file, 0), len(table))
                continue
            rows = {
                name for name in table.columns.get("sds_field", ()) if name in headers
            }  # rows of their own in SDS 1
            old = [
                one
                for one in filled(table)
                if not rows
                and one in table.headers
                and one not in table.user_columns
                and not layouts.sheet(kind).field(one).dialect
                if column_of(one, headers) not in headers
            ]
            if old:
                yield _kept(table, old, version)
    for file, number in sorted(gone.items()):
        message = f"SDS {version} has no such sheet; its {_several(number, 'record')} {_are(number)} here as before."
        yield finding("S293", message, Place(file))


def _kept(table: Table, names: list[str], version: str) -> Diagnostic:
    """The fields of a sheet that the version does not have, with how many values each has."""
    said = [f"'{table.labels.get(name, _words(name)).strip()}' ({_filled(table, name):,})" for name in names]
    what = "is no field" if len(names) == 1 else "are no fields"
    message = f"{', '.join(said)} {what} of SDS {version}; the values were kept under the old header."
    places = [table.header_place(name) for name in names]
    return finding("S292", message, places[0], related=places[1:])


def _filled(table: Table, name: str) -> int:
    return sum(value not in (None, []) for value in table.columns[name])


def _renamed(before: Dataset, version: str, layouts: Layouts) -> Iterator[Diagnostic]:
    renamed = layouts.version(version).folders.renamed
    top = sorted({path.split("/", 1)[0] for path in before.files if "/" in path})
    for name in top:
        if name in renamed:
            yield finding(
                "S294", f"The folder '{name}' is called '{renamed[name]}' in SDS {version}.", Place(name), value=name
            )


def of_unmapped(cells: Iterable[tuple[Place, str]]) -> Iterator[Diagnostic]:
    """Cells of the sheets that were in no record from the beginning, so that nothing can bring them back."""
    for file, reason, places in _by_reason(cells):
        message = f"{_several(len(places), 'cell')} of '{file}' {_are(len(places))} in no record: {reason}."
        yield finding("M343", message, places[0], related=places[1:_MOST])


def _unread(left_out: Iterable[LeftOut]) -> Iterator[Diagnostic]:
    for file, reason, places in _by_reason((cell.place, cell.reason) for cell in left_out):
        message = (
            f"{_several(len(places), 'cell')} of the old '{file}' {_are(len(places))} not in the new one: {reason}."
        )
        yield finding("S296", message, places[0], related=places[1:_MOST])


def _by_reason(cells: Iterable[tuple[Place, str]]) -> Iterator[tuple[str, str, list[Place]]]:
    """The cells by file and reason, but for the template's own."""
    found: dict[tuple[str, str], list[Place]] = {}
    for place, reason in cells:
        if reason not in TEMPLATE:
            found.setdefault((place.file, reason), []).append(place)
    for (file, reason), places in sorted(found.items()):
        yield file, reason, places


def _several(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _words(name: str) -> str:
    return name.removeprefix("own:").replace("_", " ")
