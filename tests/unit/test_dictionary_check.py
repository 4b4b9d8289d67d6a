"""`check`: each finding once where it belongs, and not where it only looks like it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dictionary_maker import EXTENDED, SERVED, link, loaded, node, sound, told

from sds2gen3.catalogue import CATALOGUE
from sds2gen3.dictionary import check, load

Documents = dict[str, dict[str, Any]]
Change = Callable[[Documents], object]


def _codes(folder: Path, change: Change) -> list[str]:
    documents = sound()
    change(documents)
    return [code for code, _ in told(folder, documents)]


def _case(**changes: Any) -> Change:
    return lambda documents: documents["case"].update(changes)


def _property(**properties: Any) -> Change:
    return lambda documents: documents["case"]["properties"].update(properties)


def _link(number: int = 0, **changes: Any) -> Change:
    return lambda documents: documents["case"]["links"][number].update(changes)


def _without(key: str) -> Change:
    return lambda documents: documents["case"].pop(key)


def _node(name: str, *links: dict[str, Any], **properties: Any) -> Change:
    return lambda documents: documents.update({name: node(name, *links, **properties)})


def _both(*changes: Change) -> Change:
    return lambda documents: [change(documents) for change in changes]


UP = link("experiments", "experiment", "samples")

FOUND: dict[str, tuple[str, Change]] = {
    "required names no property": ("D408", _case(required=["type", "submitter_id", "experiments", "wieght"])),
    "link without property": (
        "D409",
        _both(_link(name="studies", required=False), _case(required=["type", "submitter_id"])),
    ),
    "required link not in required": ("D410", _case(required=["type", "submitter_id"])),
    "link to no node": ("D411", _node("sample", link("subjects", "subject", "samples"), UP)),
    "same backref twice": ("D412", _node("sample", link("experiments", "experiment", "cases"))),
    "backref is a property of the target": ("D412", _node("sample", link("cases", "case", "age"), UP)),
    "backref is a link of the target": ("D412", _node("sample", link("cases", "case", "experiments"), UP)),
    "unknown multiplicity": ("D413", _link(multiplicity="many")),
    "link without label": ("D413", _link(label="")),
    "required is a text": ("D413", _both(_link(required="yes"), _case(required=["type", "submitter_id"]))),
    "circle of optional links": (
        "D414",
        _both(
            _node("a", link("bs", "b", "a_of_b", False), link("experiments", "experiment", "as")),
            _node("b", link("as", "a", "b_of_a", False), link("experiments", "experiment", "bs")),
        ),
    ),
    "additional properties": ("D415", _case(additionalProperties=True)),
    "additional properties not mentioned": ("D415", _without("additionalProperties")),
    "unknown type": ("D416", _property(age={"type": "text"})),
    "required is no list of different names": ("D416", _case(required=["type", "type", "submitter_id", "experiments"])),
    "empty list of words": ("D416", _property(type={"enum": []})),
    "broken pattern": ("D417", _property(age={"type": "string", "pattern": "[a-z"})),
    "broken pattern inside": ("D417", _property(age={"type": "array", "items": {"type": "string", "pattern": "("}})),
    "loop within a loop": ("D429", _property(age={"type": "string", "pattern": "^(a+)+$"})),
    "property that GraphQL refuses": ("D418", _property(**{"body-mass": {"type": "string"}})),
    "property that begins with a digit": ("D418", _property(**{"3d": {"type": "string"}})),
    "backref that GraphQL refuses": ("D418", _link(backref="the cases")),
    "unknown category": ("D419", _case(category="specimen")),
    "no unique keys": ("D420", _without("uniqueKeys")),
    "no system properties": ("D420", _without("systemProperties")),
    "yes and no without quotes": ("D421", _property(smoker={"enum": [True, False]})),
    "yes and no among words": ("D421", _property(smoker={"enum": [True, "unknown"]})),
    "null among words": ("D422", _property(sex={"enum": ["f", None, "m"]})),
    "word twice": ("D422", _property(sex={"enum": ["f", "m", "f"]})),
    "word of another type": ("D422", _property(version={"type": ["string", "null"], "enum": ["1.0.1", 1.1]})),
    "key that may be null": ("D423", _property(submitter_id={"type": ["string", "null"]})),
    "key that is not required": ("D423", _case(required=["type", "experiments"])),
    "no way to project": ("D425", _node("notes")),
    "link to itself": ("D426", _node("sample", link("samples", "sample", "parts", False), UP)),
    "two links to one node": (
        "D426",
        _node("sample", link("cases", "case", "samples"), link("donors", "case", "gifts"), UP),
    ),
    "type beside words": ("D427", _property(sex={"type": "string", "enum": ["f", "m"]})),
    "unique key that is none": ("D428", _case(uniqueKeys=[["submiter_id"]])),
    "system property that is none": ("D428", _case(systemProperties=["id", "state"])),
}

SOUND: dict[str, Change] = {
    "as it is": lambda documents: None,
    "required names a link": _case(required=["type", "submitter_id", "experiments"]),
    "optional link": _both(_link(required=False), _case(required=["type", "submitter_id"])),
    "same backref on different targets": _node("sample", link("cases", "case", "cases"), UP),
    "backref like a property of the own node": _node(
        "sample", link("cases", "case", "notes"), UP, notes={"type": "string"}
    ),
    "pattern": _property(age={"type": "string", "pattern": "^[a-z]+$"}),
    "property called pattern": _property(pattern={"type": "string"}),
    "property called enum": _property(enum={"type": "string"}),
    "words below a default": _property(age={"type": "object", "default": {"enum": [True]}}),
    "true as a boolean": _property(smoker={"type": ["boolean", "null"], "enum": [True]}),
    "numbers as words": _property(rating={"enum": [0, 1, 2]}),
    "number and whole number": _property(rating={"type": ["number", "null"], "enum": [1, 1.5]}),
    "yes and no in quotes": _property(smoker={"enum": ["yes", "no"]}),
    "one and true are not the same word": _property(flag={"type": ["boolean", "integer"], "enum": [1, True, None]}),
    "words for a required property with type": _property(type={"type": "string", "enum": ["case"]}),
    "null as the last word of an optional property": _property(sex={"enum": ["f", "m", None]}),
    "links to different nodes": _node("sample", link("cases", "case", "samples"), UP),
    "link to root": _node("sample", link("roots", "root", "samples"), UP),
    "underscores": _property(_body_mass={"type": "string"}),
}


@pytest.mark.parametrize("name", FOUND)
def test_it_is_found(tmp_path: Path, name: str) -> None:
    code, change = FOUND[name]
    assert set(_codes(tmp_path, change)) == {code}


@pytest.mark.parametrize("name", SOUND)
def test_it_is_left_in_peace(tmp_path: Path, name: str) -> None:
    assert _codes(tmp_path, SOUND[name]) == []


@pytest.mark.parametrize("root", ["program", "project"])
def test_program_and_project_must_be_there(tmp_path: Path, root: str) -> None:
    documents = {name: data for name, data in sound().items() if name != root}
    assert "D424" in [code for code, _ in told(tmp_path, documents)]


def test_what_loading_found_comes_first(tmp_path: Path) -> None:
    documents = sound()
    documents["case"]["properties"]["age"] = {"$ref": "_definitions.yaml#/age"}
    documents["case"]["category"] = "specimen"
    assert [code for code, _ in told(tmp_path, documents)] == ["D401", "D419"]


def test_a_circle_of_required_links_is_an_error_and_names_every_node(tmp_path: Path) -> None:
    documents = {**sound(), "a": node("a", link("bs", "b", "as")), "b": node("b", link("as", "a", "bs"))}
    circle, *_ = [d for d in check(loaded(tmp_path, documents)) if d.code == "D414"]
    assert circle.severity.label == "error"
    assert circle.message == "These nodes link to each other in a circle: a, b."
    assert [place.file for place in circle.related] == ["b.yaml"]


def test_findings_name_file_and_line(tmp_path: Path) -> None:
    documents = sound()
    documents["case"]["properties"]["age"] = {"type": "string", "pattern": "["}
    (one,) = check(loaded(tmp_path, documents))
    lines = (tmp_path / "case.yaml").read_text(encoding="utf-8").splitlines()
    assert one.place is not None
    assert (one.place.file, lines[(one.place.line or 0) - 1].strip(), one.node) == ("case.yaml", "age:", "case")


@pytest.mark.parametrize("name", [n for n in FOUND if n != "circle of optional links"])
def test_a_finding_ends_in_a_way_out(tmp_path: Path, name: str) -> None:
    documents = sound()
    FOUND[name][1](documents)
    assert all(d.hint and d.message.endswith(".") and d.place for d in check(loaded(tmp_path, documents)))


def test_near_names_are_suggested(tmp_path: Path) -> None:
    documents = sound()
    documents["case"]["required"].append("agee")
    documents["sample"] = node("sample", link("cases", "cases", "samples"), UP)
    hints = {d.code: d.hint for d in check(loaded(tmp_path, documents))}
    assert hints == {"D408": "Did you mean 'age'?", "D411": "Did you mean 'case'?"}


@pytest.mark.parametrize("path", [SERVED, EXTENDED], ids=lambda path: path.stem)
def test_the_faults_of_a_real_dictionary_are_found_and_no_others(path: Path) -> None:
    """12 LABOURS: `resource` takes no record at all, `manifest` hides a required link, keys may be null."""
    found = check(load(path))
    assert [(d.code, d.node, d.property) for d in found if d.code != "D423"] == [
        ("D410", "manifest", "experiments"),
        ("D408", "resource", "version"),
    ]
    assert {d.message for d in found if d.code == "D423"} == {"The key 'submitter_id' may be null."}
    assert sum(d.code == "D423" for d in found) == 15


def test_every_code_of_a_dictionary_is_raised_somewhere_in_these_tests() -> None:
    elsewhere = {"D401", "D402", "D403", "D404", "D405", "D406", "D407", "D424"}  # test_dictionary_load, _references
    codes = {code for code in CATALOGUE if "D400" < code < "D440"}
    assert codes == elsewhere | {code for code, _ in FOUND.values()}
