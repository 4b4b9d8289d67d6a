"""Work is done once for each distinct value of a column, and never for two that only look equal to Python."""

from __future__ import annotations

from typing import Any

from sds2gen3.distinct import distinct, on_distinct
from sds2gen3.model import OMIT, Part


def test_distinct_keeps_the_order_of_first_appearance() -> None:
    assert distinct(["b", None, "a", "b", None]) == ["b", None, "a"]


def test_one_and_true_are_two_values() -> None:
    assert [type(value) for value in distinct([1, True, 1.0])] == [int, bool, float]
    assert on_distinct([1, True, 1.0, "1", 1], repr) == ["1", "True", "1.0", "'1'", "1"]


def test_lists_are_told_apart_by_what_they_are_not_by_what_they_hold() -> None:
    shared: list[Any] = [1]
    assert len(distinct([shared, [True], shared, {"a": 1}])) == 3
    assert on_distinct([shared, [2], shared], sum) == [1, 2, 1]


def test_a_function_is_called_once_for_each_distinct_value() -> None:
    seen: list[str] = []
    assert on_distinct(["a", "b", "a", "a"], lambda value: seen.append(value) or value * 2) == ["aa", "bb", "aa", "aa"]
    assert seen == ["a", "b"]


def test_what_a_record_does_not_carry_is_no_value_of_its_column() -> None:
    part = Part({"age": ["1", OMIT, "1", None]}, ragged=True)
    assert part.distinct("age") == ["1", None]
