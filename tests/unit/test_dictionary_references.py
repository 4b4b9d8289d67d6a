"""`$ref`: merged as the server merges, and told where it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dictionary_maker import loaded, node, sound

from sds2gen3.diagnostics import Diagnostic

DEFINITIONS: dict[str, Any] = {
    "id": "_definitions",
    "word": {"type": "string", "description": "a word"},
    "short word": {"$ref": "#/word", "maxLength": 5},
    "a/b": {"type": "integer"},
    "list": ["no", "object"],
    "common": {"id": {"type": "string"}, "submitter_id": {"type": "string"}, "made": {"$ref": "#/word"}},
    "left": {"right": {"$ref": "#/right"}},
    "right": {"left": {"$ref": "#/left"}},
}


def _age(folder: Path, prop: dict[str, Any], **documents: Any) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """The schema of a property as it was resolved (before null is added), and the findings."""
    case = node("case", age=prop)
    case["required"].append("age")
    dictionary = loaded(folder, {**sound(), "case": case, "_definitions": DEFINITIONS, **documents})
    return dict(dictionary.nodes["case"].schema["properties"]["age"]), dictionary.findings


@pytest.mark.parametrize(
    ("prop", "resolved"),
    [
        ({"$ref": "_definitions.yaml#/word"}, {"type": "string", "description": "a word"}),
        ({"$ref": "_definitions.yaml#/short%20word"}, {"type": "string", "description": "a word", "maxLength": 5}),
        ({"$ref": "_definitions.yaml#/a~1b"}, {"type": "integer"}),
        ({"$ref": "#/properties/type"}, {"enum": ["case"]}),
        ({"description": "mine", "$ref": "_definitions.yaml#/word"}, {"type": "string", "description": "a word"}),
        (
            {"$ref": "_definitions.yaml#/word", "$ref_2": "_definitions.yaml#/a~1b"},
            {"type": "integer", "description": "a word"},
        ),
        (
            {"type": "array", "items": {"$ref": "_definitions.yaml#/word"}},
            {"type": "array", "items": {"type": "string", "description": "a word"}},
        ),
    ],
    ids=["file", "chain", "escaped slash", "same file", "reference over own keys", "several", "inside"],
)
def test_a_reference_is_merged_into_the_object_that_holds_it(
    tmp_path: Path, prop: dict[str, Any], resolved: dict[str, Any]
) -> None:
    assert _age(tmp_path, prop) == (resolved, ())


def test_properties_may_come_by_reference(tmp_path: Path) -> None:
    case = node("case")
    case["properties"] = {"$ref": "_definitions.yaml#/common", "age": {"type": "string"}}
    dictionary = loaded(tmp_path, {**sound(), "case": case, "_definitions": DEFINITIONS})
    assert sorted(dictionary.nodes["case"].properties) == ["age", "id", "made", "submitter_id"]
    assert dictionary.nodes["case"].properties["made"].description == "a word"


@pytest.mark.parametrize(
    ("reference", "message", "hint"),
    [
        ("_definitions.yaml#/wrod", "'_definitions.yaml#/wrod': there is no 'wrod'.", "Did you mean 'word'?"),
        (
            "_definition.yaml#/word",
            "'_definition.yaml#/word': there is no '_definition.yaml'.",
            "Did you mean '_definitions.yaml'?",
        ),
        ("#/properties/gone", "'#/properties/gone': there is no 'gone'.", None),
        ("_definitions.yaml", "'_definitions.yaml' is not a reference.", None),
        ("_definitions.yaml#/list", "'_definitions.yaml#/list' names no object that could be merged.", None),
        (17, "'17' is not a reference.", None),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_and_the_rest_stays(
    tmp_path: Path, reference: Any, message: str, hint: str | None
) -> None:
    resolved, findings = _age(tmp_path, {"$ref": reference, "maxLength": 9})
    assert resolved == {"maxLength": 9}
    assert [(d.code, d.message) for d in findings] == [("D401", message)]
    assert findings[0].place is not None
    assert findings[0].place.file == "case.yaml"
    assert hint is None or findings[0].hint == hint


def test_a_circle_of_references_is_told_and_ends(tmp_path: Path) -> None:
    resolved, findings = _age(tmp_path, {"$ref": "_definitions.yaml#/left"})
    assert resolved == {"right": {"left": {}}}
    assert [d.code for d in findings] == ["D402"]
    assert findings[0].message == (
        "The reference leads back to itself: _definitions#/left -> _definitions#/right -> _definitions#/left."
    )


def test_a_reference_to_the_whole_file_from_within_is_a_circle(tmp_path: Path) -> None:
    _, findings = _age(tmp_path, {"$ref": "#/properties/age"})
    assert [d.code for d in findings] == ["D402"]


def test_a_broken_definition_is_told_once_however_many_use_it(tmp_path: Path) -> None:
    definitions = {"word": {"$ref": "_terms.yaml#/word"}}
    case = node("case", a={"$ref": "_definitions.yaml#/word"}, b={"$ref": "_definitions.yaml#/word"})
    dictionary = loaded(tmp_path, {**sound(), "case": case, "_definitions": definitions})
    assert [(d.code, str(d.place)) for d in dictionary.findings] == [("D401", "_definitions.yaml:2")]


def test_a_broken_definition_that_nobody_uses_harms_nobody(tmp_path: Path) -> None:
    dictionary = loaded(tmp_path, {**sound(), "_definitions": {"word": {"$ref": "_terms.yaml#/word"}}})
    assert dictionary.findings == ()
