"""Workbooks become Grids: the same values whichever reader takes them, and never a crash."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from raw_xlsx import MAIN, RELATIONS, raw_xls, raw_xlsx, relations

from sds2gen3.sheets.formats import careful, workbook
from sds2gen3.sheets.formats.careful import read_careful
from sds2gen3.sheets.formats.fast import read_fast
from sds2gen3.sheets.formats.scan import Route, Scan, scan
from sds2gen3.sheets.formats.workbook import read_xls, read_xlsx
from sds2gen3.sheets.grid import CellError, Grid, Merged, UncachedFormula

SHARED = Path(__file__).parents[3] / "shared" / "sds"


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def book_of(rows: list[list[Any]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def only(data: bytes) -> Grid:
    grids, findings = read_xlsx(data, "subjects.xlsx")
    assert findings == []
    (grid,) = grids
    return grid


def both(data: bytes) -> Grid:
    """The Grid of the only sheet, which the fast and the careful reader must agree on."""
    seen = scan(data)
    (fast,), (slow,) = read_fast(data, "x.xlsx", seen), read_careful(data, "x.xlsx", seen)
    assert fast == slow
    assert repr(fast.rows) == repr(slow.rows), "1 and 1.0 and True are equal, but not the same"
    return fast


def workbooks() -> list[Any]:
    """Every template and real metadata workbook once; equal files are many."""
    seen: dict[str, Path] = {}
    for path in sorted((*SHARED.glob("templates/**/*.xlsx"), *SHARED.glob("real/**/*.xlsx"))):
        content = path.read_bytes()
        if content and path.name != "data.xlsx":
            seen.setdefault(hashlib.sha256(content).hexdigest(), path)
    return [pytest.param(path, id=path.relative_to(SHARED).as_posix()) for path in seen.values()]


@pytest.mark.parametrize("path", workbooks())
def test_both_readers_agree_on_every_template_and_real_file(path: Path) -> None:
    data = path.read_bytes()
    seen = scan(data)
    fast, slow = read_fast(data, "x.xlsx", seen), read_careful(data, "x.xlsx", seen)
    assert fast == slow
    assert repr(fast) == repr(slow)
    assert seen.route is Route.FAST


def test_cells_are_plain_values_at_their_place() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    values = {
        "C4": "text", "D4": "007", "E4": 3, "F4": 2.5, "G4": True, "H4": " NA ",
        "C6": dt.datetime(2024, 2, 29), "D6": dt.datetime(2024, 2, 29, 12, 30),
        "E6": dt.time(1, 2, 3), "F6": dt.timedelta(hours=30),
        "C7": 1e300, "D7": -5, "E7": 0.1, "F7": "two\nlines", "G7": "_x0041_",
    }  # fmt: skip
    for reference, value in values.items():
        sheet[reference] = value
    grid = both(saved(book))
    assert grid.first_row == 4
    assert grid.rows == [
        [None, None, "text", "007", 3, 2.5, True, " NA "],
        [],
        [None, None, dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12, 30), dt.time(1, 2, 3), dt.timedelta(hours=30)],
        [None, None, 1e300, -5, 0.1, "two\nlines", "A"],
    ]
    assert [type(value) for value in grid.rows[0]][4:7] == [int, float, bool]
    assert str(grid.place(4, 3)) == "x.xlsx!C4"


def test_iso_dates_rich_text_line_ends_and_large_numbers_are_the_same_in_both() -> None:
    cells = (
        '<c r="A1" t="d"><v>2024-02-29T00:00:00</v></c><c r="B1" t="d"><v>2024-02-29T01:00:00</v></c>'
        '<c r="C1" t="inlineStr"><is><r><t>ab</t></r><r><t xml:space="preserve"> c&#13;&#10;d&#13;e</t></r></is></c>'
        '<c r="D1" t="str"><f>1</f><v>x_x000D_\ny</v></c><c r="E1"><v>12345678901234567890</v></c><c r="F1"><v>3.0</v></c>'
        '<c r="G1" t="b"><v>0</v></c><c r="H1" t="str"><f>""</f><v></v></c><c r="I1" s="1"/>'
    )
    grid = both(raw_xlsx(f'<row r="1">{cells}</row>'))
    assert grid.rows == [
        [dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 1), "ab c\nd\ne", "x\ny", 1.2345678901234567e19, 3, False]
    ]


def test_error_cells_are_no_values() -> None:
    rows = '<row r="2"><c r="B2" t="e"><v>#N/A</v></c><c r="C2" t="e"><v>#DIV/0!</v></c><c r="D2"><v>1</v></c></row>'
    grid = only(raw_xlsx(rows))
    assert (grid.first_row, grid.rows) == (2, [[None, CellError("#N/A"), CellError("#DIV/0!"), 1]])


def test_formulas_without_result_are_told_from_empty_ones() -> None:
    book = book_of([["=A2+1", '=HYPERLINK("https://a.b/?x=1&y=2","see ""a""")', "=HYPERLINK(A2)", 7]])
    grid = only(saved(book))
    assert grid.rows == [[UncachedFormula("=A2+1"), 'see "a"', UncachedFormula("=HYPERLINK(A2)"), 7]]
    assert grid.links == {(1, 2): "https://a.b/?x=1&y=2"}


def test_a_label_without_result_does_not_need_the_careful_reader() -> None:
    book = openpyxl.Workbook()
    book.active["C3"] = '=HYPERLINK("https://a.b/","ORCID")'
    book.active["B5"] = "x"
    data = saved(book)
    assert scan(data).route is Route.FAST
    assert both(data).rows == [[None, None, "ORCID"], [], [None, "x"]]
    book.active["B5"] = None
    assert both(saved(book)).rows == [[None, None, "ORCID"]], "beyond the last cell that has a value"


def test_hyperlink_targets_are_kept_beside_the_text() -> None:
    book = book_of([["subject id", "protocol"], ["sub-1", "our protocol"]])
    book.active["B2"].hyperlink = "https://doi.org/10.5072/x?a=1&b=2"
    book.active["A2"].hyperlink = "#Sheet!A1"
    grid = both(saved(book))
    assert grid.links == {(2, 2): "https://doi.org/10.5072/x?a=1&b=2"}
    assert grid.rows[1] == ["sub-1", "our protocol"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_read_and_marked_and_chart_sheets_are_left_out(state: str) -> None:
    from openpyxl.chart import BarChart

    book = book_of([["a"]])
    book.create_sheet("notes").append(["b"])
    book["notes"].sheet_state = state
    book.create_chartsheet("chart").add_chart(BarChart())
    data = saved(book)
    for grids in (read_fast(data, "x"), read_careful(data, "x", scan(data))):
        assert [(grid.sheet, grid.visible, grid.rows) for grid in grids] == [
            ("Sheet", True, [["a"]]),
            ("notes", False, [["b"]]),
        ]


@pytest.mark.parametrize("declared", ["A1:AMK1048576", "A1:A1", "B2"])
def test_the_declared_dimension_is_not_believed(declared: str) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="C3"><v>2</v></c></row>'
    assert both(raw_xlsx(rows, before=f'<dimension ref="{declared}"/>')).rows == [[1], [], [None, None, 2]]


def test_a_template_formatted_to_the_last_row_takes_the_room_of_its_text() -> None:
    blank = "".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(2, 100_001))
    last = '<row r="1048576" s="1" customFormat="1"/>'
    data = raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>' + blank + last)
    assert scan(data).route is Route.FAST
    (grid,), (note,) = read_xlsx(data, "subjects.xlsx")
    assert (grid.rows, note.code) == ([[1]], "R164")


def test_two_cells_at_the_corners_of_a_sheet_are_read() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    grid = only(raw_xlsx(rows))
    assert (len(grid.rows), grid.rows[0], len(grid.rows[-1]), grid.rows[-1][-1]) == (1_048_576, [1], 16_384, 2)


def test_negative_numbers_in_date_cells_stay_numbers() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>-777</v></c><c r="B1" s="1"><v>45351</v></c><c r="C1" s="1"><v>-0.5</v></c></row>'
    assert only(raw_xlsx(rows)).rows == [[-777, dt.date(2024, 2, 29), -0.5]]


def test_cells_without_reference_stand_side_by_side() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    assert both(raw_xlsx(rows)).rows == [[1, 2], [3]]


def test_a_workbook_part_of_another_name_is_found() -> None:
    sheet = f'<sheets><sheet name="Other" sheetId="1" xmlns:r="{RELATIONS}" r:id="rId1"/></sheets>'
    types = zipfile.ZipFile(io.BytesIO(raw_xlsx(""))).read("[Content_Types].xml")
    parts = {
        "_rels/.rels": relations(("rId1", "officeDocument", "/xl/book.xml")),
        "xl/book.xml": f'<workbook xmlns="{MAIN}">{sheet}</workbook>',
        "xl/_rels/book.xml.rels": relations(("rId1", "worksheet", "/xl/worksheets/sheet1.xml")),
        "[Content_Types].xml": types.replace(b"/xl/workbook.xml", b"/xl/book.xml"),
        "xl/workbook.xml": "",
    }
    assert only(raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', parts=parts)).rows == [[1]]


STRICT = {
    "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
    "xl/worksheets/sheet1.xml": "<worksheet xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main'><sheetData>"
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="1"><v>0</v></c></row></sheetData></worksheet>',
}


def test_what_only_the_fast_reader_understands_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = raw_xlsx("", parts=STRICT)
    monkeypatch.setattr(workbook, "read_careful", lambda *_: (_ for _ in ()).throw(ValueError("strict")))
    assert only(data).rows == [[1, dt.time(0)]]


def test_what_only_the_careful_reader_understands_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    def panic(*_: object, **__: object) -> list[Grid]:
        raise Panic("index out of bounds")

    data = saved(book_of([["a", 1]]))
    monkeypatch.setattr(workbook, "read_fast", panic)
    assert only(data).rows == [["a", 1]]
    monkeypatch.setattr(workbook, "read_careful", panic)
    grids, (problem,) = read_xlsx(data, "subjects.xlsx")
    assert (grids, problem.code) == ([], "R128")
    assert "index out of bounds" in problem.message


def test_a_sheet_that_only_the_reader_finds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "scan", lambda _: Scan(Route.FAST))
    assert [f.code for f in read_xlsx(saved(book_of([["a"]])), "x.xlsx")[1]] == ["R129"]


def test_a_user_who_interrupts_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> list[Grid]:
        raise KeyboardInterrupt

    monkeypatch.setattr(workbook, "read_fast", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_xlsx(saved(book_of([["a"]])), "subjects.xlsx")


ENTITY = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><workbook>&b;</workbook>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (raw_xlsx("")[:-30], "R128"),
        (raw_xlsx('<row r="1"><c r="A1"><v>1</v>'), "R128"),
        (raw_xlsx("", parts={"xl/workbook.xml": "<workbook"}), "R128"),
        (raw_xlsx("", parts={"xl/workbook.xml": ENTITY}), "R128"),
        (raw_xlsx("", parts={"xl/workbook.xml": f'<workbook xmlns="{MAIN}"><sheets/></workbook>'}), "R128"),
        (raw_xlsx('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), "R128"),
        (raw_xlsx('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'), "R129"),
        (raw_xlsx('<row r="4000000000"><c><v>1</v></c></row>'), "R129"),
        (raw_xlsx("", parts={"xl/sharedStrings.xml": bytes(60 << 20)}), "R129"),
    ],
)  # fmt: skip
def test_broken_and_hostile_workbooks_are_one_finding(data: bytes, code: str) -> None:
    grids, (problem,) = read_xlsx(data, "subjects.xlsx")
    assert (grids, problem.code, str(problem.place)) == ([], code, "subjects.xlsx")
    assert problem.message.isascii()
    assert "\n" not in problem.message


@pytest.mark.parametrize("cut", range(100, 2000, 190))
def test_a_workbook_cut_or_flipped_anywhere_never_raises(cut: int) -> None:
    data = raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>')
    flipped = data[:cut] + bytes((data[cut % len(data)] ^ 0xFF,)) + data[cut + 1 :]
    for grids, findings in (read_xlsx(data[:cut], "x.xlsx"), read_xlsx(flipped, "x.xlsx")):
        assert grids or findings


def test_the_fast_reader_shows_error_cells_as_the_careful_one_does() -> None:
    rows = (
        '<row r="2"><c r="B2" t="e"><v>#N/A</v></c><c r="C2" t="inlineStr"><is><t>so: t="e" #REF!</t></is></c></row>'
        '<row r="3"><c r="A3"><v>1</v></c><c r="D3" t=\'e\'><f>A1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="5"><c r="B5" s="1" t="e"><f t="shared" si="0"/><v>#NAME?</v></c></row>'
    )
    data = raw_xlsx(rows)
    seen = scan(data)
    assert seen.route is Route.FAST
    (fast,) = read_fast(data, "x.xlsx", seen)
    assert [fast] == read_careful(data, "x.xlsx", seen)
    found = [value.text for row in fast.rows for value in row if isinstance(value, CellError)]
    assert found == ["#N/A", "#DIV/0!", "#NAME?"]


def test_the_careful_reader_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(careful, "MAX_CELLS", 10)
    rows = '<row r="1"><c r="A1"><f>1+1</f></c><c r="T1"><v>1</v></c></row>'
    assert [f.code for f in read_xlsx(raw_xlsx(rows), "x.xlsx")[1]] == ["R129"]


def test_an_old_xls_is_read() -> None:
    grids, findings = read_xls(raw_xls([(2, 2, "subject id"), (3, 2, "sub-1"), (3, 3, 4.0)]), "subjects.xls")
    assert findings == []
    assert [(g.sheet, g.first_row, g.rows) for g in grids] == [("S", 2, [[None, "subject id"], [None, "sub-1", 4]])]


def test_error_cells_of_an_old_xls_are_told_at_their_cell() -> None:
    _, findings = read_xls(raw_xls([(1, 1, "age"), (2, 1, ZeroDivisionError())]), "subjects.xls")
    assert [(f.code, str(f.place), f.value) for f in findings] == [("R130", "subjects.xls!A2", "#N/A")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (raw_xls([(1, 1, "a"), (60_000, 60_000, 1.0)]), "R129"),
        (raw_xls([(1, 1, "a")])[:1600], "R128"),
        (raw_xls([(1, 1, "a")])[:40], "R128"),
        (raw_xls([]).replace("Workbook".encode("utf-16-le"), "Xorkbook".encode("utf-16-le")), "R129"),
    ],
)
def test_broken_and_hostile_xls_are_one_finding(data: bytes, code: str) -> None:
    grids, (problem,) = read_xls(data, "subjects.xls")
    assert (grids, problem.code) == ([], code)


def test_merged_cells_and_a_small_workbook_of_libreoffice_are_read_from_xls(tmp_path: Path) -> None:
    """What fits into 4096 bytes lies in small sectors of the container."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    book = book_of([["subject id", "species"], ["sub-1", "Rattus norvegicus"], ["sub-2"]])
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "subjects.xlsx")
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    convert = [soffice, home, "--headless", "--convert-to", "xls", "--outdir", tmp_path, tmp_path / "subjects.xlsx"]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    data = (tmp_path / "subjects.xls").read_bytes()
    (grid,), findings = read_xls(data, "subjects.xls")
    assert (grid.rows, grid.merged, findings) == (
        [["subject id", "species"], ["sub-1", "Rattus norvegicus"], ["sub-2"]],
        (Merged(2, 2, 3, 2),),
        [],
    )


CORE = '<cp:coreProperties xmlns:cp="c" xmlns:dcterms="d" xmlns:xsi="x">{}</cp:coreProperties>'
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("properties", "day"),
    [
        ('<dcterms:modified xsi:type="dcterms:W3CDTF">2025-12-31T20:00:00Z</dcterms:modified>', dt.date(2025, 12, 31)),
        ("<modified>2025-12-31</modified>", dt.date(2025, 12, 31)),
        ("<dcterms:created>2025-12-31T20:00:00Z</dcterms:created>", None),
        ("<dcterms:modified>2025-02-31T20:00:00Z</dcterms:modified>", None),
        ("<dcterms:modified>yesterday</dcterms:modified>", None),
        ("<dcterms:modified", None),
        (" " * 100_000 + "<dcterms:modified>2025-12-31</dcterms:modified>", None),  # nobody has so much to say there
    ],
)
def test_the_day_on_which_a_workbook_was_saved(properties: str, day: dt.date | None) -> None:
    data = raw_xlsx(CELL, parts={"docProps/core.xml": CORE.format(properties)})
    assert only(data).saved == day


def test_a_workbook_without_properties_does_not_say_when_it_was_saved() -> None:
    assert only(raw_xlsx(CELL)).saved is None
