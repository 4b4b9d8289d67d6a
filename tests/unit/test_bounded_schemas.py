"""A dictionary's patterns for values and for names: the verdict is jsonschema's, and none of them runs without end."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from sds2gen3 import patterns
from sds2gen3.dictionary import check
from sds2gen3.dictionary.types import NodeType
from sds2gen3.model import NodeTable, Part
from sds2gen3.patterns import user_pattern
from sds2gen3.sandbox.checking import complaints
from sds2gen3.sandbox.schemas import Schemas
from sds2gen3.validate import records
from sds2gen3.validate.bounded import BoundedValidator
from sds2gen3.validate.judge import judge

EVIL = "(a+)+$"
LONG = "a" * 60 + "!"
BY_NAME = {"type": "object", "patternProperties": {EVIL: {"type": "integer"}}}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patterns are given up soon, and forgotten after each test."""
    monkeypatch.setattr(patterns, "SECONDS", 0.3)
    user_pattern.cache_clear()


def _node(by_name: dict[str, Any]) -> NodeType:
    node = builders.node("case", {})
    return replace(node, schema={**node.schema, "patternProperties": by_name})


@pytest.mark.parametrize("inside", [False, True], ids=["of a record", "of a property"])
@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_a_name_that_a_pattern_takes_for_ever_on_is_a_fault(inside: bool, closed: bool) -> None:
    rule = {**BY_NAME, "additionalProperties": False} if closed else BY_NAME
    schema = {"properties": {"p": rule}} if inside else rule
    record = {"p": {LONG: 1}} if inside else {LONG: 1}
    started = time.monotonic()
    (fault,) = judge(schema).faults(record)
    assert (fault.path[-1], fault.keyword) == (LONG, "patternProperties")
    assert time.monotonic() - started < 3


def test_such_a_name_is_told_with_the_pattern() -> None:
    node = _node({"^b": {}, EVIL: {}})
    table = NodeTable("case", (Part({"type": ["case"], "submitter_id": ["c"], LONG: ["x"]}),))
    said = [one for one in records.check(table, node) if one.code == "D443"]
    assert [one.message for one in said] == [f"Whether a case may have '{LONG}' cannot be told in time."]
    assert f"The pattern '{EVIL}' takes too long" in said[0].hint


@pytest.mark.parametrize(
    ("schema", "record"),
    [
        ({"properties": {"p": {"type": "string", "pattern": EVIL}}}, {"type": "n", "p": LONG}),
        ({"properties": {"p": BY_NAME}}, {"type": "n", "p": {LONG: 1}}),
        (
            {"properties": {"type": {}}, "patternProperties": {EVIL: {}}, "additionalProperties": False},
            {"type": "n", LONG: 1},
        ),
    ],
    ids=["pattern", "patternProperties", "additionalProperties"],
)
def test_the_sandbox_refuses_what_a_pattern_takes_for_ever_on(schema: dict[str, Any], record: dict[str, Any]) -> None:
    shape = Schemas({"n": {"id": "n", **schema}}).shapes["n"]
    started = time.monotonic()
    ((message, _),) = complaints(shape, record)
    assert message == f"{LONG!r} does not match {EVIL!r}"
    assert time.monotonic() - started < 3


NAMES = st.text(alphabet="ab1", min_size=1, max_size=3)
RULES = st.sampled_from([{}, {"type": "integer"}, {"enum": ["x"]}])


@given(
    st.dictionaries(NAMES, st.sampled_from([1, "x", None]), max_size=5),
    st.dictionaries(st.sampled_from(["^a", "b$", "(a|b)+1", "1{2}"]), RULES, max_size=3),
    st.dictionaries(NAMES, RULES, max_size=3),
    st.sampled_from([True, False, {"type": "string"}, None]),
)
@settings(deadline=None)
def test_other_patterns_for_names_give_jsonschemas_words(
    record: dict[str, Any], by_pattern: dict[str, Any], properties: dict[str, Any], additional: Any
) -> None:
    schema: dict[str, Any] = {"patternProperties": by_pattern, "properties": properties}
    if additional is not None:
        schema["additionalProperties"] = additional
    given_ = [(list(error.path), error.message) for error in BoundedValidator(schema).iter_errors(record)]
    said = [(list(error.path), error.message) for error in Draft4Validator(schema).iter_errors(record)]
    key = repr
    assert sorted(given_, key=key) == sorted(said, key=key)
    found = {name for fault in judge(schema).faults(record) for name in fault.names}
    surplus = {
        error.message
        for error in Draft4Validator(schema).iter_errors(record)
        if error.validator == "additionalProperties"
    }
    assert all(any(repr(name) in message for message in surplus) for name in found)
    assert bool(found) == bool(surplus)


def test_the_dictionary_check_looks_at_patterns_for_names() -> None:
    node = _node({EVIL: {}, "[a": {}})
    said = {one.code: one.value for one in check(builders.dictionary(node)) if one.code in ("D417", "D429")}
    assert said == {"D417": "[a", "D429": EVIL}
