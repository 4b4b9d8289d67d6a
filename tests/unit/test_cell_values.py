"""Cells to plain values: text stays text, nothing is guessed, and ids lose nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sds2gen3.place import Place
from sds2gen3.sheets.tables.values import EXCEL_TEXT_LIMIT, Values, clean_values


def clean(*cells: Any, kind: str = "text") -> Values:
    return clean_values(cells, kind, "the header", lambda index: Place("a.xlsx", "Sheet1", index + 2, 1))


def codes(values: Values) -> list[str]:
    return [finding.code for finding in values.findings]


@pytest.mark.parametrize("text", ["007", "1E5", "NA", "None", "TRUE", "Not Defined", "12345678901234567890", "-", "0"])
def test_text_stays_as_it_is_typed(text: str) -> None:
    assert clean(text) == Values([text], [], [])


def test_white_space_around_text_goes_and_blank_text_is_nothing() -> None:
    assert clean(" F ", "  ", "\u00a0", "\u200b \ufeff", "a  b").values == ["F", None, None, None, "a  b"]


def test_zero_and_false_are_values_and_one_is_not_true() -> None:
    found = clean(0, False, 1, True, 1.0, 1.5).values
    assert [(type(value), value) for value in found] == [
        (int, 0),
        (bool, False),
        (int, 1),
        (bool, True),
        (float, 1.0),
        (float, 1.5),
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (dt.date(2020, 1, 2), "2020-01-02"),
        (dt.datetime(2020, 1, 2), "2020-01-02"),
        (dt.datetime(2020, 1, 2, 10, 30), "2020-01-02T10:30:00"),
        (dt.time(10, 30), "10:30:00"),
        (dt.timedelta(hours=25, minutes=3), "P1DT1H3M"),
        (dt.timedelta(seconds=90), "PT1M30S"),
        (dt.timedelta(milliseconds=1500), "PT1.5S"),
        (-dt.timedelta(minutes=5), "-PT5M"),
        (dt.timedelta(0), "P0D"),
    ],
)
def test_dates_and_times_are_iso_8601(cell: Any, text: str) -> None:
    assert clean(cell).values == [text]


def test_midnight_is_only_dropped_where_the_whole_column_is_at_midnight() -> None:
    assert clean(dt.datetime(2020, 1, 2), dt.datetime(2020, 1, 3, 1)).values == [
        "2020-01-02T00:00:00",
        "2020-01-03T01:00:00",
    ]


class TestIds:
    def test_numbers_become_their_text_with_a_warning(self) -> None:
        found = clean(101, 7.5, 101, kind="id")
        assert (found.values, codes(found)) == (["101", "7.5", "101"], ["S203"])
        assert found.findings[0].message == "The id '101' at 'the header' is a number in Excel, and so with 1 more."
        assert [str(place) for place in found.findings[0].related] == ["a.xlsx!A3", "a.xlsx!A4"]

    def test_dates_times_and_truth_values_too(self) -> None:
        found = clean(dt.datetime(2024, 3, 1), True, kind="id")
        assert (found.values, codes(found)) == (["2024-03-01", "TRUE"], ["S204"])

    def test_what_only_looks_right_is_made_right(self) -> None:
        found = clean("sub\u20131", "sub-2\u200b", "\ufeffsub-3", "sub-4", kind="id")
        assert (found.values, codes(found)) == (["sub-1", "sub-2", "sub-3", "sub-4"], ["S206"])

    def test_white_space_is_noted_in_ids_and_paths_only(self) -> None:
        assert codes(clean(" sub-1 ", kind="id")) == ["S207"]
        assert codes(clean(" a.txt", kind="path")) == ["S207"]
        assert codes(clean(" F ")) == []

    def test_letters_of_other_scripts_stay(self) -> None:
        assert clean("sub-\u00e9", kind="id") == Values(["sub-\u00e9"], [], [])


def test_numbers_beyond_the_digits_of_excel_are_doubted() -> None:
    assert codes(clean(10**15)) == ["R157"]
    assert clean(12345678901234567890, kind="id").values == ["12345678901234567890"]
    assert codes(clean(10**15 - 1)) == []


def test_a_text_that_fills_its_cell_may_be_cut() -> None:
    assert codes(clean("x" * EXCEL_TEXT_LIMIT)) == ["R156"]
    assert codes(clean("x" * (EXCEL_TEXT_LIMIT - 1))) == []
