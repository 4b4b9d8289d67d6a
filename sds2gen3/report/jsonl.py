"""JSON lines: one finding a line. Pure ASCII."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sds2gen3.diagnostics import Report
from sds2gen3.report.json import findings, strict
from sds2gen3.report.look import Look


def render(reports: Sequence[Report], look: Look | None = None) -> str:
    """Each finding in the form of `Diagnostic.as_dict`, with the name of its dataset.

    Before the findings of a dataset stands what was read and made of it (`summary`), on a line whose `code` is null, so
    that `--load` shows the same report; it is left out where nothing but the dataset's name is known.
    """
    return "".join(json.dumps(entry, default=str, allow_nan=False) + "\n" for entry in _lines(reports))


def _lines(reports: Sequence[Report]) -> Iterator[dict[str, Any]]:
    for report in reports:
        if report.summary.keys() - {"dataset"}:
            dataset = report.summary.get("dataset")
            yield {"v": 1, "dataset": dataset, "code": None, "severity": None, "summary": strict(report.summary)}
        yield from findings([report])
