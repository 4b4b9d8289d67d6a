"""Marks: which cells of a workbook a finding colours, and what its comments say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic
from sds2gen3.ooxml.comments import Cell, Said
from sds2gen3.ooxml.styles import Look, box, solid
from sds2gen3.place import Place

MOST_SAID = 8  # findings in one comment

LOOKS = {  # the borders tell the severities apart for those who see no colours, and in print
    Severity.ERROR: Look(fill=solid("FFB3B3"), border=box("medium", "C00000")),
    Severity.WARNING: Look(fill=solid("FFE699"), border=box("mediumDashed", "BF8F00")),
    Severity.INFO: Look(fill=solid("DDEBF7"), border=box("dotted", "2E75B6")),
}

OURS = re.compile(
    r"(?:\n\n|(?<!.))(?:(?:error|warning|info) [A-Z]\d{3}\n.*(?:\nWhat to do: .*)?|and \d+ more\nSee the first sheet\.)"
)
"""What `said` has put into a comment: its words up to the end of their line, so that what others typed below them stays."""

Marks = Mapping[Cell, Sequence[Diagnostic]]
"""The cells of a sheet with their findings, the worst first."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a workbook; no sheet means its only one."""

    sheet: str | None
    row: int
    column: int

    @property
    def place(self) -> Place:
        return Place("", self.sheet, self.row, self.column)


def spots(diagnostic: Diagnostic) -> list[Spot]:
    """The cells that a finding is about, in its file: a row is marked at its first cell, a column at its header."""
    file = diagnostic.place.file if diagnostic.place else None
    places = [place for place in (diagnostic.place, *diagnostic.related) if place is not None and place.file == file]
    return [
        Spot(place.sheet, place.row or 1, place.column or 1)
        for place in places
        if place.row is not None or place.column is not None
    ]


def marks(diagnostics: Iterable[Diagnostic]) -> dict[str | None, dict[Cell, list[Diagnostic]]]:
    """The marked cells of each sheet."""
    found: dict[str | None, dict[Cell, list[Diagnostic]]] = {}
    for diagnostic in sorted(diagnostics, key=lambda d: -d.severity):
        for spot in spots(diagnostic):
            found.setdefault(spot.sheet, {}).setdefault((spot.row, spot.column), []).append(diagnostic)
    return found


def worst(diagnostics: Sequence[Diagnostic]) -> Severity:
    return max(diagnostic.severity for diagnostic in diagnostics)


def said(diagnostics: Sequence[Diagnostic]) -> list[Said]:
    """The comment of a cell: for each finding its code, what is wrong, and what to do."""
    shown = [Said(f"{d.severity.label} {d.code}", _text(d)) for d in diagnostics[:MOST_SAID]]
    hidden = len(diagnostics) - len(shown)
    return [*shown, Said(f"and {hidden} more", "See the first sheet.")] if hidden else shown


def chosen(found: Marks, limit: int) -> list[Cell]:
    """The cells that get a comment: the worst first, and of equals those further up."""
    return sorted(found, key=lambda cell: (-worst(found[cell]), cell))[:limit]


def _text(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.message}\nWhat to do: {diagnostic.hint}" if diagnostic.hint else diagnostic.message
