"""JSON lines: one finding a line, nothing else. Pure ASCII."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sds2gen3.diagnostics import Report
from sds2gen3.report.json import findings
from sds2gen3.report.look import Look


def render(reports: Sequence[Report], look: Look | None = None) -> str:
    """Each finding in the form of `Diagnostic.as_dict`, with the name of its dataset; '' where there is none."""
    return "".join(json.dumps(entry, default=str, allow_nan=False) + "\n" for entry in findings(reports))
