"""What ids of a wrong form are meant to be: what folders and other cells call the record (SDS-E03, E08, E09, P04).

One wrong id would else be told once more by everything that refers to the right one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.nearest import Guesses
from sds2gen3.patterns import user_pattern
from sds2gen3.place import Place
from sds2gen3.sheets.files.inventory import Inventory
from sds2gen3.sheets.rules.between.sheets import MOST_PLACES, Sheets
from sds2gen3.sheets.rules.within.odd import odd
from sds2gen3.sheets.tables.outcome import SheetRead

_OF_FORM = ("S204", "S202", "S203")  # the codes of an id that is not written as it must; the first of them speaks
_NUMBERS = re.compile(r"0*([0-9]+)")


@dataclass(frozen=True)
class Meant:
    """An id as it is typed in `cell`, the `id` that is meant, and what gives that: cells and folders."""

    kind: str
    typed: str
    cell: Place
    id: str
    cells: Sequence[Place]
    folders: Sequence[Place]


@dataclass
class _Called:
    """An id that no row has, with the cells and the folders that give it."""

    id: str
    cells: list[Place] = field(default_factory=list)
    folders: list[Place] = field(default_factory=list)


def meant_ids(sheets: Sheets, inventory: Inventory) -> list[Meant]:
    """The ids of a wrong form for which something else is plainly meant. Never one for two, nor two for one."""
    found: list[Meant] = []
    for kind in sheets.layouts.kinds:
        wrong = _wrong(sheets, kind)
        if wrong and kind not in sheets.twins:
            called = _called(sheets, kind, inventory)
            own_form = not _form(sheets, kind)("anything")
            for typed, name in _pairs(wrong, called, own_form).items():
                one = called[name]
                found.append(Meant(kind, typed, wrong[typed], one.id, one.cells, one.folders))
    return found


def as_meant(sheets: Sheets, meant: Sequence[Meant]) -> Sequence[SheetRead]:
    """The sheets with the ids that are meant in place of those that are typed, to hold other sheets and folders against."""
    by_kind: dict[str, dict[str, str]] = {}
    for one in meant:
        by_kind.setdefault(one.kind, {})[one.typed] = one.id
    return [
        _with_ids(read, sheets.key(read.kind), by_kind[read.kind]) if read.kind in by_kind else read
        for read in sheets.reads
    ]


def told_with_what_is_meant(findings: Sequence[Diagnostic], meant: Sequence[Meant]) -> list[Diagnostic]:
    """The findings; the one of a wrong id says what is meant, and names all that gives the right one."""
    of = {one.cell: one for one in meant}
    speaks: dict[Place, int] = {}
    for number, told in enumerate(findings):
        if told.code in _OF_FORM and told.place in of and told.place is not None:
            first = speaks.setdefault(told.place, number)
            if _OF_FORM.index(told.code) < _OF_FORM.index(findings[first].code):
                speaks[told.place] = number
    found = list(findings)
    for place, number in speaks.items():
        found[number] = _told(found[number], of[place])
    return found


def _told(told: Diagnostic, meant: Meant) -> Diagnostic:
    by = [
        f"{len(places):,} {noun}{'' if len(places) == 1 else 's'}"
        for places, noun in ((meant.cells, "cell"), (meant.folders, "folder"))
        if places
    ]
    call = "calls" if len(meant.cells) + len(meant.folders) == 1 else "call"
    hint = f"Did you mean '{meant.id}'? {' and '.join(by).capitalize()} {call} it that."
    # A reference to a record that is not there is refused by the commons.
    severity = Severity.ERROR if meant.cells else told.severity
    related = (*told.related, *meant.cells, *meant.folders)[:MOST_PLACES]
    return replace(told, hint=hint, severity=severity, related=related)


def _with_ids(read: SheetRead, key: str, ids: Mapping[str, str]) -> SheetRead:
    tables = [
        replace(table, columns={**table.columns, key: [ids.get(str(value), value) for value in table.columns[key]]})
        if key in table.columns
        else table
        for table in read.tables[read.kind]
    ]
    return replace(read, tables={**read.tables, read.kind: tables})


def _wrong(sheets: Sheets, kind: str) -> dict[str, Place]:
    """The ids of the sheet that are not of their form, each with its first cell."""
    if sheets.key(kind) not in sheets.asked(kind).forms:
        return {}
    fits = _form(sheets, kind)
    found: dict[str, Place] = {}
    for table, record, text in sheets.ids(kind):
        if text not in found and not fits(text):
            found[text] = table.place(record, sheets.key(kind))
    return found


def _form(sheets: Sheets, kind: str) -> Callable[[str], bool]:
    return user_pattern(sheets.asked(kind).forms[sheets.key(kind)].pattern).fits


def _called(sheets: Sheets, kind: str, inventory: Inventory) -> dict[str, _Called]:
    """The ids of the right form that cells or folders give to a record of the sheet, and that no row has."""
    key = sheets.key(kind)
    fits = _form(sheets, kind)
    found: dict[str, _Called] = {}
    for text, place in _references(sheets, f"{kind}.{key}"):
        if fits(text):
            found.setdefault(text.casefold(), _Called(text)).cells.append(place)
    ids = {text.casefold() for _, _, text in sheets.ids(kind)}
    pattern = sheets.version.folders.named.get(kind)
    if pattern is None or inventory.metadata_only:
        return found
    for path in sorted(inventory.holding):
        name = path.rpartition("/")[2]
        if "/" in path and fnmatchcase(name.casefold(), pattern) and name.casefold() not in ids and fits(name):
            found.setdefault(name.casefold(), _Called(name)).folders.append(Place(path))
    return found


def _references(sheets: Sheets, target: str) -> Iterator[tuple[str, Place]]:
    """The texts that refer to a record of the sheet, or of others, and to none that is there; with their cells."""
    known: dict[tuple[str, ...], set[str]] = {}
    for read in sheets.reads:
        layout = sheets.layouts.sheet(read.kind)
        for table in (table for same in read.tables.values() for table in same):
            for name in table.headers:
                refers = layout.field(name).refers
                if target in refers:
                    if refers not in known:
                        known[refers] = _known(sheets, refers)
                    for text, _, place in odd(table, name, table.columns[name], known[refers].__contains__):
                        if text.casefold() not in sheets.nothing:
                            yield text, place


def _known(sheets: Sheets, refers: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for kind in (one.partition(".")[0] for one in refers):
        owner = sheets.facts(kind).owner
        for table, record, text in sheets.ids(kind):
            found.add(text)
            if owner and owner in table.columns:
                found.add(f"{table.columns[owner][record]}_{text}")
    return found


def _pairs(wrong: Iterable[str], called: Mapping[str, _Called], own_form: bool) -> dict[str, str]:
    """Typed id -> key of what is called so: by letters and digits; where ids of the sheet have a form of their own,
    also by likeness, by first letter and numbers, by numbers alone."""
    found = _alike(wrong, called, _letters)
    if not own_form:
        return found
    guesses = Guesses([called[key].id for key in _left(called, found.values())])
    near = {text: guess.casefold() for text in _left(wrong, found) if (guess := guesses.nearest(text))}
    times = Counter(near.values())
    found |= {text: key for text, key in near.items() if times[key] == 1}
    for like in (_beginning, _numbers):
        found |= _alike(_left(wrong, found), _left(called, found.values()), like)
    return found


def _left(texts: Iterable[str], taken: Iterable[str]) -> list[str]:
    gone = set(taken)
    return [text for text in texts if text not in gone]


def _alike(wrong: Iterable[str], called: Iterable[str], like: Callable[[str], object]) -> dict[str, str]:
    """The pairs of what is equal in that way, and equal to nothing else."""
    by_like: dict[object, list[str]] = {}
    for key in called:
        by_like.setdefault(like(key), []).append(key)
    made = {text: like(text) for text in wrong}
    times = Counter(made.values())
    return {
        text: by_like[one][0]
        for text, one in made.items()
        if one and times[one] == 1 and len(by_like.get(one, ())) == 1
    }


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _beginning(text: str) -> tuple[str, ...]:
    numbers = _numbers(text)
    return (text[:1].casefold(), *numbers) if numbers else ()


def _numbers(text: str) -> tuple[str, ...]:
    """The numbers of an id; none of a whole sentence, which is no id."""
    return tuple(_NUMBERS.findall(text)) if len(text.split()) < 3 else ()
