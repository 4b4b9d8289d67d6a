"""CSV and TSV files, as typed."""

from __future__ import annotations

from typing import Any

import pytest

from sds2gen3.sheets.formats.text import read_text

KEYS = frozenset({"subjectid", "age", "sex"})


def rows(
    data: bytes, file: str = "subjects.csv", keys: frozenset[str] = frozenset()
) -> tuple[list[list[Any]], list[str]]:
    grid, findings = read_text(data, file, keys)
    return grid.rows, [f.code for f in findings]


def test_values_are_text_exactly_as_typed() -> None:
    read, codes = rows(b'subject id,age,note\nsub-1,007, NA \nsub-2,,"a, ""b""\r\nc"\n')
    assert read == [["subject id", "age", "note"], ["sub-1", "007", " NA "], ["sub-2", None, 'a, "b"\nc']]
    assert codes == []


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        ("subject id,größe\n".encode(), []),
        ("subject id,größe\n".encode("utf-8-sig"), []),
        ("\ufeffsubject id,größe\n".encode("utf-16-le"), ["R131"]),
        ("\ufeffsubject id,größe\n".encode("utf-16-be"), ["R131"]),
        ("subject id,größe\n".encode("utf-32"), ["R131"]),
        ("subject id,größe\n".encode("cp1252"), ["R131"]),
    ],
)
def test_encodings_are_told_apart(data: bytes, codes: list[str]) -> None:
    assert rows(data) == ([["subject id", "größe"]], codes)


def test_no_byte_is_lost_and_the_line_is_named() -> None:
    grid, findings = read_text(b"a,b\n1,\x81\xe9\n", "x.csv")
    assert grid.rows[1] == ["1", "\x81é"]
    assert str(findings[0].place) == "x.csv:2"


@pytest.mark.parametrize(
    ("data", "file", "codes"),
    [
        (b"subject id;age\nsub-1;3,5\n", "subjects.csv", ["R132"]),
        (b"subject id\tage\nsub-1\t3,5\n", "subjects.csv", ["R132"]),
        (b"subject id|age\nsub-1|3,5\n", "subjects.csv", ["R132"]),
        (b"subject id\tage\nsub-1\t3,5\n", "subjects.tsv", []),
        (b"subject id;age\nsub-1;3,5\n", "subjects.xlsx", []),
        (b'sep=;\nsubject id;age\nsub-1;"3,5"\n', "subjects.csv", ["R132"]),
    ],
)
@pytest.mark.parametrize("keys", [frozenset(), KEYS])
def test_the_delimiter_is_found(data: bytes, file: str, codes: list[str], keys: frozenset[str]) -> None:
    assert rows(data, file, keys) == ([["subject id", "age"], ["sub-1", "3,5"]], codes)


def test_known_headers_win_over_even_rows() -> None:
    data = b"subject id;age;sex\n1,2;3,4;5,6\n7,8;9,0;1,2\n"
    data = b"a title, with commas, in it\n" + data
    assert rows(data, keys=KEYS)[0][1] == ["subject id", "age", "sex"]


def test_text_in_the_cells_does_not_split_them() -> None:
    data = b"Metadata element,Description,Value\nTitle,one; two; three,x\nKeywords,a; b; c,y\n"
    assert rows(data, "dataset_description.csv")[0][1] == ["Title", "one; two; three", "x"]


def test_one_column_stays_one_column() -> None:
    assert rows(b"filename\na.txt\n") == ([["filename"], ["a.txt"]], [])


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_all_line_ends_are_the_same(end: bytes) -> None:
    assert rows(end.join((b"a,b", b"", b"1,2", b""))) == ([["a", "b"], [], ["1", "2"]], [])


def test_nul_characters_are_left_out_with_a_warning() -> None:
    grid, findings = read_text(b"a,b\nx\0y,z\n", "x.csv")
    assert grid.rows == [["a", "b"], ["xy", "z"]]
    assert [(f.code, str(f.place)) for f in findings] == [("R133", "x.csv:2")]


def test_an_open_quote_is_named_and_the_rows_after_it_are_still_read() -> None:
    grid, findings = read_text(b'id,note\n1,"two\nlines"\n2,"open\n3,x\n\n4,y\n', "x.csv")
    assert grid.rows == [["id", "note"], ["1", "two\nlines"], ["2", '"open'], ["3", "x"], [], ["4", "y"]]
    assert [(f.code, str(f.place)) for f in findings] == [("R134", "x.csv!row 3")]


def test_a_quote_within_a_cell_opens_nothing() -> None:
    assert rows(b'id,length\n1,5" long\n2,x\n') == ([["id", "length"], ["1", '5" long'], ["2", "x"]], [])


def test_empty_rows_at_the_end_take_no_room_and_rows_keep_their_numbers() -> None:
    grid, findings = read_text(b"\n\na,b\n,\n1,2\n" + b",,\n" * 300_000, "x.csv")
    assert (grid.first_row, grid.rows) == (3, [["a", "b"], [], ["1", "2"]])
    assert [(d.code, d.message) for d in findings] == [
        ("R164", "300,000 blank rows stand at the end of the file, but the last row with data is row 5.")
    ]


def test_long_cells_are_read() -> None:
    text = "x" * 200_000
    assert rows(f"a,b\n1,{text}\n".encode())[0][1] == ["1", text]


def test_an_empty_text_is_an_empty_grid() -> None:
    assert rows(b"\n \n"[:1]) == ([], [])
