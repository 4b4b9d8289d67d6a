"""Loading and checking mappings: the grammar is strict, and every mistake has its file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import TEXT, dictionary, link, mapping, node, write

from sds2gen3 import UsageError
from sds2gen3.dictionary.types import LinkGroup
from sds2gen3.mapping import check, load, skeleton
from sds2gen3.resources import Declarations

RULE: dict[str, Any] = {"node": "case", "from": "subjects", "id": "{dataset}:{subject_id}", "properties": {}}
TABLES = {"subjects": {"subject_id", "sex", "age"}, "contributors": {"contributor_name"}}


def folder_with(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "own"
    mapping(folder, {})
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ("node: case\nfrom: subjects\nid: x\nproperties: {sex: [}\n", "C960", 4, "not valid YAML"),
        ("node: case\nnode: case\n", "C960", 2, "'node' is given twice"),
        ("node: case\nfrom: subjects\nid: '{a}'\npropertys: {}\n", "C962", 4, "propertys"),
        ("node: case\nid: '{a}'\n", "C962", 1, "from"),
        (
            "node: case\nfrom: subjects\nid: '{a}'\nproperties:\n  sex: {from: sex, values: {m: M}}\n",
            "C962",
            5,
            "unmapped",
        ),
        ("node: case\nfrom: subjects\nid: '{a}'\nproperties:\n  sex: {from: sex, always: x}\n", "C962", 5, "either"),
        ("node: case\nfrom: subjects\nid: '{a}'\nlinks:\n  cases: {to: case, code: project}\n", "C962", 5, "either"),
        ("- a list\n", "C962", 1, "not a mapping rule"),
    ],
)
def test_what_is_not_in_the_grammar_is_refused_at_its_line(
    tmp_path: Path, text: str, code: str, line: int, says: str
) -> None:
    with pytest.raises(UsageError) as error:
        load(folder_with(tmp_path, text))
    found = error.value.diagnostics[0]
    assert found.place is not None
    assert (found.code, found.place.line) == (code, line), found
    assert says in found.message


def test_a_billion_laughs_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    refused_at = folder_with(tmp_path, "\n".join(lines))
    with pytest.raises(UsageError, match="far too many"):
        load(refused_at)


def test_an_unknown_mapping_names_those_there_are() -> None:
    with pytest.raises(UsageError) as error:
        load("sdss")
    assert "sds" in error.value.diagnostics[0].hint


def test_a_mapping_overrides_another_property_by_property(tmp_path: Path) -> None:
    properties = {"sex": "sex", "age": "age"}
    mapping(tmp_path / "mappings" / "base", {"case": {**RULE, "properties": properties}})
    child = tmp_path / "mappings" / "child"
    mapping(child, {}, extends="base")
    write(child / "case.yaml", {"properties": {"age": None, "mass": {"always": "12 g"}}})
    loaded = load("child", Declarations.standard([tmp_path]))
    rules = {rule.name: rule for rule in loaded.rules[0].properties}
    assert rules["sex"].sources == ("sex",)
    assert rules["age"].left_out
    assert rules["mass"].constant == "12 g"


def test_mappings_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for name, base in (("one", "two"), ("two", "one")):
        folder = tmp_path / "mappings" / name
        folder.mkdir(parents=True)
        write(folder / "mapping.yaml", {"title": name, "extends": base})
    with pytest.raises(UsageError, match="extends itself"):
        load("one", Declarations.standard([tmp_path]))


def checked(tmp_path: Path, rule: dict[str, Any], **details: Any) -> list[str]:
    """The codes that checking this one rule gives, infos about untaken fields left aside."""
    rules = mapping(tmp_path, {"case": {**RULE, **rule}})
    kind = node(
        "case",
        {"sex": TEXT, "age": TEXT},
        links=details.pop("links", ()),
        required=details.pop("required", ()),
        groups=details.pop("groups", ()),
    )
    found = check(rules, dictionary(kind), TABLES, **details)
    return [d.code for d in found if d.code != "M328"]


EXPERIMENTS = link("experiments", "experiment", required=True)


@pytest.mark.parametrize(
    ("rule", "details", "code"),
    [
        ({"node": "subject"}, {}, "M320"),
        ({"from": "subject"}, {}, "M322"),
        ({"properties": {"sexx": "sex"}}, {}, "M321"),
        ({"properties": {"sex": "sexx"}}, {}, "M322"),
        ({"properties": {"sex": {"from": "contributor_name", "each": "people"}}}, {}, "M322"),
        ({"properties": {"sex": {"from": "sex", "transform": ["trim"]}}}, {}, "M323"),
        ({"properties": {"sex": {"from": "sex", "transform": ["strip_prefix"]}}}, {}, "M323"),
        ({"properties": {"sex": {"from": "sex", "transform": [{"lower": "x"}]}}}, {}, "M323"),
        ({}, {"required": ("sex",)}, "M324"),
        ({}, {"links": (EXPERIMENTS,)}, "M325"),
        ({}, {"links": (link("a", "x"),), "groups": (LinkGroup(("a",), True, False),)}, "M325"),
        ({"links": {"experiments": {"to": "experiment"}}}, {"links": (EXPERIMENTS,)}, "M325"),
        ({"links": {"experiments": {"to": "project"}}}, {"links": (EXPERIMENTS,)}, "M321"),
        ({"links": {"projects": {"code": "project"}}}, {}, "M321"),
        ({"id": "{dataset}{subject_id}"}, {}, "M326"),
        ({"id": "{dataset}x{subject_id}"}, {}, "M326"),
        ({"id": "same"}, {}, "M326"),
        ({"id": "{dataset}:{subjectid}"}, {}, "M322"),
        ({"properties": {"sex": {"from": "sex", "blank": "NA"}}}, {"filled": {"subjects": {"sex"}}}, "M327"),
    ],
)
def test_a_mapping_that_does_not_fit_is_told(
    tmp_path: Path, rule: dict[str, Any], details: dict[str, Any], code: str
) -> None:
    assert code in checked(tmp_path, rule, **details)


@pytest.mark.parametrize(
    ("rule", "details"),
    [
        ({"properties": {"sex": "sex", "age": {"from": "age", "transform": ["lower", {"strip_prefix": "x"}]}}}, {}),
        ({"properties": {"sex": {"from": "contributor_name", "each": "contributors"}}}, {}),
        ({"id": ["{dataset}:{subject_id}", "{dataset}|{record_number}"]}, {}),
        ({"properties": {"sex": "sex"}}, {"required": ("sex",)}),
        ({"properties": {"sex": {"from": "sex", "blank": "NA"}}}, {"filled": {"subjects": {"age"}}}),
        ({"links": {"parents": {"to": "case", "where": {"subject_id": "sex"}}}}, {"links": (link("parents", "case"),)}),
    ],
)
def test_a_mapping_that_fits_is_not_blamed(tmp_path: Path, rule: dict[str, Any], details: dict[str, Any]) -> None:
    assert checked(tmp_path, rule, **details) == []


def test_what_a_rule_misses_is_found_at_its_line(tmp_path: Path) -> None:
    rules = mapping(tmp_path, {"case": {**RULE, "properties": {"sex": "sex", "agee": "age"}}})
    found = check(rules, dictionary(node("case", {"sex": TEXT, "age": TEXT})), TABLES)
    (told,) = [d for d in found if d.code == "M321"]
    assert told.place is not None
    assert told.place.file.endswith("case.yaml")
    assert told.place.line == 6
    assert told.hint == "Did you mean 'age'?"


def test_a_field_that_no_rule_takes_is_an_info(tmp_path: Path) -> None:
    rules = mapping(tmp_path, {"case": {**RULE, "properties": {"sex": "sex"}}}, not_mapped={"contributors": "no node"})
    found = check(rules, dictionary(node("case", {"sex": TEXT})), TABLES)
    assert [(d.code, d.message) for d in found] == [("M328", "No rule takes 'age' of 'subjects'.")]


def test_a_skeleton_is_a_valid_mapping_that_marks_its_guesses(tmp_path: Path) -> None:
    texts = {"type": "array", "items": TEXT}
    nodes = dictionary(
        node("experiment", {"title": TEXT}, links=(link("projects", "project", required=True),)),
        node(
            "case",
            {"sex": TEXT, "ages": TEXT, "colour": TEXT, "contributor_name": texts},
            links=(EXPERIMENTS,),
            required=("sex",),
        ),
    )
    files = skeleton(nodes, {**TABLES, "dataset_description": {"title", "subtitle"}})
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = load(tmp_path)
    assert {rule.node: rule.source for rule in loaded.rules} == {
        "case": "subjects",
        "experiment": "dataset_description",
    }
    assert "  ages: age   # near name, check" in files["case.yaml"]
    assert "  # colour:" in files["case.yaml"]
    assert "  contributor_name: {from: contributor_name, each: contributors}" in files["case.yaml"]
    assert "  sex: sex   # required" in files["case.yaml"]
