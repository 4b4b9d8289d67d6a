"""Findings by what mends them: those of one code with the same hint are one thing to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sds2gen3.catalogue import CATALOGUE, Severity
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.place import Place
from sds2gen3.report.cells import listed
from sds2gen3.report.words import number, visible

ENTRIES = 120  # messages shown of one fix
CELLS = 12  # cells listed of one message


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with its cells in one file. `count` findings say it; `first` is where to look."""

    file: str
    sheet: str | None
    message: str
    cells: str
    count: int
    first: Place | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do (`hint`), why, and where. `more` are the messages that are not shown, told in a line per file."""

    code: str
    severity: str
    title: str
    hint: str
    why: str
    count: int
    entries: tuple[Entry, ...]
    more: tuple[Entry, ...]


def fixes(report: Report) -> list[Fix]:
    """The fixes of a report: errors first, then what the most findings need."""
    found: dict[tuple[str, str, str], dict[tuple[str, str], list[Diagnostic]]] = {}
    for d in report:
        file = d.place.file if d.place else ""
        found.setdefault(key(d), {}).setdefault((file, d.message), []).append(d)
    made = [_fix(severity, code, hint, list(same.values())) for (severity, code, hint), same in found.items()]
    return sorted(made, key=lambda fix: (-_rank(fix.severity), -fix.count, fix.code))


def key(d: Diagnostic) -> tuple[str, str, str]:
    """What a finding has in common with those of the same fix."""
    return (d.severity.label, d.code, visible(d.hint))


def _fix(severity: str, code: str, hint: str, groups: Sequence[Sequence[Diagnostic]]) -> Fix:
    known = CATALOGUE.get(code)
    entries = [entry for same in groups for entry in _entries(same)]
    title = known.title if known else code
    return Fix(
        code,
        severity,
        title[:1].upper() + title[1:],
        hint,
        known.why if known else "",
        sum(entry.count for entry in entries),
        tuple(entries[:ENTRIES]),
        tuple(_more(entries[ENTRIES:])),
    )


def _rank(label: str) -> int:
    return next(severity.value for severity in Severity if severity.label == label)


def _entries(same: Sequence[Diagnostic]) -> Iterator[Entry]:
    """Findings of one message in one file, an entry for each sheet of it; places in other files are told with the first."""
    own = same[0].place.file if same[0].place else None
    places = [p for d in same for p in (*((d.place,) if d.place else ()), *d.related)]
    others = list(dict.fromkeys(visible(str(place)) for place in places if place.file != own))
    message = visible(same[0].message)
    for sheet in dict.fromkeys(d.place.sheet if d.place else None for d in same):
        here = [place for place in places if (place.file, place.sheet) == (own, sheet)]
        count = sum(sheet == (d.place.sheet if d.place else None) for d in same)
        cells = visible(listed(here, CELLS))
        if others:
            shown = ", ".join(others[:CELLS]) + (f" and {len(others) - CELLS:,} more" if len(others) > CELLS else "")
            cells, others = "; see ".join(text for text in (cells, shown) if text), []
        yield Entry(own or "", sheet, message, cells, count, min(here, key=_order, default=None))


def _order(place: Place) -> tuple[str, str, int, int, str]:
    return place.order


def _more(hidden: Sequence[Entry]) -> Iterator[Entry]:
    """What is not shown, in one line per sheet: how many messages, and at which cells."""
    counts: dict[tuple[str, str | None], list[Entry]] = {}
    for entry in hidden:
        counts.setdefault((entry.file, entry.sheet), []).append(entry)
    for (file, sheet), entries in counts.items():
        places = [entry.first for entry in entries if entry.first is not None]
        told = f"{number(len(entries), 'more message')} of this kind"
        yield Entry(
            file,
            sheet,
            told,
            visible(listed(places, CELLS)),
            sum(entry.count for entry in entries),
            min(places, key=_order, default=None),
        )
