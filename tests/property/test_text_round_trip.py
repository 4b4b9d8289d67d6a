"""A CSV that is written and read again holds the same text."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.sheets.formats.sniff import sniff
from sds2gen3.sheets.formats.text import read_text

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_written_text_is_read_as_it_was(rows: list[list[str]], encoding: str) -> None:
    header = ["subject id", "age", "sex"]
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([header, *rows])
    grid, findings = read_text(
        buffer.getvalue().encode(encoding), "subjects.csv", frozenset({"subjectid", "age", "sex"})
    )
    expected = [[cell or None for cell in row] for row in [header, *rows]]
    for row in expected:
        while row and row[-1] is None:
            row.pop()
    while expected and not expected[-1]:
        expected.pop()
    assert grid.rows == expected
    assert [f.code for f in findings if f.code != "R131"] == []


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(data: bytes) -> None:
    sniff(data)
    grid, _ = read_text(data, "subjects.csv")
    assert all(cell is None or (isinstance(cell, str) and cell) for row in grid.rows for cell in row)


@pytest.mark.parametrize("quote", [b'"', b'a,"'])
@given(data=st.binary(max_size=60))
def test_open_quotes_lose_no_row(quote: bytes, data: bytes) -> None:
    grid, _ = read_text(quote + data.replace(b'"', b"") + b"\nlast,row\n", "subjects.csv")
    assert grid.rows[-1][-1] == "row" or grid.rows[-1] == ["last", "row"]
