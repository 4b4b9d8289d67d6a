"""jsonschema-rs, as we use it, finds exactly what jsonschema finds: the same multiset of (path, keyword) for every record."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sds2gen3.dictionary import load
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.model import OMIT, Part
from sds2gen3.resources import Declarations
from sds2gen3.validate import oracle
from sds2gen3.validate.judge import judge
from sds2gen3.validate.slim import FORMATS

SERVED = {"served": "_dictionary_all.json", "extended": "_dictionary_all_extended.json"}
NAMES = [*SERVED, *Declarations.standard().names("dictionaries")]
RECORDS_PER_NODE = 300

ODD = [
    None,
    "",
    "x",
    "null",
    0,
    -1,
    3,
    3.0,
    2.5,
    10**30,
    True,
    False,
    [],
    [None],
    ["a", "a"],
    [1],
    [[1]],
    {},
    {"a": 1},
    "\ud800",
]
DATES = ["2024-01-01T00:00:00Z", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01 00:00:00Z", "2024-12-31T23:59:60Z"]


@pytest.fixture(params=NAMES)
def dictionary(request: pytest.FixtureRequest) -> Dictionary:
    """The dictionary of the 12 LABOURS platform as its server gives it, that of the lab, and every bundled one."""
    name = str(request.param)
    if name not in SERVED:
        return load(name)
    folder: Path = request.getfixturevalue("shared")
    return load(folder / "gen3_contract/exchanges" / SERVED[name])


def test_a_format_that_the_server_does_not_look_at_is_a_remark_whatever_is_installed_here() -> None:
    for name in (
        "json-pointer",
        "color",
        "duration",
        "uri",
    ):  # jsonschema checks these where a package for them is there
        assert oracle.is_valid({"type": "string", "format": name}, "none of that")
        assert judge({"type": "string", "format": name}).faults("none of that") == []


def test_each_format_that_the_server_looks_at_refuses_something() -> None:
    assert [name for name in FORMATS if oracle.conforms("(", name)] == []


def test_equal_faults_on_good_and_bad_records_of_every_node(dictionary: Dictionary) -> None:
    chance = random.Random(20240131)
    faulty = 0
    for node in dictionary.nodes.values():
        judging = judge(node.schema)
        assert judging.fast is not None, judging.refusal
        for _ in range(RECORDS_PER_NODE):
            record = _record(chance, node.schema)
            expected = Counter((fault.path, fault.keyword) for fault in oracle.faults(node.schema, record))
            found = judging.faults(record)
            assert Counter((fault.path, fault.keyword) for fault in found) == expected, record
            faulty += bool(found)
    assert 0 < faulty < RECORDS_PER_NODE * len(dictionary.nodes)


def test_columns_are_accepted_where_every_record_is_valid_and_only_there(dictionary: Dictionary) -> None:
    """The verdict on whole columns, which spares most datasets the verdict on each record, says the same."""
    chance = random.Random(20240131)
    lifted = 0
    for node in dictionary.nodes.values():
        judging = judge(node.schema)
        records = [_record(chance, node.schema) for _ in range(RECORDS_PER_NODE)]
        good = [record for record in records if not judging.faults(record)]
        if judging.by_column is None or not good:
            continue
        lifted += 1
        assert judging.accepts(_part(good))
        for bad in (record for record in records if judging.faults(record)):
            assert not judging.accepts(_part([*good[:3], bad])), bad
    assert lifted > len(dictionary.nodes) / 2


def _part(records: list[dict[str, Any]]) -> Part:
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: [record.get(name, OMIT) for record in records] for name in names}
    return Part(columns, ragged=any(OMIT in column for column in columns.values()))


def _record(chance: random.Random, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A record with most required and some other properties; in two of three, some values are spoilt."""
    spoil = chance.choice([0.0, 0.05, 0.4])
    record = {}
    for name, rule in schema.get("properties", {}).items():
        wanted = name in schema.get("required", ())
        if chance.random() < (1.0 - spoil / 4 if wanted else 0.4):
            record[name] = chance.choice(ODD + DATES) if chance.random() < spoil else _value(chance, rule)
    if chance.random() < spoil / 2:
        record["no such property"] = chance.choice(ODD)
    return record


def _value(chance: random.Random, rule: Mapping[str, Any]) -> Any:
    for keyword in ("oneOf", "anyOf"):
        if keyword in rule:
            return _value(chance, chance.choice(rule[keyword]))
    if "enum" in rule:
        return chance.choice(rule["enum"])
    kinds = rule.get("type", "string")
    kind = kinds if isinstance(kinds, str) else chance.choice(kinds)
    if kind == "array":
        return [_value(chance, rule.get("items", {})) for _ in range(chance.randrange(4))]
    if kind == "object":
        return {"submitter_id": "x"} if chance.random() < 0.8 else {"id": chance.choice(["x", "0" * 8])}
    plain: dict[str, Any] = {"null": None, "integer": 7, "number": 2.5, "boolean": True}
    if kind in plain:
        return plain[kind]
    return chance.choice(DATES) if "format" in rule else chance.choice(["text", "", "d41d8cd98f00b204e9800998ecf8427e"])


RULES: list[dict[str, Any]] = [
    {"type": "string", "pattern": r"^\d+$"},
    {"type": ["string", "null"], "pattern": r"(?i)^ab\Z"},
    {"type": "string", "pattern": r"(?P<first>a)+"},
    {"type": "string", "minLength": 1, "maxLength": 3},
    {"type": "number", "multipleOf": 0.01},
    {"multipleOf": 3},
    {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "maximum": 10, "exclusiveMaximum": True},
    {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2, "uniqueItems": True},
    {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 2}, {"enum": ["NA", 1]}]},
    {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    {"allOf": [{"type": "string"}, {"enum": ["a", "ab"]}]},
    {"not": {"enum": ["a", 3]}},
    *({"format": name} for name in (*FORMATS, "uri", "hostname", "no-such-format")),
]
TEXTS = ["a", "AB\n", "12", "٣", "12\n", "0.07", "a@b", "::1", "127.0.0.1", "(", "00:00:00", "2024-02-30", *DATES]


@given(
    rule=st.sampled_from(RULES),
    value=st.sampled_from(TEXTS)
    | st.text(max_size=4)
    | st.integers(-3, 12)
    | st.sampled_from([0.07, 2.5, 1e300, 10**25, -(10**300), None, True])
    | st.lists(st.sampled_from([1, 1.0, True, "1", None]), max_size=3),
)
@settings(max_examples=400, deadline=None)
def test_equal_faults_for_every_keyword(rule: dict[str, Any], value: Any) -> None:
    schema = {"type": "object", "properties": {"x": rule}, "required": ["y"], "additionalProperties": False}
    record = {"x": value}
    expected = Counter((fault.path, fault.keyword) for fault in oracle.faults(schema, record))
    assert Counter((fault.path, fault.keyword) for fault in judge(schema).faults(record)) == expected
