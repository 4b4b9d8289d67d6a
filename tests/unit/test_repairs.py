"""Safe repairs: only what cannot change the meaning, only in a copy, each written down."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pipeline import run
from raw_xlsx import raw_xls, raw_xlsx
from real_datasets import folders, human, loose, samples
from sheet_makers import DESCRIPTION, SUBJECTS, dataset, description
from workbook_anatomy import anatomy, comments, members, opened

from sds2gen3.diagnostics import finding
from sds2gen3.errors import UsageError
from sds2gen3.model import Dataset
from sds2gen3.place import Place
from sds2gen3.repair import Fix, mend
from sds2gen3.repair.mend import Mended
from sds2gen3.repair.offers import offers
from sds2gen3.repair.rules import FieldRules, repairs
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.files.locate import locate

ORCID, DOI = "https://orcid.org/0000-0002-5497-0243", "https://doi.org/10.1234/Ab-5"
ROLES = FieldRules(words={"creator": "Creator", "other": "Other"}, split=r"\s*,\s*")


def last(text: str, rules: FieldRules, linked: bool = False) -> str:
    """The text after all repairs."""
    return next((after for _, after in reversed(list(repairs(text, rules, linked)))), text)


@pytest.mark.parametrize(
    ("text", "rules", "mended"),
    [
        (" sub-1\u00a0", FieldRules(), "sub-1"),
        ("two  words", FieldRules(), "two  words"),
        ("   ", FieldRules(), "   "),
        ("sub\u20111", FieldRules("id"), "sub-1"),
        ("EXPERIMENTAL", FieldRules(words={"experimental": "experimental"}), "experimental"),
        ("experimantal", FieldRules(words={"experimental": "experimental"}), "experimantal"),
        ("creator ,OTHER,  Boss", ROLES, "Creator ,Other,  Boss"),
        ("2024/03/04", FieldRules("date"), "2024-03-04"),
        ("2024.3.4", FieldRules("date"), "2024-03-04"),
        ("03/04/2024", FieldRules("date"), "03/04/2024"),
        ("2024/13/04", FieldRules("date"), "2024/13/04"),
        ("2024/03-04", FieldRules("date"), "2024/03-04"),
        ("2024-12-16T00:00:00", FieldRules("date"), "2024-12-16"),
        ("2024-12-16 00:00", FieldRules("date"), "2024-12-16"),
        ("2024-12-16T09:30:00", FieldRules("date"), "2024-12-16T09:30:00"),
        ("2024-12-16T00:00:00", FieldRules("datetime"), "2024-12-16T00:00:00"),
        ("16 Dec 2024", FieldRules("date"), "2024-12-16"),
        ("December 16, 2024", FieldRules("date"), "2024-12-16"),
        ("31 Feb 2024", FieldRules("date"), "31 Feb 2024"),
        ("Dec 2024", FieldRules("date"), "Dec 2024"),
        ("FEMALE", FieldRules(words={"female": "female"}, custom=True), "female"),
        ("Female", FieldRules(words={"female": "female"}, custom=True), "Female"),
        ("Female", FieldRules(words={"female": "female"}), "female"),
        ("2024/03/04", FieldRules("text"), "2024/03/04"),
        ("0000-0002-5497-0243", FieldRules("orcid"), ORCID),
        ("http://orcid.org/0000-0002-5497-0243/", FieldRules("orcid"), ORCID),
        ("0000-0002-5497-0243", FieldRules("orcid", plain_orcid=True), "0000-0002-5497-0243"),
        ("0000-0002-5497-0244", FieldRules("orcid"), "0000-0002-5497-0244"),
        ("doi: 10.1234/Ab-5", FieldRules("doi"), DOI),
        ("http://dx.doi.org/10.1234/Ab-5", FieldRules("url"), DOI),
        ("10.1234/Ab-5.", FieldRules("url"), "10.1234/Ab-5."),
        ("https://example.org/10.1234/Ab-5", FieldRules("url"), "https://example.org/10.1234/Ab-5"),
        ("rrid: RGD_10395233", FieldRules("rrid"), "RRID:RGD_10395233"),
        ("not_applicable", FieldRules("rrid"), "not_applicable"),
        ("unknown", FieldRules("orcid"), "unknown"),
    ],
)
def test_a_text_is_repaired_only_where_it_means_the_same(text: str, rules: FieldRules, mended: str) -> None:
    assert last(text, rules) == mended
    assert last(mended, rules) == mended, "once is enough"


def test_a_text_with_a_link_behind_it_is_only_trimmed() -> None:
    """The reader may take the link instead of the text; another text could change which."""
    assert last(" 0000-0002-5497-0243 ", FieldRules("orcid"), linked=True) == "0000-0002-5497-0243"


def write(folder: Path, **sheets: list[list[Any]]) -> None:
    """Workbooks with these rows, beside a dataset of CSV files that has no findings."""
    dataset(folder, without=list(sheets))
    for kind, rows in sheets.items():
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in rows:
            sheet.append(row)
        book.save(folder / f"{kind}.xlsx")


def made(done: Mended) -> list[tuple[str, str, str, str]]:
    return [(str(fix.place), fix.before, fix.after, fix.rule) for fix in done.fixes if fix.applied]


def offered(done: Mended) -> list[tuple[str, str, str]]:
    return [(str(fix.place), fix.before, fix.after) for fix in done.fixes if not fix.applied]


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_cells_of_a_workbook_are_repaired_and_listed_in_its_last_sheet(tmp_path: Path) -> None:
    rows = [["Subject_ID", "species", "sex", "age"], ["sub-1 ", "Rattus norvegicus", "F", "4 weeks"]]
    write(tmp_path / "a", subjects=rows)
    done = mend(tmp_path / "a", tmp_path / "b")
    assert made(done) == [
        ("subjects.xlsx!A1", "Subject_ID", "subject id", "header"),
        ("subjects.xlsx!A2", "sub-1 ", "sub-1", "blanks"),
    ]
    book = opened((tmp_path / "b/subjects.xlsx").read_bytes())
    assert [cell.value for cell in book["Sheet"]["A"]] == ["subject id", "sub-1"]
    assert book.sheetnames == ["Sheet", "sds2gen3 fixes"]
    listed = [[cell.value for cell in row] for row in book["sds2gen3 fixes"].iter_rows(min_row=5)]
    assert listed[1] == ["made", "Sheet", "A2", "sub-1 ", "sub-1", "white space at the ends removed"]
    assert book["sds2gen3 fixes"]["C6"].hyperlink.location == "'Sheet'!A2"


def test_every_repair_is_a_line_of_fixes_jsonl(tmp_path: Path) -> None:
    write(tmp_path / "a", subjects=[SUBJECTS[0], ["sub-1 ", *SUBJECTS[1][1:]]])
    mend(tmp_path / "a", tmp_path / "b")
    (line,) = (tmp_path / "b/fixes.jsonl").read_text().splitlines()
    assert json.loads(line) == {
        "v": 1,
        "file": "subjects.xlsx",
        "sheet": "Sheet",
        "cell": "A2",
        "before": "sub-1 ",
        "after": "sub-1",
        "rule": "blanks",
        "applied": True,
    }


def test_a_date_that_is_shown_otherwise_is_shown_as_iso_and_stays_a_date(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>subject id</t></is></c>'
    rows += '<c r="B1" t="inlineStr"><is><t>experiment date</t></is></c></row>'
    rows += '<row r="2"><c r="A2" t="inlineStr"><is><t>sub-1</t></is></c><c r="B2" s="1"><v>44000</v></c></row>'
    dataset(tmp_path / "a", without=["subjects"])
    (tmp_path / "a/subjects.xlsx").write_bytes(raw_xlsx(rows))
    done = mend(tmp_path / "a", tmp_path / "b")
    assert made(done) == [("subjects.xlsx!B2", "mm-dd-yy", "yyyy-mm-dd", "date format")]
    cell = opened((tmp_path / "b/subjects.xlsx").read_bytes())["S"]["B2"]
    assert cell.is_date
    assert cell.number_format == r"yyyy\-mm\-dd"
    assert mend(tmp_path / "b", tmp_path / "c").fixes == ()


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2" t="str"><f>"sub-1 "</f><v>sub-1 </v></c>',
        '<c r="A2" t="inlineStr"><is><r><t>sub-1</t></r><r><rPr><b/></rPr><t xml:space="preserve"> </t></r></is></c>',
    ],
    ids=["formula", "formatted letter by letter"],
)
def test_a_cell_that_holds_more_than_a_plain_text_is_only_offered(tmp_path: Path, cell: str) -> None:
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>subject id</t></is></c></row>'
    dataset(tmp_path / "a", without=["subjects"])
    data = raw_xlsx(f'{header}<row r="2">{cell}</row>')
    (tmp_path / "a/subjects.xlsx").write_bytes(data)
    done = mend(tmp_path / "a", tmp_path / "b")
    assert offered(done) == [("subjects.xlsx!A2", "sub-1 ", "sub-1")]
    assert (tmp_path / "b/subjects.xlsx").read_bytes() == data


def test_a_workbook_that_only_lenient_readers_open_is_copied_as_it_is(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>subject id</t></is></c></row>'
    rows += '<row r="2"><c r="A2" t="inlineStr"><is><t xml:space="preserve">sub-1 </t></is></c></row>'
    dataset(tmp_path / "a", without=["subjects"])
    data = raw_xlsx(rows, parts={"[Content_Types].xml": "<Types"})
    (tmp_path / "a/subjects.xlsx").write_bytes(data)
    done = mend(tmp_path / "a", tmp_path / "b")
    assert (made(done), offered(done)) == ([], [("subjects.xlsx!A2", "sub-1 ", "sub-1")])
    assert (tmp_path / "b/subjects.xlsx").read_bytes() == data


def test_what_needs_a_person_is_offered_and_not_done(tmp_path: Path) -> None:
    dataset(tmp_path / "a", description(Type=["experimantal"]))
    done = mend(tmp_path / "a", tmp_path / "b")
    assert made(done) == []
    assert offered(done) == [("dataset_description.csv!B3", "experimantal", "experimental")]
    assert json.loads((tmp_path / "b/fixes.jsonl").read_text())["applied"] is False
    assert (tmp_path / "b/dataset_description.csv").read_bytes() == (
        tmp_path / "a/dataset_description.csv"
    ).read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("subject id,sex\r\nsub-1 ,F\r\n", "subject id,sex\r\nsub-1,F\r\n"),
        ('\ufeff"subject id";"sex"\n"sub-1 ";"F"', '\ufeff"subject id";"sex"\n"sub-1";"F"'),
        ('subject id\tsex\n\n\nsub-1 \t"a\nb"\nsub-2\tM', 'subject id\tsex\n\n\nsub-1\t"a\nb"\nsub-2\tM'),
        ("sep=;\nsubject id;sex\nsub-1 ;F\n", "sep=;\nsubject id;sex\nsub-1;F\n"),
        ('subject id,sex\nsub-1,"F ""x"" "\n', 'subject id,sex\nsub-1,"F ""x"""\n'),
    ],
)
def test_only_the_repaired_cells_of_a_text_file_are_written_anew(tmp_path: Path, before: str, after: str) -> None:
    dataset(tmp_path / "a", without=["subjects"])
    (tmp_path / "a/subjects.csv").write_text(before, encoding="utf-8", newline="")
    done = mend(tmp_path / "a", tmp_path / "b")
    assert len(made(done)) == 1
    assert (tmp_path / "b/subjects.csv").read_bytes() == after.encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("subjects.csv", "subject id,sex\nsub-1 ,Ü\n".encode("cp1252")),
        ("subjects.xls", raw_xls([(1, 1, "subject id"), (2, 1, "sub-1 ")])),
    ],
)
def test_files_that_are_not_rewritten_safely_are_copied_as_they_are(tmp_path: Path, name: str, data: bytes) -> None:
    dataset(tmp_path / "a", without=["subjects"])
    (tmp_path / f"a/{name}").write_bytes(data)
    done = mend(tmp_path / "a", tmp_path / "b")
    assert (made(done), offered(done)) == ([], [(f"{name}!A2", "sub-1 ", "sub-1")])
    assert (tmp_path / f"b/{name}").read_bytes() == data


def test_two_headers_for_one_field_are_left_as_they_are(tmp_path: Path) -> None:
    write(tmp_path / "a", subjects=[["subject id", "Sex", "SEX"], ["sub-1", "F", "F"]])
    assert made(mend(tmp_path / "a", tmp_path / "b")) == []


def test_headers_are_not_respelt_for_a_version_that_was_only_guessed(tmp_path: Path) -> None:
    dataset(tmp_path / "a", description(Metadata_Version=None), subjects=[["Subject_ID"], ["sub-1 "]])
    assert [rule for *_, rule in made(mend(tmp_path / "a", tmp_path / "b"))] == ["blanks"]


def test_headers_keep_the_indentation_that_the_template_gives_them(tmp_path: Path) -> None:
    write(
        tmp_path / "a",
        dataset_description=[
            ["Metadata element", "Value"],
            *([f"    {key.upper()}", *values] for key, values in DESCRIPTION.items()),
        ],
    )
    done = mend(tmp_path / "a", tmp_path / "b")
    assert ("dataset_description.xlsx!A4", "    TITLE", "    Title", "header") in made(done)


def test_all_files_are_in_the_copy_and_the_original_cannot_be_changed_through_its_metadata(tmp_path: Path) -> None:
    write(tmp_path / "a", subjects=[SUBJECTS[0], ["sub-1 ", *SUBJECTS[1][1:]]])
    (tmp_path / "a/primary/sub-1").mkdir(parents=True)
    (tmp_path / "a/primary/sub-1/scan.dat").write_bytes(b"data" * 1000)
    before = tree(tmp_path / "a")
    mend(tmp_path / "a", tmp_path / "b")
    after = tree(tmp_path / "b")
    assert set(after) == {*before, "fixes.jsonl"}
    assert {name for name in before if after[name] != before[name]} == {"subjects.xlsx"}
    for path in (tmp_path / "b").glob("*.*"):
        path.write_bytes(b"edited later")
    assert tree(tmp_path / "a") == before


def test_links_within_the_dataset_stay_links_and_links_out_of_it_are_left_out(tmp_path: Path) -> None:
    dataset(tmp_path / "a")
    (tmp_path / "secret.txt").write_text("not of the dataset")
    (tmp_path / "a/data").mkdir()
    (tmp_path / "a/data/one.dat").write_text("1")
    (tmp_path / "a/data/two.dat").symlink_to(tmp_path / "a/data/one.dat")
    (tmp_path / "a/data/out.dat").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "a/data/gone.dat").symlink_to("nothing")
    done = mend(tmp_path / "a", tmp_path / "b")
    assert done.left_out == ("data/gone.dat", "data/out.dat")
    assert os.readlink(tmp_path / "b/data/two.dat") == "one.dat"
    assert not (tmp_path / "b/data/out.dat").is_symlink()


def test_metadata_that_is_a_link_is_repaired_without_touching_what_it_leads_to(tmp_path: Path) -> None:
    dataset(tmp_path / "a", subjects=[SUBJECTS[0], ["sub-1 ", *SUBJECTS[1][1:]]])
    (tmp_path / "a/kept").mkdir()
    (tmp_path / "a/subjects.csv").rename(tmp_path / "a/kept/theirs.csv")
    (tmp_path / "a/subjects.csv").symlink_to("kept/theirs.csv")
    before = tree(tmp_path / "a")
    assert len(made(mend(tmp_path / "a", tmp_path / "b"))) == 1
    assert tree(tmp_path / "a") == before
    assert (tmp_path / "b/kept/theirs.csv").read_bytes() == before["kept/theirs.csv"]


@pytest.mark.parametrize(
    ("copy", "code"), [("a/b", "C931"), (".", "C931"), ("a", "C931"), ("full", "C940"), ("file", "C940")]
)
def test_the_copy_is_never_written_over_anything(tmp_path: Path, copy: str, code: str) -> None:
    dataset(tmp_path / "a")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(UsageError) as stopped:
        mend(tmp_path / "a", tmp_path / copy)
    assert stopped.value.diagnostics[0].code == code
    assert tree(tmp_path) == before


def test_a_zip_is_not_repaired(tmp_path: Path) -> None:
    dataset(tmp_path / "a")
    shutil.make_archive(str(tmp_path / "a"), "zip", tmp_path / "a")
    with pytest.raises(UsageError) as stopped:
        mend(tmp_path / "a.zip", tmp_path / "b")
    assert stopped.value.diagnostics[0].code == "C942"


def test_a_copy_that_cannot_be_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    dataset(tmp_path / "a")

    def broken(_: Path) -> list[Any]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        mend(tmp_path / "a", tmp_path / "b", broken)
    assert {path.name for path in tmp_path.iterdir()} == {"a"}


def test_a_later_run_adds_to_the_audit_of_an_earlier_one(tmp_path: Path) -> None:
    write(tmp_path / "a", subjects=[SUBJECTS[0], ["sub-1 ", *SUBJECTS[1][1:]]])
    mend(tmp_path / "a", tmp_path / "b")
    book = openpyxl.load_workbook(tmp_path / "b/subjects.xlsx")
    book["Sheet"]["B2"] = "Rattus norvegicus "
    book.save(tmp_path / "b/subjects.xlsx")
    assert len(made(mend(tmp_path / "b", tmp_path / "c"))) == 1
    after = opened((tmp_path / "c/subjects.xlsx").read_bytes())
    assert after.sheetnames == ["Sheet", "sds2gen3 fixes"]
    assert [row[2].value for row in after["sds2gen3 fixes"].iter_rows(min_row=5)] == ["A2", "B2"]
    assert len((tmp_path / "c/fixes.jsonl").read_text().splitlines()) == 2


REWRITING = ("word", "date", "orcid", "doi", "rrid")  # rules that write the value itself in another form
TEMPLATES = ("1.1", "1.2.3", "2.0.0", "3.0.2")  # the others have the same workbooks
EVERYTHING = [
    *(folder / "dataset" for folder in samples()),
    *folders("sds/real"),
    *(folder for folder in folders("sds/templates") if folder.name in TEMPLATES),
]


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_laws_hold_on_every_dataset(path: Path, tmp_path: Path) -> None:
    assert_laws(path, tmp_path)


@pytest.mark.parametrize("path", EVERYTHING[:9], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_records_of_the_copy_are_those_of_the_original_but_for_the_repairs(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    done = mend(path, copy)
    original, mended = run(path, "sds", "sds"), run(copy, "sds", "sds")
    told = {(d.code, str(d.place)) for d in original.report}
    assert [d for d in mended.report if (d.code, str(d.place)) not in told] == []
    before, after = original.graph, mended.graph
    repaired = {fix.place for fix in done.fixes if fix.applied and fix.rule in REWRITING}
    renamed = {(fix.file, fix.column) for fix in done.fixes if fix.applied and fix.rule == "misspelt"}
    assert list(before.nodes) == list(after.nodes)
    for node, table in before.nodes.items():
        for old, new in zip(table.parts, after.nodes[node].parts, strict=True):
            for record, (was, now) in enumerate(zip(old.records(), new.records(), strict=True)):
                for name in was.keys() | now.keys():
                    if was.get(name) != now.get(name):
                        places = {*old.places(record, name), *new.places(record, name)}
                        assert repaired & places or renamed & {(place.file, place.column) for place in places}, (
                            node,
                            name,
                        )


def test_laws_hold_on_loose_sheets(shared: Path, tmp_path: Path) -> None:
    assert_laws(loose("pie", tmp_path / "pie"), tmp_path)
    shutil.rmtree(tmp_path / "b")
    shutil.rmtree(tmp_path / "c")
    assert_laws(human(tmp_path / "human"), tmp_path)


def assert_laws(path: Path, tmp_path: Path) -> None:
    """No new finding, no meaning changed but as listed, nothing else of a workbook changed, and once is enough."""
    done = mend(path, tmp_path / "b")
    before, after = read_dataset(path), read_dataset(tmp_path / "b")
    told = {(d.code, str(d.place)) for d in before.findings}
    assert [d for d in after.findings if (d.code, str(d.place)) not in told] == []
    assert after.version == before.version
    _same_but_for(before, after, done.fixes)
    for file in {fix.file for fix in done.fixes if fix.applied and fix.file.endswith(".xlsx")}:
        name = f"{locate(path).base}/{file}".lstrip("/")
        old, new = (path / name).read_bytes(), (tmp_path / "b" / name).read_bytes()
        parts = anatomy(new)
        assert parts.pop("sds2gen3 fixes")
        assert parts == anatomy(old)
        assert comments(new) == comments(old)
        assert {name for name in members(old) if "theme" in name or "comments" in name} <= set(members(new))
    again = mend(tmp_path / "b", tmp_path / "c")
    assert made(again) == []
    assert tree(tmp_path / "c") == tree(tmp_path / "b")


def _same_but_for(before: Dataset, after: Dataset, fixes: tuple[Fix, ...]) -> None:
    """All Tables are equal, but for the values at the cells of repairs that write a value in another form."""
    rewritten = {fix.place for fix in fixes if fix.applied and fix.rule in REWRITING}
    assert before.tables.keys() == after.tables.keys()
    for name, tables in before.tables.items():
        for old, new in zip(tables, after.tables[name], strict=True):
            assert list(old.rows) == list(new.rows)
            positions = {position: field for field, position in new.headers.items()}
            misspelt = {fix.column for fix in fixes if (fix.file, fix.rule) == (old.file, "misspelt") and fix.applied}
            renamed = {field: positions[at] for field, at in old.headers.items() if at in misspelt}
            assert {renamed.get(field, field) for field in old.columns} == set(new.columns)
            for field, values in old.columns.items():
                for record, value in enumerate(values):
                    cells = old.places(record, field)
                    if not any(cell in rewritten for cell in cells):
                        assert new.columns[renamed.get(field, field)][record] == value, (old.file, field, record)


def test_a_misspelt_header_is_repaired_where_only_one_is_meant(tmp_path: Path) -> None:
    rows = [["subject id", "speceis", "Strian", "sex (m/f)", "my own"], ["sub-1", "Rattus norvegicus", "x", "F", "y"]]
    write(tmp_path / "a", subjects=rows)
    done = mend(tmp_path / "a", tmp_path / "b")
    assert made(done) == [
        ("subjects.xlsx!B1", "speceis", "species", "misspelt"),
        ("subjects.xlsx!C1", "Strian", "strain", "misspelt"),
    ]
    assert ("subjects.xlsx!D1", "sex (m/f)", "sex") in offered(done), "what is more than a slip is for a person"


@pytest.mark.parametrize("headers", [["speceis", "species"], ["speceis", "spceies"]])
def test_a_header_is_left_where_the_official_one_is_there_or_two_are_near(tmp_path: Path, headers: list[str]) -> None:
    write(tmp_path / "a", subjects=[["subject id", *headers], ["sub-1", "x", "y"]])
    assert made(mend(tmp_path / "a", tmp_path / "b")) == []


@pytest.mark.parametrize(
    ("code", "hint", "meant"),
    [
        ("S241", "Write 12 weeks", "12 weeks"),
        ("S241", "Write RRID:IMSR_JAX:000664", "RRID:IMSR_JAX:000664"),
        ("S241", "Write CC-BY-4.0", "CC-BY-4.0"),
        ("S272", "Write 'female'.", "female"),
        ("S257", "Write 2024-12-16.", "2024-12-16"),
        ("S257", "Write the date as YYYY-MM-DD.", None),
        ("S241", "Write a number, a space and the unit in full.", None),
        ("S202", "Write sub-1", None),
        ("S214", "Did you mean 'sex'?", "sex"),
    ],
)
def test_what_a_hint_says_to_the_letter_is_offered(code: str, hint: str, meant: str | None) -> None:
    places = [Place("subjects.xlsx", "S", row, 2) for row in (2, 3)]
    one = finding(code, "It is odd.", places[0], hint=hint, value="x", related=places[1:])
    found = [(fix.row, fix.after, fix.applied) for fix in offers([one])]
    rows = [2] if code == "S214" else [2, 3]
    assert found == ([(row, meant, False) for row in rows] if meant else [])
    several = finding(code, "It is odd, and so with 1 more.", places[0], hint=hint, value="x", related=places[1:])
    assert [fix.row for fix in offers([several])] == ([2] if meant else [])
