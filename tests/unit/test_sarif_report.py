"""SARIF 2.1.0: valid by its schema, with the cell as the region."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sds2gen3.catalogue import CATALOGUE
from sds2gen3.diagnostics import Diagnostic, Report, finding
from sds2gen3.place import Place
from sds2gen3.report import FORMATS

PLACES = [
    None,
    Place("subjects.xlsx"),
    Place("sub folder/subjects.xlsx", "Sheet 1", 4, 27),
    Place("subjects.xlsx", "S", 4),
    Place("subjects.xlsx", "S", column=3),
    Place("a.json", pointer="/data/0/age"),
    Place("mapping.yaml", line=7),
]
FINDINGS = [finding("S202", f"'\ud800{at}' is no id.", place, value=at) for at, place in enumerate(PLACES)]
BOTH = finding("L522", "Given twice.", PLACES[2], related=[Place("subjects.xlsx", "S", 9, 1)])


def log(*reports: Report) -> dict[str, Any]:
    text = FORMATS["sarif"](reports, None)
    assert text.isascii()
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def test_it_is_valid_by_the_schema_of_sarif() -> None:
    """The model is generated from the schema of OASIS; it refuses keys that the schema does not know."""
    schema = pytest.importorskip("pydantic_sarif.model").StaticAnalysisResultsFormatSarifVersion210JsonSchema
    everything = [finding(code, f"{code}.", Place("f.xlsx", "S", 1, 1)) for code in CATALOGUE]
    schema.model_validate(log(Report([*FINDINGS, BOTH], {"dataset": "a", "path": "my data"}), Report(everything)))
    with pytest.raises(ValueError, match="runs"):
        schema.model_validate({"version": "2.1.0"})


def test_the_region_is_the_row_and_column_of_the_cell() -> None:
    (run,) = log(Report([BOTH], {"dataset": "a", "path": "my data"}))["runs"]
    (result,) = run["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20data/sub%20folder/subjects.xlsx"},
        "region": {"startLine": 4, "startColumn": 27},
    }
    assert location["logicalLocations"] == [
        {"fullyQualifiedName": "sub folder/subjects.xlsx!Sheet 1!AA4", "name": "AA4"}
    ]
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 9, "startColumn": 1}
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "L522"


def test_the_fingerprint_outlives_a_row_put_in_above() -> None:
    def prints(row: int, value: str) -> str:
        moved = finding("S202", "Bad.", Place("s.xlsx", "S", row, 1), value=value)
        text: str = log(Report([moved]))["runs"][0]["results"][0]["partialFingerprints"]["sds2gen3/v1"]
        return text

    assert prints(4, "a") == prints(5, "a") != prints(4, "b")


def test_a_code_of_another_version_is_a_rule_without_a_text() -> None:
    strange = Diagnostic("Z999", FINDINGS[0].severity, "From the future.")
    assert log(Report([strange]))["runs"][0]["tool"]["driver"]["rules"] == [{"id": "Z999"}]
