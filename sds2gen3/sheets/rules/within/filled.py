"""What must be filled in: the values and the files that the dataset's version asks for (SPEC sections 5 and 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.anchors import DESCRIPTION
from sds2gen3.sheets.layouts.facts import SheetLayout
from sds2gen3.sheets.layouts.graded import DatasetType
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.layouts.versions import Filled, Version
from sds2gen3.sheets.rules.within.words import reading
from sds2gen3.sheets.tables.headers import meant
from sds2gen3.sheets.tables.outcome import SheetRead

_SINGLY = 3  # empty fields of a record that are named


def dataset_type(reads: Sequence[SheetRead], version: Version) -> str:
    """'experimental', 'computational' or 'device'; experimental where nothing else is said (SPEC section 9, rule 1)."""
    value = described(reads, version.kinds.field)
    texts = value if isinstance(value, list) else [value]
    known = [str(text).strip().casefold() for text in texts if text is not None]
    return next((text for text in known if text in get_args(DatasetType)), version.kinds.otherwise)


def check_filled(read: SheetRead, version: Version, type_: str, layouts: Layouts) -> list[Diagnostic]:
    """A finding for each required value of the sheet that is missing, or that is only a word for nothing."""
    layout = layouts.sheet(read.kind)
    found: list[Diagnostic] = []
    for rule in layouts.version_sheet(version.name, read.kind).filled:
        if rule.when in (None, type_):
            name = layout.group_of.get(rule.fields[0], read.kind)
            tables = [table for table in read.tables.get(name, ()) if _concerns(rule, table)]
            found += _check(rule, tables, read, layout, version)
    return found


def described(reads: Sequence[SheetRead], name: str) -> Any:
    """What dataset_description says of itself in that field."""
    for read in reads:
        for table in read.tables.get(DESCRIPTION, ()):
            if name in table.columns and len(table):
                return table.columns[name][0]
    return None


def _concerns(rule: Filled, table: Table) -> bool:
    """A Table made from a row of its own (SDS 1.x relations) is only held to what it can have."""
    return "sds_field" not in table.columns or any(name in table.headers for name in rule.fields)


def _check(
    rule: Filled, tables: list[Table], read: SheetRead, layout: SheetLayout, version: Version
) -> Iterator[Diagnostic]:
    if not any(len(table) for table in tables):
        if not layout.transposed or rule.given is not None or layout.facts.key is None:
            return  # R162 or R181 says that there is no record at all
        table = tables[0] if tables else None
        if not any(name in t.headers for t in tables for name in rule.fields):
            yield _no_header(rule, read, layout)
        else:
            yield _missing(rule, read.missing(table, rule.fields[0]), (), read, layout, table)
        return
    for table in tables:
        yield from _check_table(rule, table, read, layout, version)


def _check_table(
    rule: Filled, table: Table, read: SheetRead, layout: SheetLayout, version: Version
) -> Iterator[Diagnostic]:
    concerned = _concerned(rule, table)
    if not concerned:
        return
    if rule.each:
        excused = {name for name in rule.each if rule.excused and any(reading(table, name, rule.excused))}
        names = [name for name in rule.each if name in table.headers and name not in excused]
        for i in concerned:
            yield from _check_each(rule, table, i, names, layout)
        return
    columns = [table.columns[name] for name in rule.fields if name in table.columns]
    if not columns:
        yield _no_header(rule, read, layout)
        return
    full = any(None not in column and [] not in column for column in columns)
    empty = [] if full else [i for i in concerned if all(column[i] is None or column[i] == [] for column in columns)]
    if rule.once and len(empty) < len(concerned):
        empty = []
    name = next(name for name in rule.fields if name in table.columns)
    places = [table.place(i, name) for i in empty[: 1 if rule.once else None]]
    if rule.grade == Severity.ERROR:
        yield from (_missing(rule, place, (), read, layout, table) for place in places)
    elif places:
        yield _missing(rule, places[0], places[1:], read, layout, table)
    if rule.field and not rule.nothing and (rule.grade == Severity.ERROR or (layout.transposed and not rule.once)):
        yield from _said_nothing(concerned, table, name, version, layout.field(name).hint)


def _check_each(
    rule: Filled, table: Table, index: int, names: Sequence[str], layout: SheetLayout
) -> Iterator[Diagnostic]:
    """One finding for all of the fields that a record leaves empty. Fields without a header are told by other rules."""
    empty = [name for name in names if _value(table, name, index) is None]
    if empty:
        labels = [_label(name, table) for name in empty]
        named = " and no ".join(labels[:_SINGLY]) + (f", nor {len(labels) - _SINGLY} more" if labels[_SINGLY:] else "")
        message = f"This {table.noun}{_which(rule, table, index)} has no {named}."
        first, *more = (table.place(index, name) for name in empty)
        hint = layout.field(empty[0]).hint
        yield finding("S201", message, first, hint=hint, severity=rule.grade, related=more)


def _which(rule: Filled, table: Table, index: int) -> str:
    """The values by which the record is one that the rule is for."""
    said = [f"'{_value(table, name, index)}'" for name in rule.where]
    return f" ({', '.join(said)})" if said else ""


def _concerned(rule: Filled, table: Table) -> Sequence[int]:
    """The records that the rule is for."""
    concerned: Sequence[int] = range(len(table))
    if rule.given:
        given = table.columns.get(rule.given) or [None] * len(table)
        concerned = [i for i in concerned if given[i] is not None]
    for name, pattern in rule.where.items():
        read = reading(table, name, pattern)
        concerned = [i for i in concerned if read[i]]
    for name, patterns in rule.unless.items():
        read = reading(table, name, *([patterns] if isinstance(patterns, str) else patterns))
        if rule.once and any(read):
            return ()
        concerned = [i for i in concerned if not read[i]]
    return concerned


def _value(table: Table, name: str, index: int) -> Any:
    column = table.columns.get(name)
    return None if column is None else column[index]


def _missing(
    rule: Filled, place: Place, more: Sequence[Place], read: SheetRead, layout: SheetLayout, table: Table | None
) -> Diagnostic:
    there = [name for name in rule.fields if table is not None and name in table.headers]
    labels = [_label(name, table) for name in there or rule.fields]
    noun = table.noun if table is not None and len(table) else layout.facts.noun
    hint = layout.field(rule.fields[0]).hint
    if rule.fields == (layout.facts.key,) and not layout.transposed:
        return finding("S208", f"This row has no {labels[0]}.", place, hint=hint, severity=rule.grade)
    none = f"No {noun} has a" if rule.once and not layout.transposed else f"This {noun} has no"
    message = f"{none} {' and no '.join(labels)}."
    return finding("S201", message, place, hint=hint, severity=rule.grade, related=more)


def _no_header(rule: Filled, read: SheetRead, layout: SheetLayout) -> Diagnostic:
    what = "row" if layout.transposed else "column"
    message = f"The sheet has no {what} {' or '.join(_label(name, None) for name in rule.fields)}."
    place = _misspelt(rule, read, layout) or read.place
    return finding("S217", message, place, severity=rule.grade)


def _misspelt(rule: Filled, read: SheetRead, layout: SheetLayout) -> Place | None:
    """The header that is told to be nearly that of the field (S214), which then is the cause of its absence."""
    keys = {key: name for key, name in layout.keys.items() if name in rule.fields}
    told = (d for d in read.findings if d.code == "S214")
    return next((d.place for d in told if meant(str(d.value), keys, layout)), None)


def _label(name: str, table: Table | None) -> str:
    label = table.labels.get(name) if table is not None else None
    return f"'{label or name.replace('_', ' ')}'"


def _said_nothing(
    concerned: Sequence[int], table: Table, name: str, version: Version, hint: str
) -> Iterator[Diagnostic]:
    """Words such as N/A where a value is asked for. In sheets of many rows, SDS-E18 tells those of the lesser fields."""
    column = table.columns[name]
    for index in concerned:
        value = column[index]
        if isinstance(value, str) and " ".join(value.casefold().rstrip(".").split()) in version.nothing:
            message = f"{_label(name, table)} must say something, but reads '{value}'."
            yield finding("S205", message, table.place(index, name), value=value, hint=hint)
