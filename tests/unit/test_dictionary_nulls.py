"""Null for optional properties: the same as the real server adds, told by what it said to records (gen3_contract)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dictionary_maker import EXCHANGES, EXTENDED
from jsonschema import Draft4Validator, FormatChecker, ValidationError

from sds2gen3.dictionary import load
from sds2gen3.dictionary.nulls import allow_nulls

JUDGED = [
    *("600", "602", "603", "604", "605", "606", "675", "9700", "9701", "9702", "9703", "9704", "9705", "9706", "9707"),
    *("9708", "9709", "9710", "9711", "9712", "9713", "9714", "9715", "9716", "9717", "9718", "9719"),
]


def _exchange(number: str) -> dict[str, Any]:
    (path,) = EXCHANGES.glob(f"{number}-*.json")
    found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return found


def _said(error: ValidationError) -> str:
    """The server's words for an error: for a choice, those of each alternative."""
    if error.validator in ("oneOf", "anyOf") and error.context:
        return f"{error.message}: {' and '.join(one.message for one in error.context)}"
    return str(error.message)


@pytest.mark.parametrize("number", JUDGED)
def test_our_schema_says_the_very_words_of_the_server(number: str) -> None:
    exchange = _exchange(number)
    body = exchange["request"]["body"]
    dictionary = load(EXTENDED)
    ours = []
    for record in body if isinstance(body, list) else [body]:
        judge = Draft4Validator(dictionary.nodes[record["type"]].schema, format_checker=FormatChecker())
        ours += [_said(error) for error in judge.iter_errors(record)]
    theirs = [error["message"] for entity in exchange["response"]["body"]["entities"] for error in entity["errors"]]
    assert sorted(ours) == sorted(theirs)


def test_what_a_commons_serves_has_no_null_added_yet() -> None:
    """Exchange 851: so a dictionary from a live commons must be widened like any other."""
    served = _exchange("851")["response"]["body"]
    assert served["experiment"]["properties"]["type_of_data"]["enum"] == ["Raw", "Processed"]


def _widened(prop: Any, **node: Any) -> Any:
    return allow_nulls({"properties": {"p": prop}, **node})["properties"]["p"]


@pytest.mark.parametrize(
    ("prop", "widened"),
    [
        ({"type": "string"}, {"type": ["string", "null"]}),
        ({"type": ["string", "array"]}, {"type": ["string", "array", "null"]}),
        ({"type": ["null", "string"]}, {"type": ["null", "string"]}),
        ({"enum": ["a"]}, {"enum": ["a", None]}),
        ({"enum": ["a", None]}, {"enum": ["a", None]}),
        ({"type": "string", "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a"]}),
        ({"type": ["string", "null"], "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"oneOf": [{"type": "null"}]}, {"oneOf": [{"type": "null"}]}),
        ({"description": "anything"}, {"description": "anything"}),
        ({"type": "array", "items": {"type": "string"}}, {"type": ["array", "null"], "items": {"type": "string"}}),
    ],
)
def test_the_first_thing_that_does_not_take_null_is_widened_and_only_that(prop: Any, widened: Any) -> None:
    assert _widened(prop) == widened


def test_required_properties_are_left_alone() -> None:
    assert _widened({"type": "string"}, required=["p"]) == {"type": "string"}


@pytest.mark.parametrize(("required", "widened"), [(True, False), (False, True)])
def test_required_links_are_left_alone_although_required_does_not_name_them(required: bool, widened: bool) -> None:
    prop = _widened({"anyOf": [{"type": "object"}]}, links=[{"name": "p", "required": required}])
    assert ({"type": "null"} in prop["anyOf"]) == widened


def test_links_of_a_required_group_take_null() -> None:
    group = {"required": True, "exclusive": True, "subgroup": [{"name": "p", "required": False}]}
    assert {"type": "null"} in _widened({"anyOf": [{"type": "object"}]}, links=[group])["anyOf"]


def test_the_schema_given_is_left_alone() -> None:
    schema = {"properties": {"p": {"type": ["string"], "enum": ["a"]}, "q": {"enum": ["b"]}}}
    before = json.dumps(schema)
    allow_nulls(schema)
    assert json.dumps(schema) == before
