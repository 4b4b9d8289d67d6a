"""Blank workbooks of a version: the declared headers, colours, help and lists; validated, they only lack values."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli
from sheet_makers import LAYOUTS
from workbook_anatomy import comments, opened

from sds2gen3 import config
from sds2gen3.blank import init
from sds2gen3.blank.init import SETTINGS
from sds2gen3.catalogue import Severity
from sds2gen3.errors import UsageError
from sds2gen3.sheets import read_dataset


def headers(sheet: Any, transposed: bool) -> list[str]:
    if transposed:
        return [str(row[0].value) for row in sheet.iter_rows(min_row=2)]
    return [str(cell.value) for cell in sheet[1]]


@pytest.mark.parametrize("version", LAYOUTS.versions)
def test_headers_read_back_as_they_are_declared(version: str, tmp_path: Path) -> None:
    written = {path.stem: path for path in init(tmp_path / "a", version) if path.suffix == ".xlsx"}
    assert set(written) == set(LAYOUTS.version(version).files)
    for kind, path in written.items():
        declared = [header for header, _ in LAYOUTS.version_sheet(version, kind).headers.values()]
        assert headers(opened(path.read_bytes()).worksheets[0], LAYOUTS.sheet(kind).transposed) == declared


@pytest.mark.parametrize("version", LAYOUTS.versions)
def test_sheets_and_their_descriptions_are_called_as_in_the_official_template(
    version: str, shared: Path, tmp_path: Path
) -> None:
    template = shared / "sds" / "templates" / version
    if not template.is_dir():
        pytest.skip(f"no template of {version}")
    for path in init(tmp_path / "a", version):
        official = template / path.name
        if path.suffix != ".xlsx" or not official.is_file():
            continue
        own, theirs = opened(path.read_bytes()), opened(official.read_bytes())
        assert own.sheetnames[0] == theirs.sheetnames[0], path.name
        if LAYOUTS.sheet(path.stem).transposed:
            assert [own.worksheets[0].cell(1, column).value for column in (1, 2)] == [
                theirs.worksheets[0].cell(1, column).value for column in (1, 2)
            ], path.name


@pytest.mark.parametrize("version", LAYOUTS.versions)
def test_a_blank_dataset_is_recognised_and_told_once(version: str, tmp_path: Path) -> None:
    init(tmp_path / "a", version)
    dataset = read_dataset(tmp_path / "a")
    assert (dataset.version, dataset.blank) == (version, True)
    (told,) = dataset.findings
    assert (told.code, told.severity) == ("R196", Severity.WARNING)
    assert told.message.startswith("This dataset is still blank:")
    assert told.hint.startswith("Fill in dataset_description.xlsx first, then subjects.xlsx")


@pytest.mark.parametrize("version", LAYOUTS.versions)
def test_the_official_template_is_blank_too(version: str, shared: Path) -> None:
    template = shared / "sds" / "templates" / version
    if not template.is_dir():
        pytest.skip(f"no template of {version}")
    (told,) = read_dataset(template).findings
    assert told.code == "R196"


@pytest.mark.parametrize(
    ("kind", "cell"), [("dataset_description", "C8"), ("subjects", "A2"), ("subjects", "AH1"), ("submission", "B2")]
)
def test_one_cell_of_the_users_and_the_dataset_is_judged_as_any_other(kind: str, cell: str, tmp_path: Path) -> None:
    init(tmp_path / "a", "3.0.2")
    path = tmp_path / f"a/{kind}.xlsx"
    book = opened(path.read_bytes())
    book.worksheets[0][cell] = "mine"
    book.save(path)
    dataset = read_dataset(tmp_path / "a")
    assert not dataset.blank
    assert {"R181", "S201"} <= {d.code for d in dataset.findings} | ({"R181"} if cell == "A2" else set())


def test_a_blank_dataset_cannot_be_submitted_and_the_verdict_says_so(cli: Cli, tmp_path: Path) -> None:
    init(tmp_path / "a", "3.0.2")
    page = tmp_path / "report.html"
    for more in ([], ["--ignore", "R196"], ["-o", page], ["--strict"]):
        run = cli("validate", tmp_path / "a", *more)
        assert run.code == 1
        assert more == ["-o", page] or "There is nothing to submit yet: this dataset is still blank." in run.out
    assert 'class="verdict stop"' in page.read_text()
    run = cli("convert", tmp_path / "a", "-o", tmp_path / "out", "--keep-going")
    assert (run.code, (tmp_path / "out").exists()) == (1, False)


def test_headers_have_the_colours_of_the_template_and_help_as_comment(tmp_path: Path) -> None:
    init(tmp_path / "a", "3.0.2")
    data = (tmp_path / "a/subjects.xlsx").read_bytes()
    sheet = opened(data)["Sheet1"]
    fills = {str(cell.value): cell.fill.fgColor.rgb for cell in sheet[1]}
    assert fills["subject id"] == "FF9CC2E5"
    assert fills["species"] == "FFA8D08D"
    assert fills["body mass"] == "FFFFD965"
    assert "Write the date as YYYY-MM-DD." in comments(data)["Sheet1", "O1"]
    assert comments(data)["Sheet1", "A1"].startswith("Lab-based schema for identifying each subject")


def test_words_are_drop_down_lists_and_long_ones_stand_in_a_hidden_sheet(tmp_path: Path) -> None:
    init(tmp_path / "a", "3.0.2")
    book = opened((tmp_path / "a/dataset_description.xlsx").read_bytes())
    lists = {str(drop.sqref): drop for drop in book["Sheet1"].data_validations.dataValidation}
    rows = {str(row[0].value).strip(): row[0].row for row in book["Sheet1"].iter_rows()}
    kinds = lists[f"C{rows['Type']}:Z{rows['Type']}"]
    assert kinds.formula1 == '"experimental,computational,device"'
    assert kinds.showErrorMessage
    roles = lists[f"C{rows['Contributor role']}:Z{rows['Contributor role']}"]
    assert not roles.showErrorMessage, "a cell may hold several roles"
    assert roles.formula1 == "lists!$A$3:$A$27"
    assert book["lists"].sheet_state == "hidden"
    words = [cell.value for cell in book["lists"]["A"][2:] if cell.value]
    assert words == list(LAYOUTS.version("3.0.2").words["contributor_role"])


def test_ids_are_text_and_dates_are_iso_whatever_excel_thinks(tmp_path: Path) -> None:
    init(tmp_path / "a", "3.0.2")
    sheet = opened((tmp_path / "a/subjects.xlsx").read_bytes())["Sheet1"]
    assert sheet.column_dimensions["A"].number_format == "@"
    assert sheet.column_dimensions["O"].number_format == "yyyy-mm-dd"


def test_the_same_version_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = init(tmp_path / "a", "2.1.0"), init(tmp_path / "b", "2.1.0")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_without_a_version_it_is_the_newest_that_is_declared(tmp_path: Path) -> None:
    init(tmp_path / "a")
    assert read_dataset(tmp_path / "a").version == LAYOUTS.versions[-1]


def test_no_file_is_ever_overwritten(tmp_path: Path) -> None:
    (tmp_path / "subjects.xlsx").write_text("mine")
    (tmp_path / "README.md").write_text("mine too")
    with pytest.raises(UsageError) as stopped:
        init(tmp_path, "3.0.2")
    assert stopped.value.diagnostics[0].code == "C941"
    assert {path.name for path in tmp_path.iterdir()} == {"subjects.xlsx", "README.md"}


def test_a_version_that_is_not_declared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as stopped:
        init(tmp_path, "3.0.9")
    assert stopped.value.diagnostics[0].code == "C907"
    assert "3.0.0" in stopped.value.diagnostics[0].hint


def test_every_line_of_the_settings_file_can_be_used(tmp_path: Path) -> None:
    init(tmp_path / "a")
    assert config.load({}, tmp_path / "a") == config.load({}, tmp_path)
    lines = [line.removeprefix("# ") for line in SETTINGS.splitlines()]
    used = "\n".join(line for line in lines if " = " in line or line.startswith("["))
    (tmp_path / "a/sds2gen3.toml").write_text(used)
    settings = config.load({}, tmp_path / "a")
    assert settings.strict.value is True
    assert settings.needs["project"].value == "my_project"
    assert len(tomllib.loads(used)) >= 6
