"""Which SDS version a dataset has (SPEC section 2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sheet_makers import LAYOUTS, SUBJECTS, dataset, description, one, read

from sds2gen3.sheets.rules.detect import detect_version


def version(*values: Any, files: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    """The version of a dataset that gives these values."""
    head = ["Metadata element", "Description", "Example", "Value", "Value 2"]
    about = read("dataset_description", head, ["Metadata version", None, None, *values], ["Title", None, None, "T"])
    found, findings = detect_version([about], files, LAYOUTS)
    return found, [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.1, "1.1"),
        (1.2, "1.2"),
        ("1.2.3", "1.2.3"),
        (" v2.1.0 ", "2.1.0"),
        (2, "2.0.0"),
        ("SDS 3.0.2", "3.0.2"),
        ("2.0", "2.0.0"),
    ],
)
def test_the_value_decides_however_it_is_typed(value: Any, expected: str) -> None:
    assert version(value) == (expected, [])


@pytest.mark.parametrize(
    ("value", "expected", "code"),
    [
        ("3.0.3", "3.0.2", "R172"),
        ("2.0.7", "2.0.0", "R172"),
        ("9.9", "3.0.2", "R171"),
        ("2.2.0", "2.1.0", "R171"),
        ("0.5", "1.0", "R171"),
        ("latest", "1.0", "R171"),
    ],
)
def test_of_an_unknown_version_the_nearest_rules_are_used(value: str, expected: str, code: str) -> None:
    assert version(value) == (expected, [code])


def test_of_several_versions_the_highest_is_used() -> None:
    assert version("2.0.0", "2.1.0") == ("2.1.0", ["R173"])
    assert version("2.0.0", "2.0") == ("2.0.0", [])


def test_description_and_example_only_help_out() -> None:
    head = ["Metadata element", "Description", "Example", "Value"]
    both = read("dataset_description", head, ["Metadata Version", "2.0.0", "2.0.0", "2.1.0"])
    assert detect_version([both], (), LAYOUTS) == ("2.1.0", [])
    alone = read("dataset_description", head, ["Metadata Version", "2.0.0", "2.1.0", None], ["Title", None, None, "T"])
    found, findings = detect_version([alone], (), LAYOUTS)
    assert (found, str(one(findings, "R175").place)) == ("2.1.0", "dataset_description.xlsx!C2")


def test_without_a_version_headers_and_files_decide() -> None:
    old = read("subjects", ["subject_id", "pool_id"], ["sub-1", "pool-1"])
    new = read("subjects", ["subject id", "metadata only"], ["sub-1", True])
    assert detect_version([old], (), LAYOUTS)[0] == "1.2"
    assert detect_version([new], (), LAYOUTS)[0] == "3.0.0"
    assert detect_version([new], (), LAYOUTS)[1] == []  # that there is no dataset_description is told by itself


def test_what_contradicts_the_version_is_pointed_out() -> None:
    assert version("2.0.0", files=("derivatives/a.txt",)) == ("2.0.0", ["R174"])
    head = ["Metadata element", "Value"]
    about = read("dataset_description", head, ["Metadata version", "1.2.3"])
    sites = read("sites", ["site id", "specimen id"], ["site-1", "sub-1"])
    found, findings = detect_version([about, sites], (), LAYOUTS)
    assert (found, str(one(findings, "R174").place)) == ("1.2.3", "sites.xlsx")


def test_the_data_standard_s_version_is_never_taken(tmp_path: Path) -> None:
    about = description(Metadata_Version=None, Data_standard_version=["3.0.1"])
    found = dataset(tmp_path, about, subjects=[[h.replace(" ", "_") for h in SUBJECTS[0]], SUBJECTS[1]])
    assert found.version != "3.0.1"
    assert one(found.findings, "R170").message.startswith("The dataset does not give its SDS version")


def test_a_folder_without_any_metadata_has_no_version_to_speak_of() -> None:
    assert detect_version([], (), LAYOUTS) == ("1.0", [])


def looks_like_3_0_2(stated: Any) -> tuple[str, list[Any]]:
    """The version that is read, and the findings, of sheets of SDS 3.0.2 that state another."""
    head = ["Metadata element", "Value"]
    about = read("dataset_description", head, ["Metadata version", stated], ["License", "MIT"], ["Number of sites", 1])
    headers = ["subject id", "metadata only", "number of directly derived samples"]
    return detect_version([about, read("subjects", headers, ["sub-1", False, 0])], (), LAYOUTS)


@pytest.mark.parametrize("stated", ["1.2.3", "2.0.0", "2.1.0"])
def test_where_all_sheets_contradict_the_version_theirs_is_used_and_told_once(stated: str) -> None:
    found, findings = looks_like_3_0_2(stated)
    assert (found, [(f.code, f.severity.label, str(f.place)) for f in findings]) == (
        "3.0.2",
        [("R174", "error", "dataset_description.xlsx!B2")],
    )
    assert findings[0].hint == "Write 3.0.2."


def test_another_patch_is_no_clear_contradiction() -> None:
    found, findings = looks_like_3_0_2("3.0.0")
    assert (found, [(f.code, f.severity.label) for f in findings]) == ("3.0.0", [("R174", "warning")])


@pytest.mark.parametrize("stated", ["3.0", 3, 3.0])
def test_the_headers_tell_which_patch_is_meant(stated: Any) -> None:
    found, findings = looks_like_3_0_2(stated)
    assert (found, str(one(findings, "R176").place)) == ("3.0.2", "dataset_description.xlsx!B2")


def test_without_headers_of_a_later_patch_it_is_the_first() -> None:
    assert version("3.0") == ("3.0.0", ["R176"])


def test_what_only_lacks_the_news_of_its_version_is_read_by_the_older_rules() -> None:
    about = read("dataset_description", ["Metadata element", "Value"], ["Metadata version", "3.0.2"], ["Subtitle", "T"])
    award = read("submission", ["Submission Item", "Value"], ["Award number", "OT2OD025349"])
    found, findings = detect_version([about, award], (), LAYOUTS)
    assert (found, one(findings, "R174").hint) == (
        "2.0.0",
        "Write 2.0.0 as the version, or use the templates of SDS 3.0.2.",
    )


def test_a_header_that_the_version_only_spells_otherwise_is_to_be_mended() -> None:
    about = read(
        "dataset_description", ["Metadata element", "Value"], ["Metadata version", "3.0.2"], ["License", "MIT"]
    )
    subjects = read("subjects", ["Subject_ID", "metadata only"], ["sub-1", False])
    told = one(detect_version([about, subjects], (), LAYOUTS)[1], "R174")
    assert (str(told.place), told.hint) == ("subjects.xlsx!A1", "Write 'subject id'.")
