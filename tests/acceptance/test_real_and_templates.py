"""Every official template and every real dataset on the whole way: no crash, the right version, and sensible findings."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from cell_accounts import grids_of
from command_line import Cli
from pipeline import SERVED, SHARED, Run, run
from real_datasets import LOOSE, VERSIONS, folders, human, loose

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.place import Place

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared material is not beside the project (../shared)")

TEMPLATES = SHARED / "sds/templates"
REAL = SHARED / "sds/real"
TO_12LABOURS = ("--mapping", "12labours", "--dictionary", SERVED)

BLANK = {("warning", "R196")}
"""All that a blank template may be told."""

NOTES = {
    "M303": "a value is written in the dictionary's type",
    "M305": "a blank is written as the mapping declares",
    "M307": "a part of the template is not mapped",
    "M308": "names taken for the dataset, the program and the project",
    "R162": "a sheet without records",
    "R164": "dataset_description of 1.2 and sites and curation of 3 are formatted to the last row",
    "R190": "the data files are not here",
    "S211": "subjects of SDS 1.0 have two columns 'subject_id'",
    "S222": "values that came with the template",
}


def serious(findings: Run) -> list[Diagnostic]:
    return [d for d in findings.report if d.severity.label != "info"]


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def blank(version: str) -> Run:
    return run(TEMPLATES / version)


def test_a_blank_template_is_only_told_to_be_blank(version: str, blank: Run) -> None:
    assert blank.dataset.version == version
    assert {(d.severity.label, d.code) for d in serious(blank)} == BLANK
    assert {d.code for d in blank.report if d.severity.label == "info"} <= set(NOTES)


def test_what_is_asked_of_a_template_that_was_begun_stands_at_empty_cells_under_value(
    version: str, tmp_path: Path
) -> None:
    begun = Path(shutil.copytree(TEMPLATES / version, tmp_path / "begun"))
    book = openpyxl.load_workbook(begun / "dataset_description.xlsx")
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value in ("Value", "Value 1"))
    row = next(cell.row for cell in sheet["A"] if str(cell.value).strip().startswith("Acknowledg"))
    sheet.cell(row, column, "We thank the pigs.")
    book.save(begun / "dataset_description.xlsx")
    found = run(begun)
    texts = {
        (grid.file, grid.first_row + index, column): value
        for grid in grids_of(begun)
        for index, row in enumerate(grid.rows)
        for column, value in enumerate(row, 1)
        if value not in (None, "")
    }
    asked = [d for d in serious(found) if d.code == "S201"]
    assert {d.place.file for d in asked if d.place} == {"dataset_description.xlsx", "submission.xlsx"}
    for place in (place for d in asked for place in (d.place, *d.related) if place is not None):
        assert (place.file, place.row, place.column) not in texts
        assert texts[place.file, 1, place.column] in ("Value", "Value 1")
    places = [d.place for d in serious(found) if d.severity.label == "error"]
    assert len(places) == len(set(places))


def test_no_finding_of_a_blank_template_quotes_its_text(version: str, blank: Run) -> None:
    assert [d.message for d in serious(blank) if d.value is not None] == []


def test_a_blank_template_makes_the_dataset_and_nothing_else(version: str, blank: Run) -> None:
    made = {node: len(table) for node, table in blank.graph.nodes.items() if len(table)}
    described = {} if version == "1.0" else {"experiment": 1, "dataset_description": 1}  # the version is filled in
    standard = {"standard": 1} if version.startswith("3") else {}  # so are 'SPARC' and its version
    assert made == described | standard


def test_a_blank_template_is_no_crash_on_the_way_to_12labours(version: str) -> None:
    findings = serious(run(TEMPLATES / version, "12labours", SERVED))
    assert {(d.severity.label, d.code) for d in findings} <= {*BLANK, ("error", "D440")}
    assert [d.message for d in findings if d.value is not None] == []


def commands() -> Iterator[tuple[str, Path, tuple[str | Path, ...]]]:
    for path in (*folders("sds/templates"), *folders("sds/real")):
        yield path.name, path, ()
        if path.parent.name == "real":
            yield f"{path.name} to 12labours", path, TO_12LABOURS


@pytest.mark.parametrize(("path", "options"), [c[1:] for c in commands()], ids=[c[0] for c in commands()])
def test_validate_ends_with_a_verdict(cli: Cli, path: Path, options: tuple[str, ...]) -> None:
    found = cli("validate", path, *options)
    assert found.code in (0, 1)
    assert ("Nothing stops" in found.out) is (found.code == 0)
    assert found.err == ""


@pytest.mark.parametrize("name", [*LOOSE, "human"])
def test_validate_ends_with_a_verdict_on_loose_sheets_too(cli: Cli, tmp_path: Path, name: str) -> None:
    folder = human(tmp_path / "ds") if name == "human" else loose(name, tmp_path / "ds")
    for options in ((), TO_12LABOURS):
        found = cli("validate", folder, *options)
        assert (found.code, found.err) == (1, "")


NOBODY = "No contributor can be asked: none has CorrespondingAuthor at 'Contributor role'."
"""The templates since SDS 2.0.0 say: "At most one PrincipalInvestigator and at least one CorrespondingAuthor are required"."""
VERDICTS = {  # what stops a real dataset from being submitted, read by a person and held to be right
    "gi-review": set(),
    "sparc-me-optical-mapping": set(),
    "sparclink": set(),
    "fair-amd-oct": {"This dataset has no 'Study organ system'.", NOBODY},
    "fair-biors": {
        "'review' is not on the list for 'Type'.",
        "This dataset has no 'Study organ system'.",
        "This dataset has no 'Study approach'.",
        "This dataset has no 'Study technique'.",
        "'PrincipleInvestigator' is not on the list for 'Contributor role'.",
    },
    "pennsieve-pig-heart": {"'Principle Investigator' is not on the list for 'Contributor Role'."},
    "soda-test-dataset": {"This subject has no 'species'.", NOBODY},
    "dbgap-prep": {"There is no dataset_description file."},
    "sparcur-csv": {
        "There is no dataset_description file.",
        "There is no subjects file, but SDS 1.0 asks for it.",
        "This file is empty (0 bytes).",
    },
}


@pytest.mark.parametrize("name", VERDICTS)
def test_a_real_dataset_is_stopped_only_by_what_is_wrong_with_it(name: str) -> None:
    errors = {d.message for d in run(REAL / name).report if d.severity.label == "error"}
    assert errors == VERDICTS[name]


def test_every_real_dataset_has_its_verdict() -> None:
    assert {path.name for path in folders("sds/real")} == set(VERDICTS)


def test_a_workbook_of_data_is_not_taken_for_metadata() -> None:
    found = run(REAL / "fair-biors")
    assert "primary/data.xlsx" in found.dataset.files
    assert all((d.place or Place("")).file != "primary/data.xlsx" for d in found.report)
    assert {table.file for same in found.dataset.tables.values() for table in same} == {
        "dataset_description.xlsx",
        "primary/manifest.xlsx",
    }
