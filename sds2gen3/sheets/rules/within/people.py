"""Contributors: how a person's name is written, and roles that do not stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import Table
from sds2gen3.sheets.layouts.checks import Accompanied, Names
from sds2gen3.sheets.layouts.facts import header_key
from sds2gen3.sheets.rules.within.odd import parts
from sds2gen3.sheets.rules.within.told import Fault, Telling, filled, label, quoted, tell, tell_all


def check_names(check: Names, table: Table) -> Iterator[Diagnostic]:
    """A finding for each name that is not `Last, First Middle`; which of two names is the last is never guessed."""
    column = list(table.columns[check.field])
    for name, words in check.unless.items():
        keys = {header_key(word) for word in words}
        for record, value in filled(table, name):
            said = {header_key(part) for part in parts(value, table.splits.get(name))}
            if said & keys:
                column[record] = None

    def judge(text: str) -> Fault | None:
        what, hint = _wrong_name(text)
        return Fault("S263", what, hint, check.grade) if what else None

    yield from tell(table, check.field, judge, column=column)


def _wrong_name(text: str) -> tuple[str, str]:
    """What is wrong with the name, and what to type; '' for nothing."""
    if re.search(r";|\n| & ", text):
        return "holds several names", "Give each contributor a Value column."
    last, comma, first = (part.strip() for part in text.partition(","))
    if not comma:
        words = text.split()
        if len(words) < 2:
            return "is not a last and a first name", "Write Last, First Middle."
        if len(words) > 3 or not all(word[0].isupper() for word in words):
            return "has no comma after the last name", "Write Last, First Middle, if it is a person."
        example = f"{words[-1]}, {' '.join(words[:-1])}"
        return (
            "has no comma after the last name",
            f"Write Last, First Middle: {example}, if {words[-1]} is the last name.",
        )
    if not last or not first:
        return "is not a last and a first name", "Write Last, First Middle."
    if "," in first:
        return (
            "has more than one comma",
            "Write Last, First Middle, without titles; one contributor in each Value column.",
        )
    return "", ""


def check_accompanied(check: Accompanied, table: Table) -> Iterator[Diagnostic]:
    """A finding for each contributor who has that word alone, in all columns in which the same name stands."""
    split = table.splits.get(check.field)
    said: dict[str, set[str]] = {}
    where: dict[str, list[int]] = {}
    for record, value in filled(table, check.field):
        who = header_key(table.columns[check.of][record] or record)
        said.setdefault(who, set()).update(header_key(part) for part in parts(value, split))
        where.setdefault(who, []).append(record)
    tellings = [
        Telling(
            f"{quoted(check.word)} at '{label(table, check.field)}' does not stand alone",
            check.word,
            tuple(table.place(record, check.field) for record in where[who]),
            f"Give this {table.noun} another role too, or instead.",
        )
        for who, words in said.items()
        if words == {header_key(check.word)}
    ]
    yield from tell_all("S265", check.grade, tellings)
