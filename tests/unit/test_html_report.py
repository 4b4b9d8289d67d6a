"""The page that a curator reads: what is in it, that hostile cells stay text, and that it stays small."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from sds2gen3.diagnostics import Diagnostic, Report, finding
from sds2gen3.drawing import Edge, Node, Picture
from sds2gen3.place import Place
from sds2gen3.report import FORMATS, Look
from sds2gen3.report.page.windows import window
from sds2gen3.sheets.grid import CellError, Grid

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u202e\x00"
VOID = {"meta", "input", "br", "img"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and that each is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, name: str = "") -> list[dict[str, str | None]]:
        return [
            found for one, found in self.elements if one == tag and (not name or name in (found.get("class") or ""))
        ]


def cell(row: int, column: int = 1, file: str = "subjects.xlsx") -> Place:
    return Place(file, "Sheet1", row, column)


GRID = Grid(
    "subjects.xlsx",
    "Sheet1",
    [
        ["subject id", "age", HOSTILE],
        *([f"sub-{n}", n, True] for n in range(2, 40)),
        ["sub_x", CellError("#N/A"), None],
    ],
)
BAD = finding("S202", "'sub_x' is no id.", cell(40), value="sub_x", hint="Use sub-.")
EMPTY = finding("S201", "This subject has no 'flag'.", cell(40, 3), hint="Fill the cell in.")
FILE = finding("R126", "This is an old workbook.", Place("subjects.xlsx"))
PICTURE = Picture(
    "ds", (Node("experiment", "administrative", 1), Node("case", "", 39, 2)), (Edge("case", "experiment"),)
)
SUMMARY = {
    "dataset": "ds",
    "path": "my/ds",
    "sds_version": "2.1.0",
    "mapping": "sds",
    "dictionary": "sds",
    "nodes": {"experiment": 1, "case": 39},
    "unmapped": [{"file": "subjects.xlsx", "sheet": "Sheet1", "field": "colour", "cells": 3, "reason": "not mapped"}],
    "left_out": {"template text": 4},
    "picture": PICTURE.as_dict(),
}


def html(*reports: Report, grid: Grid | None = GRID) -> str:
    sheets = {} if grid is None else {(grid.file, grid.sheet): grid}
    return FORMATS["html"](reports, Look(sheets=lambda at: sheets))


def page(*found: Diagnostic, grid: Grid | None = GRID, **summary: object) -> Page:
    return Page(html(Report(list(found), {**SUMMARY, **summary}), grid=grid))


def test_it_says_the_verdict_the_counts_what_was_not_mapped_the_nodes_and_the_versions() -> None:
    text = page(BAD, EMPTY, FILE).text
    assert "2 problems stop this dataset from being submitted" in text
    for words in (
        "2 errors",
        "colour subjects.xlsx 3 not mapped",
        "4 cells (template text)",
        "case 39",
        "39 records",
        "SDS 2.1.0",
    ):
        assert words in text, words


def test_the_table_has_the_sheets_own_numbers_and_letters_its_header_and_the_rows_with_findings() -> None:
    shown = page(BAD, EMPTY)
    heads = [entry for entry in shown.all("th") if entry.get("scope") == "col" and "id" not in entry]
    assert len(heads) >= 3
    cells = {entry["id"]: entry for entry in shown.all("td", "bad")}
    assert set(cells) == {"d1-s1-A40", "d1-s1-C40"}
    assert cells["d1-s1-A40"]["data-m"] == "error S202"
    titles = [entry["title"] for entry in shown.all("a") if entry.get("title")]
    assert titles == [
        "error S202: 'sub_x' is no id.\nUse sub-.",
        "error S201: This subject has no 'flag'.\nFill the cell in.",
    ]
    assert "subject id" in shown.text
    assert "#N/A" in shown.text
    assert "rows 2 to 38: no findings" in shown.text


def test_findings_are_grouped_by_what_mends_them_and_lead_to_their_cells() -> None:
    others = [finding("S202", f"'{n}' is no id.", cell(n), hint="Use sub-.") for n in (3, 5)]
    shown = page(*others, BAD, EMPTY)
    assert len(shown.all("section", "fix error")) == 2
    ids = {entry.get("id") for _, entry in shown.elements}
    links = [str(entry.get("href")) for entry in shown.all("a")]
    assert "#d1-s1-A40" in links
    assert [link for link in links if link.removeprefix("#") not in ids] == []


def test_nothing_a_user_wrote_becomes_markup() -> None:
    everywhere = finding("S202", HOSTILE, Place(HOSTILE, HOSTILE, 4, 1), hint=HOSTILE, value=HOSTILE)
    summary = {"dataset": HOSTILE, "path": HOSTILE, "mapping": HOSTILE, "needs": {HOSTILE: HOSTILE}}
    unmapped = [{"file": HOSTILE, "sheet": HOSTILE, "field": HOSTILE, "cells": 3, "reason": HOSTILE}]
    nodes = {HOSTILE: 3}
    hostile = Picture(HOSTILE, (Node(HOSTILE, HOSTILE, 3),))
    shown = page(
        everywhere, BAD, picture=hostile.as_dict(), unmapped=unmapped, left_out={HOSTILE: 1}, nodes=nodes, **summary
    )
    assert len(shown.all("script")) == 1
    assert shown.all("img") == []
    assert [name for _, entry in shown.elements for name in entry if name.startswith("on")] == []
    assert "alert(1)" in shown.text


def test_it_is_one_file_that_loads_nothing_and_runs_only_its_own_script() -> None:
    text = html(Report([BAD], SUMMARY))
    assert text.isascii()
    assert not re.search(r"(src|href)=\"(?!#)", text)
    assert "url(" not in text
    assert "@import" not in text
    assert re.search(r"script-src 'sha256-[\w+/=]{44}'", text.replace("&#39;", "'").replace("&#43;", "+"))


def test_headings_are_in_order_and_every_table_header_has_a_scope() -> None:
    reports = [Report([BAD, EMPTY], SUMMARY), Report([FILE], {"dataset": "b", "path": "b"})]
    for shown in (Page(html(*reports)), Page(html(reports[0]))):
        levels = [int(tag[1]) for tag, _ in shown.elements if re.fullmatch(r"h\d", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(lower - upper <= 1 for upper, lower in pairwise(levels))
        assert all(entry.get("scope") in ("row", "col") for entry in shown.all("th"))
        ids = [entry["id"] for _, entry in shown.elements if "id" in entry]
        assert len(ids) == len(set(ids))


def test_several_datasets_have_an_overview() -> None:
    text = Page(html(Report([BAD], SUMMARY), Report([], {"dataset": "b", "path": "b", "nodes": {"case": 7}}))).text
    assert "1 of 2 datasets cannot be submitted: ds." in text
    assert "b yes 0 0 0 7" in text


def test_without_the_sheets_the_values_of_the_findings_are_shown() -> None:
    shown = page(BAD, EMPTY, grid=None)
    assert {entry["id"] for entry in shown.all("td", "bad")} == {"d1-s1-A40", "d1-s1-C40"}
    assert "The sheet itself was not at hand" in shown.text
    assert shown.text.count("sub_x") >= 2


def test_values_of_a_json_sheet_are_a_list() -> None:
    inner = finding("S202", "'a' is no id.", Place("subjects.json", pointer="/data/0/id"), value="a")
    text = page(inner).text
    assert "#/data/0/id 'a' is no id." in text


def test_what_stands_at_a_whole_row_or_column_is_marked_at_its_number_or_letter() -> None:
    row = finding("R152", "Blank.", Place("subjects.xlsx", "Sheet1", row=5))
    column = finding("S213", "Own.", Place("subjects.xlsx", "Sheet1", column=2))
    ids = {entry["id"] for entry in page(row, column).all("th", "bad")}
    assert ids == {"d1-s1-row-5", "d1-s1-B"}


def test_ten_thousand_findings_stay_small_and_what_is_not_drawn_is_said() -> None:
    many = [finding("S202", f"'sub_{n}' is no id.", cell(n), value=f"sub_{n}") for n in range(2, 10_002)]
    text = html(Report(many, SUMMARY), grid=Grid("subjects.xlsx", "Sheet1", [["id"] * 30] * 10_002))
    assert len(text) < 1_500_000
    shown = Page(text)
    assert "9,880 more messages of this kind" in shown.text
    assert "9,880 more rows with findings are not drawn here" in shown.text
    assert sum(int(entry["data-n"] or 0) for entry in shown.all("li") if "data-n" in entry) == 10_000


@pytest.mark.parametrize("columns", [3, 60, 3000])
def test_of_a_wide_sheet_the_columns_far_from_findings_are_left_out(columns: int) -> None:
    wide = Grid("subjects.xlsx", "Sheet1", [[f"c{n}" for n in range(columns)]] * 4)
    shown = window([finding("S202", "Bad.", cell(3, columns))], "subjects.xlsx", "Sheet1", wide)
    assert shown is not None
    letters = [head.text if head else "..." for head in shown.columns]
    assert len(letters) <= 41
    assert letters[:3] == ["A", "B", "C"]
    assert [one.name for one in shown.rows[-2].cells if one.found] == [shown.rows[-2].cells[-1].name]


def test_findings_known_from_a_baseline_are_counted() -> None:
    assert "3 findings known from the baseline are not shown." in page(BAD, known=3).text


def test_of_several_findings_of_a_cell_the_error_stands_first() -> None:
    place = Place("subjects.xlsx", "Sheet1", 40, 1)
    note, error = finding("S236", "A warning.", place), finding("S202", "An error.", place)
    text = html(Report([note, error], SUMMARY))
    assert text.index("error S202: An error.") < text.index("warning S236: A warning.")
