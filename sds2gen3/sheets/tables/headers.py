"""Headers of a row-wise sheet: which row holds them, and which field each column is."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.nearest import nearest, swapped
from sds2gen3.place import Place, column_letter
from sds2gen3.sheets.grid import CellError, Grid, UncachedFormula
from sds2gen3.sheets.layouts.facts import LABEL, SheetLayout, header_key
from sds2gen3.sheets.layouts.graded import GRADES

SEARCHED_ROWS = 10
NEARLY = 85  # of 100: two letters swapped in 'species', but not 'sprain' for 'strain'


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its sheet column, its field, its header as typed, and whether the field is the user's own."""

    position: int
    field: str
    label: str
    own: bool = False


def header_text(value: Any) -> str:
    """A header cell as text, '' for an empty one or an error value: 2023 -> '2023', a date -> ISO 8601."""
    if value is None or isinstance(value, CellError | UncachedFormula):
        return ""
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return value.date().isoformat()
    return " ".join(str(value).split())


def header_row(grid: Grid, layout: SheetLayout) -> int | None:
    """The index in `grid.rows` of the row with the most known headers, within the first ten; None without any."""
    scores = [(known_headers(row, layout), -index) for index, row in enumerate(grid.rows[:SEARCHED_ROWS])]
    best = max(scores, default=(0, 0))
    return -best[1] if best[0] else None


def known_headers(cells: Sequence[Any], layout: SheetLayout) -> int:
    """How many different fields the cells name."""
    return len({layout.keys[key] for cell in cells if (key := header_key(header_text(cell))) in layout.keys})


def name_columns(
    headers: Sequence[Any], filled: Sequence[bool], layout: SheetLayout, place: Place
) -> tuple[list[Column], list[Diagnostic]]:
    """A Column for each header, and for each column without header that holds values; `filled` tells which ones do.

    A label of the template ('Additional Metadata') counts as a column only where it holds values. Headers that occur
    twice give two Columns of one field. `place` is the header row.
    """
    columns: list[Column] = []
    findings: list[Diagnostic] = []
    taken = set(layout.facts.fields)
    for position, cell in enumerate(headers, 1):
        here = Place(place.file, place.sheet, place.row, position)
        text = header_text(cell)
        key = header_key(text)
        if not key and not filled[position - 1]:
            continue
        column = _column(position, text, key, layout, taken)
        label = layout.keys.get(key, "").startswith(LABEL)
        if label and not filled[position - 1]:
            continue
        columns.append(column)
        findings += _remarks(cell, column, label, here)
        taken.add(column.field)
    present = {column.field for column in columns}
    findings += _blank_columns(headers, columns, place)
    findings += _own_columns(columns, present, layout, place)
    return _with_key(columns, findings, layout, headers)


def _with_key(
    columns: list[Column], findings: list[Diagnostic], layout: SheetLayout, headers: Sequence[Any]
) -> tuple[list[Column], list[Diagnostic]]:
    """The columns; the first without header, or the only one that is nearly that of the ids, holds them: without ids every
    other sheet would seem wrong. That the header is missing (S212) or misspelt (S214) is an error, and all there is to say.
    """
    key = layout.facts.key
    keys = [known for known, name in layout.keys.items() if name == key]
    if key is None or any(column.field == key for column in columns):
        return columns, findings
    bare = [column for column in columns if column.own and not header_text(headers[column.position - 1])]
    if len(bare) == 1 and bare[0] is columns[0]:  # where the templates have the ids
        told = f"Column {column_letter(bare[0].position)} holds values but has no header; the ids were taken from it."
        hint = f"Write '{key.replace('_', ' ')}' over it, if it holds the ids."
        return [Column(bare[0].position, key, key.replace("_", " ")), *columns[1:]], [
            replace(d, message=told, hint=hint, severity=Severity.ERROR) if d.code == "S212" else d for d in findings
        ]
    near = {d.value for d in findings if d.code == "S214" and nearest(header_key(d.value), keys, NEARLY)}
    if len(near) != 1:
        return columns, findings
    typed = next(iter(near))
    columns = [Column(c.position, key, c.label) if c.own and c.label == typed else c for c in columns]
    meant = f"'{typed}' is not a header of the SDS; the ids were taken from this column."
    return columns, [
        replace(d, message=meant, severity=Severity.ERROR) if d.code == "S214" and d.value == typed else d
        for d in findings
    ]


def _column(position: int, text: str, key: str, layout: SheetLayout, taken: set[str]) -> Column:
    if not key:
        letter = column_letter(position)
        return Column(position, _free(f"column_{letter.lower()}", taken), text or letter, own=True)
    name = layout.keys.get(key)
    if name is None:
        return Column(position, own_field(text, layout), text, own=True)
    if name.startswith(LABEL):
        return Column(position, _free(name.removeprefix(LABEL), set(layout.facts.fields)), text, own=True)
    return Column(position, name, text)


def own_field(text: str, layout: SheetLayout) -> str:
    """The field of a header that SDS does not know, in snake case: 'Ear tag' -> 'ear_tag', 'earTag' -> 'ear_tag'."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", text))
    return _free("_".join(re.findall(r"\w+", spaced.casefold().replace("_", " "))), set(layout.facts.fields))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"user_{name}"
    return name


def _blank_columns(headers: Sequence[Any], columns: list[Column], place: Place) -> list[Diagnostic]:
    """A note on columns without header and values that stand between others. Blank Value columns of a column-wise sheet
    say nothing: the templates have them, and each of the others stands for itself."""
    last = columns[-1].position if columns else 0
    read = {column.position for column in columns}
    blank = [n for n, cell in enumerate(headers[: last - 1], 1) if n not in read and not header_text(cell)]
    if not blank:
        return []
    word = "One blank column stands" if len(blank) == 1 else f"{len(blank)} blank columns stand"
    places = [Place(place.file, place.sheet, place.row, position) for position in blank]
    return [finding("R165", f"{word} between the others.", places[0], related=places[1:])]


def _remarks(cell: Any, column: Column, label: bool, place: Place) -> list[Diagnostic]:
    if column.own and not header_text(cell):
        message = f"Column {column_letter(column.position)} holds values but has no header."
        return [finding("S212", message, place)]
    if label:
        return [
            finding("S215", f"There are values under '{column.label}'; they were kept as a column of yours.", place)
        ]
    if isinstance(cell, str) and cell != cell.strip():
        return [finding("S209", f"White space around the header '{column.label}' was ignored.", place, value=cell)]
    return []


def _own_columns(columns: list[Column], present: set[str], layout: SheetLayout, place: Place) -> list[Diagnostic]:
    """A note on each column that SDS does not know; a warning where one that is missing is spelt nearly so."""
    missing = {key: name for key, name in layout.keys.items() if name not in present and not name.startswith("_")}
    unknown = [
        (column.label, Place(place.file, place.sheet, place.row, column.position))
        for column in columns
        if column.own and (key := header_key(column.label)) and key not in layout.keys
        if column.label != column_letter(column.position)
    ]
    return unknown_headers(unknown, missing, layout)


def meant(label: str, missing: Mapping[str, str], layout: SheetLayout) -> str | None:
    """The field of the missing ones (by header key) that a header was perhaps meant for, None where none is near.

    That is one spelt nearly so or with two letters swapped, with a letter missing at the end ('ag'), with something in
    brackets behind it ('sex (m/f)'), or what people call it (`called`): gender is not sex, but asked for is sex.
    """
    key = header_key(label)
    near = nearest(key, missing, NEARLY)
    if near is not None:
        return missing[near]
    bare = header_key(re.split(r"[(\[{]", label)[0])
    for known, name in missing.items():
        called = {header_key(text) for text in layout.field(name).called}
        cut = len(known) > 2 and key == known[:-1]
        if key in called or bare in called or bare == known or cut or (len(key) > 3 and swapped(key, known)):
            return name
    return None


def unknown_headers(unknown: list[tuple[str, Place]], missing: dict[str, str], layout: SheetLayout) -> list[Diagnostic]:
    """What to say of headers that SDS does not know; `missing` are the known header keys that are not in the sheet.

    One that is spelt nearly like a missing one is a warning; all others are one note for the sheet, or one warning where
    no headers of one's own are foreseen.
    """
    severity = GRADES[layout.facts.own]
    hint = "" if severity == Severity.INFO else "Correct the name, or move what it says to a row of the SDS."
    found, own = [], []
    for label, place in unknown:
        near = meant(label, missing, layout)
        if near is None:
            own.append((label, place))
            continue
        did_you_mean = f"Did you mean '{near.replace('_', ' ')}'?"
        found.append(finding("S214", f"'{label}' is not a header of the SDS.", place, value=label, hint=did_you_mean))
    if len(own) == 1:
        label, place = own[0]
        message = f"'{label}' is not a header of the SDS; it was kept as one of yours."
        found.append(finding("S213", message, place, value=label, hint=hint, severity=severity))
    elif own:
        names = ", ".join(f"'{label}'" for label, _ in own)
        message = f"{len(own)} headers are not of the SDS; they were kept as yours: {names}."
        related = [place for _, place in own[1:]]
        found.append(finding("S213", message, own[0][1], related=related, hint=hint, severity=severity))
    return found
