"""`type`, `project_id` and `id`: what the server reads before it looks at the schema, and links that use them."""

from __future__ import annotations

from typing import Any

import pytest
from builders import TEXT, dataset, dictionary, link, node, table

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.dictionary.types import NodeType
from sds2gen3.model import OMIT, Graph, NodeTable, Part
from sds2gen3.validate import validate

ID = "11111111-1111-4111-8111-11111111111{}"
NULLABLE = {"type": ["string", "null"]}
CASE = node("case", {"id": NULLABLE, "project_id": NULLABLE}, links=(link("projects", "project"),))
SAMPLE = node("sample", {}, links=(link("cases", "case"),))
SINGLE = node("sample", {}, links=(link("cases", "case", "one_to_many"),))
ROOTS = {
    "program": {"type": "program", "name": "sparc", "dbgap_accession_number": "sparc"},
    "project": {"type": "project", "code": "heart", "dbgap_accession_number": "heart"},
}


def records(name: str, *rows: dict[str, Any]) -> NodeTable:
    """Records a, b, c ... of a node, each with these properties, from the sheet `records`."""
    full = [{"type": name, "submitter_id": "abc"[number], **row} for number, row in enumerate(rows)]
    names = dict.fromkeys(key for row in full for key in row)
    columns = {key: [row.get(key, OMIT) for row in full] for key in names}
    sheet = table("records", columns)
    return NodeTable(name, (Part(columns, sheet, range(len(full)), {key: (key,) for key in names}, ragged=True),))


def found(*tables: NodeTable, case: NodeType = CASE, sample: NodeType = SAMPLE, roots: Any = ROOTS) -> list[Diagnostic]:
    graph = Graph(dataset(), {one.node: one for one in tables}, roots)
    return [d for d in validate(graph, dictionary(case, sample)) if d.code != "L524"]


def said(diagnostics: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(d.code, str(d.place), d.message) for d in diagnostics]


@pytest.mark.parametrize("value", [OMIT, "sparc-heart"])
def test_the_projects_own_id_may_be_given(value: Any) -> None:
    """[668]"""
    assert found(records("case", {"project_id": value})) == []


def test_the_id_of_another_project_is_refused() -> None:
    """[669]"""
    message = "This record says that it is in the project 'sparc-lung', but is submitted to 'sparc-heart'."
    wrong = found(records("case", {"project_id": "sparc-heart"}, {"project_id": "sparc-lung"}))
    assert said(wrong) == [("D457", "records.xlsx!C3", message)]
    assert found(records("case", {"project_id": "sparc-lung"}), roots={}) == []


@pytest.mark.parametrize("value", [None, ""])
def test_an_empty_project_id_is_refused(value: Any) -> None:
    assert [d.code for d in found(records("case", {"project_id": value}))] == ["D457"]


def test_an_id_of_the_server_may_be_given_once() -> None:
    """Of two new ones the server says that all went well, and stores neither, as in 666."""
    assert found(records("case", {"id": ID.format(1)}, {"id": ID.format(2)}, {"id": None})) == []
    (twice,) = found(records("case", {"id": ID.format(1)}, {"id": ID.format(1)}))
    assert (twice.code, str(twice.place), [str(place) for place in twice.related]) == (
        "D457",
        "records.xlsx!C2",
        ["records.xlsx!C3"],
    )


def test_a_record_is_of_the_type_that_it_names_whatever_the_schema_says() -> None:
    """[611-614]: some dictionaries take any text for `type`, the server does not."""
    plain = node("case", {"type": TEXT})
    wrong = found(records("case", {}, {"type": "Case"}), case=plain)
    message = "This record says that it is 'Case', but stands among those of 'case'."
    assert said(wrong) == [("D453", "records.xlsx!A3", message)]
    assert [d.code for d in found(records("case", {"type": "Case"}))] == ["D442"]


def test_a_record_without_type_is_refused_whatever_the_schema_says() -> None:
    """[613]"""
    schema = {**CASE.schema, "required": ["submitter_id"]}
    lenient = node("case", {})
    object.__setattr__(lenient, "schema", schema)
    object.__setattr__(lenient, "required", frozenset({"submitter_id"}))
    assert [d.code for d in found(records("case", {}, {"type": OMIT}), case=lenient)] == ["D453"]
    without = Part({"submitter_id": ["a"]}, table("records", {"submitter_id": ["a"]}), range(1))
    assert said(found(NodeTable("case", (without,)), case=lenient)) == [
        ("D453", "records.xlsx", "The records of 'case' do not say what they are.")
    ]


def test_the_server_has_no_property_that_is_not_in_the_dictionary_even_if_the_schema_is_open() -> None:
    open_case = node("case", {})
    object.__setattr__(open_case, "schema", {**open_case.schema, "additionalProperties": True})
    (surplus,) = found(records("case", {}, {"colour": "red"}, {"colour": "blue"}), case=open_case)
    assert (surplus.code, str(surplus.place)) == ("D448", "records.xlsx!C3")


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ({"id": ID.format(1)}, "L501", "This sample is linked by an id of the commons' own; only 'submitter_id' can"),
        ({"project_id": "sparc-lung"}, "L502", "This sample is linked to a case of another project."),
        ({"project_id": None}, "L502", "This sample is linked to a case of another project."),
    ],
)
def test_a_link_that_says_more_than_the_key(more: dict[str, Any], code: str, message: str) -> None:
    """With the server's own id both must agree [230]; with a project_id it looks there [940]."""
    cases = records("case", {})
    (wrong,) = found(cases, records("sample", {"cases": {"submitter_id": "a", **more}}))
    assert (wrong.code, str(wrong.place)) == (code, "records.xlsx!C2")
    assert wrong.message.startswith(message)


@pytest.mark.parametrize("more", [{"project_id": "sparc-heart"}, {"id": None}, {"node_id": ID.format(1)}, {"foo": 1}])
def test_a_link_may_say_more_than_the_key(more: dict[str, Any]) -> None:
    """[705]; an export has `node_id`, and can be sent again as it is [837]."""
    assert found(records("case", {}), records("sample", {"cases": {"submitter_id": "a", **more}})) == []


def test_a_project_in_another_case_is_a_warning() -> None:
    (warned,) = found(records("case", {"projects": {"code": "HEART"}}))
    assert (warned.code, warned.severity.label, warned.hint) == ("L505", "warning", "Write 'heart'.")


def test_a_record_that_names_its_parent_twice_is_one_child() -> None:
    twice = [{"submitter_id": "a"}, {"submitter_id": "A"}]
    assert [d.code for d in found(records("case", {}), records("sample", {"cases": twice}), sample=SINGLE)] == ["L505"]
    both = records("sample", {"cases": twice}, {"cases": {"submitter_id": "a"}})
    assert "L506" in [d.code for d in found(records("case", {}), both, sample=SINGLE)]
