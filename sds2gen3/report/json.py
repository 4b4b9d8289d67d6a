"""One JSON document: `v`, `summary` and `findings`. Pure ASCII, so that no console or pipe can spoil it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Report
from sds2gen3.report.look import Look


def render(reports: Sequence[Report], look: Look | None = None) -> str:
    """The document for any number of datasets: `summary.datasets` has one entry each, every finding names its dataset."""
    document = {"v": 1, "summary": _summary(reports), "findings": list(findings(reports))}
    return json.dumps(document, indent=2, default=str, allow_nan=False) + "\n"


def findings(reports: Sequence[Report]) -> Iterator[dict[str, Any]]:
    """Every finding as `Diagnostic.as_dict`, with the name of its dataset."""
    for report in reports:
        dataset = report.summary.get("dataset")
        for diagnostic in report:
            entry = diagnostic.as_dict()
            yield {"v": entry.pop("v"), "dataset": dataset, **entry, "value": strict(diagnostic.value)}


def strict(value: Any) -> Any:
    """The value as JSON can hold it: infinities and NaN, which JSON does not know, as text."""
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): strict(item) for key, item in value.items()}
    return [strict(item) for item in value] if isinstance(value, (list, tuple)) else value


def _summary(reports: Sequence[Report]) -> dict[str, Any]:
    counts = {f"{s.label}s": sum(report.count(s) for report in reports) for s in sorted(Severity, reverse=True)}
    return {**counts, "datasets": [{**strict(report.summary), **_counts(report)} for report in reports]}


def _counts(report: Report) -> dict[str, int]:
    return {f"{severity.label}s": report.count(severity) for severity in sorted(Severity, reverse=True)}
