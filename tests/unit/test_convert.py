"""Tables + Mapping + Dictionary -> Graph: what becomes of values, blanks, references and of what no rule takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import TEXT, dataset, dictionary, link, mapping, node, table

from sds2gen3 import UsageError, convert
from sds2gen3.model import Graph, Table

CASE_RULE = {"node": "case", "from": "subjects", "id": "{dataset}:{subject_id}"}
SAMPLE_RULE = {"node": "sample", "from": "samples", "id": "{dataset}:{sample_id}"}


def cases(folder: Path, subjects: Table, properties: dict[str, Any], schema: dict[str, Any], **more: Any) -> Graph:
    """The graph of one subjects table with these property rules and this node schema."""
    rules = mapping(folder, {"case": {**CASE_RULE, "properties": properties}})
    return convert(dataset(subjects), rules, dictionary(node("case", schema, **more)))


def records(graph: Graph, name: str = "case") -> list[dict[str, Any]]:
    return list(graph.nodes[name].records())


def codes(graph: Graph, *, ignore: tuple[str, ...] = ("M307", "M308")) -> list[str]:
    return [d.code for d in graph.findings if d.code not in ignore]


def test_absent_empty_and_not_defined_stay_three_things(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1", "sub-2"], "sex": ["Not Defined", None]})
    graph = cases(tmp_path, subjects, {"sex": "sex", "age": "age"}, {"sex": TEXT, "age": TEXT})
    assert records(graph) == [
        {"type": "case", "submitter_id": "ds:sub-1", "sex": "Not Defined"},
        {"type": "case", "submitter_id": "ds:sub-2", "sex": None},
    ]


def test_a_required_blank_is_left_out_never_invented(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1"], "sex": [None]})
    graph = cases(tmp_path, subjects, {"sex": "sex"}, {"sex": TEXT}, required=("sex",))
    assert records(graph) == [{"type": "case", "submitter_id": "ds:sub-1"}]


@pytest.mark.parametrize(
    ("value", "schema", "wanted"),
    [
        (30, TEXT, "30"),
        (20.5, TEXT, "20.5"),
        (True, TEXT, "TRUE"),
        ("007", TEXT, "007"),
        ("1E5", TEXT, "1E5"),
        ("30", {"type": "integer"}, 30),
        ("007", {"type": "integer"}, "007"),
        ("yes", {"type": "boolean"}, True),
        (0, {"type": "boolean"}, False),
        (0, {"type": "integer"}, 0),
        ("Experimental", {"enum": ["experimental", "computational"]}, "experimental"),
        ("one", {"type": "array", "items": TEXT}, ["one"]),
        (["a", "b"], {"type": "array", "items": TEXT}, ["a", "b"]),
        (["a"], TEXT, "a"),
        ("2021-09-08T12:28:05,904-07:00", {"type": "string", "format": "date-time"}, "2021-09-08T12:28:05.904-07:00"),
    ],
)
def test_values_take_the_dictionary_s_type_without_loss(
    tmp_path: Path, value: Any, schema: dict[str, Any], wanted: Any
) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1"], "field": [value]})
    graph = cases(tmp_path, subjects, {"property": "field"}, {"property": schema})
    assert records(graph)[0]["property"] == wanted
    assert type(records(graph)[0]["property"]) is type(wanted)


def test_a_number_written_as_text_is_told_once_with_all_its_cells(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1", "sub-2", "sub-3"], "age": [30, 31, 32]})
    graph = cases(tmp_path, subjects, {"age": "age"}, {"age": TEXT})
    (told,) = [d for d in graph.findings if d.code == "M303"]
    assert [str(place) for place in (told.place, *told.related)] == [f"subjects.xlsx!B{row}" for row in (2, 3, 4)]


def test_true_and_one_are_not_mixed_up_by_the_distinct_values(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["a", "b", "c"], "x": [1, True, 1.5]})
    graph = cases(tmp_path, subjects, {"x": "x"}, {"x": TEXT})
    assert [record["x"] for record in records(graph)] == ["1", "TRUE", "1.5"]


def test_several_values_for_one_place_are_an_error_at_the_second_cell(tmp_path: Path) -> None:
    described = table(
        "subjects",
        {"subject_id": ["sub-1"], "title": [["one", "two"]]},
        transposed=True,
        rows=[4],
        items={"title": [4, 5]},
    )
    graph = cases(tmp_path, described, {"title": "title"}, {"title": TEXT})
    (told,) = [d for d in graph.findings if d.code == "M306"]
    assert str(told.place) == "subjects.xlsx!E2"


WORDS = {"m": "Male", "f": "Female"}


@pytest.mark.parametrize(
    ("unmapped", "wanted", "code"), [("error", None, "M301"), ("drop", None, "M302"), ("keep", "mle", None)]
)
def test_words_the_mapping_does_not_know(tmp_path: Path, unmapped: str, wanted: Any, code: str | None) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1", "sub-2"], "sex": ["M", "mle"]})
    rule = {"sex": {"from": "sex", "values": WORDS, "unmapped": unmapped}}
    graph = cases(tmp_path, subjects, rule, {"sex": TEXT})
    assert [record["sex"] for record in records(graph)] == ["Male", wanted]
    assert codes(graph) == ([code] if code else [])


def test_a_declared_blank_is_filled_in_the_open(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1", "sub-2"], "pool": ["p", None]})
    rule = {"pool": {"from": "pool", "blank": "NA"}, "strain": {"from": "strain", "blank": "NA"}}
    graph = cases(tmp_path, subjects, rule, {"pool": TEXT, "strain": TEXT})
    assert [(r["pool"], r["strain"]) for r in records(graph)] == [("p", "NA"), ("NA", "NA")]
    assert [str(d.place) for d in graph.findings if d.code == "M305"] == ["subjects.xlsx!B3", "subjects.xlsx!row 2"]


def test_the_first_filled_of_several_fields_is_taken(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1"], "subtitle": [None], "description": ["abstract"]})
    rule = {"text": {"from": ["subtitle", "description"]}}
    assert records(cases(tmp_path, subjects, rule, {"text": TEXT}))[0]["text"] == "abstract"


def test_a_row_without_id_is_told_and_listed_not_dropped_silently(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1", None], "sex": ["F", "M"]})
    graph = cases(tmp_path, subjects, {"sex": "sex"}, {"sex": TEXT})
    assert len(graph.nodes["case"]) == 1
    (told,) = [d for d in graph.findings if d.code == "M309"]
    assert str(told.place) == "subjects.xlsx!A3"
    assert [(str(cell.place), cell.value) for cell in graph.left_out()] == [("subjects.xlsx!B3", "M")]


def test_what_no_rule_takes_is_listed_cell_by_cell(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1", "sub-2"], "colour": ["red", None]})
    graph = cases(tmp_path, subjects, {}, {})
    assert [(str(cell.place), cell.value) for cell in graph.left_out()] == [("subjects.xlsx!B2", "red")]
    assert "M307" in codes(graph, ignore=())


def test_the_user_s_own_columns_go_into_one_property_as_json(tmp_path: Path) -> None:
    columns = {"subject_id": ["sub-1", "sub-2"], "ear_tag": ["007", None], "mass": [12, 13]}
    labels = {"ear_tag": "Ear tag", "mass": "Mass"}
    subjects = table("subjects", columns, labels=labels, user_columns=("ear_tag", "mass"))
    graph = cases(tmp_path, subjects, {"mass": "mass", "extra": "user_columns"}, {"mass": TEXT, "extra": TEXT})
    assert [record["extra"] for record in records(graph)] == ['{"Ear tag":"007"}', None]


def test_a_path_in_a_manifest_counts_from_its_own_folder(tmp_path: Path) -> None:
    one = table("manifest", {"filename": ["a.txt"]}, file="primary/sub-1/manifest.xlsx")
    two = table("manifest", {"filename": ["a.txt"]}, file="primary/sub-2/manifest.xlsx")
    rule = {"filename": {"from": "filename", "transform": ["in_folder"]}}
    rules = mapping(
        tmp_path,
        {"manifest": {"node": "manifest", "from": "manifest", "id": "{dataset}:{filename}", "properties": rule}},
    )
    graph = convert(dataset(one, two), rules, dictionary(node("manifest", {"filename": TEXT})))
    assert [r["submitter_id"] for r in records(graph, "manifest")] == [
        "ds:primary/sub-1/a.txt",
        "ds:primary/sub-2/a.txt",
    ]


def samples_graph(
    folder: Path, samples: Table, links: dict[str, Any], multiplicity: str = "many_to_one", **where: Any
) -> Graph:
    """Two subjects, the given samples, and the links as declared."""
    subjects = table("subjects", {"subject_id": ["sub-1", "sub-2"]})
    rules = mapping(
        folder, {"case": {**CASE_RULE, "properties": {}}, "sample": {**SAMPLE_RULE, "links": links, "properties": {}}}
    )
    own = (link("cases", "case", multiplicity), link("parent_samples", "sample", "many_to_many"))
    return convert(dataset(subjects, samples), rules, dictionary(node("case", {}), node("sample", {}, links=own)))


def test_a_link_is_looked_up_and_a_miss_is_an_error_in_the_sheet_s_words(tmp_path: Path) -> None:
    samples = table("samples", {"sample_id": ["sam-1", "sam-2"], "subject_id": ["sub-1", "subj-2"]})
    graph = samples_graph(tmp_path, samples, {"cases": {"to": "case", "where": {"subject_id": "subject_id"}}})
    assert records(graph, "sample")[0]["cases"] == {"submitter_id": "ds:sub-1"}
    assert "cases" not in records(graph, "sample")[1]
    (told,) = [d for d in graph.findings if d.code == "L550"]
    assert (str(told.place), told.message) == ("samples.xlsx!B3", "No subject 'subj-2' in subjects.xlsx.")
    assert told.hint == "Did you mean 'sub-2'?"


def test_was_derived_from_finds_a_sample_or_a_subject(tmp_path: Path) -> None:
    columns = {
        "sample_id": ["sam-1", "sam-2", "sam-3"],
        "subject_id": ["sub-1", None, None],
        "was_derived_from": ["sub-1", "sam-1", "sam-9"],
    }
    links = {
        "cases": {"to": "case", "where": [{"subject_id": "subject_id"}, {"subject_id": "was_derived_from"}]},
        "parent_samples": {"to": "sample", "where": {"sample_id": "was_derived_from"}},
    }
    graph = samples_graph(tmp_path, table("samples", columns), links)
    one, two, _ = records(graph, "sample")
    assert one["cases"] == {"submitter_id": "ds:sub-1"}
    assert two["parent_samples"] == [{"submitter_id": "ds:sam-1"}]
    (told,) = [d for d in graph.findings if d.code == "L550"]
    assert told.message == "No subject or sample 'sam-9' in subjects.xlsx or samples.xlsx."


def test_a_composite_key_finds_the_sample_of_that_subject(tmp_path: Path) -> None:
    columns = {"sample_id": ["sam-1", "sam-2"], "subject_id": ["sub-1", "sub-1"], "from": [None, "sub-1_sam-1"]}
    links = {"parent_samples": {"to": "sample", "where": {"{subject_id}_{sample_id}": "from"}}}
    graph = samples_graph(tmp_path, table("samples", columns), links)
    assert records(graph, "sample")[1]["parent_samples"] == [{"submitter_id": "ds:sam-1"}]


def test_two_parents_where_one_is_allowed_are_an_error(tmp_path: Path) -> None:
    samples = table("samples", {"sample_id": ["sam-1"], "subject_id": ["sub-1 sub-2"]}, splits={"subject_id": r"\s+"})
    graph = samples_graph(tmp_path, samples, {"cases": {"to": "case", "where": {"subject_id": "subject_id"}}})
    assert "L551" in codes(graph)


def test_references_to_nothing_at_all_are_told_once(tmp_path: Path) -> None:
    samples = table("samples", {"sample_id": ["sam-1", "sam-2"], "subject_id": ["sub-1", "sub-2"]})
    rules = mapping(
        tmp_path,
        {
            "case": {**CASE_RULE, "properties": {}},
            "sample": {
                **SAMPLE_RULE,
                "links": {"cases": {"to": "case", "where": {"subject_id": "subject_id"}}},
                "properties": {},
            },
        },
    )
    nodes = dictionary(node("case", {}), node("sample", {}, links=(link("cases", "case"),)))
    graph = convert(dataset(samples), rules, nodes)
    assert codes(graph).count("L550") == 1


def test_lists_of_one_group_stay_aligned(tmp_path: Path) -> None:
    people = table("contributors", {"name": ["Ada", "Bob"], "orcid": [None, "0000-0001"]}, rows=[4, 5], transposed=True)
    described = table("subjects", {"subject_id": ["sub-1"]})
    rule = {
        "names": {"from": "name", "each": "contributors"},
        "orcids": {"from": "orcid", "each": "contributors", "blank": "NA"},
    }
    rules = mapping(tmp_path, {"case": {**CASE_RULE, "properties": rule}})
    texts = {"type": "array", "items": TEXT}
    graph = convert(dataset(described, people), rules, dictionary(node("case", {"names": texts, "orcids": texts})))
    assert records(graph)[0]["names"] == ["Ada", "Bob"]
    assert records(graph)[0]["orcids"] == ["NA", "0000-0001"]
    part = graph.nodes["case"].parts[0]
    assert [str(place) for place in part.places(0, "names")] == ["contributors.xlsx!D1", "contributors.xlsx!E1"]


def test_a_default_is_said_aloud_and_an_unknown_need_is_refused(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1"]})
    rules = mapping(tmp_path, {"case": {**CASE_RULE, "properties": {}}})
    nodes = dictionary(node("case", {}))
    graph = convert(dataset(subjects, name="pig-heart"), rules, nodes)
    assert "M308" in codes(graph, ignore=())
    assert records(graph)[0]["submitter_id"] == "pig-heart:sub-1"
    assert records(convert(dataset(subjects), rules, nodes, dataset="x"))[0]["submitter_id"] == "x:sub-1"
    with pytest.raises(UsageError, match="does not need 'datset'"):
        convert(dataset(subjects), rules, nodes, datset="x")


def test_a_link_to_the_only_record_is_told_when_there_are_two(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1", "sub-2"]})
    samples = table("samples", {"sample_id": ["sam-1"]})
    rules = mapping(
        tmp_path,
        {
            "case": {**CASE_RULE, "properties": {}},
            "sample": {**SAMPLE_RULE, "links": {"cases": {"to": "case"}}, "properties": {}},
        },
    )
    nodes = dictionary(node("case", {}), node("sample", {}, links=(link("cases", "case"),)))
    assert "M310" in codes(convert(dataset(subjects, samples), rules, nodes))


def test_a_blank_required_id_gives_no_record_instead_of_an_invented_name(tmp_path: Path) -> None:
    subjects = table("subjects", {"subject_id": ["sub-1", None], "sex": ["F", "M"]})
    graph = cases(tmp_path, subjects, {"subject_id": "subject_id"}, {"subject_id": TEXT}, required=("subject_id",))
    assert [record["submitter_id"] for record in records(graph)] == ["ds:sub-1"]


def test_a_sample_of_a_sample_belongs_to_the_subject_of_that(tmp_path: Path) -> None:
    columns = {
        "sample_id": ["sam-3", "sam-2", "sam-1", "sam-4"],
        "subject_id": [None, None, "sub-1", None],
        "was_derived_from": ["sam-2", "sam-1", None, "sam-4"],
    }
    links = {
        "cases": {"to": "case", "where": {"subject_id": "subject_id"}, "inherit": {"sample_id": "was_derived_from"}}
    }
    graph = samples_graph(tmp_path, table("samples", columns), links)
    assert [r.get("cases") for r in records(graph, "sample")] == [{"submitter_id": "ds:sub-1"}] * 3 + [None]
    part = graph.nodes["sample"].parts[0]
    assert [str(place) for place in part.places(0, "cases")] == ["samples.xlsx!C2"]


def test_parents_of_two_subjects_give_a_sample_neither(tmp_path: Path) -> None:
    columns = {
        "sample_id": ["sam-1", "sam-2", "sam-3"],
        "subject_id": ["sub-1", "sub-2", None],
        "was_derived_from": [None, None, "sam-1 sam-2"],
    }
    links = {
        "cases": {"to": "case", "where": {"subject_id": "subject_id"}, "inherit": {"sample_id": "was_derived_from"}}
    }
    samples = table("samples", columns, splits={"was_derived_from": r"\s+"})
    assert "cases" not in records(samples_graph(tmp_path, samples, links), "sample")[2]
