"""Laws of an export: what a form does not refuse it gives back, and --fields is a language of sets."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from typing import Any

import openpyxl
import pytest
from builders import dictionary, link, node
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sds2gen3.dictionary.columns import Column, columns, names, picked
from sds2gen3.errors import DataError, UsageError
from sds2gen3.write.exported import FORMS, Sheet
from sds2gen3.write.exported.reading import read_xlsx
from sds2gen3.write.tsv_read import read_tsv

NULL = "null"
NODE = node(
    "case",
    {
        "text": {"type": ["string", NULL]},
        "word": {"enum": ["a", "=b", None]},
        "whole": {"type": ["integer", NULL]},
        "number": {"type": ["number", NULL]},
        "flag": {"type": ["boolean", NULL]},
        "texts": {"type": ["array", NULL], "items": {"type": "string"}},
        "wholes": {"type": ["array", NULL], "items": {"type": "integer"}},
        "either": {"type": ["string", "array", "number", "boolean", NULL]},
    },
    links=(link("cases", "case", "many_to_many"), link("experiments", "experiment", "many_to_one")),
)
NODES = dictionary(NODE, node("experiment", {}))
ALL = columns("_all", [NODE], NODES)["case"]

letters = st.sampled_from("ab=+-@',\"[{0 \t\n\u2028é𝄞_x")
texts = st.text(letters, max_size=6) | st.sampled_from(
    [NULL, "", "5", "true", "=1", "'=1", "-5", "[]", '"a"', "1e5", "007"]
)
wholes = st.integers(-(10**30), 10**30)
numbers = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False)
ids = st.text(letters, min_size=1, max_size=4).filter(str.strip)
records = st.fixed_dictionaries(
    {"submitter_id": ids},
    optional={
        "text": texts,
        "word": st.sampled_from(["a", "=b"]),
        "whole": wholes,
        "number": numbers,
        "flag": st.booleans(),
        "texts": st.lists(texts, max_size=3),
        "wholes": st.lists(wholes, max_size=3),
        "either": texts | numbers | st.booleans() | st.lists(texts, max_size=2),
        "cases": st.lists(ids.map(lambda one: {"submitter_id": one}), min_size=1, max_size=3),
        "experiments": ids.map(lambda one: {"submitter_id": one}),
    },
)
SHEET = Sheet("case", columns(None, [NODE], NODES)["case"], NODES)


def written(rows: list[dict[str, Any]], form: str) -> bytes:
    file = io.BytesIO()
    FORMS[form](rows, SHEET, file)
    return file.getvalue()


def exact(value: Any) -> Any:
    """A value that is equal to its like only: 1 is not true."""
    return [exact(one) for one in value] if isinstance(value, list) else (isinstance(value, bool), value)


def like(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: exact(value) for name, value in row.items()} for row in rows]


@given(st.lists(records, max_size=3))
@settings(max_examples=200, deadline=None)
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_carries_everything(form: str, rows: list[dict[str, Any]]) -> None:
    content = written(rows, form)
    found = json.loads(content) if form == "json" else [json.loads(line) for line in content.split(b"\n") if line]
    assert like(found) == like(rows)


@given(st.lists(records, min_size=1, max_size=3))
@settings(max_examples=400, deadline=None)
def test_a_tsv_that_is_not_refused_is_read_back(rows: list[dict[str, Any]]) -> None:
    rows = [{"type": "case", **row} for row in rows]
    try:
        content = written(rows, "tsv")
    except DataError:
        return
    assert like(read_tsv(content, NODE)) == like(rows)


def value_told(cell: str, texts_only: bool) -> Any:
    """What a cell of a CSV says, by the rule of the help: an apostrophe in front is none of the text's, lists are JSON."""
    if cell.startswith("'"):
        return cell[1:]
    if texts_only:
        return json.loads(cell) if cell[:1] in ("[", "{", '"') else cell
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def as_record(titles: list[str], values: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for title, value in zip(titles, values, strict=True):
        name, dot, key = title.partition(".")
        if value is not None:
            found[name] = value if not dot else [{key: one} for one in value] if name == "cases" else {key: value}
    return found


@given(st.lists(records, min_size=1, max_size=3))
@settings(max_examples=400, deadline=None)
@example([{"submitter_id": "-5", "either": "5"}, {"submitter_id": '"', "either": 5, "text": ""}])
def test_every_value_of_a_csv_can_be_told_and_none_is_a_formula(rows: list[dict[str, Any]]) -> None:
    header, *lines = csv.reader(io.StringIO(written(rows, "csv").decode(), newline=""))
    only = dict(zip(header, map(SHEET.is_text, SHEET.columns), strict=True))
    told = [
        [value_told(cell, only[title]) if cell else None for title, cell in zip(header, line, strict=True)]
        for line in lines
    ]
    assert like([as_record(header, line) for line in told]) == like(rows)
    for line, values in zip(lines, told, strict=True):
        for cell, value in zip(line, values, strict=True):
            assert not (isinstance(value, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")))


@given(st.lists(records, min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_every_value_of_a_workbook_can_be_told(rows: list[dict[str, Any]]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(rows, "xlsx"))).active
    assert sheet is not None
    header, *lines = [list(row) for row in sheet.iter_rows()]
    titles = [str(cell.value) for cell in header]
    assert not [cell for line in lines for cell in line if cell.data_type == "f"]
    found = []
    for line in lines:
        values = []
        for title, cell in zip(titles, line, strict=True):
            value = cell.value
            if isinstance(value, str) and (value[:1] in ("[", "{", '"') or title in ("whole", "number")):
                value = json.loads(value)
            values.append(value)
        found.append(as_record(titles, values))
    assert like(found) == like(rows)


odd = st.lists(
    st.sampled_from(["\r", "\n", "\x01", "_x000D_", "_x005F_", "_x005F", "_", "x000D", "a", " "]), max_size=6
)


@given(st.lists(odd.map("".join), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
@example(["cr\rlf\r\n", "_x005F_x000D_", "_x005F\r"])
def test_a_workbook_is_read_back_with_its_line_ends_and_what_looks_like_an_escape(values: list[str]) -> None:
    rows = [{"type": "case", "submitter_id": f"id:{value}", "text": value, "texts": [value]} for value in values]
    assert read_xlsx(written(rows, "xlsx"), NODE) == rows


words = st.sampled_from([*names(NODE, NODES), "_all", "links", "links.id", "links.submitter_id"])


@given(st.lists(words, min_size=1, max_size=4), st.lists(words, max_size=3))
def test_fields_are_what_is_wanted_without_what_is_not(wanted: list[str], unwanted: list[str]) -> None:
    def of(text: str | None) -> list[Column]:
        return list(columns(text, [NODE], NODES)["case"])

    both = of(",".join([*wanted, *(f"!{one}" for one in unwanted)]))
    assert len(both) == len(set(both))
    assert both == [one for one in of(",".join(wanted)) if one in both], "the order is that of what is wanted"
    assert set(both) <= set(of(",".join(wanted)))
    assert of(",".join([*(f" !{one} " for one in unwanted), *wanted])) == both, "what is left out may be said first"
    for one in unwanted:
        assert not set(of(one)) & set(both)
    assert {one for word in wanted for one in of(word)} == set(of(",".join(wanted)))


@given(st.text(max_size=8))
def test_any_text_is_fields_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        assert set(columns(text, [NODE], NODES)["case"]) <= set(ALL)


@given(records)
def test_what_is_picked_is_in_the_record_and_in_order(record: dict[str, Any]) -> None:
    exported = {**record, "id": "1"}
    for name in ("cases", "experiments"):
        if name in record:
            listed = record[name] if isinstance(record[name], list) else [record[name]]
            exported[name] = [{**one, "node_id": f"{name}-{at}"} for at, one in enumerate(listed)]
    assert picked(exported, SHEET.columns) == record
    whole = picked(exported, ALL)
    assert all(one["id"] == f"cases-{at}" for at, one in enumerate(whole.get("cases", ())))
    assert list(picked(exported, ALL[:4])) == [
        name for name in dict.fromkeys(c.name for c in ALL[:4]) if name in exported
    ]
