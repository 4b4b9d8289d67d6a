"""Ids and values that the commons cannot store, or would mix up; the program and project."""

from __future__ import annotations

import math
from typing import Any

import orjson
import pytest
from builders import dataset, dictionary, node, table

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import OMIT, Graph, NodeTable, Part
from sds2gen3.validate import validate
from sds2gen3.validate.unsendable import MOST_NESTED

ANY: dict[str, Any] = {}
NODES = dictionary(node("case", {"x": ANY, "y": ANY}), node("sample", {}))


def records(node: str, ids: list[Any], **columns: list[Any]) -> NodeTable:
    name = {"case": "subjects"}.get(node, "samples")
    sheet = table(name, {"id": [str(one) for one in ids], **{key: ["cell"] * len(ids) for key in columns}})
    origins = {"submitter_id": ("id",), **{key: (key,) for key in columns}}
    values = {"type": [node] * len(ids), "submitter_id": ids, **columns}
    return NodeTable(node, (Part(values, sheet, range(len(ids)), origins, ragged=True),))


def found(*tables: NodeTable, **roots: Any) -> list[Diagnostic]:
    return validate(Graph(dataset(), {one.node: one for one in tables}, roots), NODES).diagnostics


@pytest.mark.parametrize("name", [None, OMIT, ""])
def test_a_record_needs_an_id(name: Any) -> None:
    """The server would take it for any record of that kind [646, 648, 955]."""
    (only,) = found(records("case", ["a", name]))
    assert (only.code, str(only.place), only.message) == ("L520", "subjects.xlsx!A3", "This subject has no id.")


def test_an_id_is_text() -> None:
    (only,) = found(records("case", [7]))
    assert (only.code, only.message) == ("L521", "The id of this subject is 7, but it must be text.")


@pytest.mark.parametrize(
    ("name", "code"), [("x" * 2600, []), ("x" * 2601, ["L521"]), ("é" * 1301, ["L521"]), (" a/b,'c\n", [])]
)
def test_an_id_has_at_most_2600_bytes_and_any_text(name: str, code: list[str]) -> None:
    assert [d.code for d in found(records("case", [name]))] == code


def test_an_id_given_twice_is_one_finding_with_both_rows() -> None:
    (only,) = found(records("case", ["a", "b", "a", "a"]))
    assert (only.code, only.message) == ("L522", "The id 'a' is given to 3 subject records.")
    assert (str(only.place), [str(place) for place in only.related]) == (
        "subjects.xlsx!A4",
        ["subjects.xlsx!A2", "subjects.xlsx!A5"],
    )


def test_ids_that_differ_only_in_case_are_an_error() -> None:
    (only,) = found(records("case", ["Sub-1", "b", "sub-1"]))
    assert (only.code, str(only.place), [str(p) for p in only.related]) == (
        "L523",
        "subjects.xlsx!A4",
        ["subjects.xlsx!A2"],
    )
    assert only.message == "The ids 'Sub-1' and 'sub-1' of subject records differ only in upper and lower case."


def test_an_id_is_quoted_as_it_was_typed() -> None:
    sheet = table("subjects", {"subject_id": ["sub-1", "Sub-1", "sub-1"]})
    ids = ["heart:sub-1", "heart:Sub-1", "heart:sub-1"]
    part = Part({"type": ["case"] * 3, "submitter_id": ids}, sheet, range(3), {"submitter_id": ("subject_id",)})
    (only,) = found(NodeTable("case", (part,)))
    assert only.message == "The ids 'sub-1' and 'Sub-1' of subject records differ only in upper and lower case."
    assert only.value == "heart:Sub-1"


def test_ids_that_the_server_tells_apart_pass() -> None:
    assert found(records("case", ["a", "a ", " a", "strasse", "straße"])) == []


def test_the_same_id_in_two_nodes_is_an_info_per_pair() -> None:
    (only,) = found(records("case", ["a", "b", "c"]), records("sample", ["b", "a", "d"]))
    assert (only.code, only.severity.label) == ("L524", "info")
    assert only.message == "2 ids are those of subject records and of sample records."
    assert (str(only.place), len(only.related)) == ("samples.xlsx!A2", 1)


@pytest.mark.parametrize("value", ["a\0b", "\ud800", ["a", "b\0"], {"k": "\udfff"}, {"\0": 1}, [{"a": {"\ud800": 1}}]])
def test_text_that_makes_the_server_fail_is_an_error(value: Any) -> None:
    """[7109, 7133, 7134]"""
    (only,) = found(records("case", ["a", "b"], x=["fine", value]))
    assert (only.code, str(only.place)) == ("D451", "subjects.xlsx!B3")
    only.message.encode()


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, [1, 10**30], math.nan, math.inf, [1.0, -math.inf]])
def test_a_number_that_cannot_be_sent_is_an_error(value: Any) -> None:
    (only,) = found(records("case", ["a", "b"], x=[1.5, value]))
    assert (only.code, str(only.place)) == ("D452", "subjects.xlsx!B3")


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize("depth", [MOST_NESTED + 1, 300, 100_000])
def test_what_is_nested_too_deeply_to_be_written_is_an_error(depth: int) -> None:
    value = nested(depth)
    assert [d.code for d in found(records("case", ["a", "b"], x=["fine", value]))] == ["D456"]
    while value:  # Python frees it level by level, and would run out of stack
        (value,) = value


def test_what_is_nested_less_deeply_can_be_written_in_a_record() -> None:
    value = nested(MOST_NESTED)
    assert found(records("case", ["a", "b"], x=["fine", value])) == []
    assert orjson.dumps({"x": value})
    with pytest.raises(TypeError):
        orjson.dumps({"x": [value]})


def test_values_that_only_look_suspect_pass() -> None:
    fine = ["\\u0000", None, OMIT, 2**64 - 1, -(2**63), [None, 1.5], {"k": None}, "\U0001f600", True]
    assert found(records("case", list("abcdefghi"), x=fine)) == []


PROGRAM = {"type": "program", "name": "sparc", "dbgap_accession_number": "sparc"}
PROJECT = {"type": "project", "code": "heart", "dbgap_accession_number": "heart"}
TEXT = {"type": "string"}
ROOTS = dictionary(
    node("program", {"name": TEXT, "dbgap_accession_number": TEXT}, required=("name", "dbgap_accession_number")),
    node(
        "project",
        {"code": TEXT, "name": TEXT, "dbgap_accession_number": TEXT, "kind": {"enum": ["a", None]}, "programs": {}},
        required=("code", "name", "programs"),
    ),
)


def roots(**given: Any) -> list[tuple[str, str]]:
    return [(d.code, d.message) for d in validate(Graph(dataset(), {}, given), ROOTS)]


def test_program_and_project_need_what_the_server_asks_for_and_no_more() -> None:
    """[107, 108, 119, 120, 127]: the server does not look at `required` of these two."""
    assert roots(program=PROGRAM, project=PROJECT) == []
    assert roots() == []
    assert roots(program={"type": "program", "name": "sparc"}) == []
    assert roots(program={"type": "program", "name": " "}) == [("D454", "The program has no 'name'.")]
    assert roots(project={"type": "project", "code": "heart"}) == [
        ("D454", "The project has no 'dbgap_accession_number'.")
    ]


def test_what_the_server_refuses_of_a_project_and_drops_of_a_program() -> None:
    """[109, 121, 122, 129]"""
    assert roots(project=PROJECT | {"colour": "x"}) == [("D454", "The dictionary knows no 'colour' of a project.")]
    assert roots(project=PROJECT | {"kind": "x"}) == [("D454", "'x' is not one of the agreed words for 'kind'.")]
    assert [code for code, _ in roots(project=PROJECT | {"programs": [{"name": "sparc"}]})] == ["D454"]
    assert roots(program=PROGRAM | {"colour": "x"}) == [("D455", "The dictionary knows no 'colour' of a program.")]
