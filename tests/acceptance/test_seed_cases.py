"""Every case of ../shared/acceptance/seed_cases.json, on which the existing converter loses or spoils data.

Each test is named for its case; where a case has no folder, its input is built from the description.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pipeline import SERVED, SHARED, Run, copied, run

from sds2gen3 import load_dictionary, load_mapping
from sds2gen3.dictionary import check as check_dictionary

SEEDS = SHARED / "acceptance/seed_cases"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared material is not beside the project (../shared)")

HEADERS = [
    "subject id", "pool id", "subject experimental group", "age", "sex", "species", "strain", "RRID for strain",
    "age category", "also in dataset", "member of", "laboratory internal id", "date of birth", "body mass",
]  # fmt: skip
GOOD = ["sub-1", "p", "g", "1y", "F", "h", "s", "r", "a", "d", "m", None, None, None]


def labours(folder: Path) -> Run:
    """The folder's whole way to the 12 LABOURS commons, for which the existing converter was made."""
    return run(folder, "12labours", SERVED, dataset="ds1")


def write_sheet(path: Path, rows: list[list[Any]], text_columns: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for letter in text_columns:
        for cell in sheet[letter]:
            cell.number_format = "@"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def with_subjects(tmp_path: Path, rows: list[list[Any]], seed: str = "01_samples_dropped") -> Path:
    """A copy of a seed dataset with other rows in its subjects sheet."""
    folder = copied(SEEDS / seed, tmp_path)
    write_sheet(folder / "subjects.xlsx", [HEADERS, *rows])
    return folder


def row(**changed: Any) -> list[Any]:
    """A good subjects row with these cells changed, by header."""
    values = dict(zip(HEADERS, GOOD, strict=True))
    values.update({name.replace("_", " "): value for name, value in changed.items()})
    return list(values.values())


def subject(found: Run, number: int = 0) -> dict[str, Any]:
    return found.records("case")[number]


def test_every_case_has_its_test() -> None:
    cases = {case["id"] for case in json.loads((SHARED / "acceptance/seed_cases.json").read_text())}
    tested = {name.split("_")[1].upper() for name in globals() if name.startswith("test_") and name[5] in "bc"}
    assert cases <= tested, cases - tested


def test_b1_every_sheet_is_mapped_or_listed(tmp_path: Path) -> None:
    folder = copied(SEEDS / "01_samples_dropped", tmp_path)
    write_sheet(folder / "resources.xlsx", [["RRID", "URL", "Vendor", "Version"], ["RRID:AB_1", "u", "v", "1"]])
    assert [r["sample_id"] for r in run(folder).records("sample")] == ["sam-1"]
    assert [r["rrid"] for r in run(folder).records("resource")] == ["RRID:AB_1"]
    found = labours(folder)
    assert [r["sample_id"] for r in found.records("sample")] == ["sam-1"]
    assert {f"resources.xlsx!{c}2" for c in "ABCD"} <= found.unmapped().keys()


def test_b2_samples_get_their_own_id_and_link_to_their_case() -> None:
    for found in (run(SEEDS / "02_samples_enabled", dataset="ds1"), labours(SEEDS / "02_samples_enabled")):
        samples = found.records("sample")
        assert [s["submitter_id"] for s in samples] == ["ds1:sub-1:sam-1", "ds1:sub-1:sam-2"]
        assert [s["cases"] for s in samples] == [{"submitter_id": subject(found)["submitter_id"]}] * 2


def test_b2_the_same_sample_twice_is_an_error_at_both_rows(tmp_path: Path) -> None:
    folder = copied(SEEDS / "02_samples_enabled", tmp_path)
    write_sheet(folder / "samples.xlsx", [["sample id", "subject id"], ["sam-1", "sub-1"], ["sam-1", "sub-1"]])
    assert "S290" in run(folder).codes("samples.xlsx!A2") & run(folder).codes("samples.xlsx!A3")


def test_b3_a_missing_required_value_is_an_error_and_words_are_kept() -> None:
    found = labours(SEEDS / "03_NA_fill")
    assert found.errors("subjects.xlsx!E2")
    record = subject(found)
    assert "sex" not in record
    assert (record["age"], record["strain"], record["member_of"]) == ("n/a", "None", "NULL")
    assert record["laboratory_internal_id"] == "NA"


def test_b5_numbers_take_the_dictionary_s_type_and_it_is_told() -> None:
    found = labours(SEEDS / "05_numeric_types")
    assert (subject(found)["age"], subject(found)["body_mass"]) == ("30", "20.5")
    assert "M303" in found.codes("subjects.xlsx!D2")
    assert not found.errors("subjects.xlsx!D2")


def test_b7_text_stays_exact_text(tmp_path: Path) -> None:
    found = labours(SEEDS / "40_bool_text")
    assert [r["laboratory_internal_id"] for r in found.records("case")] == ["TRUE", "FALSE"]
    found = labours(SEEDS / "43_int_col_with_gap")
    assert [r["laboratory_internal_id"] for r in found.records("case")] == ["7", None]
    digits = "12345678901234567890"
    folder = with_subjects(
        tmp_path, [row(laboratory_internal_id="1E5"), row(subject_id="sub-2", laboratory_internal_id=digits)]
    )
    assert [r["laboratory_internal_id"] for r in run(folder).records("case")] == ["1E5", digits]


def test_b10_ids_that_look_alike_stay_apart(tmp_path: Path) -> None:
    found = labours(SEEDS / "10_id_collision")
    ids = [r["submitter_id"] for r in found.records("case")]
    assert len(ids) == len({name.lower() for name in ids}) == 6
    assert "L522" not in found.codes()
    folder = copied(SEEDS / "01_samples_dropped", tmp_path)
    names = ["a/b.txt", "a-b.txt", "a_b.txt"]
    write_sheet(
        folder / "manifest.xlsx",
        [["filename", "timestamp", "description", "file type"], *([n, "t", "d", ".txt"] for n in names)],
    )
    assert len({r["submitter_id"] for r in labours(folder).records("manifest")}) == 3


def test_b12_two_rows_with_one_id_are_an_error_at_both() -> None:
    found = run(SEEDS / "11_dup_subject_ids")
    assert "S290" in found.codes("subjects.xlsx!A2") & found.codes("subjects.xlsx!A3")


def test_b14_a_header_twice_with_different_values_is_an_error(tmp_path: Path) -> None:
    found = run(SEEDS / "17_dup_header")
    assert found.errors("subjects.xlsx!D1") or found.errors("subjects.xlsx!P1")
    assert "subjects.xlsx!P2" in found.unmapped()
    folder = copied(SEEDS / "01_samples_dropped", tmp_path)
    head = ["filename", "additional types", "Additional Types"]
    write_sheet(folder / "manifest.xlsx", [head, ["a.txt", "x/y", None], ["b.txt", None, "x/z"]])
    kept = [r.get("additional_types") for r in run(folder).records("manifest")]
    assert [kept[0], kept[1]] == [["x/y"], ["x/z"]] or run(folder).report.errors


def test_b16_elements_are_known_however_they_are_spelled() -> None:
    (record,) = run(SEEDS / "22_dd_element_spelling").records("dataset_description")
    assert (record["title"], record["keywords"], record["number_of_subjects"]) == ("Lost title", ["k1"], 2)


def test_b17_the_header_is_known_however_it_is_spelled() -> None:
    (record,) = run(SEEDS / "23_dd_header_name").records("dataset_description")
    assert record["title"] == "T"


def test_b18_an_empty_required_element_is_an_error(tmp_path: Path) -> None:
    folder = copied(SEEDS / "01_samples_dropped", tmp_path)
    rows = [["Metadata element", "Description", "Example", "Value"], ["Metadata Version", None, None, "2.0.0"]]
    write_sheet(folder / "dataset_description.xlsx", [*rows, ["Title", None, None, None], ["Keywords"]])
    for found in (run(folder), labours(folder)):
        assert found.errors("dataset_description.xlsx!D3")
        assert found.errors("dataset_description.xlsx!D4")
        assert (
            "keywords" not in found.records("dataset_description")[0]
            or found.records("dataset_description")[0]["keywords"] is None
        )


def test_b19_na_and_none_are_kept_as_typed() -> None:
    (record,) = run(SEEDS / "25_dd_NA_text").records("dataset_description")
    assert record["study_organ_system"] == ["NA", "heart"]
    assert record["keywords"] == ["None", "a", "b"]


def test_b20_elements_of_another_version_are_not_lost() -> None:
    found = run(SEEDS / "26_dd_extra_section")
    assert [r["award_number"] for r in found.records("funding")] == ["OT2OD1"]
    assert [r["data_standard"] for r in found.records("standard")] == ["SPARC"]


@pytest.mark.parametrize("version", ["3.0.1", "3.0.2"])
def test_b20_the_lower_case_version_row_of_3_0_1_is_read(version: str) -> None:
    (record,) = run(SHARED / "sds/templates" / version).records("dataset_description")
    assert record["metadata_version"] == version


def test_b21_the_column_additional_metadata_is_mapped(tmp_path: Path) -> None:
    folder = copied(SEEDS / "01_samples_dropped", tmp_path)
    head = ["filename", "timestamp", "description", "file type", "Additional Metadata"]
    write_sheet(folder / "manifest.xlsx", [head, ["a.txt", "2023-01-01T00:00:00Z", "d", ".txt", "x=1"]])
    assert run(folder).records("manifest")[0]["additional_metadata"] == "x=1"
    assert labours(folder).records("manifest")[0]["additional_metadata"] == "x=1"


def test_b22_paths_count_from_the_manifest_s_folder_in_a_fixed_order() -> None:
    found = run(SEEDS / "27_manifest_relpath", dataset="ds1")
    assert [r["filename"] for r in found.records("manifest")] == ["primary/sub-1/a.txt", "primary/sub-2/a.txt"]
    assert len({r["submitter_id"] for r in found.records("manifest")}) == 2


def test_b23_a_date_cell_becomes_an_iso_date() -> None:
    assert subject(run(SEEDS / "19_dates"))["date_of_birth"] == "2020-01-02"


def test_b24_white_space_is_trimmed_with_a_note() -> None:
    found = run(SEEDS / "38_trailing_ws", dataset="ds1")
    assert (subject(found)["submitter_id"], subject(found)["sex"]) == ("ds1:sub-1", "F")
    assert found.at("subjects.xlsx!A2")


def test_b26_values_are_validated() -> None:
    found = labours(SEEDS / "36_bad_values_not_validated")
    assert found.errors("subjects.xlsx!P2") == ["'banana' is not one of the agreed words for 'disease or disorder'."]
    assert found.at("subjects.xlsx!Q2"), "'five' is no age"


def test_b27_program_and_title_are_used() -> None:
    found = run(SEEDS / "01_samples_dropped", program="prog", project="proj")
    assert found.graph.roots["program"]["name"] == "prog"
    assert found.records("experiment")[0]["projects"] == {"code": "proj"}
    assert labours(SEEDS / "01_samples_dropped").records("experiment")[0]["experimental_description"] == "T"
    assert found.records("dataset_description")[0]["title"] == "T"


def test_b28_the_declared_version_is_read() -> None:
    assert run(SEEDS / "35_version_210_declared").dataset.version == "2.1.0"


def test_b30_the_rows_of_1_2_3_are_mapped() -> None:
    found = run(SHARED / "sds/real/sparc-me-optical-mapping")
    (record,) = found.records("dataset_description")
    assert len(record["keywords"]) > 1
    assert all("," not in word for word in record["keywords"])
    assert any(r["is_contact_person"] for r in found.records("contributor"))
    assert [r["relation_type"] for r in found.records("related_identifier")] == ["HasProtocol"]


def test_c1_a_numeric_or_zero_padded_id_does_not_crash() -> None:
    found = run(SEEDS / "07_numeric_subject_id")
    assert subject(found)["subject_id"] == "101"
    assert found.at("subjects.xlsx!A2")
    assert subject(run(SEEDS / "08_text_subject_id_001"))["subject_id"] == "001"


def test_c2_a_row_without_id_is_a_finding_and_the_rows_below_are_kept(tmp_path: Path) -> None:
    found = run(SEEDS / "09_blank_row")
    assert found.errors("subjects.xlsx!A3")
    assert [r["subject_id"] for r in found.records("case")] == ["sub-1", "sub-2"]
    folder = with_subjects(tmp_path, [row(), [None] * len(HEADERS), row(subject_id="sub-2")])
    assert [r["subject_id"] for r in run(folder).records("case")] == ["sub-1", "sub-2"]


def test_c3_a_header_with_a_space_is_known() -> None:
    assert subject(run(SEEDS / "14_header_case_space"))["subject_id"] == "sub-1"


@pytest.mark.parametrize("seed", ["15_header_snake", "15b_header_snake_v1"])
def test_c3_headers_in_snake_case_are_known(seed: str) -> None:
    assert subject(run(SEEDS / seed))["subject_id"] == "sub-1"


def test_c4_a_numeric_header_is_a_column_of_the_user() -> None:
    assert subject(run(SEEDS / "18_numeric_header"))["additional_fields"] == '{"2023":"x"}'


def test_c5_a_time_cell_becomes_iso_text() -> None:
    assert subject(run(SEEDS / "20_time_cell"))["age"] == "10:30:00"


def test_c6_no_manifest_is_no_crash() -> None:
    found = run(SEEDS / "29_no_manifest")
    assert found.records("manifest") == []
    assert len(found.records("case")) == 1


def test_c7_no_subjects_is_a_finding_and_csv_is_read(tmp_path: Path) -> None:
    assert run(SEEDS / "30_no_subjects_computational").records("case") == []
    folder = copied(SEEDS / "41_subjects_csv", tmp_path)
    lines = [",".join(HEADERS), ",".join(value or "" for value in GOOD)]
    (folder / "subjects.csv").write_text("\n".join(lines), encoding="utf-8")
    assert subject(run(folder))["subject_id"] == "sub-1"


def test_c8_version_1_2_3_is_known(tmp_path: Path) -> None:
    folder = copied(SEEDS / "34_version_123", tmp_path)
    rows = [["Metadata element", "Description", "Example", "Value"], ["Name", None, None, "T"]]
    write_sheet(folder / "dataset_description.xlsx", [*rows, ["Metadata Version DO NOT CHANGE", None, None, "1.2.3"]])
    assert run(folder).dataset.version == "1.2.3"
    assert run(folder).records("dataset_description")[0]["title"] == "T"


def test_c9_declarations_may_be_given_as_text_or_path() -> None:
    folder = Path(__file__).parents[2] / "schemas/mappings/sds"
    assert load_mapping(str(folder)) == load_mapping(folder)
    dictionary = folder.parents[1] / "dictionaries/sds"
    assert load_dictionary(str(dictionary)).order == load_dictionary(dictionary).order


def test_c10_a_node_without_required_or_system_properties_loads(tmp_path: Path) -> None:
    node = {
        "id": "case",
        "title": "Case",
        "type": "object",
        "category": "administrative",
        "links": [],
        "properties": {"type": {"enum": ["case"]}},
    }
    file = tmp_path / "dictionary.json"
    file.write_text(json.dumps({"case": node}), encoding="utf-8")
    dictionary = load_dictionary(file)
    assert dictionary.nodes["case"].required == frozenset()
    assert isinstance(check_dictionary(dictionary), list)


@pytest.mark.parametrize("folder", sorted(p.name for p in SEEDS.iterdir()) if SEEDS.is_dir() else [])
def test_no_seed_crashes(folder: str) -> None:
    assert run(SEEDS / folder).dataset.name == folder
    assert labours(SEEDS / folder).dataset.name == folder
