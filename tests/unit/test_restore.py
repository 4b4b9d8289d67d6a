"""Records back to sheets: rules read from right to left, hostile records, and what is said of what cannot come back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from builders import dataset, table
from openpyxl import load_workbook
from pipeline import declared, run
from restoring import NEWEST, back_and_forth, restored, upgraded, written
from sheet_makers import LAYOUTS

from sds2gen3.errors import DataError
from sds2gen3.mapping.rules import PropertyRule, Transform
from sds2gen3.mapping.transforms import ONE_WAY, TRANSFORMS, apply, undo
from sds2gen3.model import Dataset, LeftOut, Table
from sds2gen3.place import Place
from sds2gen3.restore.cells import joined
from sds2gen3.restore.compare import compare
from sds2gen3.restore.findings import of_restored, of_upgrade, of_written
from sds2gen3.restore.identity import natural
from sds2gen3.restore.inverse import back, one_way
from sds2gen3.restore.paths import sheet_file
from sds2gen3.restore.tables import Restored

MAPPING, _ = declared("sds", "sds")
NEEDS = {"dataset": "ds", "program": "p", "project": "q"}
EXPERIMENT = {"type": "experiment", "submitter_id": "ds", "projects": {"code": "q"}, "sds_version": "2.0.0"}


def case(name: str, **values: Any) -> dict[str, Any]:
    return {
        "type": "case",
        "submitter_id": f"ds:{name}",
        "experiments": {"submitter_id": "ds"},
        "subject_id": name,
        **values,
    }


def from_records(**records: list[dict[str, Any]]) -> Restored:
    return restored({"experiment": [EXPERIMENT], **records}, NEEDS)


def only(found: Dataset, name: str) -> Table:
    (one,) = found.tables[name]
    return one


# One value


@pytest.mark.parametrize(
    ("name", "argument", "cell"),
    [
        ("add_prefix", "RRID:", "RGD_1"),
        ("split", ",", "a,b"),
        ("join", ", ", ["a", "b"]),
        ("in_folder", "primary", "sub-1/a.csv"),
        ("in_folder", "primary/x", "../a.csv"),
        ("in_folder", "", "a.csv"),
    ],
)
def test_a_transform_is_undone(name: str, argument: Any, cell: Any) -> None:
    assert undo(apply(cell, name, argument), name, argument) == cell


def test_each_transform_is_undone_or_said_to_be_one_way() -> None:
    for name in (*TRANSFORMS, "join"):
        rule = PropertyRule("a", ("a",), transforms=(Transform(name, {"a": "b"} if name == "replace" else "x"),))
        assert bool(one_way(rule)) == (name in ONE_WAY)


def test_a_word_of_the_commons_becomes_the_sheets_word_that_is_spelt_alike() -> None:
    rule = PropertyRule("sex", ("sex",), values={"m": "Male", "male": "Male", "w": "Female"})
    assert [back(word, rule, "") for word in ("Male", "Female", "other", ["Male", "Female"])] == [
        "male",
        "w",
        "other",
        ["male", "w"],
    ]
    assert "one word for several" in one_way(rule)


def test_what_the_mapping_wrote_for_a_blank_is_a_blank_again() -> None:
    rule = PropertyRule("strain", ("strain",), blank="NA")
    assert (back("NA", rule, ""), back(["NA"], rule, ""), back("Wistar", rule, "")) == (None, None, "Wistar")


@pytest.mark.parametrize(
    ("items", "split", "cell"),
    [
        (["pool-1", "pool-2"], r"[\s,;]+", "pool-1 pool-2"),
        (["heart", "vagus nerve"], r"\s*[,;]\s*", "heart, vagus nerve"),
        (["a.csv", "b, c.csv"], r"\s*\n\s*", "a.csv\nb, c.csv"),
        (["only"], r"[\s,;]+", "only"),
        ([], r"[\s,;]+", None),
        (["a", "b"], None, "a, b"),
    ],
)
def test_items_are_joined_so_that_they_come_apart_again(items: list[str], split: str | None, cell: str | None) -> None:
    assert joined(items, split) == cell


def test_ids_are_sorted_as_people_count() -> None:
    assert sorted(["sub-10", "sub-2", "sub-1"], key=natural) == ["sub-1", "sub-2", "sub-10"]


# Records


def test_records_become_rows_with_lists_and_own_columns() -> None:
    found = from_records(
        case=[
            case("sub-10", sex="Male"),
            case("sub-2", pool_id=["pool-1", "pool-2"], additional_fields='{"Ear tag": 7}'),
        ]
    )
    subjects = only(found.dataset, "subjects")
    assert subjects.columns == {
        "subject_id": ["sub-2", "sub-10"],
        "sex": [None, "Male"],
        "pool_id": [["pool-1", "pool-2"], None],
        "ear_tag": [7, None],
    }
    assert subjects.user_columns == ("ear_tag",)
    assert found.version == "2.0.0"


def test_an_id_tells_what_no_property_carries() -> None:
    """The log of SDS 1.2 has the path of its sheet in its id only."""
    log = {
        "type": "performance_log",
        "submitter_id": "ds:primary/plog.xlsx:2",
        "timestamp": "t",
        "folder": "primary/perf-1",
    }
    found = from_records(performance_log=[log])
    plog = only(found.dataset, "plog")
    assert (plog.file, plog.columns) == ("primary/plog.xlsx", {"folder": ["perf-1"], "timestamp": ["t"]})


@pytest.mark.parametrize(
    "stated",
    [
        *(
            "../../etc/manifest.xlsx",
            "/etc/manifest.xlsx",
            "a/../../manifest.xlsx",
            "C:/x/manifest.xlsx",
            "a\\..\\b.xlsx",
        ),
        *("aux/manifest.xlsx", "a//manifest.xlsx", "a /manifest.xlsx", "a\0/manifest.xlsx", "x" * 300, 7, ".", ".."),
    ],
)
def test_no_record_leads_out_of_the_folder(stated: Any, tmp_path: Path) -> None:
    assert sheet_file("manifest", stated) is None
    row = {"type": "manifest", "submitter_id": "ds:a.csv", "filename": "a.csv", "manifest_file": stated}
    found = from_records(manifest=[row])
    assert only(found.dataset, "manifest").file == "manifest.xlsx"
    told = [one.code for one in of_restored(found, MAPPING, "2.0.0", LAYOUTS)]
    assert told.count("M344") == 1
    written(found.dataset, "2.0.0", tmp_path / "inside" / "a")
    assert sorted(path.name for path in (tmp_path / "inside").iterdir()) == ["a"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inside"]


@pytest.mark.parametrize(
    ("stated", "file"), [("primary/manifest.csv", "primary/manifest.xlsx"), (None, "manifest.xlsx")]
)
def test_a_sheet_is_written_where_it_was(stated: str | None, file: str) -> None:
    assert sheet_file("manifest", stated) == file


def test_what_has_no_place_in_a_sheet_is_told(tmp_path: Path) -> None:
    stray = {"type": "code_parameter", "submitter_id": "x", "direction": "neither"}
    found = from_records(case=[case("sub-1", additional_fields="no JSON")], code_parameter=[stray])
    codes = {one.code: one.message for one in of_restored(found, MAPPING, "2.0.0", LAYOUTS)}
    assert codes == {
        "M340": "'additional_fields' of 1 record of 'case' is made from no field of a sheet.",
        "M341": "1 record of 'code_parameter' is made by no rule of the mapping 'sds'.",
    }


def test_the_bundled_mapping_carries_every_field_of_every_version() -> None:
    for version in LAYOUTS.versions:
        told = list(of_restored(from_records(), MAPPING, version, LAYOUTS))
        assert [one.message for one in told if one.code == "M343"] == []


def test_records_of_one_row_are_one_row_again() -> None:
    """experiment and dataset_description are both made from the sheet dataset_description."""
    about = {"type": "dataset_description", "submitter_id": "ds:description", "title": "T", "keywords": ["a", "b"]}
    found = from_records(dataset_description=[about])
    assert only(found.dataset, "dataset_description").columns == {"title": ["T"], "keywords": [["a", "b"]]}


def test_records_that_say_two_things_of_a_cell_are_told() -> None:
    found = from_records(case=[case("sub-1", sex="Male"), {**case("sub-1", sex="Female"), "submitter_id": "ds:sub-1"}])
    assert only(found.dataset, "subjects").columns["sex"] == ["Male", "Female"], "two records are two rows"


def test_an_old_row_of_links_keeps_its_row() -> None:
    rows = [
        {
            "type": "related_identifier",
            "submitter_id": f"ds:{field}:{n}",
            "identifier": f"https://doi.org/10.1/{n}",
            "sds_field": field,
        }
        for n, field in ((1, "protocol_url_or_doi"), (2, "protocol_url_or_doi"), (1, "originating_article_doi"))
    ]
    found = from_records(related_identifier=rows)
    assert sorted(only(found.dataset, "related_identifiers").columns["sds_field"]) == [
        "originating_article_doi",
        "protocol_url_or_doi",
        "protocol_url_or_doi",
    ]


def test_a_relation_goes_to_its_own_row_where_that_says_it_all(tmp_path: Path) -> None:
    """SDS 1 has rows for articles, protocols and other links; an identifier with a type and a relation needs its own rows."""
    plain = {"identifier": ["https://doi.org/10.1/a", "https://b.org"], "relation_type": ["HasProtocol", None]}
    typed = {"identifier": ["https://doi.org/10.1/a"], "relation_type": ["Cites"], "identifier_type": ["DOI"]}
    about = table("dataset_description", {"metadata_version": ["1.2.3"], "title": ["T"]}, transposed=True)
    rows = []
    for at, columns in enumerate((plain, typed)):
        links = table("related_identifiers", columns, transposed=True, labels={}, file="dataset_description.xlsx")
        done = written(dataset(about, links, version="1.2.3"), "1.2.3", tmp_path / str(at))
        assert done.comparison.equal
        sheet = load_workbook(tmp_path / str(at) / "dataset_description.xlsx").worksheets[0]
        rows.append({row[0].value: row[2].value for row in sheet.iter_rows(min_row=2) if row[2].value is not None})
    assert (rows[0]["Protocol URL or DOI"], rows[0]["Additional Links"]) == ("https://doi.org/10.1/a", "https://b.org")
    assert (rows[1]["Identifier"], rows[1]["Relation type"]) == ("https://doi.org/10.1/a", "Cites")


# Workbooks


def test_a_value_that_a_sheet_cannot_hold_is_told_and_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    long = "x" * 40_000
    done = written(dataset(table("subjects", {"subject_id": ["sub-1"], "sex": [long]})), "2.0.0", tmp_path / "a")
    (told,) = of_written(done.comparison)
    assert (told.code, told.message) == ("S297", "1 value of 'sex' (subjects) did not come back from the workbook.")
    subjects = done.dataset.table("subjects")
    assert subjects is not None
    assert subjects.columns["sex"] == ["x" * 32_767]


def test_more_than_a_sheet_holds_is_refused(tmp_path: Path) -> None:
    many = table("dataset_description", {"keywords": [["k"] * 20_000]}, transposed=True)
    with pytest.raises(DataError) as caught:
        written(dataset(many), "2.0.0", tmp_path / "a")
    assert caught.value.diagnostics[0].code == "U675"
    assert not (tmp_path / "a").exists()


def test_a_field_that_no_template_has_gets_a_header_that_is_read_back(tmp_path: Path) -> None:
    columns = {
        "filename": ["a.csv"],
        "is_derived_from": [["b.csv", "c.csv"]],
        "additional_types": [["text/csv"]],
        "pattern": [None],
    }
    done = written(dataset(table("manifest", columns, labels={})), "2.0.0", tmp_path / "a")
    assert done.comparison.equal
    sheet = load_workbook(tmp_path / "a/manifest.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]][-2:] == ["is derived from", "additional types"]


def test_values_under_a_heading_of_the_template_stay_under_it(tmp_path: Path) -> None:
    done = written(
        dataset(table("manifest", {"filename": ["a"], "additional_metadata": ["b"]})), "2.0.0", tmp_path / "a"
    )
    assert done.comparison.equal
    headers = [cell.value for cell in load_workbook(tmp_path / "a/manifest.xlsx").worksheets[0][1]]
    assert headers.count("Additional Metadata") == 1


def test_yes_and_no_are_written_as_the_template_has_them(tmp_path: Path) -> None:
    people = table(
        "contributors", {"contributor_name": ["A, B", "C, D"], "is_contact_person": [True, False]}, transposed=True
    )
    about = table("dataset_description", {"metadata_version": ["1.2.3"], "title": ["T"]}, transposed=True)
    done = written(dataset(about, people, version="1.2.3"), "1.2.3", tmp_path / "a")
    contributors = done.dataset.table("contributors")
    assert contributors is not None
    assert contributors.columns["is_contact_person"] == ["Yes", "No"]


def test_a_sheet_that_the_version_does_not_have_looks_as_in_the_last_that_had_it(tmp_path: Path) -> None:
    before = dataset(table("plog", {"folder": ["perf-1"], "timestamp": ["t"]}), version="1.2.3")
    done = written(upgraded(before).dataset, NEWEST, tmp_path / "a")
    assert done.comparison.equal
    told = list(of_upgrade(before, done.dataset, (), NEWEST, LAYOUTS))
    assert [(one.code, str(one.place)) for one in told] == [("S293", "plog.xlsx")]


def test_cells_that_were_not_read_are_listed_but_for_the_templates_own() -> None:
    cells = [
        LeftOut(Place("a.xlsx", "S", 1, n), "x", reason)
        for n, reason in ((1, "header"), (2, "beside the table"), (3, "beside the table"))
    ]
    before = Dataset("", "ds", "2.0.0", {}, left_out=cells)
    (told,) = of_upgrade(before, dataset(), (), NEWEST, LAYOUTS)
    assert (told.code, str(told.place), len(told.related)) == ("S296", "a.xlsx!B1", 1)


# Comparing


def test_a_comparison_counts_by_field() -> None:
    one = dataset(table("subjects", {"subject_id": ["sub-1", "sub-2"], "age": [12, "4 weeks"], "sex": ["Male", None]}))
    other = dataset(
        table("subjects", {"subject_id": ["sub-2", "sub-1"], "age": ["5 weeks", "12"], "strain": ["Wistar", None]})
    )
    counts = compare(one, other, LAYOUTS).by_field()
    assert counts == {
        ("subjects", "age"): {"same": 0, "respelt": 1, "lost": 1, "added": 0},
        ("subjects", "sex"): {"same": 0, "respelt": 0, "lost": 1, "added": 0},
        ("subjects", "strain"): {"same": 0, "respelt": 0, "lost": 0, "added": 1},
        ("subjects", "subject_id"): {"same": 2, "respelt": 0, "lost": 0, "added": 0},
    }


def test_the_order_of_rows_and_of_own_columns_does_not_count() -> None:
    one = dataset(
        table(
            "subjects", {"subject_id": ["sub-1", "sub-2"], "tag": [1, 2]}, user_columns=("tag",), labels={"tag": "Tag"}
        )
    )
    other = dataset(
        table(
            "subjects", {"tag": [2, 1], "subject_id": ["sub-2", "sub-1"]}, user_columns=("tag",), labels={"tag": "TAG"}
        )
    )
    assert compare(one, other, LAYOUTS).equal
    assert not compare(
        one, dataset(table("subjects", {"subject_id": ["sub-1", "sub-2"], "tag": [2, 1]})), LAYOUTS
    ).equal


def test_rows_without_a_name_are_rows_of_their_own(tmp_path: Path) -> None:
    """Two of them were one in the record, so that one was lost."""
    rows = [
        ["Metadata element", "Description", "Value"],
        ["Metadata version", "", "2.0.0"],
        ["Title", "", "T"],
        ["", "", "one"],
        ["", "", "two"],
    ]
    (tmp_path / "d").mkdir()
    with (tmp_path / "d/dataset_description.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    found = run(tmp_path / "d")
    assert found.records("dataset_description")[0]["additional_fields"] == '{"row_4":"one","row_5":"two"}'
    assert back_and_forth(found.dataset, found.graph, tmp_path / "a").equal
