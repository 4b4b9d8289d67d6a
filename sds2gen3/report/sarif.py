"""SARIF 2.1.0 (OASIS): findings for code scanning services and editors. One run a dataset; a region is a cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sds2gen3 import __version__
from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.place import Place
from sds2gen3.report.identity import fingerprint
from sds2gen3.report.look import Look
from sds2gen3.report.places import name, path
from sds2gen3.report.words import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(reports: Sequence[Report], look: Look | None = None) -> str:
    """The log. Rows and columns of a cell are the lines and columns of its region, so that viewers point at it.

    Pure ASCII, no times: the same reports give the same bytes.
    """
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report) for report in reports]}
    return json.dumps(log, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    codes = sorted({d.code for d in report})
    rules = {code: at for at, code in enumerate(codes)}
    return {
        "tool": {"driver": {"name": "sds2gen3", "version": __version__, "rules": [_rule(code) for code in codes]}},
        "automationDetails": {"id": f"sds2gen3/{visible(name(report))}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, d, rules[d.code]) for d in report],
    }


def _rule(code: str) -> dict[str, Any]:
    entry = CATALOGUE.get(code)
    if entry is None:  # a findings file of another version of sds2gen3
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.why},
        "help": {"text": f"{entry.fix} Example: {entry.example}"},
        "defaultConfiguration": {"level": LEVELS[entry.severity]},
    }


def _result(report: Report, d: Diagnostic, rule: int) -> dict[str, Any]:
    told = visible(f"{d.message} {d.hint}" if d.hint else d.message)
    result: dict[str, Any] = {
        "ruleId": d.code,
        "ruleIndex": rule,
        "level": LEVELS[d.severity],
        "message": {"text": told},
        "partialFingerprints": {"sds2gen3/v1": fingerprint(d)},
    }
    if d.place is not None:
        result["locations"] = [_location(report, d.place)]
    if d.related:
        result["relatedLocations"] = [_location(report, place) for place in d.related]
    return result


def _location(report: Report, place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(path(report, place.file))}}
    line = place.row or place.line
    if line is not None or place.column is not None:
        physical["region"] = {"startLine": line or 1}
        if place.column is not None:
            physical["region"]["startColumn"] = place.column
    logical = {"fullyQualifiedName": visible(place.full)}
    if place.cell:
        logical["name"] = place.cell
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _uri(path: str) -> str:
    """The path as a URI reference: relative as long as the path is."""
    quoted = quote(path.encode("utf-8", "surrogatepass"), safe="/")
    return f"file://{quoted}" if quoted.startswith("/") else quoted
