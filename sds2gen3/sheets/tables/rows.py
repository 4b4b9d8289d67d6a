"""A row-wise sheet (subjects, samples, manifest ...) to one Table: a record per row, a field per column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress, zip_longest
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import LeftOut, Table
from sds2gen3.place import Place
from sds2gen3.sheets.grid import Columns, Grid
from sds2gen3.sheets.layouts.facts import SheetLayout, header_key
from sds2gen3.sheets.tables.headers import Column, header_row, header_text, known_headers, name_columns
from sds2gen3.sheets.tables.leftovers import Leftovers
from sds2gen3.sheets.tables.links import follow_links
from sds2gen3.sheets.tables.outcome import SheetRead, above, leave_row, unreadable
from sds2gen3.sheets.tables.twins import Lines, settle_twins
from sds2gen3.sheets.tables.values import all_blank, clean_values, is_blank

_TEMPLATE_ROWS = 6  # the template's own rows stand directly under the headers


@dataclass(frozen=True)
class _Below:
    """The rows under the headers that are not empty, by column; their sheet row numbers, and those of the empty ones."""

    columns: Sequence[Sequence[Any]]
    numbers: Sequence[int]
    gaps: Sequence[int] = ()

    @classmethod
    def of(cls, grid: Grid, at: int) -> _Below:
        numbers = range(grid.first_row + at + 1, grid.first_row + len(grid.rows))
        if isinstance(grid.rows, Columns):
            below = cls([column[at + 1 :] for column in grid.rows.columns], numbers)
            if any(None not in column for column in below.columns):
                return below
            filled = [any(cell is not None for cell in row) for row in zip(*below.columns, strict=True)]
            return replace(below.only(filled), gaps=[n for n, full in zip(numbers, filled, strict=True) if not full])
        rows = grid.rows[at + 1 :]
        below = cls(list(zip_longest(*filter(None, rows))), numbers)  # a million gaps may lie before a stray cell
        if all(rows):
            return below
        gaps = [number for number, row in zip(numbers, rows, strict=True) if not row]
        return replace(below, numbers=list(compress(numbers, rows)), gaps=gaps)

    def only(self, kept: Sequence[bool]) -> _Below:
        """The rows to keep."""
        if all(kept):
            return self
        columns = [list(compress(column, kept)) for column in self.columns]
        return replace(self, columns=columns, numbers=list(compress(self.numbers, kept)))

    def row(self, index: int) -> list[Any]:
        return [column[index] for column in self.columns]


def read_rows(grid: Grid, layout: SheetLayout, leftovers: Leftovers) -> SheetRead:
    """The sheet's Table and every cell that is not in it. Blank rows are skipped wherever they are; none ends the sheet."""
    at = header_row(grid, layout)
    if at is None:
        return unreadable(grid, layout)
    headers = grid.rows[at]
    left, findings = above(grid, at)
    left += leave_row(grid, grid.first_row + at, headers, "header")
    below, gone, said = _data(grid, at, headers, layout, leftovers)
    left, findings = [*left, *gone], [*findings, *said]
    lines = _lines(grid, at, headers, below)
    filled = [not all_blank(cells) for cells in lines.cells.values()]
    texts = [*headers, *[None] * (len(filled) - len(headers))]
    columns, said = name_columns(texts, filled, layout, grid.place(grid.first_row + at))
    findings += said
    columns, gone, said = settle_twins(columns, lines)
    left, findings = [*left, *gone], [*findings, *said]
    values, gone, said = _values(columns, lines, layout, grid)
    left, findings = [*left, *gone], [*findings, *said]
    kept, said = _kept_rows(values, below, grid)
    table = _table(grid, layout, columns, values, kept, below.numbers)
    place = Place(grid.file, grid.sheet)
    if not len(table):
        findings.append(finding("R162", "There are headers, but no records under them.", place))
    headings = tuple(header_text(cell).casefold() for cell in headers)
    return SheetRead(layout.kind, place, {layout.kind: [table]}, left, [*findings, *said], headings)


def _data(
    grid: Grid, at: int, headers: Sequence[Any], layout: SheetLayout, leftovers: Leftovers
) -> tuple[_Below, list[LeftOut], list[Diagnostic]]:
    """What stands under the headers, without what the template left and headers that repeat."""
    below = _Below.of(grid, at)
    reasons = _repeats(headers, below, layout)
    template, findings = _template_rows(headers, below, layout, leftovers, grid, grid.first_row + at + 1)
    reasons |= template
    for index, reason in reasons.items():
        if reason == "header":
            place = grid.place(below.numbers[index])
            findings.append(finding("R160", "This row repeats the headers and was left out.", place))
    left = [
        cell
        for index, reason in sorted(reasons.items())
        for cell in leave_row(grid, below.numbers[index], below.row(index), reason)
    ]
    if reasons:
        below = below.only([index not in reasons for index in range(len(below.numbers))])
    return below, left, findings


def _repeats(headers: Sequence[Any], below: _Below, layout: SheetLayout) -> dict[int, str]:
    """Rows that name the fields once more."""
    known = known_headers(headers, layout)
    lead = next((i for i, cell in enumerate(headers) if header_key(header_text(cell)) in layout.keys), 0)
    enough = max(2, (known + 1) // 2)
    column = below.columns[lead] if lead < len(below.columns) else ()
    alike = [i for i, cell in enumerate(column) if cell == headers[lead]] if headers[lead] in column else []
    return {i: "header" for i in alike if known_headers(below.row(i), layout) >= enough}


def _template_rows(
    headers: Sequence[Any],
    below: _Below,
    layout: SheetLayout,
    leftovers: Leftovers,
    grid: Grid,
    first: int,
) -> tuple[dict[int, str], list[Diagnostic]]:
    """The template's instruction and example rows that are still there, from sheet row `first`."""
    names = [layout.keys.get(header_key(text := header_text(cell)), text) for cell in headers]
    own = {name for name, cell in zip(names, headers, strict=True) if header_key(header_text(cell)) not in layout.keys}
    reasons: dict[int, str] = {}
    findings: list[Diagnostic] = []
    whole: list[Place] = []
    for index, number in enumerate(below.numbers[:_TEMPLATE_ROWS]):
        if number >= first + _TEMPLATE_ROWS:
            break
        cells = [(name, cell) for name, cell in zip(names, below.row(index), strict=False) if not is_blank(cell)]
        match = leftovers.row_match(dict(cells[::-1]), names, own)
        place = grid.place(number)
        if match == "whole":
            reasons[index] = "template text"
            whole.append(place)
        elif match == "partly":
            findings.append(finding("S221", "This row looks like the template's example; it was kept.", place))
    if whole:
        which = "This row is" if len(whole) == 1 else f"{len(whole)} rows are"
        left = "was" if len(whole) == 1 else "were"
        message = f"{which} the template's own and {left} left out."
        findings.append(finding("S220", message, whole[0], related=whole[1:]))
    return reasons, findings


def _lines(grid: Grid, at: int, headers: Sequence[Any], below: _Below) -> Lines:
    width = max(len(below.columns), len(headers))
    nothing = (None,) * len(below.numbers)
    cells = dict(enumerate((*below.columns, *[nothing] * (width - len(below.columns))), 1))
    return Lines(grid.file, grid.sheet, False, cells, below.numbers, grid.first_row + at)


def _values(
    columns: list[Column], lines: Lines, layout: SheetLayout, grid: Grid
) -> tuple[dict[str, list[Any]], list[LeftOut], list[Diagnostic]]:
    """The plain values of each field, and the cells that have none because Excel shows an error there."""
    values: dict[str, list[Any]] = {}
    left: list[LeftOut] = []
    findings: list[Diagnostic] = []
    for column in columns:
        kind = layout.field(column.field).kind

        def place(index: int, position: int = column.position) -> Place:
            return lines.place(position, index)

        raw, said = follow_links(lines.cells[column.position], kind, column.label, grid.links, place)
        clean = clean_values(raw, kind, column.label, place)
        values[column.field] = clean.values
        findings += [*said, *clean.findings]
        left += [LeftOut(place(i), raw[i], "no value in the cell") for i in clean.lost]
    return values, left, findings


def _kept_rows(values: dict[str, list[Any]], below: _Below, grid: Grid) -> tuple[list[bool], list[Diagnostic]]:
    """Which rows are records; those that are blank are not, and a note tells of the ones between records, with the gaps."""
    width = len(values)
    if any(None not in column for column in values.values()):
        kept = [True] * len(below.numbers)
    else:
        kept = [record.count(None) < width for record in zip(*values.values(), strict=True)] if values else []
    if all(kept) and not below.gaps:
        return kept, []
    for index in [i for i, keep in enumerate(kept) if not keep]:
        kept[index] = not all(map(is_blank, below.row(index)))  # nothing but an error value is no blank row
    last = max(compress(below.numbers, kept), default=-1)
    nothing = (number for number, keep in zip(below.numbers, kept, strict=False) if not keep)
    blank = sorted(number for number in (*nothing, *below.gaps) if number < last)
    if not blank:
        return kept, []
    word = "One blank row stands" if len(blank) == 1 else f"{len(blank)} blank rows stand"
    return kept, [finding("R152", f"{word} between the records.", grid.place(blank[0]))]


def _table(
    grid: Grid,
    layout: SheetLayout,
    columns: list[Column],
    values: dict[str, list[Any]],
    kept: list[bool],
    numbers: Sequence[int],
) -> Table:
    if not all(kept):
        values = {name: list(compress(column, kept)) for name, column in values.items()}
        numbers = list(compress(numbers, kept))
    splits = {c.field: split for c in columns if (split := layout.field(c.field).split)}
    return Table(
        name=layout.kind,
        file=grid.file,
        sheet=grid.sheet,
        columns=values,
        rows=numbers if values else [],
        headers={column.field: column.position for column in columns},
        labels={column.field: column.label for column in columns},
        noun=layout.facts.noun,
        user_columns=tuple(column.field for column in columns if column.own),
        splits=splits,
    )
