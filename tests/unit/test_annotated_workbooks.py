"""The annotated copy of a workbook: every finding at its cell, and nothing else of the workbook changed."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import openpyxl.comments
import pytest
from raw_xlsx import raw_xls, raw_xlsx, relations
from sheet_makers import dataset, said
from workbook_anatomy import anatomy, comments, members, opened, well_formed, workbooks

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, Report, finding
from sds2gen3.errors import UsageError
from sds2gen3.place import Place
from sds2gen3.report.workbooks import Limits, annotate
from sds2gen3.report.workbooks.findings_sheet import cells
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.files.locate import Source
from sds2gen3.sheets.formats.content import read_content
from sds2gen3.sheets.grid import Grid

MAIN_14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>subject id</t></is></c><c r="B1" t="inlineStr"><is><t>sex</t></is></c></row>'
    '<row r="3" spans="1:1"><c r="A3" s="1"><v>44000</v></c></row>'
)


def wrong(cell: tuple[int, int], message: str = "This is wrong.", **details: object) -> Diagnostic:
    place = Place("subjects.xlsx", details.pop("sheet", "S"), *cell)  # type: ignore[arg-type]
    return finding("S202", message, place, **details)  # type: ignore[arg-type]


def copy_of(tmp_path: Path, data: bytes, *findings: Diagnostic, limits: Limits = Limits()) -> bytes:  # noqa: B008
    """The annotated copy of subjects.xlsx."""
    folder = tmp_path / "data"
    folder.mkdir(exist_ok=True)
    (folder / "subjects.xlsx").write_bytes(data)
    (path,) = annotate(folder, Report(list(findings)), tmp_path / "out", limits)
    assert path == tmp_path / "out/subjects.xlsx"
    return path.read_bytes()


def grids(data: bytes, file: str = "subjects.xlsx") -> list[Grid]:
    """What the reader sees, without the sheets that are ours."""
    content = read_content(Source("subjects", file, len(data), lambda: data))
    assert content.grids, content.findings
    return [grid for grid in content.grids if not grid.ours]


def test_the_cell_is_coloured_and_its_comment_says_code_problem_and_way_out(tmp_path: Path) -> None:
    copy = copy_of(tmp_path, raw_xlsx(ROWS), wrong((3, 1), "No id.", hint="Write sub-1."))
    assert comments(copy) == {("S", "A3"): "error S202\nNo id.\nWhat to do: Write sub-1."}
    cell = opened(copy)["S"]["A3"]
    assert cell.fill.fgColor.rgb == "FFFFB3B3"
    assert cell.border.left.style == "medium"
    assert cell.is_date, "the format that the cell had is kept"


def test_the_worst_finding_gives_the_colour_and_all_are_in_the_comment(tmp_path: Path) -> None:
    note = wrong((3, 1), "First.", severity=Severity.INFO)
    copy = copy_of(tmp_path, raw_xlsx(ROWS), note, wrong((3, 1), "Second."))
    text = comments(copy)["S", "A3"]
    assert text.index("error S202\nSecond.") < text.index("info S202\nFirst.")
    assert opened(copy)["S"]["A3"].fill.fgColor.rgb == "FFFFB3B3"


def test_severities_differ_in_border_too_for_print_and_for_who_sees_no_colours(tmp_path: Path) -> None:
    found = [wrong((row, 1), severity=severity) for row, severity in enumerate(Severity, 1)]
    sheet = opened(copy_of(tmp_path, raw_xlsx(ROWS), *found))["S"]
    assert len({sheet.cell(row, 1).border.left.style for row in (1, 2, 3)}) == 3


@pytest.mark.parametrize("cell", [(2, 1), (3, 2), (3, 30), (9, 1), (1, 3)])
def test_a_cell_that_is_not_there_is_made_and_the_others_stay_in_order(tmp_path: Path, cell: tuple[int, int]) -> None:
    data = raw_xlsx(ROWS)
    copy = copy_of(tmp_path, data, wrong(cell))
    sheet = opened(copy)["S"]
    assert sheet.cell(*cell).comment is not None
    assert [grid.rows for grid in grids(copy)] == [grid.rows for grid in grids(data)]


def test_cells_go_into_rows_that_close_themselves_and_into_a_sheet_without_rows(tmp_path: Path) -> None:
    closed = raw_xlsx('<row r="4" ht="30"/>', after="")
    sheet = opened(copy_of(tmp_path, closed, wrong((4, 2)), wrong((4, 1))))["S"]
    assert sheet["A4"].comment
    assert sheet["B4"].comment
    assert sheet.row_dimensions[4].height == 30
    assert opened(copy_of(tmp_path, raw_xlsx(""), wrong((2, 2))))["S"]["B2"].comment


def test_a_row_is_marked_at_its_first_cell_and_a_column_at_its_header(tmp_path: Path) -> None:
    row = finding("S220", "Row.", Place("subjects.xlsx", "S", row=3))
    column = finding("S212", "Column.", Place("subjects.xlsx", "S", column=2))
    assert set(comments(copy_of(tmp_path, raw_xlsx(ROWS), row, column))) == {("S", "A3"), ("S", "B1")}


def test_related_cells_are_marked_too(tmp_path: Path) -> None:
    related = [Place("subjects.xlsx", "S", 3, 2), Place("samples.xlsx", "S", 9, 9)]
    copy = copy_of(tmp_path, raw_xlsx(ROWS), wrong((3, 1), related=related))
    assert set(comments(copy)) == {("S", "A3"), ("S", "B3")}


def test_the_first_sheet_lists_each_finding_with_a_filter_frozen_headers_and_a_link(tmp_path: Path) -> None:
    found = [wrong((3, 1), value="sub_1"), wrong((3, 2), severity=Severity.WARNING)]
    book = opened(copy_of(tmp_path, raw_xlsx(ROWS), *found))
    assert book.sheetnames == ["Findings", "S"]
    assert book.active is not None
    assert book.active.title == "Findings"
    sheet = book["Findings"]
    header = next(row for row in range(1, 10) if sheet.cell(row, 1).value == "Severity")
    assert sheet.freeze_panes == f"A{header + 1}"
    assert sheet.auto_filter.ref == f"A{header}:G{header + 2}"
    assert [c.value for c in sheet[header + 1]][:5] == ["error", "S202", "S", "A3", "sub_1"]
    link = sheet.cell(header + 1, 4).hyperlink
    assert link is not None
    assert link.location == "'S'!A3"
    assert not book["S"].sheet_view.tabSelected, "two selected sheets would be edited together"


@pytest.mark.parametrize("value", ["=1+1", "+1 cmd", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_a_formula_that_a_curator_typed_is_text_in_the_list(tmp_path: Path, value: str) -> None:
    copy = copy_of(tmp_path, raw_xlsx(ROWS), wrong((3, 1), value=value))
    cell = opened(copy)["Findings"].cell(5, 5)
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")
    assert cell.quotePrefix


@pytest.mark.parametrize("value", ["-3", "+1.5e-3", "-.5"])
def test_a_negative_number_is_left_alone(tmp_path: Path, value: str) -> None:
    copy = copy_of(tmp_path, raw_xlsx(ROWS), wrong((3, 1), value=value))
    assert opened(copy)["Findings"].cell(5, 5).value == value


def test_characters_that_xml_cannot_hold_are_shown_escaped(tmp_path: Path) -> None:
    copy = copy_of(tmp_path, raw_xlsx(ROWS), wrong((3, 1), "Bell \x07, half \ud800, tag <b>&.", value="\x00_x0041_"))
    list(well_formed(copy))
    assert "Bell \\x07, half \\ud800, tag <b>&." in comments(copy)["S", "A3"]


def test_existing_comments_keep_their_text_and_their_box(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "S"
    sheet["A1"], sheet["B1"] = "subject id", "sex"
    sheet["A1"].comment = openpyxl.comments.Comment("Mine, plain", "Jane")
    sheet["B1"].comment = openpyxl.comments.Comment("Untouched", "Jane")
    buffer = io.BytesIO()
    book.save(buffer)
    copy = copy_of(tmp_path, buffer.getvalue(), wrong((1, 1), "No."), wrong((1, 3), "New."))
    found = comments(copy)
    assert found["S", "A1"].startswith("Mine, plain\n\nerror S202\nNo.")
    assert found["S", "B1"] == "Untouched"
    assert found["S", "C1"].startswith("error S202\nNew.")
    drawings = [content for name, content in members(copy).items() if name.endswith(".vml")]
    assert len(drawings) == 1
    assert drawings[0].count(b'ObjectType="Note"') == 3


def test_a_cell_with_a_conversation_is_coloured_only_and_the_first_sheet_says_so(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    notes = (
        f'<comments xmlns="{main}"><authors><author>tc={{0-1}}</author></authors><commentList>'
        '<comment ref="A1" authorId="0"><text><t>[Threaded comment]</t></text></comment></commentList></comments>'
    )
    parts = {
        "xl/comments1.xml": notes,
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("rId1", "comments", "../comments1.xml")),
    }
    copy = copy_of(tmp_path, raw_xlsx(ROWS, parts=parts), wrong((1, 1)), wrong((1, 2)))
    assert b"[Threaded comment]</t></text>" in members(copy)["xl/comments1.xml"]
    sheet = opened(copy)["Findings"]
    assert any("conversation" in str(row[0].value) for row in sheet.iter_rows(max_row=6))


def test_extensions_that_other_programs_drop_are_kept(tmp_path: Path) -> None:
    """Drop-downs whose list is in another sheet are kept by Excel in an extension (x14), which openpyxl loses."""
    x14 = (
        f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{MAIN_14}">'
        '<x14:dataValidations count="1"><x14:dataValidation type="list"/></x14:dataValidations></ext></extLst>'
    )
    after = (
        '<mergeCells count="1"><mergeCell ref="A5:B6"/></mergeCells>'
        '<conditionalFormatting sqref="A1:A9"><cfRule type="duplicateValues" priority="1"/></conditionalFormatting>'
        '<dataValidations count="1"><dataValidation type="list" sqref="B2:B9"><formula1>"M,F"</formula1>'
        f"</dataValidation></dataValidations>{x14}"
    )
    data = raw_xlsx(ROWS, before='<cols><col min="1" max="1" width="33" customWidth="1"/></cols>', after=after)
    copy = copy_of(tmp_path, data, wrong((1, 1)))
    assert anatomy(copy)["S"] == anatomy(data)["S"]
    assert set(anatomy(data)["S"]) == {"cols", "mergeCells", "conditionalFormatting", "dataValidations", "extLst"}
    assert b"<legacyDrawing" in members(copy)["xl/worksheets/sheet1.xml"].split(b"<extLst")[0]


def test_names_and_the_open_sheet_of_the_workbook_move_with_the_new_first_sheet(tmp_path: Path) -> None:
    data = raw_xlsx(ROWS)
    book = members(data)["xl/workbook.xml"].decode()
    book = book.replace("<sheets>", '<bookViews><workbookView activeTab="0" firstSheet="0"/></bookViews><sheets>')
    name = '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">S!$A$1</definedName></definedNames>'
    book = book.replace("</sheets>", f"</sheets>{name}")
    copy = copy_of(tmp_path, raw_xlsx(ROWS, parts={"xl/workbook.xml": book}), wrong((1, 1)))
    after = members(copy)["xl/workbook.xml"].decode()
    assert '<definedName name="_xlnm.Print_Area" localSheetId="1">' in after
    assert opened(copy)["S"].print_area == "'S'!$A$1"


def test_a_sheet_called_findings_does_not_clash_with_ours(tmp_path: Path) -> None:
    book = members(raw_xlsx(ROWS))["xl/workbook.xml"].decode().replace('name="S"', 'name="findings"')
    data = raw_xlsx(ROWS, parts={"xl/workbook.xml": book})
    copy = copy_of(tmp_path, data, wrong((1, 1), sheet="findings"))
    assert opened(copy).sheetnames == ["Findings (2)", "findings"]


def test_beyond_the_limit_cells_are_coloured_only_and_the_first_sheet_says_so(tmp_path: Path) -> None:
    found = [wrong((row, 1), severity=Severity.INFO) for row in range(1, 7)] + [wrong((7, 1))]
    copy = copy_of(tmp_path, raw_xlsx(ROWS), *found, limits=Limits(sheet=3, rows=5))
    assert set(comments(copy)) == {("S", "A7"), ("S", "A1"), ("S", "A2")}, "the worst first"
    sheet = opened(copy)
    assert sheet["S"]["A6"].fill.fgColor.rgb == "FFDDEBF7"
    notes = " ".join(str(row[0].value) for row in sheet["Findings"].iter_rows(max_row=6))
    assert "4 more cells are coloured but have no comment" in notes
    assert "2 more are in the report" in notes


def test_beyond_a_further_limit_cells_are_not_even_coloured(tmp_path: Path) -> None:
    related = [Place("subjects.xlsx", "S", row, 1) for row in range(2, 9)]
    copy = copy_of(tmp_path, raw_xlsx(ROWS), wrong((1, 1), related=related), limits=Limits(cells=3))
    sheet = opened(copy)
    assert [row for row in range(1, 9) if sheet["S"].cell(row, 1).fill.fgColor.rgb == "FFFFB3B3"] == [1, 2, 3]
    assert any("5 more cells are not coloured" in str(row[0].value) for row in sheet["Findings"].iter_rows(max_row=6))


def test_a_sheet_in_utf_16_is_marked_too(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{main}"><sheetData>{ROWS}</sheetData></worksheet>'
    data = raw_xlsx("", parts={"xl/worksheets/sheet1.xml": xml.encode("utf-16")})
    copy = copy_of(tmp_path, data, wrong((1, 1)))
    assert set(comments(copy)) == {("S", "A1")}
    assert [grid.rows for grid in grids(copy)] == [grid.rows for grid in grids(data)]


def test_the_limit_of_the_dataset_holds_over_all_its_workbooks(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for kind in ("samples", "subjects"):
        (folder / f"{kind}.xlsx").write_bytes(raw_xlsx(ROWS))
    found = [finding("S202", "No.", Place(f"{kind}.xlsx", "S", 1, 1)) for kind in ("samples", "subjects")]
    paths = annotate(folder, Report(found), tmp_path / "out", Limits(dataset=1))
    assert [len(comments(path.read_bytes())) for path in paths] == [1, 0]


def test_csv_gets_a_findings_file_beside_it_that_excel_opens_well(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    dataset(folder)
    found = finding("S202", 'Wrong, "very"\nwrong: ü.', Place("subjects.csv", None, 2, 1), value="=cmd|' /C'!A0")
    (path,) = annotate(folder, Report([found]), tmp_path / "out")
    assert path.name == "subjects.csv.findings.csv"
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfSeverity,Code,Sheet,Cell,Value,")
    assert 'error,S202,,A2,\'=cmd|\' /C\'!A0,"Wrong, ""very"" wrong: ü.",' in data.decode()


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", raw_xlsx("<row r='1'><c"), b"a,b\n1,2\n", b""])
def test_what_cannot_be_marked_gets_a_findings_file_beside_it(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/subjects.xlsx").write_bytes(data)
    found = finding("R128", "Broken.", Place("subjects.xlsx", "S", 1, 1))
    (path,) = annotate(tmp_path / "data", Report([found]), tmp_path / "out")
    assert path.name == "subjects.xlsx.findings.csv"


def test_an_old_workbook_gets_a_findings_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/subjects.xls").write_bytes(raw_xls([(1, 1, "subject id")]))
    found = finding("S202", "Wrong.", Place("subjects.xls", "S", 1, 1))
    (path,) = annotate(tmp_path / "data", Report([found]), tmp_path / "out")
    assert path.name == "subjects.xls.findings.csv"


def test_no_more_links_than_excel_can_bear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sds2gen3.ooxml.listing.MOST_LINKS", 1)
    copy = copy_of(tmp_path, raw_xlsx(ROWS), wrong((1, 1)), wrong((3, 1)))
    assert members(copy)["xl/worksheets/sheet2.xml"].count(b"<hyperlink ") == 1


def test_a_workbook_with_a_document_type_is_not_opened(tmp_path: Path) -> None:
    """A few lines of entities would become gigabytes."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    bomb = f'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet xmlns="{main}"><sheetData/></worksheet>'
    (tmp_path / "data").mkdir()
    (tmp_path / "data/subjects.xlsx").write_bytes(raw_xlsx("", parts={"xl/worksheets/sheet1.xml": bomb}))
    (path,) = annotate(tmp_path / "data", Report([wrong((1, 1))]), tmp_path / "out")
    assert path.suffix == ".csv"


def test_prefixed_xml_is_patched_with_its_own_prefix(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>subject id</x:t>'
        "</x:is></x:c></x:row></x:sheetData></x:worksheet>"
    )
    data = raw_xlsx("", parts={"xl/worksheets/sheet1.xml": sheet})
    copy = copy_of(tmp_path, data, wrong((1, 1)), wrong((2, 2)))
    assert set(comments(copy)) == {("S", "A1"), ("S", "B2")}
    assert [grid.rows for grid in grids(copy)] == [grid.rows for grid in grids(data)]


def test_the_copies_are_never_written_into_the_dataset(tmp_path: Path) -> None:
    dataset(tmp_path / "data")
    with pytest.raises(UsageError) as stopped:
        annotate(tmp_path / "data", Report([]), tmp_path / "data/report")
    assert stopped.value.diagnostics[0].code == "C931"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    dataset(tmp_path / "data")
    (tmp_path / "out").write_text("a file")
    found = finding("S202", "No.", Place("subjects.csv", None, 2, 1))
    with pytest.raises(UsageError) as stopped:
        annotate(tmp_path / "data", Report([found]), tmp_path / "out")
    assert stopped.value.diagnostics[0].code == "C935"


def test_an_annotated_copy_reads_as_the_original_without_a_word_about_our_sheet(tmp_path: Path) -> None:
    copy = copy_of(tmp_path, raw_xlsx(ROWS), wrong((3, 1)))
    before = read_dataset(tmp_path / "data")
    (tmp_path / "data/subjects.xlsx").write_bytes(copy)
    after = read_dataset(tmp_path / "data")
    assert after.tables == before.tables
    assert said(after.findings) == said(before.findings)
    assert after.left_out == before.left_out


def noted(*notes: tuple[str, str, str]) -> bytes:
    """A workbook with the sheet S and comments: the cell, the text, its author."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "S"
    sheet["A1"], sheet["B1"] = "subject id", "sex"
    for cell, text, author in notes:
        sheet[cell].comment = openpyxl.comments.Comment(text, author)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """As another program saves it: shared texts, other names of parts, a stylesheet of its own."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


RESAVED = pytest.mark.parametrize("resaved", [False, True], ids=["as we wrote it", "saved by another program"])


@RESAVED
def test_marking_a_marked_copy_again_gives_what_marking_the_original_gives(tmp_path: Path, resaved: bool) -> None:
    data = noted(("A1", "Mine", "Jane"), ("C1", "Yours", "Joe"))
    found = wrong((1, 1), "No & never <again>.", hint="Write it."), wrong((1, 2)), wrong((1, 2), "Nor this.")
    once = copy_of(tmp_path, data, *found)
    twice = copy_of(tmp_path, saved(opened(once)) if resaved else once, *found)
    assert opened(twice).sheetnames == ["Findings", "S"]
    assert comments(twice) == comments(once)
    assert looks(twice) == looks(once)
    assert grids(twice) == grids(data)
    assert list(well_formed(twice))
    drawings = [content for name, content in members(twice).items() if name.endswith(".vml")]
    assert [content.count(b'ObjectType="Note"') for content in drawings if b"Note" in content] == [3]


def looks(data: bytes) -> dict[str, tuple[object, ...]]:
    """Fill and border of each cell of S."""
    cells = (cell for row in opened(data)["S"].iter_rows() for cell in row)
    return {
        cell.coordinate: (cell.fill.fgColor.rgb, getattr(cell.border.left, "style", None), cell.number_format)
        for cell in cells
    }


@RESAVED
def test_what_was_mended_since_is_not_marked_any_more(tmp_path: Path, resaved: bool) -> None:
    data = raw_xlsx(ROWS)
    once = copy_of(tmp_path, data, wrong((1, 1)), wrong((3, 1)), wrong((1, 2), severity=Severity.WARNING))
    twice = copy_of(tmp_path, saved(opened(once)) if resaved else once, wrong((1, 1), hint="Write it."))
    assert comments(twice) == {("S", "A1"): "error S202\nThis is wrong.\nWhat to do: Write it."}
    assert looks(twice) == looks(copy_of(tmp_path, data, wrong((1, 1))))
    assert opened(twice)["S"]["A3"].is_date, "the cell is as the curator had formatted it"
    assert members(twice)["xl/workbook.xml"].count(b"_FilterDatabase") == 1


def test_what_people_wrote_into_comments_of_ours_and_around_them_stays(tmp_path: Path) -> None:
    once = copy_of(tmp_path, noted(("A1", "Mine", "Jane")), wrong((1, 1), hint="Write it."), wrong((1, 2), hint="Do."))
    book = opened(once)
    sheet = book["S"]
    for cell in ("A1", "B1"):
        note = sheet[cell].comment
        sheet[cell].comment = openpyxl.comments.Comment(f"{note.text}\nI asked Joe.", note.author)
    sheet["B2"] = "an edit"
    twice = copy_of(tmp_path, saved(book), wrong((1, 3), hint="Write it."))
    assert comments(twice) == {
        ("S", "A1"): "Mine\nI asked Joe.",
        ("S", "B1"): "\nI asked Joe.",
        ("S", "C1"): "error S202\nThis is wrong.\nWhat to do: Write it.",
    }
    assert opened(twice)["S"]["B2"].value == "an edit"


def test_a_comment_of_ours_is_known_where_a_program_has_dropped_its_author(tmp_path: Path) -> None:
    book = opened(copy_of(tmp_path, noted(), wrong((1, 1)), wrong((1, 2))))
    for cell in ("A1", "B1"):
        book["S"][cell].comment.author = ""
    again = copy_of(tmp_path, saved(book), wrong((1, 3), "New.", hint="Do."))
    assert comments(again) == {("S", "C1"): "error S202\nNew.\nWhat to do: Do."}


@pytest.mark.parametrize("data", [raw_xlsx(ROWS), noted()], ids=["no views", "a view"])
def test_a_sheet_of_ours_stays_where_the_curator_moved_it_and_is_the_one_that_opens(
    tmp_path: Path, data: bytes
) -> None:
    book = opened(copy_of(tmp_path, data, wrong((1, 1))))
    book.move_sheet("Findings", 1)
    again = opened(copy_of(tmp_path, saved(book), wrong((1, 2))))
    assert again.sheetnames == ["S", "Findings"]
    assert again.active.title == "Findings"
    assert [sheet.title for sheet in again if sheet.sheet_view.tabSelected] == ["Findings"]


@pytest.mark.parametrize("path", workbooks(), ids=lambda path: "/".join(path.parts[-4:]))
def test_annotation_changes_no_value_and_loses_nothing(path: Path, tmp_path: Path) -> None:
    """Of every template, real dataset and sample: values, links, widths, merged cells, validations, formats, comments."""
    data = path.read_bytes()
    names = [grid.sheet for grid in grids(data)]
    cells = [(1, 1), (2, 2), (3, 60), (2000, 1)]
    found = [wrong(cell, "No.", sheet=name) for name in names for cell in cells]
    copy = copy_of(tmp_path, data, *found)
    assert grids(copy) == grids(data)
    after = anatomy(copy)
    assert after.pop("Findings")
    assert after == anatomy(data)
    old, new = comments(data), comments(copy)
    assert all(new[cell].startswith(text) for cell, text in old.items())
    assert new.keys() == old.keys() | {(name, cell) for name in names for cell in ("A1", "B2", "BH3", "A2000")}
    assert len(list(well_formed(copy))) > 5
    assert copy_of(tmp_path, data, *found) == copy, "the same bytes"
    kept = members(copy)
    touched = ("xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml", ".rels", ".vml")
    for name, content in members(data).items():
        if not name.endswith(touched) and "worksheets/sheet" not in name and "comment" not in name:
            assert kept[name] == content, name


def test_every_cell_of_one_finding_is_coloured_and_told_however_many_they_are(tmp_path: Path) -> None:
    """5,000 subjects without folders: the range is told whole, comments stop at the limit, and the first sheet says so."""
    subjects = [["subject id", "sex"], *([f"sub-{n}", "Male"] for n in range(1, 1_201))]
    dataset(tmp_path / "a", without=["subjects"])
    book = openpyxl.Workbook()
    for row in subjects:
        book.worksheets[0].append(row)
    book.save(tmp_path / "a/subjects.xlsx")
    (tmp_path / "a/primary/sub-1").mkdir(parents=True)
    (tmp_path / "a/primary/sub-1/one.dat").write_text("1")
    found = [one for one in read_dataset(tmp_path / "a").findings if one.code == "R185"]
    assert cells(found[0]) == "A3-A1201"
    (path,) = annotate(tmp_path / "a", Report(found), tmp_path / "out", Limits(sheet=100))
    copy = opened(path.read_bytes())
    colours = {row: copy["Sheet"].cell(row, 1).fill.fgColor.rgb for row in (2, 3, 600, 1_201)}
    assert colours == {2: "00000000", 3: "FFFFE699", 600: "FFFFE699", 1_201: "FFFFE699"}
    texts = [str(row[0].value) for row in copy["Findings"].iter_rows(max_row=6)]
    assert "In the sheet 'Sheet', 1,099 more cells are coloured but have no comment." in texts
