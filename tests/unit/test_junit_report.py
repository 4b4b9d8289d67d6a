"""JUnit XML, as build servers read it."""

from __future__ import annotations

from xml.etree import ElementTree

from sds2gen3.diagnostics import Report, finding
from sds2gen3.place import Place
from sds2gen3.report import FORMATS

READ = [
    {"file": "subjects.xlsx", "sheet": "Sheet1", "table": "subjects", "records": 2},
    {"file": "samples.xlsx", "sheet": "Sheet1", "table": "samples", "records": 2},
]
BAD = finding("S202", "'a\x00<b>&' is no id.", Place("subjects.xlsx", "Sheet1", 4, 1), hint="Mend it.")
NOTE = finding("S213", "'x' is kept.", Place("samples.xlsx", "Sheet1", 1, 2))


def suites(*reports: Report) -> ElementTree.Element:
    return ElementTree.fromstring(FORMATS["junit"](reports, None))


def test_each_sheet_is_a_test_case_that_fails_by_its_errors_only() -> None:
    root = suites(Report([BAD, NOTE], {"dataset": "ds", "read": READ}))
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert list(cases) == ["samples.xlsx, sheet 'Sheet1'", "subjects.xlsx, sheet 'Sheet1'"]
    failure = cases["subjects.xlsx, sheet 'Sheet1'"].find("failure")
    assert failure is not None
    assert failure.get("message") == "1 error: S202"
    assert failure.text == "error S202 subjects.xlsx!A4 'a\\x00<b>&' is no id.\n  hint: Mend it."
    assert cases["samples.xlsx, sheet 'Sheet1'"].findtext("system-out", "").startswith(f"{NOTE.severity.label} S213")


def test_sheets_without_findings_are_there_and_passed() -> None:
    root = suites(Report([], {"dataset": "ds", "read": READ}))
    assert [len(case) for case in root.iter("testcase")] == [0, 0]


def test_several_datasets_are_several_suites() -> None:
    root = suites(Report([BAD], {"dataset": "a"}), Report([], {"dataset": "b", "read": READ}))
    assert [(s.get("name"), s.get("tests"), s.get("failures")) for s in root] == [("a", "1", "1"), ("b", "2", "0")]
