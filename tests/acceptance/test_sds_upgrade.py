"""convert --to-sds-version: a dataset becomes one of another version; nothing is lost, and a person is told what to look at."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from command_line import Cli
from pipeline import SHARED, copied
from real_datasets import SAMPLES, folders
from restoring import NEWEST, upgraded, written
from sheet_makers import LAYOUTS

from sds2gen3.model import Dataset
from sds2gen3.restore.compare import compare
from sds2gen3.sheets import read_dataset

COLON, CARDIAC, VAGUS = (
    SAMPLES / f"{name}/dataset" for name in ("colon-motility-1.2.3", "cardiac-model-2.1.0", "vagus-stimulation-2.0.0")
)
MOVED = {  # what the declarations move (schemas/sds/sheets, `moves` and `sheetless`), and the version itself
    ("dataset_description", "metadata_version"),
    ("dataset_description", "subtitle"),
    ("dataset_description", "description"),
    ("contributors", "contributor_role"),
    ("contributors", "is_contact_person"),
    ("funding", "award_number"),
    *(("code_inputs", f"input_{name}") for name in ("parameter_name", "parameter_type", "units", "default_value")),
    *(("code_outputs", f"output_{name}") for name in ("parameter_name", "parameter_type", "units")),
}


def everything() -> list[Path]:
    real = [path for path in folders("sds/real") if path.name not in ("dbgap-prep", "sparcur-csv")]
    return [*sorted(SAMPLES.glob("*/dataset")), *real]


def reading_errors(dataset: Dataset) -> set[str]:
    return {one.code for one in dataset.findings if one.code[0] == "R" and one.severity.label == "error"}


@pytest.mark.parametrize("version", ["2.1.0", "3.0.2"])
@pytest.mark.parametrize(
    "folder", everything(), ids=lambda path: path.parent.name if path.name == "dataset" else path.name
)
def test_every_cell_is_in_the_other_version_too(folder: Path, version: str, tmp_path: Path) -> None:
    before = read_dataset(folder)
    if before.version > version:
        pytest.skip("not an upgrade")
    done = written(upgraded(before, version).dataset, version, tmp_path / "a")
    assert done.comparison.equal, "the workbooks hold what was to be written"
    assert done.dataset.version == version
    after = compare(before, done.dataset, LAYOUTS)
    assert {(one.table, one.field) for one in (*after.lost, *after.added)} <= MOVED
    assert reading_errors(done.dataset) <= reading_errors(before) | {"R180"}, (
        "R180: a sheet that the new version requires"
    )


def test_the_headers_are_those_of_the_new_template(tmp_path: Path) -> None:
    written(upgraded(read_dataset(COLON)).dataset, NEWEST, tmp_path / "a")
    sheet = openpyxl.load_workbook(tmp_path / "a/subjects.xlsx").worksheets[0]
    official = [header for header, _ in LAYOUTS.version_sheet(NEWEST, "subjects").headers.values()]
    assert [cell.value for cell in sheet[1]][: len(official)] == official
    about = openpyxl.load_workbook(tmp_path / "a/dataset_description.xlsx").worksheets[0]
    names = [row[0].value for row in about.iter_rows()]
    assert [name for name in names if name in ("Name", "Title", "    Title")] != ["Name"]


def test_concepts_go_where_the_new_version_has_them(tmp_path: Path) -> None:
    """The contact person becomes a role, rows of links become relations, the abstract changes its name."""
    after = written(upgraded(read_dataset(COLON)).dataset, NEWEST, tmp_path / "a").dataset
    people = after.table("contributors")
    assert people is not None
    assert [role for role in people.columns["contributor_role"] if "CorrespondingAuthor" in str(role)] != []
    assert "is_contact_person" not in people.columns
    assert "PrincipalInvestigator" in str(people.columns["contributor_role"])
    assert "PrincipleInvestigator" not in str(people.columns["contributor_role"])
    related = after.table("related_identifiers")
    assert related is not None
    assert {"IsDescribedBy", "HasProtocol"} <= set(related.columns["relation_type"])
    abstract = written(upgraded(read_dataset(VAGUS)).dataset, NEWEST, tmp_path / "b").dataset.table(
        "dataset_description"
    )
    assert abstract is not None
    assert str(abstract.columns["description"][0]).startswith("Compound action potentials")
    back = written(upgraded(read_dataset(COLON), "2.1.0").dataset, "2.1.0", tmp_path / "c").dataset.table(
        "dataset_description"
    )
    assert back is not None
    assert back.columns["subtitle"][0] is not None


def test_the_award_of_the_submission_is_in_the_funding_information_of_sds_3_too(tmp_path: Path) -> None:
    made = upgraded(read_dataset(COLON))
    after = written(made.dataset, NEWEST, tmp_path / "a").dataset
    for name in ("submission", "funding"):
        table = after.table(name)
        assert table is not None
        assert table.columns["award_number"] == ["OT2OD099903"]
    assert [one.values for one in made.moved if one.copied] == [1]
    assert [one for one in upgraded(after).moved if one.copied] == [], "what is there stays as it is"
    assert [one for one in upgraded(read_dataset(COLON), "2.1.0").moved if one.copied] == [], "SDS 2 has no such field"


@pytest.mark.parametrize("name", ["bladder-imaging-3.0.2", "vagus-stimulation-2.0.0", "cardiac-model-2.1.0"])
@pytest.mark.parametrize("version", ["1.2.3", "2.0.0"])
def test_the_way_back_loses_nothing_either(name: str, version: str, tmp_path: Path) -> None:
    """What an older version has no field for stands under the header of the newer one."""
    before = read_dataset(SAMPLES / name / "dataset")
    done = written(upgraded(before, version).dataset, version, tmp_path / "a")
    assert done.comparison.equal
    after = compare(before, done.dataset, LAYOUTS)
    assert {(one.table, one.field) for one in (*after.lost, *after.added)} <= MOVED


def test_code_parameters_become_inputs_and_outputs(tmp_path: Path) -> None:
    after = written(upgraded(read_dataset(CARDIAC)).dataset, NEWEST, tmp_path / "a").dataset
    inputs, outputs = after.table("code_inputs"), after.table("code_outputs")
    assert inputs is not None
    assert outputs is not None
    assert (len(inputs), len(outputs)) == (4, 2)
    assert after.table("code_parameters") is not None, "its columns without a place in the new version are kept"


def test_the_command_writes_the_list_and_tells_it(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = cli("convert", COLON, "--to-sds-version", "3.0.2", "--output", out, "--format", "jsonl")
    told = [json.loads(line) for line in done.out.splitlines()]
    codes = {one["code"] for one in told}
    assert {"S201", "S292", "S293", "S295", "L532"} <= codes
    assert done.code == 1, "the new version asks for more than the dataset has"
    listed = (out / "to_check.txt").read_text(encoding="utf-8")
    assert "1 value of 'award number' (submission) is now in 'funding' as well. (warning S295)" in listed
    assert "[ ] dataset_description.xlsx!C14: This dataset has no 'License'. (error S201)" in listed
    assert "plog.xlsx: SDS 3.0.2 has no such sheet" in listed
    summary = json.loads((out / "sds.json").read_text(encoding="utf-8"))
    assert (summary["from"], summary["sds_version"], summary["made_by"]) == ("1.2.3", "3.0.2", "sds2gen3")
    assert all((out / file).is_file() for file in summary["files"])
    assert [
        path for path in out.rglob("*") if path.is_file() and path.suffix not in (".xlsx", ".json", ".txt")
    ] == [], "no data"
    again = cli("validate", out)
    assert "R15" not in again.out


def test_the_old_dataset_is_not_touched_and_files_of_the_user_are_safe(cli: Cli, tmp_path: Path) -> None:
    source = copied(VAGUS, tmp_path / "source")
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    assert cli("convert", source, "--to-sds-version", "3.0.2", "-o", source / "out").code == 2, "C931"
    out = tmp_path / "out"
    cli("convert", source, "--to-sds-version", "3.0.2", "-o", out)
    first = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    cli("convert", source, "--to-sds-version", "3.0.2", "-o", out)
    assert {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()} == first
    (out / "primary" / "mine.csv").write_text("precious")
    refused = cli("convert", source, "--to-sds-version", "3.0.2", "-o", out)
    assert (refused.code, "C932" in refused.err) == (2, True)
    assert (out / "primary" / "mine.csv").read_text() == "precious"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.docx").write_text("x")
    assert "C930" in cli("convert", source, "--to-sds-version", "3.0.2", "-o", tmp_path / "other").err
    assert {path: path.read_bytes() for path in source.rglob("*") if path.is_file()} == before


def test_a_version_that_there_is_not_is_refused(cli: Cli, tmp_path: Path) -> None:
    done = cli("convert", VAGUS, "--to-sds-version", "3.0.9", "-o", tmp_path / "out")
    assert (done.code, "C907" in done.err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_folders_with_another_name_and_cells_that_were_not_read_are_told(cli: Cli, tmp_path: Path) -> None:
    source = copied(VAGUS, tmp_path / "source")
    (source / "derivatives").mkdir()
    (source / "derivatives/x.csv").write_text("1")
    book = openpyxl.load_workbook(source / "subjects.xlsx")
    book.create_sheet("old")["A1"] = "an old note"
    book.save(source / "subjects.xlsx")
    done = cli("convert", source, "--to-sds-version", "3.0.2", "-o", tmp_path / "out", "--format", "jsonl")
    told = {one["code"]: one for one in map(json.loads, done.out.splitlines())}
    assert told["S294"]["message"] == "The folder 'derivatives' is called 'derivative' in SDS 3.0.2."
    assert told["S296"]["message"] == "1 cell of the old 'subjects.xlsx' is not in the new one: another sheet."


def test_several_datasets_get_a_folder_each(cli: Cli, tmp_path: Path) -> None:
    one, other = copied(VAGUS, tmp_path / "one"), copied(CARDIAC, tmp_path / "two")
    (tmp_path / "two/cardiac").parent.mkdir(exist_ok=True)
    other = other.rename(other.with_name("cardiac"))
    cli("convert", one, other, "--to-sds-version", "3.0.2", "-o", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["cardiac", "dataset"]


def test_without_shared_material_the_samples_suffice() -> None:
    assert len(everything()) >= 5 + (7 if SHARED.is_dir() else 0)
