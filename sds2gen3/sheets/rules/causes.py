"""Findings that have one cause told as one: what is kept says so, and names the cells and folders of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.rules.between.sheets import MOST_PLACES
from sds2gen3.sheets.tables.outcome import SheetRead

_OF_ID = ("S202", "S208", "S290")
_MOST_CELLS = 2
"""What is filled in a row that is a note or a sum: its own name, and perhaps a number."""
_FEWEST = 5
"""How many more cells the records of the sheet have."""


def of_one_cause(findings: Sequence[Diagnostic], reads: Sequence[SheetRead], layouts: Layouts) -> list[Diagnostic]:
    """The findings, those of one cause put together: a header that was removed, a note below a table, an id without row."""
    found = _headerless(_no_table(_renamed(findings)))
    found = _strays(found, reads, layouts)
    return _without_row(found)


def _renamed(findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """A folder that is to be renamed (R192) says nothing of the version besides (R174)."""
    names = [f"a folder '{str(d.value).casefold()}'" for d in findings if d.code == "R192"]
    return [d for d in findings if d.code != "R174" or not any(name in d.message for name in names)]


def _no_table(findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """That a file has no header of the SDS (R151) says also that it holds something else than its name says (R124)."""
    other = {d.place.file: d.message.partition(";")[0] for d in findings if d.code == "R124" and d.place}
    return [
        replace(d, message=f"{d.message} {other[d.place.file]}.")
        if d.code == "R151" and d.place and d.place.file in other
        else d
        for d in findings
    ]


def _headerless(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The only column without header is the only one that is missing (S217 goes with S212)."""
    found = list(findings)
    times = Counter((d.code, d.place.file) for d in found if d.place and d.code in ("S212", "S217"))
    lacks = {d.place.file: d for d in found if d.code == "S217" and d.place and times["S217", d.place.file] == 1}
    told: set[int] = set()
    for number, d in enumerate(found):
        file = d.place.file if d.place else ""
        if d.code == "S212" and file in lacks and times["S212", file] == 1:
            other = lacks[file]
            missing = other.message.removeprefix("The sheet has no ").rstrip(".")
            hint = f"Give it a name: the sheet has no {missing}."
            found[number] = replace(d, hint=hint, severity=max(d.severity, other.severity))
            told.add(id(other))
    return [d for d in found if id(d) not in told]


def _strays(findings: list[Diagnostic], reads: Sequence[SheetRead], layouts: Layouts) -> list[Diagnostic]:
    """A row with hardly anything but a wrong or missing id is no record: of its other cells nothing is said."""
    suspects = [d for d in findings if d.code in _OF_ID and d.place is not None]
    rows = _sparse(suspects, reads, layouts) if suspects else {}
    if not rows:
        return findings
    gone: dict[tuple[str, str | None, int | None], list[Diagnostic]] = {}
    kept = []
    for d in findings:
        row = _row(d.place)
        speaks = row in rows and d.place == rows[row][0] and d.code in _OF_ID
        if (
            row in rows
            and d.code in ("S201", "S202", "S208")
            and not speaks
            and all(_row(one) == row for one in d.related)
        ):
            gone.setdefault(row, []).append(d)
        else:
            kept.append(d)
    return [_stray(d, rows[_row(d.place)], gone.get(_row(d.place), [])) if _row(d.place) in rows else d for d in kept]


def _stray(d: Diagnostic, row: tuple[Place, str], others: Sequence[Diagnostic]) -> Diagnostic:
    place, noun = row
    if d.place != place or d.code not in _OF_ID:
        return d
    related = [one for other in others for one in (other.place, *other.related) if one is not None]
    hint = f"Move the row out of the table if it is no {noun}; else: {d.hint[:1].lower()}{d.hint[1:]}"
    return replace(d, hint=hint, related=(*d.related, *related), severity=max(one.severity for one in (d, *others)))


_Row = tuple[str, "str | None", "int | None"]


def _row(place: Place | None) -> _Row:
    return ("", None, None) if place is None else (place.file, place.sheet, place.row)


def _sparse(
    suspects: Iterable[Diagnostic], reads: Sequence[SheetRead], layouts: Layouts
) -> dict[_Row, tuple[Place, str]]:
    """The rows of the suspects in which hardly anything is filled, with the cell of their id and the noun of a record."""
    found: dict[_Row, tuple[Place, str]] = {}
    wanted = {d.place for d in suspects}
    for read in reads:
        layout = layouts.sheet(read.kind)
        key = layout.facts.key
        for table in () if layout.transposed or key is None else read.tables.get(read.kind, ()):
            if key not in table.headers:
                continue
            filled = [
                sum(value is not None for value in record) for record in zip(*table.columns.values(), strict=True)
            ]
            for record, number in enumerate(filled):
                if number <= _MOST_CELLS and max(filled) >= number + _FEWEST:
                    place = table.place(record, key)
                    if place in wanted:
                        found[_row(place)] = (place, table.noun)
    return found


def _without_row(findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """An id without row that several columns or files give, or a folder too, is told once, with the fewest words."""
    of: dict[str, list[int]] = {}
    for number, d in enumerate(findings):
        if d.code == "L530" and isinstance(d.value, str):
            of.setdefault(d.value, []).append(number)
    folders = {
        str(d.value): number
        for number, d in enumerate(findings)
        if d.code == "R186" and d.message.startswith("The folder") and d.value in of
    }
    found, gone = list(findings), set()
    for text, numbers in of.items():
        same = [findings[number] for number in numbers]
        if text not in folders and len({(d.place.file, d.place.column) for d in same if d.place}) < 2:
            continue
        chosen = min(numbers, key=lambda number: (-findings[number].severity, len(findings[number].message), number))
        others = [number for number in (*numbers, *([folders[text]] if text in folders else [])) if number != chosen]
        places = chain.from_iterable((findings[number].place, *findings[number].related) for number in others)
        related = [place for place in places if place is not None and place != findings[chosen].place]
        found[chosen] = replace(findings[chosen], related=tuple(dict.fromkeys(related))[:MOST_PLACES])
        gone.update(others)
    return [d for number, d in enumerate(found) if number not in gone]
