"""Laws of marking and repairing: no value changes but those that are meant to, whatever the sheet is like."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from raw_xlsx import raw_xlsx, source
from workbook_anatomy import well_formed

from sds2gen3.diagnostics import finding
from sds2gen3.ooxml.package import Parts
from sds2gen3.ooxml.sheet import Sheet
from sds2gen3.ooxml.text import harmless, shown, xml_text
from sds2gen3.place import Place, column_letter
from sds2gen3.repair.delimited import mend_text
from sds2gen3.repair.rules import FieldRules, repairs
from sds2gen3.report.workbooks.annotate import LIMITS, marked
from sds2gen3.sheets.formats.content import read_content

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)
KINDS = ("text", "id", "path", "url", "doi", "orcid", "rrid", "date")


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """Rows in XML as different programs write them: with and without references, gaps, closed at once, of any content."""
    rows, number = [], 0
    for _ in range(draw(st.integers(0, 5))):
        number += draw(st.integers(1, 3))
        cells, column = [], 0
        placed = draw(st.booleans())
        for _ in range(draw(st.integers(0, 4))):
            column += draw(st.integers(1, 3)) if placed else 1
            where = f' r="{column_letter(column)}{number}"' if placed else ""
            text = xml_text(draw(TEXT))
            cells.append(
                draw(
                    st.sampled_from(
                        (
                            f"<c{where}/>",
                            f'<c{where} s="1"><v>44000</v></c>',
                            f'<c{where} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>',
                            f"<c{where} t='str'><f>A1&gt;2</f><v>x</v></c>",
                        )
                    )
                )
            )
        spans = draw(st.sampled_from(("", ' spans="1:2"', ' ht="20" customHeight="1"')))
        head = f'<row r="{number}"{spans}'
        rows.append(f"{head}>{''.join(cells)}</row>" if cells or draw(st.booleans()) else f"{head}/>")
    return "".join(rows)


CELLS = st.tuples(st.integers(1, 12), st.integers(1, 9))


@given(sheets(), st.lists(st.tuples(CELLS, TEXT), min_size=1, max_size=6))
@settings(max_examples=80, deadline=None)
def test_marking_changes_no_value(rows: str, marks: list[tuple[tuple[int, int], str]]) -> None:
    data = raw_xlsx(rows)
    found = [finding("S202", f"Wrong: {text}", Place("s.xlsx", "S", *cell), value=text) for cell, text in marks]
    copy, commented = marked(Parts(data), "s.xlsx", found, LIMITS, 100)
    assert commented == len({cell for cell, _ in marks})
    assert list(well_formed(copy))
    before, after = read_content(source(data)).grids, read_content(source(copy)).grids
    assert [grid for grid in after if not grid.ours] == before


@given(sheets(), st.lists(st.tuples(CELLS, TEXT), max_size=6))
@settings(max_examples=60, deadline=None)
def test_writing_changes_the_written_cells_only(rows: str, changes: list[tuple[tuple[int, int], str]]) -> None:
    parts = Parts(raw_xlsx(rows))
    path = parts.sheets[0].path
    sheet = Sheet(parts.xml(path), range(1, 20))
    new = {cell: text for cell, text in changes if sheet.cell(*cell) is not None}
    expected = _values(parts.pack()) | {cell: shown(text) or None for cell, text in new.items()}
    for (row, column), text in new.items():
        sheet.write(row, column, text)
    parts[path] = sheet.apply()
    assert _values(parts.pack()) == {cell: value for cell, value in expected.items() if value is not None}


def _values(data: bytes) -> dict[tuple[int, int], Any]:
    (grid,) = read_content(source(data)).grids
    return {
        (grid.first_row + at, column): value
        for at, row in enumerate(grid.rows)
        for column, value in enumerate(row, 1)
        if value is not None
    }


TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1))


@given(TABLES, st.sampled_from(",;\t|"), st.sampled_from(("\n", "\r\n")), st.data())
@settings(max_examples=150, deadline=None)
def test_a_repaired_text_file_differs_in_the_repaired_cells_only(
    table: list[list[str]], delimiter: str, end: str, data: st.DataObject
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(table)
    text = buffer.getvalue()
    row = data.draw(st.integers(0, len(table) - 1))
    column = data.draw(st.integers(0, len(table[0]) - 1))
    new = data.draw(TEXT)
    mended = mend_text(text.encode(), {(row + 1, column + 1): (table[row][column], new)})
    if mended is None:  # with another delimiter the cell reads the same by chance, or it does not read as it was given
        return
    lines = list(csv.reader(io.StringIO(mended.decode(), newline=""), delimiter=delimiter))
    expected = [list(line) for line in table]
    expected[row][column] = new
    assert lines == expected or _reads_otherwise(text, delimiter, table[row][column], row, column)


def _reads_otherwise(text: str, delimiter: str, cell: str, row: int, column: int) -> bool:
    """Whether the cell stands at that place with another delimiter too: then nobody could know which is meant."""
    for other in ",\t;|":
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=other))
        if other != delimiter and row < len(lines) and column < len(lines[row]) and lines[row][column] == cell:
            return True
    return False


@given(TEXT, st.sampled_from(KINDS), st.booleans())
@settings(max_examples=400, deadline=None)
def test_a_repaired_text_needs_no_further_repair(text: str, kind: str, linked: bool) -> None:
    rules = FieldRules(kind, {"creator": "Creator", "a": "A"}, r"\s*,\s*")
    steps = list(repairs(text, rules, linked))
    after = steps[-1][1] if steps else text
    assert list(repairs(after, rules, linked)) == []
    assert bool(after.strip()) == bool(text.strip()), "nothing is emptied"


@given(st.text())
def test_what_is_made_harmless_begins_with_nothing_that_runs(text: str) -> None:
    safe = harmless(text)
    assert safe.endswith(text)
    assert safe == text or safe == f"'{text}"
    if safe[:1] in ("=", "@", "\t", "\r", "\n"):
        raise AssertionError(safe)
