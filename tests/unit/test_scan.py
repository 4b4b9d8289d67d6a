"""The look at a workbook's XML that chooses its reader."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from raw_xlsx import raw_xlsx, relations

from sds2gen3.sheets.formats import extent, package
from sds2gen3.sheets.formats.extent import Extent
from sds2gen3.sheets.formats.formulas import hyperlink
from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.formats.scan import Route, Scan, scan

FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
LINKS = {"xl/worksheets/_rels/sheet1.xml.rels": relations(("rId1", "hyperlink", "https://orcid.org/0?a=1&amp;b=2"))}


def cell(reference: str, inside: str = "<v>1</v>", attributes: str = "") -> str:
    row = re.sub(r"[A-Z]+", "", reference)
    return f'<row r="{row}"><c r="{reference}"{attributes}>{inside}</c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        "",
        cell("A1"),
        cell("A1") + '<row r="1048576"><c r="AMK1048576" s="1"/></row>',
        "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(1, 1000)),
        cell("A1") + cell("AMJ5000"),
        "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
        cell("A1", "<f>1+1</f><v>2</v>"),
        cell("A1", "<v>#N/A</v>", ' t="e"'),
        cell("A1", "<f>1/0</f><v>#DIV/0!</v>", " s='1' t='e'"),
        cell("A1", '<f>""</f><v></v>', ' t="str"'),
        cell("A1", "<f>1+1</f><v>2</v>")
        .replace("<", "<x:")
        .replace("<x:/", "</x:")
        .replace("<x:row", '<x:row xmlns:x="u"'),
    ],
)
def test_usual_sheets_take_the_fast_reader(rows: str) -> None:
    assert scan(raw_xlsx(rows, before='<dimension ref="A1:AMK1048576"/>')).route is Route.FAST


@pytest.mark.parametrize(
    "rows",
    [
        FAR,
        FAR.replace('"', "'"),
        re.sub(r'<c r="XFD\d+"', '<c s="1" r = "XFD1048576"', FAR),
        FAR.replace("XFD1048576", "xfd1048576"),
        FAR.replace("<c ", '<x:c xmlns:x="u" ').replace("</c>", "</x:c>"),
        cell("A1") + cell("Z1000000"),
        '<row r="1"><c t="e"><v>#N/A</v></c></row>',
        cell("A1", "<v>#N/A</v>", ' t="e"').replace("<c ", '<x:c xmlns:x="u" ').replace("</c>", "</x:c>"),
        cell("A1", "<f>1+1</f>"),
        cell("A1", "<f>1+1</f><v/>"),
        cell("A1", "<f>1+1</f><v></v>"),
        cell("A1", '<f t="shared" si="0"/>'),
        cell("A1", '<f>HYPERLINK(B1,"x")</f>'),
        '<row r="1"><c><f>1+1</f></c></row>',
        "<row>" + "<c><v>1</v></c>" * 16_000 + '</row><row r="90000"><c><v>1</v></c></row>',
    ],
)
def test_sparse_sheets_lost_errors_and_formulas_without_result_take_the_careful_reader(rows: str) -> None:
    assert scan(raw_xlsx(rows)).route is Route.CAREFUL


def test_xml_that_the_scan_cannot_see_takes_the_careful_reader() -> None:
    hidden = f'<?xml version="1.0" encoding="UTF-16"?><worksheet>{FAR}</worksheet>'.encode("utf-16")
    assert scan(raw_xlsx("", parts={"xl/worksheets/sheet1.xml": hidden})).route is Route.CAREFUL


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (cell("A1048577"), "where Excel ends"),
        (cell("A4000000000"), "where Excel ends"),
        (cell("XFE1"), "where Excel ends"),
        (cell("ABCDEFGHIJKL1"), "where Excel ends"),
        ('<row><c x=">" r="XFD1048576"><v>1</v></c></row>', "counted"),
        (cell("A1", f"<is><t>{'x' * (17 << 20)}</t></is>", ' t="inlineStr"'), "16 MB"),
    ],
)
def test_cells_that_no_program_writes_are_refused(rows: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        scan(raw_xlsx(rows))


def test_cells_without_reference_are_counted_before_they_fill_the_memory() -> None:
    with pytest.raises(Refused, match="far more than a metadata sheet needs"):
        scan(raw_xlsx("<row>" + "<c/>" * 15_000_000 + "</row>"))


def test_a_huge_shared_text_is_refused_by_its_size() -> None:
    with pytest.raises(Refused, match=r"sharedStrings\.xml"):
        scan(raw_xlsx("", parts={"xl/sharedStrings.xml": bytes(60 << 20)}))


def test_a_part_that_is_larger_than_declared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_PART", 1 << 20)
    data = bytearray(raw_xlsx("", parts={"xl/sharedStrings.xml": "x" * 900_000 + "y" * 200_000}))
    with pytest.raises(Refused, match="would unpack"):
        scan(bytes(data))
    at = data.rindex(b"xl/sharedStrings.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(Refused, match="as large as the file says"):
        scan(bytes(data))


@pytest.mark.parametrize("target", ["/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", "Worksheets/SHEET1.xml"])
@pytest.mark.parametrize("kind", ["worksheet", "somethingElse"])
def test_a_sheet_cannot_hide_behind_its_relation(target: str, kind: str) -> None:
    parts = {"xl/_rels/workbook.xml.rels": relations(("rId1", kind, target), ("rId2", "styles", "styles.xml"))}
    assert scan(raw_xlsx(FAR, parts=parts)).route is Route.CAREFUL


def test_a_workbook_part_that_only_some_readers_take_is_left_to_the_careful_one() -> None:
    parts = {"_rels/.rels": relations(("rId1", "officeDocument", "xl/other.xml")), "xl/other.xml": "<workbook/>"}
    assert scan(raw_xlsx(FAR, parts=parts)).route is Route.CAREFUL


def test_two_parts_of_one_name_are_refused() -> None:
    import io

    buffer = io.BytesIO(raw_xlsx(""))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", FAR)
    with pytest.raises(Refused, match="two parts"):
        scan(buffer.getvalue())


def test_blocks_end_between_rows_and_lose_nothing() -> None:
    rows = "".join(f'<row r="{n}">' + f'<c r="A{n}"><v>{n}</v></c>' * 50 + "</row>" for n in range(1, 3000))
    data = raw_xlsx(rows, after="<rowBreaks/>")
    opened = package.Package(data)
    blocks = list(opened.blocks("xl/worksheets/sheet1.xml"))
    assert len(blocks) > 3
    assert all(block.startswith(b"<row ") for block in blocks[1:])
    assert rows.encode() in b"".join(blocks)


def test_a_large_sheet_is_plain_down_to_row_999999(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sds2gen3.sheets.formats.scan.SMALL", 0)
    monkeypatch.setattr(Extent, "add", lambda *_: pytest.fail("a plain sheet is looked at once"))
    assert scan(raw_xlsx(cell("A1") + cell("Z999999") + cell("ZZ9999"))).route is Route.FAST


def test_the_limits_fit_together() -> None:
    assert extent.ROOMY >= 26 * 99_999
    assert extent.ROOMY >= 702 * 9_999
    assert extent.MAX_RECTANGLE >= 26 * 999_999


def links_of(seen: Scan) -> dict[tuple[int, int], str]:
    return seen.links["S"]


@pytest.mark.parametrize(
    "tag",
    [
        '<hyperlinks><hyperlink ref="B2:C2" r:id="rId1"/></hyperlinks>',
        "<hyperlinks><hyperlink r:id='rId1' ref='B2:C2'/></hyperlinks>",
        '<hyperlinks><x:hyperlink xmlns:x="u" xmlns:q="v" ref="B2:C2" q:id="rId1"/></hyperlinks>',
    ],
)
def test_hyperlinks_are_found_however_they_are_written(tag: str) -> None:
    target = "https://orcid.org/0?a=1&b=2"
    assert links_of(scan(raw_xlsx(cell("B2"), after=tag, parts=LINKS))) == {(2, 2): target, (2, 3): target}


def test_links_within_the_workbook_and_over_whole_columns_are_none() -> None:
    tags = '<hyperlinks><hyperlink ref="A1" location="S!A1"/><hyperlink ref="B1:B1048576" r:id="rId1"/></hyperlinks>'
    assert links_of(scan(raw_xlsx(cell("A1"), after=tags, parts=LINKS))) == {}


@pytest.mark.parametrize(
    ("formula", "parsed"),
    [
        ('HYPERLINK("https://a.b/","label")', ("https://a.b/", "label")),
        ('=hyperlink( "https://a.b/" ; "say ""x""" )', ("https://a.b/", 'say "x"')),
        ('HYPERLINK("https://a.b/")', ("https://a.b/", "https://a.b/")),
        ('HYPERLINK("https://a.b/",A1)', ("https://a.b/", None)),
        ('HYPERLINK(A1,"x")', None),
        ('"x"&HYPERLINK("https://a.b/","label")', None),
        ("SUM(A1:A2)", None),
    ],
)
def test_hyperlink_formulas_are_understood_where_they_are_written_out(
    formula: str, parsed: tuple[str, str | None] | None
) -> None:
    assert hyperlink(formula) == parsed


@pytest.mark.parametrize("file", ["real/gi-review/dataset_description.xlsx", "templates/1.2.3/subjects.xlsx"])
def test_the_two_slow_files_take_the_fast_reader(shared: Path, file: str) -> None:
    assert scan((shared / "sds" / file).read_bytes()).route is Route.FAST
