"""What two fields of one record are to each other: in order, of a kind, counted, as the file's name says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.sheets.layouts.checks import Extension, Listed, Order, Paired, Typed, Untouched
from sds2gen3.sheets.layouts.facts import SheetLayout, header_key
from sds2gen3.sheets.rules.values import dates, identifiers
from sds2gen3.sheets.rules.values.quantities import amount
from sds2gen3.sheets.rules.values.verdict import Verdict
from sds2gen3.sheets.rules.within.forms import Held
from sds2gen3.sheets.rules.within.told import Telling, filled, label, quoted, tell_all
from sds2gen3.sheets.tables.leftovers import Leftovers
from sds2gen3.sheets.tables.outcome import SheetRead

_MEASURES = {"age": "time", "mass": "mass"}
Pair = tuple[str, str]


def check_order(check: Order, table: Table, layout: SheetLayout, held: Held) -> Iterator[Diagnostic]:
    """A finding for each pair of values whose first is later, or more, than the second; what is neither is not compared."""
    measure = _MEASURES.get(layout.field(check.first).held_to)
    if measure:
        code, verb, known = "S255", "is more than", cache(lambda text: amount(text, measure, held.lists.units))
        wrong: Callable[[str, str], bool] = lambda a, b: _more(known(a), known(b))  # noqa: E731
    else:
        code, verb, wrong = "S262", "is later than", _later
    seen: dict[Pair, list[int]] = {}
    for record, (first, then) in enumerate(zip(table.columns[check.first], table.columns[check.then], strict=True)):
        if first is not None and then is not None and first != then:
            seen.setdefault((str(first), str(then)), []).append(record)
    names = label(table, check.first), label(table, check.then)
    tellings = [
        Telling(
            f"{quoted(first)} at '{names[0]}' {verb} {quoted(then)} at '{names[1]}'",
            first,
            tuple(table.place(record, name) for record in records for name in (check.first, check.then)),
        )
        for (first, then), records in seen.items()
        if wrong(first, then)
    ]
    yield from tell_all(code, check.grade, tellings)


def _more(first: float | None, then: float | None) -> bool:
    return first is not None and then is not None and first > then


def _later(first: str, then: str) -> bool:
    """Whether the first is later; by the day where only one of them has a time, or a zone."""
    a, b = dates.compared(first), dates.compared(then)
    if a is None or b is None or a <= b:
        return False
    if dates.has_time(first) and dates.has_time(then):
        return dates.has_zone(first) == dates.has_zone(then) or (a - b).days >= 1
    return a.date() > b.date()


def check_paired(check: Paired, table: Table) -> Iterator[Diagnostic]:
    """A finding where the other field says something else than the word in the first one needs."""
    for record, value in filled(table, check.field):
        other = table.columns[check.other][record]
        if (
            header_key(value) == header_key(check.word)
            and other is not None
            and header_key(other) != header_key(check.must)
        ):
            name = label(table, check.other)
            message = f"{quoted(value)} takes {check.must}, but '{name}' is {quoted(other)}."
            hint = f"Write {check.must} and give one, or choose another word at '{label(table, check.field)}'."
            place = table.place(record, check.other)
            yield finding("S247", message, place, hint=hint, value=other, severity=check.grade)


def check_typed(check: Typed, table: Table, held: Held) -> Iterator[Diagnostic]:
    """A finding for each identifier that is not of the kind that its type names."""
    kinds: dict[str, Callable[[str], Verdict]] = {
        "doi": identifiers.doi,
        "pmid": identifiers.pmid,
        "rrid": lambda text: identifiers.rrid(text, held.lists.rrid),
        "url": identifiers.url,
    }
    forms = {header_key(word): form for word, form in check.forms.items()}
    for record, value in filled(table, check.field):
        type_ = table.columns[check.type][record]
        form = forms.get(header_key(type_)) if type_ is not None else None
        if form is None:
            continue
        read = kinds[form]
        place, text, name = table.place(record, check.field), str(value), label(table, check.field)
        verdict = read(text)
        if verdict.canonical is None:
            others = [kind.upper() for kind in ("doi", "rrid", "url") if kinds[kind](text).canonical is not None]
            if not text.strip().isdecimal() and identifiers.pmid(text).canonical is not None:
                others = ["PMID"]  # of digits alone nobody knows what they are
            hint = f"If it is right, write {others[0]} at '{label(table, check.type)}'." if others else verdict.hint
            message = f"{quoted(text)} at '{name}' is said to be a {type_}, but {verdict.wrong}."
            yield finding("S246", message, place, hint=hint, value=text, severity=check.grade)
        elif verdict.canonical != text and form in ("doi", "rrid") and not held.version.bare:
            message = f"{quoted(text)} at '{name}' is right, but usually written in another way."
            yield finding("S241", message, place, hint=f"Write {verdict.canonical}", value=text)


def check_listed(check: Listed, table: Table, read: SheetRead) -> Iterator[Diagnostic]:
    """A finding where the count is not the number of records that are listed."""
    tables = read.tables.get(check.table, ())
    count = sum(map(len, tables))
    for record, value in filled(table, check.field):
        if str(value).isdecimal() and int(value) != count:
            noun = tables[0].noun if tables else check.table.replace("_", " ").removesuffix("s")
            listed = f"1 {noun} is" if count == 1 else f"{count or 'no'} {noun}s are"
            message = f"'{label(table, check.field)}' is {value}, but {listed} listed."
            hint = f"Write {count}, or list those that are missing."
            place = table.place(record, check.field)
            yield finding("S274", message, place, hint=hint, value=value, severity=check.grade)


def check_untouched(check: Untouched, table: Table, leftovers: Leftovers) -> Iterator[Diagnostic]:
    """A finding where all those fields still hold what the template came with, though others are filled in."""
    there = [name for name in check.fields if name in table.columns]
    for record in range(len(table)):
        values: dict[str, Any] = {n: v for n in there if (v := table.columns[n][record]) is not None}
        if len(values) > 1 and leftovers.is_prefilled(values):
            places = [table.place(record, name) for name in values]
            first, *others = (f"'{label(table, name)}'" for name in values)
            more = f"{others[0]}" if len(others) == 1 else f"{len(others)} more"
            message = f"{first} and {more} still hold what the template came with."
            yield finding("S275", message, places[0], severity=check.grade, related=places[1:])


def check_extension(check: Extension, table: Table) -> Iterator[Diagnostic]:
    """A finding for each extension (with its dot) that is not the end of the file's name; folders have none."""
    extensions, paths = table.columns[check.field], table.columns[check.of]
    if set(map(type, extensions)) == set(map(type, paths)) == {str} and all(map(str.endswith, paths, extensions)):
        return  # the most usual, and the fastest way to see it
    seen: dict[Pair, list[int]] = {}
    for record, (said, path) in enumerate(zip(extensions, paths, strict=True)):
        if not isinstance(said, str) or not isinstance(path, str) or path.endswith(said):
            continue
        if said[:1] == "." and " " not in said:
            file = path.rpartition("/")[2].casefold()
            if "." in file[1:] and not file.endswith(said.casefold()):
                seen.setdefault((said, file.rpartition(".")[2]), []).append(record)
    tellings = [
        Telling(
            f"{quoted(said)} at '{label(table, check.field)}' is not how '{table.columns[check.of][records[0]]}' ends",
            said,
            tuple(table.place(record, check.field) for record in records),
            f"Write .{end} if the file's name is right.",
        )
        for (said, end), records in seen.items()
    ]
    yield from tell_all("S273", check.grade, tellings)
