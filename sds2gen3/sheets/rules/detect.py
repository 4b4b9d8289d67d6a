"""The SDS version of a dataset (SPEC section 2): what it says of itself, held against its headers and files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.anchors import DESCRIPTION
from sds2gen3.sheets.layouts.layout import Layouts, version_order
from sds2gen3.sheets.rules.signs import Shown, contradicted, listed, minor
from sds2gen3.sheets.tables.outcome import SheetRead
from sds2gen3.sheets.tables.records import VERSION_FIELD

_NUMBERS = re.compile(r"\s*(?:sds\s*)?v?\s*(\d+(?:\.\d+){0,3})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class _Said:
    """A version that the dataset gives, and where."""

    text: str
    place: Place


def detect_version(reads: Sequence[SheetRead], files: Sequence[str], layouts: Layouts) -> tuple[str, list[Diagnostic]]:
    """The declared version whose rules hold, with what is to be said of it.

    The row 'Metadata version', column Value, decides; of several values the highest. 'Data standard version' and .dss
    never count. Without that row the headers and files decide: the first version that fits them all.
    """
    if not reads:
        return layouts.versions[0], []  # there is nothing that rules could be held to
    said, findings = _said(reads)
    shown = Shown.by(reads, files, layouts)
    guess = shown.lowest or layouts.versions[0]
    if not said:
        place = next((read.place for read in reads if read.kind == DESCRIPTION and read.tables), None)
        if place is None:
            return guess, findings  # that there is no dataset_description, or none that can be read, has been told
        message = f"The dataset does not give its SDS version; it was read as {guess}."
        return guess, [*findings, finding("R170", message, place)]
    parsed = [(match[1], s) for s in said if (match := _NUMBERS.fullmatch(s.text))]
    for s in said:
        if not _NUMBERS.fullmatch(s.text):
            message = f"'{s.text}' is no SDS version; the dataset was read as {guess}."
            findings.append(finding("R171", message, s.place, value=s.text))
    if not parsed:
        return guess, findings
    name, winner = max(parsed, key=lambda one: version_order(one[0]))
    if len({version_order(text) for text, _ in parsed}) > 1:
        message = f"The dataset gives several SDS versions; {name} was used."
        related = [s.place for _, s in parsed if s is not winner]
        findings.append(finding("R173", message, winner.place, related=related))
    version, unknown = _declared(name, winner, shown, layouts)
    if unknown:
        return version, [*findings, *unknown]
    meant, contradiction = contradicted(version, reads, shown, layouts)
    return meant, findings + [one.at(winner.text, winner.place) for one in contradiction]


def _said(reads: Sequence[SheetRead]) -> tuple[list[_Said], list[Diagnostic]]:
    """The versions under Value, else one from the Description or Example beside it."""
    for read in reads:
        for table in read.tables.get(DESCRIPTION, ()):
            value = (table.columns.get(VERSION_FIELD) or [None])[0]
            if value is not None:
                values = value if isinstance(value, list) else [value]
                return [_Said(str(v), table.place(0, VERSION_FIELD, i)) for i, v in enumerate(values)], []
            if VERSION_FIELD in table.headers:
                return _beside(read, table.headers[VERSION_FIELD])
    return [], []


def _beside(read: SheetRead, row: int) -> tuple[list[_Said], list[Diagnostic]]:
    """Of Description and Example, the last one that looks like a version."""
    cells = [cell for cell in read.left if cell.place.row == row and (cell.place.column or 0) > 1]
    found = [_Said(str(cell.value), cell.place) for cell in cells if _NUMBERS.fullmatch(str(cell.value))]
    if not found:
        return [], []
    message = f"The SDS version has no Value; {found[-1].text} was taken from the text beside it."
    return found[-1:], [finding("R175", message, found[-1].place)]


def _declared(name: str, said: _Said, shown: Shown, layouts: Layouts) -> tuple[str, list[Diagnostic]]:
    """The declared version of that number; else the nearest, with a warning for a later patch and an error otherwise.

    3.0 (or the number 3, which Excel makes of it) is no version where there are several patches: the headers tell which.
    """
    if name in layouts.versions:
        return name, []
    order = version_order(name)
    same = next((version for version in layouts.versions if version_order(version) == order), None)
    patches = [version for version in layouts.versions if minor(version_order(version)) == minor(order)]
    if name.count(".") < 2 and same and len(patches) > 1:
        version = shown.lowest if shown.lowest in patches else same
        message = (
            f"'{said.text}' may be {listed(patches, 'or')}; the sheets look like {version}, whose rules were used."
        )
        return version, [finding("R176", message, said.place, value=said.text, hint=f"Write {version} if it is that.")]
    if same:
        return same, []
    before = [version for version in layouts.versions if version_order(version) <= order]
    nearest = before[-1] if before else layouts.versions[0]
    patch = minor(version_order(nearest)) == minor(order)
    code = "R172" if patch else "R171"
    what = "is not known yet" if patch else "does not exist"
    message = f"SDS {name} {what}; the rules of {nearest} were used."
    known = ", ".join(layouts.versions)
    return nearest, [finding(code, message, said.place, value=said.text, hint=f"Use one of {known}.")]
