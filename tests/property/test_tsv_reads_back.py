"""Records that TSV can carry come back unchanged through a reader that follows the server's (contract section 4)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from builders import dataset, dictionary, link, node
from hypothesis import given, settings
from hypothesis import strategies as st

from sds2gen3.dictionary.types import NodeType
from sds2gen3.model import OMIT, Graph, NodeTable, Part
from sds2gen3.write import tsv_findings
from sds2gen3.write.tsv import as_tsv

NULL = "null"
PROPERTIES: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", NULL]},
    "word": {"enum": ["a", "b", None]},
    "whole": {"type": ["integer", NULL]},
    "number": {"type": ["number", NULL]},
    "flag": {"type": ["boolean", NULL]},
    "texts": {"type": ["array", NULL], "items": {"type": "string"}},
    "wholes": {"type": ["array", NULL], "items": {"type": "integer"}},
    "numbers": {"type": ["array", NULL], "items": {"type": "number"}},
    "flags": {"type": ["array", NULL], "items": {"type": "boolean"}},
    "mixed": {"type": ["array", NULL], "items": {"type": ["string", NULL]}},
    "either": {"type": ["string", "array", NULL]},
    "when": {"oneOf": [{"type": "string", "format": "date-time"}, {"type": NULL}]},
}
NODE = node(
    "case", PROPERTIES, links=(link("cases", "case", "many_to_many"), link("projects", "project", "many_to_one"))
)
NODES = dictionary(NODE)


def read(data: bytes, node: NodeType) -> list[dict[str, Any]]:
    """The records that the server makes of a TSV body."""
    text = "\n".join(data.decode().strip().splitlines())
    return [_record(row, node) for row in csv.DictReader(io.StringIO(text), delimiter="\t")]


def _record(row: Mapping[str, str | None], node: NodeType) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, cell in row.items():
        value = None if cell is None else cell.strip()
        if "." in name:
            link_name, key = name.split(".", 1)
            ids = [one.strip() for one in (value or "").split(",")]
            record[link_name] = [{key: one} for one in ids if one not in ("", NULL)]
        elif value is not None:
            rule = node.properties[name].schema if name in node.properties else {}
            record[name] = None if value in ("", NULL) else _converted(value, rule)
    return record


def _converted(text: str, rule: Mapping[str, Any]) -> Any:
    kinds = rule.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    try:
        if kind == "boolean":
            return {"true": True, "false": False}.get(text.lower(), text)
        if kind == "array":
            items = [item.strip() for item in text.split(",")]
            convert = {"string": str, "integer": lambda t: int(float(t)), "number": float, "boolean": _truth}
            return [convert[rule["items"]["type"]](item) for item in items]
        if kind == "number":
            return int(float(text)) if float(text).is_integer() else float(text)
        return int(text) if kind == "integer" else text
    except (TypeError, ValueError, OverflowError):
        return text


def _truth(text: str) -> bool:
    return text.lower() in ("true", "t", "yes", "y")


texts = st.text(st.sampled_from("ab,\"'\t\n 0\u2028*#.é\x1c"), max_size=6) | st.sampled_from(
    [NULL, "", "NULL", "true", "5"]
)
plain = (
    texts | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
)
ids = st.text(st.sampled_from("ab, #\n"), min_size=1, max_size=4).filter(str.strip) | st.just(NULL)
records = st.fixed_dictionaries(
    {"submitter_id": texts},
    optional={
        **{name: plain | st.lists(plain, max_size=3) for name in PROPERTIES},
        "cases": st.lists(ids.map(lambda one: {"submitter_id": one}), max_size=2),
        "projects": st.just({"code": "p"}),
    },
)


def as_table(rows: list[dict[str, Any]]) -> NodeTable:
    names = ["submitter_id", *dict.fromkeys(name for row in rows for name in row if name != "submitter_id")]
    columns = {name: [row.get(name, OMIT) for row in rows] for name in names}
    return NodeTable("case", (Part({"type": ["case"] * len(rows), **columns}, ragged=True),))


def canonical(record: dict[str, Any]) -> dict[str, Any]:
    """Without what means the same to the server: no link and an empty one, one target and a list of one."""
    plain = dict(record)
    for name in NODE.links:
        value = plain.pop(name, None)
        if value:
            plain[name] = value if isinstance(value, list) else [value]
    return {name: (type(value) is bool, value) for name, value in plain.items()}


@given(st.lists(records, min_size=1, max_size=3))
@settings(max_examples=600, deadline=None)
def test_what_is_not_refused_comes_back_unchanged(rows: list[dict[str, Any]]) -> None:
    table = as_table(rows)
    found = tsv_findings(Graph(dataset(), {"case": table}), NODES)
    data = b"".join(as_tsv(table, NODES))
    if not found:
        assert list(map(canonical, read(data, NODE))) == list(map(canonical, table.records()))


@pytest.mark.parametrize(
    ("property", "value", "code"),
    [
        ("text", "two\nlines", "D460"),
        ("text", "a\tb", "D460"),
        ("text", "a\u2028b", "D460"),
        ("text", "x" * 131_073, "D460"),
        ("text", "null", "D461"),
        ("text", "", "D461"),
        ("texts", [], "D461"),
        ("texts", [""], "D461"),
        ("texts", ["null"], "D461"),
        ("text", "x ", "D462"),
        ("texts", [" x", "y"], "D462"),
        ("texts", ["Doe, Jane", "Roe, John"], "D463"),
        ("wholes", [2**53 + 1], "D463"),
        ("either", ["a", "b"], "D464"),
        ("mixed", ["a"], "D464"),
        ("text", 5, "D464"),
        ("whole", "7", "D464"),
        ("number", 10**17 + 1, "D464"),
        ("cases", [{"submitter_id": "a,b"}], "D463"),
        ("cases", [{"submitter_id": " a"}], "D462"),
        ("cases", [{"submitter_id": "null"}], "D461"),
        ("cases", [{"submitter_id": "a\nb"}], "D460"),
    ],
)
def test_what_would_come_back_otherwise_is_refused(property: str, value: Any, code: str) -> None:
    rows = [{"submitter_id": "s", property: value}]
    assert [d.code for d in tsv_findings(Graph(dataset(), {"case": as_table(rows)}), NODES)] == [code]
    read_back = read(b"".join(as_tsv(as_table(rows), NODES)), NODE) if len(str(value)) < 131_000 else []
    assert list(map(canonical, read_back)) != list(map(canonical, as_table(rows).records())) or code == "D460"


@pytest.mark.parametrize(
    ("property", "value"),
    [
        ("text", 'a "quoted" word'),
        ("text", '"'),
        ("text", "a, b #c"),
        ("text", "x" * 131_072),
        ("text", "NULL"),
        ("text", None),
        ("texts", ["", "a"]),
        ("texts", ["null", "a"]),
        ("number", 1e22),
        ("number", 0.1),
        ("flag", False),
        ("either", "a,b"),
        ("whole", 2**62),
        ("cases", [{"submitter_id": "a"}, {"submitter_id": "b"}]),
    ],
)
def test_what_only_looks_dangerous_passes(property: str, value: Any) -> None:
    table = as_table([{"submitter_id": "s", property: value}])
    assert tsv_findings(Graph(dataset(), {"case": table}), NODES) == []
    assert list(map(canonical, read(b"".join(as_tsv(table, NODES)), NODE))) == list(map(canonical, table.records()))


def test_left_out_and_cleared_are_a_warning_for_all_records_together() -> None:
    rows = [{"submitter_id": "a", "text": "x"}, {"submitter_id": "b"}, {"submitter_id": "c", "cases": None}]
    found = tsv_findings(Graph(dataset(), {"case": as_table(rows)}), NODES)
    assert [(d.code, d.severity.label, d.property) for d in found] == [
        ("D465", "warning", "text"),
        ("D465", "warning", "cases"),
    ]
    assert found[0].message == "'text' is left out for 2 of the case records; in a TSV file it is empty there."
