"""The reports that programs read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.place import Place
from sds2gen3.report import EXTENSIONS, FORMATS

BAD = Diagnostic(
    "S202", Severity.ERROR, "'ü\U0001f600' is no id.", "Mend it.", Place("s.xlsx", "S", 4, 1), "ü\U0001f600"
)


def document(*reports: Report) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(FORMATS["json"](reports, None))
    return parsed


def test_json_has_version_summary_and_findings() -> None:
    parsed = document(Report([BAD], {"dataset": "a", "nodes": {"case": 2}}), Report([], {"dataset": "b"}))
    assert parsed["v"] == 1
    assert (parsed["summary"]["errors"], parsed["summary"]["warnings"], parsed["summary"]["infos"]) == (1, 0, 0)
    assert [(d["dataset"], d["errors"]) for d in parsed["summary"]["datasets"]] == [("a", 1), ("b", 0)]
    assert parsed["findings"] == [{**BAD.as_dict(), "dataset": "a"}]


def test_jsonl_is_one_finding_a_line() -> None:
    lines = FORMATS["jsonl"]([Report([BAD, BAD], {"dataset": "a"})], None).splitlines()
    assert [json.loads(line) for line in lines] == [{**BAD.as_dict(), "dataset": "a"}] * 2
    assert FORMATS["jsonl"]([Report()], None) == ""


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_machine_formats_are_ascii_so_that_no_console_spoils_them(name: str) -> None:
    assert FORMATS[name]([Report([BAD])], None).isascii()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("nan")], "\ud800", {"a": object}])
def test_values_that_json_does_not_know_are_still_written(value: Any) -> None:
    finding = Diagnostic("S202", Severity.ERROR, "Odd.", value=value)
    assert "NaN" not in FORMATS["jsonl"]([Report([finding])], None)
    assert json.loads(FORMATS["jsonl"]([Report([finding])], None))["code"] == "S202"


def test_every_extension_has_a_renderer_and_only_the_commands_for_a_log_have_none() -> None:
    assert set(FORMATS) - set(EXTENSIONS.values()) == {"github"}
    assert set(EXTENSIONS.values()) <= set(FORMATS)


def test_jsonl_tells_first_what_is_known_of_a_dataset_beside_its_name() -> None:
    report = Report([BAD], {"dataset": "a", "nodes": {"case": 2}})
    first, *rest = map(json.loads, FORMATS["jsonl"]([report], None).splitlines())
    assert (first["v"], first["code"], first["summary"]) == (1, None, report.summary)
    assert rest == [{**BAD.as_dict(), "dataset": "a"}]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_the_same_twice_and_takes_no_findings_and_no_datasets(name: str) -> None:
    reports = [Report([BAD], {"dataset": "a"}), Report()]
    assert FORMATS[name](reports, None) == FORMATS[name](reports, None)
    for few in ([Report()], []):
        assert isinstance(FORMATS[name](few, None), str)
