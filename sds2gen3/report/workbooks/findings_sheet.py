"""The sheet "Findings": one row per finding, each linked to its cell."""

from __future__ import annotations

from collections.abc import Sequence

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.ooxml.book import location
from sds2gen3.ooxml.listing import LINK, PLAIN, Entry, Listing
from sds2gen3.ooxml.styles import Look
from sds2gen3.place import column_letter
from sds2gen3.report.cells import listed
from sds2gen3.report.words import number
from sds2gen3.report.workbooks.marks import LOOKS, spots
from sds2gen3.sheets.grid import MARK

MOST_CELLS = 6  # of one finding, before "and 3 more"
HEADERS = (
    ("Severity", 10.0),
    ("Code", 8.0),
    ("Sheet", 16.0),
    ("Cell", 16.0),
    ("Value", 28.0),
    ("What is wrong", 60.0),
    ("What to do", 60.0),
)


def listing(
    file: str, diagnostics: Sequence[Diagnostic], only: str | None, notes: Sequence[str], limit: int
) -> Listing:
    """The findings of a file, the worst first. `only` is its sheet, where it has just one."""
    worst_first = sorted(diagnostics, key=lambda d: -d.severity)
    hidden = len(worst_first) - limit
    more = [f"Only the first {limit:,} findings are listed; {hidden:,} more are in the report."] if hidden > 0 else []
    return Listing(
        f"{MARK}: {_counted(diagnostics)} in {file}",
        [
            "This is a copy, and no value in it was changed. Correct your own file, then validate it again.",
            "Click on a cell in column D to go there. Errors have a solid border, warnings a dashed, notes a dotted one.",
            *notes,
            *more,
        ],
        HEADERS,
        [_row(diagnostic, only) for diagnostic in worst_first[:limit]],
    )


def cells(diagnostic: Diagnostic) -> str:
    """The cells of a finding as a curator would list them."""
    place = diagnostic.place
    if place is None:
        return ""
    same = [p for p in (place, *diagnostic.related) if (p.file, p.sheet) == (place.file, place.sheet)]
    return listed(same, MOST_CELLS)


def value(diagnostic: Diagnostic) -> str:
    return "" if diagnostic.value is None else str(diagnostic.value)


def _row(diagnostic: Diagnostic, only: str | None) -> list[Entry]:
    sheet = (diagnostic.place.sheet if diagnostic.place else None) or only
    target = next(iter(spots(diagnostic)), None)
    link = location(sheet, f"{column_letter(target.column)}{target.row}") if target and sheet else ""
    return [
        Entry(diagnostic.severity.label, _severity_look(diagnostic.severity)),
        Entry(diagnostic.code),
        Entry(sheet or ""),
        Entry(cells(diagnostic), LINK if link else PLAIN, link),
        Entry(value(diagnostic)),
        Entry(diagnostic.message),
        Entry(diagnostic.hint),
    ]


def _severity_look(severity: Severity) -> Look:
    look = LOOKS[severity]
    return Look(fill=look.fill, border=look.border, font=PLAIN.font, wrap=True)


def _counted(diagnostics: Sequence[Diagnostic]) -> str:
    counts = [
        (sum(d.severity == severity for d in diagnostics), word)
        for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
    ]
    return ", ".join(number(count, word) for count, word in counts if count)
