"""Row-wise sheets: the headers are found wherever they are, and no row is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from sheet_makers import LAYOUTS, one, read, read_all, said

from sds2gen3.sheets.grid import CellError, Grid, UncachedFormula

HEADERS = {field: header for field, (header, _) in LAYOUTS.version_sheet("1.2.3", "subjects").headers.items()}
EXAMPLE = {HEADERS[field]: text for field, text in LAYOUTS.template("subjects").rows[-1].items()}  # row 3 of 1.2.3


def test_fields_have_their_canonical_names_whatever_the_header_s_spelling() -> None:
    found = read("subjects", ["Subject ID ", "experimental_group", "ageRange (MIN)"], ["sub-1", "Control", "3 weeks"])
    [table] = found.tables["subjects"]
    assert table.columns == {
        "subject_id": ["sub-1"],
        "subject_experimental_group": ["Control"],
        "age_range_min": ["3 weeks"],
    }
    assert table.labels["subject_id"] == "Subject ID"
    assert said(found.findings) == [("S209", "subjects.xlsx!A1")]


def test_blank_rows_do_not_end_the_sheet() -> None:
    found = read("subjects", ["subject id"], ["sub-1"], [None], ["  "], ["sub-2"], [None])
    [table] = found.tables["subjects"]
    assert (table.columns["subject_id"], list(table.rows)) == (["sub-1", "sub-2"], [2, 5])
    assert one(found.findings, "R152").message == "2 blank rows stand between the records."


def test_a_title_above_the_headers_is_skipped() -> None:
    found = read("subjects", ["Our rats"], [], ["subject id", "age"], ["sub-1", "4 weeks"])
    assert list(found.tables["subjects"][0].rows) == [4]
    assert said(found.findings) == [("R153", "subjects.xlsx!A1")]
    assert next((cell.value, cell.reason) for cell in found.left_out) == ("Our rats", "above the headers")


def test_headers_that_repeat_in_mid_sheet_are_no_record() -> None:
    found = read("subjects", ["subject id", "age"], ["sub-1", "4 weeks"], ["subject id", "age"], ["sub-2", "5 weeks"])
    assert found.tables["subjects"][0].columns["subject_id"] == ["sub-1", "sub-2"]
    assert said(found.findings) == [("R160", "subjects.xlsx!row 3")]


def test_no_known_header_at_all() -> None:
    found = read("subjects", ["a", "b"], [1, 2])
    assert said(found.findings) == [("R151", "subjects.xlsx")]
    assert (found.tables, len(found.left_out)) == ({}, 4)


def test_headers_alone_make_an_empty_table() -> None:
    found = read("manifest", ["filename", "description"])
    assert len(found.tables["manifest"][0]) == 0
    assert said(found.findings) == [("R162", "manifest.xlsx")]


def test_the_sheet_with_the_headers_is_read_even_if_it_is_the_second() -> None:
    notes = Grid("subjects.xlsx", "Notes", [["remember"]])
    data = Grid("subjects.xlsx", "Data", [["subject id"], ["sub-1"]])
    found = read_all("subjects", notes, data, Grid("subjects.xlsx", "Empty", []))
    assert found.tables["subjects"][0].sheet == "Data"
    assert one(found.findings, "R150").place is not None
    assert [(cell.place.sheet, cell.reason) for cell in found.left_out] == [
        ("Data", "header"),
        ("Notes", "another sheet"),
    ]


class TestColumnsOfTheUser:
    def test_are_kept_in_snake_case_with_a_note(self) -> None:
        found = read(
            "subjects",
            ["subject id", "Ear tag", "bodyTemp", 2023, dt.datetime(2020, 1, 2)],
            ["sub-1", 7, 37.5, "x", "y"],
        )
        [table] = found.tables["subjects"]
        assert table.user_columns == ("ear_tag", "body_temp", "2023", "2020_01_02")
        assert table.columns["ear_tag"] == [7]
        assert [code for code, _ in said(found.findings)] == ["S213"]
        assert [place.column for place in one(found.findings, "S213").related] == [3, 4, 5]

    def test_that_are_nearly_a_known_one_are_questioned(self) -> None:
        found = read("subjects", ["subject id", "specis"], ["sub-1", "rat"])
        assert one(found.findings, "S214").hint == "Did you mean 'species'?"

    def test_without_header_are_named_by_their_letter(self) -> None:
        found = read("subjects", ["subject id", None], ["sub-1", "x"])
        assert found.tables["subjects"][0].columns["column_b"] == ["x"]
        assert said(found.findings) == [("S212", "subjects.xlsx!B1")]

    def test_under_a_label_of_the_template_are_kept_and_an_empty_label_is_no_column(self) -> None:
        filled = read("manifest", ["filename", "Additional Metadata"], ["a.txt", "note"])
        assert filled.tables["manifest"][0].columns["additional_metadata"] == ["note"]
        assert said(filled.findings) == [("S215", "manifest.xlsx!B1")]
        blank = read("manifest", ["filename", "Additional Metadata"], ["a.txt", None])
        assert list(blank.tables["manifest"][0].columns) == ["filename"]
        assert blank.findings == []

    def test_never_take_the_name_of_a_known_field(self) -> None:
        found = read("subjects", ["subject id", "sample-type", "sex", "sex?"], ["sub-1", "x", "F", "F"])
        names = set(found.tables["subjects"][0].columns)
        assert names == {"subject_id", "sample_type", "sex"}


class TestTwoHeadersOfOneMeaning:
    def test_that_differ_are_an_error_that_names_both(self) -> None:
        found = read("samples", ["sample id", "sample type", "Specimen type"], ["sam-1", "tissue", "heart"])
        problem = one(found.findings, "S210")
        assert problem.message.startswith("'sample type' (B1) and 'Specimen type' (C1)")
        assert found.tables["samples"][0].columns["sample_type"] == ["tissue"]
        assert ("heart", "another header means the same") in [(cell.value, cell.reason) for cell in found.left_out]

    @pytest.mark.parametrize("second", ["sub-1", None])
    def test_that_say_the_same_are_merged(self, second: str | None) -> None:
        found = read("subjects", ["subject_id", "subject_id"], ["sub-1", second])
        assert said(found.findings) == [("S211", "subjects.xlsx!B1")]

    def test_the_one_with_values_is_read(self) -> None:
        found = read("subjects", ["subject id", "age", "Age"], ["sub-1", None, "4 weeks"])
        [table] = found.tables["subjects"]
        assert (table.columns["age"], str(table.place(0, "age"))) == (["4 weeks"], "subjects.xlsx!C2")


class TestTemplateRows:
    def test_the_example_row_is_dropped(self) -> None:
        assert (EXAMPLE["subject_id"], EXAMPLE["reference atlas"]) == ("sub-1", "Paxinos Rat V3")
        found = read("subjects", [*EXAMPLE], [*EXAMPLE.values()], ["sub-7", None, None, "5 weeks"])
        assert found.tables["subjects"][0].columns["subject_id"] == ["sub-7"]
        assert said(found.findings) == [("S220", "subjects.xlsx!row 2")]
        assert {cell.reason for cell in found.left_out} == {"header", "template text"}

    def test_an_example_row_that_was_edited_is_kept(self) -> None:
        edited = {**EXAMPLE, "age": "9 weeks"}
        found = read("subjects", [*edited], [*edited.values()])
        assert len(found.tables["subjects"][0]) == 1
        assert said(found.findings) == [("S221", "subjects.xlsx!row 2")]

    def test_a_real_subject_that_is_a_bit_like_the_example_is_a_subject(self) -> None:
        alike = {key: EXAMPLE[key] for key in ("subject_id", "age", "sex", "species", "strain")}
        found = read("subjects", [*alike], [*alike.values()])
        assert (len(found.tables["subjects"][0]), found.findings) == (1, [])

    def test_instructions_are_dropped_though_columns_were_deleted(self) -> None:
        texts = LAYOUTS.template("subjects").rows[-2]
        found = read("subjects", ["subject_id", "age"], [texts["subject_id"], texts["age"]], ["sub-1", "4 weeks"])
        assert found.tables["subjects"][0].columns["subject_id"] == ["sub-1"]
        assert said(found.findings) == [("S220", "subjects.xlsx!row 2")]


class TestCellsWithoutAValue:
    def test_error_values_and_formulas_without_result_are_errors_and_left_out(self) -> None:
        found = read("subjects", ["subject id", "age"], ["sub-1", CellError("#N/A")], ["sub-2", UncachedFormula("=B2")])
        assert said(found.findings) == [("R154", "subjects.xlsx!B2"), ("R155", "subjects.xlsx!B3")]
        assert found.tables["subjects"][0].columns["age"] == [None, None]
        assert [cell.reason for cell in found.left_out][-2:] == ["no value in the cell"] * 2

    def test_a_row_with_nothing_but_an_error_value_is_a_row(self) -> None:
        found = read("subjects", ["subject id", "age"], [None, CellError("#REF!")])
        assert len(found.tables["subjects"][0]) == 1


class TestHyperlinks:
    def read_url(self, text: str, target: str) -> tuple[str, list[str]]:
        found = read("subjects", ["subject id", "protocol url or doi"], ["sub-1", text], links={(2, 2): target})
        return found.tables["subjects"][0].columns["protocol_url_or_doi"][0], [f.code for f in found.findings]

    def test_text_that_is_a_link_counts_before_the_target(self) -> None:
        url = "https://protocols.io/view/a"
        assert self.read_url(url, "https://protocols.io/view/a/") == (url, [])
        assert self.read_url(url, "https://protocols.io/view/b") == (url, ["S234"])
        assert self.read_url("10.17504/protocols.io.x", "https://dx.doi.org/10.17504/protocols.io.x") == (
            "10.17504/protocols.io.x",
            [],
        )

    def test_the_target_counts_where_the_text_is_no_link(self) -> None:
        assert self.read_url("our protocol", "https://protocols.io/view/a") == ("https://protocols.io/view/a", ["S235"])


def test_user_columns_of_manifests_in_the_dialects_have_their_own_fields() -> None:
    headers = ["filename", "Additional Types", "isDerivedFrom", "is source of", "Supplemental JSON Metadata"]
    found = read("manifest", headers, ["a.json", "text/plain", "b\nc", "d", "{}"])
    [table] = found.tables["manifest"]
    assert list(table.columns) == [
        "filename",
        "additional_types",
        "is_derived_from",
        "is_source_of",
        "supplemental_json_metadata",
    ]
    assert (table.user_columns, found.findings) == ((), [])
    assert table.splits["is_derived_from"] == LAYOUTS.sheet("manifest").field("is_derived_from").split
