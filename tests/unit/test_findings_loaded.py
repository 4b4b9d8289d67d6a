"""--load and --baseline: a findings file read again, and what is new against it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import Diagnostic, Report, finding
from sds2gen3.errors import UsageError
from sds2gen3.place import Place
from sds2gen3.report import FORMATS
from sds2gen3.report.baseline import new_only
from sds2gen3.report.load import load
from sds2gen3.report.summary import verdict

PLACES = st.one_of(
    st.builds(
        Place,
        st.sampled_from(["s.xlsx", "a b.csv"]),
        st.none() | st.just("Sheet"),
        st.none() | st.integers(1, 9),
        st.none() | st.integers(1, 9),
    ),
    st.builds(Place, st.just("m.json"), pointer=st.sampled_from(["", "/0/a", "/1/a"])),
    st.builds(Place, st.just("m.yaml"), line=st.integers(1, 9)),
)
FINDINGS = st.builds(
    Diagnostic,
    st.sampled_from(sorted(CATALOGUE)),
    st.sampled_from(list(Severity)),
    st.text(max_size=5),
    st.text(max_size=5),
    st.none() | PLACES,
    st.none() | st.text(max_size=3) | st.integers() | st.booleans() | st.lists(st.integers(), max_size=2),
    st.none() | st.just("case"),
    st.none() | st.just("age"),
    st.lists(PLACES, max_size=2).map(tuple),
)
REPORTS = st.lists(
    st.builds(lambda found, extra: (found, extra), st.lists(FINDINGS, max_size=6), st.booleans()),
    min_size=1,
    max_size=3,
).map(
    lambda many: [
        Report(found, {"dataset": f"d{at}", **({"nodes": {"case": 2}} if extra or not found else {})})
        for at, (found, extra) in enumerate(many)
    ]
)


def bad(row: int, value: Any = "x", **changes: Any) -> Diagnostic:
    place = Place(changes.pop("file", "s.xlsx"), "S", row, changes.pop("column", 1))
    return finding("S202", changes.pop("message", f"'{value}' is bad."), place, value=value, **changes)


@given(reports=REPORTS, form=st.sampled_from(["jsonl", "json"]))
def test_what_was_written_is_read_back_as_it_was(tmp_path_factory: Any, reports: list[Report], form: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"findings.{form}"
    path.write_text(FORMATS[form](reports, None), encoding="utf-8")
    assert load(path) == reports


@given(reports=REPORTS)
def test_against_itself_nothing_is_new(reports: list[Report]) -> None:
    assert [report.diagnostics for report in new_only(reports, reports)] == [[]] * len(reports)


def test_a_row_put_in_above_makes_nothing_new() -> None:
    (report,) = new_only([Report([bad(5), bad(6, "y")])], [Report([bad(4), bad(5, "y")])])
    assert (report.diagnostics, report.summary["known"]) == ([], 2)


@pytest.mark.parametrize(
    "other",
    [bad(4, "y"), bad(4, column=2), bad(4, file="t.xlsx"), finding("S203", "'x' is bad.", Place("s.xlsx", "S", 4, 1))],
)
def test_another_value_column_file_or_code_is_new(other: Diagnostic) -> None:
    (report,) = new_only([Report([bad(4), other])], [Report([bad(4)])])
    assert report.diagnostics == [other]


def test_one_more_of_the_same_is_new_and_it_is_the_one_that_stands_elsewhere() -> None:
    before = [bad(row) for row in (4, 6)]
    (report,) = new_only([Report([bad(3), bad(4), bad(6)])], [Report(before)])
    assert report.diagnostics == [bad(3)]


def test_without_a_value_the_message_counts() -> None:
    old, new = (bad(4, None, message=f"This dataset has no '{what}'.") for what in ("Title", "Purpose"))
    (report,) = new_only([Report([new])], [Report([old])])
    assert report.diagnostics == [new]


def test_datasets_are_matched_by_name_unless_there_is_one_of_each() -> None:
    def named(name: str) -> Report:
        return Report([bad(4)], {"dataset": name})

    assert new_only([named("a")], [named("b")])[0].diagnostics == []
    assert [len(r.diagnostics) for r in new_only([named("a"), named("b")], [named("b")])] == [1, 0]
    assert [len(r.diagnostics) for r in new_only([named("a"), named("b")], [named("b"), named("c")])] == [1, 0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("not json", 1),
        ('{"v": 2, "code": "S202"}', 1),
        ("[1]", 1),
        ('{"v": 1, "code": "S202", "message": "m", "severity": "bad"}', 1),
        ('{"v": 1, "code": null, "summary": 3}', 1),
        ('\n{"v": 1, "code": "S202", "message": "m", "severity": "error", "file": "f", "row": "4"}', 2),
        ('{"v": 2, "findings": []}', None),
    ],
)
def test_anything_else_is_refused_with_its_line(tmp_path: Path, text: str, line: int | None) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(path)
    told = caught.value.diagnostics[0]
    assert told.code == "C911"
    assert told.place is not None
    assert told.place.line == line


@pytest.mark.parametrize(
    "summary",
    [
        {"nodes": {"case": "many"}},
        {"nodes": 3},
        {"unmapped": [{"file": "f"}]},
        {"read": [{"file": 1, "sheet": None, "table": "t", "records": 1}]},
        {"picture": {"title": "t", "nodes": [{"name": "a", "category": 3}], "edges": []}},
        {"picture": {"title": "t", "nodes": [{"name": "a"}, {"name": "a"}], "edges": []}},
        {"needs": "all"},
        {"known": "3"},
    ],
)
def test_a_summary_that_no_report_can_show_is_refused(tmp_path: Path, summary: dict[str, Any]) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text(json.dumps({"v": 1, "dataset": "d", "code": None, "summary": summary}), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(path)
    assert caught.value.diagnostics[0].code == "C911"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "none.jsonl")


def test_findings_of_before_the_full_places_are_still_read(tmp_path: Path) -> None:
    entry = bad(4, related=[Place("t.xlsx")]).as_dict()
    del entry["related_places"]
    path = tmp_path / "old.jsonl"
    path.write_text(json.dumps({**entry, "dataset": "d"}), encoding="utf-8")
    (report,) = load(path)
    assert (report.errors, report.diagnostics[0].related) == (1, ())


def alone(*ids: str, first: int = 2) -> Diagnostic:
    places = [Place("subjects.xlsx", "S", row, 1) for row in range(first, first + len(ids))]
    values = ids if len(ids) > 1 else ()
    return finding("R185", f"{len(ids)} have none.", places[0], value=ids[0], related=places[1:], values=values)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (alone("a", "b"), alone("a", "b", first=3)),
        (alone("a", "b"), alone("b", "a")),
        (alone("a", "b"), alone("b")),
        (alone("a", "b", "c"), alone("c", "b")),
    ],
)
def test_of_several_values_that_are_all_known_nothing_is_new(before: Diagnostic, now: Diagnostic) -> None:
    (report,) = new_only([Report([now])], [Report([before])])
    assert (report.diagnostics, report.summary["known"]) == ([], 1)


def test_of_several_values_only_the_new_ones_are_told() -> None:
    (report,) = new_only([Report([alone("new", "a", "b", "other")])], [Report([alone("a", "b")])])
    (told,) = report.diagnostics
    assert told.message == "4 have none. New since the baseline: 'new', 'other'."
    assert [str(place) for place in (told.place, *told.related)] == ["subjects.xlsx!A2", "subjects.xlsx!A5"]
    assert told.values == ("new", "other")
    (report,) = new_only([Report([alone("new")])], [Report([alone("a", "b")])])
    assert report.diagnostics == [alone("new")]


def test_values_of_several_cells_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text(FORMATS["jsonl"]([Report([alone("a", "b")], {"dataset": "d"})], None), encoding="utf-8")
    assert load(path)[0].diagnostics == [alone("a", "b")]


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        ("=B8*2", "=B9*2", True),
        ("=VLOOKUP($A$8,ages,2,FALSE)", "=VLOOKUP($A$9,ages,2,FALSE)", True),
        ("=B8*2", "=B9*3", False),
        ("=B8*2", "=C8*2", False),
        ("=LOG10(B8)", "=LOG2(B8)", False),
        ("B8", "B9", False),
    ],
)
def test_a_formula_that_only_moved_is_the_same(before: str, now: str, same: bool) -> None:
    (report,) = new_only([Report([bad(9, now, message="m")])], [Report([bad(8, before, message="m")])])
    assert (report.diagnostics == []) is same


def test_the_verdict_says_how_many_known_errors_remain() -> None:
    before = [Report([bad(4), bad(5, "y")])]
    (report,) = new_only([Report([bad(4), bad(5, "y")])], before)
    assert verdict(report) == (
        "Of what is new, nothing stops this dataset from being submitted. 2 errors known from the baseline stop it."
    )
    (report,) = new_only([Report([bad(4), bad(6, "z")])], before)
    assert verdict(report).endswith("1 error known from the baseline also stops it.")
