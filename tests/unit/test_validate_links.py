"""Links: there, right in number, to records that exist, and never in a circle."""

from __future__ import annotations

from typing import Any

import pytest
from builders import dataset, dictionary, link, node, table

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import LinkGroup, NodeType
from sds2gen3.model import OMIT, Graph, NodeTable, Part
from sds2gen3.validate import validate

SUBJECT = node("case", {})


def to(name: Any) -> dict[str, Any]:
    return {"submitter_id": name}


def subjects(*ids: str) -> NodeTable:
    sheet = table("subjects", {"subject_id": list(ids)})
    return NodeTable("case", (Part({"type": ["case"] * len(ids), "submitter_id": list(ids)}, sheet, range(len(ids))),))


def samples(**links: list[Any]) -> NodeTable:
    """Samples sam-1, sam-2 ... whose links come from the columns of their names in samples.xlsx."""
    count = len(next(iter(links.values())))
    ids = [f"sam-{number}" for number in range(1, count + 1)]
    sheet = table("samples", {"sample_id": ids, **{name: ["cell"] * count for name in links}})
    origins = {"submitter_id": ("sample_id",), **{name: (name,) for name in links}}
    columns = {"type": ["sample"] * count, "submitter_id": ids, **links}
    return NodeTable("sample", (Part(columns, sheet, range(count), origins, ragged=True),))


def found(sample: NodeType, *tables: NodeTable, said: tuple[Diagnostic, ...] = (), **roots: Any) -> list[Diagnostic]:
    graph = Graph(dataset(), {one.node: one for one in tables}, roots, findings=said)
    return validate(graph, dictionary(SUBJECT, sample)).diagnostics


REQUIRED = node("sample", {}, links=(link("cases", "case", required=True),))
OPTIONAL = node("sample", {}, links=(link("cases", "case"),))
MANY = node("sample", {}, links=(link("cases", "case", "many_to_many"),))


def codes(diagnostics: list[Diagnostic]) -> list[tuple[str, str]]:
    return [(d.code, str(d.place)) for d in diagnostics]


@pytest.mark.parametrize("value", [to("s1"), [to("s1")], [to("s1"), to("s1")]])
def test_a_link_to_a_record_that_is_there_passes(value: Any) -> None:
    assert found(REQUIRED, subjects("s1"), samples(cases=[value])) == []


@pytest.mark.parametrize("value", [OMIT, None, [], {}])
def test_a_required_link_must_be_there(value: Any) -> None:
    missing = found(REQUIRED, subjects("s1"), samples(cases=[to("s1"), value]))
    assert codes(missing) == [("L500", "samples.xlsx!B3")]
    assert missing[0].message == "This sample is not linked to a subject, but every sample must be."
    assert found(OPTIONAL, subjects("s1"), samples(cases=[to("s1"), value])) == []


def test_a_link_that_only_the_required_list_names_must_be_there_too() -> None:
    listed = node("sample", {}, links=(link("cases", "case"),), required=("cases",))
    assert codes(found(listed, subjects("s1"), samples(cases=[to("s1"), OMIT]))) == [("L500", "samples.xlsx!B3")]


def test_a_link_that_the_whole_sheet_lacks_is_told_once() -> None:
    part = Part({"type": ["sample"] * 3, "submitter_id": ["a", "b", "c"]}, table("samples", {"x": [1, 2, 3]}), range(3))
    missing = found(REQUIRED, subjects("s1"), NodeTable("sample", (part,)))
    assert codes(missing) == [("L500", "samples.xlsx")]
    assert missing[0].message == "No sample here is linked to a subject, but every sample must be."


@pytest.mark.parametrize(
    "value", [to(""), to(" "), to(None), to(5), {"id": "x"}, {"submitter": "s1"}, "s1", ["s1"], [to("s1"), to("")]]
)
def test_a_reference_without_an_id_is_refused(value: Any) -> None:
    """The server would take any record of that kind [702-704, 950-953]."""
    assert codes(found(OPTIONAL, subjects("s1"), samples(cases=[value]))) == [("L501", "samples.xlsx!B2")]


def test_several_parents_where_one_is_allowed() -> None:
    several = samples(cases=[[to("s1"), to("s2")]])
    refused = found(REQUIRED, subjects("s1", "s2"), several)
    assert codes(refused) == [("L503", "samples.xlsx!B2")]
    assert refused[0].message == "This sample is linked to 's1' and 's2', but may have one subject."
    assert found(MANY, subjects("s1", "s2"), several) == []


def test_a_dangling_reference_names_the_nearest_id() -> None:
    dangling = found(REQUIRED, subjects("sub-2", "other"), samples(cases=[to("subj-2")]))
    assert codes(dangling) == [("L504", "samples.xlsx!B2")]
    assert dangling[0].message == "There is no subject 'subj-2' in subjects.xlsx."
    assert dangling[0].hint == "Did you mean 'sub-2'?"


def test_the_children_of_a_faulty_record_are_not_dangling() -> None:
    faulty = subjects("s1")
    surplus = Part({**faulty.parts[0].columns, "colour": ["red"]}, faulty.parts[0].table, [0])
    assert [d.code for d in found(REQUIRED, NodeTable("case", (surplus,)), samples(cases=[to("s1")]))] == ["D448"]


def test_a_reference_in_another_case_is_a_warning() -> None:
    warned = found(REQUIRED, subjects("sub-1"), samples(cases=[to("SUB-1")]))
    assert [(d.code, d.severity.label, d.hint) for d in warned] == [("L505", "warning", "Write 'sub-1'.")]


@pytest.mark.parametrize("multiplicity", ["one_to_one", "one_to_many"])
def test_a_parent_that_may_have_one_child_has_two(multiplicity: str) -> None:
    sample = node("sample", {}, links=(link("cases", "case", multiplicity),))
    taken = found(sample, subjects("s1", "s2"), samples(cases=[to("s1"), to("s2"), to("S1")]))
    assert [d.code for d in taken] == ["L505", "L506"]
    assert taken[1].message == "The subject 's1' has 2 sample records, but may have one."
    assert (str(taken[1].place), [str(p) for p in taken[1].related]) == ("samples.xlsx!B4", ["samples.xlsx!B2"])


def test_a_group_of_links_needs_one_or_allows_one() -> None:
    links = (link("cases", "case"), link("others", "case"))
    strict = node("sample", {}, links=links, groups=(LinkGroup(("cases", "others"), required=True, exclusive=True),))
    loose = node("sample", {}, links=links, groups=(LinkGroup(("cases", "others"), required=False, exclusive=False),))
    tables = (subjects("s1"), samples(cases=[to("s1"), to("s1"), OMIT], others=[OMIT, to("s1"), OMIT]))
    refused = found(strict, *tables)
    assert codes(refused) == [("L508", "samples.xlsx!B3"), ("L507", "samples.xlsx!B4")]
    assert refused[0].message == "This sample has cases and others, but may have one of them."
    assert refused[1].message == "This sample has no 'cases' or 'others' that leads to a subject, but needs one."
    assert found(loose, *tables) == []


def test_the_project_is_linked_by_its_code_and_is_the_one_submitted_to() -> None:
    sample = node("sample", {}, links=(link("projects", "project", required=True),))
    project = {"type": "project", "code": "heart", "dbgap_accession_number": "heart"}
    for value, expected in (
        ({"code": "heart"}, []),
        ({"code": "colon"}, ["L502"]),
        ({"submitter_id": "heart"}, ["L502"]),
        ({"code": ""}, ["L501"]),
    ):
        assert [d.code for d in found(sample, samples(projects=[value]), project=project)] == expected


def test_what_was_told_while_converting_is_not_told_again() -> None:
    tables = (subjects("s1"), samples(cases=[OMIT, OMIT]))
    place = tables[1].parts[0].place(0, "cases")
    assert codes(found(REQUIRED, *tables, said=(finding("L550", "No subject 'x'.", place),))) == [
        ("L500", "samples.xlsx!B3")
    ]


SELF = node("sample", {}, links=(link("parents", "sample", "many_to_many"),))


def test_records_derived_from_each_other_in_a_circle() -> None:
    circle = found(SELF, samples(parents=[to("sam-2"), [to("sam-3")], to("sam-1"), to("sam-1"), OMIT]))
    assert codes(circle) == [("L509", "samples.xlsx!B2")]
    assert circle[0].message == "This sample is derived from itself: 'sam-1' -> 'sam-2' -> 'sam-3' -> 'sam-1'."
    assert [str(place) for place in circle[0].related] == ["samples.xlsx!B3", "samples.xlsx!B4"]


def test_a_record_derived_from_itself_and_two_circles() -> None:
    circles = found(SELF, samples(parents=[to("SAM-1"), to("sam-3"), to("sam-2")]))
    assert [d.code for d in circles] == ["L505", "L509", "L509"]
    assert circles[1].message == "The sample 'sam-1' is derived from itself."


def test_a_long_line_of_descent_with_two_ways_is_no_circle() -> None:
    count = 5000
    parents: list[Any] = [OMIT, *([to(f"sam-{n}"), to(f"sam-{max(1, n - 1)}")] for n in range(1, count))]
    assert found(SELF, samples(parents=parents)) == []
