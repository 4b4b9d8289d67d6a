"""One mistake, one line: what would be told because of it in other cells, sheets and folders is told with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pipeline import declared
from rule_cases import Content
from rule_cases.ordinary import LAYOUTS, write
from rule_cases.structure import HERE, merged_subjects

from sds2gen3 import Report, convert, read_dataset, validate
from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.severities import Change, changed
from sds2gen3.sheets import reader


@pytest.fixture(autouse=True)
def declarations_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "Layouts", lambda declarations: LAYOUTS)


def report(folder: Path, changes: Content, version: str = "3.0.2", off: str = "") -> list[Diagnostic]:
    """What is told of the dataset on the whole way, notes aside."""
    rules, nodes = declared("sds", "sds")
    dataset = read_dataset(write(folder, version, changes))
    graph = convert(dataset, rules, nodes)
    found = [*dataset.findings, *graph.findings, *validate(graph, nodes)]
    found = changed(found, [Change(off, None)] if off else [])
    return [one for one in Report(found).first_causes() if one.severity > Severity.INFO]


def lines(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(one.code, one.severity.label, str(one.place)) for one in found]


def referring(*ids: str) -> dict[str, Any]:
    """Subjects of these ids, and samples, a performance, a folder and a manifest that are of sub-1 and sub-2."""
    return {
        "subjects": [{"subject_id": one} for one in ids],
        "samples": [{"subject_id": "sub-1"}, {"subject_id": "sub-2", "was_derived_from": "sub-2"}],
        "performances": [{"participants": "sub-1 sub-2"}],
        "primary/sub-1/sam-1/a.csv": "a",
        "primary/sub-2/sam-2/b.csv": "b",
        "primary/sub-1/perf-1/c.csv": "c",
        "primary/manifest": [
            {"filename": "sub-1/sam-1/a.csv"},
            {"filename": "sub-2/sam-2/b.csv", "entity": "sub-2"},
            {"filename": "sub-1/perf-1/c.csv"},
        ],
    }


class TestAnIdOfTheWrongForm:
    def test_is_told_once_with_what_is_meant_and_what_calls_it_that(self, tmp_path: Path) -> None:
        [one] = report(tmp_path, referring("sub-1", "sub_2"))
        assert lines([one]) == [("S202", "error", "subjects.csv!A3")]
        assert one.hint == "Did you mean 'sub-2'? 4 cells and 1 folder call it that."
        assert {place.file for place in one.related} == {
            "samples.csv",
            "performances.csv",
            "primary/manifest.csv",
            "primary/sub-2",
        }

    @pytest.mark.parametrize(
        ("first", "second"),
        [("subject1", "subject2"), ("sub_1", "SUB-2"), ("mouse 1", "mouse 2"), ("Sub 01", "s2"), ("1", "2")],
    )
    def test_is_told_once_for_each_id(self, tmp_path: Path, first: str, second: str) -> None:
        found = report(tmp_path, referring(first, second))
        assert lines(found) == [("S202", "error", "subjects.csv!A2"), ("S202", "error", "subjects.csv!A3")]
        assert [one.hint.partition("?")[0] for one in found] == ["Did you mean 'sub-1'", "Did you mean 'sub-2'"]

    def test_cannot_be_put_off_because_the_commons_would_refuse_the_references(self, tmp_path: Path) -> None:
        assert [one.code for one in report(tmp_path, referring("sub-1", "sub_2"), off="S202")] == ["S202"]

    def test_is_not_meant_to_be_another_number(self, tmp_path: Path) -> None:
        found = report(tmp_path, referring("sub-1", "sub_3"))
        assert [(one.code, one.value) for one in found] == [("L530", "sub-2"), ("S202", "sub_3")]
        assert "Did you mean" not in found[1].hint

    def test_two_for_one_are_not_guessed_between(self, tmp_path: Path) -> None:
        found = report(tmp_path, {**referring("sub-1", "sub_2", "sub 2")})
        assert [one.code for one in found if "Did you mean 'sub-2'" in one.hint] == []

    def test_has_no_folder_because_it_is_wrong(self, tmp_path: Path) -> None:
        found = report(tmp_path, {**HERE, "subjects": [{}, {"subject_id": "x_9"}]})
        assert lines(found) == [("S202", "error", "subjects.csv!A3")]


def test_an_id_without_row_is_told_once_wherever_it_is_given(tmp_path: Path) -> None:
    [one] = report(tmp_path, referring("sub-1"))
    assert lines([one]) == [("L530", "error", "samples.csv!B3")]
    assert one.message == "No subject 'sub-2' in subjects.csv."
    assert "primary/sub-2" in map(str, one.related)


@pytest.mark.parametrize(
    ("version", "header", "code"),
    [("3.0.2", "subjct id", "S214"), ("1.2.3", "subject_idd", "S214"), ("3.0.2", None, "S212")],
)
def test_a_misspelt_or_missing_header_of_the_ids_is_the_only_error(
    tmp_path: Path, version: str, header: str | None, code: str
) -> None:
    samples = [{"subject_id": "sub-1"}]
    subjects = [[header, "species", "sex", "age"], ["sub-1", "Rattus norvegicus", "Female", "10 weeks"]]
    own = {"1.2.3": [{"subject_id": "sub-1", "was_derived_from_sample": None}]}.get(version, samples)
    found = report(
        tmp_path, {**HERE, "subjects": subjects, "samples": own, "primary/sub-1/sam-1/a.csv": "a"}, version=version
    )
    assert [one for one in lines(found) if one[1] == "error"] == [(code, "error", "subjects.csv!A1")]
    assert "subject id" in found[[one.code for one in found].index(code)].hint


@pytest.mark.parametrize(
    ("samples", "code"),
    [(None, "R180"), ({"samples.ods": b"PK"}, "R180"), ({"samples.xlsx": b"PK\x03\x04cut"}, "R128")],
    ids=["missing", "ods", "cut off"],
)
def test_what_refers_to_a_sheet_that_could_not_be_read_is_no_error(tmp_path: Path, samples: Any, code: str) -> None:
    sites = [{"specimen_id": "sam-1"}, {"specimen_id": "sam-2"}]
    found = report(tmp_path, {"dataset_description": {"number_of_samples": ["2"]}, "sites": sites, **(samples or {})})
    assert [one.code for one in found if one.severity == Severity.ERROR] == [code]


class TestSeveralValuesOfOne:
    def test_are_one_error_with_all_their_cells(self, tmp_path: Path) -> None:
        [one] = report(tmp_path, {"dataset_description": {"title": ["Rat hearts", "Mouse hearts"]}})
        assert one.message == "'Title' has 2 values, but takes one."
        assert (one.code, one.severity, len(one.related)) == ("S225", Severity.ERROR, 1)

    def test_that_are_the_same_version_are_one_version(self, tmp_path: Path) -> None:
        assert report(tmp_path, {"dataset_description": {"metadata_version": ["3.0.2", "3.0.2"]}}) == []

    def test_that_are_two_versions_are_one_error(self, tmp_path: Path) -> None:
        found = report(tmp_path, {"dataset_description": {"metadata_version": ["3.0.2", "3.0.1"]}})
        assert [one.code for one in found] == ["R173"]


class TestTwoCodesOfOneCause:
    @pytest.mark.parametrize("path", ["/abs/a.csv", "sub-1\\x.csv", "../out.csv"])
    def test_a_path_that_leads_elsewhere(self, tmp_path: Path, path: str) -> None:
        found = report(tmp_path, {**HERE, "primary/manifest": [{"filename": "sub-1/data1.csv"}, {"filename": path}]})
        assert lines(found) == [("S237", "error", "primary/manifest.csv!A3")]

    def test_merged_cells_and_what_seems_empty_because_of_them(self, tmp_path: Path) -> None:
        found = report(tmp_path, {"subjects": None, "subjects.xlsx": merged_subjects("B2:B3")})
        assert [(one.code, one.place) for one in found if one.code == "S201" and one.place.cell == "B3"] == []
        [one] = [one for one in found if one.code == "R163"]
        assert (one.severity, [place.cell for place in one.related]) == (Severity.ERROR, ["B3"])

    def test_a_value_in_the_wrong_column(self, tmp_path: Path) -> None:
        rows = [
            ["Metadata element", "Description", "Example", "Value"],
            ["Consortium data standard", None, None, "SPARC"],
            ["Funding consortium", None, None, "SPARC"],
            ["Award number", "OT2OD025349", None, None],
            ["Milestone achieved", None, None, "M1"],
            ["Milestone completion date", None, None, "2024-01-25"],
        ]
        found = report(tmp_path, {"submission": rows})
        assert lines(found) == [("S223", "error", "submission.csv!B4")]

    def test_a_column_whose_header_was_removed(self, tmp_path: Path) -> None:
        head = ["subject id", "species", "strain", "RRID for strain", "age category", "sex", None]
        rat = ["sub-1", "Rattus norvegicus", "Wistar", "RRID:RGD_13508588", "adult", "Female", "10 weeks"]
        [one] = report(tmp_path, {"subjects": [head, rat]})
        assert (one.code, one.hint) == ("S212", "Give it a name: the sheet has no column 'age'.")

    def test_text_in_a_workbook_s_name(self, tmp_path: Path) -> None:
        found = report(tmp_path, {"samples.xlsx": b"dear curator, see the attached file"})
        assert [one.code for one in found] == ["R151"]
        assert found[0].message.endswith("The name of this file ends in .xlsx, but it holds text.")

    def test_no_dataset_description(self, tmp_path: Path) -> None:
        found = report(tmp_path, {"dataset_description": None})
        assert {one.code for one in found if one.place and one.place.file.startswith("dataset_")} == {"R101"}
        assert "R170" not in {one.code for one in found}

    def test_a_folder_in_the_words_of_another_version(self, tmp_path: Path) -> None:
        found = report(tmp_path, {**HERE, "Derivatives/a.csv": "a", "Derivatives/manifest": [{"filename": "a.csv"}]})
        assert lines(found) == [("R192", "warning", "Derivatives")]

    def test_a_misspelt_role_of_the_contact(self, tmp_path: Path) -> None:
        roles = ["PrincipalInvestigator", "Corresponding Author; DataCollector"]
        found = report(tmp_path, {"dataset_description": {"contributor_role": roles}})
        assert [one.code for one in found] == ["S230"]


class TestARowThatIsNoRecord:
    HEAD = ("subject id", "pool id", "species", "sex", "age", "strain", "age category", "RRID for strain")
    RAT = ("sub-1", None, "Rattus norvegicus", "Female", "10 weeks", "Wistar", "adult", "RRID:RGD_13508588")

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (["Note: sub-1 was small"], "S202"),
            ([None, "mean", None, None, "30 weeks"], "S208"),
            (["sub-1"], "S290"),
        ],
        ids=["note", "mean", "id alone"],
    )
    def test_is_told_once(self, tmp_path: Path, row: list[Any], code: str) -> None:
        rows = [list(self.HEAD), list(self.RAT), [], [*row, *[None] * (len(self.HEAD) - len(row))]]
        changes = {**HERE, "dataset_description": {"number_of_subjects": None}, "subjects": rows}
        found = [one for one in report(tmp_path, changes) if one.place and one.place.file == "subjects.csv"]
        assert lines(found) == [(code, "error", "subjects.csv!A4")]
        assert found[0].hint.startswith("Move the row out of the table if it is no subject; else: ")

    def test_but_a_record_with_a_wrong_id_is_told_what_else_it_lacks(self, tmp_path: Path) -> None:
        found = report(tmp_path, {"subjects": [{}, {"subject_id": "rat_x", "species": None}]})
        assert [one.code for one in found] == ["S202", "S201"]


def test_what_the_commons_refuses_keeps_the_way_out_of_a_rule_that_is_off(tmp_path: Path) -> None:
    roles = ["Principle Investigator", "CorrespondingAuthor"]
    [one] = report(tmp_path, {"dataset_description": {"contributor_role": roles}}, version="2.1.0", off="S230")
    assert (one.code, one.hint) == ("D442", "Did you mean 'PrincipalInvestigator'?")
