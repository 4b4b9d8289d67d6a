"""Propose: every safe repair of a metadata file, found by reading it as `validate` does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sds2gen3.model import Table
from sds2gen3.nearest import nearest, swapped
from sds2gen3.repair.fix import Fix
from sds2gen3.repair.rules import FieldRules, repairs
from sds2gen3.sheets.grid import Grid
from sds2gen3.sheets.layouts.facts import LABEL, SECTION, SheetLayout, header_key
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.sheets.tables.frame import find_frame
from sds2gen3.sheets.tables.headers import NEARLY, header_row, header_text

_SHORT = 3  # letters; with two of them swapped it may be another word
ISO_FORMAT = r"yyyy\-mm\-dd"


@dataclass(frozen=True)
class Known:
    """What is known of the file: its kind, the version whose spellings and words count, and the Tables that were read.

    `certain`: the dataset itself says its version; only then its headers are the right ones.
    """

    kind: str
    version: str
    layouts: Layouts
    tables: Sequence[Table]
    certain: bool = True


def propose(grids: Sequence[Grid], known: Known) -> Iterator[Fix]:
    """The safe repairs of a file, cell by cell, headers first. Nothing but headers and values that are read is looked at."""
    sheets = {table.sheet for table in known.tables}
    for grid in grids:
        if grid.sheet in sheets:
            if known.certain:
                yield from _headers(grid, known)
            for table in known.tables:
                if table.sheet == grid.sheet and table.pointer is None:
                    yield from _values(grid, table, known)


def _headers(grid: Grid, known: Known) -> Iterator[Fix]:
    """Headers in a known spelling that is not the version's own. One of two for the same field is left as it is."""
    layout = known.layouts.sheet(known.kind)
    official = known.layouts.version_sheet(known.version, known.kind).headers
    cells = [(row, column, text, name) for row, column, text in _names(grid, layout) if (name := _field(text, layout))]
    times = [name for *_, name in cells]
    for row, column, text, name in cells:
        spelt = official[name][0].strip() if name in official else ""
        if spelt and times.count(name) == 1 and header_text(text) != header_text(spelt):
            yield Fix(grid.file, grid.sheet, row, column, text, _indent(text, layout) + spelt, "header")
    yield from _misspelt(grid, layout, official, frozenset(times))


def _misspelt(
    grid: Grid, layout: SheetLayout, official: Mapping[str, tuple[str, str]], there: frozenset[str]
) -> Iterator[Fix]:
    """Headers that SDS does not know, where only one is meant: it is not in the sheet, and no other header is near it."""
    missing = {key: name for key, name in layout.keys.items() if name in official and name not in there}
    unknown = [(row, column, text) for row, column, text in _names(grid, layout) if _is_unknown(text, layout)]
    meant = [(cell, missing.get(_near(header_text(cell[2]), missing), "")) for cell in unknown]
    times = [name for _, name in meant]
    for (row, column, text), name in meant:
        if name and times.count(name) == 1:
            spelt = official[name][0].strip()
            yield Fix(grid.file, grid.sheet, row, column, text, _indent(text, layout) + spelt, "misspelt")


def _is_unknown(text: str, layout: SheetLayout) -> bool:
    key = header_key(header_text(text))
    return bool(key) and key not in layout.keys


def _near(text: str, missing: Mapping[str, str]) -> str:
    """The one header key that is spelt nearly so, or with two letters swapped; what only means the same is offered."""
    key = header_key(text)
    slips = [known for known in missing if len(key) > _SHORT and swapped(key, known)]
    return nearest(key, missing, NEARLY) or (slips[0] if len(slips) == 1 else "")


def _indent(text: str, layout: SheetLayout) -> str:
    return text[: len(text) - len(text.lstrip())] if layout.transposed else ""


def _field(text: str, layout: SheetLayout) -> str:
    name = layout.keys.get(header_key(header_text(text)), "")
    return "" if name.startswith((LABEL, SECTION)) else name


def _names(grid: Grid, layout: SheetLayout) -> Iterator[tuple[int, int, str]]:
    """The cells that name fields: the header row, or the column of names."""
    if not layout.transposed:
        at = header_row(grid, layout)
        for column, cell in enumerate(grid.rows[at] if at is not None else (), 1):
            if isinstance(cell, str):
                yield grid.first_row + at if at is not None else 0, column, cell
        return
    frame = find_frame(grid, layout)
    if frame is None:
        return
    for index in range(0 if frame.head is None else frame.head + 1, len(grid.rows)):
        row = grid.rows[index]
        if len(row) >= frame.names and isinstance(row[frame.names - 1], str):
            yield grid.first_row + index, frame.names, row[frame.names - 1]


def _values(grid: Grid, table: Table, known: Known) -> Iterator[Fix]:
    for name in table.headers:
        rules = field_rules(name, table, known)
        done: dict[str, list[tuple[str, str]]] = {}
        for row, column in _cells(table, name):
            value = _at(grid, row, column)
            if isinstance(value, dt.date) and rules.kind == "date":
                yield Fix(grid.file, grid.sheet, row, column, "", ISO_FORMAT, "date format")
            if not isinstance(value, str):
                continue
            linked = (row, column) in grid.links
            if linked or value not in done:
                steps = list(repairs(value, rules, linked))
                if not linked:
                    done[value] = steps
            else:
                steps = done[value]
            before = value
            for rule, after in steps:
                yield Fix(grid.file, grid.sheet, row, column, before, after, rule)
                before = after


def field_rules(name: str, table: Table, known: Known) -> FieldRules:
    """What the rules must know of a field of the sheet in the version."""
    version = known.layouts.version(known.version)
    words = version.vocabularies.get(known.kind, {}).get(name)
    # A list that only warns is a custom: 'Female' is as usual as 'female', and only what nobody writes is respelt.
    binding = words is not None and words.closed and not words.where
    agreed = version.words.get(words.list, ()) if words is not None and binding else ()
    folded = [word.casefold() for word in agreed]
    return FieldRules(
        kind=known.layouts.sheet(known.kind).field(name).kind,
        words={word.casefold(): word for word in agreed if folded.count(word.casefold()) == 1},
        custom=words is not None and words.lenient,
        split=table.splits.get(name),
        plain_orcid=version.bare,
    )


def _cells(table: Table, name: str) -> Iterator[tuple[int, int]]:
    for record in range(len(table)):
        for place in table.places(record, name):
            if place.row is not None and place.column is not None:
                yield place.row, place.column


def _at(grid: Grid, row: int, column: int) -> object:
    index = row - grid.first_row
    line = grid.rows[index] if 0 <= index < len(grid.rows) else []
    return line[column - 1] if column <= len(line) else None
