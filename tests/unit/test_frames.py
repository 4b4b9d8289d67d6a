"""Tables and NodeTables as pandas DataFrames and back: pandas holds the values, it never reads meaning into them."""

from __future__ import annotations

from typing import Any

import numpy
import pandas
import pytest
from builders import table
from hypothesis import given, settings
from hypothesis import strategies as st

from sds2gen3 import NodeTable, Table
from sds2gen3.model import OMIT, Part

TRAPS = ["007", "1E5", "NA", "N/A", "None", "nan", "NaN", "null", "TRUE", "", " ", "12345678901234567890", "2020-01-02"]
"""Texts that pandas would make numbers, nothing or dates of, if it were let."""

SINGLE = st.one_of(
    st.none(),
    st.sampled_from(TRAPS),
    st.text(max_size=5),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.booleans(),
)
VALUES = st.one_of(SINGLE, st.lists(SINGLE, max_size=3))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


def typed(value: Any) -> Any:
    """A value that equals another only if both are of the same type: to Python, 1, 1.0 and True are equal."""
    return [typed(one) for one in value] if isinstance(value, list) else (type(value).__name__, value)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return {k: typed(list(v)) for k, v in one.items()} == {k: typed(list(v)) for k, v in other.items()}


@st.composite
def columns(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> dict[str, list[Any]]:
    count = draw(st.integers(0, 4))
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    return {name: draw(st.lists(values, min_size=count, max_size=count)) for name in names}


@given(columns(VALUES), st.data())
@settings(deadline=None)
def test_a_table_comes_back_from_its_frame(some: dict[str, list[Any]], data: st.DataObject) -> None:
    count = len(next(iter(some.values())))
    rows = data.draw(st.lists(st.integers(1, 10**6), min_size=count, max_size=count, unique=True))
    one = table("subjects", some, rows=rows)
    back = Table.from_frame("subjects", one.frame, one.file, one.sheet)
    assert same(dict(back.columns), some)
    assert list(back.columns) == list(some)
    assert list(back.rows) == rows
    assert back.headers == one.headers
    for record in range(count):
        for field in some:
            assert back.place(record, field) == one.place(record, field)


@given(columns(st.one_of(VALUES, st.just(OMIT))))
@settings(deadline=None)
def test_records_come_back_from_their_frame(some: dict[str, list[Any]]) -> None:
    count = len(next(iter(some.values())))
    keys = {"type": ["case"] * count, "submitter_id": [f"s{number}" for number in range(count)]}
    nodes = NodeTable("case", (Part({**keys, **some}, ragged=True),))
    back = NodeTable.from_frame("case", nodes.frame)
    records, expected = list(back.records()), list(nodes.records())
    assert [typed(list(record.items())) for record in map(sorted_items, records)] == [
        typed(list(record.items())) for record in map(sorted_items, expected)
    ]
    assert all(OMIT not in record.values() for record in records)


def sorted_items(record: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(record.items()))


@given(columns(st.one_of(VALUES, st.just(OMIT))))
@settings(deadline=None)
def test_the_parts_of_a_node_are_one_frame(some: dict[str, list[Any]]) -> None:
    nodes = NodeTable("case", (Part(some, ragged=True), Part({"other": ["x"]})))
    frame = nodes.frame
    assert len(frame) == len(nodes) == len(next(iter(some.values()))) + 1
    carried = {name for name, column in some.items() if any(value is not OMIT for value in column)}
    assert set(frame.columns) == carried | {"other"}
    assert list(NodeTable.from_frame("case", frame).records()) == list(nodes.records())


@pytest.mark.parametrize("text", TRAPS)
def test_text_stays_the_text_that_was_typed(text: str) -> None:
    frame = table("subjects", {"subject_id": ["sub-1", "sub-2"], "x": [text, None]}).frame
    assert frame["x"].tolist() == [text, None]
    assert frame["x"].dtype == object
    assert Table.from_frame("subjects", frame).columns["x"] == [text, None]


def test_whole_numbers_beside_an_empty_cell_stay_whole() -> None:
    frame = table("subjects", {"n": [7, None, 12345678901234567890]}).frame
    assert [type(value) for value in frame["n"]] == [int, type(None), int]


def test_nothing_and_not_carried_stay_two_things() -> None:
    frame = NodeTable("case", (Part({"submitter_id": ["a", "b"], "sex": [None, OMIT]}, ragged=True),)).frame
    assert frame["sex"].tolist() == [None, OMIT]
    assert list(NodeTable.from_frame("case", frame).records()) == [
        {"submitter_id": "a", "sex": None},
        {"submitter_id": "b"},
    ]


def test_the_index_of_a_table_s_frame_holds_the_sheet_s_rows() -> None:
    frame = table("subjects", {"subject_id": ["sub-1", "sub-2"]}, rows=[4, 9]).frame
    assert (frame.index.name, frame.index.tolist()) == ("row", [4, 9])
    chosen = Table.from_frame("subjects", frame[frame["subject_id"] == "sub-2"], "subjects.xlsx")
    assert str(chosen.place(0, "subject_id")) == "subjects.xlsx!A9"


def test_frames_that_pandas_made_give_plain_values() -> None:
    """A frame with pandas' own types: numpy scalars are unwrapped, and its kinds of nothing are None."""
    frame = pandas.DataFrame(
        {
            "whole": pandas.array([1, None], dtype="Int64"),
            "number": [0.5, numpy.nan],
            "flag": pandas.array([True, None], dtype="boolean"),
            "when": pandas.array(["x", None], dtype="string"),
            "date": [pandas.Timestamp(2020, 1, 2, 10, 30), pandas.NaT],
            "small": numpy.array([3, 4], dtype="int32"),
        }
    )
    expected = {
        "whole": [1, None],
        "number": [0.5, None],
        "flag": [True, None],
        "when": ["x", None],
        "date": ["2020-01-02T10:30:00", None],
        "small": [3, 4],
    }
    assert same(dict(Table.from_frame("subjects", frame).columns), expected)
    assert same(dict(NodeTable.from_frame("case", frame).parts[0].columns), expected)


def test_a_frame_without_rows_or_columns() -> None:
    empty = Table.from_frame("subjects", pandas.DataFrame())
    assert (len(empty), dict(empty.columns)) == (0, {})
    assert len(NodeTable("case").frame) == 0
    assert list(NodeTable.from_frame("case", NodeTable("case").frame).records()) == []
