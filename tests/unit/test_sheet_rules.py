"""What a version asks of the sheets: what must be filled in, forms, words, references and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rule_cases.ordinary import write
from sheet_makers import DESCRIPTION, SUBJECTS, SUBMISSION, dataset, description, one, said

from sds2gen3 import read_dataset
from sds2gen3.catalogue import Severity

HEADERS, MOUSE = SUBJECTS
SAMPLES = [["sample id", "subject id", "sample type"], ["sam-1", "sub-1", "tissue"]]


def found(tmp_path: Path, about: dict[str, list[str]] | None = None, **changes: Any) -> list[tuple[str, str]]:
    return said(dataset(tmp_path, about, **changes).findings)


def test_a_complete_dataset_has_nothing_to_say(tmp_path: Path) -> None:
    assert found(tmp_path) == []


class TestFilled:
    @pytest.mark.parametrize("name", ["Title", "Study purpose", "Study organ system", "Number of subjects"])
    def test_a_required_row_that_is_empty_or_not_there(self, tmp_path: Path, name: str) -> None:
        row = [*DESCRIPTION].index(name) + 2
        assert found(tmp_path / "a", {**DESCRIPTION, name: []}) == [("S201", f"dataset_description.csv!B{row}")]
        without = {key: value for key, value in DESCRIPTION.items() if key != name}
        assert found(tmp_path / "b", without) == [("S217", "dataset_description.csv")]

    def test_a_row_without_its_id(self, tmp_path: Path) -> None:
        assert found(tmp_path, subjects=[HEADERS, MOUSE, ["", "rat", "Female", "4 weeks"]]) == [
            ("S208", "subjects.csv!A3")
        ]

    def test_errors_are_at_each_cell_and_warnings_are_one(self, tmp_path: Path) -> None:
        read = dataset(tmp_path, subjects=[HEADERS, ["sub-1", "", "", ""], ["sub-2", "", "", ""]])
        assert [place for code, place in said(read.findings) if code == "S201"] == [
            "subjects.csv!B2",
            "subjects.csv!B3",
            "subjects.csv!C2",
            "subjects.csv!D2",
        ]
        assert [str(place) for place in read.findings[-1].related] == ["subjects.csv!D3"]

    def test_only_experiments_need_species(self, tmp_path: Path) -> None:
        computational = description(Type=["computational"])
        codes = {code for code, _ in found(tmp_path, computational, subjects=[["subject id"], ["sub-1"]])}
        assert "S217" not in codes

    def test_a_contributor_needs_a_role_but_may_lack_an_orcid(self, tmp_path: Path) -> None:
        read = dataset(tmp_path, description(Contributor_ORCiD=[], Contributor_role=[]))
        assert [f.severity for f in read.findings if f.code == "S201"] == [Severity.WARNING, Severity.ERROR]

    def test_a_related_identifier_needs_its_relation(self, tmp_path: Path) -> None:
        about = {**DESCRIPTION, "Relation type": []}
        assert [code for code, _ in found(tmp_path / "a", about)] == ["S201", "S268"]
        about = {**DESCRIPTION, "Identifier": [], "Relation type": ["has protocol"]}
        assert [code for code, _ in found(tmp_path / "b", about)] == ["S227", "S230"]

    def test_a_sample_needs_a_subject_or_a_parent(self, tmp_path: Path) -> None:
        head = ["sample id", "subject id", "was derived from", "sample type"]
        rows = [
            ["sam-1", "sub-1", "", "t"],
            ["sam-2", "", "sam-1", "t"],
            ["sam-3", "", "", "t"],
            ["pop-sam-4", "", "", "t"],
        ]
        assert found(tmp_path, samples=[head, *rows]) == [("S201", "samples.csv!B4")]

    def test_a_manifest_row_needs_a_file_name(self, tmp_path: Path) -> None:
        assert found(tmp_path, primary__manifest=[["filename", "description"], ["", "x"]]) == [
            ("S201", "primary/manifest.csv!A2")
        ]

    @pytest.mark.parametrize(("consortium", "codes"), [("SPARC", ["S201"] * 3), ("external", [])])
    def test_external_funding_needs_no_award(self, tmp_path: Path, consortium: str, codes: list[str]) -> None:
        rows = [["Consortium data standard", "", "SPARC"], ["Funding consortium", "", consortium]]
        rows += [[row[0], "", ""] for row in SUBMISSION[1:]]
        about = description(Metadata_Version=["2.1.0"])
        assert [code for code, _ in found(tmp_path, about, submission=[SUBMISSION[0], *rows])] == codes

    def test_what_is_said_once_in_a_submission_holds_for_all_its_milestones(self, tmp_path: Path) -> None:
        """The sheet of the SDS has one Value column, so that is told (SDS-S06), but nothing is missing in the second."""
        rows = [[*row, "M2" if "achieved" in row[0] else ""] for row in SUBMISSION]
        assert found(tmp_path, submission=rows) == [("S276", "submission.csv!D3")]

    @pytest.mark.parametrize("word", ["N/A", "None stated.", "TBD", "Not Defined"])
    def test_words_for_nothing_are_kept_and_pointed_out(self, tmp_path: Path, word: str) -> None:
        read = dataset(tmp_path, description(Study_purpose=[word]))
        table = read.table("dataset_description")
        assert table is not None
        assert (table.columns["study_purpose"], said(read.findings)) == (
            [word],
            [("S205", "dataset_description.csv!B7")],
        )


class TestForms:
    @pytest.mark.parametrize("id_", ["sub_3", "3", "sam-1", "sub-", "sub-1-", "sub-a b"])
    def test_ids_have_one_form_since_2(self, tmp_path: Path, id_: str) -> None:
        read = dataset(tmp_path, subjects=[HEADERS, [id_, *MOUSE[1:]]])
        problem = one(read.findings, "S202")
        assert (problem.message, problem.severity) == (f"'{id_}' is not a valid subject id.", Severity.ERROR)
        assert problem.hint.startswith("Use sub- followed by letters")

    @pytest.mark.parametrize("id_", ["sub-1", "pop-sub-1", "sub-A-b-1"])
    def test_good_ids(self, tmp_path: Path, id_: str) -> None:
        assert found(tmp_path, subjects=[HEADERS, [id_, *MOUSE[1:]]]) == []

    def test_sds_1_only_wants_names_for_folders(self, tmp_path: Path) -> None:
        about = {"Name": ["T"], "Metadata Version DO NOT CHANGE": ["1.2.3"]}
        head = ["subject_id", *HEADERS[1:]]
        read = dataset(tmp_path, about, subjects=[head, ["rat 1", *MOUSE[1:]], ["rat1", *MOUSE[1:]]])
        assert [(f.code, f.severity, str(f.place)) for f in read.findings if f.code == "S202"] == [
            ("S202", Severity.WARNING, "subjects.csv!A2")
        ]

    @pytest.mark.parametrize("text", ["TRUE", "false", "Yes", "n", "1"])
    def test_yes_and_no_in_all_their_forms(self, tmp_path: Path, text: str) -> None:
        read = dataset(tmp_path, subjects=[[*HEADERS, "metadata only"], [*MOUSE, text]])
        assert "S232" not in [code for code, _ in said(read.findings)]

    def test_neither_yes_nor_no(self, tmp_path: Path) -> None:
        read = dataset(tmp_path, subjects=[[*HEADERS, "metadata only"], [*MOUSE, "maybe"]])
        assert str(one(read.findings, "S232").place) == "subjects.csv!E2"


class TestWords:
    @pytest.mark.parametrize("word", ["PrincipalInvestigator", "creator, datacurator"])
    def test_case_makes_no_other_word(self, tmp_path: Path, word: str) -> None:
        assert "S230" not in [code for code, _ in found(tmp_path, description(Contributor_role=[word]))]

    @pytest.mark.parametrize("word", ["Principal Investigator", "principal-investigator"])
    def test_spaces_make_another_word_and_the_right_one_is_known(self, tmp_path: Path, word: str) -> None:
        problem = one(dataset(tmp_path, description(Contributor_role=[word])).findings, "S230")
        assert (problem.value, problem.hint) == (word, "Did you mean 'PrincipalInvestigator'?")

    def test_a_word_that_is_not_on_the_list_and_the_nearest_that_is(self, tmp_path: Path) -> None:
        read = dataset(tmp_path, description(Contributor_role=["Creator, PrincipleInvestigator"], Type=["review"]))
        problems = {f.value: f.hint for f in read.findings if f.code == "S230"}
        assert problems == {
            "PrincipleInvestigator": "Did you mean 'PrincipalInvestigator'?",
            "review": "Use one of: experimental, computational.",
        }

    def test_open_lists_only_point_out_slips(self, tmp_path: Path) -> None:
        read = dataset(tmp_path, description(Study_organ_system=["spinal chord, whiskers"]))
        assert one(read.findings, "S231").hint == "Did you mean 'spinal cord'?"


class TestPaths:
    @pytest.mark.parametrize("path", ["a\\b.csv", "/a/b.csv", "../b.csv", "C:/b.csv", "a//b.csv", "./b.csv"])
    def test_that_are_not_plain_are_pointed_out(self, tmp_path: Path, path: str) -> None:
        assert ("S237", "manifest.csv!A2") in found(tmp_path, manifest=[["filename", "file type"], [path, ".csv"]])

    @pytest.mark.parametrize("path", ["b.csv", "a/b.csv", "a b/.hidden", "a..b", "https.csv"])
    def test_that_are_plain_are_fine(self, tmp_path: Path, path: str) -> None:
        assert found(tmp_path, manifest=[["filename", "file type"], [path, "text"]]) == []


class TestReferences:
    def test_an_unknown_subject_and_the_nearest_that_is_known(self, tmp_path: Path) -> None:
        read = dataset(tmp_path, samples=[SAMPLES[0], SAMPLES[1], ["sam-2", "subj-1", "tissue"]])
        problem = one(read.findings, "L530")
        assert (problem.message, str(problem.place)) == ("No subject 'subj-1' in subjects.csv.", "samples.csv!B3")
        assert problem.hint == "Did you mean 'sub-1'?"

    def test_parents_are_samples_or_subjects_and_in_sds_1_both_ids_together(self, tmp_path: Path) -> None:
        head = [*SAMPLES[0], "was derived from"]
        rows = [
            ["sam-1", "sub-1", "t", "sub-1"],
            ["sam-2", "sub-1", "t", "sam-1, sub-1_sam-1"],
            ["sam-3", "sub-1", "t", "sam-9"],
        ]
        assert found(tmp_path, samples=[head, *rows]) == [("L530", "samples.csv!D4")]

    def test_samples_that_come_from_each_other_are_told_once_with_all_their_cells(self, tmp_path: Path) -> None:
        head = [*SAMPLES[0], "was derived from"]
        rows = [["sam-1", "sub-1", "t", "sam-2"], ["sam-2", "sub-1", "t", "sam-1"], ["sam-3", "sub-1", "t", "sam-1"]]
        read = dataset(tmp_path, samples=[head, *rows])
        problem = one(read.findings, "L531")
        assert problem.message == "This sample comes from itself: 'sam-1' -> 'sam-2' -> 'sam-1'."
        assert [str(place) for place in (problem.place, *problem.related)] == ["samples.csv!D2", "samples.csv!D3"]

    def test_a_sample_id_under_two_subjects_is_told_since_sds_2_with_all_its_cells(self, tmp_path: Path) -> None:
        subjects = [*SUBJECTS, ["sub-2", "Rattus norvegicus", "F", "4 weeks"]]
        rows = [["sam-1", "sub-1", "t"], ["sam-2", "sub-1", "t"], ["sam-1", "sub-2", "t"]]
        read = dataset(tmp_path, subjects=subjects, samples=[SAMPLES[0], *rows])
        problem = one(read.findings, "L532")
        assert problem.message == "The sample id 'sam-1' is given to 2 samples."
        assert [str(place) for place in (problem.place, *problem.related)] == ["samples.csv!A2", "samples.csv!A4"]

    def test_in_sds_1_a_sample_id_may_repeat_under_another_subject(self, tmp_path: Path) -> None:
        same = [{"sample_id": "sam-1", "subject_id": f"sub-{n}"} for n in (1, 2)]
        folder = write(tmp_path, "1.2.3", {"subjects": [{}, {}], "samples": same})
        assert "L532" not in {finding.code for finding in read_dataset(folder).findings}

    def test_the_same_sample_id_under_two_subjects_is_no_circle(self, tmp_path: Path) -> None:
        head = [*SAMPLES[0], "was derived from"]
        rows = [["sam-1", "sub-1", "t", ""], ["sam-1", "sub-2", "t", "sub-1_sam-1"]]
        codes = [code for code, _ in found(tmp_path, samples=[head, *rows])]
        assert "L531" not in codes

    def test_a_sample_of_another_dataset_too_may_have_its_parent_there(self, tmp_path: Path) -> None:
        head = [*SAMPLES[0], "was derived from", "also in dataset"]
        read = dataset(tmp_path, samples=[head, ["sam-1", "sub-1", "t", "sam-9", "N:dataset:1"]])
        assert one(read.findings, "L530").severity == Severity.WARNING

    def test_nothing_is_said_of_sheets_that_are_not_there(self, tmp_path: Path) -> None:
        codes = [code for code, _ in found(tmp_path, without=["subjects"], samples=SAMPLES)]
        assert codes == ["R180"]


class TestFiles:
    def test_an_experiment_needs_subjects_unless_it_says_0(self, tmp_path: Path) -> None:
        read = dataset(tmp_path / "a", without=["subjects"])
        problem = one(read.findings, "R180")
        assert (str(problem.place), problem.severity) == ("subjects.xlsx", Severity.ERROR)
        assert found(tmp_path / "b", description(Number_of_subjects=["0"]), without=["subjects"]) == []

    def test_subjects_without_a_row_are_no_subjects(self, tmp_path: Path) -> None:
        assert [code for code, _ in found(tmp_path, subjects=[HEADERS])] == ["R162", "R181"]

    def test_samples_are_needed_where_they_are_counted(self, tmp_path: Path) -> None:
        assert found(tmp_path, description(Number_of_samples=["2"])) == [("R180", "samples.xlsx")]

    def test_a_missing_submission_is_a_warning(self, tmp_path: Path) -> None:
        read = dataset(tmp_path, without=["submission"])
        assert [(f.code, f.severity) for f in read.findings] == [("R180", Severity.WARNING)]


@pytest.mark.parametrize(
    ("version", "wanted"),
    [("2.1.0", "has CorrespondingAuthor at"), ("3.0.2", "has CorrespondingAuthor or ContactPerson at")],
)
def test_of_the_roles_of_a_contact_only_those_of_the_version_are_named(
    tmp_path: Path, version: str, wanted: str
) -> None:
    about = {"contributor_role": ["PrincipalInvestigator", "Researcher"]}
    told = one(read_dataset(write(tmp_path, version, {"dataset_description": about})).findings, "L541")
    assert wanted in told.message


def test_a_number_in_words_and_one_in_no_form_are_told_apart(tmp_path: Path) -> None:
    read = dataset(
        tmp_path, subjects=[HEADERS, ["sub-1", "rat", "Female", "twelve weeks"], ["sub-2", "rat", "Female", "P12"]]
    )
    assert one(read.findings, "S236").message == "'twelve weeks' at 'age' has no number in digits."
    assert one(read.findings, "S254").message == "'P12' at 'age' does not begin with a number and its unit."
