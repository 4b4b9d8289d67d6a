"""How often things stand in a sheet: how many values, how many in one cell, the same entry twice, ids that look alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.sheets.layouts.checks import Alike, Number, OneEach, OneRecord, Twice
from sds2gen3.sheets.rules.within.odd import parts
from sds2gen3.sheets.rules.within.told import Fault, Telling, filled, label, quoted, tell, tell_all
from sds2gen3.sheets.tables.outcome import SheetRead

_JOINED = str.maketrans({"_": "-", " ": "-", "\t": "-", "\n": "-"})


def check_number(check: Number, table: Table) -> Iterator[Diagnostic]:
    """A finding for each record that has too few or too many values; none at all is another rule's."""
    split = table.splits.get(check.field)
    for record, value in filled(table, check.field):
        items = value if isinstance(value, list) else [value]
        count = sum(len(parts(item, split)) for item in items)
        if count < check.least or (check.most is not None and count > check.most):
            wanted = f"at least {check.least}" if check.most is None else f"{check.least} to {check.most}"
            name = label(table, check.field)
            message = f"There {'is' if count == 1 else 'are'} {count} at '{name}', but the SDS wants {wanted}."
            places = table.places(record, check.field)
            hint = f"Give {wanted}, each in a Value column of its own."
            yield finding("S266", message, places[0], hint=hint, severity=check.grade, related=places[1:])


def check_one_each(check: OneEach, table: Table) -> Iterator[Diagnostic]:
    """A finding for cells with several values; they are read one by one all the same."""
    split = table.splits.get(check.field)
    hint = "Give each a Value column of its own." if table.transposed else "Give one."

    def judge(text: str) -> Fault | None:
        count = len(parts(text, split))
        return Fault("S267", f"holds {count} values in one cell", hint, check.grade) if count > 1 else None

    yield from tell(replace(table, splits={}), check.field, judge)


def check_one_record(check: OneRecord, read: SheetRead) -> Iterator[Diagnostic]:
    """A finding for a sheet that has several records, at the first value of each but the first (SDS-S06)."""
    for table in read.tables.get(read.kind, ()):
        if len(table) > 1:
            firsts = [next(n for n in table.headers if table.columns[n][i] is not None) for i in range(1, len(table))]
            places = [table.place(i, name) for i, name in enumerate(firsts, 1)]
            message = f"{len(table)} Value columns are filled in, but the SDS has one; each is read as a {table.noun} of its own."
            yield finding("S276", message, places[0], severity=check.grade, related=places[1:])


def check_twice(check: Twice, table: Table) -> Iterator[Diagnostic]:
    """A finding for each set of records that agree in one of the fields, told by the first in which they do."""
    told: set[int] = set()
    for name in check.fields:
        same: dict[str, list[tuple[int, object]]] = {}
        for record, value in filled(table, name):
            same.setdefault(" ".join(str(value).casefold().split()), []).append((record, value))
        for cases in same.values():
            records = [record for record, _ in cases]
            if len(records) < 2 or told.issuperset(records) or _are_apart(check, table, records):
                continue
            told.update(records)
            value = cases[0][1]
            places = [table.place(record, name) for record in records]
            message = f"{quoted(value)} at '{label(table, name)}' is there {_times(len(records))}."
            yield finding(
                "S264", message, places[1], value=value, severity=check.grade, related=[places[0], *places[2:]]
            )


def _are_apart(check: Twice, table: Table, records: list[int]) -> bool:
    """Whether the records are one and the same on purpose: a contributor who is there once for each role."""
    if check.apart not in table.columns:
        return False
    same = {
        tuple(str(table.columns[name][i]).casefold() for name in check.fields if name in table.columns) for i in records
    }
    return len(same) == 1 and len({str(table.columns[check.apart][i]) for i in records}) == len(records)


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def check_alike(check: Alike, table: Table) -> Iterator[Diagnostic]:
    """A finding for ids that differ only by case, spaces, underscores and dashes; the same id twice is another rule's."""
    ids = [str(value) for value in dict.fromkeys(table.columns[check.field]) if value is not None]
    alike: dict[str, list[str]] = {}
    for text in ids:
        alike.setdefault(text.casefold().translate(_JOINED), []).append(text)
    if len(alike) == len(ids):
        return
    where = {str(value): record for record, value in reversed(filled(table, check.field))}
    tellings = [
        Telling(
            f"The ids {' and '.join(map(quoted, texts))} are nearly the same",
            texts[1],
            tuple(table.place(where[text], check.field) for text in [*texts[1:], texts[0]]),
        )
        for texts in alike.values()
        if len(texts) > 1
    ]
    yield from tell_all("S269", check.grade, tellings)
