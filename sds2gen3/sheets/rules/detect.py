"""The SDS version of a dataset (SPEC section 2): what it says of itself, held against its headers and files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.anchors import DESCRIPTION
from sds2gen3.sheets.layouts.layout import Layouts, version_order
from sds2gen3.sheets.layouts.versions import Evidence
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
    lowest, highest = _evidence(reads, files, layouts)
    guess = lowest[0] if lowest else layouts.versions[0]
    if not said:
        place = next((read.place for read in reads if read.kind == DESCRIPTION), None)
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
    version, unknown = _declared(name, winner, layouts)
    findings += (
        unknown or _conflict(version, lowest, highest, winner) or _older(version, lowest, reads, winner, layouts)
    )
    return version, findings


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
    cells = [cell for cell in read.left_out if cell.place.row == row and (cell.place.column or 0) > 1]
    found = [_Said(str(cell.value), cell.place) for cell in cells if _NUMBERS.fullmatch(str(cell.value))]
    if not found:
        return [], []
    message = f"The SDS version has no Value; {found[-1].text} was taken from the text beside it."
    return found[-1:], [finding("R175", message, found[-1].place)]


def _declared(name: str, said: _Said, layouts: Layouts) -> tuple[str, list[Diagnostic]]:
    """The declared version of that number; else the nearest, with a warning for a later patch and an error otherwise."""
    order = version_order(name)
    for version in layouts.versions:
        if version_order(version) == order:
            return version, []
    before = [version for version in layouts.versions if version_order(version) <= order]
    nearest = before[-1] if before else layouts.versions[0]
    patch = _minor(version_order(nearest)) == _minor(order)
    code = "R172" if patch else "R171"
    what = "is not known yet" if patch else "does not exist"
    message = f"SDS {name} {what}; the rules of {nearest} were used."
    known = ", ".join(layouts.versions)
    return nearest, [finding(code, message, said.place, value=said.text, hint=f"Use one of {known}.")]


def _minor(order: tuple[int, ...]) -> tuple[int, ...]:
    return (*order, 0, 0)[:2]


Shown = tuple[str, str, Place | None]
"""A version, what shows it, and where."""


def _evidence(reads: Sequence[SheetRead], files: Sequence[str], layouts: Layouts) -> tuple[Shown | None, Shown | None]:
    """The highest version from which something seen is known, and the lowest after which something seen is not."""
    folders = {path.split("/")[0].casefold() for path in files if "/" in path}
    lowest: Shown | None = None
    highest: Shown | None = None
    for name in layouts.versions:
        version = layouts.version(name)
        since = _seen(version.since, reads, folders)
        last = _seen(version.last, reads, folders)
        if since:
            lowest = (name, *since)
        if last and highest is None:
            highest = (name, *last)
    return lowest, highest


def _seen(evidence: Evidence, reads: Sequence[SheetRead], folders: set[str]) -> tuple[str, Place | None] | None:
    for read in reads:
        if read.kind in evidence.files:
            return f"a {read.kind} file", read.place
        if any(table.pointer is not None for tables in read.tables.values() for table in tables):
            continue  # the keys of JSON are the same in every version
        for header in evidence.headers.get(read.kind, ()):
            if header.casefold() in read.headers:
                return f"'{header}'", read.place
    for folder in evidence.folders:
        if folder in folders:
            return f"a folder '{folder}'", None
    return None


def _conflict(version: str, lowest: Shown | None, highest: Shown | None, said: _Said) -> list[Diagnostic]:
    """A warning where a header or file is younger or older than the version."""
    order = version_order(version)
    found: list[Diagnostic] = []
    if lowest and version_order(lowest[0]) > order:
        found.append(_contradiction(version, f"{lowest[1]} is known only since SDS {lowest[0]}", lowest[2], said))
    if highest and version_order(highest[0]) < order:
        found.append(_contradiction(version, f"{highest[1]} was last known in SDS {highest[0]}", highest[2], said))
    return found


def _contradiction(version: str, fact: str, place: Place | None, said: _Said) -> Diagnostic:
    message = f"The dataset says SDS {version}, but {fact}."
    related: list[Any] = [said.place] if place else []
    return finding("R174", message, place or said.place, related=related, severity=Severity.WARNING)


def _older(
    version: str, lowest: Shown | None, reads: Sequence[SheetRead], said: _Said, layouts: Layouts
) -> list[Diagnostic]:
    """A warning where nothing of the sheets that every dataset has is newer than a version before, patches aside."""
    if lowest is None:
        return []  # too little is there to look like any version
    shown = lowest[0]
    between = [
        name for name in reversed(layouts.versions) if _minor(version_order(shown)) < _minor(version_order(name))
    ]
    always = {DESCRIPTION, *(needed.file for needed in layouts.version(version).required if needed.always)}
    kinds = [read.kind for read in reads if read.kind in always and read.headers]
    for name in between if version_order(version) > version_order(shown) else ():
        headers = [(kind, h) for kind in kinds for h in layouts.version(name).since.headers.get(kind, ())]
        if headers and version_order(name) <= version_order(version):
            kind, header = headers[0]
            message = f"The dataset says SDS {version}, but looks like SDS {shown}: its {kind} has no '{header}'."
            hint = f"Write {shown} as the version, or use the templates of SDS {version}."
            return [finding("R174", message, said.place, value=said.text, hint=hint, severity=Severity.WARNING)]
    return []
