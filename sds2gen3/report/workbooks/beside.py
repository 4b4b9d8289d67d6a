"""A findings file beside a sheet that cannot be marked itself: CSV, TSV, JSON, old .xls, and workbooks that cannot be read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.ooxml.text import harmless
from sds2gen3.report.words import visible
from sds2gen3.report.workbooks.findings_sheet import HEADERS, cells, value

SUFFIX = ".findings.csv"
_LINE_ENDS = str.maketrans({"\r": " ", "\n": " "})


def findings_csv(diagnostics: Sequence[Diagnostic]) -> bytes:
    """The findings of a file as CSV that Excel opens well: UTF-8 with its mark, and no cell that could be run as a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([name for name, _ in HEADERS])
    for diagnostic in sorted(diagnostics, key=lambda d: -d.severity):
        place = diagnostic.place
        texts = (
            diagnostic.severity.label,
            diagnostic.code,
            (place.sheet if place else None) or "",
            cells(diagnostic),
            value(diagnostic),
            diagnostic.message,
            diagnostic.hint,
        )
        writer.writerow([harmless(visible(text.translate(_LINE_ENDS))) for text in texts])
    return buffer.getvalue().encode("utf-8-sig", "backslashreplace")
