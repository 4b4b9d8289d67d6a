"""The checks that a version declares for a sheet (`checks` in `sds/<version>/<kind>.yaml`), each held to its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.sheets.layouts.checks import (
    Accompanied,
    Alike,
    Check,
    Extension,
    Free,
    Listed,
    Names,
    Number,
    OneEach,
    OneRecord,
    Order,
    Paired,
    Some,
    Twice,
    Typed,
    Untouched,
)
from sds2gen3.sheets.layouts.facts import header_key
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.rules.within.answers import check_free
from sds2gen3.sheets.rules.within.forms import Held
from sds2gen3.sheets.rules.within.odd import parts
from sds2gen3.sheets.rules.within.pairs import (
    check_extension,
    check_listed,
    check_order,
    check_paired,
    check_typed,
    check_untouched,
)
from sds2gen3.sheets.rules.within.people import check_accompanied, check_names
from sds2gen3.sheets.rules.within.repeats import (
    check_alike,
    check_number,
    check_one_each,
    check_one_record,
    check_twice,
)
from sds2gen3.sheets.rules.within.told import filled
from sds2gen3.sheets.tables.leftovers import Leftovers
from sds2gen3.sheets.tables.outcome import SheetRead


@dataclass(frozen=True)
class Setting:
    """All sheets of the dataset, its type, and what its values are held to."""

    reads: Sequence[SheetRead]
    type: str
    held: Held
    layouts: Layouts


def check_declared(read: SheetRead, setting: Setting) -> Iterator[Diagnostic]:
    """The findings of the checks that the dataset's version declares for this kind of sheet."""
    for check in setting.layouts.version_sheet(setting.held.version.name, read.kind).checks:
        if check.when in (None, setting.type):
            yield from _check_sheet(check, read, setting)


def _check_sheet(check: Check, read: SheetRead, setting: Setting) -> Iterator[Diagnostic]:
    match check:
        case Free():
            yield from check_free(check, read, setting.held.version, setting.layouts)
        case Some():
            yield from _check_some(check, read, setting)
        case OneRecord():
            yield from check_one_record(check, read)
        case _:
            for tables in read.tables.values():
                for table in tables:
                    if len(table) and all(name in table.columns for name in _fields(check)):
                        yield from _check_table(check, table, read, setting)


def _fields(check: Check) -> tuple[str, ...]:
    """The fields that a table must have for the check to say anything."""
    match check:
        case OneRecord() | Some():
            return ()
        case Order():
            return check.first, check.then
        case Twice():
            return check.fields
        case Untouched() | Free():
            return check.fields[:1]
        case Paired():
            return check.field, check.other
        case Typed():
            return check.field, check.type
        case Accompanied() | Extension():
            return check.field, check.of
        case _:
            return (check.field,)


def _check_table(check: Check, table: Table, read: SheetRead, setting: Setting) -> Iterator[Diagnostic]:
    layout = setting.layouts.sheet(read.kind)
    match check:
        case Number():
            yield from check_number(check, table)
        case OneEach():
            yield from check_one_each(check, table)
        case Order():
            yield from check_order(check, table, layout, setting.held)
        case Twice():
            yield from check_twice(check, table)
        case Alike():
            yield from check_alike(check, table)
        case Accompanied():
            yield from check_accompanied(check, table)
        case Paired():
            yield from check_paired(check, table)
        case Typed():
            yield from check_typed(check, table, setting.held)
        case Names():
            yield from check_names(check, table)
        case Listed():
            yield from check_listed(check, table, read)
        case Untouched():
            yield from check_untouched(check, table, Leftovers.of(setting.layouts.template(read.kind)))
        case Extension():
            yield from check_extension(check, table)


def _check_some(check: Some, read: SheetRead, setting: Setting) -> Iterator[Diagnostic]:
    """A finding where a sheet that is filled in says nothing of such a thing, and no other sheet does."""
    key = setting.layouts.sheet(read.kind).facts.key
    own = read.tables.get(read.kind, ())
    counts = [str(value) for table in own for name in check.unless_zero for _, value in filled(table, name)]
    if not any(filled(table, str(key)) for table in own) or (counts and set(counts) == {"0"}):
        return  # nothing is filled in yet, or there is nobody whom it could concern
    words = {header_key(word) for word in check.words}
    for table in (table for tables in read.tables.values() for table in tables):
        if any(
            header_key(p) in words
            for _, v in filled(table, check.field)
            for p in parts(v, table.splits.get(check.field))
        ):
            return
    for table in (table for other in setting.reads for tables in other.tables.values() for table in tables):
        if any(filled(table, name) for name in check.or_any):
            return
    message = f"No {check.noun} is given, but the dataset is {setting.type}."
    hint = f"Give it as a related identifier with '{check.words[0]}'."
    if any(name in table.headers for tables in read.tables.values() for table in tables for name in check.or_any):
        hint = f"Fill in '{check.or_any[0].replace('_', ' ')}'."
    yield finding("S268", message, read.place, hint=hint, severity=check.grade)
