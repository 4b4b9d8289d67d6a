"""JSON files: nothing in them gets lost without a word."""

from __future__ import annotations

from typing import Any

import pytest

from sds2gen3.sheets.formats.json_text import read_json


def read(text: str | bytes) -> tuple[Any, list[tuple[str, str]]]:
    document, findings = read_json(text if isinstance(text, bytes) else text.encode(), "subjects.json")
    return document, [(f.code, str(f.place)) for f in findings]


def test_a_document_is_parsed() -> None:
    assert read('[{"a": 1, "b": [1.5, "x", null, true]}]') == ([{"a": 1, "b": [1.5, "x", None, True]}], [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(encoding: str) -> None:
    assert read('{"a": "é"}'.encode(encoding))[0] == {"a": "é"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n"a": 1,\n}', 3),
        ('{"a": \n tru}', 2),
        ("", 1),
        ("[" * 100_000, 1),
        ("[" + "9" * 5000 + "]", 1),
        ('{"a": 1,\n "b": "\\ud800"}', 2),
    ],
)
def test_invalid_json_is_an_error_with_its_line(text: str, line: int) -> None:
    assert read(text) == (None, [("R135", f"subjects.json:{line}")])


def test_a_name_twice_is_told_at_the_second() -> None:
    text = '[\n{"sex": "F",\n "x": {"sex": 1, "a:b": "\\"{"},\n "sex": "M"},\n{"sex": "F"}]'
    assert read(text) == (
        [{"sex": "M", "x": {"sex": 1, "a:b": '"{'}}, {"sex": "F"}],
        [("R136", "subjects.json:4")],
    )


def test_numbers_that_are_none_are_told_and_read_as_empty() -> None:
    assert read('{"a": NaN,\n "b": -Infinity, "c": "NaN"}') == (
        {"a": None, "b": None, "c": "NaN"},
        [("R137", "subjects.json:1"), ("R137", "subjects.json:2")],
    )


def test_pairs_of_halves_make_a_character() -> None:
    assert read('"\\ud83d\\ude00"') == ("\U0001f600", [])
