"""Metadata as JSON documents (SPEC section 10): the accepted shapes, and places that are JSON pointers."""

from __future__ import annotations

from typing import Any

import pytest
from sheet_makers import LAYOUTS, one, said

from sds2gen3.model import Table
from sds2gen3.sheets.tables.documents import read_document
from sds2gen3.sheets.tables.outcome import SheetRead

RECORDS = [{"subject_id": "sub-1", "Age": "4 weeks"}, {"subject id": "sub-2"}]


def document(kind: str, content: Any) -> SheetRead:
    return read_document(content, f"{kind}.json", LAYOUTS.sheet(kind))


def only(found: SheetRead, name: str) -> Table:
    [table] = found.tables[name]
    return table


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (RECORDS[:1], "/0/subject_id"),
        ({"subjects": RECORDS[:1]}, "/subjects/0/subject_id"),
        ({"source": "us", "subjects": RECORDS[:1]}, "/subjects/0/subject_id"),
        (RECORDS[0], "/subject_id"),
        ({"sub-1": {"age": "4 weeks", "subject_id": "sub-1"}}, "/sub-1/subject_id"),
    ],
)
def test_the_accepted_shapes_of_records(content: Any, pointer: str) -> None:
    table = only(document("subjects", content), "subjects")
    assert (table.columns["subject_id"], table.columns["age"]) == (["sub-1"], ["4 weeks"])
    assert table.place(0, "subject_id").pointer == pointer


def test_an_object_of_ids_needs_no_id_inside() -> None:
    found = document("subjects", {"sub-1": {"age": "4 weeks"}, "a/b": {"age": "5 weeks"}})
    assert [table.columns["subject_id"] for table in found.tables["subjects"]] == [["sub-1"], ["a/b"]]
    assert found.tables["subjects"][1].place(0, "age").pointer == "/a~1b/age"


def test_a_key_that_some_records_lack_is_empty_there() -> None:
    table = only(document("subjects", [{"subject_id": "sub-1", "age": "4 weeks"}, {"subject_id": "sub-2"}]), "subjects")
    assert table.columns["age"] == ["4 weeks", None]


def test_two_keys_of_one_meaning_are_an_error_and_the_second_is_left_out() -> None:
    found = document("subjects", RECORDS)
    assert only(found, "subjects").columns["subject_id"] == ["sub-1", None]
    assert (
        one(found.findings, "S210").message == "'subject_id' and 'subject id' mean the same; only the first was read."
    )
    assert [(cell.place.pointer, cell.value) for cell in found.left_out] == [("/1/subject id", "sub-2")]


def test_lists_stay_lists_and_objects_become_text_with_a_note() -> None:
    found = document("samples", [{"sample_id": 7, "was_derived_from": ["sub-1", " sam-1"], "mine": {"b": 1, "a": [2]}}])
    table = only(found, "samples")
    assert table.columns["was_derived_from"] == [["sub-1", "sam-1"]]
    assert table.columns["mine"] == ['{"a": [2], "b": 1}']
    assert table.user_columns == ("mine",)
    assert sorted(said(found.findings)) == [
        ("R159", "samples.json#/0/mine"),
        ("S203", "samples.json#/0/sample_id"),
        ("S207", "samples.json#/0/was_derived_from"),
        ("S213", "samples.json#"),
    ]


@pytest.mark.parametrize("content", ["sub-1", 7, [], ["sub-1"], {"a": 1, "b": "c"}])
def test_what_holds_no_records_is_said_and_left_out(content: Any) -> None:
    found = document("subjects", content)
    assert [finding.code for finding in found.findings] == ["R158"]
    assert [cell.value for cell in found.left_out] == [content]


def test_a_description_with_a_list_of_contributors() -> None:
    found = document(
        "dataset_description",
        {
            "title": "T",
            "Keywords": ["a", "b"],
            "contributors": [{"contributor_name": "Doe, Jane"}, {"contributor_name": "Roe, R"}],
        },
    )
    assert only(found, "dataset_description").columns == {"title": ["T"], "keywords": [["a", "b"]]}
    contributors = only(found, "contributors")
    assert contributors.columns["contributor_name"] == ["Doe, Jane", "Roe, R"]
    assert str(contributors.place(1, "contributor_name")) == "dataset_description.json#/contributors/1/contributor_name"


def test_a_description_with_flat_lists_gives_the_same_contributors() -> None:
    found = document(
        "dataset_description", {"contributor_name": ["Doe, Jane", "Roe, R"], "contributor_role": ["Creator"]}
    )
    assert only(found, "contributors").columns == {
        "contributor_name": ["Doe, Jane", "Roe, R"],
        "contributor_role": ["Creator", None],
    }
