"""What was taken from what: whose it is (SDS-E10), and how many were taken (SDS-E17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.sheets.layouts.between import Derived
from sds2gen3.sheets.rules.between.counts import whole
from sds2gen3.sheets.rules.between.rows import Rows
from sds2gen3.sheets.rules.between.sheets import Sheets, few


def check_derived(sheets: Sheets) -> Iterator[Diagnostic]:
    """A finding for each record that is of another subject than all its parents, and for each wrong number of children."""
    for read in sheets.reads:
        asked = sheets.asked(read.kind)
        for table in read.tables.get(read.kind, ()):
            for name, parents in asked.inherits.items():
                if name in table.headers and parents in table.headers:
                    yield from few(_other_than_parents(sheets, table, read.kind, name, parents))
            for name, derived in asked.derived.items():
                if name in table.headers and sheets.tables(derived.sheet):
                    yield from few(_wrong_number(sheets, table, read.kind, name, derived))


def _other_than_parents(sheets: Sheets, table: Table, kind: str, name: str, parents: str) -> Iterator[Diagnostic]:
    """A part of a sample that is said to be of another subject than the sample, or than the subject it was taken from."""
    own, above = table.columns[name], table.columns[parents]
    if all(value is None for value in above):
        return
    rows = Rows(table, sheets.key(kind), sheets.facts(kind).owner)
    target = sheets.layouts.sheet(kind).field(name).refers[0].partition(".")[0]
    subjects = {text.casefold(): text for _, _, text in sheets.ids(target)}
    for record, value in enumerate(own):
        if value is None or above[record] is None:
            continue
        found: dict[str, str] = {}
        for text in sheets.words(table, parents, record):
            row = rows.meant(text, record)
            of = own[row] if row is not None else subjects.get(text.casefold())
            if of is not None:
                found[str(of).casefold()] = text
        unknown = subjects and any(one not in subjects for one in (str(value).casefold(), *found))  # L530 tells that
        if found and not unknown and str(value).casefold() not in found:
            subject, parent = next(iter(found.items()))
            is_subject = parent.casefold() == subject
            of_what = (
                f"subject '{parent}'" if is_subject else f"'{parent}', which is of '{subjects.get(subject, subject)}'"
            )
            noun, whose = sheets.noun(kind), sheets.noun(target)
            message = f"This {noun} is of {whose} '{value}', but was derived from {of_what}."
            related = [table.place(record, parents)]
            yield finding("L544", message, table.place(record, name), value=str(value), related=related)


def _wrong_number(sheets: Sheets, table: Table, kind: str, name: str, derived: Derived) -> Iterator[Diagnostic]:
    """A number of derived records that is not how many of them name this one."""
    numbers = [whole(value) for value in table.columns[name]]
    owns = table.columns.get(sheets.key(kind))
    if owns is None or not any(number is not None for number in numbers):
        return  # without ids nothing can be said to come from a row; that the column is missing is told by itself
    children: Counter[str] = Counter()
    for other in sheets.tables(derived.sheet):
        for record in range(len(other)):
            named = next((texts for field in derived.by if (texts := sheets.words(other, field, record))), [])
            children.update({text.casefold() for text in named})
    label = table.labels.get(name, name.replace("_", " ")).strip()
    file = sheets.tables(derived.sheet)[0].file
    for record, (number, own) in enumerate(zip(numbers, owns, strict=True)):
        counted = children[str(own).casefold()]
        if number is not None and own is not None and number != counted and sheets.is_id(kind, str(own)):
            message = f"'{label}' of '{own}' is {number}, but {file} lists {counted}."
            hint = f"Write {counted}, or correct the rows in {file}."
            yield finding("L545", message, table.place(record, name), value=number, hint=hint)
