"""Column-wise sheets: the sheet's own record, and its groups as Tables, each value with its cell."""

from __future__ import annotations

import pytest
from sheet_makers import one, read, said

from sds2gen3.catalogue import Severity
from sds2gen3.sheets.grid import CellError

HEAD = ["Metadata element", "Description", "Example", "Value", "Value 2", "Value 3"]


def row(name: str, *values: object) -> list[object]:
    return [name, None, None, *values]


class TestTheSheetsOwnRecord:
    def test_lists_hold_all_value_cells_and_their_columns(self) -> None:
        found = read(
            "dataset_description", HEAD, row("    Title", "T"), row("Keywords", "a", None, "b"), row("Funding", "X")
        )
        [table] = found.tables["dataset_description"]
        assert table.columns == {"title": ["T"], "keywords": [["a", "b"]], "funding": [["X"]]}
        assert str(table.place(0, "keywords", 1)) == "dataset_description.xlsx!F3"
        assert found.findings == []

    def test_a_single_value_in_the_second_column_has_its_own_place(self) -> None:
        found = read("dataset_description", HEAD, row("Title", None, "T"))
        assert str(found.tables["dataset_description"][0].place(0, "title")) == "dataset_description.xlsx!E2"

    def test_several_values_where_one_is_expected_are_kept_with_a_warning(self) -> None:
        found = read("dataset_description", HEAD, row("Title", "T", "U"))
        assert found.tables["dataset_description"][0].columns["title"] == [["T", "U"]]
        assert said(found.findings) == [("S225", "dataset_description.xlsx!E2")]

    def test_rows_of_the_user_are_kept_and_rows_without_a_name_too(self) -> None:
        found = read("dataset_description", HEAD, row("Title", "T"), row("Mood", "good", "bad"), row("", "?"))
        [table] = found.tables["dataset_description"]
        assert (table.columns["mood"], table.columns["row_4"]) == ([["good", "bad"]], ["?"])
        assert table.user_columns == ("mood", "row_4")
        assert [code for code, _ in said(found.findings)] == ["S212", "S213"]

    def test_a_repeated_row_with_other_values_is_an_error(self) -> None:
        found = read("dataset_description", HEAD, row("Title", "T"), row("Name", "U"))
        assert said(found.findings) == [("S210", "dataset_description.xlsx!A3")]

    def test_an_error_value_is_no_value(self) -> None:
        found = read("dataset_description", HEAD, row("Title", CellError("#N/A")), row("Subtitle", "S"))
        assert found.tables["dataset_description"][0].columns == {"title": [None], "subtitle": ["S"]}
        assert said(found.findings) == [("R154", "dataset_description.xlsx!D2")]


class TestWhereTheValuesAre:
    def test_all_columns_from_value_on_whatever_they_are_called(self) -> None:
        head = ["Metadata element", "Description", "value 1", "Additional Values", None]
        found = read("dataset_description", head, ["Keywords", None, "a", "b", "c"])
        assert found.tables["dataset_description"][0].columns["keywords"] == [["a", "b", "c"]]

    def test_a_nameless_column_after_the_explanations(self) -> None:
        found = read("dataset_description", ["Metadata element", "Description", "Example", None], row("Name", "T"))
        assert found.tables["dataset_description"][0].columns["title"] == ["T"]
        assert said(found.findings) == [("R161", "dataset_description.xlsx!D1")]

    @pytest.mark.parametrize("typed", ["Vlaue", None, "Val", "VALUES "])
    def test_a_misspelt_or_blank_heading_before_value_2(self, typed: str | None) -> None:
        head = ["Metadata element", "Description", "Example", typed, "Value 2"]
        found = read("dataset_description", head, ["Keywords", None, None, "a", "b"])
        assert found.tables["dataset_description"][0].columns["keywords"] == [["a", "b"]]
        told = [] if typed == "VALUES " else [("R161", "dataset_description.xlsx!D1")]
        assert said(found.findings) == told
        assert {f.severity for f in found.findings} <= {Severity.ERROR}

    @pytest.mark.parametrize("typed", ["Notes", "Units", "Definition"])
    def test_another_column_before_value_2_is_not_taken_for_it(self, typed: str) -> None:
        head = ["Metadata element", "Description", typed, "Value 2"]
        found = read("dataset_description", head, ["Keywords", None, "a", "b"])
        assert found.tables["dataset_description"][0].columns["keywords"] == [["b"]]

    def test_a_sheet_without_headings(self) -> None:
        found = read("submission", ["Award number", "OT2"], ["Milestone achieved", "M1"])
        assert found.tables["submission"][0].columns == {"award_number": ["OT2"], "milestone_achieved": ["M1"]}
        assert said(found.findings) == [("R161", "submission.xlsx")]

    def test_a_sheet_without_any_known_name(self) -> None:
        found = read("submission", ["a", "b"])
        assert (said(found.findings), len(found.left_out)) == ([("R151", "submission.xlsx")], 2)


class TestBesideTheValues:
    def test_the_template_s_own_texts_are_left_out_without_a_word(self) -> None:
        found = read("dataset_description", HEAD, ["Title", None, "My SPARC dataset", "T"])
        assert [(c.value, c.reason) for c in found.left_out][-1] == ("My SPARC dataset", "template text")
        assert found.findings == []

    def test_a_value_typed_in_the_wrong_column_is_pointed_out(self) -> None:
        found = read("dataset_description", HEAD, ["Title", None, "Our rats", None], row("Subtitle", "S"))
        assert said(found.findings) == [("S223", "dataset_description.xlsx!C2")]

    def test_sections_hold_no_values(self) -> None:
        found = read("dataset_description", HEAD, row("Basic information", "hello"), row("Title", "T"))
        assert said(found.findings) == [("S224", "dataset_description.xlsx!D2")]

    def test_headings_that_repeat_are_no_field(self) -> None:
        found = read("dataset_description", HEAD, row("Title", "T"), HEAD, row("Subtitle", "S"))
        assert said(found.findings) == [("R160", "dataset_description.xlsx!row 3")]
        section = read(
            "code_description", [*HEAD], row("Input/Output Information", "Value", "Value 2"), row("RRID Term", "x")
        )
        assert section.findings == []


class TestGroups:
    def test_each_value_column_is_a_contributor(self) -> None:
        found = read(
            "dataset_description",
            HEAD,
            row("Contributor name", "Doe, Jane", None, "Roe, Richard"),
            row("Contributor ORCiD", None, None, "https://orcid.org/0000-0002-5497-0243"),
            row("Contributor role", "Creator", "DataCurator"),
        )
        [table] = found.tables["contributors"]
        assert table.columns["contributor_name"] == ["Doe, Jane", None, "Roe, Richard"]
        assert str(table.place(2, "contributor_orcid")) == "dataset_description.xlsx!F3"
        assert (table.transposed, table.noun, list(table.rows)) == (True, "contributor", [4, 5, 6])
        assert said(found.findings) == [("S227", "dataset_description.xlsx!E2")]

    def test_roles_that_came_with_the_template_make_no_contributor(self) -> None:
        roles = row("Contributor role", "PrincipalInvestigator", "CorrespondingAuthor")
        found = read("dataset_description", HEAD, row("Contributor name", "Doe, Jane"), roles)
        assert found.tables["contributors"][0].columns["contributor_name"] == ["Doe, Jane"]
        assert said(found.findings) == [("S222", "dataset_description.xlsx!E3")]
        assert [(c.value, c.reason) for c in found.left_out][-1] == ("CorrespondingAuthor", "template text")

    def test_relations_of_sds_1_become_related_identifiers(self) -> None:
        found = read(
            "dataset_description",
            HEAD,
            row("Originating Article DOI", "https://doi.org/10.1/a"),
            row("Protocol URL or DOI", "https://protocols.io/a", "https://protocols.io/b"),
            row("Additional Links", None, "https://github.com/a"),
            row("Link Description", None, "the code", "the lost"),
        )
        article, protocol, links = found.tables["related_identifiers"]
        assert article.columns["relation_type"] == ["IsDescribedBy"]
        assert protocol.columns == {
            "identifier": ["https://protocols.io/a", "https://protocols.io/b"],
            "relation_type": ["HasProtocol"] * 2,
            "sds_field": ["protocol_url_or_doi"] * 2,
        }
        assert str(protocol.place(1, "identifier")) == "dataset_description.xlsx!E3"
        assert links.columns["identifier_description"] == ["the code"]
        assert "relation_type" not in links.columns
        assert said(found.findings) == [("S226", "dataset_description.xlsx!F5")]

    def test_a_device_is_one_record(self) -> None:
        found = read("dataset_description", HEAD, row("Device type", "pump"), row("Device application", "a", "b"))
        [table] = found.tables["device"]
        assert table.columns == {"device_type": ["pump"], "device_application": [["a", "b"]]}
        assert one(found.findings, "S225").place is not None

    def test_each_column_of_a_submission_is_a_record(self) -> None:
        head = ["Submission Item", "Definition", "Value", "Value 2"]
        found = read("submission", head, ["Award number", None, "OT2", None], ["Milestone achieved", None, "M1", "M2"])
        assert found.tables["submission"][0].columns == {
            "award_number": ["OT2", None],
            "milestone_achieved": ["M1", "M2"],
        }

    def test_the_columns_of_code_descriptions_3_are_records_of_their_type(self) -> None:
        found = read(
            "code_description",
            ["Metadata element", "Description", "Example", "Value ", "Value 2", "Value 3", "Extend as needed"],
            row("TSR Column Type", "Link", "Rating", "Target"),
            row("TSR1: Clearly Defined Context", "https://a.b", 4),
            row("Input Parameter name", "x", "y"),
            row("Number of Inputs", 2),
        )
        assert found.tables["tsr"][0].columns["tsr_column_type"] == ["Link", "Rating"]
        assert found.tables["code_inputs"][0].columns["input_parameter_name"] == ["x", "y"]
        assert found.tables["code_description"][0].columns == {"number_of_inputs": [2]}

    def test_an_untouched_code_description_2_makes_no_record(self) -> None:
        rating = "TSR1: Define Context Clearly Rating (0-4)"
        found = read("code_description", HEAD[:4], row(rating, 0), row("Number of Inputs", 10), row("RRID Term"))
        assert len(found.tables["code_description"][0]) == 0
        assert said(found.findings) == [("S222", "code_description.xlsx!D3")]
        answered = read("code_description", HEAD[:4], row(rating, 0), row("RRID Term", "ImageJ"))
        assert answered.tables["code_description"][0].columns["tsr1_define_context_clearly_rating_0_4"] == [0]


@pytest.mark.parametrize("spelling", ["Metadata Element", "metadata_element", "Element"])
def test_the_heading_over_the_names_may_be_spelt_as_one_likes(spelling: str) -> None:
    found = read("dataset_description", [spelling, "Value"], ["Title ", "T"], ["keywords", "k"])
    assert found.tables["dataset_description"][0].columns == {"title": ["T"], "keywords": [["k"]]}
